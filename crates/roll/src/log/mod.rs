//! The office's own account of what it did: transaction log, batches and their lists, operators, orders, calendar.
//!
//! Which file is which, `kind` tells.

mod calendar;
mod called;
mod chain;
mod cover;
mod entries;
mod headings;
mod hours;
mod kind;
mod read;
mod sheet;
mod silence;
mod suppressed;
mod tables;
mod times;
mod unread;
mod voters;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use pollwarden_core::{Complaint, Gap, Office, Source};
use pollwarden_intake::{Input, find};
use sha2::{Digest as _, Sha256};

pub(crate) use chain::digest as chain_digest;
pub(crate) use entries::{Batch, List, Operator, Order, Transaction};
pub use headings::check_log;
pub(crate) use headings::{Headings, Meaning};
pub(crate) use hours::Hours;
pub(crate) use suppressed::{Suppressed, SuppressedVoters, is_named as is_suppression};
pub use unread::unread;

use crate::fields::is_number;
use calendar::Calendar;
use kind::Kind;

/// Everything the office logged.
#[derive(Debug, Default)]
pub(crate) struct Log {
    /// The files of the transactions.
    pub(crate) sheets: Vec<Sheet>,
    pub(crate) transactions: Option<Vec<Transaction>>,
    pub(crate) by_voter: HashMap<String, Vec<usize>>,
    pub(crate) operators: Option<HashMap<String, Operator>>,
    pub(crate) batches: Option<HashMap<String, Batch>>,
    pub(crate) orders: Option<Vec<Order>>,
    pub(crate) suppressed: Option<SuppressedVoters>,
    pub(crate) sources: Vec<Source>,
    pub(crate) complaints: Vec<Complaint>,
    /// Files that nothing reads.
    pub(crate) unread: Vec<Gap>,
    /// Entries that are missing, told from gaps in `seq`.
    pub(crate) missing: u64,
    /// Why its entries can't be held against the extracts.
    pub(crate) of_others: Option<String>,
    /// Fields that no column of the extracts is called, and how many entries have them.
    pub(crate) unknown_fields: BTreeMap<String, u64>,
    /// Columns that the log writes in words of its own, and how many entries have them.
    pub(crate) written_otherwise: BTreeMap<String, u64>,
    pub(crate) files: Files,
    /// Columns of the list of operators that nothing is read from.
    pub(crate) unused_of_operators: Vec<String>,
    /// The day of the federal election that the calendar names.
    pub(crate) federal_election: Option<Date>,
    zone: Option<TimeZone>,
    lists: Vec<(String, List)>,
}

/// A file of transactions, and what its columns say.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    pub(crate) headings: Headings,
    /// Whether entries have numbers, and digests.
    pub(crate) numbered: bool,
    pub(crate) chained: bool,
    /// Why entries that were added could not be told.
    pub(crate) unjudged: Vec<String>,
    /// Columns that nothing is read from.
    pub(crate) unused: Vec<String>,
    /// Entries, those whose time can't be read, and those that say a time of day.
    pub(crate) entries: u64,
    pub(crate) without_time: u64,
    pub(crate) timed: u64,
}

/// The files' names, for sites.
#[derive(Debug, Default)]
pub(crate) struct Files {
    pub(crate) operators: String,
    pub(crate) batches: String,
    pub(crate) orders: String,
}

impl Log {
    /// Reads whatever of the log lies under a path.
    pub(crate) fn read(path: &Path, office: &Office) -> Self {
        let found = find(path);
        let mut log = Self { unread: found.complaints.iter().map(unread::closed).collect(), ..Self::default() };
        let inputs: Vec<(Kind, Input)> =
            found.inputs.into_iter().map(|input| (Kind::of(&input, &office.roll), input)).collect();
        let calendars = inputs.iter().filter(|(kind, _)| matches!(kind, Kind::Calendar));
        let calendar = calendars.filter_map(|(_, input)| Calendar::read(input)).next().unwrap_or_default();
        log.federal_election = calendar.federal_election;
        log.zone = calendar::zone(office, calendar.zone, &mut log.complaints);
        for (kind, input) in &inputs {
            log.take(kind, input, &office.roll);
        }
        log.give_lists();
        log.put_in_order();
        log
    }

    /// The office's time zone.
    pub(crate) fn zone(&self) -> TimeZone {
        self.zone.clone().unwrap_or(TimeZone::UTC)
    }

    /// These entries alone, beside the same accounts, batches and orders.
    pub(crate) fn beside(&self, transactions: Vec<Transaction>) -> Self {
        let batches = self.batches.as_ref().map(|batches| {
            batches.iter().map(|(id, batch)| (id.clone(), Batch { list: None, ..batch.clone() })).collect()
        });
        let mut log = Self {
            transactions: Some(transactions),
            operators: self.operators.clone(),
            batches,
            orders: self.orders.clone(),
            federal_election: self.federal_election,
            zone: self.zone.clone(),
            ..Self::default()
        };
        log.put_in_order();
        log
    }

    /// The system's account with most entries, and their source.
    pub(crate) fn usual_system(&self) -> Option<(String, String)> {
        let is_system = |t: &&Transaction| {
            let operator = self.operators.as_ref().and_then(|operators| operators.get(&t.operator));
            t.batch.is_empty() && operator.is_none_or(|operator| !operator.hours.is_person())
        };
        let mut counts: BTreeMap<(&str, &str), u64> = BTreeMap::new();
        for t in self.transactions.iter().flatten().filter(is_system) {
            *counts.entry((&t.operator, &t.source)).or_default() += 1;
        }
        let most = counts.into_iter().max_by_key(|(_, count)| *count)?;
        Some((most.0.0.to_owned(), most.0.1.to_owned()))
    }

    /// The entry at a place.
    pub(crate) fn entry(&self, at: Option<usize>) -> Option<&Transaction> {
        self.transactions.as_ref()?.get(at?)
    }

    /// Whether the file of an entry has a column for something; an entry of no file says what it says.
    pub(crate) fn says(&self, meaning: Meaning, entry: &Transaction) -> bool {
        let sheet = self.sheets.iter().find(|sheet| *sheet.name == *entry.file);
        sheet.is_none_or(|sheet| sheet.headings.at(meaning).is_some())
    }

    /// Whether a person entered it, and names the document.
    pub(crate) fn on_paper(&self, entry: &Transaction) -> bool {
        let operator = self.operators.as_ref().and_then(|operators| operators.get(&entry.operator));
        !entry.document.is_empty() && operator.is_some_and(|operator| operator.hours.is_person())
    }

    /// What was logged of a voter, in order of the log. Where the id does not stand there, it may without the zeros before it,
    /// which a spreadsheet takes away.
    pub(crate) fn of_voter<'l>(&'l self, voter_id: &'l str) -> impl Iterator<Item = (usize, &'l Transaction)> {
        let transactions = self.transactions.as_deref().unwrap_or_default();
        let places = self.by_voter.get(bare(voter_id)).map(Vec::as_slice).unwrap_or_default();
        let exact = places.iter().any(|at| transactions[*at].voter_id == voter_id);
        let all = places.iter().map(|&at| (at, &transactions[at]));
        all.filter(move |(_, t)| !exact || t.voter_id == voter_id)
    }

    /// A list belongs to the batch whose id its name begins with; the longest such id counts.
    fn give_lists(&mut self) {
        for (name, list) in std::mem::take(&mut self.lists) {
            let batches = self.batches.iter_mut().flat_map(HashMap::values_mut);
            let owner = batches.filter(|batch| names_batch(&name, &batch.id)).max_by_key(|batch| batch.id.len());
            if let Some(batch) = owner {
                batch.list = Some(list);
            }
        }
    }

    fn put_in_order(&mut self) {
        let Some(transactions) = &mut self.transactions else { return };
        transactions.sort_by_key(|t| (t.seq.is_none(), t.seq, t.time));
        for (at, transaction) in transactions.iter().enumerate() {
            self.by_voter.entry(bare(&transaction.voter_id).to_owned()).or_default().push(at);
        }
    }
}

impl List {
    pub(crate) fn of(mut voters: Vec<String>) -> Self {
        voters.sort_unstable();
        let digest = Sha256::digest(voters.join("\n").as_bytes());
        let digest = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Self { voters: voters.into_iter().collect(), digest }
    }
}

/// A voter's id without the zeros before a number.
pub(crate) fn bare(id: &str) -> &str {
    if is_number(id) { id.trim_start_matches('0') } else { id }
}

fn names_batch(file: &str, batch: &str) -> bool {
    !batch.is_empty() && file.strip_prefix(batch).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_digested_in_sorted_order() {
        let list = List::of(vec!["B2".into(), "A1".into()]);
        // printf 'A1\nB2' | sha256sum
        assert_eq!(list.digest, "d0b7f8aa5171570c37bf23cdccdb0ceb7a9119a06ef98a352b90a638af8a24cd");
    }

    #[test]
    fn zeros_before_a_number_are_no_part_of_it() {
        assert_eq!(["0042", "42", "V042", ""].map(bare), ["42", "42", "V042", ""]);
    }

    #[test]
    fn a_list_is_named_after_its_batch() {
        assert!(names_batch("BATCH-1.list.txt", "BATCH-1") && names_batch("BATCH-1", "BATCH-1"));
        assert!(!names_batch("BATCH-12.list.txt", "BATCH-1") && !names_batch("other.txt", "BATCH-1"));
    }
}
