//! Bets: how much of the evidence is staked on the next value being above the null's mean.
//!
//! Waudby-Smith and Ramdas 2024, "Estimating means of bounded random variables by betting" (JRSS B 86); Waudby-Smith, Stark
//! and Ramdas 2021, "RiLACS: Risk-Limiting Audits via Confidence Sequences".

use super::kelly::{Kelly, KellyState};
use super::sample::{Null, Population, Sample};

/// A rule for bets. A bet never risks more than all there is: it is kept between 0 and one over the null's mean.
#[derive(Debug, Clone, PartialEq)]
pub enum Bet {
    /// The same bet each time.
    Fixed {
        /// The bet.
        lambda: f64,
    },
    /// Approximately the fastest growth for the mean and variance of the draws so far (aGRAPA).
    Agrapa {
        /// The first bet.
        first: f64,
        /// Share of the largest bet that is allowed at first.
        c_first: f64,
        /// Share that is allowed in the end.
        c_last: f64,
        /// How quickly the one becomes the other; 0 for never.
        c_growth: f64,
    },
    /// The fastest growth for what the population is expected to hold.
    Kelly(Kelly),
    /// Evidence split in equal parts, each staked by a bet of its own; valid, since a mean of test supermartingales is one.
    /// After a while it does nearly as well as the best of its bets.
    Mixture(Vec<Bet>),
}

#[derive(Debug, Clone)]
pub(super) enum BetState {
    Fixed(f64),
    Agrapa { next: f64, c_first: f64, c_last: f64, c_growth: f64 },
    Kelly(Box<KellyState>),
    Mixture(Vec<Part>),
}

/// A part of a mixture: its share of the evidence, its rule, and what it stakes on the draw to come.
#[derive(Debug, Clone)]
pub(super) struct Part {
    share: f64,
    rule: BetState,
    stake: f64,
}

impl BetState {
    pub(super) fn new(bet: &Bet, population: &Population) -> Self {
        match bet {
            Bet::Fixed { lambda } => Self::Fixed(*lambda),
            Bet::Agrapa { first, c_first, c_last, c_growth } => {
                Self::Agrapa { next: *first, c_first: *c_first, c_last: *c_last, c_growth: *c_growth }
            }
            Bet::Kelly(kelly) => Self::Kelly(Box::new(KellyState::new(kelly, population))),
            Bet::Mixture(bets) => {
                let share = 1.0 / bets.len().max(1) as f64;
                Self::Mixture(bets.iter().map(|b| Part { share, rule: Self::new(b, population), stake: 0.0 }).collect())
            }
        }
    }

    /// The bet on the next draw; `mean` is the null's for the values not yet drawn, `ln_wealth` the evidence so far.
    pub(super) fn stake(&mut self, mean: f64, sample: &Sample, ln_wealth: f64) -> f64 {
        let stake = match self {
            Self::Fixed(lambda) => *lambda,
            Self::Agrapa { next, c_first, c_last, c_growth } => {
                let grown = 1.0 - 1.0 / (1.0 + *c_growth * (sample.drawn as f64).sqrt());
                next.min((*c_first + (*c_last - *c_first) * grown) / mean)
            }
            Self::Kelly(kelly) => kelly.stake(mean, sample.drawn, ln_wealth),
            Self::Mixture(parts) => {
                let mut all = 0.0;
                for part in parts {
                    part.stake = part.rule.stake(mean, sample, ln_wealth + part.share.ln());
                    all += part.share * part.stake;
                }
                all
            }
        };
        if stake.is_nan() { 0.0 } else { stake.max(0.0).min(1.0 / mean) }
    }

    /// After the draw of `x`, that is in `sample`; `null` and the stakes are those from before it.
    pub(super) fn learn(&mut self, x: f64, null: Null, sample: &Sample) {
        let Null::Mean(mean) = null else { return };
        match self {
            Self::Fixed(_) => {}
            Self::Agrapa { next, .. } => {
                let lead = sample.mean - mean;
                *next = lead / (sample.variance() + lead * lead);
            }
            Self::Kelly(kelly) => kelly.learn(x),
            Self::Mixture(parts) => {
                for part in parts.iter_mut() {
                    part.share *= (1.0 + part.stake * (x - mean)).max(0.0);
                    part.rule.learn(x, null, sample);
                }
                let all: f64 = parts.iter().map(|p| p.share).sum();
                if all > 0.0 {
                    parts.iter_mut().for_each(|p| p.share /= all);
                }
            }
        }
    }
}
