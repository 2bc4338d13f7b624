//! Names as phrases of plain words, and names of persons: "Example, Pat J." and "Pat Example" are one. Which party bears
//! them, the index knows.

use crate::index::hash;
use crate::letters::push_plain;

/// Longest name whose words are read, in bytes.
const LONGEST_TEXT: usize = 2000;

/// Words that say a company's legal form and nothing else.
const LEGAL_FORMS: &[&str] =
    &["inc", "llc", "ltd", "corp", "corporation", "co", "company", "gmbh", "plc", "the", "incorporated"];
/// Words before and after a person's name.
const TITLES: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "dr",
    "hon",
    "honorable",
    "prof",
    "sr",
    "jr",
    "ii",
    "iii",
    "iv",
    "esq",
    "rep",
    "sen",
    "senator",
    "mayor",
    "judge",
    "clerk",
    "supervisor",
    "secretary",
    "commissioner",
    "director",
    "cera",
    "mx",
    "sheriff",
];

/// The plain lower-case words of a text, as far as `longest` bytes.
pub(crate) fn words(text: &str, longest: usize) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut cut = text.len().min(longest);
    while !text.is_char_boundary(cut) {
        cut -= 1;
    }
    for c in text[..cut].chars() {
        match c {
            // A mark within a word doesn't part it: O'Neil, ES&S.
            '\'' | '’' | '&' | '\u{200b}'..='\u{200f}' | '\u{ad}' | '\u{2060}' | '\u{feff}' => {}
            c if c.is_alphanumeric() => push_plain(c, words.last_mut().expect("one word at least")),
            _ if words.last().is_some_and(String::is_empty) => {}
            _ => words.push(String::new()),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A name whose letters are set apart (`P o l l b o o k  S y s t e m s`, `P.o.l.l.b.o.o.k`), together again: words are parted by wider
/// gaps, or begin with a capital. `None` for names that are written as names are: initials are few.
pub(crate) fn joined(name: &str) -> Option<String> {
    const FEWEST: usize = 6;
    let is_gap = |c: char| c.is_whitespace() || matches!(c, '.' | '-' | '_' | '·');
    let parts = || name.split(is_gap).filter(|part| !part.is_empty());
    let is_single = |part: &&str| part.chars().count() == 1 && part.chars().all(char::is_alphabetic);
    let singles = parts().filter(is_single).count();
    if singles < FEWEST || singles * 4 < parts().count() * 3 {
        return None;
    }
    let (mut joined, mut gap, mut is_after_small) = (String::with_capacity(name.len()), 0, false);
    for c in name.chars() {
        if is_gap(c) {
            gap += 1;
            continue;
        }
        if gap > 1 || is_after_small && c.is_uppercase() {
            joined.push(' ');
        }
        joined.push(c);
        (gap, is_after_small) = (0, c.is_lowercase());
    }
    Some(joined)
}

/// The phrases by which a name is known: as it is, and without its legal form. What stands in brackets is left out.
pub(crate) fn forms(name: &str) -> Vec<String> {
    let name = name.split('(').next().unwrap_or_default();
    let all = words(name, LONGEST_TEXT);
    let short: Vec<&str> = all.iter().map(String::as_str).filter(|word| !LEGAL_FORMS.contains(word)).collect();
    let mut forms = vec![all.join(" ")];
    if !short.is_empty() && short.len() < all.len() {
        forms.push(short.join(" "));
    }
    forms.retain(|form| !form.is_empty());
    forms
}

/// A phrase as one word.
pub(crate) fn squashed(phrase: &str) -> String {
    phrase.chars().filter(|c| *c != ' ').collect()
}

/// The hash of a person's first and last name; `None` for a single word.
pub(crate) fn person(name: &str) -> Option<u64> {
    let [first, last] = first_and_last(name)?;
    (first.chars().count() > 1).then(|| person_key(&first, &last))
}

/// The hash of a first and last name.
pub(crate) fn person_key(first: &str, last: &str) -> u64 {
    hash(&[first, " ", last].concat())
}

/// First and last name in plain letters: "Example, Pat J." and "Dr. Pat J. Example" give `pat`, `example`.
pub(crate) fn first_and_last(name: &str) -> Option<[String; 2]> {
    let name = name.split(['(', '<', '|']).next().unwrap_or_default();
    let ordered = match name.split_once(',') {
        Some((last, first)) if !only_titles(first) => [first, " ", last].concat(),
        Some((name, _)) => name.to_owned(),
        None => name.to_owned(),
    };
    let words: Vec<String> =
        words(&ordered, LONGEST_TEXT).into_iter().filter(|word| !TITLES.contains(&word.as_str())).collect();
    match words.as_slice() {
        [first, .., last] if words.len() <= 5 => Some([first.clone(), last.clone()]),
        _ => None,
    }
}

fn only_titles(text: &str) -> bool {
    words(text, LONGEST_TEXT).iter().all(|word| TITLES.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_persons_meet_in_any_order() {
        let want = person("Pat Example");
        assert!(want.is_some());
        for name in [
            "Example, Pat",
            "Example, Pat J.",
            "PAT EXAMPLE",
            "Dr. Pat J. Example",
            "Pát Exámple",
            "Pat Example, Jr.",
            "Рat Ехamрlе",
            "Pat Example (Clerk)",
        ] {
            assert_eq!(person(name), want, "{name}");
        }
        assert_eq!(person("Example"), None);
        assert_eq!(person("P. Example"), None);
        assert_ne!(person("Pat Exampleson"), want);
    }

    #[test]
    fn letters_that_are_set_apart_are_put_together() {
        for name in
            ["P o l l b o o k  S y s t e m s", "P o l l b o o k S y s t e m s", "P.o.l.l.b.o.o.k  S.y.s.t.e.m.s"]
        {
            assert_eq!(joined(name).as_deref(), Some("Pollbook Systems"), "{name}");
        }
        for name in ["Pat J. Q. Example", "A B C D E", "E. S. & S. of the Example County in this State", ""] {
            assert_eq!(joined(name), None, "{name}");
        }
    }

    #[test]
    fn a_company_is_known_without_its_legal_form() {
        assert_eq!(forms("VR Systems, Inc."), ["vr systems inc", "vr systems"]);
        assert_eq!(forms("ES&S"), ["ess"]);
        assert_eq!(forms("VR Elections (fraud form)"), ["vr elections"]);
        assert!(forms("…").is_empty());
    }
}
