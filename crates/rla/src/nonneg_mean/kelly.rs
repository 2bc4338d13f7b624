//! The bet under which evidence grows fastest, where it is known or assumed what the population holds.
//!
//! Kelly 1956, "A New Interpretation of Information Rate"; for comparison audits Spertus 2023, "COBRA: Comparison-Optimal
//! Betting for Risk-limiting Audits". For two values and a known population it is Wald's ratio without replacement.

use super::horizon::Horizon;
use super::sample::Population;

/// A value and how much of the population has it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expected {
    /// The value.
    pub value: f64,
    /// Its share of the population.
    pub share: f64,
}

/// What the population is expected to hold, and the bets that follow. A wrong expectation costs draws, never risk.
#[derive(Debug, Clone, PartialEq)]
pub struct Kelly {
    /// All values and their shares.
    pub expected: Vec<Expected>,
    /// Whether the shares are counts of the whole population (reported totals), so that what has been drawn is no longer
    /// to come; otherwise they are rates, alike at every draw.
    pub counted: bool,
    /// The risk limit to reach: no more is staked than reaches it by the favourable value that most is to be gained from.
    pub risk_limit: Option<f64>,
    /// What the cards running out asks for beyond growth; `None` for growth alone.
    pub horizon: Option<Horizon>,
}

/// Never all in: one value of 0 would end the evidence for good.
const KEPT: f64 = 1e-7;

#[derive(Debug, Clone)]
pub(super) struct KellyState {
    values: Vec<f64>,
    left: Vec<f64>,
    counted: bool,
    ln_target: f64,
    horizon: Option<Horizon>,
    last: f64,
}

impl KellyState {
    pub(super) fn new(kelly: &Kelly, population: &Population) -> Self {
        let cards = population.size.map_or(1.0, |size| size as f64);
        Self {
            values: kelly.expected.iter().map(|e| e.value).collect(),
            left: kelly.expected.iter().map(|e| e.share * cards).collect(),
            counted: kelly.counted && population.size.is_some(),
            // A hair above the limit, for rounding.
            ln_target: kelly.risk_limit.map_or(f64::INFINITY, |limit| -limit.ln() + 1e-12),
            horizon: kelly.horizon.clone(),
            last: 1.0,
        }
    }

    pub(super) fn stake(&mut self, mean: f64, drawn: u64, ln_wealth: f64) -> f64 {
        self.last = self.fastest(mean);
        let haste = self.horizon.as_ref().map_or(1.0, |horizon| horizon.haste(drawn as f64, ln_wealth));
        let bet = (self.last * haste).min((1.0 - KEPT) / mean);
        let needed = self.ln_target - ln_wealth;
        // The value that most of what speaks for the reported outcome comes from.
        let gains = self.values.iter().zip(&self.left).map(|(value, left)| (left * (value - mean), value - mean));
        let (gain, lead) = gains.fold((0.0, 0.0), |most, now| if now.0 > most.0 { now } else { most });
        if needed > 0.0 && gain > 0.0 { bet.min(needed.exp_m1() / lead) } else { bet }
    }

    pub(super) fn learn(&mut self, x: f64) {
        if !self.counted {
            return;
        }
        if let Some(at) = self.values.iter().position(|v| (v - x).abs() < 1e-9) {
            self.left[at] = (self.left[at] - 1.0).max(0.0);
        }
    }

    /// Where the expected growth's slope in the bet is 0: Newton's steps within a bracket that only shrinks.
    fn fastest(&self, mean: f64) -> f64 {
        let (mut low, mut high) = (0.0, (1.0 - KEPT) / mean);
        if self.slope(low, mean).0 <= 0.0 {
            return low;
        }
        if self.slope(high, mean).0 >= 0.0 {
            return high;
        }
        let mut bet = self.last.clamp(low, high);
        for _ in 0..60 {
            let (slope, bend) = self.slope(bet, mean);
            if slope > 0.0 {
                low = bet
            } else {
                high = bet
            }
            let newton = bet - slope / bend;
            let next = if newton > low && newton < high { newton } else { f64::midpoint(low, high) };
            if (next - bet).abs() <= 1e-12 * next {
                return next;
            }
            bet = next;
        }
        bet
    }

    /// First and second derivative of the expected growth.
    fn slope(&self, bet: f64, mean: f64) -> (f64, f64) {
        self.values.iter().zip(&self.left).fold((0.0, 0.0), |(slope, bend), (value, left)| {
            let lead = (value - mean) / (1.0 + bet * (value - mean));
            (slope + left * lead, bend - left * lead * lead)
        })
    }
}
