//! Whether a log reaches over the whole time between the extracts, judged by its own usual pauses.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use pollwarden_core::{Coverage, Interval};

use super::Log;
use crate::compare::midnight;

/// With entries on fewer days a log's own pauses are not known.
const FEWEST_DAYS: usize = 10;
/// Where its own pauses are not known, an office is taken to change something at least once in so many days.
const QUIET_DAYS: i32 = 7;
/// Silence of more than twice the longest pause, and a day for the night in between, is more than chance.
const PAUSES: i32 = 2;

impl Log {
    /// Says where it begins late or ends early.
    pub(super) fn silence(&self, coverage: &mut Coverage, days: (Option<Date>, Option<Date>)) {
        let (Some(from), Some(to)) = days else { return };
        let entries = || self.transactions.iter().flatten();
        let on = |day: &Date| (from..=to).contains(day);
        let days: BTreeSet<Date> = entries().filter_map(|t| t.local).map(|local| local.date()).filter(on).collect();
        let when = |from: Date, to: Date| interval(from, to, &self.zone());
        let (Some(&first), Some(&last)) = (days.first(), days.last()) else {
            if entries().next().is_none() || entries().any(|t| t.local.is_some()) {
                let why = format!(
                    "The log has no entry from {from} to {to}, the days of the extracts: whether it is the log of that time can't be told"
                );
                coverage.blind(when(from, to), why);
            }
            return;
        };
        let first_number = entries().find(|t| t.local.is_some_and(|local| local.date() == first)).and_then(|t| t.seq);
        let usual = usual(&days);
        let within = usual.unwrap_or(QUIET_DAYS);
        let seem = "if it was cut there, what was changed in between seems to have no cause";
        let mut says = |why: String, when: Option<Interval>, needed: bool| {
            if needed { coverage.blind(when, why) } else { coverage.dim(when, why) }
        };
        if apart(from, first) > within {
            let later = first_number.filter(|number| *number > 1);
            let number = later.map(|number| format!(" with number {number}")).unwrap_or_default();
            let why = format!("The log begins on {first}{number}, and the older extract is of {from}: {seem}");
            says(why, when(from, first), usual.is_some() || later.is_some());
        }
        if apart(last, to) > within {
            let why = format!("The log ends on {last}, and the newer extract is of {to}: {seem}");
            says(why, when(last, to), usual.is_some());
        }
    }
}

/// How many days may pass without an entry before it is much more than the log's own pauses.
fn usual(days: &BTreeSet<Date>) -> Option<i32> {
    let pauses = days.iter().zip(days.iter().skip(1)).map(|(a, b)| apart(*a, *b));
    (days.len() >= FEWEST_DAYS).then(|| pauses.max().unwrap_or(0) * PAUSES + 1)
}

fn apart(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

fn interval(from: Date, to: Date, zone: &TimeZone) -> Option<Interval> {
    Some(Interval { from: midnight(from, zone)?, to: midnight(to, zone)? })
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;
    use jiff::civil::date;

    use super::*;
    use crate::log::Transaction;

    /// A log with an entry on each of these days of September, numbered from `number` on.
    fn gaps(days: &[i8], number: u64) -> Vec<(bool, String)> {
        let entry = |(at, day): (usize, &i8)| Transaction {
            seq: Some(number + at as u64),
            local: Some(date(2026, 9, *day).at(10, 0, 0, 0)),
            ..Transaction::default()
        };
        let transactions = Some(days.iter().enumerate().map(entry).collect());
        let mut coverage = Coverage::default();
        let to = date(2026, 9, 1).checked_add(29.days()).expect("a day");
        Log { transactions, ..Log::default() }.silence(&mut coverage, (Some(date(2026, 9, 1)), Some(to)));
        coverage.unwatched.into_iter().map(|gap| (gap.needed, gap.why)).collect()
    }

    #[test]
    fn a_log_that_is_silent_longer_than_its_pauses_may_be_cut() {
        assert!(gaps(&(1..=29).collect::<Vec<_>>(), 1).is_empty());
        let early = gaps(&(1..=18).collect::<Vec<_>>(), 1);
        assert!(early.len() == 1 && early[0].0 && early[0].1.starts_with("The log ends on 2026-09-18"), "{early:?}");
        let late = gaps(&(13..=29).collect::<Vec<_>>(), 502);
        assert!(late.len() == 1 && late[0].0 && late[0].1.contains("on 2026-09-13 with number 502"), "{late:?}");
        assert!(gaps(&[1, 2, 3, 4, 5, 6, 10, 14, 18, 22], 1).is_empty());
    }

    #[test]
    fn a_log_of_few_days_says_where_it_ends_and_an_empty_one_is_not_enough() {
        assert_eq!(gaps(&[2, 3], 1).into_iter().map(|gap| gap.0).collect::<Vec<_>>(), [false]);
        assert!(gaps(&[], 1)[0].0);
    }
}
