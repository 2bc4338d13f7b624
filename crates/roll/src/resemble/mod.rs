//! New records that may be the same person as an older record: leads for a person to look into, never a removal list.
//!
//! Weights after Fellegi and Sunter (1969): each thing two records agree on counts by how rare its value is on this
//! roll. If the compared things were independent, unrelated pairs would reach a likelihood ratio of t with probability
//! at most 1/t (Markov), so `by_chance` bounds the number of unrelated pairs expected at this weight among all pairs of
//! a new record and any other. A wrong match costs a citizen the vote; see the crate's README.

mod weight;

use std::collections::HashMap;

use arrow::array::RecordBatch;
use pollwarden_core::Table;

use crate::RollError;
use crate::diff::{Diff, Met, Side, scan};
use crate::layout::{Layout, Role};
use crate::rows::{Rows, Value};
use crate::tables::RESEMBLANCES;
use weight::{Person, Rarity};

/// How many records it takes to know how rare a name is.
const SAMPLE: u64 = 50_000;
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
        let (pairs, rarity, total) = candidates(diff, &new)?;
        let mut best: Vec<Option<(f64, &Person)>> = vec![None; new.len()];
        for (at, other) in &pairs {
            let weight = rarity.weight(&new[*at], other);
            if best[*at].is_none_or(|(known, _)| known < weight) {
                best[*at] = Some((weight, other));
            }
        }
        let all_pairs = new.len() as f64 * total as f64;
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

type Candidates = (Vec<(usize, Person)>, Rarity, u64);

/// Older records with the last name and birth of a new one, how rare names are, and how many records there are.
fn candidates(diff: &Diff, new: &[Person]) -> Result<Candidates, RollError> {
    let mut by_block: HashMap<u64, Vec<usize>> = HashMap::new();
    for (at, person) in new.iter().enumerate().filter(|(_, person)| person.can_be_compared()) {
        by_block.entry(person.block()).or_default().push(at);
    }
    let (mut pairs, mut rarity, mut total) = (Vec::new(), Rarity::default(), 0_u64);
    let mut part = Part::default();
    let one_in = (diff.newer_rows() / SAMPLE).max(1);
    scan(diff, Side::Newer, &mut |met| {
        if part.name != met.source {
            part = Part::new(met);
        }
        total += 1;
        if total.is_multiple_of(one_in)
            && let Some(person) = part.person(met)
        {
            rarity.count(&person);
        }
        let block = part.block(met);
        for at in block.and_then(|block| by_block.get(&block)).into_iter().flatten() {
            let Some(other) = part.person(met) else { continue };
            if other.id != new[*at].id && other.is_active() && other.block() == new[*at].block() {
                pairs.push((*at, other));
            }
        }
    })?;
    Ok((pairs, rarity, total))
}

/// Where a part file has what persons are compared by.
#[derive(Default)]
struct Part {
    name: String,
    key: usize,
    last_name: Option<usize>,
    birth: Option<usize>,
    /// Columns up to the last one that is needed.
    width: usize,
    roles: HashMap<Role, usize>,
}

impl Part {
    fn new(met: &Met<'_>) -> Self {
        let layout: &Layout = met.layout;
        let roles: HashMap<Role, usize> =
            weight::COMPARED.iter().filter_map(|role| Some((*role, layout.first(*role)?))).collect();
        let width = roles.values().copied().chain([layout.key]).max().unwrap_or(0) + 1;
        let place = |role| roles.get(&role).copied();
        let (last_name, birth) = (place(Role::LastName), place(Role::Birth));
        Self { name: met.source.to_owned(), key: layout.key, last_name, birth, width, roles }
    }

    fn block(&self, met: &Met<'_>) -> Option<u64> {
        let (last_name, birth) = (self.last_name?, self.birth?);
        let (earlier, later) = (last_name.min(birth), last_name.max(birth));
        let [one, two] = met.layout.two(met.bytes, earlier, later)?.map(|raw| met.layout.text(raw));
        Some(if last_name < birth { weight::block(&one, &two) } else { weight::block(&two, &one) })
    }

    fn person(&self, met: &Met<'_>) -> Option<Person> {
        let raw: Vec<&[u8]> = met.layout.fields(met.bytes).take(self.width).collect();
        if raw.len() < self.width {
            return None;
        }
        let value =
            |role: Role| self.roles.get(&role).map(|at| met.layout.text(raw[*at]).into_owned()).unwrap_or_default();
        let id = met.layout.text(raw[self.key]);
        Some(Person::read(met.source, met.line, &value).of(id.trim()))
    }
}
