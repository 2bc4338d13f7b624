//! What of a voter is looked at, to see on whom changes fall.

use crate::diff::Record;
use crate::explain::{day, plain, year};
use crate::layout::{Column, Role};

/// A column by whose values voters are told apart.
#[derive(Debug, Clone)]
pub(super) struct Trait {
    /// What it is called in findings.
    pub(super) by: &'static str,
    column: usize,
    role: Role,
}

/// The street of the residence, without its house number.
pub(super) const STREET: &str = "street";
/// Of new registrations alone: their phone number, and their date of birth where the roll has the day.
pub(crate) const PHONE: &str = "phone";
pub(crate) const BIRTH_DAY: &str = "date of birth";
/// And the day they registered.
pub(crate) const REGISTERED: &str = "registration day";

/// The traits that a roll has. Race and ethnicity may be two columns: the second is called ethnicity.
pub(super) fn traits(columns: &[Column]) -> Vec<Trait> {
    const WANTED: [(Role, &[&str]); 8] = [
        (Role::Precinct, &["precinct"]),
        (Role::Party, &["party"]),
        (Role::Sex, &["sex"]),
        (Role::Race, &["race", "ethnicity"]),
        (Role::Birth, &["decade of birth"]),
        (Role::BirthPlace, &["place of birth"]),
        (Role::LastName, &["surname"]),
        (Role::Street, &[STREET]),
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
            Role::Birth => {
                year(&value).filter(|year| (1850..2200).contains(year)).map(|year| format!("{}s", year / 10 * 10))
            }
            Role::Street => street(record),
            _ => Some(plain(&value)).filter(|value| !value.is_empty()),
        }
    }
}

fn street(record: &Record<'_>) -> Option<String> {
    let street = plain(&record.all(Role::Street));
    let is_number = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    let (first, rest) = street.split_once(' ')?;
    let name = if is_number(first) { rest } else { street.as_str() };
    Some(name.to_owned()).filter(|name| !name.is_empty())
}

/// What new registrations made by a machine share.
pub(super) fn of_newcomer(record: &Record<'_>) -> impl Iterator<Item = (&'static str, String)> {
    let phone: String = record.first(Role::Contact).chars().filter(char::is_ascii_digit).collect();
    let birth = plain(&record.first(Role::Birth));
    let phone = (phone.len() >= 7).then_some((PHONE, phone));
    let birth = (birth.len() >= 8 && birth.bytes().any(|b| b.is_ascii_digit())).then_some((BIRTH_DAY, birth));
    let registered =
        day(&record.first(Role::Registered)).map(|[y, m, d]| (REGISTERED, format!("{y:04}-{m:02}-{d:02}")));
    phone.into_iter().chain(birth).chain(registered)
}
