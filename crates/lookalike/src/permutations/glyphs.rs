//! Labels with letters that look alike.

use std::sync::OnceLock;

use super::edits::with;
use crate::letters;

/// Letters of the Latin script with marks, where look-alikes come from.
const LATIN: [(u32, u32); 3] = [(0xe0, 0x24f), (0x250, 0x2af), (0x1e00, 0x1eff)];
/// Cyrillic letters that look like Latin ones, in the order of the alphabet (Unicode TS 39, confusables).
const CYRILLIC: &[(char, char)] = &[
    ('a', 'а'),
    ('b', 'ь'),
    ('c', 'с'),
    ('d', 'ԁ'),
    ('e', 'е'),
    ('g', 'ԍ'),
    ('h', 'һ'),
    ('i', 'і'),
    ('j', 'ј'),
    ('k', 'к'),
    ('l', 'ӏ'),
    ('m', 'м'),
    ('o', 'о'),
    ('p', 'р'),
    ('q', 'ԛ'),
    ('s', 'ѕ'),
    ('t', 'т'),
    ('v', 'ѵ'),
    ('w', 'ԝ'),
    ('x', 'х'),
    ('y', 'у'),
];

/// The label wholly in Cyrillic; none where a letter has no double there.
pub(super) fn cyrillic(label: &str) -> Vec<String> {
    let double = |c: char| CYRILLIC.iter().find(|(latin, _)| *latin == c).map(|(_, double)| *double);
    label.chars().map(double).collect::<Option<String>>().into_iter().collect()
}

/// The label with one letter replaced by each that looks like it, and with a second one in ASCII.
pub(super) fn homoglyph(label: &[char]) -> Vec<String> {
    let one = ascii(label);
    let mut labels: Vec<String> = one.iter().flat_map(|slipped| ascii(&slipped.chars().collect::<Vec<_>>())).collect();
    labels.extend(one);
    for (at, letter) in label.iter().enumerate() {
        let doubles = marked().iter().filter(|(plain, _)| plain == letter);
        labels.extend(doubles.map(|(_, double)| with(label, at, at + 1, &[*double])));
    }
    labels
}

/// The label with one or two letters replaced by such as look like them in ASCII.
pub(super) fn ascii(label: &[char]) -> Vec<String> {
    let mut labels = Vec::new();
    for at in 0..label.len() {
        for (from, to) in letters::pairs() {
            let from: Vec<char> = from.chars().collect();
            if label[at..].starts_with(&from) {
                let to: Vec<char> = to.chars().collect();
                labels.push(with(label, at, at + from.len(), &to));
            }
        }
    }
    labels
}

/// Latin letters with marks, and what they are read as.
fn marked() -> &'static [(char, char)] {
    static MARKED: OnceLock<Vec<(char, char)>> = OnceLock::new();
    MARKED.get_or_init(|| LATIN.iter().flat_map(|(from, to)| (*from..=*to).filter_map(read_as)).collect())
}

fn read_as(code: u32) -> Option<(char, char)> {
    let double = char::from_u32(code).filter(|c| c.is_lowercase())?;
    let read = letters::plain(&double.to_string());
    // What the DNS would fold back to ASCII is no other name.
    let stays = idna::domain_to_ascii(&format!("{double}x")).is_ok_and(|ascii| ascii.starts_with("xn--"));
    match read.chars().next() {
        Some(plain) if read.len() == 1 && plain.is_ascii_alphanumeric() && stays => Some((plain, double)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_read_as_the_letter_they_stand_for() {
        let label: Vec<char> = "mossford".chars().collect();
        let labels = homoglyph(&label);
        for want in ["rnossford", "rnossf0rd", "mossförd"] {
            assert!(labels.iter().any(|label| label == want), "{want}");
        }
        assert!(marked().len() > 200, "{}", marked().len());
        assert_eq!(cyrillic("moss"), ["мо\u{455}\u{455}"]);
        assert!(cyrillic("fern").is_empty());
    }
}
