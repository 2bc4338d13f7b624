//! What vote histories say of a change: columns that stand for elections, and removals of voters who voted since.

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday, date};

use super::same::plain;
use super::{Explainer, Fault, Judged, Reason, Verdict, status};
use crate::change_row::VANISHED_VOTE;
use crate::dates::date_in;
use crate::diff::{Cell, Change, Kind};
use crate::history::election_of;
use crate::layout::{Class, Role, is_removed};
use crate::log::Transaction;

/// Ballots may be sent so many days before a federal election (52 U.S.C. 20302(a)(8)): a voter who died within them may have voted.
const BALLOTS_OUT: i64 = 45;

impl Explainer<'_> {
    /// What explains a changed column of votes: an election that was held since is filled in, whoever voted.
    pub(super) fn vote_reason(&self, change: &Change<'_>, cell: &Cell<'_>) -> Option<Reason> {
        let column = self.column(cell);
        let (old, new) = (cell.old.trim(), cell.new.trim());
        let reason = |verdict, cause: String, kind| Reason { verdict, cause, kind, transaction: None, own: true };
        if election_of(column).is_none() {
            let later = date_in(new).is_some_and(|new| old.is_empty() || date_in(old).is_some_and(|old| old <= new));
            return later.then(|| reason(Verdict::Explained, "a later vote".to_owned(), "history"));
        }
        let removed = change.after.as_ref().is_some_and(|after| is_removed(&status(after)));
        Some(match (old.is_empty(), new.is_empty()) {
            (true, _) => reason(Verdict::Explained, "the vote history was filled in".to_owned(), "history"),
            (_, false) => reason(
                Verdict::FormatOnly,
                "the vote stays; how it was cast is written otherwise".to_owned(),
                "history",
            ),
            _ if removed => reason(Verdict::Explained, "the history of a removed voter".to_owned(), "history"),
            _ => reason(Verdict::Unexplained, format!("the vote of {} is gone", column.name), VANISHED_VOTE),
        })
    }

    /// Takes the explanation from a removal whose ground the vote history contradicts.
    pub(super) fn hold_against_votes(&self, change: &Change<'_>, judged: &mut [Judged]) {
        let Some(history) = self.history.filter(|_| is_removal(change)) else { return };
        let voter = change.record().key();
        let Some(last) = history.last_vote(&voter).filter(|_| !history.stays(&voter)) else { return };
        let transactions = self.log.and_then(|log| log.transactions.as_deref()).unwrap_or_default();
        for judged in judged.iter_mut().filter(|judged| {
            judged.verdict == Verdict::Explained && matches!(judged.class, Class::Status | Class::Removed)
        }) {
            let transaction = judged.transaction.and_then(|at| transactions.get(at));
            let Some(ground) = self.ground(change, transaction).filter(|ground| last >= ground.contradicts) else {
                continue;
            };
            judged.cause = format!("{}, but the vote history has a vote of {last}: {}", judged.cause, ground.why);
            (judged.verdict, judged.cause_kind) = (Verdict::Unexplained, Fault::VotedSince.name());
        }
    }

    /// Why a voter was removed, and from which day on a vote contradicts it.
    fn ground(&self, change: &Change<'_>, transaction: Option<&Transaction>) -> Option<Ground> {
        let removed = transaction.and_then(|t| t.local).map(|at| at.date()).or(self.dates.1)?;
        let batch = transaction.and_then(|t| self.log?.batches.as_ref()?.get(&t.batch));
        let reason = plain(&change.record().all(Role::StatusReason));
        let words = format!("{reason} {}", batch.map(|batch| plain(&batch.kind)).unwrap_or_default());
        let says = |any: &[&str]| any.iter().any(|word| words.contains(word));
        if says(&["INACTIV", "NVRA", "NO VOTE", "NOT VOTED"]) {
            let why = "removal for inactivity takes two federal general elections without one";
            return Some(Ground { contradicts: second_last_federal_general(removed)?, why });
        }
        if says(&["DECEAS", "DEATH", "DEAD"]) {
            let died = self.suppressed.and_then(|all| all.get(&*change.record().voter_id())?.since).unwrap_or(removed);
            let contradicts = died.checked_add((BALLOTS_OUT + 1).days()).ok()?;
            return Some(Ground { contradicts, why: "after the day of death" });
        }
        Some(Ground { contradicts: removed.tomorrow().ok()?, why: "after the removal" })
    }
}

struct Ground {
    /// A vote of this day or a later one.
    contradicts: Date,
    why: &'static str,
}

/// Whether a change takes a voter off the roll.
fn is_removal(change: &Change<'_>) -> bool {
    let removed = |record: &Option<crate::diff::Record<'_>>| record.as_ref().is_some_and(|r| is_removed(&status(r)));
    change.kind == Kind::Gone || (change.kind == Kind::Changed && removed(&change.after) && !removed(&change.before))
}

/// The day of the second-last general election for Federal office up to a day. A removal for inactivity needs two of them after
/// the notice without any vote (52 U.S.C. 20507(d)(1)(B)), so the last two lie in that time, however early the notice was.
fn second_last_federal_general(day: Date) -> Option<Date> {
    let held = (0..6).map(|back| day.year() - back).filter(|year| year % 2 == 0).filter_map(federal_general);
    held.filter(|election| *election <= day).nth(1)
}

/// The Tuesday next after the first Monday in November of an even year (2 U.S.C. 7).
fn federal_general(year: i16) -> Option<Date> {
    (2..=8).map(|day| date(year, 11, day)).find(|day| day.weekday() == Weekday::Tuesday)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn federal_general_elections_are_where_the_statute_puts_them() {
        let days = [(2016, 8), (2018, 6), (2020, 3), (2022, 8), (2024, 5), (2026, 3)];
        for (year, day) in days {
            assert_eq!(federal_general(year), Some(date(year, 11, day)));
        }
        assert_eq!(second_last_federal_general(date(2026, 9, 10)), Some(date(2022, 11, 8)));
        assert_eq!(second_last_federal_general(date(2026, 11, 3)), Some(date(2024, 11, 5)));
        assert_eq!(second_last_federal_general(date(2025, 1, 2)), Some(date(2022, 11, 8)));
    }
}
