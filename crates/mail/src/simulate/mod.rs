//! Mail with known truth: an office's ordinary mail, lures after published cases in four grades of subtlety, threats, and a
//! campaign over many offices. For detection limits, exercises, the example county and tests.
//!
//! Everything is invented: addresses lie under names that nobody can own (RFC 2606, RFC 5737, RFC 3849), or under a free-mail
//! provider's domain in a form that it gives to nobody. Real organisations appear only as those whom published cases imitated.

mod blanks;
mod body;
mod campaign;
mod dice;
mod documents;
mod draft;
mod folders;
mod lures;
mod ordinary;
mod people;
mod route;
mod senders;
mod template;
#[cfg(test)]
mod tests;
mod threats;
mod twist;

use jiff::Timestamp;
use pollwarden_core::ObservableKind;

pub use campaign::{Recipient, Variation, campaign, recipients};
pub use folders::{eml, maildir, mbox, truth_table};
pub use lures::{Case, GRADES, case, lures, write};
pub use ordinary::ordinary;
pub use people::{OfficeShape, Person, Vendor};
pub use threats::threats;

/// A message as received or sent, and what is true of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Its bytes (RFC 5322).
    pub raw: Vec<u8>,
    /// What is true of it.
    pub truth: Truth,
    /// Where the office keeps it.
    pub folder: Folder,
}

/// Where a message lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folder {
    /// Received.
    Inbox,
    /// Sent by the office.
    Sent,
}

/// What is true of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truth {
    /// What it is.
    pub kind: Kind,
    /// The campaign that it belongs to.
    pub campaign: Option<String>,
    /// Whom it was delivered to.
    pub recipients: Vec<String>,
    /// When.
    pub at: Timestamp,
}

/// What a message is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// The office's ordinary mail.
    Ordinary {
        /// The template it was made from.
        template: &'static str,
    },
    /// A lure.
    Lure(Lure),
    /// A threat to a person.
    Threat {
        /// From 1, a menace, to 4, which names person, place, time and means.
        grade: u8,
        /// Its language: `en` or `es`.
        language: &'static str,
        /// The person's mail address.
        against: String,
    },
}

/// A lure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lure {
    /// The case it was written after.
    pub case: &'static str,
    /// How little gives it away, from 1 to 4.
    pub grade: u8,
    /// The party it pretends to be.
    pub imitated: Imitated,
    /// ATT&CK techniques.
    pub techniques: Vec<&'static str>,
    /// What another office could look for.
    pub indicators: Vec<(ObservableKind, String)>,
}

/// A party that a lure pretends to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imitated {
    /// Its name.
    pub name: String,
    /// The domain or, for a person, the address that it really writes from.
    pub writes_from: String,
}
