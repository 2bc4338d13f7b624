//! ALPHA: how each estimator guesses, before a draw, the mean of the values not yet drawn.
//!
//! Stark 2023, "ALPHA: Audit that Learns from Previously Hand-Audited Ballots" (Annals of Applied Statistics 17), sections
//! 2.2 to 2.5; the comparison estimator is SHANGRLA's (Stark 2020, "Sets of Half-Average Nulls Generate Risk-Limiting Audits").

use super::sample::{Population, Sample};

/// A guess at the population's mean. Guesses are kept between the null's mean and the upper bound: a lower one would bet on
/// the null's side, and what results would be no test of "at most".
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Estimator {
    /// The population's mean is `eta`, whatever is drawn.
    Fixed {
        /// The mean.
        eta: f64,
    },
    /// The mean of the draws, shrunk towards `eta` and kept away from the null's mean and the upper bound.
    ShrinkTrunc {
        /// The first guess.
        eta: f64,
        /// How far away: `c / sqrt(d + draws)`.
        c: f64,
        /// How many draws the first guess weighs.
        d: f64,
        /// How much the upper bound weighs, for each standard deviation.
        f: f64,
        /// The smallest standard deviation believed.
        min_sd: f64,
    },
    /// Best for comparisons whose only errors are two-vote overstatements at this rate.
    OptimalComparison {
        /// Two-vote overstatements a card.
        error_rate_2: f64,
    },
}

impl Estimator {
    /// The guess before the next draw; `mean` is the null's for the values not yet drawn.
    pub(super) fn guess(&self, population: &Population, mean: f64, sample: &Sample) -> f64 {
        let guess = match self {
            Self::Fixed { eta } => population.left(*eta, sample),
            Self::ShrinkTrunc { .. } => self.shrink_trunc(population, mean, sample),
            Self::OptimalComparison { error_rate_2 } => {
                let clean = population.upper * (1.0 - error_rate_2);
                (1.0 - clean) / (2.0 - 2.0 * population.upper) + clean - 0.5
            }
        };
        if guess.is_finite() { guess.max(mean).min(population.upper) } else { mean }
    }

    fn shrink_trunc(&self, population: &Population, mean: f64, sample: &Sample) -> f64 {
        let Self::ShrinkTrunc { eta, c, d, f, min_sd } = *self else { return mean };
        let upper = population.upper;
        let c = if upper - c < population.null_mean + c { (upper - c) / 2.0 } else { c };
        let sd = if sample.drawn < 2 { 1.0 } else { sample.variance().sqrt().max(min_sd) };
        let weight = d + sample.drawn as f64;
        let shrunk = ((d * eta + sample.sum()) / weight + upper * f / sd) / (1.0 + f / sd);
        let away = c / weight.sqrt();
        shrunk.max(mean * (1.0 + f64::EPSILON) + away).min(upper * (1.0 - f64::EPSILON) - away)
    }
}

/// What a draw multiplies the evidence by: ALPHA's term.
pub(super) fn factor(x: f64, guess: f64, mean: f64, upper: f64) -> f64 {
    (x * guess / mean + (upper - x) * (upper - guess) / (upper - mean)) / upper
}
