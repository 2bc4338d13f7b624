//! Counted things that must not be counted twice: the voters' records that left, over several actors.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::Measure;

/// Things counted by one finding: those that are proven one by one, and those that evidence only bounds.
///
/// Things are told apart within a `space` (such as "records of /voter/record?id" or "rows of table voters"). Things of
/// different spaces may be the same voters, so a union over spaces has the largest space as its low and the sum as its
/// high.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// The measure's name, such as `records-left`.
    pub name: String,
    /// What one thing is, such as `voters`.
    pub unit: String,
    /// What the keys in `proven` are keys of.
    pub space: String,
    /// Keys of the things proven one by one.
    pub proven: Arc<HashSet<u64>>,
    /// Things besides those in `proven`, that evidence bounds but does not name: at least, likely, at most.
    pub beyond: (f64, f64, f64),
}

impl Tally {
    /// The number of things as low, estimate and high.
    pub fn measure(&self) -> Measure {
        let proven = self.proven.len() as f64;
        let (low, estimate, high) = self.beyond;
        Measure::between(&self.name, proven + low, proven + estimate, proven + high, &self.unit)
    }

    /// One measure for each name, over all tallies, counting nothing twice.
    pub fn measures<'a>(tallies: impl Iterator<Item = &'a Self>) -> Vec<Measure> {
        let mut by_name: BTreeMap<(&str, &str), BTreeMap<&str, Space>> = BTreeMap::new();
        for tally in tallies {
            let spaces = by_name.entry((&tally.name, &tally.unit)).or_default();
            spaces.entry(&tally.space).or_default().add(tally);
        }
        by_name.into_iter().map(|((name, unit), spaces)| union(name, unit, spaces.into_values())).collect()
    }
}

#[derive(Default)]
struct Space {
    proven: HashSet<u64>,
    largest_low: f64,
    largest_estimate: f64,
    sum_high: f64,
}

impl Space {
    fn add(&mut self, tally: &Tally) {
        self.proven.extend(tally.proven.iter().copied());
        // What is bounded but not named may be the same things again: only the highs add up.
        self.largest_low = self.largest_low.max(tally.proven.len() as f64 + tally.beyond.0);
        self.largest_estimate = self.largest_estimate.max(tally.proven.len() as f64 + tally.beyond.1);
        self.sum_high += tally.beyond.2;
    }

    fn low(&self) -> f64 {
        self.largest_low.max(self.proven.len() as f64)
    }

    fn estimate(&self) -> f64 {
        self.largest_estimate.max(self.proven.len() as f64)
    }
}

fn union(name: &str, unit: &str, spaces: impl Iterator<Item = Space>) -> Measure {
    let (mut low, mut estimate, mut high) = (0.0_f64, 0.0_f64, 0.0);
    for space in spaces {
        low = low.max(space.low());
        estimate = estimate.max(space.estimate());
        high += (space.proven.len() as f64 + space.sum_high).max(space.estimate());
    }
    Measure::between(name, low, estimate, high, unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(space: &str, keys: impl IntoIterator<Item = u64>) -> Tally {
        Tally {
            name: "records-left".into(),
            unit: "voters".into(),
            space: space.into(),
            proven: Arc::new(keys.into_iter().collect()),
            beyond: (0.0, 0.0, 0.0),
        }
    }

    #[test]
    fn no_voter_is_counted_twice() {
        let (a, b) = (tally("id", 0..100), tally("id", 50..150));
        let all = Tally::measures([&a, &b].into_iter());
        assert_eq!((all[0].low(), all[0].high()), (150.0, 150.0));
    }

    #[test]
    fn things_told_apart_differently_may_be_the_same_voters() {
        let (a, b) = (tally("id", 0..100), tally("row", 0..30));
        let all = Tally::measures([&a, &b].into_iter());
        assert_eq!((all[0].low(), all[0].estimate(), all[0].high()), (100.0, 100.0, 130.0));
    }
}
