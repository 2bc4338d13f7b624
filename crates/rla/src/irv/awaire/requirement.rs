//! The test of one requirement: ALPHA without replacement, with the truncated shrinkage estimator (Stark 2023, "ALPHA: Audit
//! that Learns from Previously Hand-Audited Ballots", section 2.5).

use super::Bets;
use crate::irv::assertion::Claim;

/// A lead that an order says the ballots don't have, with the capital of a bet that they have it.
#[derive(Debug, Clone)]
pub(super) struct Requirement {
    lead: Claim,
    /// Ballots for the lead less those against, among those drawn.
    sum: i64,
    drawn: u64,
    capital: f64,
    /// The capital is multiplied by this for the ballot being drawn; infinite where the requirement is refuted.
    factor: f64,
}

/// A requirement's part in the bet against an order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share {
    pub(super) weight: f64,
    pub(super) outcome: f64,
}

/// Weights look at capitals within these, so that squares stay finite.
const WEIGHED: (f64, f64) = (1e-100, 1e100);

impl Requirement {
    pub(super) fn new(lead: Claim) -> Self {
        Self { lead, sum: 0, drawn: 0, capital: 1.0, factor: 1.0 }
    }

    /// Whether nothing so far speaks for the lead.
    pub(super) fn is_dull(&self) -> bool {
        self.capital <= 1.0
    }

    /// The square of the capital before this draw ("quadratic" weighting of Ek et al. 2023, section 4), and that square with
    /// what the bet makes of it.
    pub(super) fn share(&self) -> Share {
        let capital = self.capital.clamp(WEIGHED.0, WEIGHED.1);
        Share { weight: capital * capital, outcome: capital * capital * self.factor }
    }

    /// Sets the factor for a ballot of `cards`; a card not found counts as against.
    pub(super) fn bet(&mut self, ranking: Option<&[u32]>, cards: u64, bets: &Bets) {
        let vote = ranking.map_or(-1, |ranking| self.lead.vote(ranking));
        self.factor = self.multiplier(vote as f64, cards, bets);
        self.sum += vote;
        self.drawn += 1;
        // Ballots left can't bring the lead back to nothing.
        if u64::try_from(self.sum).is_ok_and(|lead| lead > cards.saturating_sub(self.drawn)) {
            self.factor = f64::INFINITY;
        }
    }

    /// Ends the draw: the capital is what the bet left.
    pub(super) fn settle(&mut self) {
        self.capital = if self.factor.is_infinite() { f64::INFINITY } else { self.capital * self.factor };
    }

    fn multiplier(&self, vote: f64, cards: u64, bets: &Bets) -> f64 {
        let (drawn, left) = (self.drawn as f64, cards.saturating_sub(self.drawn) as f64);
        let value = (vote + 1.0) / 2.0;
        let seen = (drawn + self.sum as f64) / 2.0;
        // The mean of what is left, if the lead is nothing.
        let mean = (cards as f64 / 2.0 - seen) / left;
        if !(mean > 0.0 && mean < 1.0) {
            return 1.0;
        }
        let weight = bets.steady + drawn;
        let shrunk = (bets.steady * bets.start + seen) / weight;
        let least = mean + (bets.start - 0.5) / 2.0 / weight.sqrt();
        let share = shrunk.max(least).min(1.0 - f64::EPSILON).max(mean);
        1.0 + (share - mean) / (mean * (1.0 - mean)) * (value - mean)
    }
}
