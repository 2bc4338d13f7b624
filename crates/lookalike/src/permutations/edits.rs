//! Labels with one slip of the hand.

use crate::keyboard::near_keys;

const KEYS: &str = "abcdefghijklmnopqrstuvwxyz0123456789";
const VOWELS: &str = "aeiou";

pub(super) fn addition(label: &[char]) -> Vec<String> {
    let ends = (1..label.len()).filter(|at| label[*at] == '-').chain([label.len()]);
    ends.flat_map(|at| KEYS.chars().map(move |key| with(label, at, at, &[key]))).collect()
}

pub(super) fn bitsquatting(label: &[char]) -> Vec<String> {
    let flips = |c: char| (0..7).filter_map(move |bit| char::from_u32(c as u32 ^ (1 << bit)));
    let allowed = |c: &char| KEYS.contains(*c) || *c == '-';
    (0..label.len())
        .flat_map(|at| flips(label[at]).filter(allowed).map(move |c| with(label, at, at + 1, &[c])))
        .collect()
}

/// The label with a mark between any two letters.
pub(super) fn parted(label: &[char], mark: char) -> Vec<String> {
    (1..label.len()).map(|at| with(label, at, at, &[mark])).collect()
}

pub(super) fn insertion(label: &[char]) -> Vec<String> {
    let beside = |at: usize| {
        neighbours(label[at]).flat_map(move |key| [with(label, at, at, &[key]), with(label, at + 1, at + 1, &[key])])
    };
    (0..label.len().saturating_sub(1)).flat_map(beside).collect()
}

pub(super) fn omission(label: &[char]) -> Vec<String> {
    (0..label.len()).map(|at| with(label, at, at + 1, &[])).collect()
}

pub(super) fn plural(label: &[char]) -> Vec<String> {
    let ending = |c: char| if matches!(c, 's' | 'x' | 'z') { &['e', 's'][..] } else { &['s'] };
    (2..label.len().saturating_sub(2)).map(|at| with(label, at + 1, at + 1, ending(label[at]))).collect()
}

pub(super) fn repetition(label: &[char]) -> Vec<String> {
    (0..label.len()).map(|at| with(label, at, at, &[label[at]])).collect()
}

pub(super) fn replacement(label: &[char]) -> Vec<String> {
    (0..label.len()).flat_map(|at| neighbours(label[at]).map(move |key| with(label, at, at + 1, &[key]))).collect()
}

pub(super) fn subdomain(label: &[char]) -> Vec<String> {
    let inner = (1..label.len().saturating_sub(1)).filter(|at| label[*at] != '-' && label[*at - 1] != '-');
    inner.map(|at| with(label, at, at, &['.'])).collect()
}

pub(super) fn transposition(label: &[char]) -> Vec<String> {
    (1..label.len()).map(|at| with(label, at - 1, at + 1, &[label[at], label[at - 1]])).collect()
}

pub(super) fn vowel_swap(label: &[char]) -> Vec<String> {
    let vowels = (0..label.len()).filter(|at| VOWELS.contains(label[*at]));
    vowels.flat_map(|at| VOWELS.chars().map(move |vowel| with(label, at, at + 1, &[vowel]))).collect()
}

fn neighbours(key: char) -> impl Iterator<Item = char> {
    KEYS.chars().filter(move |other| near_keys(key, *other))
}

/// The label with `from..to` replaced.
pub(super) fn with(label: &[char], from: usize, to: usize, put: &[char]) -> String {
    label[..from].iter().chain(put).chain(&label[to..]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn slips_are_made_where_they_belong() {
        assert_eq!(omission(&chars("abc")), ["bc", "ac", "ab"]);
        assert_eq!(transposition(&chars("abc")), ["bac", "acb"]);
        assert_eq!(plural(&chars("buses")), ["buseses"]);
        assert_eq!(subdomain(&chars("abcd")), ["a.bcd", "ab.cd"]);
        assert!(replacement(&chars("s")).contains(&"d".to_owned()));
    }

    #[test]
    fn short_labels_make_no_panic() {
        for label in ["", "a", "ab"] {
            let label = chars(label);
            for make in [
                addition,
                bitsquatting,
                insertion,
                omission,
                plural,
                repetition,
                replacement,
                subdomain,
                transposition,
                vowel_swap,
            ] {
                let _ = make(&label);
            }
        }
    }
}
