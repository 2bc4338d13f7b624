//! Rules of form: how one writing of a value comes of another.

use crate::explain::same::{is_masked, plain, same_number};
use crate::fields::is_number;
use crate::layout::Role;

/// How two writings of one value differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Rule {
    /// Both hide the value.
    Masked,
    /// A ZIP code with its four further digits, or without.
    ZipPlusFour,
    /// Zeros before a number.
    Zeros,
    /// Signs and blanks between letters and digits.
    Signs,
}

impl Rule {
    pub(super) fn between(role: Role, old: &str, new: &str) -> Option<Self> {
        let (old, new) = (old.trim(), new.trim());
        if is_masked(old) || is_masked(new) {
            return (masks(old) && masks(new)).then_some(Self::Masked);
        }
        if matches!(role, Role::Locality | Role::Mail) && is_zip_plus_four(old, new) {
            return Some(Self::ZipPlusFour);
        }
        if same_number(old, new) {
            return Some(Self::Zeros);
        }
        // 1/12/1990 and 11/2/1990 have the same digits.
        let is_day = matches!(role, Role::Birth | Role::Registered);
        (!is_day && says_same(old, new)).then_some(Self::Signs)
    }

    pub(super) fn says(self) -> &'static str {
        match self {
            Self::Masked => "what is hidden, with another sign or none",
            Self::ZipPlusFour => "ZIP codes of five digits with four more, or those of nine without",
            Self::Zeros => "numbers with or without the zeros before them",
            Self::Signs => "other signs or blanks between letters and digits",
        }
    }
}

/// How a value is written: its letters and digits by kind and number, everything else as it stands.
pub(super) fn shape(value: &str) -> String {
    let value = value.trim();
    if is_masked(value) {
        return value.to_owned();
    }
    let mut shape = String::from(if is_number(value) && value.starts_with('0') { "0" } else { "" });
    let mut rest = value;
    while let Some(first) = rest.chars().next() {
        let kind = kind(first);
        let end = rest.find(|c: char| self::kind(c) != kind || kind == Sort::Sign && c != first).unwrap_or(rest.len());
        match kind {
            Sort::Digit => shape.push_str(&format!("d{end}")),
            Sort::Letter => shape.push('a'),
            Sort::Sign => shape.push_str(&rest[..end]),
        }
        rest = &rest[end..];
    }
    shape
}

/// The words of an address that are written short in one value and in full in the other; `None` where the values differ
/// otherwise.
pub(super) fn words(role: Role, old: &str, new: &str) -> Option<Vec<(String, String)>> {
    if !matches!(role, Role::Street | Role::Locality | Role::Mail) {
        return None;
    }
    let (old, new) = (plain_words(old), plain_words(new));
    if old.len() != new.len() {
        return None;
    }
    let pairs: Vec<(String, String)> = old.into_iter().zip(new).filter(|(old, new)| old != new).collect();
    pairs.iter().all(|(old, new)| shortens(old, new) || shortens(new, old)).then_some(pairs)
}

pub(super) fn plain_words(value: &str) -> Vec<String> {
    plain(value).split(' ').map(str::to_owned).collect()
}

/// The words beside a word, without numbers.
pub(super) fn beside(value: &str, word: &str) -> String {
    let others =
        plain_words(value).into_iter().filter(|other| other != word && !other.contains(|c: char| c.is_ascii_digit()));
    others.collect::<Vec<_>>().join(" ")
}

/// ST is STREET and BLVD BOULEVARD: some of its letters, in their order, from the first one on.
fn shortens(short: &str, long: &str) -> bool {
    let letters = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_uppercase());
    let mut rest = long.bytes();
    letters(short)
        && letters(long)
        && short.len() < long.len()
        && short.as_bytes()[0] == long.as_bytes()[0]
        && short.bytes().all(|letter| rest.any(|other| other == letter))
}

/// One X alone, or one sign, may be a code.
fn masks(value: &str) -> bool {
    is_masked(value) && value.chars().filter(|c| !c.is_whitespace()).count() != 1
}

fn is_zip_plus_four(old: &str, new: &str) -> bool {
    let digits = |zip: &str| zip.replacen(['-', ' '], "", 1);
    let (old, new) = (digits(old), digits(new));
    let lengths = [old.len().min(new.len()), old.len().max(new.len())];
    is_number(&old) && is_number(&new) && lengths == [5, 9] && old[..5] == new[..5]
}

/// Whether two values have the same letters and digits, and numbers beside letters the same bounds.
fn says_same(old: &str, new: &str) -> bool {
    let said = |value: &str| -> String {
        value.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
    };
    let numbers = |value: &str| -> Vec<String> {
        let runs = value.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
        runs.map(str::to_owned).collect()
    };
    let lettered = old.contains(char::is_alphabetic);
    !said(old).is_empty() && said(old) == said(new) && (!lettered || numbers(old) == numbers(new))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Letter,
    Digit,
    Sign,
}

fn kind(c: char) -> Sort {
    match c {
        _ if c.is_ascii_digit() => Sort::Digit,
        _ if c.is_alphabetic() => Sort::Letter,
        _ => Sort::Sign,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_of_form_leads_from_one_writing_to_the_other() {
        let rule = |old, new| Rule::between(Role::Locality, old, new);
        assert_eq!(rule("27601", "27601-1234"), Some(Rule::ZipPlusFour));
        assert_eq!(rule("276011234", "27601"), Some(Rule::ZipPlusFour));
        assert_eq!(rule("27601", "27602-1234"), None);
        assert_eq!(rule("27601-1234", "27601-4321"), None);
        assert_eq!(Rule::between(Role::Other, "27601", "276011234"), None);
        assert_eq!(rule("0012", "12"), Some(Rule::Zeros));
        assert_eq!(rule("##/##/####", ""), Some(Rule::Masked));
        assert_eq!((rule("X", ""), rule("", "12")), (None, None));
        assert_eq!(rule("O'NEIL-ROE", "ONEIL ROE"), Some(Rule::Signs));
        assert_eq!(rule("12 1ST ST", "121 ST ST"), None);
        assert_eq!(Rule::between(Role::Birth, "1/12/1990", "11/2/1990"), None);
    }

    #[test]
    fn values_of_one_writing_have_one_shape() {
        assert_eq!(shape("919-555-0134"), shape("252-555-0199"));
        assert_ne!(shape("27601"), shape("27601-1234"));
        assert_ne!(shape("0012"), shape("1012"));
        assert_eq!(shape("12 O'NEIL ST"), "d2 a'a a");
    }

    #[test]
    fn words_are_short_forms_of_each_other() {
        let pairs = |old, new| words(Role::Street, old, new).unwrap_or_default();
        assert_eq!(pairs("12 PINE ST", "12 PINE STREET"), [("ST".to_owned(), "STREET".to_owned())]);
        assert_eq!(pairs("12 N PINE BLVD", "12 NORTH PINE BOULEVARD").len(), 2);
        assert!(pairs("12 PINE ST", "12 OAK STREET").is_empty());
        assert!(pairs("12 PINE ST", "14 PINE STREET").is_empty());
        assert!(pairs("12 PINE ST", "12 PINE TER").is_empty());
        assert_eq!(beside("12 PINE ST", "ST"), "PINE");
    }
}
