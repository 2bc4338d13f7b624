//! The tests to use where nobody asks for another: Kelly's bets on what was reported.
//!
//! For comparisons Spertus 2023, "COBRA: Comparison-Optimal Betting for Risk-limiting Audits"; for polling the bets are Wald's
//! ratio without replacement on the reported totals, which BRAVO is with replacement (Lindeman, Stark and Yates 2012).
//! `examples/mean_sample.rs` compares their mean samples with those of other tests.

use super::{Bet, Expected, Horizon, Kelly, NonnegMean, Test};
use crate::{Comparison, RiskLimit};

/// How often records are expected to differ from cards: errors a card, of an assertion between a winner and a loser.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ErrorRates {
    /// Overstatements by one vote.
    pub o1: f64,
    /// Overstatements by two votes.
    pub o2: f64,
    /// Understatements by one vote.
    pub u1: f64,
    /// Understatements by two votes.
    pub u2: f64,
}

impl ErrorRates {
    /// One card in a thousand is overstated by one vote, one in ten thousand by two (the rates that Colorado's and Arlo's
    /// plans assume).
    pub const USUAL: Self = Self { o1: 0.001, o2: 0.0001, u1: 0.001, u2: 0.0001 };
}

/// Information that all cards hold, drawn with replacement, from which on the fastest growth has the smaller mean sample: the grid of
/// the other is coarse and cards seldom run out. The two plan by different reckonings, so that plans jump at the border: from 4,061
/// cards at an information of 5.99 to 4,299 at 6.01. Risk is limited on both sides.
const PLENTY: f64 = 6.0;

impl NonnegMean {
    /// Polling an assertion whose assorter takes these values, at most `upper`, in these shares of the cards by the reported
    /// totals.
    pub fn for_polling(upper: f64, reported: Vec<Expected>, population: Option<u64>, limit: RiskLimit) -> Self {
        let horizon = population.and_then(|size| horizon(&reported, size, limit));
        let kelly = Kelly { expected: reported, counted: true, risk_limit: Some(limit.share()), horizon };
        Self { test: Test::Betting(Bet::Kelly(kelly)), upper, null_mean: 0.5, population }
    }

    /// Comparing records with cards, where errors are expected at these rates.
    pub fn for_comparison(
        comparison: &Comparison,
        rates: &ErrorRates,
        population: Option<u64>,
        limit: RiskLimit,
    ) -> Self {
        let kelly = Kelly {
            expected: comparison.expected(rates),
            counted: false,
            risk_limit: Some(limit.share()),
            horizon: None,
        };
        Self { test: Test::Betting(Bet::Kelly(kelly)), upper: comparison.upper(), null_mean: 0.5, population }
    }

    /// Draws to plan so that the audit ends with this chance if what the test expects is right; at most the population.
    /// `None` where that takes a full count, and for tests that expect nothing (`sample_size` plans those from a pilot).
    pub fn planned_draws(&self, limit: RiskLimit, chance: f64) -> Option<u64> {
        match &self.test {
            Test::Betting(Bet::Kelly(kelly)) => kelly.planned_draws(self.null_mean, self.population, limit, chance),
            _ => None,
        }
    }
}

/// Whether a full count is near, by the reported totals, and what follows for bets.
fn horizon(reported: &[Expected], size: u64, limit: RiskLimit) -> Option<Horizon> {
    let mean: f64 = reported.iter().map(|e| e.value * e.share).sum();
    let variance: f64 = reported.iter().map(|e| e.share * (e.value - mean).powi(2)).sum();
    let lead = mean - 0.5;
    let all = size as f64 * lead * lead / variance;
    (size > 1 && lead > 0.0 && all > 1e-12 && all < PLENTY).then(|| Horizon::new(lead, variance, size, limit.share()))
}

impl Comparison {
    /// The values that cards take where errors come at these rates: two votes are the assorter's whole range, one is half of it.
    pub fn expected(&self, rates: &ErrorRates) -> Vec<Expected> {
        let clean = self.error_free();
        let errors = [(-1.0, rates.o1), (-2.0, rates.o2), (1.0, rates.u1), (2.0, rates.u2)];
        let right = (1.0 - rates.o1 - rates.o2 - rates.u1 - rates.u2).max(0.0);
        let of = |(votes, share): (f64, f64)| Expected { value: clean * (1.0 + votes / 2.0), share };
        std::iter::once(Expected { value: clean, share: right }).chain(errors.map(of)).collect()
    }
}

/// Shares of the cards with 1, 0 and 1/2 in a plurality assertion.
pub fn plurality_shares(winner: f64, loser: f64) -> Vec<Expected> {
    let rest = (1.0 - winner - loser).max(0.0);
    [(1.0, winner), (0.0, loser), (0.5, rest)].map(|(value, share)| Expected { value, share }).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_plan_is_made_for_a_chance_that_is_no_number() {
        let limit = RiskLimit::new(0.05).expect("a limit");
        let comparison = Comparison::new(crate::Assorter::Plurality { winner: 0, loser: 1 }, 0.55, false);
        for test in [
            NonnegMean::for_polling(1.0, plurality_shares(0.55, 0.45), Some(1_000), limit),
            NonnegMean::for_polling(1.0, plurality_shares(0.55, 0.45), None, limit),
            NonnegMean::for_comparison(&comparison, &ErrorRates::USUAL, Some(10_000), limit),
        ] {
            assert!(test.planned_draws(limit, 0.9).is_some());
            assert_eq!(test.planned_draws(limit, f64::NAN), None);
        }
    }
}
