//! Threats in words that no pattern foresaw: a grave or grim word, whom it is for, and that it is meant to happen, close
//! together in one sentence. Each alone says nothing; hostile words elsewhere in the message add to it.

use super::lexicon::{Classes, Lexicon, Word};

/// The classes that are weighed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Loose {
    grave: Classes,
    grim: Classes,
    intent: Classes,
    i: Classes,
    whom: Classes,
    not: Classes,
}

/// What a sentence weighs, and the words that it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Weighed {
    pub(super) weight: f64,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// Whom it is for stands this close to the grave word, in words.
const NEAR: usize = 5;
/// What is meant stands within so many words before.
const BEFORE: usize = 10;

impl Loose {
    pub(super) fn of(lexicon: &Lexicon) -> Self {
        let class = |name| lexicon.class(name);
        let whom = class("target") | class("your") | class("te") | class("tu") | class("oficial") | class("familia");
        let (grave, grim, intent) = (class("grave"), class("grim"), class("intent"));
        Self { grave, grim, intent, i: class("i") | class("voy"), whom: whom & !class("them"), not: class("not") }
    }

    /// The weightiest place of a sentence.
    pub(super) fn weigh(&self, words: &[Word]) -> Option<Weighed> {
        let at = words.iter().enumerate().filter(|(_, word)| word.classes & (self.grave | self.grim) != 0);
        at.filter_map(|(at, _)| self.weigh_at(words, at)).max_by(|a, b| a.weight.total_cmp(&b.weight))
    }

    fn weigh_at(&self, words: &[Word], at: usize) -> Option<Weighed> {
        let first = at.saturating_sub(BEFORE);
        let before = &words[first..at];
        let has = |words: &[Word], class: Classes| words.iter().any(|word| word.classes & class != 0);
        let around = at.saturating_sub(NEAR)..(at + NEAR + 1).min(words.len());
        let whom: usize = around.clone().filter(|other| *other != at && words[*other].classes & self.whom != 0).count();
        let is_meant = has(before, self.intent);
        if whom == 0 || !is_meant || has(&words[around.start..at], self.not) {
            return None;
        }
        let mut weight = if words[at].classes & self.grave != 0 { 0.6 } else { 0.4 };
        weight += if has(before, self.i) { 0.2 } else { 0.1 };
        // Several grim words are no accident.
        let more = words[around.clone()].iter().filter(|word| word.classes & (self.grave | self.grim) != 0).count();
        weight += if more > 1 { 0.2 } else { 0.0 };
        Some(Weighed { weight, from: around.start, to: around.end })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weight(sentence: &str) -> f64 {
        let classes = "target: you\nyour: your\nte: te\ntu: tu\noficial: jefe\nfamilia: hijo\nthem: them\ngrave: shoot\ngrim: dead\n\
                       intent: will\ni: i\nvoy: voy\nnot: not\ncore:";
        let lexicon = Lexicon::read(classes, "", "");
        let words: Vec<Word> = sentence.split(' ').map(|word| lexicon.word(word).unwrap_or_default()).collect();
        Loose::of(&lexicon).weigh(&words).map_or(0.0, |weighed| weighed.weight)
    }

    #[test]
    fn all_three_must_stand_together() {
        assert!(weight("i will then shoot you") > weight("they will shoot you"));
        assert!(weight("they will shoot you dead") > weight("they will shoot you"));
        for quiet in
            ["shoot you", "i will shoot it", "i will not shoot you", "i will shoot the film that all of us saw and you"]
        {
            assert!(weight(quiet) < 0.1, "{quiet}");
        }
    }
}
