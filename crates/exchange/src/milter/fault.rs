//! Why a conversation with a mail server was given up.

use std::io;

/// Why a conversation with a mail server was given up.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// It broke off, or was silent too long.
    #[error("the connection broke off: {0}")]
    Broken(#[from] io::Error),
    /// A packet of a length that none has.
    #[error("a packet of {0} bytes: none has that length. Is it a mail server that speaks here?")]
    Length(u32),
    /// A packet came too slowly.
    #[error("a packet came too slowly")]
    TooSlow,
    /// Something that the protocol does not have at this place.
    #[error("the command {0:?} is unknown or out of order")]
    OutOfOrder(char),
    /// A command whose contents are not as they should be.
    #[error("the command {0:?} is not as it should be")]
    Malformed(char),
    /// The server is too old.
    #[error("the mail server speaks version {0} of the protocol; version 2 or later is needed")]
    Version(u32),
    /// The server does not let us do what we must.
    #[error(
        "the mail server does not let a milter add and change headers and hold messages. Look at its settings for milters"
    )]
    NotGranted,
}
