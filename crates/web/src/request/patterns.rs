//! Sets of weighted patterns, for attacks that are told by what they contain rather than by their grammar.

use regex::bytes::{RegexSet, RegexSetBuilder};

/// Patterns over lower-case text, each with the score of a text that holds it. Matching takes linear time.
pub(crate) struct Patterns {
    set: RegexSet,
    scores: Vec<f32>,
}

impl Patterns {
    pub(crate) fn new(patterns: &[(f32, &str)]) -> Self {
        let set = RegexSetBuilder::new(patterns.iter().map(|(_, p)| *p))
            .unicode(false)
            .size_limit(64 << 20)
            .dfa_size_limit(8 << 20)
            .build()
            .expect("the patterns are part of the program and tested");
        Self { set, scores: patterns.iter().map(|(score, _)| *score).collect() }
    }

    /// The strongest pattern, strengthened by others that are there too.
    pub(crate) fn score(&self, lower: &str) -> f32 {
        // Most text holds none, which is told sooner than which.
        if !self.set.is_match(lower.as_bytes()) {
            return 0.0;
        }
        let mut clean = 1.0;
        let mut best = 0.0_f32;
        for index in &self.set.matches(lower.as_bytes()) {
            best = best.max(self.scores[index]);
            clean *= 1.0 - 0.5 * self.scores[index];
        }
        best.max(if best >= 0.3 { 1.0 - clean } else { 0.0 }).min(0.99)
    }
}
