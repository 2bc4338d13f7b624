//! What stands against an entry of the log, so that it explains nothing.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::{Date, DateTime};

use super::order;
use super::same::plain;
use crate::change_row::{DEAD_RETURNED, STATUS_PATH, SUPPRESSED, WRITTEN_OTHERWISE};
use crate::layout::is_removed;
use crate::log::{Batch, Log, Meaning, Transaction};

/// Why an act does not hold, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Fault {
    NoLog,
    NoTransaction,
    AlteredLog,
    OutOfOrder,
    UnknownOperator,
    OperatorCounty,
    OffHours,
    NoDocument,
    UnknownBatch,
    UnapprovedBatch,
    ListDiffers,
    NoList,
    NotOnList,
    OtherAct,
    OtherCounty,
    OldValue,
    NewValue,
    WrittenOtherwise,
    OtherPerson,
    Suppressed,
    StatusPath,
    DeadReturned,
    QuietPeriod,
    VotedSince,
}

impl Fault {
    /// The word in column `cause_kind`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::NoLog => "no-log",
            Self::NoTransaction => "no-transaction",
            Self::AlteredLog => "altered-log",
            Self::OutOfOrder => "out-of-order",
            Self::UnknownOperator => "unknown-operator",
            Self::OperatorCounty => "operator-county",
            Self::OffHours => "off-hours",
            Self::NoDocument => "no-document",
            Self::UnknownBatch => "unknown-batch",
            Self::UnapprovedBatch => "unapproved-batch",
            Self::ListDiffers => "list-differs",
            Self::NoList => "no-list",
            Self::NotOnList => "not-on-list",
            Self::OtherAct => "other-act",
            Self::OtherCounty => "other-county",
            Self::OldValue => "old-value",
            Self::NewValue => "new-value",
            Self::WrittenOtherwise => WRITTEN_OTHERWISE,
            Self::OtherPerson => "other-person",
            Self::Suppressed => SUPPRESSED,
            Self::StatusPath => STATUS_PATH,
            Self::DeadReturned => DEAD_RETURNED,
            Self::QuietPeriod => "quiet-period",
            Self::VotedSince => "voted-since",
        }
    }

    /// The cause in words, for OUT.csv.
    pub(crate) fn says(self, transaction: Option<&Transaction>) -> String {
        let act = transaction.map_or_else(|| "the transaction".to_owned(), act);
        let of = |pick: fn(&Transaction) -> &str| transaction.map(pick).unwrap_or_default().to_owned();
        match self {
            Self::NoLog => "no log was given".into(),
            Self::NoTransaction => "no transaction".into(),
            Self::AlteredLog => format!("{act} was altered after it was written: the log's hash chain fails there"),
            Self::OutOfOrder => format!("{act}: its time does not fit its place in the log"),
            Self::UnknownOperator => format!("{act}: operator {} is not in the list of operators", of(|t| &t.operator)),
            Self::OperatorCounty => {
                format!("{act}: operator {} does not work for county {}", of(|t| &t.operator), of(|t| &t.county))
            }
            Self::OffHours => format!("{act}: outside office hours and without a document"),
            Self::NoDocument => format!("{act} names no document, as others of {} do", of(|t| &t.source)),
            Self::UnknownBatch => format!("{act}: batch {} is not in the list of batches", of(|t| &t.batch)),
            Self::UnapprovedBatch => format!("{act}: batch {} was not approved before it ran", of(|t| &t.batch)),
            Self::ListDiffers => {
                format!("{act}: the list of batch {} is not the one that was authorised", of(|t| &t.batch))
            }
            Self::NoList => format!("{act}: the authorised list of batch {} is missing", of(|t| &t.batch)),
            Self::NotOnList => format!("{act}: the voter is not on the authorised list of batch {}", of(|t| &t.batch)),
            Self::OtherAct => format!("{act} is not what batch {} does to its other voters", of(|t| &t.batch)),
            Self::OtherCounty => format!("{act} was logged for county {}, not for the voter's", of(|t| &t.county)),
            Self::OldValue => format!("{act}: the log's old value is not the older extract's"),
            Self::NewValue => format!("{act}: the log's new value is not the newer extract's"),
            Self::WrittenOtherwise => format!("{act}: the log writes this column in words of its own"),
            Self::OtherPerson => format!("{act} registered somebody else"),
            Self::StatusPath => format!("{act}: removed for inactivity, but active in the older extract"),
            Self::DeadReturned => {
                format!("{act}: active again, but dead in the older extract, and no document was seen")
            }
            Self::QuietPeriod => {
                format!("{act}: batch {} removed voters within 90 days of a federal election", of(|t| &t.batch))
            }
            Self::VotedSince => format!("{act}: removed, but the vote history has a vote since"),
            Self::Suppressed => "the voter is on the list of the dead or cancelled".into(),
        }
    }
}

/// An act's name, as causes give it.
pub(crate) fn act(transaction: &Transaction) -> String {
    match transaction.seq {
        Some(seq) => format!("transaction {seq}"),
        None => format!("the transaction in line {}", transaction.line),
    }
}

/// What stands against each entry of the log by itself, whatever the extracts say.
pub(crate) fn faults(log: &Log) -> Vec<Option<Fault>> {
    let transactions = log.transactions.as_deref().unwrap_or_default();
    let documented = documented_sources(transactions);
    let usual = usual_acts(transactions);
    let misplaced = order::out_of_order(transactions);
    let with_lists = log.batches.iter().flat_map(HashMap::values).any(|b| b.list.is_some());
    transactions
        .iter()
        .enumerate()
        .map(|(at, t)| {
            if t.chain_broken {
                return Some(Fault::AlteredLog);
            }
            if misplaced.contains(&at) {
                return Some(Fault::OutOfOrder);
            }
            of_operator(log, t, &documented)
                .or_else(|| of_batch(log, t, with_lists))
                .or_else(|| of_usual_act(t, &usual))
        })
        .collect()
}

fn of_operator(log: &Log, t: &Transaction, documented: &[&str]) -> Option<Fault> {
    let operators = log.operators.as_ref()?;
    if !log.says(Meaning::User, t) {
        return None;
    }
    let Some(operator) = operators.get(&t.operator) else { return Some(Fault::UnknownOperator) };
    if !operator.county.is_empty() && !t.county.is_empty() && operator.county != t.county {
        return Some(Fault::OperatorCounty);
    }
    if !t.document.is_empty() {
        return None;
    }
    if t.clock().is_some_and(|at| !operator.hours.open_at(at)) {
        return Some(Fault::OffHours);
    }
    (operator.hours.is_person() && documented.contains(&t.source.as_str())).then_some(Fault::NoDocument)
}

fn of_batch(log: &Log, t: &Transaction, with_lists: bool) -> Option<Fault> {
    if t.batch.is_empty() {
        return None;
    }
    let Some(batch) = log.batches.as_ref()?.get(&t.batch) else { return Some(Fault::UnknownBatch) };
    if !approved(batch, t) {
        return Some(Fault::UnapprovedBatch);
    }
    if removes_in_quiet_period(log.federal_election, batch, t) {
        return Some(Fault::QuietPeriod);
    }
    match &batch.list {
        None => with_lists.then_some(Fault::NoList),
        Some(list) if !batch.list_digest.is_empty() && list.digest != batch.list_digest => Some(Fault::ListDiffers),
        Some(list) => (!list.voters.contains(&t.voter_id)).then_some(Fault::NotOnList),
    }
}

/// Systematic removal ends 90 days before a federal election, but for the voter's request, conviction, incapacity, death,
/// and corrections (52 U.S.C. 20507(c)(2)). Whether an election is federal, and when, the calendar says.
fn removes_in_quiet_period(federal_election: Option<Date>, batch: &Batch, t: &Transaction) -> bool {
    const ALLOWED: [&str; 9] =
        ["death", "dead", "deceased", "felon", "convict", "incapac", "incompet", "request", "correct"];
    const DAYS: i32 = 90;
    let kind = batch.kind.to_ascii_lowercase();
    let (Some(election), Some(day)) = (federal_election, t.local.map(DateTime::date)) else { return false };
    let days_before = day.until(election).map_or(i32::MAX, |span| span.get_days());
    (0..=DAYS).contains(&days_before)
        && !kind.is_empty()
        && !ALLOWED.iter().any(|word| kind.contains(word))
        && t.field.to_ascii_lowercase().contains("status")
        && is_removed(&plain(&t.new))
}

/// The share of a batch's entries that do one and the same thing, from which on the batch is there to do that thing.
const ONE_THING: f64 = 0.8;

/// What each batch does to (nearly) all of its voters: the field and its new value.
fn usual_acts(transactions: &[Transaction]) -> HashMap<&str, (&str, &str)> {
    let mut acts: HashMap<&str, BTreeMap<(&str, &str), u32>> = HashMap::new();
    for t in transactions.iter().filter(|t| !t.batch.is_empty()) {
        *acts.entry(&t.batch).or_default().entry((&t.field, &t.new)).or_default() += 1;
    }
    acts.iter().filter_map(|(batch, acts)| Some((*batch, one_thing(acts)?))).collect()
}

fn one_thing<'a>(acts: &BTreeMap<(&'a str, &'a str), u32>) -> Option<(&'a str, &'a str)> {
    let (act, count) = acts.iter().max_by_key(|(_, count)| **count)?;
    (f64::from(*count) >= ONE_THING * f64::from(acts.values().sum::<u32>())).then_some(*act)
}

fn of_usual_act(t: &Transaction, usual: &HashMap<&str, (&str, &str)>) -> Option<Fault> {
    let usual = usual.get(t.batch.as_str())?;
    (*usual != (t.field.as_str(), t.new.as_str())).then_some(Fault::OtherAct)
}

fn approved(batch: &Batch, t: &Transaction) -> bool {
    let Some(approved) = batch.approved else { return false };
    !batch.authorised_by.is_empty()
        && t.latest().is_none_or(|at| approved <= at)
        && batch.run.is_none_or(|run| approved <= run)
}

/// How many operators' habits it takes to speak of a rule.
const OPERATORS_FOR_A_RULE: usize = 3;
/// The share of a source's entries that name a document, with the middle operator, from which on it is a rule.
const RULE: f64 = 0.98;

/// Sources whose entries name a document as a rule, judged by the operator in the middle: one operator who leaves
/// documents out does not unmake the rule.
fn documented_sources(transactions: &[Transaction]) -> Vec<&str> {
    let mut habits: BTreeMap<&str, BTreeMap<&str, (u32, u32)>> = BTreeMap::new();
    for t in transactions {
        let (named, all) = habits.entry(&t.source).or_default().entry(&t.operator).or_default();
        *named += u32::from(!t.document.is_empty());
        *all += 1;
    }
    let is_rule = |operators: &BTreeMap<&str, (u32, u32)>| {
        let mut shares: Vec<f64> = operators.values().map(|(n, all)| f64::from(*n) / f64::from(*all)).collect();
        shares.sort_by(f64::total_cmp);
        shares.len() >= OPERATORS_FOR_A_RULE && shares[(shares.len() - 1) / 2] >= RULE
    };
    habits.iter().filter(|(_, operators)| is_rule(operators)).map(|(source, _)| *source).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn entry(operator: &str, document: &str) -> Transaction {
        let source = "PAPER".to_owned();
        Transaction { operator: operator.into(), document: document.into(), source, ..Transaction::default() }
    }

    #[test]
    fn a_batch_that_does_one_thing_does_no_other() {
        let act =
            |new: &str| Transaction { batch: "B".into(), field: "status".into(), new: new.into(), ..entry("A", "B") };
        let mut entries = vec![act("I"); 9];
        entries.push(act("R"));
        let usual = usual_acts(&entries);
        assert_eq!(of_usual_act(&entries[9], &usual), Some(Fault::OtherAct));
        assert_eq!(of_usual_act(&entries[0], &usual), None);
        assert_eq!(of_usual_act(&act("R"), &usual_acts(&entries[7..])), None);
    }

    #[test]
    fn systematic_removal_ends_before_an_election() {
        let election = Some(date(2026, 11, 3));
        let is_fault = |kind: &str, new: &str, day| {
            let batch = Batch { kind: kind.into(), ..Batch::default() };
            let local = Some(day);
            let t = Transaction { field: "status_cd".into(), new: new.into(), local, ..Transaction::default() };
            removes_in_quiet_period(election, &batch, &t)
        };
        let (within, before) = (date(2026, 9, 10).at(9, 0, 0, 0), date(2026, 8, 4).at(9, 0, 0, 0));
        assert!(is_fault("NCOA", "R", within) && is_fault("NCOA", "R", date(2026, 8, 5).at(9, 0, 0, 0)));
        assert!(!is_fault("NCOA", "R", before) && !is_fault("NCOA", "I", within) && !is_fault("DEATH", "R", within));
        assert!(!is_fault("NCOA", "R", date(2026, 11, 4).at(9, 0, 0, 0)));
    }

    #[test]
    fn one_operator_without_documents_does_not_unmake_the_rule() {
        let mut entries = vec![entry("A", "D1"), entry("B", "D2"), entry("C", "D3")];
        entries.extend((0..50).map(|_| entry("D", "")));
        assert_eq!(documented_sources(&entries), ["PAPER"]);
        assert!(documented_sources(&[entry("A", ""), entry("B", ""), entry("C", "D")]).is_empty());
    }
}
