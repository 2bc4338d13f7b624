//! Records, and what differs between two of them.

use std::borrow::Cow;
use std::collections::HashSet;

use super::{Part, Place};
use crate::RollError;
use crate::layout::{Column, Role};

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only in the newer snapshot.
    New,
    /// Only in the older snapshot.
    Gone,
    /// In both, with other values.
    Changed,
}

/// A record of one snapshot.
#[derive(Debug, Clone)]
pub struct Record<'a> {
    part: &'a Part,
    place: Place,
    raw: Vec<&'a [u8]>,
    /// Where each compared column stands in this part.
    columns: &'a [Option<usize>],
}

/// A field that differs.
#[derive(Debug, Clone)]
pub struct Cell<'a> {
    /// The column, as an index into [`Diff::columns`](super::Diff::columns).
    pub column: usize,
    /// The value before.
    pub old: Cow<'a, str>,
    /// The value after.
    pub new: Cow<'a, str>,
}

/// A record that is new, gone or changed.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    /// What became of it.
    pub kind: Kind,
    /// The record before.
    pub before: Option<Record<'a>>,
    /// The record after.
    pub after: Option<Record<'a>>,
    /// What differs; empty for a record that is new or gone.
    pub cells: Vec<Cell<'a>>,
}

impl<'a> Record<'a> {
    /// The file it stands in.
    pub fn source(&self) -> &'a str {
        &self.part.name
    }

    /// Its line there, from 1.
    pub fn line(&self) -> u64 {
        self.place.line()
    }

    /// The voter's id, without blanks around it.
    pub fn voter_id(&self) -> Cow<'a, str> {
        match self.part.layout.text(self.raw[self.part.layout.key]) {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        }
    }

    /// The value of a compared column; empty where this file lacks it.
    pub fn value(&self, column: usize) -> Cow<'a, str> {
        self.raw_value(column).map(|raw| self.part.layout.text(raw)).unwrap_or_default()
    }

    /// The first column of a role, of this file's own columns; empty where there is none.
    pub fn first(&self, role: Role) -> Cow<'a, str> {
        self.part.layout.first(role).map(|at| self.part.layout.text(self.raw[at])).unwrap_or_default()
    }

    /// All columns of a role in one line, of this file's own columns.
    pub(crate) fn all(&self, role: Role) -> String {
        self.part.layout.in_one_line(self.part.layout.all(role).map(|at| self.raw[at]))
    }

    /// The city of the residence.
    pub(crate) fn city(&self) -> Cow<'a, str> {
        let layout = &self.part.layout;
        let city = layout.locality("city").or_else(|| layout.first(Role::Locality));
        city.map(|at| layout.text(self.raw[at])).unwrap_or_default()
    }

    pub(crate) fn key(&self) -> Cow<'a, [u8]> {
        self.part.layout.plain_key(self.raw[self.part.layout.key])
    }

    fn raw_value(&self, column: usize) -> Option<&'a [u8]> {
        self.columns.get(column).copied().flatten().and_then(|at| self.raw.get(at)).copied()
    }
}

impl<'a> Change<'a> {
    pub(crate) fn alone(kind: Kind, record: Record<'a>) -> Self {
        let (before, after) = if kind == Kind::Gone { (Some(record), None) } else { (None, Some(record)) };
        Self { kind, before, after, cells: Vec::new() }
    }

    /// The record as it is now, or as it was where it is gone.
    pub fn record(&self) -> &Record<'a> {
        self.after.as_ref().or(self.before.as_ref()).expect("a change has a record before or after")
    }
}

/// Which column of each part is which, by name.
#[derive(Debug)]
pub(crate) struct Mapping {
    pub(crate) columns: Vec<Column>,
    pub(crate) old: Vec<Vec<Option<usize>>>,
    pub(crate) new: Vec<Vec<Option<usize>>>,
    pub(crate) only_old: Vec<String>,
    pub(crate) only_new: Vec<String>,
    /// Whether all parts have the same columns in the same order, so that equal bytes are equal records.
    pub(crate) bytes_compare: bool,
}

impl Mapping {
    pub(crate) fn between(old: &[Part], new: &[Part]) -> Self {
        let reference = new.first().or(old.first()).map(|part| part.layout.columns.clone()).unwrap_or_default();
        let (ours, theirs) = (names(old), names(new));
        let shared = |c: &Column| ours.contains(&c.name.to_ascii_lowercase()) || old.is_empty();
        let columns = kept(&reference, shared);
        let place = |part: &Part| {
            let places = part.layout.places();
            columns.iter().map(|c| places.get(&c.name.to_ascii_lowercase()).copied()).collect()
        };
        let first = new.first().or(old.first());
        let alike = |part: &Part| first.is_some_and(|first| part.layout.reads_alike(&first.layout));
        Self {
            old: old.iter().map(place).collect(),
            new: new.iter().map(place).collect(),
            only_old: sorted(ours.difference(&theirs)),
            only_new: sorted(theirs.difference(&ours)),
            bytes_compare: old.iter().chain(new).all(alike),
            columns,
        }
    }

    pub(crate) fn record<'a>(
        &'a self,
        columns: &'a [Vec<Option<usize>>],
        parts: &'a [Part],
        place: Place,
        bytes: &'a [u8],
    ) -> Result<Record<'a>, RollError> {
        let part = &parts[place.part()];
        let raw: Vec<&[u8]> = part.layout.fields(bytes).collect();
        if raw.len() != part.layout.columns.len() {
            return Err(RollError::Changed { name: part.name.clone() });
        }
        Ok(Record { part, place, raw, columns: &columns[place.part()] })
    }

    /// The change between two records of one voter; `None` where only the bytes differ (quotes, encoding).
    pub(crate) fn compare<'a>(&self, before: Record<'a>, after: Record<'a>) -> Option<Change<'a>> {
        let cells: Vec<Cell<'a>> = (0..self.columns.len()).filter_map(|at| cell(at, &before, &after)).collect();
        let change = Change { kind: Kind::Changed, before: Some(before), after: Some(after), cells };
        Some(change).filter(|c| !c.cells.is_empty())
    }
}

fn cell<'a>(column: usize, before: &Record<'a>, after: &Record<'a>) -> Option<Cell<'a>> {
    let (old, new) = (before.raw_value(column)?, after.raw_value(column)?);
    if old == new || (is_bare_id(column, before) && is_bare_id(column, after)) {
        return None;
    }
    let (old, new) = (before.part.layout.text(old), after.part.layout.text(new));
    (old != new).then_some(Cell { column, old, new })
}

/// Whether a column is the voter's id, of which the zeros before it are no part: equal ids are why the records are compared.
fn is_bare_id(column: usize, record: &Record<'_>) -> bool {
    let layout = &record.part.layout;
    layout.bare_ids && record.columns.get(column) == Some(&Some(layout.key))
}

/// Columns that pass, with `describes` pointing at their new places.
fn kept(columns: &[Column], pass: impl Fn(&Column) -> bool) -> Vec<Column> {
    let places: Vec<usize> = (0..columns.len()).filter(|&at| pass(&columns[at])).collect();
    let moved = |old: usize| places.iter().position(|&at| at == old);
    places
        .iter()
        .map(|&at| Column { describes: columns[at].describes.and_then(moved), ..columns[at].clone() })
        .collect()
}

fn names(parts: &[Part]) -> HashSet<String> {
    parts.iter().flat_map(|part| part.layout.columns.iter().map(|c| c.name.to_ascii_lowercase())).collect()
}

fn sorted<'a>(names: impl Iterator<Item = &'a String>) -> Vec<String> {
    // A spreadsheet may leave columns without a name at the end.
    let mut names: Vec<String> = names.filter(|name| !name.is_empty()).cloned().collect();
    names.sort();
    names
}
