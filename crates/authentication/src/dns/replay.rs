//! Answers questions from a snapshot and keeps two lists: what was asked, and what the snapshot did not hold.

use std::cell::RefCell;

use super::{Answer, DnsSnapshot, Question, Record, RecordType};
use crate::name;

/// Why there is no record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Lack {
    /// NXDOMAIN.
    NoSuchName,
    /// NODATA.
    NoData,
    /// SERVFAIL, a timeout and the like.
    Failure(String),
    /// The snapshot does not hold the question.
    NotRecorded(Question),
}

impl Lack {
    /// Whether the DNS said that there is nothing (a *void lookup*, RFC 7208 §4.6.4).
    pub(crate) fn is_void(&self) -> bool {
        matches!(self, Self::NoSuchName | Self::NoData)
    }
}

/// A snapshot being asked.
#[derive(Debug)]
pub(crate) struct Replay<'a> {
    snapshot: &'a DnsSnapshot,
    asked: RefCell<Vec<(Question, bool)>>,
}

impl<'a> Replay<'a> {
    pub(crate) fn new(snapshot: &'a DnsSnapshot) -> Self {
        Self { snapshot, asked: RefCell::new(Vec::new()) }
    }

    /// The records of a name. A name that the DNS can't hold does not exist and is not asked for.
    pub(crate) fn records(&self, asked: &str, record_type: RecordType) -> Result<&'a [Record], Lack> {
        if !name::fits_dns(asked) {
            return Err(Lack::NoSuchName);
        }
        let canonical = name::canonical(asked);
        let entry = self.snapshot.entry(&canonical, record_type);
        self.note(&canonical, record_type, entry.is_some());
        match entry.map(|entry| &entry.answer) {
            Some(Answer::Records(records)) => Ok(records),
            Some(Answer::NoSuchName) => Err(Lack::NoSuchName),
            Some(Answer::NoData) => Err(Lack::NoData),
            Some(Answer::Failure(why)) => Err(Lack::Failure(why.clone())),
            None => Err(Lack::NotRecorded(Question { name: canonical.into_owned(), record_type })),
        }
    }

    /// The texts of a name's TXT records.
    pub(crate) fn texts(&self, asked: &str) -> Result<Vec<&'a [u8]>, Lack> {
        let records = self.records(asked, RecordType::Txt)?;
        Ok(records
            .iter()
            .filter_map(|r| if let Record::Text(text) = r { Some(text.as_slice()) } else { None })
            .collect())
    }

    /// Every question in the order first asked, with whether the snapshot held it.
    pub(crate) fn into_asked(self) -> Vec<(Question, bool)> {
        self.asked.into_inner()
    }

    fn note(&self, name: &str, record_type: RecordType, held: bool) {
        let mut asked = self.asked.borrow_mut();
        if !asked.iter().any(|(question, _)| question.record_type == record_type && question.name == name) {
            asked.push((Question { name: name.to_owned(), record_type }, held));
        }
    }
}
