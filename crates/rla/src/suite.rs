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
//! Instead of Fisher's combination, both capitals can be multiplied ([`Combination::Product`]; Spertus and Stark 2022, "Sweeter than
//! SUITE", section 3): bets on samples drawn apart multiply as bets on one do. That needs fewer cards, save where one
//! stratum's bets lose so much that Fisher's combination, which takes no chance for more than 1, forgives it.
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

use crate::RiskLimit;
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

/// How the strata's evidence is put together. It must be chosen before the samples are seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Combination {
    /// Fisher's combination of both chances: SUITE.
    #[default]
    Fisher,
    /// The product of both capitals: Spertus and Stark 2022.
    Product,
}

/// A winner and a loser in both strata.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Suite {
    comparison: ComparisonStratum,
    polling: PollingStratum,
    method: SuperSimple,
    combination: Combination,
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
        let suite = Self { comparison, polling, method, combination: Combination::Fisher };
        if suite.lead() <= 0 { Err(StrataError::NoLead(suite.lead())) } else { Ok(suite) }
    }

    /// The same strata with another combination than Fisher's.
    pub fn combined_by(self, combination: Combination) -> Self {
        Self { combination, ..self }
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
        self.combined(self.largest_log_chance(|_, _| false).0)
    }

    /// Whether the risk is at most the limit; the same answer as comparing it, but most often sooner.
    pub fn confirms(&self, limit: RiskLimit) -> bool {
        let sure = |low: f64, high: f64| {
            if self.combined(low) > limit.share() {
                return Some(false);
            }
            (self.combined(high) <= limit.share()).then_some(true)
        };
        let (low, high) = self.largest_log_chance(|low, high| sure(low, high).is_some());
        sure(low, high).unwrap_or_else(|| self.combined(low) <= limit.share())
    }

    /// Bounds of the largest sum of the logarithms of both chances over all leads in the polling stratum: halving the slope of the
    /// sum, which is concave and so below its tangent everywhere. The search ends where the bounds are `enough`.
    fn largest_log_chance(&self, enough: impl Fn(f64, f64) -> bool) -> (f64, f64) {
        let (mut low, mut high) = self.leads();
        let (mut best, mut bound) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        if low > high {
            return (best, bound);
        }
        // Forty-eight halvings leave less than a millionth of a vote of ten million.
        for _ in 0..48 {
            let middle = f64::midpoint(low, high);
            let (sum, slope) = self.log_chance(middle);
            best = best.max(sum);
            bound = sum + slope.abs() * (high - middle);
            if slope > 0.0 {
                low = middle
            } else {
                high = middle
            }
            if slope == 0.0 || enough(best, bound) {
                return (best, bound);
            }
        }
        let ends = [low, high].map(|lead| self.log_chance(lead).0);
        (ends.into_iter().fold(best, f64::max), bound)
    }

    /// The leads in the polling stratum that are tried. No stratum's lead is larger than its cards, nor, by as many, below 0. A lead
    /// in the polling stratum below minus the other's cards asks nothing of that one: for Fisher's combination such leads are
    /// in the chance of the smallest that is tried.
    fn leads(&self) -> (f64, f64) {
        let [compared, polled] = [self.comparison.cards, self.polling.cards].map(|cards| cards as f64);
        let reach = compared.min(polled);
        match self.combination {
            Combination::Fisher => ((-reach).max(self.polling.smallest_lead()), reach),
            Combination::Product => (self.polling.smallest_lead(), reach.min(self.polling.largest_lead())),
        }
    }

    /// The risk from the sum of the logarithms of both chances.
    fn combined(&self, log: f64) -> f64 {
        match self.combination {
            Combination::Fisher => fisher(log.min(0.0)),
            Combination::Product => chance(log),
        }
    }

    /// The sum of both logarithms where the polling stratum's lead is `lead`, and its slope there. For Fisher's combination neither
    /// is above 0.
    fn log_chance(&self, lead: f64) -> (f64, f64) {
        let (compared, compared_slope) = self.log_capital_of_comparison(lead);
        match self.combination {
            Combination::Fisher => {
                let (polled, polled_slope) = self.polling.log_chance(lead);
                let compared_slope = if compared < 0.0 { compared_slope } else { 0.0 };
                (compared.min(0.0) + polled, compared_slope + polled_slope)
            }
            Combination::Product if !self.polling.fits_report() => (f64::INFINITY, 0.0),
            Combination::Product => {
                let (polled, polled_slope) = self.polling.log_ratio(lead);
                (compared + polled, compared_slope + polled_slope)
            }
        }
    }

    /// Kaplan and Markov: minus the logarithm of the capital of a bet against a lead of at most `-lead` in the comparison stratum.
    fn log_capital_of_comparison(&self, lead: f64) -> (f64, f64) {
        let stratum = &self.comparison;
        let cards = stratum.cards as f64;
        let scale = 1.0 / (2.0 * self.method.gamma() * cards);
        // A lead can't be less than minus the cards, so that this stays above -1.
        let step = -(stratum.lead as f64 + lead.max(-cards)) * scale;
        let sample = stratum.sample.max(stratum.found.cards()) as f64;
        let log = sample * step.ln_1p() + self.method.log_penalty(stratum.found);
        (log, if lead > -cards { -sample * scale / (1.0 + step) } else { 0.0 })
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Strata of some hundred cards, with samples that need not fit the report.
    fn suites() -> impl Strategy<Value = Suite> {
        let comparison = (20u64..400, 0.0..1.0f64, 0u64..200, 0u64..6, 0u64..4, 0u64..6).prop_map(
            |(cards, lead, sample, o1, o2, u1)| {
                let found = Misstatements { over_by_one: o1, over_by_two: o2, under_by_one: u1, under_by_two: 0 };
                ComparisonStratum { cards, lead: ((2.0 * lead - 0.9) * cards as f64 / 1.1) as i64, sample, found }
            },
        );
        let polling = (20u64..400, 0.0..1.0f64, 0.0..1.0f64, 0.0..1.0f64, 0.0..1.0f64, 0.0..1.0f64).prop_map(
            |(cards, winner, loser, drawn, sampled_winner, sampled_loser)| {
                let part = |of: u64, share: f64| (of as f64 * share) as u64;
                let winner_votes = part(cards, winner);
                let drawn = part(cards, drawn * drawn);
                let sampled = part(drawn, sampled_winner);
                let sample =
                    PollingSample { cards: drawn, winner: sampled, loser: part(drawn - sampled, sampled_loser) };
                PollingStratum { cards, winner_votes, loser_votes: part(cards - winner_votes, loser), sample }
            },
        );
        (comparison, polling).prop_filter_map("a lead", |(comparison, polling)| {
            Suite::new(comparison, polling, SuperSimple::default()).ok()
        })
    }

    proptest! {
        /// Both chances at each whole lead, whatever it is: none is above the largest.
        #[test]
        fn no_lead_has_a_larger_chance(suite in suites()) {
            let risk = suite.risk();
            prop_assert!(risk > 0.0 && risk <= 1.0);
            let (low, high) = suite.leads();
            for lead in low as i64..=high as i64 {
                prop_assert!(suite.combined(suite.log_chance(lead as f64).0) <= risk * (1.0 + 1e-9), "{lead}");
            }
        }

        #[test]
        fn confirming_is_comparing_the_risk(suite in suites(), share in 0.001..0.5f64) {
            let risk = suite.risk();
            prop_assume!((risk - share).abs() > 1e-9);
            prop_assert_eq!(suite.confirms(RiskLimit::new(share).expect("a limit")), risk <= share);
        }

        #[test]
        fn risk_falls_as_a_card_speaks_better(suite in suites(), card in -2i32..2) {
            let [better, worse] = [card, card + 1].map(|votes| {
                let found = suite.comparison.found + Misstatements::of_card(votes);
                let sample = suite.comparison.sample + found.cards() + 1;
                Suite { comparison: ComparisonStratum { found, sample, ..suite.comparison }, ..suite }
            });
            // The sample is of the same size in both.
            let worse = Suite { comparison: ComparisonStratum { sample: better.comparison.sample.max(worse.comparison.sample), ..worse.comparison }, ..worse };
            let better = Suite { comparison: ComparisonStratum { sample: worse.comparison.sample, ..better.comparison }, ..better };
            prop_assert!(better.risk() <= worse.risk() * (1.0 + 1e-9));
        }

        #[test]
        fn plans_stay_within_the_strata(suite in suites(), share in 0.01..0.3f64) {
            let limit = RiskLimit::new(share).expect("a limit");
            for sizes in [suite.plan(limit), suite.plan_in_proportion(limit)] {
                prop_assert!(sizes.comparison <= suite.comparison.cards && sizes.polling <= suite.polling.cards);
                prop_assert!(sizes.polling >= suite.polling.sample.cards);
            }
            prop_assert!(suite.plan(limit).total() <= suite.plan_in_proportion(limit).total());
        }
    }

    #[test]
    fn strata_that_contradict_themselves_are_refused() {
        let comparison = ComparisonStratum { cards: 100, lead: 10, sample: 0, found: Misstatements::default() };
        let polling =
            PollingStratum { cards: 100, winner_votes: 40, loser_votes: 50, sample: PollingSample::default() };
        let both =
            |comparison, polling| Suite::new(comparison, polling, SuperSimple::default()).map(|suite| suite.lead());
        assert_eq!(both(comparison, polling), Err(StrataError::NoLead(0)));
        assert_eq!(both(ComparisonStratum { lead: 11, ..comparison }, polling), Ok(1));
        assert!(both(ComparisonStratum { lead: 101, ..comparison }, polling).is_err());
        assert!(both(ComparisonStratum { cards: 0, lead: 0, ..comparison }, polling).is_err());
        assert!(both(comparison, PollingStratum { winner_votes: 60, ..polling }).is_err());
        let sample = PollingSample { cards: 3, winner: 2, loser: 2 };
        assert!(both(comparison, PollingStratum { sample, loser_votes: 10, ..polling }).is_err());
    }
}
