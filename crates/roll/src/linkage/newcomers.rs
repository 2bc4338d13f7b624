//! New active records that may be of the same person as an older active record.
//!
//! Records that share two of last name, first name and birth with a new one are compared with it (`meeting`), and a sample
//! says how often each value is met. Who counts first is told by the extract's order, wherever the records are, so that a kept
//! snapshot gives the same rows as its extract.

use std::collections::{HashMap, HashSet};

use arrow::array::RecordBatch;
use pollwarden_core::Table;

use super::marks::{Marker, mark};
use super::meeting::{Likely, Meeting};
use super::people::{At, Given, People};
use super::value::Places;
use super::within::push;
use super::{Asked, Kept, Learning, cluster, linked, model};
use crate::RollError;
use crate::diff::{Alike, Diff, Met, Place, Side};
use crate::explain::plain;
use crate::layout::{Layout, is_active};
use crate::rows::Rows;
use crate::tables::RESEMBLANCES;

/// Pairs compared at most: far more than a month's registrations of a state need.
const MOST_PAIRS: u64 = 10_000_000;
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
        let linked = search.linked(diff)?;
        let mut best = vec![false; search.new as usize];
        for pair in linked {
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

/// New records, and the older ones found for them. New ones stand first among the people.
pub(super) struct Search {
    pub(super) people: People,
    pub(super) new: u32,
    /// New records by what others may share with them.
    pub(super) by_key: HashMap<u64, Sharing>,
    pub(super) by_place: HashMap<u64, At>,
    pub(super) seed: u64,
    /// Of each part: where the compared fields stand, and what marks its records.
    pub(super) parts: Vec<(Places, Marker)>,
    pub(super) cut_off: bool,
}

/// New records with one key.
pub(super) struct Sharing {
    /// Which two fields it is of.
    kind: usize,
    pub(super) new: Vec<At>,
}

impl Search {
    fn of(diff: &Diff) -> Result<Self, RollError> {
        let part = |layout: &Layout| (Places::of(layout), Marker::of(layout, diff.seeds().key));
        let mut search = Self {
            people: People::default(),
            new: 0,
            by_key: HashMap::new(),
            by_place: HashMap::new(),
            seed: diff.seeds().key,
            parts: diff.layouts(Side::Newer).map(part).collect(),
            cut_off: false,
        };
        diff.newcomers(&mut |met| search.add_new(met))?;
        search.new = search.people.len() as u32;
        Ok(search)
    }

    fn add_new(&mut self, met: &Met<'_>) {
        let Some(at) = self.hold(met, false) else { return };
        self.by_place.insert(met.place.order(), at);
        let keys = self.parts[met.part()].1.keys_of(met.layout, met.bytes);
        for (kind, key) in keys.into_iter().enumerate() {
            if let Some(key) = key {
                self.by_key.entry(key).or_insert_with(|| Sharing { kind, new: Vec::new() }).new.push(at);
            }
        }
    }

    /// Holds an active record, or any that is part of the sample.
    fn hold(&mut self, met: &Met<'_>, counted: bool) -> Option<At> {
        let (places, raw) = (&self.parts[met.part()].0, self.raw(met));
        if !self.is_compared(met, &raw, counted) {
            return None;
        }
        let text =
            |at: Option<usize>| at.and_then(|at| raw.get(at)).map(|raw| met.layout.text(raw)).unwrap_or_default();
        let (id, county) = (text(Some(met.layout.key)), text(places.county));
        let values = places.values(met.layout, &raw);
        let given = Given { values: &values, id: id.trim(), county: &county, source: met.source, line: met.line() };
        Some(self.people.add(&given, counted))
    }

    /// Whether a record has what is compared, and is active or part of the sample.
    pub(super) fn is_compared(&self, met: &Met<'_>, raw: &[&[u8]], counted: bool) -> bool {
        let places = &self.parts[met.part()].0;
        let status = || places.status.and_then(|at| raw.get(at)).map(|raw| met.layout.text(raw)).unwrap_or_default();
        raw.len() >= places.width && places.suffice() && (counted || is_active(&plain(&status())))
    }

    /// The raw fields of a record, as far as they are needed.
    pub(super) fn raw<'a>(&self, met: &Met<'a>) -> Vec<&'a [u8]> {
        met.layout.fields(met.bytes).take(self.parts[met.part()].0.width).collect()
    }

    /// The pairs of a new record and another one, the likeliest first.
    fn linked(&mut self, diff: &Diff) -> Result<Vec<super::Linked>, RollError> {
        let newer = diff.side(Side::Newer);
        diff.newer_sampled(&mut |met| {
            self.hold(met, true);
        })?;
        self.people.set_total(newer.rows);
        let alike = diff.alike()?;
        self.keep_to(MOST_PAIRS, &alike);
        let asked = Asked {
            pairs: (f64::from(self.new) * newer.rows as f64).max(1.0),
            expected: f64::from(self.new) * EXPECTED_IN_HUNDRED / 100.0,
        };
        let learning = Learning::begin(&self.people, &asked);
        let Meeting { patterns, likely } = super::meeting::meet(self, &learning.model, diff, &alike)?;
        drop(alike);
        let (others, kept) = numbered(&likely, self.people.len());
        let model = learning.end(&self.people, patterns, &kept);
        let likely = |pair: &Kept| {
            model::probability(model.ratios_of(&self.people, pair.a, pair.pattern).odds(&model).0) >= cluster::LINKING
        };
        let kept: Vec<Kept> = kept.into_iter().filter(likely).collect();
        let kept = self.hold_others(diff, &others, kept)?;
        Ok(linked(&model, &self.people, &kept, AT_LEAST))
    }

    /// Leaves out what most records share, where more pairs than `most` would be compared.
    fn keep_to(&mut self, most: u64, alike: &Alike) {
        let pairs = |(key, sharing): (&u64, &Sharing)| {
            alike.bearers.get(&mark(*key)).copied().unwrap_or_default().saturating_mul(sharing.new.len() as u64)
        };
        let mut all: Vec<(u64, &Sharing, u64)> = self.by_key.iter().map(|one| (pairs(one), one.1, *one.0)).collect();
        all.sort_unstable_by(|a, b| (a.0, &a.1.new, a.1.kind).cmp(&(b.0, &b.1.new, b.1.kind)));
        let (mut sum, mut left_out) = (0_u64, HashSet::new());
        for (pairs, _, key) in all {
            sum = sum.saturating_add(pairs);
            left_out.extend((sum > most).then_some(key));
        }
        self.cut_off = !left_out.is_empty();
        self.by_key.retain(|key, _| !left_out.contains(key));
    }

    /// Holds the other records of pairs, which had numbers beforehand, and gives the pairs with their numbers now.
    fn hold_others(&mut self, diff: &Diff, others: &[Place], mut kept: Vec<Kept>) -> Result<Vec<Kept>, RollError> {
        let (newer, first) = (diff.side(Side::Newer), self.people.len() as At);
        let mut wanted: Vec<At> = kept.iter().map(|pair| pair.b).filter(|b| *b >= first).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let places: Vec<Place> = wanted.iter().map(|at| others[(at - first) as usize]).collect();
        let again: HashSet<u64> = newer.repeats().iter().map(|place| place.order()).collect();
        let (repeated, once): (Vec<Place>, _) = places.into_iter().partition(|place| again.contains(&place.order()));
        newer.in_order(once, &mut |met| {
            self.hold(met, false);
        })?;
        if !repeated.is_empty() {
            let repeated: HashSet<u64> = repeated.iter().map(|place| place.order()).collect();
            newer.repeated(&mut |met| {
                if repeated.contains(&met.place.order()) {
                    self.hold(met, false);
                }
            })?;
        }
        for pair in kept.iter_mut().filter(|pair| pair.b >= first) {
            pair.b = first + wanted.binary_search(&pair.b).unwrap_or_default() as At;
        }
        Ok(kept)
    }

    fn notes(&self) -> Notes {
        let said = "More pairs of new and older records share two of last name, first name and birth than are compared (10 \
                    million): second registrations were not looked for by what most records share.";
        self.cut_off.then(|| said.to_owned()).into_iter().collect()
    }
}

/// Pairs with numbers for the records that are not held yet, in their order; and those records' places.
fn numbered(likely: &[Likely], held: usize) -> (Vec<Place>, Vec<Kept>) {
    let mut others: Vec<Place> = Vec::new();
    let pair = |one: &Likely| {
        let b = one.own.unwrap_or_else(|| {
            if others.last() != Some(&one.place) {
                others.push(one.place);
            }
            (held + others.len() - 1) as At
        });
        Kept { a: one.new, b, pattern: one.pattern, odds: one.odds }
    };
    let kept = likely.iter().map(pair).collect();
    (others, kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_too_many_pairs_those_that_share_what_most_do_are_left_out() {
        let sharing = |kind, new: &[At]| Sharing { kind, new: new.to_vec() };
        let by_key = [(1 << 32, sharing(0, &[0])), (2 << 32, sharing(1, &[0, 1])), (3 << 32, sharing(0, &[1]))];
        let (people, by_place) = (People::default(), HashMap::new());
        let mut search =
            Search { people, new: 2, by_key: by_key.into(), by_place, seed: 0, parts: Vec::new(), cut_off: false };
        let alike = Alike { bearers: [(1, 10), (2, 100), (3, 20)].into(), ..Alike::default() };
        search.keep_to(230, &alike);
        assert!(search.by_key.len() == 3 && search.notes().is_empty());
        search.keep_to(229, &alike);
        assert!(search.by_key.len() == 2 && !search.by_key.contains_key(&(2 << 32)) && search.notes().len() == 1);
    }
}
