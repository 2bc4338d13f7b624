//! What of a voter is looked at, to see on whom changes fall.

use crate::diff::Record;
use crate::explain::{plain, year};
use crate::layout::{Column, Role};

/// A column by whose values voters are told apart.
#[derive(Debug, Clone)]
pub(super) struct Trait {
    /// What it is called in findings.
    pub(super) by: &'static str,
    column: usize,
    role: Role,
}

/// The traits that a roll has. Race and ethnicity may be two columns: the second is called ethnicity.
pub(super) fn traits(columns: &[Column]) -> Vec<Trait> {
    const WANTED: [(Role, &[&str]); 7] = [
        (Role::Precinct, &["precinct"]),
        (Role::Party, &["party"]),
        (Role::Sex, &["sex"]),
        (Role::Race, &["race", "ethnicity"]),
        (Role::Birth, &["decade of birth"]),
        (Role::BirthPlace, &["place of birth"]),
        (Role::LastName, &["surname"]),
    ];
    let of = |(role, names): &(Role, &'static [&'static str])| {
        let codes = columns.iter().enumerate().filter(|(_, c)| c.role == *role && c.describes.is_none());
        let named = codes.zip(names.iter());
        named.map(|((column, _), by)| Trait { by, column, role: *role }).collect::<Vec<_>>()
    };
    WANTED.iter().flat_map(of).collect()
}

impl Trait {
    /// The voter's value; `None` where nothing is known.
    pub(super) fn value(&self, record: &Record<'_>) -> Option<String> {
        let value = record.value(self.column);
        match self.role {
            Role::Birth => year(&value).filter(|year| (1850..2200).contains(year)).map(|year| format!("{}s", year / 10 * 10)),
            _ => Some(plain(&value)).filter(|value| !value.is_empty()),
        }
    }
}
