//! Entries whose time does not fit their number: written later than they say, or earlier.

use std::collections::HashSet;

use crate::log::Transaction;

/// Clocks of several servers may differ by so much.
const SKEW_SECONDS: i64 = 900;
/// A log is in order where what stands apart from it lies in few stretches, whatever their length: at most this share of the entries.
/// Where clerks enter the day of a form, strays lie everywhere.
const STRETCHES: f64 = 0.01;
/// More entries than this share are no strays: two orders are mixed, and which is the true one can't be told.
const STRAYS: f64 = 0.1;
/// With fewer entries the shares say nothing.
const FEWEST: usize = 100;

/// The entries, of a log that is otherwise in order by number, that stand apart from their neighbours' times: those outside the longest run
/// of times that never go back (Schensted 1961).
pub(super) fn out_of_order(transactions: &[Transaction]) -> HashSet<usize> {
    let (numbered, apart) = looked_through(transactions);
    if !is_in_order(&apart, numbered.len()) {
        return HashSet::new();
    }
    apart.into_iter().map(|at| numbered[at].0).collect()
}

/// Says where the order of a log can't be judged, so that entries dated back can't be told; of a short log its `cannot_see` does.
pub(crate) fn order_unjudged(transactions: &[Transaction]) -> Option<String> {
    let (numbered, apart) = looked_through(transactions);
    (numbered.len() >= FEWEST && !is_in_order(&apart, numbered.len())).then(|| {
        format!(
            "The times of {} of {} numbered entries of the transaction log do not fit their numbers: whether entries were dated back can't \
             be told",
            apart.len(),
            numbered.len()
        )
    })
}

fn is_in_order(apart: &[usize], all: usize) -> bool {
    let stretches = apart.chunk_by(|a, b| a + 1 == *b).count();
    let within = |count: usize, share: f64| count as f64 <= share * all as f64;
    apart.is_empty() || all >= FEWEST && within(stretches, STRETCHES) && within(apart.len(), STRAYS)
}

/// The entries that have a number and a time, and which of these stand apart.
fn looked_through(transactions: &[Transaction]) -> (Vec<(usize, &Transaction)>, Vec<usize>) {
    let numbered: Vec<(usize, &Transaction)> =
        transactions.iter().enumerate().filter(|(_, t)| t.seq.is_some() && t.time.is_some()).collect();
    let apart = apart(&spans(&numbered));
    (numbered, apart)
}

/// When an entry may have been, in seconds: from, to.
type Span = (i64, i64);

fn spans(numbered: &[(usize, &Transaction)]) -> Vec<Span> {
    let span = |t: &Transaction| {
        let from = t.time?.as_second();
        Some((from, t.latest().map_or(from, |latest| latest.as_second())))
    };
    numbered.iter().filter_map(|(_, t)| span(t)).collect()
}

/// Places outside the longest run, further from it than clocks differ.
fn apart(spans: &[Span]) -> Vec<usize> {
    let run = longest_run(&spans.iter().map(|span| span.0).collect::<Vec<_>>());
    let (Some(&first), Some(&last)) = (run.first(), run.last()) else { return Vec::new() };
    let not_before = |at: usize, from: usize| spans[at].1 >= spans[from].0 - SKEW_SECONDS;
    let not_after = |at: usize, to: usize| spans[at].0 <= spans[to].1 + SKEW_SECONDS;
    let mut apart: Vec<usize> = (0..first).filter(|at| !not_after(*at, first)).collect();
    for pair in run.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        apart.extend((from + 1..to).filter(|at| !(not_before(*at, from) && not_after(*at, to))));
    }
    apart.extend((last + 1..spans.len()).filter(|at| !not_before(*at, last)));
    apart
}

/// Places of a longest subsequence that never goes back, by patience sorting.
fn longest_run(times: &[i64]) -> Vec<usize> {
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; times.len()];
    for (at, time) in times.iter().enumerate() {
        let pile = ends.partition_point(|&end| times[end] <= *time);
        before[at] = pile.checked_sub(1).map(|pile| ends[pile]);
        if pile == ends.len() { ends.push(at) } else { ends[pile] = at }
    }
    let mut run: Vec<usize> = std::iter::successors(ends.last().copied(), |at| before[*at]).collect();
    run.reverse();
    run
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An entry every ten minutes.
    fn times(entries: i64) -> Vec<i64> {
        (0..entries).map(|n| n * 600).collect()
    }

    fn apart_of(times: &[i64]) -> Vec<usize> {
        apart(&times.iter().map(|time| (*time, *time)).collect::<Vec<_>>())
    }

    #[test]
    fn an_entry_written_later_than_it_says_stands_apart() {
        let mut times = times(200);
        assert!(apart_of(&times).is_empty());
        times[100] = times[20];
        times[150] -= 300;
        assert_eq!(apart_of(&times), [100]);
        assert_eq!(longest_run(&[1, 5, 2, 3]), [0, 2, 3]);
    }

    #[test]
    fn entries_at_either_end_stand_apart_too() {
        let mut all = times(200);
        all.extend([9_000, 12_000, 15_000]);
        assert_eq!(apart_of(&all), [200, 201, 202]);
        let mut all = vec![90_000];
        all.extend(times(200));
        assert_eq!(apart_of(&all), [0]);
    }

    #[test]
    fn one_long_stretch_is_judged_and_strays_everywhere_are_not() {
        let stretch: Vec<usize> = (500..560).collect();
        let strays: Vec<usize> = (0..60).map(|n| n * 10).collect();
        assert!(is_in_order(&stretch, 1000) && !is_in_order(&strays, 1000));
        assert!(is_in_order(&[], 5) && !is_in_order(&[3], 5) && !is_in_order(&(0..300).collect::<Vec<_>>(), 1000));
    }

    #[test]
    fn a_time_that_came_twice_fits_either_way() {
        let hour = 3600;
        // From 1:00 to 1:50 twice, each as if it were the first time, then 2:00.
        let mut spans: Vec<Span> = (0..6).chain(0..6).map(|n| (n * 600, n * 600 + hour)).collect();
        spans.insert(0, (-600, -600));
        spans.push((2 * hour, 2 * hour));
        assert!(apart(&spans).is_empty());
    }
}
