//! What a comparison rests on, and what it could not judge.

use jiff::tz::TimeZone;
use pollwarden_core::Complaint;

use crate::Snapshot;
use crate::compare::{Compared, between};
use crate::diff::{Diff, Side};
use crate::explain::order_unjudged;
use crate::history::{History, election_of};
use crate::log::{Log, Transaction};

/// Without a log there is no cause to hold a change against.
const NO_LOG: &str = "No transaction log was found: no change could be checked against an authorised act";

/// Fills a comparison's coverage.
pub(crate) fn cover(
    compared: &mut Compared,
    diff: &Diff,
    (a, b): (&Snapshot, &Snapshot),
    log: Option<&Log>,
    zone: &TimeZone,
) {
    damage(compared, diff);
    let coverage = &mut compared.coverage;
    let (old, new) = diff.sources();
    coverage.sources.extend(old.iter().chain(new).cloned());
    coverage.rows = diff.rows();
    coverage.rejected = diff.rejected();
    coverage.watched.extend(between(a, b, zone));
    for complaint in diff.complaints() {
        coverage.complain(complaint.clone());
        compared.rejected.push(complaint.clone());
    }
    if diff.rejected() > 0 {
        let rows = rows(diff.rejected());
        coverage.dim(None, format!("{rows} of the extracts could not be compared; the complaints say which"));
    }
    columns(compared, diff);
    dates(compared, a, b);
    match log {
        None => compared
            .coverage
            .blind(None, "No transaction log was given: no change could be checked against an authorised act"),
        Some(log) => logged(compared, log, diff, (a, b)),
    }
}

/// What the extracts' own damage keeps from being told.
fn damage(compared: &mut Compared, diff: &Diff) {
    let coverage = &mut compared.coverage;
    for side in Side::BOTH {
        let seem = if side == Side::Newer { "gone" } else { "new" };
        for complaint in diff.side(side).broken_off() {
            let why = format!(
                "A file breaks off: {} ends within line {}, so that it is not known whether records missing from it are {seem}; ask \
                 for it again",
                complaint.source,
                complaint.line.unwrap_or_default()
            );
            coverage.blind(None, why);
        }
    }
    for side in Side::BOTH {
        let mut contradictions = diff.side(side).contradictions();
        let Some(first) = contradictions.next() else { continue };
        let more = match contradictions.count() {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        let why = format!(
            "A voter's id stands twice with different values ({}, line {}: {}{more}): which record is right is not known, and only the \
             first was compared",
            first.source,
            first.line.unwrap_or_default(),
            first.found
        );
        coverage.blind(None, why);
    }
}

/// What the vote histories rest on, and what they leave untold.
pub(crate) fn histories(compared: &mut Compared, history: &History<'_>) {
    let coverage = &mut compared.coverage;
    coverage.rows += history.sources.iter().map(|source| source.rows).sum::<u64>();
    coverage.rejected += history.rejected;
    coverage.sources.extend(history.sources.iter().cloned());
    for complaint in &history.complaints {
        coverage.complain(complaint.clone());
        compared.rejected.push(complaint.clone());
    }
    if history.rejected > 0 {
        coverage.dim(None, format!("{} of the vote histories could not be read", rows(history.rejected)));
    }
    history.gaps.iter().for_each(|why| coverage.blind(None, why));
    coverage.notes.extend(history.notes.iter().cloned());
}

fn rows(number: u64) -> String {
    if number == 1 { "1 row".into() } else { format!("{number} rows") }
}

fn columns(compared: &mut Compared, diff: &Diff) {
    let (old, new) = diff.unmatched();
    for (columns, which) in [(old, "older"), (new, "newer")] {
        // Columns of elections come and go; the votes in them are held against each other by their days.
        let (elections, columns): (Vec<String>, Vec<String>) =
            columns.iter().cloned().partition(|name| names_election(name));
        if !elections.is_empty() {
            let note = format!("Only the {which} extract has columns for the elections {}.", elections.join(", "));
            compared.coverage.notes.push(note);
        }
        if !columns.is_empty() {
            let why =
                format!("only the {which} extract has the columns {}; they were not compared", columns.join(", "));
            compared.coverage.dim(None, why);
        }
    }
}

fn names_election(name: &str) -> bool {
    crate::formats::names::columns(&[name.to_owned()]).iter().any(|column| election_of(column).is_some())
}

fn dates(compared: &mut Compared, a: &Snapshot, b: &Snapshot) {
    let coverage = &mut compared.coverage;
    match (a.date, b.date) {
        (Some(from), Some(to)) if from > to => coverage.blind(
            None,
            format!(
                "the extract given first shows {from} and the second {to}: new records are told as gone and gone ones as new; give \
                 the older extract first"
            ),
        ),
        (Some(_), Some(_)) => {}
        _ => {
            let undated: Vec<&str> = [a, b].into_iter().filter(|s| s.date.is_none()).map(|s| s.name.as_str()).collect();
            let why = format!(
                "the day of {} is not known: {} was taken for the older extract because it was given first, and the log was not held \
                 against the extracts' days; put the date into the file's name, such as 2026-10-03 or Oct 3 2026",
                undated.join(" and of "),
                a.name
            );
            coverage.blind(None, why);
        }
    }
}

fn logged(compared: &mut Compared, log: &Log, diff: &Diff, (a, b): (&Snapshot, &Snapshot)) {
    let coverage = &mut compared.coverage;
    coverage.sources.extend(log.sources.iter().cloned());
    for complaint in &log.complaints {
        coverage.complain(complaint.clone());
        compared.rejected.push(complaint.clone());
    }
    let rejected: u64 = log.sources.iter().map(|s| s.rejected).sum();
    coverage.rejected += rejected;
    coverage.rows += log.sources.iter().map(|s| s.rows).sum::<u64>();
    if rejected > 0 {
        coverage.blind(None, format!("{} of the log could not be read", rows(rejected)));
    }
    coverage.unwatched.extend(log.unread.iter().cloned());
    let Some(transactions) = &log.transactions else {
        return coverage.blind(None, log.of_others.as_deref().unwrap_or(NO_LOG));
    };
    for (given, what) in [
        (log.operators.is_some(), "no list of operators was given: who was allowed to act can't be judged"),
        (
            log.batches.is_some() || transactions.iter().all(|t| t.batch.is_empty()),
            "no list of batches was given: whether batches were authorised can't be judged",
        ),
        (
            log.orders.is_some(),
            "no list of board orders was given: changes by order can't be told from changes without cause",
        ),
    ] {
        if !given {
            coverage.blind(None, what);
        }
    }
    log.cover(coverage, diff.columns(), (a.date, b.date));
    order_unjudged(transactions).into_iter().for_each(|why| coverage.blind(None, why));
    lists(compared, log);
    gaps(compared, log);
}

/// Batches whose authorised list was not handed over.
fn lists(compared: &mut Compared, log: &Log) {
    let batches = log.batches.iter().flat_map(std::collections::HashMap::values);
    let mut without: Vec<&str> = batches.filter(|b| b.list.is_none()).map(|b| b.id.as_str()).collect();
    without.sort_unstable();
    if !without.is_empty() {
        let why = format!("the authorised lists of {} were not given", without.join(", "));
        compared.coverage.blind(None, why);
    }
}

fn gaps(compared: &mut Compared, log: &Log) {
    if log.missing > 0 {
        let why = format!("{} entries of the transaction log are missing: its numbering has gaps", log.missing);
        compared.coverage.blind(None, why);
    }
    let broken: Vec<&Transaction> = log.transactions.iter().flatten().filter(|t| t.chain_broken).collect();
    for t in broken.iter().take(5) {
        let complaint =
            Complaint::about(&*t.file, "a digest that follows from the entry before", "another").line(t.line);
        compared
            .coverage
            .complain(complaint.column("chain").mend("The entry was altered after it was written, or put in."));
    }
    if !broken.is_empty() {
        let why =
            format!("{} entries of the transaction log were altered after they were written, or put in", broken.len());
        compared.coverage.blind(None, why);
    }
}
