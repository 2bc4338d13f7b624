//! Marks of a record: hashes of two each of last name, first name and birth. Two records of one person have a mark in
//! common, mostly; so have some strangers.
//!
//! Marks are short, since one is held for every record of a roll: records that have one in common are read again, and their
//! keys, the whole hashes, decide. Both are seeded, so that nobody can prepare records that bear one mark.

use std::borrow::Cow;

use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::field::{BIRTH, FIRST, LAST};
use super::value::{self, Places};
use crate::fields::quotes;
use crate::layout::{Layout, Shape};

/// Hashes of last name and birth, of both names in either order, of first name and birth; `None` where one is missing.
pub(crate) type Keys = [Option<u64>; 3];
/// The keys' first bits; 0 where there is none.
pub(crate) type Marks = [u32; 3];

/// The mark of a key.
pub(crate) fn mark(key: u64) -> u32 {
    ((key >> 32) as u32).max(1)
}

/// The marks of a record's keys.
pub(crate) fn marks(keys: Keys) -> Marks {
    keys.map(|key| key.map_or(0, mark))
}

/// Marks the records of one part.
#[derive(Debug)]
pub(crate) struct Marker {
    /// Columns of last name, first name and birth in the file's order; the last one is repeated where some are missing.
    columns: [usize; 3],
    /// What stands there.
    fields: Vec<usize>,
    seed: u64,
}

impl Marker {
    pub(crate) fn of(layout: &Layout, seed: u64) -> Self {
        let (found, fields) = Places::of(layout).columns([LAST, FIRST, BIRTH]);
        let mut columns = [found.last().copied().unwrap_or_default(); 3];
        columns.iter_mut().zip(found).for_each(|(column, found)| *column = found);
        Self { columns, fields, seed }
    }

    /// The keys of a record by itself.
    pub(crate) fn keys_of(&self, layout: &Layout, record: &[u8]) -> Keys {
        self.keys(layout, record, &layout.shape(record, quotes(record)))
    }

    pub(crate) fn keys(&self, layout: &Layout, record: &[u8], shape: &Shape) -> Keys {
        let raw = if self.fields.is_empty() { None } else { layout.pick(record, shape, self.columns) };
        let Some(raw) = raw else { return [None; 3] };
        let mut shared = Shared::default();
        for (field, raw) in self.fields.iter().zip(raw) {
            shared.put(*field, layout.text(raw));
        }
        shared.keys(self.seed)
    }
}

/// Last name, first name and birth in plain form, whatever stands there.
#[derive(Debug, Default)]
pub(super) struct Shared<'a> {
    pub(super) last: Cow<'a, str>,
    pub(super) first: Cow<'a, str>,
    pub(super) birth: Cow<'a, str>,
    /// Whether the birth is a whole date.
    pub(super) is_date: bool,
}

impl<'a> Shared<'a> {
    /// Puts in a value as it is written.
    pub(super) fn put(&mut self, field: usize, value: Cow<'a, str>) {
        match field {
            LAST => self.last = name(value),
            FIRST => self.first = name(value),
            _ => {
                let is_year = value.len() == 4 && value.bytes().all(|b| b.is_ascii_digit());
                self.is_date = !is_year && value.len() >= 8;
                self.birth = if is_year { value } else { value::birth(&value).into() };
            }
        }
    }

    /// First name and birth make a key where that is a whole date: too many share a first name and a year.
    pub(super) fn keys(&self, seed: u64) -> Keys {
        let [last, first, birth] = [&self.last, &self.first, &self.birth]
            .map(|form| (!form.is_empty()).then(|| xxh3_64_with_seed(form.as_bytes(), seed)));
        let both = |a: Option<u64>, b: Option<u64>, kind| Some(xxh3_64_with_seed(&a?.to_le_bytes(), b? ^ kind));
        let of_both_names = both(last.min(first), last.max(first), 2);
        [both(last, birth, 1), of_both_names, both(first, birth, 3).filter(|_| self.is_date)]
    }
}

/// A name in plain form.
fn name(value: Cow<'_, str>) -> Cow<'_, str> {
    if value.bytes().all(|byte| byte.is_ascii_uppercase()) { value } else { value::name(&value).into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(last: &'static str, first: &'static str, birth: &'static str) -> Keys {
        let mut shared = Shared::default();
        [(LAST, last), (FIRST, first), (BIRTH, birth)]
            .into_iter()
            .for_each(|(field, value)| shared.put(field, value.into()));
        shared.keys(7)
    }

    #[test]
    fn two_that_agree_are_enough_in_any_form() {
        let one = keys("O'NEIL", "ADA", "1980-04-12");
        assert_eq!(one, keys("Oneil", "ada ", "4/12/1980"));
        assert_eq!(one[0], keys("ONEIL", "EVE", "04/12/1980")[0]);
        assert_eq!(one[1], keys("ADA", "ONEIL", "1970-01-01")[1]);
        assert_eq!(one[2], keys("SMITH", "ADA", "04/12/1980")[2]);
    }

    #[test]
    fn missing_values_are_not_shared() {
        assert_eq!(keys("", "ADA", "1980"), [None; 3]);
        assert!(keys("ONEIL", "ADA", "1980")[2].is_none() && keys("ONEIL", "", "1980")[0].is_some());
        assert_eq!(marks([None, Some(0), Some(5 << 32)]), [0, 1, 5]);
    }
}
