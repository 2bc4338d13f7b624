//! New records that may be the same person as an older record: leads for a person to look into, never a removal list.
//!
//! Weights after Fellegi and Sunter (1969): each thing two records agree on counts by how rare its value is on this
//! roll. If the compared things were independent, unrelated pairs would reach a likelihood ratio of t with probability
//! at most 1/t (Markov), so `by_chance` bounds the number of unrelated pairs expected at this weight among all pairs of
//! a new record and any other. A wrong match costs a citizen the vote; see the crate's README.

mod weight;

use std::collections::{HashMap, HashSet};

use arrow::array::RecordBatch;
use pollwarden_core::Table;

use crate::RollError;
use crate::diff::{AT_ONCE, Diff, Indexed, Part, Place};
use crate::layout::{Layout, Role};
use crate::rows::{Rows, Value};
use crate::tables::RESEMBLANCES;
use weight::{Person, Rarity};

/// Pairs that chance would make so many of are not worth a row.
const MOST_BY_CHANCE: f64 = 1000.0;

/// Hands on table `resemblances`.
pub(crate) fn resemblances(
    diff: &Diff,
    each: &mut dyn FnMut(&'static Table, RecordBatch) -> Result<(), RollError>,
) -> Result<(), RollError> {
    let new = new_persons(diff)?;
    let mut rows = Rows::new(&RESEMBLANCES);
    if !new.is_empty() {
        let (pairs, rarity) = candidates(diff.newer(), &new)?;
        let mut best: Vec<Option<(f64, &Person)>> = vec![None; new.len()];
        for (at, other) in &pairs {
            let weight = rarity.weight(&new[*at], other);
            if best[*at].is_none_or(|(known, _)| known < weight) {
                best[*at] = Some((weight, other));
            }
        }
        let all_pairs = new.len() as f64 * diff.newer().rows as f64;
        for (person, best) in new.iter().zip(best) {
            if let Some((weight, other)) = best {
                push(&mut rows, person, other, weight, all_pairs * (-weight).exp2());
            }
        }
    }
    each(&RESEMBLANCES, rows.take()?)
}

fn push(rows: &mut Rows, person: &Person, other: &Person, weight: f64, by_chance: f64) {
    if by_chance > MOST_BY_CHANCE {
        return;
    }
    let agree_on = weight::agreements(person, other).join(", ");
    rows.push([
        (&person.id).into(),
        (&other.id).into(),
        (&person.county).into(),
        (&other.county).into(),
        (&agree_on).into(),
        Value::Real(weight),
        Value::Real(by_chance),
        (&person.source).into(),
        person.line.into(),
        (&other.source).into(),
        other.line.into(),
    ]);
}

/// New active records.
fn new_persons(diff: &Diff) -> Result<Vec<Person>, RollError> {
    let mut new = Vec::new();
    diff.newcomers(&mut |change| {
        if let Some(record) = &change.after {
            let person = Person::read(record.source(), record.line(), &|role| record.first(role).into_owned());
            new.extend(Some(person.of(&record.voter_id())).filter(Person::is_active));
        }
        Ok(())
    })?;
    Ok(new)
}

type Candidates = (Vec<(usize, Person)>, Rarity);

/// Older records with the last name and birth of a new one, in the extract's order, and how rare names are.
fn candidates(newer: &Indexed, new: &[Person]) -> Result<Candidates, RollError> {
    let mut by_block: HashMap<u64, Vec<usize>> = HashMap::new();
    for (at, person) in new.iter().enumerate().filter(|(_, person)| person.can_be_compared()) {
        by_block.entry(person.block()).or_default().push(at);
    }
    let names: HashSet<u32> = by_block.keys().map(|block| short(*block)).collect();
    let mut alike = Vec::new();
    newer.entries(&mut |entry| alike.extend(Some(entry.place).filter(|_| names.contains(&entry.name))))?;
    let mut pairs = Vec::new();
    persons(newer, alike, &mut |other| {
        for at in by_block.get(&other.block()).into_iter().flatten() {
            if other.id != new[*at].id && other.is_active() {
                pairs.push((*at, other.clone()));
            }
        }
    })?;
    Ok((pairs, rarity(newer)?))
}

/// How rare names are, from a sample.
fn rarity(newer: &Indexed) -> Result<Rarity, RollError> {
    let (mut rarity, columns) = (Rarity::default(), columns_of(newer));
    newer.sampled(&newer.sample()?, &mut |place, record| {
        let (part, columns) = (&newer.parts[place.part()], &columns[place.part()]);
        columns.person(part, place.line(), record).iter().for_each(|person| rarity.count(person));
    })?;
    Ok(rarity)
}

/// Hands on the persons at some places, in the extract's order.
fn persons(newer: &Indexed, mut places: Vec<Place>, each: &mut dyn FnMut(Person)) -> Result<(), RollError> {
    places.sort_unstable_by_key(|place| place.order());
    let columns = columns_of(newer);
    for some in places.chunks(AT_ONCE) {
        let fetched = newer.fetch(some)?;
        for (at, place) in some.iter().enumerate() {
            let (part, columns) = (&newer.parts[place.part()], &columns[place.part()]);
            columns.person(part, place.line(), fetched.get(at)).into_iter().for_each(&mut *each);
        }
    }
    Ok(())
}

/// A hash of last name and birth of a record, for the first look; never 0. Equal names have equal hashes, others seldom.
pub(crate) fn name_hash(layout: &Layout, last_name: &[u8], birth: &[u8]) -> u32 {
    short(weight::block(&layout.text(last_name), &layout.text(birth)))
}

fn short(block: u64) -> u32 {
    (block as u32).max(1)
}

fn columns_of(newer: &Indexed) -> Vec<PersonColumns> {
    newer.parts.iter().map(|part| PersonColumns::of(&part.layout)).collect()
}

/// Where a part file has what persons are compared by.
struct PersonColumns {
    key: usize,
    /// Columns up to the last one that is needed.
    width: usize,
    roles: HashMap<Role, usize>,
}

impl PersonColumns {
    fn of(layout: &Layout) -> Self {
        let roles: HashMap<Role, usize> =
            weight::COMPARED.iter().filter_map(|role| Some((*role, layout.first(*role)?))).collect();
        let width = roles.values().copied().chain([layout.key]).max().unwrap_or(0) + 1;
        Self { key: layout.key, width, roles }
    }

    fn person(&self, part: &Part, line: u64, record: &[u8]) -> Option<Person> {
        let raw: Vec<&[u8]> = part.layout.fields(record).take(self.width).collect();
        if raw.len() < self.width {
            return None;
        }
        let value =
            |role: Role| self.roles.get(&role).map(|at| part.layout.text(raw[*at]).into_owned()).unwrap_or_default();
        let id = part.layout.text(raw[self.key]);
        Some(Person::read(&part.name, line, &value).of(id.trim()))
    }
}
