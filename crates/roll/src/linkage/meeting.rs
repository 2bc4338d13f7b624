//! New records held against those that share something with them, on all cores.
//!
//! Of a record that is met nothing is kept but what it says of the pairs' patterns, and its place where it is worth more than
//! a glance.

use super::field::HELD;
use super::line::Line;
use super::marks::Keys;
use super::model::Model;
use super::newcomers::Search;
use super::people::{At, Pattern};
use super::{KEPT_ODDS, MOST_KEPT, Patterns};
use crate::RollError;
use crate::diff::{Alike, Diff, Met, Place, Side};

/// Pairs compared.
#[derive(Default)]
pub(super) struct Meeting {
    pub(super) patterns: Patterns,
    pub(super) likely: Vec<Likely>,
}

/// A pair that is worth more than a glance.
#[derive(Debug, Clone, Copy)]
pub(super) struct Likely {
    pub(super) new: At,
    pub(super) place: Place,
    /// The other one's number, where it is new too.
    pub(super) own: Option<At>,
    pub(super) pattern: Pattern,
    pub(super) odds: f64,
}

/// Compares the records that are alike, and those with the id of one before them, with the new ones; the likely pairs come in the
/// extract's order.
pub(super) fn meet(search: &Search, model: &Model, diff: &Diff, alike: &Alike) -> Result<Meeting, RollError> {
    let newer = diff.side(Side::Newer);
    let read = newer.visit(&alike.places, &Meeting::default, &|meeting: &mut Meeting, met| {
        meeting.take(search, model, met, search.by_place.get(&met.place.order()).copied());
    })?;
    let lined = diff.lined().visit_lines(&alike.lined, &Meeting::default, &|meeting: &mut Meeting, place, line| {
        meeting.take_line(search, model, place, line);
    })?;
    let mut meeting = Meeting::default();
    read.into_iter().chain(lined).for_each(|share| meeting.add(share));
    meeting.likely.sort_unstable_by_key(|likely| (likely.place.order(), likely.new));
    newer.repeated(&mut |met| meeting.take(search, model, met, search.own(met)))?;
    while meeting.likely.len() > MOST_KEPT {
        meeting.likelier_half();
    }
    Ok(meeting)
}

impl Meeting {
    fn add(&mut self, other: Self) {
        other.patterns.into_iter().for_each(|(pattern, count)| *self.patterns.entry(pattern).or_default() += count);
        self.likely.extend(other.likely);
    }

    /// Takes a record; `own` is its number where it is new itself.
    fn take(&mut self, search: &Search, model: &Model, met: &Met<'_>, own: Option<At>) {
        let keys = search.parts[met.part()].1.keys_of(met.layout, met.bytes);
        let found = search.sharing(keys, own);
        let raw = search.raw(met);
        if found.is_empty() || (own.is_none() && !search.is_compared(met, &raw, false)) {
            return;
        }
        let values = match own {
            Some(_) => Default::default(),
            None => search.parts[met.part()].0.values(met.layout, &raw),
        };
        self.compare(search, model, met.place, (&found, own), &values.each_ref().map(String::as_str));
    }

    fn take_line(&mut self, search: &Search, model: &Model, place: Place, line: &str) {
        let Some(line) = Line::read(line) else { return };
        let own = search.by_place.get(&place.order()).copied();
        let found = search.sharing(line.shared.keys(search.seed), own);
        if !found.is_empty() && (own.is_some() || line.is_active) {
            self.compare(search, model, place, (&found, own), &line.values);
        }
    }

    fn compare(
        &mut self,
        search: &Search,
        model: &Model,
        place: Place,
        (found, own): (&[At], Option<At>),
        values: &[&str; HELD],
    ) {
        for &new in found {
            let pattern = match own {
                Some(own) => search.people.compare(new, own),
                None => search.people.compare_with(new, values),
            };
            *self.patterns.entry(pattern).or_default() += 1;
            let odds = model.ratios_of(&search.people, new, pattern).odds(model).0;
            if odds >= KEPT_ODDS {
                self.likely.push(Likely { new, place, own, pattern, odds });
            }
        }
    }

    /// Drops the less likely half.
    fn likelier_half(&mut self) {
        let mut odds: Vec<f64> = self.likely.iter().map(|likely| likely.odds).collect();
        odds.sort_unstable_by(f64::total_cmp);
        let least = odds[odds.len() / 2];
        self.likely.retain(|likely| likely.odds > least);
    }
}

impl Search {
    /// New records that share two of last name, first name and birth with one of these keys. Of two new ones the later one's pairs
    /// are made, so that none is met twice.
    fn sharing(&self, keys: Keys, own: Option<At>) -> Vec<At> {
        let found = keys.into_iter().flatten().filter_map(|key| self.by_key.get(&key));
        let earlier = |new: &At| own.is_none_or(|own| *new < own);
        let mut found: Vec<At> = found.flat_map(|sharing| &sharing.new).copied().filter(earlier).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The new record whose id a record has that stands behind it.
    fn own(&self, met: &Met<'_>) -> Option<At> {
        let keys = self.parts[met.part()].1.keys_of(met.layout, met.bytes);
        let id = self.raw(met).get(met.layout.key).map(|raw| met.layout.text(raw)).unwrap_or_default();
        self.sharing(keys, None).into_iter().find(|new| self.people.id(*new) == id.trim())
    }
}
