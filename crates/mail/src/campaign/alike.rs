//! What two sketches have in common, and whether it is enough.
//!
//! Texts, attachments, clues of where mail comes from and leads to, and how it is built are four kinds of evidence. Two of them
//! have to agree, since each alone has common innocent explanations: form letters share a text, one sender writes about many
//! things, one handbook is attached by everybody. Only a long text that is nearly the same throughout is enough alone.

use super::clues::Clue;
use super::sketch::Sketch;

/// Fewer pairs of words than this are a note that many people write alike.
pub(super) const FEWEST_PAIRS: u16 = 8;
/// A text with this many pairs says enough alone if nearly all are common.
const LONG_TEXT: u16 = 40;
/// Attachments of fewer pieces are too small to be told apart.
const FEWEST_PIECES: u16 = 8;

/// What two messages have in common.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Common {
    /// Share of the text, 0 to 1.
    pub(super) text: f64,
    /// Share of the shorter text that is in the longer.
    pub(super) within: f64,
    /// Pairs of words in the shorter text.
    pub(super) pairs: u16,
    /// Share of the attachments, 0 to 1.
    pub(super) files: f64,
    /// How much the clues say that they share: 0 nothing, 1 something, 2 much.
    pub(super) clues: u8,
    /// How much their build says, likewise.
    pub(super) build: u8,
    /// Whether the subject is the same.
    pub(super) subject: bool,
    /// Whether either answers another message: then a part of the text may be a quote without a mark.
    pub(super) may_quote: bool,
}

/// How two messages are bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bond {
    /// If others of their clusters share a clue.
    IfClustersShare,
    /// By themselves.
    Firm,
}

impl Common {
    pub(super) fn of(a: &Sketch, b: &Sketch) -> Self {
        Self {
            text: a.text.alike(&b.text),
            within: a.text.within(&b.text),
            pairs: a.text.count().min(b.text.count()),
            files: files(a, b),
            clues: shared(&a.clues, &b.clues),
            build: build(a, b),
            may_quote: a.build.is_answer || b.build.is_answer,
            subject: a.build.subject != 0 && a.build.subject == b.build.subject,
        }
    }

    /// Whether two messages are bound, by the rules of this module.
    pub(super) fn bond(&self) -> Option<Bond> {
        if self.is_firm() {
            return Some(Bond::Firm);
        }
        let is_text = self.has_text() && self.pairs >= 2 * FEWEST_PAIRS;
        (is_text || self.files >= 0.6).then_some(Bond::IfClustersShare)
    }

    fn is_firm(&self) -> bool {
        let is_long = self.pairs >= LONG_TEXT && self.text >= 0.85;
        let is_much = self.text >= 0.65 && self.pairs >= 2 * FEWEST_PAIRS;
        is_long
            || self.has_text() && (self.clues >= 1 || self.build >= 2 || self.files >= 0.5)
            || is_much && self.build >= 1
            || self.has_some_text() && (self.clues >= 2 || self.files >= 0.5)
            || self.files >= 0.5 && self.clues >= 2
            || self.is_same_note()
    }

    fn has_text(&self) -> bool {
        let is_part = self.within >= 0.75 && self.text >= 0.3 && !self.may_quote;
        let enough = if self.may_quote { 0.65 } else { 0.5 };
        self.pairs >= FEWEST_PAIRS && (self.text >= enough || is_part)
    }

    fn has_some_text(&self) -> bool {
        self.pairs >= FEWEST_PAIRS && self.text >= 0.3 && !self.may_quote
    }

    /// A short text, the same throughout, from or to the same place.
    fn is_same_note(&self) -> bool {
        self.pairs >= 3 && self.text >= 0.75 && self.clues >= 2 && (self.subject || self.build >= 1)
    }

    /// Whether two messages may stand in one cluster though no bond joins them directly.
    pub(super) fn is_akin(&self) -> bool {
        self.text >= 0.2 || self.files >= 0.4
    }

    /// For joining the surest pairs first.
    pub(super) fn strength(&self) -> f64 {
        self.text.max(self.files) + 0.1 * f64::from(self.clues) + 0.05 * f64::from(self.build)
    }

    /// How many kinds of evidence agree.
    pub(super) fn kinds(&self) -> usize {
        let kinds = [self.text >= 0.3, self.files >= 0.5, self.clues >= 1, self.build >= 1];
        kinds.iter().filter(|agrees| **agrees).count()
    }
}

fn files(a: &Sketch, b: &Sketch) -> f64 {
    if a.files.count().min(b.files.count()) < FEWEST_PIECES { 0.0 } else { a.files.alike(&b.files) }
}

/// Answers written by programs are built alike everywhere: that says nothing.
fn build(a: &Sketch, b: &Sketch) -> u8 {
    let (a, b) = (a.build, b.build);
    if a.is_automatic || b.is_automatic {
        return 0;
    }
    let same = |a: u64, b: u64| a != 0 && a == b;
    let has_payload = same(a.payload, b.payload);
    match (has_payload, same(a.file_names, b.file_names)) {
        (true, true) => 2,
        (true, false) | (false, true) => 1,
        (false, false) => u8::from(a.has_link && b.has_link && a.payload == b.payload && a.shape == b.shape),
    }
}

/// The weight of the clues that both have: two that say something say much.
fn shared(a: &[Clue], b: &[Clue]) -> u8 {
    common(a, b).map(|clue| clue.kind.weight()).sum::<u8>().min(2)
}

/// Clues that stand in both lists, which are in order.
pub(super) fn common<'a>(a: &'a [Clue], b: &'a [Clue]) -> impl Iterator<Item = &'a Clue> {
    a.iter().filter(|clue| b.binary_search(clue).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Common =
        Common { text: 0.0, within: 0.0, pairs: 30, files: 0.0, clues: 0, build: 0, subject: false, may_quote: false };

    #[test]
    fn one_kind_of_evidence_is_not_enough() {
        assert_eq!(Common { clues: 2, build: 2, ..NOTHING }.bond(), None, "one sender, other things");
        assert_ne!(Common { text: 0.9, ..NOTHING }.bond(), Some(Bond::Firm), "a form letter");
        assert_ne!(Common { files: 1.0, ..NOTHING }.bond(), Some(Bond::Firm), "a handbook");
    }

    #[test]
    fn two_kinds_are() {
        assert_eq!(Common { text: 0.6, clues: 1, ..NOTHING }.bond(), Some(Bond::Firm));
        assert_eq!(Common { text: 0.35, clues: 2, ..NOTHING }.bond(), Some(Bond::Firm));
        assert_eq!(Common { files: 0.8, clues: 2, pairs: 0, ..NOTHING }.bond(), Some(Bond::Firm));
        assert_eq!(Common { text: 0.9, pairs: 60, ..NOTHING }.bond(), Some(Bond::Firm), "long and nearly the same");
    }

    #[test]
    fn short_notes_say_little() {
        assert_eq!(Common { text: 1.0, within: 1.0, pairs: 4, clues: 1, build: 1, ..NOTHING }.bond(), None);
    }
}
