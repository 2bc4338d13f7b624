//! The office's own account of what it did: transaction log, batches and their lists, operators, orders, calendar.
//!
//! Files are told apart by their headers, not by their names, except batch lists, which are named after their batch.

mod chain;
mod entries;
mod hours;
mod sheet;
mod suppressed;
mod tables;

use std::collections::HashMap;
use std::path::Path;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use pollwarden_core::{Complaint, Office, Source};
use pollwarden_intake::{Input, find};
use sha2::{Digest as _, Sha256};

pub(crate) use chain::digest as chain_digest;
pub(crate) use entries::{Batch, List, Operator, Order, Transaction};
pub(crate) use hours::Hours;
pub(crate) use suppressed::{Suppressed, SuppressedVoters, is_named as is_suppression};

use crate::formats;
use crate::layout::Role;

/// Everything the office logged.
#[derive(Debug, Default)]
pub(crate) struct Log {
    /// The file of the transactions.
    pub(crate) name: String,
    pub(crate) transactions: Option<Vec<Transaction>>,
    pub(crate) by_voter: HashMap<String, Vec<usize>>,
    pub(crate) operators: Option<HashMap<String, Operator>>,
    pub(crate) batches: Option<HashMap<String, Batch>>,
    pub(crate) orders: Option<Vec<Order>>,
    pub(crate) suppressed: Option<SuppressedVoters>,
    pub(crate) sources: Vec<Source>,
    pub(crate) complaints: Vec<Complaint>,
    /// Entries that are missing, told from gaps in `seq`.
    pub(crate) missing: u64,
    pub(crate) files: Files,
    /// The day of the federal election that the calendar names.
    pub(crate) federal_election: Option<Date>,
    zone: Option<TimeZone>,
    lists: Vec<(String, List)>,
}

/// The files' names, for sites.
#[derive(Debug, Default)]
pub(crate) struct Files {
    pub(crate) operators: String,
    pub(crate) batches: String,
    pub(crate) orders: String,
}

enum Kind {
    Transactions(String),
    Batches,
    Operators,
    Orders,
    Suppressed(String),
    Calendar,
    List,
    /// A roll, a vote history, or something else that is not the log's.
    Stranger,
}

impl Log {
    /// Reads whatever of the log lies under a path.
    pub(crate) fn read(path: &Path, office: &Office) -> Self {
        let found = find(path);
        let mut log = Self { complaints: found.complaints, ..Self::default() };
        let inputs: Vec<(Kind, Input)> = found.inputs.into_iter().map(|input| (kind(&input), input)).collect();
        let calendars = inputs.iter().filter(|(kind, _)| matches!(kind, Kind::Calendar));
        let calendar = calendars.filter_map(|(_, input)| Calendar::read(input)).next().unwrap_or_default();
        log.federal_election = calendar.federal_election;
        log.zone = zone(office, calendar.zone, &mut log.complaints);
        for (kind, input) in &inputs {
            log.take(kind, input);
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
            name: self.name.clone(),
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
        let mut counts: std::collections::BTreeMap<(&str, &str), u64> = std::collections::BTreeMap::new();
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

    /// Whether a person entered it, and names the document.
    pub(crate) fn on_paper(&self, entry: &Transaction) -> bool {
        let operator = self.operators.as_ref().and_then(|operators| operators.get(&entry.operator));
        !entry.document.is_empty() && operator.is_some_and(|operator| operator.hours.is_person())
    }

    /// What was logged of a voter, in order of the log.
    pub(crate) fn of_voter(&self, voter_id: &str) -> impl Iterator<Item = (usize, &Transaction)> {
        let transactions = self.transactions.as_deref().unwrap_or_default();
        self.by_voter.get(voter_id).into_iter().flatten().map(|&at| (at, &transactions[at]))
    }

    fn take(&mut self, kind: &Kind, input: &Input) {
        let zone = self.zone();
        match kind {
            Kind::Transactions(voter_column) => self.take_transactions(input, voter_column, &zone),
            Kind::Batches => {
                let batches = self.batches.get_or_insert_default();
                let read = sheet::read(input, "batches", &mut |row| {
                    let batch = Batch::read(row, &zone);
                    batches.insert(batch.id.clone(), batch);
                });
                self.files.batches.clone_from(&input.name);
                self.note(read);
            }
            Kind::Operators => self.take_operators(input),
            Kind::Orders => {
                let orders = self.orders.get_or_insert_default();
                let read = sheet::read(input, "orders", &mut |row| orders.push(Order::read(row)));
                self.files.orders.clone_from(&input.name);
                self.note(read);
            }
            Kind::Suppressed(voter_column) => self.take_suppressed(input, voter_column),
            Kind::List => self.take_list(input),
            Kind::Calendar | Kind::Stranger => {}
        }
    }

    fn take_transactions(&mut self, input: &Input, voter_column: &str, zone: &TimeZone) {
        let mut chain = chain::Chain::default();
        let transactions = self.transactions.get_or_insert_default();
        let mut untimed = Vec::new();
        let read = sheet::read(input, "transactions", &mut |row| {
            let mut transaction = Transaction::read(row, voter_column, zone);
            chain.check(row, &mut transaction);
            if transaction.time.is_none() {
                untimed.push(row.line);
            }
            transactions.push(transaction);
        });
        self.name.clone_from(&input.name);
        self.missing += chain.missing;
        let complaint =
            |line: u64| Complaint::about(&input.name, "a time such as 2026-09-05T14:03:00", "none").line(line);
        self.complaints.extend(untimed.into_iter().map(complaint));
        self.note(read);
    }

    fn take_operators(&mut self, input: &Input) {
        let operators = self.operators.get_or_insert_default();
        let mut unclear = Vec::new();
        let read = sheet::read(input, "operators", &mut |row| {
            let (operator, understood) = Operator::read(row);
            if !understood {
                unclear.push(
                    Complaint::about(&input.name, "hours such as Mon-Fri 08:00-17:00, or any", &operator.hours_text)
                        .line(row.line)
                        .mend("This account is taken to be in at any hour."),
                );
            }
            operators.insert(operator.name.clone(), operator);
        });
        self.complaints.extend(unclear);
        self.files.operators.clone_from(&input.name);
        self.note(read);
    }

    fn take_suppressed(&mut self, input: &Input, voter_column: &str) {
        let suppressed = self.suppressed.get_or_insert_default();
        let read = sheet::read(input, "suppression-list", &mut |row| {
            let new = Suppressed::read(row);
            let known = suppressed.entry(row.get(&[voter_column]).to_owned()).or_insert_with(|| new.clone());
            // On several lists: since the earliest day, where all say one.
            if known.since > new.since {
                *known = new;
            }
        });
        suppressed.remove("");
        self.note(read);
    }

    fn take_list(&mut self, input: &Input) {
        let mut voters: Vec<String> = Vec::new();
        let blocks = input.open().map(|opened| opened.blocks(pollwarden_intake::BlockOptions::default()));
        let read: Result<_, pollwarden_intake::IntakeError> = blocks.and_then(|mut blocks| {
            for block in blocks.by_ref() {
                let ids = block?;
                let ids = ids.bytes.split(|&b| b == b'\n').map(|id| pollwarden_intake::text::decode(id.trim_ascii()));
                voters.extend(ids.filter(|id| !id.is_empty()).map(std::borrow::Cow::into_owned));
            }
            Ok(blocks.received())
        });
        match read {
            Err(cause) => self.complaints.push(Complaint::about(&input.name, "a batch's list", cause.to_string())),
            Ok(received) => {
                let rows = voters.len() as u64;
                self.lists.push((base_name(&input.name).to_owned(), List::of(voters)));
                let source =
                    Source { digest: received.digest, length: received.length, rows, ..Source::named(&input.name) };
                self.sources.push(Source { format: "batch-list".into(), ..source });
            }
        }
    }

    fn note(&mut self, read: sheet::SheetRead) {
        self.sources.push(read.source);
        self.complaints.extend(read.complaints);
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
        transactions.sort_by_key(|t| (t.seq.is_none(), t.seq, t.time, t.line));
        for (at, transaction) in transactions.iter().enumerate() {
            self.by_voter.entry(transaction.voter_id.clone()).or_default().push(at);
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

fn names_batch(file: &str, batch: &str) -> bool {
    !batch.is_empty() && file.strip_prefix(batch).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
}

fn base_name(name: &str) -> &str {
    name.rsplit(['/', '!']).next().unwrap_or(name)
}

/// What a file is, from its first line, or from its name where it has no header.
fn kind(input: &Input) -> Kind {
    let name = base_name(&input.name);
    if Path::new(name).extension().is_some_and(|e| e.eq_ignore_ascii_case("json")) {
        return if name.to_ascii_lowercase().contains("calendar") { Kind::Calendar } else { Kind::Stranger };
    }
    let header = input
        .open()
        .ok()
        .and_then(|mut opened| opened.sample().ok().and_then(|sample| formats::Header::read(&sample.bytes)));
    match header {
        Some(header) => kind_of_header(&header, suppressed::is_named(name)),
        None if name.to_ascii_lowercase().contains("list") => Kind::List,
        None => Kind::Stranger,
    }
}

fn kind_of_header(header: &formats::Header, named_suppression: bool) -> Kind {
    let names: Vec<String> = header.names.iter().map(|name| name.to_ascii_lowercase()).collect();
    let has = |wanted: &[&str]| wanted.iter().any(|w| names.iter().any(|n| n == w));
    let voter = formats::names::columns(&names).into_iter().find(|c| c.role == Role::VoterId).map(|c| c.name);
    match voter {
        Some(voter) if has(entries::FIELD) && has(entries::OPERATOR) => Kind::Transactions(voter),
        Some(voter) if named_suppression => Kind::Suppressed(voter),
        None if has(entries::BATCH_ID) => Kind::Batches,
        None if has(entries::ORDER_ID) && has(entries::FIELD) => Kind::Orders,
        None if has(entries::OPERATOR) => Kind::Operators,
        _ => Kind::Stranger,
    }
}

/// The office's zone: as office.toml says for the roll, else the log's calendar, else office.toml for the whole office.
fn zone(office: &Office, calendar: Option<String>, complaints: &mut Vec<Complaint>) -> Option<TimeZone> {
    let name = office.roll.time_zone.clone().or(calendar).or_else(|| office.time_zone.clone())?;
    TimeZone::get(&name)
        .map_err(|_| {
            let complaint =
                Complaint::about("office.toml or calendar.json", "a time zone such as America/New_York", &name);
            complaints.push(complaint.mend("Times of the log are read as UTC until it is mended."));
        })
        .ok()
}

/// What a calendar of the log says.
#[derive(Debug, Default)]
struct Calendar {
    zone: Option<String>,
    federal_election: Option<Date>,
}

impl Calendar {
    fn read(input: &Input) -> Option<Self> {
        let mut opened = input.open().ok()?;
        let calendar: serde_json::Value = serde_json::from_slice(&opened.sample().ok()?.bytes).ok()?;
        let text = |names: &[&str]| names.iter().find_map(|name| calendar.get(name)?.as_str().map(str::to_owned));
        let federal = calendar.get("federal").and_then(serde_json::Value::as_bool) == Some(true);
        let election = text(&["election", "election_date"]).and_then(|day| day.parse().ok());
        Some(Self { zone: text(&["timezone", "time_zone"]), federal_election: election.filter(|_| federal) })
    }
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
    fn a_list_is_named_after_its_batch() {
        assert!(names_batch("BATCH-1.list.txt", "BATCH-1") && names_batch("BATCH-1", "BATCH-1"));
        assert!(!names_batch("BATCH-12.list.txt", "BATCH-1") && !names_batch("other.txt", "BATCH-1"));
    }

    #[test]
    fn files_are_told_by_their_headers() {
        let kind = |line: &str| kind_of_header(&formats::Header::read(line.as_bytes()).expect("a header"), false);
        assert!(
            matches!(kind("seq,ts,operator,ip,batch_id,voter_id,field,old_value,new_value"), Kind::Transactions(v) if v == "voter_id")
        );
        assert!(matches!(kind("batch_id,kind,authorised_by"), Kind::Batches));
        assert!(matches!(kind("operator,county_id,office_hours"), Kind::Operators));
        assert!(matches!(kind("order_id,kind,scope,field,old,new,effective"), Kind::Orders));
        assert!(matches!(kind("county_id\tncid\telection_lbl"), Kind::Stranger));
    }
}
