//! What a sentence is asked again and again.

use super::lexicon::{Classes, Word};
use super::tables::Named;

/// What is asked of a sentence at each match in it. A text without an end of a sentence is one of ten thousand words, with as
/// many matches: it is gone through once.
pub(super) struct Sentence {
    pub(super) classes: Classes,
    /// Where words of reporting stand, in order.
    pub(super) reports: Vec<usize>,
}

impl Sentence {
    pub(super) fn of(words: &[Word], known: &Named) -> Self {
        let is_report = |(_, word): &(usize, &Word)| word.classes & known.report != 0;
        Self {
            classes: words.iter().fold(0, |all, word| all | word.classes),
            reports: words.iter().enumerate().filter(is_report).map(|(at, _)| at).collect(),
        }
    }
}
