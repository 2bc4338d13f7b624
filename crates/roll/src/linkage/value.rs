//! A record's values in the form in which they are compared.

use super::field::{
    ADDRESS, BIRTH, BIRTH_PLACE, CITY, FIRST, HELD, LAST, LICENCE, MIDDLE, PHONE, POST, RACE, SEX, SUFFIX,
};
use crate::explain::{day, is_masked, is_plain, plain};
use crate::layout::{Layout, Role};

/// Where a file has what records are compared on.
#[derive(Debug, Default)]
pub(super) struct Places {
    single: [Option<usize>; HELD],
    street: Vec<usize>,
    pub(super) status: Option<usize>,
    pub(super) county: Option<usize>,
    /// Columns up to the last one that is needed.
    pub(super) width: usize,
}

const ROLES: [(usize, Role); 10] = [
    (LAST, Role::LastName),
    (FIRST, Role::FirstName),
    (MIDDLE, Role::MiddleName),
    (SUFFIX, Role::NameSuffix),
    (BIRTH, Role::Birth),
    (SEX, Role::Sex),
    (RACE, Role::Race),
    (BIRTH_PLACE, Role::BirthPlace),
    (PHONE, Role::Contact),
    (LICENCE, Role::Licence),
];

impl Places {
    pub(super) fn of(layout: &Layout) -> Self {
        let mut single = [None; HELD];
        for (field, role) in ROLES {
            single[field] = layout.first(role);
        }
        single[POST] = layout.locality("zip").or_else(|| layout.locality("post"));
        single[CITY] =
            layout.locality("city").or_else(|| layout.all(Role::Locality).find(|at| Some(*at) != single[POST]));
        let street: Vec<usize> = layout.all(Role::Street).collect();
        let (status, county) = (layout.first(Role::Status), layout.first(Role::County));
        let needed = single.iter().flatten().chain(&street).chain(&status).chain(&county).chain([&layout.key]);
        let width = needed.max().map_or(0, |last| last + 1);
        Self { single, street, status, county, width }
    }

    /// Whether the file has enough to tell persons apart: a last name, and a birth or a first name.
    pub(super) fn suffice(&self) -> bool {
        self.single[LAST].is_some() && (self.single[BIRTH].is_some() || self.single[FIRST].is_some())
    }

    /// A record's values in plain form; empty where they are unknown.
    pub(super) fn values(&self, layout: &Layout, raw: &[&[u8]]) -> [String; HELD] {
        let mut values: [String; HELD] = Default::default();
        for (field, at) in self.single.iter().enumerate() {
            if let Some(raw) = at.and_then(|at| raw.get(at)) {
                values[field] = form(field, &layout.text(raw));
            }
        }
        let street = layout.in_one_line(self.street.iter().filter_map(|at| raw.get(*at)).copied());
        values[ADDRESS] = address(&street);
        values
    }

    /// Where some fields stand, in the file's order; those that it lacks are left out.
    pub(super) fn columns(&self, fields: [usize; 3]) -> (Vec<usize>, Vec<usize>) {
        let mut found: Vec<(usize, usize)> =
            fields.into_iter().filter_map(|field| Some((self.single[field]?, field))).collect();
        found.sort_unstable();
        found.into_iter().unzip()
    }
}

fn form(field: usize, value: &str) -> String {
    if is_masked(value) {
        return String::new();
    }
    match field {
        LAST | FIRST | MIDDLE => name(value),
        BIRTH => birth(value),
        PHONE | POST => digits(value),
        LICENCE => value.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect(),
        SEX | RACE | BIRTH_PLACE => known(plain(value)),
        _ => plain(value),
    }
}

/// Letters and digits; a hyphen parts words, an apostrophe does not.
pub(super) fn name(value: &str) -> String {
    if is_plain(value) && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b' ') {
        return value.to_owned();
    }
    let spaced: String = value.chars().map(|c| if c == '-' { ' ' } else { c }).collect();
    plain(&spaced).chars().filter(|c| c.is_alphanumeric() || *c == ' ').collect()
}

/// Eight digits, or the digits there are.
pub(super) fn birth(value: &str) -> String {
    match day(value) {
        Some([year, month, day]) => format!("{year:04}{month:02}{day:02}"),
        None => value.chars().filter(char::is_ascii_digit).collect(),
    }
}

/// The digits; all letters where there are none, as in a mail address.
fn digits(value: &str) -> String {
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    if digits.is_empty() { plain(value) } else { digits }
}

/// `U` and `UN` stand for unknown.
fn known(value: String) -> String {
    if ["U", "UN", "UNK", "UNKNOWN"].contains(&value.as_str()) { String::new() } else { value }
}

/// House number and street, without the unit.
fn address(line: &str) -> String {
    if is_masked(line) {
        return String::new();
    }
    let mut line = plain(line);
    let begins_unit = |word: &&str| word.starts_with('#') || ["APT", "UNIT", "LOT", "STE"].contains(word);
    // Words stand one blank apart.
    let before: usize = line.split(' ').take_while(|word| !begins_unit(word)).map(|word| word.len() + 1).sum();
    line.truncate(before.saturating_sub(1));
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_compared_without_their_dress() {
        assert_eq!(name("O'Neil-Baker, "), "ONEIL BAKER");
        assert_eq!(
            (birth("4/12/1980"), birth("1980"), birth("1980-13-45")),
            ("19800412".into(), "1980".into(), "19801345".into())
        );
        assert_eq!(form(PHONE, "(919) 555-0100"), "9195550100");
        assert_eq!((form(SEX, "u"), form(LICENCE, "##/##")), (String::new(), String::new()));
        assert_eq!(address("12 Main St.  #3"), "12 MAIN ST");
    }
}
