//! The words that public bodies' names are made of, learned from the protected parties' own names. A name that splits into
//! such words may be another real office's; one that doesn't was hardly chosen by one.

use std::hash::BuildHasherDefault;

use hashbrown::HashSet;

use crate::Party;
use crate::chains::Already;
use crate::index::hash;
use crate::words::{everyday_words, is_state_code};

const LONGEST_WORD: usize = 20;

/// Words of names.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    words: HashSet<u64, BuildHasherDefault<Already>>,
    /// By a word's first three letters, which lengths such words have, as bits: most pieces of a label need no look-up.
    lengths: Box<[u32]>,
}

/// A text split into words so that as few letters as possible are left over.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Split {
    /// Letters in no known word.
    pub unknown: usize,
    /// Where each known word begins and ends, in bytes.
    pub words: Vec<(usize, usize)>,
}

impl Vocabulary {
    pub(crate) fn of(parties: &[Party]) -> Self {
        let mut known = Self { words: HashSet::default(), lengths: vec![0; STARTS].into() };
        everyday_words().for_each(|word| known.add(word));
        for party in parties {
            for name in std::iter::once(&party.name).chain(&party.aliases) {
                words_of(name).for_each(|word| known.add(&word.to_lowercase()));
            }
        }
        known
    }

    fn add(&mut self, word: &str) {
        if let Some(start) = start_of(word.as_bytes()) {
            self.lengths[start] |= bit(word.len());
        }
        self.words.insert(hash(word));
    }

    pub(crate) fn knows(&self, word: &str) -> bool {
        let number = || word.bytes().all(|b| b.is_ascii_digit());
        match word.len() {
            0 => false,
            1 => word == "-" || number(),
            2 => is_state_code(word) || word == "of" || number(),
            _ => self.may_know(word) && self.words.contains(&hash(word)) || number(),
        }
    }

    fn may_know(&self, word: &str) -> bool {
        start_of(word.as_bytes()).is_none_or(|start| self.lengths[start] & bit(word.len()) != 0)
    }

    /// The split of a label with the fewest letters left over, then the fewest words. Beyond ASCII nothing is known.
    pub(crate) fn split(&self, label: &str) -> Split {
        if !label.is_ascii() || label.len() > crate::slip::LONGEST_LABEL {
            return Split { unknown: label.chars().count(), words: Vec::new() };
        }
        let mut best = vec![(0_usize, 0_usize, 0_usize, false); label.len() + 1];
        for end in 1..=label.len() {
            let (unknown, words, ..) = best[end - 1];
            best[end] = (unknown + 1, words, end - 1, false);
            for start in end.saturating_sub(LONGEST_WORD)..end {
                let way = (best[start].0, best[start].1 + 1, start, true);
                if (way.0, way.1) < (best[end].0, best[end].1) && self.knows(&label[start..end]) {
                    best[end] = way;
                }
            }
        }
        way_back(&best)
    }
}

/// Places for first letters: five bits of each of three.
const STARTS: usize = 1 << 15;

/// Where words with these first letters are noted; others may share the place.
fn start_of(word: &[u8]) -> Option<usize> {
    let [a, b, c] = word.first_chunk()?.map(|letter| usize::from(letter & 31));
    Some(a << 10 | b << 5 | c)
}

fn bit(length: usize) -> u32 {
    1 << length.min(31)
}

/// A name's words. What stands in capitals within a name is an acronym: no word that others' names are made of.
fn words_of(name: &str) -> impl Iterator<Item = &str> {
    let shouted = !name.contains(|c: char| c.is_lowercase());
    let shortest = if shouted { 5 } else { 3 };
    let is_word = move |word: &&str| word.len() >= shortest && (shouted || word.contains(|c: char| c.is_lowercase()));
    name.split(|c: char| !c.is_alphanumeric()).filter(is_word)
}

fn way_back(best: &[(usize, usize, usize, bool)]) -> Split {
    let mut words = Vec::new();
    let mut at = best.len() - 1;
    let unknown = best[at].0;
    while at > 0 {
        let (.., start, known) = best[at];
        if known {
            words.push((start, at));
        }
        at = start;
    }
    words.reverse();
    Split { unknown, words }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PartyKind;

    #[test]
    fn labels_split_into_words_of_names() {
        let known = Vocabulary::of(&[Party::new(PartyKind::Office, "Leon County", &[])]);
        assert_eq!(known.split("leoncountyfl"), Split { unknown: 0, words: vec![(0, 4), (4, 10), (10, 12)] });
        assert!(known.split("leoncounytfl").unknown > 0);
        assert_eq!(known.split(""), Split::default());
        assert_eq!(known.split("ö").unknown, 1);
    }
}
