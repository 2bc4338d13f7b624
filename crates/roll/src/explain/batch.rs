//! What stands against an entry of a batch: a batch does what it was authorised for, to its list, once, and when it ran.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::{Date, DateTime};

use super::same::plain;
use super::{Explainer, Fault};
use crate::diff::Change;
use crate::layout::{Column, Role, is_removed};
use crate::log::{Batch, Log, Transaction};

/// The batches of a log: what they do as a rule, and which entries break it.
pub(super) struct Batches<'l> {
    log: &'l Log,
    columns: &'l [Column],
    with_lists: bool,
    usual: HashMap<&'l str, (&'l str, &'l str)>,
    beyond_plan: HashSet<&'l str>,
    far: HashSet<usize>,
    again: HashSet<usize>,
}

impl<'l> Batches<'l> {
    pub(super) fn of(log: &'l Log, columns: &'l [Column]) -> Self {
        let transactions = log.transactions.as_deref().unwrap_or_default();
        let known = log.batches.as_ref();
        Self {
            log,
            columns,
            with_lists: known.is_some_and(|all| all.values().any(|b| b.list.is_some())),
            usual: usual_acts(transactions),
            beyond_plan: known.map(|all| beyond_plan(all, transactions)).unwrap_or_default(),
            far: known.map(|all| far_from_run(all, transactions)).unwrap_or_default(),
            again: made_again(transactions),
        }
    }

    /// What stands against an entry, if it is of a batch.
    pub(super) fn fault(&self, at: usize, t: &Transaction) -> Option<Fault> {
        if t.batch.is_empty() {
            return None;
        }
        self.of_list(at, t).or_else(|| of_usual_act(t, &self.usual))
    }

    fn of_list(&self, at: usize, t: &Transaction) -> Option<Fault> {
        let Some(batch) = self.log.batches.as_ref()?.get(&t.batch) else { return Some(Fault::UnknownBatch) };
        let of_batch = || {
            let faults = [
                (batch.differs, Fault::BatchTwice),
                (!approved(batch, t), Fault::UnapprovedBatch),
                (removes_in_quiet_period(self.log.federal_election, batch, t), Fault::QuietPeriod),
                (self.far.contains(&at), Fault::FarFromRun),
                (self.again.contains(&at), Fault::MadeAgain),
                (self.beyond_plan.contains(t.batch.as_str()), Fault::BeyondPlan),
                (self.is_beyond_its_kind(batch, t), Fault::NotItsKind),
            ];
            faults.into_iter().find(|(stands, _)| *stands).map(|(_, fault)| fault)
        };
        let list = || match &batch.list {
            None => self.with_lists.then_some(Fault::NoList),
            Some(list) if !batch.list_digest.is_empty() && list.digest != batch.list_digest => Some(Fault::ListDiffers),
            Some(list) => (!list.voters.contains(&t.voter_id)).then_some(Fault::NotOnList),
        };
        of_batch().or_else(list)
    }

    /// List maintenance takes voters off the list or has them confirm: it has no authority over who they are, nor over their party
    /// (52 U.S.C. 20507(a)(4), (c), (d)).
    fn is_beyond_its_kind(&self, batch: &Batch, t: &Transaction) -> bool {
        const MAINTENANCE: [&str; 12] = [
            "ncoa", "address", "moved", "death", "dead", "deceas", "felon", "convict", "inactiv", "maint", "confirm",
            "purge",
        ];
        let kind = batch.kind.to_ascii_lowercase();
        let of_person =
            |role| matches!(role, Role::Party | Role::LastName | Role::FirstName | Role::MiddleName | Role::Birth);
        MAINTENANCE.iter().any(|word| kind.contains(word))
            && self.columns.iter().any(|c| of_person(c.role) && c.name.eq_ignore_ascii_case(&t.field))
    }
}

impl Explainer<'_> {
    /// Whether a batch removed a voter within the quiet period for a reason, as the roll gives it, that is systematic, whatever the
    /// batch calls itself.
    pub(super) fn is_systematic(&self, log: &Log, change: &Change<'_>, t: &Transaction) -> bool {
        const SYSTEMATIC: [&str; 6] = ["MOVED", "RELOCAT", "INACTIV", "UNDELIVER", "NVRA", "NCOA"];
        if t.batch.is_empty() || !is_in_quiet_period(log.federal_election, t) {
            return false;
        }
        let reason = change.after.as_ref().map(|after| plain(&after.all(Role::StatusReason))).unwrap_or_default();
        let says = |word: &str| SYSTEMATIC.iter().any(|begins| word.starts_with(begins));
        reason.split_whitespace().any(says) && !is_allowed(&reason)
    }
}

/// Systematic removal ends 90 days before a federal election, but for the voter's request, conviction, incapacity, death,
/// and corrections (52 U.S.C. 20507(c)(2)). Whether an election is federal, and when, the calendar says.
fn removes_in_quiet_period(federal_election: Option<Date>, batch: &Batch, t: &Transaction) -> bool {
    !batch.kind.is_empty() && !is_allowed(&batch.kind) && is_in_quiet_period(federal_election, t)
}

fn is_allowed(kind: &str) -> bool {
    const ALLOWED: [&str; 9] =
        ["death", "dead", "deceased", "felon", "convict", "incapac", "incompet", "request", "correct"];
    let kind = kind.to_ascii_lowercase();
    ALLOWED.iter().any(|word| kind.contains(word))
}

fn is_in_quiet_period(federal_election: Option<Date>, t: &Transaction) -> bool {
    const DAYS: i32 = 90;
    let (Some(election), Some(day)) = (federal_election, t.local.map(DateTime::date)) else { return false };
    let days_before = day.until(election).map_or(i32::MAX, |span| span.get_days());
    (0..=DAYS).contains(&days_before) && t.field.to_ascii_lowercase().contains("status") && is_removed(&plain(&t.new))
}

fn approved(batch: &Batch, t: &Transaction) -> bool {
    let Some(approved) = batch.approved else { return false };
    !batch.authorised_by.is_empty()
        && t.latest().is_none_or(|at| approved <= at)
        && batch.run.is_none_or(|run| approved <= run)
}

/// Entries further from their batch's run than this, in seconds, and than so many times what the office's other batches take.
/// A run that fails on a Friday is made good on Monday.
const NEAR: i64 = 3 * 86_400;
const TIMES: i64 = 3;
/// So many other batches tell what is usual.
const OTHERS: usize = 2;

/// Entries that were not made when their batch ran, by what the office's other batches take: the slowest of them, or of many the
/// one that four in five are no slower than.
fn far_from_run(batches: &HashMap<String, Batch>, transactions: &[Transaction]) -> HashSet<usize> {
    let mut lags: BTreeMap<&str, Vec<(i64, usize)>> = BTreeMap::new();
    for (at, t) in transactions.iter().enumerate() {
        let run = batches.get(&t.batch).and_then(|batch| batch.run);
        let Some((run, time)) = run.zip(t.time) else { continue };
        let open = if t.timed { 0 } else { 86_400 };
        lags.entry(&t.batch).or_default().push(((time.as_second() - run.as_second()).abs() - open, at));
    }
    lags.values_mut().for_each(|lags| lags.sort_unstable());
    let usual: BTreeMap<&str, i64> = lags.iter().map(|(batch, lags)| (*batch, lags[lags.len() / 2].0)).collect();
    let mut far = HashSet::new();
    for (batch, lags) in &lags {
        let mut others: Vec<i64> = usual.iter().filter(|(other, _)| *other != batch).map(|(_, lag)| *lag).collect();
        others.sort_unstable();
        if others.len() >= OTHERS {
            let near = NEAR.max(TIMES * others[(others.len() * 4).div_ceil(5) - 1]);
            far.extend(lags.iter().filter(|(lag, _)| *lag > near).map(|(_, at)| *at));
        }
    }
    far
}

/// Entries by which a batch changes a field again that it changed before, and that was changed otherwise since. Two steps of one act
/// follow each other, and a line that stands twice is of one moment.
fn made_again(transactions: &[Transaction]) -> HashSet<usize> {
    let mut made: HashMap<(&str, &str, &str), &Transaction> = HashMap::new();
    let mut again = HashSet::new();
    let of_batches = transactions.iter().enumerate().filter(|(_, t)| !t.batch.is_empty() && t.old != t.new);
    for (at, t) in of_batches {
        let before = made.insert((&t.batch, &t.voter_id, &t.field), t);
        if before.is_some_and(|before| before.new != t.old && before.time != t.time) {
            again.insert(at);
        }
    }
    again
}

/// So many batches of more voters than planned, and half of all, make plans an estimate.
const ESTIMATES: usize = 3;

/// Batches whose list, or where there is none whose entries, are of more voters than were planned.
fn beyond_plan<'l>(batches: &'l HashMap<String, Batch>, transactions: &'l [Transaction]) -> HashSet<&'l str> {
    let mut voters: HashMap<&str, HashSet<&str>> = HashMap::new();
    for t in transactions.iter().filter(|t| !t.batch.is_empty()) {
        voters.entry(&t.batch).or_default().insert(&t.voter_id);
    }
    let planned: Vec<(&Batch, u64)> = batches.values().filter_map(|batch| Some((batch, batch.planned?))).collect();
    let beyond: HashSet<&str> = planned
        .iter()
        .filter(|(batch, planned)| {
            // Voters beyond the list are told one by one.
            let ran = || voters.get(batch.id.as_str()).map_or(0, HashSet::len);
            batch.list.as_ref().map_or_else(ran, |list| list.voters.len()) as u64 > *planned
        })
        .map(|(batch, _)| batch.id.as_str())
        .collect();
    if beyond.len() >= ESTIMATES && beyond.len() * 2 >= planned.len() { HashSet::new() } else { beyond }
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

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_batch_that_does_one_thing_does_no_other() {
        let act = |new: &str| Transaction {
            batch: "B".into(),
            field: "status".into(),
            new: new.into(),
            ..Transaction::default()
        };
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

    fn at(hour: i64, batch: &str) -> Transaction {
        let time = Timestamp::from_second(hour * 3600).ok();
        Transaction { batch: batch.into(), time, timed: true, ..Transaction::default() }
    }

    fn runs(runs: &[(&str, i64)]) -> HashMap<String, Batch> {
        let batch = |(id, hour): &(&str, i64)| {
            let run = Timestamp::from_second(hour * 3600).ok();
            ((*id).to_owned(), Batch { id: (*id).into(), run, ..Batch::default() })
        };
        runs.iter().map(batch).collect()
    }

    #[test]
    fn entries_far_from_the_run_are_told_by_the_other_batches() {
        let batches = runs(&[("A", 0), ("B", 100), ("C", 300)]);
        let quick = [at(1, "A"), at(101, "B"), at(301, "C"), at(300 + 14 * 24, "C")];
        assert_eq!(far_from_run(&batches, &quick), HashSet::from([3]));
        // An office that types its batches in by hand takes days.
        let slow = [at(6 * 24, "A"), at(101, "B"), at(301, "C"), at(300 + 14 * 24, "C")];
        assert!(far_from_run(&batches, &slow).is_empty());
        assert!(far_from_run(&batches, &quick[2..]).is_empty());
    }

    #[test]
    fn a_batch_changes_a_field_once() {
        let act = |hour, old: &str, new: &str| Transaction { old: old.into(), new: new.into(), ..at(hour, "A") };
        assert_eq!(made_again(&[act(1, "A", "I"), act(400, "A", "I")]), HashSet::from([1]));
        assert!(made_again(&[act(1, "A", "I"), act(2, "I", "R"), act(2, "I", "R")]).is_empty());
    }

    #[test]
    fn a_plan_is_kept_unless_plans_are_estimates() {
        let ran: Vec<Transaction> = ["A", "A", "B", "C"]
            .iter()
            .zip(1..)
            .map(|(b, n)| Transaction { voter_id: n.to_string(), ..at(1, b) })
            .collect();
        let mut batches = runs(&[("A", 0), ("B", 0), ("C", 0)]);
        batches.values_mut().for_each(|batch| batch.planned = Some(1));
        assert_eq!(beyond_plan(&batches, &ran), HashSet::from(["A"]));
        batches.values_mut().for_each(|batch| batch.planned = Some(0));
        assert!(beyond_plan(&batches, &ran).is_empty());
    }
}
