//! What stands against an entry of the log, so that it explains nothing.

use std::collections::BTreeMap;

use super::batch::Batches;
use super::order;
use crate::change_row::{DEAD_RETURNED, STATUS_PATH, SUPPRESSED, WRITTEN_OTHERWISE};
use crate::layout::Column;
use crate::log::{Log, Meaning, Transaction};

/// Why an act does not hold, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Fault {
    NoLog,
    NoTransaction,
    AlteredLog,
    OutOfOrder,
    UnknownOperator,
    AccountEnded,
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
    BatchTwice,
    FarFromRun,
    MadeAgain,
    BeyondPlan,
    NotItsKind,
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
            Self::AccountEnded => "account-ended",
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
            Self::BatchTwice => "batch-twice",
            Self::FarFromRun => "far-from-run",
            Self::MadeAgain => "made-again",
            Self::BeyondPlan => "beyond-plan",
            Self::NotItsKind => "not-its-kind",
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
            Self::AccountEnded => format!("{act}: the account of operator {} had ended by then", of(|t| &t.operator)),
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
            Self::BatchTwice => {
                format!("{act}: batch {} stands twice in the list of batches, and differs", of(|t| &t.batch))
            }
            Self::FarFromRun => format!("{act} was not made when batch {} ran", of(|t| &t.batch)),
            Self::MadeAgain => format!("{act}: batch {} had changed this voter's field before", of(|t| &t.batch)),
            Self::BeyondPlan => format!("{act}: batch {} is of more voters than were planned", of(|t| &t.batch)),
            Self::NotItsKind => {
                format!(
                    "{act}: batch {} is list maintenance, which never changes {}",
                    of(|t| &t.batch),
                    of(|t| &t.field)
                )
            }
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
pub(crate) fn faults(log: &Log, columns: &[Column]) -> Vec<Option<Fault>> {
    let transactions = log.transactions.as_deref().unwrap_or_default();
    let documented = documented_sources(transactions);
    let misplaced = order::out_of_order(transactions);
    let batches = Batches::of(log, columns);
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
            of_operator(log, t, &documented).or_else(|| batches.fault(at, t))
        })
        .collect()
}

fn of_operator(log: &Log, t: &Transaction, documented: &[&str]) -> Option<Fault> {
    let operators = log.operators.as_ref()?;
    if !log.says(Meaning::User, t) {
        return None;
    }
    let Some(operator) = operators.get(&t.operator) else { return Some(Fault::UnknownOperator) };
    if operator.until.zip(t.local).is_some_and(|(last, at)| at.date() > last) {
        return Some(Fault::AccountEnded);
    }
    if !operator.works_for(&t.county) {
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
    use super::*;

    fn entry(operator: &str, document: &str) -> Transaction {
        let source = "PAPER".to_owned();
        Transaction { operator: operator.into(), document: document.into(), source, ..Transaction::default() }
    }

    #[test]
    fn one_operator_without_documents_does_not_unmake_the_rule() {
        let mut entries = vec![entry("A", "D1"), entry("B", "D2"), entry("C", "D3")];
        entries.extend((0..50).map(|_| entry("D", "")));
        assert_eq!(documented_sources(&entries), ["PAPER"]);
        assert!(documented_sources(&[entry("A", ""), entry("B", ""), entry("C", "D")]).is_empty());
    }
}
