//! What a whole message speaks of, and how that bears on its evidence: news, training, scams, abuse, errands.

use super::ThreatKind;
use super::lexicon::Classes;
use super::tables::{Evidence, Named};
use super::tokens::Token;

/// What a whole message speaks of, apart from its threats.
#[derive(Debug, Default)]
pub(super) struct Context {
    pub(super) news: usize,
    pub(super) training: usize,
    pub(super) first_hand: usize,
    pub(super) told: usize,
    pub(super) ransom: usize,
    pub(super) insults: usize,
    pub(super) benign: usize,
    pub(super) is_of_office: bool,
    pub(super) is_of_role: bool,
}

impl Context {
    /// Reads all of a message's words.
    pub(super) fn of<'a>(tokens: impl Iterator<Item = &'a Token>, c: &Named) -> Self {
        let mut context = Self::default();
        for token in tokens {
            let is = |class: Classes| token.word.classes & class != 0;
            context.is_of_office |= is(c.office);
            context.is_of_role |= is(c.official | c.person | c.office);
            context.ransom += usize::from(is(c.ransom));
            context.insults += usize::from(is(c.insult));
            context.benign += usize::from(is(c.benign));
            if !token.is_quoted && !token.is_marked {
                context.news += usize::from(is(c.news));
                context.training += usize::from(is(c.training));
                context.first_hand += usize::from(is(c.first));
                context.told += usize::from(is(c.report));
            }
        }
        context
    }

    /// What a hit weighs here; nothing where the message is another's business.
    pub(super) fn weight(&self, evidence: Evidence, is_disguised: bool) -> f64 {
        // Who hides a word knows what it says.
        let weight = evidence.weight + if is_disguised { 0.2 } else { 0.0 };
        let is_scam = self.ransom > 1 && !self.is_of_role;
        match evidence.kind {
            // Recordings and bitcoins without an official's role: a scam sent to everybody.
            _ if is_scam => 0.0,
            ThreatKind::Extortion if !self.is_of_role => 0.0,
            // Drivers and colleagues wait outside too, and say what for.
            ThreatKind::Stalking if self.benign > 1 && self.insults == 0 => weight * 0.5,
            ThreatKind::Veiled | ThreatKind::Violence if self.insults > 0 && weight >= 0.4 => weight + 0.2,
            ThreatKind::Violence if evidence.reason == "violent-words" && self.is_of_office => weight + 0.1,
            _ => weight,
        }
    }
}
