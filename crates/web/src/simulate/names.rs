//! Invented names and addresses as voters type them: among them ordinary ones that look like SQL.

use super::chance::Chance;

const GIVEN: &[&str] = &[
    "Ada",
    "Bao",
    "Carmen",
    "Dmitri",
    "Esperanza",
    "Fern",
    "Gideon",
    "Hana",
    "Ivo",
    "Joaquin",
    "Keisha",
    "Lior",
    "Mei",
    "Nora",
    "Omar",
    "Priya",
    "Quinn",
    "Rosa",
    "Seán",
    "Tamika",
    "Ulla",
    "Viktor",
    "Wren",
    "Ximena",
    "Yusuf",
    "Zoë",
];

const FAMILY: &[&str] = &[
    "O'Brien",
    "D'Angelo",
    "Null",
    "Union",
    "Select",
    "Drop",
    "Grant",
    "Char",
    "Case",
    "Where",
    "And",
    "Orr",
    "Having",
    "De la Cruz",
    "Van der Berg",
    "St. John",
    "Smith-Jones",
    "Okafor",
    "Lindqvist",
    "Marrow",
    "Pettibone",
    "Quill",
    "Ramsbottom",
    "Sandoval",
    "Tran",
    "Underhill",
    "Vance",
    "Whitlock",
    "Yamada",
    "Zielinski",
    "O",
    "Ng",
];

const STREETS: &[&str] = &[
    "Select Dr",
    "Union St",
    "Grant Ave",
    "Or Valley Rd",
    "And Ln",
    "Drop Creek Rd",
    "Table Rock Blvd",
    "Insert Ct",
    "King's Row",
    "Mill Pond Rd",
    "Church St",
    "Old Ferry Rd",
    "Juniper Way",
    "Orchard Ter",
    "Depot St",
    "County Line Rd",
    "N Main St",
    "2nd St",
    "Benchmark Ln",
    "Script Hill Rd",
];

pub(super) fn given(chance: &mut Chance) -> &'static str {
    chance.pick(GIVEN)
}

pub(super) fn family(chance: &mut Chance) -> &'static str {
    chance.pick(FAMILY)
}

/// A birth date as a form sends it.
pub(super) fn birth_date(chance: &mut Chance) -> String {
    format!("{}-{:02}-{:02}", chance.within(1934, 2008), chance.within(1, 12), chance.within(1, 28))
}

/// A street address, now and then with a unit.
pub(super) fn address(chance: &mut Chance) -> String {
    let unit = match chance.below(9) {
        0 => format!(" #{}", chance.within(1, 40)),
        1 => format!(" Apt {}", chance.pick(&["A", "B", "C"])),
        2 => " -- rear house".to_owned(),
        _ => String::new(),
    };
    format!("{} {}{unit}", chance.within(1, 2400), chance.pick(STREETS))
}

/// A value as a browser's form sends it (WHATWG URL, application/x-www-form-urlencoded).
pub(super) fn form(value: &str) -> String {
    let mut encoded = String::with_capacity(value.len() + 8);
    for byte in value.bytes() {
        match byte {
            b' ' => encoded.push('+'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'*' | b'-' | b'.' | b'_' => encoded.push(char::from(byte)),
            _ => encoded.push_str(percent_encoding::percent_encode_byte(byte)),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_encoded_as_browsers_do() {
        assert_eq!(form("O'Brien & Zoë"), "O%27Brien+%26+Zo%C3%AB");
    }
}
