//! A sample of the roll: what share of it each part is.

use std::collections::{HashMap, HashSet};

use super::PATTERN;
use super::traits::{BIRTH_DAY, PHONE, REGISTERED, Trait};
use crate::RollError;
use crate::diff::Diff;
use crate::explain::plain;
use crate::layout::Role;

/// A part's share of its county or of the roll, as sampled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Share {
    /// Between 0 and 1; a part that the sample lacks counts as half a record.
    pub(super) share: f64,
    /// Records of the county or roll in the sample.
    pub(super) sampled: u64,
    /// About how many voters of the roll bear the value.
    pub(super) bearers: u64,
}

/// Shares, and which names there are.
#[derive(Debug, Default)]
pub(super) struct Sample {
    /// How many have a value, of a county or ("") of the roll.
    counts: HashMap<(&'static str, u32, u32), u64>,
    counties: HashMap<String, u64>,
    names: HashSet<String>,
    /// Counties and values by number: most are met again and again.
    numbers: Numbers,
    all: u64,
    one_in: f64,
}

/// Texts by number.
#[derive(Debug, Default)]
struct Numbers(HashMap<String, u32>);

impl Numbers {
    fn of(&mut self, text: &str) -> u32 {
        if let Some(number) = self.0.get(text) {
            return *number;
        }
        let next = self.0.len() as u32;
        self.0.insert(text.to_owned(), next);
        next
    }
}

impl Sample {
    pub(super) fn of(diff: &Diff, traits: &[Trait]) -> Result<Self, RollError> {
        let mut sample = Self::default();
        let roll = sample.numbers.of("");
        diff.sampled(&mut |record| {
            let county = record.first(Role::County);
            let county = county.trim();
            let in_county = sample.numbers.of(county);
            for (by, value) in traits.iter().filter_map(|t| Some((t.by, t.value(record)?))) {
                let value = sample.numbers.of(&value);
                *sample.counts.entry((by, in_county, value)).or_default() += 1;
                *sample.counts.entry((by, roll, value)).or_default() += 1;
            }
            *sample.counts.entry(("county", roll, in_county)).or_default() += 1;
            match sample.counties.get_mut(county) {
                Some(count) => *count += 1,
                None => drop(sample.counties.insert(county.to_owned(), 1)),
            }
            for role in [Role::LastName, Role::FirstName] {
                let name = plain(&record.first(role));
                if !sample.names.contains(&name) {
                    sample.names.insert(name);
                }
            }
            sample.all += 1;
        })?;
        sample.one_in = diff.older_rows() as f64 / sample.all.max(1) as f64;
        Ok(sample)
    }

    /// How many counties the roll has.
    pub(super) fn counties(&self) -> usize {
        self.counties.len()
    }

    /// Whether somebody on the roll bears a name, in plain form.
    pub(super) fn is_name(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    pub(super) fn share(&self, by: &'static str, county: &str, value: &str) -> Option<Share> {
        if [PATTERN, PHONE, BIRTH_DAY, REGISTERED].contains(&by) {
            return None;
        }
        let sampled = if county.is_empty() { self.all } else { self.counties.get(county).copied().unwrap_or_default() };
        let number = |text: &str| self.numbers.0.get(text).copied();
        let counted =
            number(county).zip(number(value)).and_then(|(county, value)| self.counts.get(&(by, county, value)));
        let count = counted.copied().unwrap_or_default();
        let share = (count as f64).max(0.5) / (sampled as f64).max(1.0);
        Some(Share { share: share.min(1.0), sampled, bearers: (count as f64 * self.one_in).round() as u64 })
    }
}
