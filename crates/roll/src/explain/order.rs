//! Entries whose time does not fit their number: written later than they say, or earlier.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::log::Transaction;

/// Clocks of several servers may differ by so much.
const SKEW_SECONDS: i64 = 900;
/// A log is in order where at most this share of its entries is not.
const OUT_OF_ORDER: f64 = 0.01;
/// With fewer entries the share says nothing.
const FEWEST: usize = 100;

/// The entries, of a log that is otherwise in order by number, that stand apart from their neighbours' times: those outside the longest run
/// of times that never go back (Schensted 1961).
pub(super) fn out_of_order(transactions: &[Transaction]) -> HashSet<usize> {
    let numbered: Vec<(usize, Timestamp)> = transactions
        .iter()
        .enumerate()
        .filter(|(_, t)| t.seq.is_some())
        .filter_map(|(at, t)| Some((at, t.time?)))
        .collect();
    let times: Vec<i64> = numbered.iter().map(|(_, time)| time.as_second()).collect();
    let apart = apart(&times);
    if numbered.len() < FEWEST || apart.len() as f64 > OUT_OF_ORDER * numbered.len() as f64 {
        return HashSet::new();
    }
    apart.into_iter().map(|at| numbered[at].0).collect()
}

/// Places outside the longest run, further from it than clocks differ.
fn apart(times: &[i64]) -> Vec<usize> {
    let run = longest_run(times);
    let mut apart = Vec::new();
    for pair in run.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let fits = |time: i64| (times[from] - SKEW_SECONDS..=times[to] + SKEW_SECONDS).contains(&time);
        apart.extend((from + 1..to).filter(|at| !fits(times[*at])));
    }
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

    #[test]
    fn an_entry_written_later_than_it_says_stands_apart() {
        let mut times: Vec<i64> = (0..200).map(|n| n * 600).collect();
        assert!(apart(&times).is_empty());
        times[100] = times[20];
        times[150] -= 300;
        assert_eq!(apart(&times), [100]);
        assert_eq!(longest_run(&[1, 5, 2, 3]), [0, 2, 3]);
    }
}
