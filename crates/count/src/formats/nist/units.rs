//! Units of a results report: their registered voters, and which lie in which (SP 1500-100 version 2, `GpUnit`).

use std::collections::{HashMap, HashSet};

use crate::Nesting;

/// How many units around a unit are looked at for one that holds it.
const AROUND: usize = 256;

/// Kinds of reporting units of which no two share a voter's ballot. Districts aren't among them: they lie across each other.
const APART: &[&str] = &[
    "ballot-batch",
    "borough",
    "city",
    "combined-precinct",
    "county",
    "drop-box",
    "municipality",
    "polling-place",
    "precinct",
    "split-precinct",
    "state",
    "town",
    "township",
    "village",
    "vote-center",
    "ward",
];

/// Units by their numbers.
#[derive(Debug, Default)]
pub(super) struct Units {
    registered: HashMap<u32, u64>,
    /// The units that a unit lies in.
    holders: HashMap<u32, Vec<u32>>,
    kinds: HashMap<u32, &'static str>,
}

impl Units {
    pub(super) fn voters(&mut self, unit: u32, registered: u64) {
        self.registered.insert(unit, registered);
    }

    pub(super) fn held(&mut self, unit: u32, holder: u32) {
        self.holders.entry(unit).or_default().push(holder);
    }

    pub(super) fn kind(&mut self, unit: u32, kind: &str) {
        if let Some(kind) = APART.iter().find(|apart| **apart == kind) {
            self.kinds.insert(unit, kind);
        }
    }

    /// Registered voters of a unit, where the report says.
    pub(super) fn registered(&self, unit: u32) -> Option<u64> {
        self.registered.get(&unit).copied()
    }

    /// Units that lie in no other of them.
    pub(super) fn outermost<'a>(&'a self, units: &'a HashSet<u32>) -> impl Iterator<Item = u32> + 'a {
        units.iter().copied().filter(|unit| !self.lies_in_another(*unit, units))
    }

    /// How each of them lies to the others. The outermost share no voters if they are all of one kind whose units don't.
    pub(super) fn nesting(&self, units: &HashSet<u32>) -> HashMap<u32, Nesting> {
        let outermost: HashSet<u32> = self.outermost(units).collect();
        let mut kinds = outermost.iter().map(|unit| self.kinds.get(unit));
        let first = kinds.next().flatten();
        let apart = first.is_some() && kinds.all(|kind| kind == first);
        let outer = if apart { Nesting::Apart } else { Nesting::Unknown };
        units.iter().map(|unit| (*unit, if outermost.contains(unit) { outer } else { Nesting::Within })).collect()
    }

    fn lies_in_another(&self, unit: u32, units: &HashSet<u32>) -> bool {
        let mut around = vec![unit];
        let mut at = 0;
        while let Some(here) = around.get(at).copied() {
            at += 1;
            for holder in self.holders.get(&here).into_iter().flatten().take(AROUND) {
                if *holder != unit && units.contains(holder) {
                    return true;
                }
                if around.len() < AROUND && !around.contains(holder) {
                    around.push(*holder);
                }
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outermost_are_apart_only_if_they_are_of_one_kind() {
        let [a, b, precinct, district] = [1, 2, 3, 4];
        let mut units = Units::default();
        units.kind(a, "county");
        units.kind(b, "county");
        units.kind(precinct, "precinct");
        units.kind(district, "congressional");
        let all = HashSet::from([a, b, precinct]);
        assert_eq!(units.nesting(&all)[&a], Nesting::Unknown, "nobody says where the precinct lies");
        units.held(precinct, a);
        let nesting = units.nesting(&all);
        assert_eq!([a, b, precinct].map(|u| nesting[&u]), [Nesting::Apart, Nesting::Apart, Nesting::Within]);
        assert_eq!(units.nesting(&HashSet::from([a, district]))[&a], Nesting::Unknown);
        assert!(units.nesting(&HashSet::new()).is_empty());
    }

    #[test]
    fn units_that_hold_each_other_end() {
        let mut units = Units::default();
        units.held(1, 2);
        units.held(2, 1);
        assert_eq!(units.nesting(&HashSet::from([1, 2]))[&1], Nesting::Within);
    }
}
