//! Records of one snapshot that may be of one person.

use pollwarden_core::{Complaint, Coverage, RollSettings};

use super::block::{LeftOut, pairs};
use super::people::{At, Given, People};
use super::value::Places;
use super::{Asked, Linked, link};
use crate::diff::{Indexed, Met, look};
use crate::explain::plain;
use crate::layout::is_removed;
use crate::rows::{Rows, Value};
use crate::tables::DUPLICATES;
use crate::{RollError, Snapshot};

/// Of a hundred records, so many are taken to be a second one before any is looked at.
const EXPECTED_IN_HUNDRED: f64 = 1.0;

/// Pairs of one snapshot.
#[derive(Debug)]
pub struct Duplicates {
    /// Rows of table `duplicates`.
    pub pairs: arrow::array::RecordBatch,
    /// What they rest on, and what could not be compared.
    pub coverage: Coverage,
    /// How many pairs were compared.
    pub compared: u64,
}

/// Looks for pairs of records of one snapshot that are of one person with at least this probability. `progress` is told of
/// bytes read; they are read twice.
///
/// # Errors
/// Where a part can't be read whole, or scratch space fails.
pub fn duplicates(
    snapshot: &Snapshot,
    settings: &RollSettings,
    at_least: f64,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Duplicates, RollError> {
    let looked = look(snapshot, settings, progress)?;
    let mut read = Read::of(&looked);
    looked.scan_in_order(&mut |met| read.take(met))?;
    looked.repeated(&mut |met| read.take(met))?;
    read.people.set_counts_all();
    let records = read.people.len() as f64;
    let asked =
        Asked { pairs: (records * (records - 1.0) / 2.0).max(1.0), expected: records * EXPECTED_IN_HUNDRED / 100.0 };
    let (mut left_out, mut compared) = (Vec::new(), 0);
    let mut compare = |each: &mut dyn FnMut(At, At)| {
        left_out = pairs(&read.people, &mut |a, b| {
            compared += 1;
            each(a, b);
        });
    };
    let mut linked = link(&read.people, &asked, &mut compare, at_least);
    linked.retain(|pair| read.people.id(pair.a) != read.people.id(pair.b));
    let coverage = cover(&looked, &read, &left_out, compared);
    Ok(Duplicates { pairs: rows(&read.people, &linked)?, coverage, compared })
}

/// Records as they are read.
#[derive(Default)]
struct Read {
    people: People,
    /// Of each part.
    places: Vec<Places>,
    removed: u64,
    /// Parts without the columns that tell persons apart.
    bare: Vec<String>,
}

impl Read {
    fn of(looked: &Indexed) -> Self {
        let places: Vec<Places> = looked.parts.iter().map(|part| Places::of(&part.layout)).collect();
        let bare = looked.parts.iter().zip(&places).filter(|(_, places)| !places.suffice());
        Self { bare: bare.map(|(part, _)| part.name.clone()).collect(), places, ..Self::default() }
    }

    fn take(&mut self, met: &Met<'_>) {
        let places = &self.places[met.part()];
        let raw: Vec<&[u8]> = met.layout.fields(met.bytes).collect();
        let id = raw.get(met.layout.key).map(|raw| met.layout.text(raw)).unwrap_or_default();
        if !places.suffice() || raw.len() != met.layout.columns.len() || id.trim().is_empty() {
            return;
        }
        let text =
            |at: Option<usize>| at.and_then(|at| raw.get(at)).map(|raw| met.layout.text(raw)).unwrap_or_default();
        if is_removed(&plain(&text(places.status))) {
            self.removed += 1;
            return;
        }
        let values = places.values(met.layout, &raw);
        let county = text(places.county);
        let given = Given { values: &values, id: id.trim(), county: &county, source: met.source, line: met.line() };
        self.people.add(&given, true);
    }
}

fn rows(people: &People, linked: &[Linked]) -> Result<arrow::array::RecordBatch, RollError> {
    let mut rows = Rows::new(&DUPLICATES);
    linked.iter().for_each(|pair| push(&mut rows, people, pair));
    rows.take()
}

/// A pair as a row of table `duplicates` or `resemblances`.
pub(super) fn push(rows: &mut Rows, people: &People, pair: &Linked) {
    let (a, b) = (pair.a, pair.b);
    let (agree_on, differ_on) = pair.in_words();
    rows.push([
        people.id(a).into(),
        people.id(b).into(),
        people.county(a).into(),
        people.county(b).into(),
        Value::Real(pair.probability),
        (&agree_on).into(),
        (&differ_on).into(),
        people.source(a).into(),
        people.line(a).into(),
        people.source(b).into(),
        people.line(b).into(),
    ]);
}

fn cover(looked: &Indexed, read: &Read, left_out: &[LeftOut], compared: u64) -> Coverage {
    let mut coverage = Coverage { rows: looked.rows, rejected: looked.rejected, ..Coverage::default() };
    coverage.sources.extend(looked.sources.iter().cloned());
    looked.complaints.iter().for_each(|complaint: &Complaint| coverage.complain(complaint.clone()));
    if looked.rejected > 0 {
        let why = format!("{} rows of the extract could not be compared; the complaints say which", looked.rejected);
        coverage.blind(None, why);
    }
    for part in &read.bare {
        let why = format!(
            "{part} has no last name with a birth or first name: give its columns under [roll.layout.roles] in office.toml"
        );
        coverage.blind(None, why);
    }
    if read.removed > 0 {
        coverage.notes.push(format!("{} removed records were not compared.", read.removed));
    }
    coverage.notes.push(format!("{} records; {compared} pairs that share something were compared.", read.people.len()));
    for LeftOut { rule, blocks, largest } in left_out {
        coverage.notes.push(format!(
            "Of records with the same {rule}, groups of up to {largest} were compared; {blocks} larger groups only where \
             they share something else as well."
        ));
    }
    coverage
}
