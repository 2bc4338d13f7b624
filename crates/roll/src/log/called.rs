//! Fields of the log under the names that the extracts' columns have: a log says "Party" where the roll has `party_cd`.
//!
//! Where a code and its words have each a column, the log's is the one that holds the log's values. Where no value of the log is
//! among a column's few, the log writes it in words of its own, and nothing can be held against it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use pollwarden_core::LogSettings;

use super::{Log, Transaction};
use crate::RollError;
use crate::diff::Diff;
use crate::explain::{plain, registers, removes};
use crate::formats::names;
use crate::layout::{Column, Role};

/// A column with more different values than this is none of codes...
const MOST_CODES: usize = 200;
/// ...nor one whose values are borne by fewer records than this, on average.
const BEARERS: usize = 10;
/// With fewer entries of a field it is more likely that some are wrong than that the log has words of its own.
const FEWEST: u64 = 2;
/// So many of the log's values are held against a column.
const VALUES: usize = 50;

type Values = BTreeSet<String>;

impl Log {
    /// Gives each entry's field the name of the column that it is: as office.toml says, by the same words, or where it is the one
    /// of its kind. What is none stays as it is and is remembered with how many entries it has.
    pub(crate) fn call_fields(&mut self, diff: &Diff, settings: &LogSettings) -> Result<(), RollError> {
        let Some(entries) = &mut self.transactions else { return Ok(()) };
        let columns = diff.columns();
        let logged = values_of(entries);
        let candidates: HashMap<String, Vec<usize>> =
            logged.keys().map(|field| (field.clone(), meant(field, columns, settings))).collect();
        let held = held(diff, &candidates)?;
        let overlaps = |field: &str, at: usize| held.get(&at).is_none_or(|held| !held.is_disjoint(&logged[field].1));
        for entry in entries {
            let Some(all) = candidates.get(&entry.field) else { continue };
            match all.iter().find(|at| overlaps(&entry.field, **at)).or(all.first()) {
                Some(at) => {
                    if !overlaps(&entry.field, *at) && logged[&entry.field].0 >= FEWEST {
                        *self.written_otherwise.entry(columns[*at].name.clone()).or_default() += 1;
                    }
                    entry.field.clone_from(&columns[*at].name);
                }
                None if registers(&entry.field) || removes(&entry.field) => {}
                None => *self.unknown_fields.entry(entry.field.clone()).or_default() += 1,
            }
        }
        Ok(())
    }
}

/// How many entries the log has of each field, and which values.
fn values_of(entries: &[Transaction]) -> HashMap<String, (u64, Values)> {
    let mut logged: HashMap<String, (u64, Values)> = HashMap::new();
    for entry in entries {
        let (count, values) = logged.entry(entry.field.clone()).or_default();
        *count += 1;
        if values.len() < VALUES {
            values.extend(
                [&entry.old, &entry.new].map(|value| plain(value)).into_iter().filter(|value| !value.is_empty()),
            );
        }
    }
    logged
}

/// The columns that a field of the log may be: one, or a code's and its words'.
fn meant(field: &str, columns: &[Column], settings: &LogSettings) -> Vec<usize> {
    let named = |name: &str| columns.iter().position(|column| column.name.eq_ignore_ascii_case(name.trim()));
    let mapped = settings.fields.iter().find(|(said, _)| said.eq_ignore_ascii_case(field.trim()));
    let by_words = || columns.iter().position(|column| names::words(&column.name) == names::words(field));
    if let Some((_, column)) = mapped {
        return named(column).into_iter().collect();
    }
    let meant = named(field).or_else(by_words).or_else(|| only_one_of_kind(field, columns));
    let in_words = |at: usize| columns.iter().position(|column| column.describes == Some(at));
    meant.into_iter().chain(meant.and_then(in_words)).collect()
}

/// The one column that says what the field is called, but for words that describe a code.
fn only_one_of_kind(field: &str, columns: &[Column]) -> Option<usize> {
    let role = names::columns(&[field.to_owned()]).first()?.role;
    if matches!(role, Role::Other | Role::History | Role::VoterId) {
        return None;
    }
    let is_one = |column: &Column| column.role == role && column.describes.is_none();
    let mut all = (0..columns.len()).filter(|at| is_one(&columns[*at]));
    all.next().filter(|_| all.next().is_none())
}

/// The values that a sample of the older extract has in columns of codes.
fn held(diff: &Diff, candidates: &HashMap<String, Vec<usize>>) -> Result<BTreeMap<usize, Values>, RollError> {
    let columns: BTreeSet<usize> = candidates.values().flatten().copied().collect();
    let mut held: BTreeMap<usize, Values> = columns.into_iter().map(|at| (at, Values::new())).collect();
    let mut records = 0;
    diff.sampled(&mut |record| {
        records += 1;
        for (at, values) in held.iter_mut().filter(|(_, values)| values.len() <= MOST_CODES) {
            values.insert(plain(&record.value(*at)));
        }
    })?;
    held.retain(|_, values| values.len() <= MOST_CODES && values.len() * BEARERS <= records);
    Ok(held)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_called_as_the_columns_are() {
        let names = [
            "party_cd",
            "Last Name",
            "res_street_address",
            "ward_abbrv",
            "school_dist",
            "NOTE",
            "status_cd",
            "status_desc",
        ];
        let columns = names::columns(&names.map(str::to_owned));
        let settings = LogSettings { fields: vec![("Remark".into(), "note".into())], ..LogSettings::default() };
        let called =
            |field: &str| meant(field, &columns, &settings).into_iter().map(|at| names[at]).collect::<Vec<_>>();
        for (field, name) in [
            ("party_cd", "party_cd"),
            ("Party", "party_cd"),
            ("LastName", "Last Name"),
            ("Address", "res_street_address"),
            ("remark", "NOTE"),
        ] {
            assert_eq!(called(field), [name], "{field}");
        }
        assert_eq!(
            [called("Status"), called("STATUS_CD")],
            [["status_cd", "status_desc"], ["status_cd", "status_desc"]]
        );
        for field in ["District", "Note taken", "Mail Address", ""] {
            assert!(called(field).is_empty(), "{field}");
        }
    }
}
