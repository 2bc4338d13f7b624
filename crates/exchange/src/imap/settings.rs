//! Which mailbox is meant, how it is reached, and how much it may cost.

use std::path::PathBuf;
use std::time::Duration;

use super::Credential;

/// How the connection is kept from listeners.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// TLS from the first byte: port 993 (RFC 8314, section 3.2).
    Implicit,
    /// A plain beginning, then TLS before anything is said: port 143 (RFC 3501, section 6.2.1). A server that does not offer it is
    /// refused.
    StartTls,
    /// No TLS at all: only to this machine itself.
    PlainOnThisMachine,
}

impl Tls {
    /// The usual port.
    #[must_use]
    pub fn port(self) -> u16 {
        match self {
            Self::Implicit => 993,
            Self::StartTls | Self::PlainOnThisMachine => 143,
        }
    }
}

/// A mailbox. It holds no secret, only where the secret is.
#[derive(Debug, Clone)]
pub struct ImapSettings {
    /// The server's name, as its certificate has it, or its address.
    pub host: String,
    /// Its port; see [`Tls::port`].
    pub port: u16,
    /// How the connection is encrypted.
    pub tls: Tls,
    /// Whose mailbox.
    pub user: String,
    /// What proves that we may read it.
    pub credential: Credential,
    /// A PEM file with the certificate of an office's own authority; `None`: the system's authorities are trusted.
    pub ca_file: Option<PathBuf>,
    /// Bounds.
    pub limits: Limits,
}

/// Bounds, against servers that are slow, broken or hostile.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Largest message that is fetched whole, in bytes; of larger ones only the headers come.
    pub message: u32,
    /// Largest part of the headers that comes of such a message, in bytes.
    pub headers: u32,
    /// Most messages in one reading; the next one goes on behind them.
    pub messages: usize,
    /// How long the server may take to connect, or be silent within an answer.
    pub silence: Duration,
    /// How long one answer may take as a whole: of up to 100 messages and 8 MiB, or of one message that is larger.
    pub answer: Duration,
}

impl Default for Limits {
    /// 32 MiB, 256 KiB, 1,000,000 messages, one minute, ten minutes.
    fn default() -> Self {
        Self {
            message: 32 << 20,
            headers: 256 << 10,
            messages: 1_000_000,
            silence: Duration::from_secs(60),
            answer: Duration::from_secs(600),
        }
    }
}
