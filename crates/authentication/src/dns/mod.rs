//! A recorded DNS snapshot: who was asked what, when, and what the answer was (RFC 1035, RFC 2308).
//!
//! A check is replayed from it years later without a network. A question that the snapshot does not hold is *not
//! recorded*, which is neither "no such name" nor a failure: the check then can't tell. The file's form is in
//! `src/dns/format.rs`; asking the DNS is left to the feature `record`.

mod format;
#[cfg(feature = "record")]
mod record;
mod replay;
mod text;

use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;

use jiff::Timestamp;

pub use format::{FORMAT, SnapshotError, VERSION};
#[cfg(feature = "record")]
pub use record::{RecordError, Recorder};
pub(crate) use replay::{Lack, Replay};

use crate::name;

/// The record types that the checks ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RecordType {
    /// An IPv4 address.
    A,
    /// An IPv6 address.
    Aaaa,
    /// Mail exchangers.
    Mx,
    /// Text: SPF, DKIM keys, DMARC and others.
    Txt,
    /// The names of an address.
    Ptr,
}

impl RecordType {
    /// As zone files write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Mx => "MX",
            Self::Txt => "TXT",
            Self::Ptr => "PTR",
        }
    }
}

/// One question to the DNS.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Question {
    /// Lower case, as A-labels, without the last dot.
    pub name: String,
    /// Which records are asked for.
    pub record_type: RecordType,
}

impl Question {
    /// A question for a name, brought into the form that the snapshot keeps.
    pub fn new(name: &str, record_type: RecordType) -> Self {
        Self { name: name::canonical(name).into_owned(), record_type }
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.record_type.as_str())
    }
}

/// One record of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// A or AAAA.
    Address(IpAddr),
    /// MX: preference and name.
    Exchange(u16, String),
    /// TXT: the character strings of one record, joined.
    Text(Vec<u8>),
    /// PTR.
    Name(String),
}

/// What the resolver said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// At least one record.
    Records(Vec<Record>),
    /// NXDOMAIN: there is no such name.
    NoSuchName,
    /// NODATA: the name is there, records of this type are not.
    NoData,
    /// SERVFAIL, REFUSED, a timeout: the reason in words.
    Failure(String),
}

/// An answer with its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What was answered.
    pub answer: Answer,
    /// When.
    pub recorded: Option<Timestamp>,
    /// By which resolver, as the recorder names it.
    pub resolver: Option<String>,
}

/// A policy file of MTA-STS (RFC 8461 §3.2), which stands on a web server and not in the DNS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFile {
    /// Its text; the reason in words where it could not be fetched.
    pub text: Result<String, String>,
    /// When it was fetched.
    pub recorded: Option<Timestamp>,
}

/// Answers of the DNS by question. An answer that is not here was not recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DnsSnapshot {
    entries: HashMap<Box<str>, Vec<(RecordType, Entry)>>,
    policies: HashMap<Box<str>, PolicyFile>,
}

impl DnsSnapshot {
    /// An empty snapshot.
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps an answer. Of two answers to one question the one recorded later stays.
    pub fn insert(&mut self, question: &Question, entry: Entry) {
        let kept = self.entries.entry(question.name.as_str().into()).or_default();
        match kept.iter_mut().find(|(record_type, _)| *record_type == question.record_type) {
            Some((_, old)) if entry.recorded >= old.recorded => *old = entry,
            Some(_) => (),
            None => {
                kept.push((question.record_type, entry));
                kept.sort_by_key(|(record_type, _)| *record_type);
            }
        }
    }

    /// Keeps an MTA-STS policy file of a domain; the later one stays.
    pub fn insert_policy(&mut self, domain: &str, policy: PolicyFile) {
        let old = self.policies.get(domain).and_then(|old| old.recorded);
        if policy.recorded >= old {
            self.policies.insert(name::canonical(domain).into(), policy);
        }
    }

    /// The answer to a question, where it was recorded. The name must be in canonical form ([`Question::new`]).
    pub fn entry(&self, name: &str, record_type: RecordType) -> Option<&Entry> {
        let entries = self.entries.get(name)?;
        entries.iter().find(|(kept, _)| *kept == record_type).map(|(_, entry)| entry)
    }

    /// The MTA-STS policy file of a domain, where it was recorded.
    pub fn policy(&self, domain: &str) -> Option<&PolicyFile> {
        self.policies.get(domain)
    }

    /// Takes over another snapshot's answers; of two answers to one question the later one stays.
    pub fn merge(&mut self, other: Self) {
        for (name, entries) in other.entries {
            for (record_type, entry) in entries {
                self.insert(&Question { name: name.to_string(), record_type }, entry);
            }
        }
        for (domain, policy) in other.policies {
            self.insert_policy(&domain, policy);
        }
    }

    /// Only the answers to these questions: what to keep beside a message, from [`crate::Authenticated::questions`].
    pub fn only<'q>(&self, questions: impl IntoIterator<Item = &'q Question>) -> Self {
        let mut kept = Self::new();
        for question in questions {
            if let Some(entry) = self.entry(&question.name, question.record_type) {
                kept.insert(question, entry.clone());
            }
        }
        kept
    }

    /// How many answers it holds.
    pub fn len(&self) -> usize {
        self.entries.values().map(Vec::len).sum()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.policies.is_empty()
    }

    /// Every question it holds an answer to, in order.
    pub fn questions(&self) -> Vec<Question> {
        let mut all: Vec<Question> = (self.entries.iter())
            .flat_map(|(name, entries)| {
                entries.iter().map(|(record_type, _)| Question { name: name.to_string(), record_type: *record_type })
            })
            .collect();
        all.sort_unstable();
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str, at: &str) -> Entry {
        Entry {
            answer: Answer::Records(vec![Record::Text(text.into())]),
            recorded: at.parse().ok(),
            resolver: Some("192.0.2.53".into()),
        }
    }

    #[test]
    fn of_two_snapshots_the_later_answer_stays() {
        let question = Question::new("Example.ORG.", RecordType::Txt);
        let mut old = DnsSnapshot::new();
        old.insert(&question, entry("old", "2026-11-01T00:00:00Z"));
        let mut new = DnsSnapshot::new();
        new.insert(&question, entry("new", "2026-11-02T00:00:00Z"));
        let (mut forward, mut backward) = (old.clone(), new.clone());
        forward.merge(new);
        backward.merge(old);
        assert_eq!(forward, backward);
        assert_eq!(
            forward.entry("example.org", RecordType::Txt).map(|e| &e.answer),
            Some(&Answer::Records(vec![Record::Text("new".into())]))
        );
        assert_eq!(forward.len(), 1);
        assert!(forward.entry("example.org", RecordType::A).is_none());
    }
}
