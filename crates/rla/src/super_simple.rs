//! Ballot-level comparison by the super-simple method: risk and sizes from counts of one- and two-vote misstatements.
//!
//! Stark 2010, "Super-simple simultaneous single-ballot risk-limiting audits" (EVT/WOTE); Lindeman and Stark 2012, "A gentle
//! introduction to risk-limiting audits". Cards are drawn with replacement and each is compared with its cast vote record.
//! An overstatement `e` of a card is by how many votes its record makes the lead of a winner over a loser larger than the paper
//! does, from -2 to 2; of several pairs, or of several contests under one margin, the largest counts.
//!
//! Why it limits the risk: with the diluted margin `m` and the inflator `g`, each card multiplies a bettor's capital by
//! `(1 - e/2g) / (1 - m/2g)`, which is never negative. Where the outcome is wrong the mean of `e` over all cards is at least `m`,
//! so that the capital doesn't grow on average, and the chance that it ever reaches `1/a` is at most `a` (Ville). The risk is one
//! over the capital. This holds for negative `e` as well, and so much the more where they are taken for 0: both conventions of
//! [`Understatements`] limit the risk, at whatever card the audit stops.
//!
//! Other programs' rules for sizes are in [`rules`]; drawing without replacement and assorters are other methods.

mod chance;
pub mod rules;

use std::ops::Add;

use crate::{Pair, RiskLimit, Tally};

/// The inflator that Stark's audit tools, Arlo and ColoradoRLA use.
pub const USUAL_GAMMA: f64 = 1.03905;

/// Why there is no super-simple audit.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("the error inflator gamma must be above 1 and finite, not {0}")]
pub struct NoGamma(pub f64);

/// Cards with misstatements, by how many votes they misstate the lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Misstatements {
    /// One vote too many for the lead.
    pub over_by_one: u64,
    /// Two votes too many.
    pub over_by_two: u64,
    /// One vote too few.
    pub under_by_one: u64,
    /// Two votes too few.
    pub under_by_two: u64,
}

/// Misstated cards expected for each card drawn, in the order of [`Misstatements`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rates {
    /// One vote too many for the lead.
    pub over_by_one: f64,
    /// Two votes too many.
    pub over_by_two: f64,
    /// One vote too few.
    pub under_by_one: f64,
    /// Two votes too few.
    pub under_by_two: f64,
}

/// Whether cards that understate the lead make up for others that overstate it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Understatements {
    /// They do: Stark 2010, rlacalc, SUITE.
    Credited,
    /// They are taken for cards without a misstatement: Arlo.
    Ignored,
}

/// The method with its two choices.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SuperSimple {
    gamma: f64,
    understatements: Understatements,
}

impl Misstatements {
    /// A card's misstatement of a lead: from -2 (two votes too few) to 2; what lies outside is taken for the nearest.
    pub fn of_card(overstatement: i32) -> Self {
        let mut one = Self::default();
        match overstatement {
            2.. => one.over_by_two = 1,
            1 => one.over_by_one = 1,
            0 => {}
            -1 => one.under_by_one = 1,
            ..=-2 => one.under_by_two = 1,
        }
        one
    }

    /// All cards with a misstatement.
    pub fn cards(self) -> u64 {
        let over = self.over_by_one.saturating_add(self.over_by_two);
        over.saturating_add(self.under_by_one).saturating_add(self.under_by_two)
    }
}

impl Add for Misstatements {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            over_by_one: self.over_by_one.saturating_add(other.over_by_one),
            over_by_two: self.over_by_two.saturating_add(other.over_by_two),
            under_by_one: self.under_by_one.saturating_add(other.under_by_one),
            under_by_two: self.under_by_two.saturating_add(other.under_by_two),
        }
    }
}

impl Rates {
    /// No misstatement.
    pub const NONE: Self = Self { over_by_one: 0.0, over_by_two: 0.0, under_by_one: 0.0, under_by_two: 0.0 };

    /// One card in 1,000 with one vote too many and one with one too few, and one in 10,000 for two votes: the rates that Stark's
    /// audit tools and Arlo start from.
    pub const USUAL: Self = Self { over_by_one: 1e-3, over_by_two: 1e-4, under_by_one: 1e-3, under_by_two: 1e-4 };

    /// What a sample showed.
    pub fn observed(found: Misstatements, sample: u64) -> Self {
        let rate = |cards: u64| if sample == 0 { 0.0 } else { cards as f64 / sample as f64 };
        Self {
            over_by_one: rate(found.over_by_one),
            over_by_two: rate(found.over_by_two),
            under_by_one: rate(found.under_by_one),
            under_by_two: rate(found.under_by_two),
        }
    }
}

impl Default for SuperSimple {
    /// The usual inflator; understatements are credited.
    fn default() -> Self {
        Self { gamma: USUAL_GAMMA, understatements: Understatements::Credited }
    }
}

impl SuperSimple {
    /// The method with an inflator above 1: the larger, the larger the sample and the less a two-vote overstatement costs.
    ///
    /// # Errors
    /// Where the inflator is not a finite number above 1.
    pub fn new(gamma: f64, understatements: Understatements) -> Result<Self, NoGamma> {
        let sane = gamma.is_finite() && gamma > 1.0;
        if sane { Ok(Self { gamma, understatements }) } else { Err(NoGamma(gamma)) }
    }

    /// Arlo's convention: the usual inflator, understatements ignored.
    pub fn arlo() -> Self {
        Self { gamma: USUAL_GAMMA, understatements: Understatements::Ignored }
    }

    /// The inflator.
    pub fn gamma(self) -> f64 {
        self.gamma
    }

    /// The risk measured after `sample` cards: above 0 and at most 1. `diluted_margin` is the smallest lead in votes by all cards
    /// that the sample is drawn from.
    pub fn risk(self, diluted_margin: f64, sample: u64, found: Misstatements) -> f64 {
        let Some(step) = self.log_step(diluted_margin) else { return 1.0 };
        // A sample cannot show a misstatement on more cards than it has.
        let log = sample.max(found.cards()) as f64 * step + self.log_penalty(found);
        chance(log)
    }

    /// The smallest sample after which the risk is at most the limit if it shows just these misstatements; `None` where no
    /// more than `cards` draws suffice: then a full count is the way.
    pub fn size(self, limit: RiskLimit, diluted_margin: f64, found: Misstatements, cards: u64) -> Option<u64> {
        let step = self.log_step(diluted_margin)?;
        let draws = (limit.share().ln() - self.log_penalty(found)) / step;
        let draws = if draws < cards as f64 { draws.max(0.0).ceil() as u64 } else { return None };
        let mut size = draws.max(found.cards()).max(1);
        // Rounding may leave the quotient a card too low.
        while size < cards && self.risk(diluted_margin, size, found) > limit.share() {
            size += 1;
        }
        (size <= cards && self.risk(diluted_margin, size, found) <= limit.share()).then_some(size)
    }

    /// The sample to plan for where cards are misstated at these rates: after it, with just so many of them, the risk is at the
    /// limit. At least one card, where there is one, and never more than `cards`, which stands for a full count.
    pub fn plan(self, limit: RiskLimit, diluted_margin: f64, rates: Rates, cards: u64) -> u64 {
        self.plan_further(limit, diluted_margin, rates, (0, Misstatements::default()), cards)
    }

    /// As [`SuperSimple::plan`] after a sample that showed misstatements: the size of the whole sample at the end of the next
    /// round.
    pub fn plan_further(
        self,
        limit: RiskLimit,
        diluted_margin: f64,
        rates: Rates,
        (sample, found): (u64, Misstatements),
        cards: u64,
    ) -> u64 {
        let Some(step) = self.log_step(diluted_margin) else { return cards };
        let slope = step + self.log_rate(rates);
        if slope.is_nan() || slope >= 0.0 {
            return cards;
        }
        let gap = limit.share().ln() - self.log_penalty(found) - sample as f64 * step;
        // Casts of floats saturate: a size beyond all numbers is cut to the cards as well.
        sample.saturating_add((gap / slope).max(0.0).ceil() as u64).max(1).min(cards)
    }

    /// What one card without a misstatement adds to the logarithm of the risk; `None` where there is no margin.
    fn log_step(self, diluted_margin: f64) -> Option<f64> {
        let sane = diluted_margin > 0.0 && diluted_margin <= 1.0;
        sane.then(|| (-diluted_margin / (2.0 * self.gamma)).ln_1p())
    }

    /// What misstatements add to the logarithm of the risk, beside the card's own step.
    pub(crate) fn log_penalty(self, found: Misstatements) -> f64 {
        self.log_rate(Rates {
            over_by_one: found.over_by_one as f64,
            over_by_two: found.over_by_two as f64,
            under_by_one: found.under_by_one as f64,
            under_by_two: found.under_by_two as f64,
        })
    }

    fn log_rate(self, rates: Rates) -> f64 {
        let half = 1.0 / (2.0 * self.gamma);
        let over = -rates.over_by_one * (-half).ln_1p() - rates.over_by_two * (-2.0 * half).ln_1p();
        match self.understatements {
            Understatements::Ignored => over,
            Understatements::Credited => {
                over - rates.under_by_one * half.ln_1p() - rates.under_by_two * (2.0 * half).ln_1p()
            }
        }
    }
}

/// A card's overstatement of a contest: the largest of any winner's lead over any loser. Votes are by candidate; two where the
/// card has no record or the audit board didn't find it.
pub fn overstatement(contest: &Tally, reported: Option<&[u32]>, audited: Option<&[u32]>) -> i32 {
    let (Some(reported), Some(audited)) = (reported, audited) else { return 2 };
    let voted = |votes: &[u32], who: usize| i32::from(votes.get(who).is_some_and(|votes| *votes > 0));
    let lead = |votes: &[u32], pair: &Pair| voted(votes, pair.winner) - voted(votes, pair.loser);
    contest.pairs().map(|pair| lead(reported, &pair) - lead(audited, &pair)).max().unwrap_or(0)
}

/// The risk of several contests that are audited together: the largest of each one's, 1 where there is none.
pub fn largest_risk(risks: impl IntoIterator<Item = f64>) -> f64 {
    risks.into_iter().reduce(f64::max).unwrap_or(1.0)
}

/// A probability from its logarithm: above 0, however small, and at most 1.
pub(crate) fn chance(log: f64) -> f64 {
    log.exp().clamp(f64::MIN_POSITIVE, 1.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn misstatements() -> impl Strategy<Value = Misstatements> {
        (0u64..20, 0u64..5, 0u64..20, 0u64..5).prop_map(|(o1, o2, u1, u2)| Misstatements {
            over_by_one: o1,
            over_by_two: o2,
            under_by_one: u1,
            under_by_two: u2,
        })
    }

    fn conventions() -> [SuperSimple; 2] {
        [SuperSimple::default(), SuperSimple::arlo()]
    }

    /// Lindeman and Stark 2012, "A gentle introduction", page 5, gives 24 cards for a margin of 20 % and 48 for 10 % at a limit of
    /// 10 % by its approximation; the exact sizes are not above.
    #[test]
    fn sizes_are_near_the_gentle_introduction() {
        let limit = RiskLimit::new(0.1).expect("a limit");
        let sizes =
            [0.2, 0.1, 0.002].map(|m| SuperSimple::default().size(limit, m, Misstatements::default(), 1_000_000));
        assert_eq!(sizes, [Some(23), Some(47), Some(2392)]);
    }

    #[test]
    fn the_worst_pair_of_a_card_counts() {
        let contest = Tally::new(100, 2, 2, vec![60, 50, 20, 10]).expect("a contest");
        let of = |reported: [u32; 4], audited: [u32; 4]| overstatement(&contest, Some(&reported), Some(&audited));
        assert_eq!(of([1, 1, 0, 0], [1, 1, 0, 0]), 0);
        assert_eq!(of([1, 1, 0, 0], [1, 0, 0, 0]), 1);
        assert_eq!(of([1, 1, 0, 0], [1, 0, 1, 0]), 2);
        assert_eq!(of([0, 0, 1, 1], [1, 1, 0, 0]), -2);
        assert_eq!(of([1, 0, 0, 0], [0, 1, 0, 0]), 1);
        assert_eq!(overstatement(&contest, None, Some(&[1, 1, 0, 0])), 2);
        assert_eq!(overstatement(&contest, Some(&[0; 4]), None), 2);
        assert_eq!(largest_risk([0.01, 0.2]), 0.2);
        assert_eq!(largest_risk([]), 1.0);
    }

    /// The example of rlacalc 0.4.0's `KM_P_value`: New Hampshire 2016.
    #[test]
    fn risk_of_a_published_example() {
        let margin = f64::from(354_040 - 337_589) / f64::from(354_040 + 337_589 + 33_234);
        let risk = SuperSimple::default().risk(margin, 200, Misstatements::of_card(1));
        assert!((risk - 0.214_381_350_770_318_42).abs() < 1e-12);
    }

    #[test]
    fn an_inflator_must_be_above_one() {
        for gamma in [1.0, 0.0, f64::NAN, f64::INFINITY, -2.0] {
            assert!(SuperSimple::new(gamma, Understatements::Credited).is_err(), "{gamma}");
        }
    }

    #[test]
    fn where_there_is_no_margin_only_a_full_count_helps() {
        let limit = RiskLimit::new(0.05).expect("a limit");
        for margin in [0.0, -0.1, 1.5, f64::NAN] {
            for method in conventions() {
                assert_eq!(method.risk(margin, 1000, Misstatements::default()), 1.0);
                assert_eq!(method.size(limit, margin, Misstatements::default(), 1000), None);
                assert_eq!(method.plan(limit, margin, Rates::NONE, 1000), 1000);
            }
        }
        assert_eq!(SuperSimple::default().plan(limit, 0.1, Rates::NONE, 0), 0);
    }

    proptest! {
        #[test]
        fn risk_is_a_chance_and_falls_as_a_card_speaks_better(
            margin in 1e-4..1.0f64, sample in 50u64..20_000, found in misstatements(), card in -2i32..2,
        ) {
            for method in conventions() {
                let [better, worse] = [card, card + 1]
                    .map(|e| method.risk(margin, sample, found + Misstatements::of_card(e)));
                prop_assert!(better > 0.0 && better <= worse && worse <= 1.0);
                prop_assert!(method.risk(margin, sample + 1, found) <= method.risk(margin, sample, found));
            }
            let found = found + Misstatements::of_card(card);
            prop_assert!(SuperSimple::default().risk(margin, sample, found) <= SuperSimple::arlo().risk(margin, sample, found));
        }

        #[test]
        fn a_size_is_the_smallest_that_is_enough(
            margin in 1e-3..1.0f64, found in misstatements(), limit in 0.001..0.3f64, cards in 1u64..50_000,
        ) {
            let share = RiskLimit::new(limit).expect("a limit");
            for method in conventions() {
                match method.size(share, margin, found, cards) {
                    None => prop_assert!(cards < found.cards() || method.risk(margin, cards, found) > limit),
                    Some(size) => {
                        prop_assert!(size <= cards && method.risk(margin, size, found) <= limit);
                        prop_assert!(size <= found.cards().max(1) || method.risk(margin, size - 1, found) > limit);
                    }
                }
            }
        }

        #[test]
        fn plans_never_exceed_the_cards(
            margin in 0.0..1.0f64, rate in 0.0..0.01f64, sample in 0u64..1000, found in misstatements(), cards in 1u64..20_000_000,
        ) {
            let limit = RiskLimit::new(0.05).expect("a limit");
            let rates = Rates { over_by_one: rate, ..Rates::USUAL };
            for method in conventions() {
                prop_assert!(method.plan_further(limit, margin, rates, (sample, found), cards) <= cards);
            }
        }
    }
}
