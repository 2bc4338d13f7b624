//! What is exactly or nearly a word, by a few dozen hashes: labels with one letter left out (Mor and Fraenkel 1982: two words one
//! slip apart share such a neighbour), labels by shape.

use super::{Protected, hash};
use crate::entry::Entry;
use crate::host::Host;
use crate::letters;
use crate::slip::LONGEST_LABEL;

/// Shortest label whose neighbours are indexed: below it, one slip leads everywhere.
const SHORTEST_NEAR: usize = 5;

impl Protected {
    /// Entries with exactly this word, hyphens aside.
    pub(crate) fn exactly<'a>(&'a self, word: &str) -> impl Iterator<Item = &'a Entry> {
        let entries = self.exact.all(hash(word)).map(|id| &self.entries[id as usize]);
        entries.filter(move |entry| *entry.word == *word)
    }

    /// Labels and names within about one slip of a plain word, or of its shape. May hold strangers: align them.
    pub(crate) fn near(&self, plain: &str) -> Vec<&Entry> {
        let flat = letters::flat(plain);
        let mut ids: Vec<u32> = self.shapes.all(hash(&letters::shape(&flat))).collect();
        ids.extend(self.shapes.all(hash(&letters::shape_from_end(&flat))));
        ids.extend(self.near.all(hash(&flat)));
        if flat.chars().count() + 1 >= SHORTEST_NEAR {
            without_one(&flat, |shorter| ids.extend(self.near.all(hash(shorter))));
            without_plural(plain, |shorter| ids.extend(self.near.all(hash(&letters::flat(shorter)))));
        }
        self.each_once(ids)
    }

    /// Short labels about one slip from a host's plain label, under a suffix of which every name is known; none elsewhere.
    pub(crate) fn short_near(&self, plain: &str, host: &Host) -> Vec<&Entry> {
        let (flat, suffix) = (letters::flat(plain), host.suffix());
        if !self.knows_all(host) || flat.chars().count() > SHORTEST_NEAR {
            return Vec::new();
        }
        let mut ids: Vec<u32> = self.near.all(short_key(&flat, suffix)).collect();
        without_one(&flat, |shorter| ids.extend(self.near.all(short_key(shorter, suffix))));
        let mut entries = self.each_once(ids);
        entries.retain(|entry| *entry.suffix == *suffix);
        entries
    }

    fn each_once(&self, mut ids: Vec<u32>) -> Vec<&Entry> {
        ids.sort_unstable();
        ids.dedup();
        ids.into_iter().map(|id| &self.entries[id as usize]).collect()
    }

    pub(super) fn add_neighbours(&mut self, plain: &str, suffix: &str, id: u32) {
        let flat = letters::flat(plain);
        self.near.add(hash(&flat), id);
        let shape = hash(&letters::shape(&flat));
        self.shapes.add(shape, id);
        let from_end = hash(&letters::shape_from_end(&flat));
        if from_end != shape {
            self.shapes.add(from_end, id);
        }
        let near = &mut self.near;
        if flat.chars().count() >= SHORTEST_NEAR {
            return without_one(&flat, |shorter| near.add(hash(shorter), id));
        }
        near.add(short_key(&flat, suffix), id);
        without_one(&flat, |shorter| near.add(short_key(shorter, suffix), id));
    }
}

/// Every text with one letter left out; of a doubled letter, only once.
fn without_one(text: &str, mut each: impl FnMut(&str)) {
    let mut shorter = String::with_capacity(text.len());
    let mut before = None;
    for (at, c) in text.char_indices().take(LONGEST_LABEL) {
        if before.replace(c) == Some(c) {
            continue;
        }
        shorter.clear();
        shorter.push_str(&text[..at]);
        shorter.push_str(&text[at + c.len_utf8()..]);
        each(&shorter);
    }
}

/// Every text with one `es` after s, x or z left out.
fn without_plural(text: &str, mut each: impl FnMut(&str)) {
    for (at, _) in text.match_indices("es").take(8) {
        if text[..at].ends_with(['s', 'x', 'z']) {
            each(&[&text[..at], &text[at + 2..]].concat());
        }
    }
}

/// The neighbours of short labels are kept apart by suffix: without it they are everywhere.
fn short_key(flat: &str, suffix: &str) -> u64 {
    hash(&[flat, " ", suffix].concat())
}
