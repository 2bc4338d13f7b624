//! Bounds of a milter, and what it reports.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::Fault;

/// What is done with a message above the bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TooLarge {
    /// Its beginning is judged, and its header says so.
    JudgeBeginning,
    /// It is not judged, and its header says so.
    DoNotJudge,
}

/// Why a message was delivered without having been judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unjudged {
    /// The judge failed.
    Failed,
    /// The judge took too long.
    TooSlow,
    /// Too many messages at once.
    TooBusy,
    /// It is above the bound.
    TooLarge,
}

impl fmt::Display for Unjudged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Failed => "judging failed",
            Self::TooSlow => "judging took too long",
            Self::TooBusy => "too many messages at once",
            Self::TooLarge => "too large",
        })
    }
}

/// What somebody should know who looks after the milter.
#[derive(Debug)]
pub enum Report<'a> {
    /// A message was delivered without having been judged.
    NotJudged {
        /// The mail server's number of the message.
        queue_id: Option<&'a str>,
        /// Why.
        why: Unjudged,
        /// The judge's own words.
        said: Option<&'a str>,
    },
    /// A message is held. Older servers (Postfix 3.7) do not write the reason into their log.
    Held {
        /// The mail server's number of the message, which lets it go (`postsuper -H`).
        queue_id: Option<&'a str>,
        /// Why.
        reason: &'a str,
    },
    /// A message came with headers that only we write; they were removed.
    Forged {
        /// The mail server's number of the message.
        queue_id: Option<&'a str>,
        /// How many.
        headers: u64,
    },
    /// A connection was given up; the mail server does with its message what its own settings say.
    Broken(&'a Fault),
    /// A connection was turned away: there are too many.
    TurnedAway,
}

/// Whoever is told what somebody should know.
pub type Reporter = Arc<dyn Fn(&Report<'_>) + Send + Sync>;

/// Bounds of a milter, and its name.
#[derive(Clone)]
pub struct MilterSettings {
    /// What our headers' names begin with. All others that begin so are removed from a message.
    pub prefix: String,
    /// Largest message that is kept, in bytes.
    pub message: usize,
    /// What is done with a larger one.
    pub too_large: TooLarge,
    /// How long judging may take. Postfix waits 300 s by itself (`milter_content_timeout`).
    pub judging: Duration,
    /// Most messages in hand at once, each up to `message` bytes. Others wait as long as judging may take, and are then delivered
    /// unjudged. Memory is bounded by this times that.
    pub at_once: usize,
    /// Most connections at once; more are turned away.
    pub connections: usize,
    /// How long a connection may be silent. A mail server keeps it while its own client is silent.
    pub silence: Duration,
    /// Is told what somebody should know; from several threads at once.
    pub report: Option<Reporter>,
}

impl Default for MilterSettings {
    /// `X-Pollwarden-`, 16 MiB, larger ones judged by their beginning, 20 s, 32 messages, 500 connections, ten minutes.
    fn default() -> Self {
        Self {
            prefix: "X-Pollwarden-".to_owned(),
            message: 16 << 20,
            too_large: TooLarge::JudgeBeginning,
            judging: Duration::from_secs(20),
            at_once: 32,
            connections: 500,
            silence: Duration::from_secs(600),
            report: None,
        }
    }
}

impl MilterSettings {
    pub(super) fn tell(&self, report: &Report<'_>) {
        if let Some(told) = &self.report {
            told(report);
        }
    }
}

impl fmt::Debug for MilterSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MilterSettings")
            .field("prefix", &self.prefix)
            .field("message", &self.message)
            .field("too_large", &self.too_large)
            .field("judging", &self.judging)
            .field("at_once", &self.at_once)
            .field("connections", &self.connections)
            .field("silence", &self.silence)
            .finish_non_exhaustive()
    }
}
