//! Who acted: a lure's signs in the office's other records tell which of its recipients did what it asked.
//!
//! Records are read line by line from web proxies, name servers, lists of file hashes and sent mail; their format is told
//! from their first lines. What happened before the lure arrived is not its effect, and is listed apart.
//!
//! What it can't see: what was entered where a connection is encrypted and the log holds only the host (`CONNECT`); visits
//! from a phone at home; look-ups that a mail gateway or a scanner of links made, which look like a person's; machines
//! whose records are not there. A record without a line is no proof that nobody acted.

mod clock;
mod formats;
mod lines;
mod lures;

use std::io::BufRead;

use jiff::{Timestamp, tz::TimeZone};

pub use formats::Format;
pub use lures::Lures;

/// A sign of a lure that other records can hold.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Indicator {
    /// A host of its links; its sub-domains count too.
    Host(String),
    /// A link. Where a log holds only hosts, its host is looked for, and said so.
    Url(String),
    /// An attachment's SHA-256, in hexadecimal.
    Sha256(String),
    /// The address that it came from, or that answers go to.
    Sender(String),
    /// Its message id, without angle brackets.
    MessageId(String),
}

/// A lure, by its signs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lure {
    /// What it is called in reports.
    pub name: String,
    /// When the first of its messages came to the office.
    pub arrived: Option<Timestamp>,
    /// Its signs.
    pub indicators: Vec<Indicator>,
}

/// What somebody did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum How {
    /// A page of the lure's host was asked for.
    Visited,
    /// The proxy refused the visit: somebody clicked, and nothing came of it there.
    Blocked,
    /// The host's name was looked up: somebody, or a program, was about to go there.
    Resolved,
    /// A form was sent to the lure's host: something may have been entered.
    Entered,
    /// A mail to the lure's sender, or in answer to the lure.
    Replied,
    /// The lure's attachment was on a machine.
    FileOnMachine,
}

/// Whether it came after the lure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Order {
    /// After the lure arrived, or at the same moment.
    After,
    /// Before: not its effect.
    Before,
    /// The record has no time, or the lure has none.
    Unknown,
}

/// Where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The record's name.
    pub source: String,
    /// The line, from 1.
    pub line: u64,
}

/// Somebody did something that a lure asked for. The same deed of the same person is told once, with how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acted {
    /// The lure's name.
    pub lure: String,
    /// The sign that was found.
    pub indicator: Indicator,
    /// The first time.
    pub when: Option<Timestamp>,
    /// The last time.
    pub last: Option<Timestamp>,
    /// How often.
    pub times: u64,
    /// The user, else the client's address or machine; empty where the record names none.
    pub who: String,
    /// What was done.
    pub how: How,
    /// Whether it came after the lure.
    pub order: Order,
    /// Whether the sign itself was seen, or only the host of a link: others may use that host too.
    pub is_exact: bool,
    /// Where it was found first.
    pub place: Place,
}

/// What a record holds of lures.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Deeds {
    /// The record's format; `None` where it was empty.
    pub format: Option<Format>,
    /// What was done after a lure came, or at a time that can't be told.
    pub acted: Vec<Acted>,
    /// The same before it came: not its effect.
    pub earlier: Vec<Acted>,
    /// Lines read.
    pub lines: u64,
    /// Lines that could not be read.
    pub rejected: u64,
    /// The first of them: line and reason.
    pub reasons: Vec<(u64, &'static str)>,
    /// From the first time of a line that could be read to the last.
    pub watched: Option<(Timestamp, Timestamp)>,
    /// What a reader must know, such as that times name no zone.
    pub notes: Vec<String>,
}

/// Why a record could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ActedError {
    /// It could not be read at all.
    #[error("{name}: {error}")]
    Unreadable {
        /// The record's name.
        name: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// Its format is none of those known.
    #[error(
        "{0}: expected a log of a web proxy or a name server, a CSV with a header line, JSON lines, or a list of SHA-256 \
         sums; its first lines are none of these"
    )]
    NoFormat(String),
}

impl Lures {
    /// Reads a record. `zone` is that of times that name none; UTC where not given.
    ///
    /// # Errors
    /// Where it can't be read, or its format is not known. Bad lines are no error: they are counted.
    pub fn read(&self, name: &str, record: impl BufRead, zone: Option<&TimeZone>) -> Result<Deeds, ActedError> {
        lines::read(self, name, record, zone)
    }
}
