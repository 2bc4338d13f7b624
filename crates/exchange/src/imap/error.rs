//! Why a mailbox could not be read, and what to do. No message holds a password or a token.

use std::io;

/// Why a mailbox, or the rest of it, could not be read.
#[derive(Debug, thiserror::Error)]
pub enum MailboxError {
    /// No password or token.
    #[error("{place} gives no password for the mailbox: {why}")]
    NoSecret {
        /// The file or the variable.
        place: String,
        /// What is wrong and how to mend it.
        why: String,
    },
    /// Nobody answers there.
    #[error(
        "{at} can't be reached: {cause}. Is the name right, is the server running, and does a firewall let this machine through?"
    )]
    Unreachable {
        /// Host and port.
        at: String,
        /// What failed.
        cause: io::Error,
    },
    /// Plain text would leave this machine.
    #[error(
        "{at} is not this machine: without TLS the password and the mail could be read on the way. Use TLS (port 993) or STARTTLS (port 143)"
    )]
    PlainElsewhere {
        /// Host and port.
        at: String,
    },
    /// The server does not prove to be the one that is meant.
    #[error("{at} does not prove to be the mail server that is meant: {why}")]
    Certificate {
        /// Host and port.
        at: String,
        /// What is wrong with the certificate, and what to do.
        why: String,
    },
    /// The authorities that are to be trusted can't be read.
    #[error("no certificates to trust: {why}")]
    NoAuthorities {
        /// What is wrong and how to mend it.
        why: String,
    },
    /// STARTTLS is not offered, or was refused.
    #[error(
        "{at} does not offer encryption (STARTTLS), so nothing was said to it. Try TLS on port 993. Where it offered it before, somebody may sit between: ask whoever runs the server"
    )]
    NoStartTls {
        /// Host and port.
        at: String,
    },
    /// The server takes neither way of logging in.
    #[error("{at} offers no way to log in with {what}. It offers: {offered}")]
    NoWayIn {
        /// Host and port.
        at: String,
        /// A password, or a token.
        what: &'static str,
        /// What the server offers.
        offered: String,
    },
    /// Wrong password.
    #[error(
        "{at} does not let {user} in. The server says: {said}. Look whether user and password are right; some servers want a password made for programs (an app password) or a token"
    )]
    WrongPassword {
        /// Host and port.
        at: String,
        /// Who wanted in.
        user: String,
        /// The server's words, without the secret.
        said: String,
    },
    /// No such folder, or not for this user.
    #[error("the folder {folder} can't be opened: {said}. List the folders to see what there is")]
    NoFolder {
        /// The folder.
        folder: String,
        /// The server's words.
        said: String,
    },
    /// The server refused a command.
    #[error("{at} refused ({doing}): {said}")]
    Refused {
        /// Host and port.
        at: String,
        /// What was asked for.
        doing: &'static str,
        /// The server's words.
        said: String,
    },
    /// Too slow.
    #[error(
        "{at} took too long ({doing}) and was given up. What was read before counts; the next run goes on from there"
    )]
    TooSlow {
        /// Host and port.
        at: String,
        /// What was asked for.
        doing: &'static str,
    },
    /// More than was asked for.
    #[error(
        "{at} sent more than was asked for ({doing}), over {bytes} bytes, and was given up. A sound mail server does not do so: ask whoever runs it"
    )]
    TooMuch {
        /// Host and port.
        at: String,
        /// What was asked for.
        doing: &'static str,
        /// How many bytes were allowed.
        bytes: u64,
    },
    /// The connection broke off.
    #[error(
        "the connection to {at} broke off ({doing}): {cause}. What was read before counts; run again to go on from there"
    )]
    Broken {
        /// Host and port.
        at: String,
        /// What was asked for.
        doing: &'static str,
        /// What failed.
        cause: io::Error,
    },
    /// No IMAP.
    #[error("{at} does not speak IMAP as expected ({doing}): {what}")]
    NoImap {
        /// Host and port.
        at: String,
        /// What was asked for.
        doing: &'static str,
        /// What came instead.
        what: String,
    },
}
