//! Stratified audits by SUITE: one stratum whose cards are compared with their cast vote records, one whose cards are polled.
//!
//! Ottoboni, Stark, Lindeman and McBurnett 2018, "Risk-limiting audits by stratified union-intersection tests of elections
//! (SUITE)". Where the reported winner did not win, there is a lead `c` (in votes) of the winner over the loser in the polling
//! stratum such that the lead in the comparison stratum is at most `-c`. For each possible `c` both are tested, on samples drawn
//! apart: the first by a likelihood ratio ([`PollingStratum`]), the second by Kaplan and Markov, as an overstatement of at least
//! the reported lead there plus `c`. Fisher's combination of both chances is the risk under `c`; the largest over all `c` is
//! the risk. The paper allots the overstatement by a share `lambda` of the whole margin `V`; `c` is the polling stratum's reported
//! lead less `(1 - lambda) V`, so that both speak of the same hypotheses.
//!
//! The largest is found exactly: the logarithm of each stratum's chance is concave in `c`, and so is their sum, cut at 0 as
//! they are. CORLA18 and Arlo look on a grid; Arlo's convention is in [`arlo`]. The chances may be looked at after every round,
//! since in each stratum one over the least chance so far is a bettor's largest capital (Ville), whose chance to be large is as
//! small as a p-value's.
//!
//! Cards of the comparison stratum are drawn with replacement, those of the polling stratum without. A contest with several
//! winners and losers has the largest risk of its pairs.

pub mod arlo;
mod falling;
mod plan;
mod polling;
pub mod trihypergeometric;

pub use plan::Sizes;
pub use polling::{PollingSample, PollingStratum};

use crate::super_simple::{Misstatements, SuperSimple, chance};

/// Why two strata can't be audited together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StrataError {
    /// A stratum without a card: audit the other alone.
    #[error("the {0} stratum has no cards: audit the other one alone")]
    NoCards(&'static str),
    /// More votes or a larger lead than there are cards.
    #[error("the {stratum} stratum's {cards} cards can't hold {votes} votes")]
    TooManyVotes {
        /// Which stratum.
        stratum: &'static str,
        /// Its cards.
        cards: u64,
        /// The votes said to be on them.
        votes: u64,
    },
    /// A polling sample that is no part of its stratum.
    #[error("{sample} cards with {votes} votes for the pair can't be a sample of {cards} cards")]
    Sample {
        /// Cards of the sample.
        sample: u64,
        /// Votes for the pair on them.
        votes: u64,
        /// Cards of the stratum.
        cards: u64,
    },
    /// The reported winner has no lead over the loser.
    #[error("the reported winner leads by {0} votes: only a full count can settle that")]
    NoLead(i64),
}

/// A stratum whose cards have cast vote records, and what comparing a sample drawn with replacement showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ComparisonStratum {
    /// Cards of the stratum.
    pub cards: u64,
    /// The winner's reported votes less the loser's.
    pub lead: i64,
    /// Cards compared, each as often as drawn.
    pub sample: u64,
    /// The misstatements of the pair's lead.
    pub found: Misstatements,
}

/// A winner and a loser in both strata.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Suite {
    comparison: ComparisonStratum,
    polling: PollingStratum,
    method: SuperSimple,
}

impl Suite {
    /// Both strata of one pair; `method` is the comparison stratum's.
    ///
    /// # Errors
    /// Where the numbers contradict each other, or the winner has no lead.
    pub fn new(
        comparison: ComparisonStratum,
        polling: PollingStratum,
        method: SuperSimple,
    ) -> Result<Self, StrataError> {
        let held = comparison.lead.unsigned_abs();
        if comparison.cards == 0 {
            return Err(StrataError::NoCards("comparison"));
        }
        if held > comparison.cards {
            return Err(StrataError::TooManyVotes { stratum: "comparison", cards: comparison.cards, votes: held });
        }
        polling.check()?;
        let suite = Self { comparison, polling, method };
        if suite.lead() <= 0 { Err(StrataError::NoLead(suite.lead())) } else { Ok(suite) }
    }

    /// The winner's reported lead over the loser in both strata.
    pub fn lead(&self) -> i64 {
        self.comparison.lead.saturating_add(self.polling.lead())
    }

    /// The stratum that is compared.
    pub fn comparison(&self) -> &ComparisonStratum {
        &self.comparison
    }

    /// The stratum that is polled.
    pub fn polling(&self) -> &PollingStratum {
        &self.polling
    }

    /// The risk measured by both samples: above 0 and at most 1.
    pub fn risk(&self) -> f64 {
        fisher(self.largest_log_chance())
    }

    /// The largest sum of the logarithms of both chances over all leads in the polling stratum: halving the concave sum's slope.
    fn largest_log_chance(&self) -> f64 {
        let reach = self.comparison.cards.min(self.polling.cards) as f64;
        let (mut low, mut high) = ((-reach).max(self.polling.smallest_lead()), reach);
        if low > high {
            return f64::NEG_INFINITY;
        }
        // Forty-eight halvings leave less than a millionth of a vote of ten million.
        for _ in 0..48 {
            let middle = f64::midpoint(low, high);
            let (_, slope) = self.log_chance(middle);
            if slope > 0.0 { low = middle } else { high = middle }
        }
        [low, high].map(|lead| self.log_chance(lead).0).into_iter().fold(f64::NEG_INFINITY, f64::max)
    }

    /// The sum of both logarithms where the polling stratum's lead is `lead`, and its slope there.
    fn log_chance(&self, lead: f64) -> (f64, f64) {
        let (compared, compared_slope) = self.log_chance_of_comparison(lead);
        let (polled, polled_slope) = self.polling.log_chance(lead);
        (compared + polled, compared_slope + polled_slope)
    }

    /// Kaplan and Markov: the chance, at most, of what the comparison showed where its lead is really at most `-lead`.
    fn log_chance_of_comparison(&self, lead: f64) -> (f64, f64) {
        let stratum = &self.comparison;
        let scale = 1.0 / (2.0 * self.method.gamma() * stratum.cards as f64);
        // A lead can't be less than minus the cards, so that this stays above -1.
        let step = -(stratum.lead as f64 + lead) * scale;
        let sample = stratum.sample.max(stratum.found.cards()) as f64;
        let log = sample * step.ln_1p() + self.method.log_penalty(stratum.found);
        if log < 0.0 { (log, -sample * scale / (1.0 + step)) } else { (0.0, 0.0) }
    }
}

/// The risk of a contest: the largest of its pairs; 1 where there is none.
pub fn risk_of_contest(pairs: impl IntoIterator<Item = Suite>) -> f64 {
    pairs.into_iter().map(|pair| pair.risk()).reduce(f64::max).unwrap_or(1.0)
}

/// Fisher's combination of two independent chances from the sum of their logarithms: the upper tail of the chi-squared
/// distribution with four degrees of freedom at minus twice the sum.
fn fisher(log: f64) -> f64 {
    if log == f64::NEG_INFINITY { f64::MIN_POSITIVE } else { chance(log + (-log).ln_1p()) }
}
