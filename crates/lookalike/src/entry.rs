//! One name that may be imitated, and how much it says by itself.

use crate::words::is_restricted;

/// One name that may be imitated: a domain's label, label and suffix in one word, or a name or alias in one word.
#[derive(Debug)]
pub(crate) struct Entry {
    pub party: u32,
    pub form: Form,
    /// The word, as letters, with hyphens.
    pub letters: Box<[char]>,
    /// The same without hyphens.
    pub word: Box<str>,
    /// The public suffix of a label, else empty.
    pub suffix: Box<str>,
    /// The genuine domain, or the name as the party writes it.
    pub genuine: Box<str>,
    pub standing: Standing,
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
