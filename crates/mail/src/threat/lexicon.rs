//! The words that threats are made of, by what they do in a sentence, in English and Spanish.
//!
//! `words/classes.txt` holds them: `class: word word …`, and `class = @class @class …` for a class made of others.
//! Core verbs are also known with one letter left out, doubled, swapped or wrong, unless that is a word of its own.

use hashbrown::HashMap;

/// A set of classes: one bit each.
pub(super) type Classes = u128;

/// What is known of a word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Word {
    /// Its number; 0 for a word that nothing asks for.
    pub(super) id: u16,
    /// What it does.
    pub(super) classes: Classes,
}

type Words<V> = HashMap<String, V>;

/// All words.
#[derive(Default)]
pub(super) struct Lexicon {
    words: Words<Word>,
    misspelt: Words<Word>,
    joined: Words<Vec<String>>,
    classes: HashMap<String, Classes>,
    singles: u32,
}

impl Lexicon {
    /// Reads the classes; `no_misspelling` are words that are no slip of a core verb.
    pub(super) fn read(classes: &str, joined: &str, no_misspelling: &str) -> Self {
        let mut lexicon = Self::default();
        for line in lines(classes) {
            lexicon.class_line(line);
        }
        for (short, long) in lines(joined).filter_map(|line| line.split_once('=')) {
            let long: Vec<String> = long.split_whitespace().map(str::to_owned).collect();
            long.iter().for_each(|word| {
                lexicon.id(word);
            });
            lexicon.joined.insert(short.trim().to_owned(), long);
        }
        lexicon.misspell(no_misspelling);
        lexicon
    }

    /// What is known of a word in its plain form.
    pub(super) fn word(&self, plain: &str) -> Option<Word> {
        self.words.get(plain).copied()
    }

    /// The core verb that a word is a slip of.
    pub(super) fn misspelt(&self, plain: &str) -> Option<Word> {
        self.misspelt.get(plain).copied()
    }

    /// The words that a short form stands for: `i'm`, `gonna`.
    pub(super) fn joined(&self, plain: &str) -> Option<&[String]> {
        self.joined.get(plain).map(Vec::as_slice)
    }

    /// The bits of a class.
    ///
    /// # Panics
    /// Where there is no such class: the tables are part of the program, and a test reads them all.
    pub(super) fn class(&self, name: &str) -> Classes {
        let bits = self.classes.get(name).copied();
        assert!(bits.is_some(), "the tables name no class {name}");
        bits.unwrap_or_default()
    }

    /// A word's number, given now where it has none.
    pub(super) fn id(&mut self, word: &str) -> u16 {
        let next = u16::try_from(self.words.len() + 1).unwrap_or(u16::MAX);
        let known = self.words.entry(word.to_owned()).or_default();
        if known.id == 0 {
            known.id = next;
        }
        known.id
    }

    /// Adds a word to a class.
    pub(super) fn add(&mut self, class: &str, word: &str) {
        let bits = self.class(class);
        self.id(word);
        if let Some(known) = self.words.get_mut(word) {
            known.classes |= bits;
        }
    }

    fn class_line(&mut self, line: &str) {
        if let Some((name, others)) = line.split_once(" = ") {
            let bits = others.split_whitespace().map(|other| self.class(other.trim_start_matches('@')));
            let bits = bits.fold(0, |all, one| all | one);
            self.classes.insert(name.trim().to_owned(), bits);
            return;
        }
        let Some((name, words)) = line.split_once(':') else { return };
        let bit = self.bit(name.trim());
        self.classes.insert(name.trim().to_owned(), bit);
        words.split_whitespace().for_each(|word| self.add(name.trim(), word));
    }

    fn bit(&mut self, name: &str) -> Classes {
        if let Some(bits) = self.classes.get(name) {
            return *bits;
        }
        let bit = 1 << self.singles;
        self.singles += 1;
        bit
    }

    fn misspell(&mut self, no_misspelling: &str) {
        let core = self.class("core");
        let verbs: Vec<(String, Word)> =
            self.words.iter().filter(|(_, w)| w.classes & core != 0).map(|(text, w)| (text.clone(), *w)).collect();
        for (text, word) in verbs {
            for slip in slips(&text) {
                if !self.words.contains_key(&slip) && !no_misspelling.split_whitespace().any(|known| known == slip) {
                    self.misspelt.entry(slip).or_insert(word);
                }
            }
        }
    }
}

/// The lines of a table, without comments.
pub(super) fn lines(table: &str) -> impl Iterator<Item = &str> {
    table.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// A word with one letter left out, swapped, wrong or too many; its first letter is right, as in nearly all slips.
fn slips(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let mut all = Vec::new();
    for at in 1..letters.len() {
        let (before, after) = (&letters[..at], &letters[at + 1..]);
        all.push(before.iter().chain(after).collect());
        if let Some(next) = after.first() {
            all.push(before.iter().chain([next, &letters[at]]).chain(&after[1..]).collect());
        }
        for other in ('a'..='z').chain(['*', '#']) {
            all.push(before.iter().chain([&other]).chain(after).collect());
            all.push(before.iter().chain([&other, &letters[at]]).chain(after).collect());
        }
    }
    all.push(letters.iter().chain(letters.last()).collect());
    // Shorter words have too many neighbours.
    all.retain(|slip: &String| slip.len() >= 4 || word.len() == 4 && slip.contains('*'));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_classes_and_slips() {
        let lexicon = Lexicon::read("core: murder shoot\nyou: you u\nall = @core @you", "you're = you are", "shook");
        assert_eq!(lexicon.misspelt("murdr"), lexicon.word("murder"));
        assert_eq!(lexicon.misspelt("muredr"), lexicon.word("murder"));
        assert_eq!(lexicon.misspelt("sh*ot"), lexicon.word("shoot"));
        assert_eq!(
            (lexicon.misspelt("shook"), lexicon.misspelt("mother"), lexicon.word("are").is_some()),
            (None, None, true)
        );
        assert_eq!(lexicon.class("all"), lexicon.class("core") | lexicon.class("you"));
        assert_eq!(lexicon.joined("you're"), Some(&["you".to_owned(), "are".to_owned()][..]));
    }
}
