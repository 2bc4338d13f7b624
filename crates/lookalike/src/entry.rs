//! One name that may be imitated, and how much it says by itself.

use crate::vocabulary::Vocabulary;
use crate::words::{is_restricted, is_state_code};

/// One name that may be imitated: a domain's label, label and suffix in one word, or a name or alias in one word.
#[derive(Debug)]
pub(crate) struct Entry {
    pub party: u32,
    pub form: Form,
    /// The word, as letters, with hyphens.
    pub letters: Box<[char]>,
    /// The same as text.
    pub written: Box<str>,
    /// The same without hyphens.
    pub word: Box<str>,
    /// The public suffix of a label, else empty.
    pub suffix: Box<str>,
    /// The genuine domain, or the name as the party writes it.
    pub genuine: Box<str>,
    pub standing: Standing,
    /// What a domain's label is made of.
    pub made_of: Option<MadeOf>,
}

/// The words in a label.
#[derive(Debug)]
pub(crate) struct MadeOf {
    /// Where each known word begins and ends, in bytes.
    pub words: Box<[(u8, u8)]>,
    /// Nothing is left over.
    pub is_whole: bool,
    /// A state's code follows whole words at the end.
    pub ends_in_state: bool,
}

impl MadeOf {
    pub(crate) fn of(label: &str, vocabulary: &Vocabulary) -> Self {
        let split = vocabulary.split(label);
        // A label that splits is no longer than a byte can count.
        let words = split.words.iter().map(|(start, end)| (*start as u8, *end as u8)).collect();
        let front = label.len().checked_sub(2).and_then(|at| label.split_at_checked(at));
        let ends_in_state =
            front.is_some_and(|(front, code)| is_state_code(code) && vocabulary.split(front).unknown == 0);
        Self { words, is_whole: split.unknown == 0, ends_in_state }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Label,
    LabelWithSuffix,
    Name,
}

/// How much a word says by itself when it stands inside a longer name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    /// A common word or place, or two letters: nothing.
    Common,
    /// Three or four letters: only beside a lure's words and under the genuine suffix.
    Short,
    /// A word that others use too: beside a lure's words.
    Usual,
    /// Enough alone.
    Distinct,
}

impl Entry {
    /// Letters and digits of the word.
    pub(crate) fn len(&self) -> usize {
        self.letters.iter().filter(|c| **c != '-').count()
    }

    /// Whether nobody can buy a name under its suffix.
    pub(crate) fn is_restricted(&self) -> bool {
        is_restricted(&self.suffix)
    }
}
