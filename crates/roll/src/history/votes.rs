//! Who has which vote, on which side: a bit for each voter and election.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};

use jiff::civil::Date;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::bits::Bits;
use crate::diff::Side;

/// No state has held elections on more days in the years that its history goes back.
pub(crate) const MOST_DAYS: usize = 1024;
/// Counties and the like that are counted apart.
const MOST_COUNTIES: usize = 4096;

/// What the rolls say of a voter.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct OnRoll {
    pub(super) older: bool,
    /// On the newer roll, and not removed there.
    pub(super) stays: bool,
    pub(super) newer: bool,
}

/// All votes. A voter is known by a 64-bit hash of the id under a seed of this run: of n voters, any two are taken for one with
/// a chance of n²/2⁶⁵ (2 in a million for 8 million), and then only a vote of these two could be overlooked.
#[derive(Debug)]
pub(super) struct Votes {
    seed: u64,
    rows: HashMap<u64, u32>,
    days: Vec<Date>,
    by_day: HashMap<Date, u16>,
    /// By side.
    bits: [Bits; 2],
    total: [u64; 2],
    counties: HashMap<Vec<u8>, u16>,
    /// Votes of the older history by county and election.
    credited: HashMap<(u16, u16), u64>,
    on_roll: Vec<OnRoll>,
    /// The first election that the newer history has.
    first_newer: Option<Date>,
    last_older: Option<Date>,
    /// By election: whether the older history has it.
    in_older: Vec<bool>,
}

impl Votes {
    pub(super) fn new() -> Self {
        Self {
            seed: RandomState::new().build_hasher().finish(),
            rows: HashMap::new(),
            days: Vec::new(),
            by_day: HashMap::new(),
            bits: [Bits::default(), Bits::default()],
            total: [0; 2],
            counties: HashMap::new(),
            credited: HashMap::new(),
            on_roll: Vec::new(),
            first_newer: None,
            last_older: None,
            in_older: Vec::new(),
        }
    }

    /// Notes a vote; `false` where there are too many elections to note it.
    pub(super) fn credit(&mut self, side: Side, voter: &[u8], election: Date, county: &[u8]) -> bool {
        let Some(day) = self.day_of(election) else { return false };
        let next = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        let row = *self.rows.entry(xxh3_64_with_seed(voter, self.seed)).or_insert(next);
        let is_new = self.bits[side as usize].set(row, day);
        self.total[side as usize] += u64::from(is_new);
        if side == Side::Older && is_new {
            let county = self.county(county);
            *self.credited.entry((county, day)).or_default() += 1;
        }
        true
    }

    /// What is needed once both histories are read.
    pub(super) fn settle(&mut self) {
        let held =
            |side: Side| (0..self.days.len() as u16).map(|day| self.bits[side as usize].any(day)).collect::<Vec<_>>();
        let [older, newer] = Side::BOTH.map(held);
        let of = |held: &[bool]| {
            self.days.iter().zip(held).filter(|(_, held)| **held).map(|(day, _)| *day).collect::<Vec<_>>()
        };
        (self.first_newer, self.last_older) = (of(&newer).into_iter().min(), of(&older).into_iter().max());
        self.in_older = older;
        self.on_roll = vec![OnRoll::default(); self.rows.len()];
    }

    pub(super) fn has(&self, side: Side) -> bool {
        self.total[side as usize] > 0
    }

    pub(super) fn total(&self, side: Side) -> u64 {
        self.total[side as usize]
    }

    pub(super) fn row(&self, voter: &[u8]) -> Option<u32> {
        self.rows.get(&xxh3_64_with_seed(voter, self.seed)).copied()
    }

    pub(super) fn rows(&self) -> std::ops::Range<u32> {
        0..u32::try_from(self.rows.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn on_roll(&mut self, row: u32) -> &mut OnRoll {
        &mut self.on_roll[row as usize]
    }

    pub(super) fn roll_of(&self, row: u32) -> OnRoll {
        self.on_roll.get(row as usize).copied().unwrap_or_default()
    }

    pub(super) fn day(&self, election: Date) -> Option<u16> {
        self.by_day.get(&election).copied()
    }

    pub(super) fn date(&self, day: u16) -> Date {
        self.days[usize::from(day)]
    }

    /// Votes that the older history credits in a county and election.
    pub(super) fn credited(&self, county: &[u8], day: u16) -> u64 {
        let county = self.counties.get(county).copied().unwrap_or_default();
        self.credited.get(&(county, day)).copied().unwrap_or_default()
    }

    /// Whether a vote of the older history is gone from the newer one, which still keeps elections of that time.
    pub(super) fn is_gone(&self, row: u32, day: u16) -> bool {
        let [older, newer] = &self.bits;
        older.has(row, day) && !newer.has(row, day) && !self.is_retired(day)
    }

    /// The elections that are newly credited to a voter: held since the older history, or before it in the time that it covers.
    pub(super) fn new_days(&self, row: u32) -> impl Iterator<Item = u16> {
        let [older, newer] = &self.bits;
        newer.days(row).filter(move |day| !older.has(row, *day) && self.is_covered(*day))
    }

    /// Whether the newer history has any vote of a voter.
    pub(super) fn is_in_newer(&self, row: u32) -> bool {
        self.bits[Side::Newer as usize].days(row).next().is_some()
    }

    /// How many votes are gone while their voter stays on the roll, and how many went with their voter.
    pub(super) fn gone(&self) -> (u64, u64) {
        let mut gone = (0, 0);
        for row in self.rows() {
            let count = self.bits[Side::Older as usize].days(row).filter(|day| self.is_gone(row, *day)).count() as u64;
            let part = if self.roll_of(row).stays { &mut gone.0 } else { &mut gone.1 };
            *part += count;
        }
        gone
    }

    /// The first election that the newer history keeps, where the older one goes further back.
    pub(super) fn retired(&self) -> Option<Date> {
        let first = self.first_newer?;
        self.days.iter().any(|date| *date < first).then_some(first)
    }

    pub(super) fn last(&self, voter: &[u8]) -> Option<Date> {
        let row = self.row(voter)?;
        self.bits.iter().flat_map(|bits| bits.days(row)).map(|day| self.date(day)).max()
    }

    /// Elections that the older history has too, or that were held since.
    fn is_covered(&self, day: u16) -> bool {
        let since = self.last_older.is_none_or(|last| self.date(day) > last);
        since || self.in_older.get(usize::from(day)).copied().unwrap_or_default()
    }

    fn is_retired(&self, day: u16) -> bool {
        self.first_newer.is_none_or(|first| self.date(day) < first)
    }

    fn day_of(&mut self, election: Date) -> Option<u16> {
        if let Some(day) = self.by_day.get(&election) {
            return Some(*day);
        }
        if self.days.len() == MOST_DAYS {
            return None;
        }
        let day = u16::try_from(self.days.len()).ok()?;
        self.days.push(election);
        self.by_day.insert(election, day);
        Some(day)
    }

    /// A county's number; all beyond the most that are counted apart share the first one's.
    fn county(&mut self, county: &[u8]) -> u16 {
        if let Some(known) = self.counties.get(county) {
            return *known;
        }
        let number = if self.counties.len() < MOST_COUNTIES { self.counties.len() as u16 } else { return 0 };
        self.counties.insert(county.to_owned(), number);
        number
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn settled(older: &[(u8, i16)], newer: &[(u8, i16)]) -> Votes {
        let mut votes = Votes::new();
        for (side, all) in [(Side::Older, older), (Side::Newer, newer)] {
            for (voter, year) in all {
                assert!(votes.credit(side, &[*voter], date(*year, 11, 5), b"1"));
            }
        }
        votes.settle();
        votes
    }

    proptest! {
        #[test]
        fn gone_and_new_are_the_difference_of_two_sets(
            older in prop::collection::vec((0_u8..20, 1900_i16..2100), 1..200),
            newer in prop::collection::vec((0_u8..20, 1900_i16..2100), 1..200),
        ) {
            let votes = settled(&older, &newer);
            let first = newer.iter().map(|(_, year)| *year).min().expect("some");
            let years: Vec<i16> = older.iter().map(|(_, year)| *year).collect();
            let last = years.iter().copied().max().expect("some");
            for voter in 0..20_u8 {
                let Some(row) = votes.row(&[voter]) else { continue };
                let new: Vec<i16> = {
                    let mut new: Vec<i16> = votes.new_days(row).map(|day| votes.date(day).year()).collect();
                    new.sort_unstable();
                    new
                };
                let mut expected: Vec<i16> = newer.iter().filter(|v| v.0 == voter && !older.contains(v)).map(|v| v.1).collect();
                expected.retain(|year| *year > last || years.contains(year));
                expected.sort_unstable();
                expected.dedup();
                prop_assert_eq!(new, expected);
                for year in 1900..2100 {
                    let Some(day) = votes.day(date(year, 11, 5)) else { continue };
                    let gone = older.contains(&(voter, year)) && !newer.contains(&(voter, year)) && year >= first;
                    prop_assert_eq!(votes.is_gone(row, day), gone);
                }
            }
        }
    }

    #[test]
    fn elections_beyond_the_most_are_refused() {
        let mut votes = Votes::new();
        let first = date(1950, 1, 1);
        for day in 0..MOST_DAYS as i64 {
            let election = first.checked_add(jiff::Span::new().days(day)).expect("a day");
            assert!(votes.credit(Side::Older, b"A", election, b""));
        }
        assert!(!votes.credit(Side::Older, b"A", date(2024, 11, 5), b""));
        assert!(votes.credit(Side::Newer, b"B", first, b""));
        assert_eq!((votes.total(Side::Older), votes.total(Side::Newer)), (MOST_DAYS as u64, 1));
    }
}
