//! New active records that may be of the same person as an older active record.
//!
//! The newer snapshot is read once more: records that share two of last name, first name and birth with a new one are
//! compared with it, and a sample says how often each value is met.

use std::borrow::Cow;
use std::collections::HashMap;

use arrow::array::RecordBatch;
use pollwarden_core::Table;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::field::{BIRTH, FIRST, LAST};
use super::people::{At, Given, People};
use super::value::{self, Places};
use super::within::push;
use super::{Asked, link};
use crate::RollError;
use crate::diff::{Diff, Met, Side, scan};
use crate::explain::plain;
use crate::layout::{Layout, is_active};
use crate::rows::Rows;
use crate::tables::RESEMBLANCES;

/// How many records it takes to know how rare a value is.
const SAMPLE: u64 = 50_000;
/// Pairs compared at most: far more than a month's registrations of a state need.
const MOST_PAIRS: usize = 10_000_000;
/// Of a hundred new records, so many are taken to be second ones before any is looked at.
const EXPECTED_IN_HUNDRED: f64 = 1.0;
/// Pairs below this probability are not worth a row.
const AT_LEAST: f64 = 0.05;

/// What is said besides the rows.
pub(crate) type Notes = Vec<String>;

/// Hands on table `resemblances`: for each new record, the older one that it is most likely a second one of.
pub(crate) fn resemblances(
    diff: &Diff,
    each: &mut dyn FnMut(&'static Table, RecordBatch) -> Result<(), RollError>,
) -> Result<Notes, RollError> {
    let mut rows = Rows::new(&RESEMBLANCES);
    let mut search = Search::of(diff)?;
    if search.new > 0 {
        scan(diff.parts(Side::Newer), &mut |met| search.take(met))?;
        search.people.set_total(search.total);
        let asked = Asked {
            pairs: (f64::from(search.new) * search.total as f64).max(1.0),
            expected: f64::from(search.new) * EXPECTED_IN_HUNDRED / 100.0,
        };
        let mut pairs = |each: &mut dyn FnMut(At, At)| search.pairs.iter().for_each(|(new, other)| each(*new, *other));
        let mut best = vec![false; search.new as usize];
        for pair in link(&search.people, &asked, &mut pairs, AT_LEAST) {
            for (a, b) in [(pair.a, pair.b), (pair.b, pair.a)] {
                if a < search.new && !std::mem::replace(&mut best[a as usize], true) {
                    push(&mut rows, &search.people, &super::Linked { a, b, ..pair });
                }
            }
        }
    }
    each(&RESEMBLANCES, rows.take()?)?;
    Ok(search.notes())
}

/// Places in the file, in its order, and the fields that stand there.
type Columns = (Vec<usize>, Vec<usize>);

/// New records, and the older ones found for them. New ones stand first among the people.
struct Search {
    people: People,
    new: u32,
    by_key: HashMap<u64, Vec<At>>,
    pairs: Vec<(At, At)>,
    total: u64,
    one_in: u64,
    part: String,
    places: Places,
    /// The columns of last name, first name and birth, in the file's order.
    columns: Columns,
    cut_off: bool,
}

impl Search {
    fn of(diff: &Diff) -> Result<Self, RollError> {
        let mut search = Self {
            people: People::default(),
            new: 0,
            by_key: HashMap::new(),
            pairs: Vec::new(),
            total: 0,
            one_in: (diff.newer_rows() / SAMPLE).max(1),
            part: String::new(),
            places: Places::default(),
            columns: Columns::default(),
            cut_off: false,
        };
        diff.newcomers(&mut |change| {
            if let Some(record) = &change.after {
                let (layout, raw) = record.raw();
                search.begin(record.source(), layout);
                search.add_new(layout, raw, (record.source(), record.line()));
            }
            Ok(())
        })?;
        (search.new, search.part) = (search.people.len() as u32, String::new());
        Ok(search)
    }

    fn begin(&mut self, source: &str, layout: &Layout) {
        if self.part != source {
            source.clone_into(&mut self.part);
            self.places = Places::of(layout);
            self.columns = self.places.columns([LAST, FIRST, BIRTH]);
        }
    }

    fn add_new(&mut self, layout: &Layout, raw: &[&[u8]], place: (&str, u64)) {
        let shared = Shared::of(&self.columns, |at| raw.get(at).map(|raw| layout.text(raw)));
        if let Some(at) = self.hold(layout, raw, place, false) {
            for key in shared.keys().into_iter().flatten() {
                self.by_key.entry(key).or_default().push(at);
            }
        }
    }

    /// Holds an active record, or any that is part of the sample.
    fn hold(&mut self, layout: &Layout, raw: &[&[u8]], (source, line): (&str, u64), counted: bool) -> Option<At> {
        let text = |at: Option<usize>| at.and_then(|at| raw.get(at)).map(|raw| layout.text(raw)).unwrap_or_default();
        let wanted = counted || is_active(&plain(&text(self.places.status)));
        if raw.len() < self.places.width || !self.places.suffice() || !wanted {
            return None;
        }
        let (id, county) = (text(Some(layout.key)), text(self.places.county));
        let values = self.places.values(layout, raw);
        Some(self.people.add(&Given { values: &values, id: id.trim(), county: &county, source, line }, counted))
    }

    fn take(&mut self, met: &Met<'_>) {
        self.begin(met.source, met.layout);
        self.total += 1;
        let width = self.places.width;
        let raw = || met.layout.fields(met.bytes).take(width).collect::<Vec<&[u8]>>();
        if self.total.is_multiple_of(self.one_in) {
            self.hold(met.layout, &raw(), (met.source, met.line), true);
        }
        let mut found = self.sharing(met);
        if found.is_empty() {
            return;
        }
        let raw = raw();
        let id = raw.get(met.layout.key).map(|raw| met.layout.text(raw)).unwrap_or_default();
        found.sort_unstable();
        found.dedup();
        // A new record is held already, and each pair of two new ones is met twice.
        let own = found.iter().copied().find(|new| self.people.id(*new) == id.trim());
        found.retain(|new| own.is_none_or(|own| *new < own));
        self.cut_off |= self.pairs.len() + found.len() > MOST_PAIRS;
        if !self.cut_off
            && !found.is_empty()
            && let Some(other) = own.or_else(|| self.hold(met.layout, &raw, (met.source, met.line), false))
        {
            self.pairs.extend(found.into_iter().map(|new| (new, other)));
        }
    }

    /// New records that share two of last name, first name and birth with this one.
    fn sharing(&self, met: &Met<'_>) -> Vec<At> {
        let mut raw: [&[u8]; 3] = [&[]; 3];
        if !met.layout.some(met.bytes, &self.columns.0, &mut raw) {
            return Vec::new();
        }
        let mut raw = raw.into_iter();
        let shared = Shared::of(&self.columns, |_| Some(met.layout.text(raw.next()?)));
        let found = shared.keys().into_iter().flatten().filter_map(|key| self.by_key.get(&key));
        found.flatten().copied().collect()
    }

    fn notes(&self) -> Notes {
        let said = "More pairs of new and older records share two of last name, first name and birth than are compared (10 \
                    million): second registrations were looked for in part of the extract only.";
        self.cut_off.then(|| said.to_owned()).into_iter().collect()
    }
}

/// Last name, first name and birth, as they are written.
#[derive(Default)]
struct Shared<'a> {
    last: Cow<'a, str>,
    first: Cow<'a, str>,
    birth: Cow<'a, str>,
}

impl<'a> Shared<'a> {
    /// Values in the file's order of columns.
    fn of((columns, fields): &Columns, mut value: impl FnMut(usize) -> Option<Cow<'a, str>>) -> Self {
        let mut shared = Self::default();
        for (at, field) in columns.iter().zip(fields) {
            let value = value(*at).unwrap_or_default();
            match *field {
                LAST => shared.last = value,
                FIRST => shared.first = value,
                _ => shared.birth = value,
            }
        }
        shared
    }

    /// Hashes of last name and birth, of both names in either order, and of first name and birth where that is a whole date:
    /// too many share a first name and a year.
    fn keys(&self) -> [Option<u64>; 3] {
        let is_year = self.birth.len() == 4 && self.birth.bytes().all(|b| b.is_ascii_digit());
        let last = hash(&self.last, is_plain_name(&self.last), value::name);
        let first = hash(&self.first, is_plain_name(&self.first), value::name);
        let birth = hash(&self.birth, is_year, value::birth);
        let both = |a: Option<u64>, b: Option<u64>, seed| Some(xxh3_64_with_seed(&a?.to_le_bytes(), b? ^ seed));
        let is_date = !is_year && self.birth.len() >= 8;
        [both(last, birth, 1), both(last.min(first), last.max(first), 2), both(first, birth, 3).filter(|_| is_date)]
    }
}

/// Whether a name is in plain form as it stands.
fn is_plain_name(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// A value in plain form, hashed; `None` where it is empty.
fn hash(value: &str, is_plain: bool, form: fn(&str) -> String) -> Option<u64> {
    let value = if is_plain { Cow::Borrowed(value) } else { Cow::Owned(form(value)) };
    (!value.is_empty()).then(|| xxh3_64_with_seed(value.as_bytes(), 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(last: &'static str, first: &'static str, birth: &'static str) -> [Option<u64>; 3] {
        Shared { last: last.into(), first: first.into(), birth: birth.into() }.keys()
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
    }
}
