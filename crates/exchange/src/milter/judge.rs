//! Who judges, what is judged, and what can be said about it.

use std::net::IpAddr;

/// Why a judge could not judge. It goes to the report, not into the message.
pub type JudgeError = Box<dyn std::error::Error + Send + Sync>;

/// Whoever judges messages.
pub trait Judge: Send + Sync + 'static {
    /// Judges a message before it is delivered. Several may be judged at once.
    ///
    /// # Errors
    /// Where it can't judge: the message is then delivered, and says so. A panic counts as an error.
    fn judge(&self, envelope: &Envelope, message: &Message) -> Result<Judgement, JudgeError>;
}

/// What is done with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// It is delivered, with these headers.
    Deliver(Vec<Tag>),
    /// It is held in the server's quarantine until somebody looks at it.
    Quarantine {
        /// Why, in one line: it stands in the header `Held`, and in the log of servers that write it there (Postfix 3.10).
        reason: String,
        /// Headers that it has once it is let go.
        tags: Vec<Tag>,
    },
}

/// A header of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Its name without our prefix: `Verdict` becomes `X-Pollwarden-Verdict`. Letters, digits and hyphens; others are left out.
    /// `Status` and `Held` are written by the milter alone.
    pub name: String,
    /// Its text. Other alphabets are encoded (RFC 2047), line breaks become spaces.
    pub value: String,
}

impl Tag {
    /// A header of ours.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into() }
    }
}

/// What the mail server knows about a message besides its text. Everything is the sender's claim but the address and the login.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Envelope {
    /// Address of the client that brings it; `None` where it came from this machine without a network, or the server does not say.
    pub client_ip: Option<IpAddr>,
    /// The client's name, as the server found it in DNS; `[192.0.2.1]` or `unknown` where it has none.
    pub client_name: Option<String>,
    /// How the client calls itself (HELO).
    pub helo: Option<String>,
    /// The envelope's sender without angle brackets, empty for a bounce (RFC 5321, section 4.5.5).
    pub mail_from: String,
    /// The envelope's recipients without angle brackets.
    pub rcpt_to: Vec<String>,
    /// Recipients that were too many to be kept.
    pub more_recipients: u64,
    /// Who logged in to send it: then it is the office's own mail, going out.
    pub login: Option<String>,
    /// The server's number of the message, as its log has it.
    pub queue_id: Option<String>,
}

/// A message as the mail server gives it: header lines end in CRLF as they would on the wire. The server's own `Received` line is not
/// among them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// The message, or its beginning.
    pub bytes: Vec<u8>,
    /// Whether that is all of it.
    pub is_whole: bool,
}
