//! The words that threats are made of, by what they do in a sentence, in English and Spanish.
//!
//! `words/classes.txt` holds them: `class: word word …`, and `class = @class @class …` for a class made of others.
//! Core verbs are also known with one letter left out, doubled, swapped or wrong, unless that is a word of its own.

use hashbrown::{HashMap, HashSet};

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

/// What is known of a form that words are written in.
#[derive(Debug, Default)]
pub(super) struct Form {
    /// The word that it is.
    pub(super) word: Option<Word>,
    /// The core verb that it is a slip of.
    pub(super) misspelt: Option<Word>,
    /// The words that it stands for, short as it is: `i'm`, `gonna`; none for others.
    pub(super) joined: Vec<String>,
}

/// All words.
#[derive(Default)]
pub(super) struct Lexicon {
    forms: HashMap<String, Form>,
    /// How many words have a number.
    count: u16,
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
            lexicon.forms.entry(short.trim().to_owned()).or_default().joined = long;
        }
        lexicon.misspell(no_misspelling);
        lexicon
    }

    /// What is known of a plain form; nothing of most.
    pub(super) fn form(&self, plain: &str) -> Option<&Form> {
        self.forms.get(plain)
    }

    /// The word that a plain form is.
    pub(super) fn word(&self, plain: &str) -> Option<Word> {
        self.form(plain)?.word
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
        let form = self.forms.entry_ref(word).or_default();
        let known = form.word.get_or_insert_with(|| {
            self.count = self.count.saturating_add(1);
            Word { id: self.count, classes: 0 }
        });
        known.id
    }

    /// Adds a word to a class.
    pub(super) fn add(&mut self, class: &str, word: &str) {
        let bits = self.class(class);
        self.id(word);
        if let Some(known) = self.forms.get_mut(word).and_then(|form| form.word.as_mut()) {
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
        let known: HashSet<&str> = no_misspelling.split_whitespace().collect();
        let words = self.forms.iter().filter_map(|(text, form)| Some((text, form.word?)));
        let mut verbs: Vec<(String, Word)> =
            words.filter(|(_, word)| word.classes & core != 0).map(|(text, word)| (text.clone(), word)).collect();
        // Of two verbs that a slip may be of, it is taken for the one that the table names first.
        verbs.sort_by_key(|(_, word)| word.id);
        for (text, word) in verbs {
            for slip in slips(&text) {
                if known.contains(slip.as_str()) {
                    continue;
                }
                let form = self.forms.entry(slip).or_default();
                if form.word.is_none() {
                    form.misspelt.get_or_insert(word);
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
        let misspelt = |plain: &str| lexicon.form(plain).and_then(|form| form.misspelt);
        assert_eq!(misspelt("murdr"), lexicon.word("murder"));
        assert_eq!(misspelt("muredr"), lexicon.word("murder"));
        assert_eq!(misspelt("sh*ot"), lexicon.word("shoot"));
        assert_eq!((misspelt("shook"), misspelt("mother"), lexicon.word("are").is_some()), (None, None, true));
        assert_eq!(lexicon.class("all"), lexicon.class("core") | lexicon.class("you"));
        assert_eq!(
            lexicon.form("you're").map(|form| form.joined.as_slice()),
            Some(&["you".to_owned(), "are".to_owned()][..])
        );
    }
}
