//! New active records that may be of the same person as an older active record.
//!
//! The newer snapshot is read once more: records that share two of last name, first name and birth with a new one are
//! compared with it, and a sample says how often each value is met. Records are held in the extract's order, wherever they
//! are, so that a kept snapshot gives the same rows as its extract.

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
use crate::diff::{Diff, Met, Side};
use crate::explain::plain;
use crate::fields::quotes;
use crate::layout::{Layout, is_active};
use crate::rows::Rows;
use crate::tables::RESEMBLANCES;

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
        let newer = diff.side(Side::Newer);
        diff.newer_sampled(&mut |met| {
            search.hold(&Seen::of(met, &search.raw(met)), true);
        })?;
        let mut sharing = Vec::new();
        newer.scan(&mut |met| sharing.extend((!search.sharing(met).is_empty()).then_some(met.place)))?;
        newer.in_order(sharing, &mut |met| search.take(met))?;
        newer.repeated(&mut |met| search.take(met))?;
        search.people.set_total(newer.rows);
        let asked = Asked {
            pairs: (f64::from(search.new) * newer.rows as f64).max(1.0),
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
    /// Of each part: where the compared fields stand, and the columns of last name, first name and birth in its order.
    parts: Vec<(Places, Columns)>,
    cut_off: bool,
}

impl Search {
    fn of(diff: &Diff) -> Result<Self, RollError> {
        let mut search = Self {
            people: People::default(),
            new: 0,
            by_key: HashMap::new(),
            pairs: Vec::new(),
            parts: diff.layouts(Side::Newer).map(of_part).collect(),
            cut_off: false,
        };
        diff.newcomers(&mut |change| {
            if let Some(record) = &change.after {
                let (layout, raw) = record.raw();
                let (source, line) = (record.source(), record.line());
                search.add_new(&Seen { part: record.part_number(), layout, raw, source, line });
            }
            Ok(())
        })?;
        search.new = search.people.len() as u32;
        Ok(search)
    }

    fn add_new(&mut self, seen: &Seen<'_>) {
        let value = |at: usize| seen.raw.get(at).map(|raw| seen.layout.text(raw));
        let keys = Shared::of(&self.parts[seen.part].1, value).keys();
        if let Some(at) = self.hold(seen, false) {
            for key in keys.into_iter().flatten() {
                self.by_key.entry(key).or_default().push(at);
            }
        }
    }

    /// Holds an active record, or any that is part of the sample.
    fn hold(&mut self, seen: &Seen<'_>, counted: bool) -> Option<At> {
        let (places, layout, raw) = (&self.parts[seen.part].0, seen.layout, seen.raw);
        let text = |at: Option<usize>| at.and_then(|at| raw.get(at)).map(|raw| layout.text(raw)).unwrap_or_default();
        let wanted = counted || is_active(&plain(&text(places.status)));
        if raw.len() < places.width || !places.suffice() || !wanted {
            return None;
        }
        let (id, county) = (text(Some(layout.key)), text(places.county));
        let values = places.values(layout, raw);
        let given = Given { values: &values, id: id.trim(), county: &county, source: seen.source, line: seen.line };
        Some(self.people.add(&given, counted))
    }

    /// Takes a record that shares something with a new one.
    fn take(&mut self, met: &Met<'_>) {
        let mut found = self.sharing(met);
        let raw = self.raw(met);
        let id = raw.get(met.layout.key).map(|raw| met.layout.text(raw)).unwrap_or_default();
        found.sort_unstable();
        found.dedup();
        // A new record is held already, and each pair of two new ones is met twice.
        let own = found.iter().copied().find(|new| self.people.id(*new) == id.trim());
        found.retain(|new| own.is_none_or(|own| *new < own));
        self.cut_off |= self.pairs.len() + found.len() > MOST_PAIRS;
        if !self.cut_off
            && !found.is_empty()
            && let Some(other) = own.or_else(|| self.hold(&Seen::of(met, &raw), false))
        {
            self.pairs.extend(found.into_iter().map(|new| (new, other)));
        }
    }

    /// The raw fields of a record, as far as they are needed.
    fn raw<'a>(&self, met: &Met<'a>) -> Vec<&'a [u8]> {
        met.layout.fields(met.bytes).take(self.parts[met.part()].0.width).collect()
    }

    /// New records that share two of last name, first name and birth with this one.
    fn sharing(&self, met: &Met<'_>) -> Vec<At> {
        let columns = &self.parts[met.part()].1;
        let Some(last) = columns.0.last() else { return Vec::new() };
        let mut wanted = [*last; 3];
        wanted.iter_mut().zip(&columns.0).for_each(|(wanted, column)| *wanted = *column);
        let shape = met.layout.shape(met.bytes, quotes(met.bytes));
        let Some(raw) = met.layout.pick(met.bytes, &shape, wanted) else { return Vec::new() };
        let mut raw = raw.into_iter();
        let shared = Shared::of(columns, |_| Some(met.layout.text(raw.next()?)));
        let found = shared.keys().into_iter().flatten().filter_map(|key| self.by_key.get(&key));
        found.flatten().copied().collect()
    }

    fn notes(&self) -> Notes {
        let said = "More pairs of new and older records share two of last name, first name and birth than are compared (10 \
                    million): second registrations were looked for in part of the extract only.";
        self.cut_off.then(|| said.to_owned()).into_iter().collect()
    }
}

/// A record as it was read.
struct Seen<'a> {
    part: usize,
    layout: &'a Layout,
    raw: &'a [&'a [u8]],
    source: &'a str,
    line: u64,
}

impl<'a> Seen<'a> {
    fn of(met: &Met<'a>, raw: &'a [&'a [u8]]) -> Self {
        Self { part: met.part(), layout: met.layout, raw, source: met.source, line: met.line() }
    }
}

fn of_part(layout: &Layout) -> (Places, Columns) {
    let places = Places::of(layout);
    let columns = places.columns([LAST, FIRST, BIRTH]);
    (places, columns)
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
