//! Overstatement assorters: by how much a card's record flatters an assertion, as a number whose mean is above 1/2 just where
//! the assertion is true.
//!
//! Stark 2020, "Sets of Half-Average Nulls Generate Risk-Limiting Audits: SHANGRLA", section 3.2; cards that are listed and
//! can't be found after Bañuelos and Stark 2012, "Limiting Risk by Turning Manifest Phantoms into Evil Zombies"; cards with no
//! record of their own after Stark 2023, "Overstatement-Net-Equivalent Risk-Limiting Audit: ONEAudit".

use super::{Assorter, Vote};

/// What was reported of a card.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CardRecord<'a> {
    /// Its cast vote record.
    Cvr(Vote<'a>),
    /// The manifest lists a card that no record belongs to; it counts as one without a vote.
    Phantom,
    /// The card is of a pool whose tally alone is known: the pool's mean of the assorter, from 0 to the assorter's bound.
    Pool(f64),
}

/// The comparison of records with cards, for one assertion.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The assertion.
    pub assorter: Assorter,
    /// Twice the assorter's reported mean, less 1: above 0 where the records make the assertion true.
    pub margin: f64,
    /// Whether only cards whose record holds the contest are drawn. A card without it then is worth as little as a missing one.
    pub use_style: bool,
}

impl Comparison {
    /// The comparison where the records have this `mean` of the assorter: over all cards with the contest if `use_style`, over
    /// all cards otherwise. Phantoms count, with 1/2.
    pub fn new(assorter: Assorter, mean: f64, use_style: bool) -> Self {
        Self { assorter, margin: 2.0 * mean - 1.0, use_style }
    }

    /// The drawn card's number: 0 to `upper`, [`Comparison::error_free`] where record and card agree. `card` is what the
    /// board saw, `None` for a card that could not be found.
    pub fn value(&self, record: &CardRecord<'_>, card: Option<&Vote<'_>>) -> f64 {
        let upper = self.assorter.upper();
        (1.0 - self.overstatement(record, card) / upper) / (2.0 - self.margin / upper)
    }

    /// By how much the record flatters the assertion: from minus to plus the assorter's bound, 0 for no error. A pool's mean that
    /// no cards can have flatters as much as can be, whatever is on the card.
    pub fn overstatement(&self, record: &CardRecord<'_>, card: Option<&Vote<'_>>) -> f64 {
        let upper = self.assorter.upper();
        // A hair is left to the rounding of a mean.
        if matches!(record, CardRecord::Pool(mean) if !(0.0..=upper * (1.0 + 1e-9)).contains(mean)) {
            return upper;
        }
        let reported = match record {
            CardRecord::Cvr(vote) => self.assorter.value(vote),
            CardRecord::Phantom => 0.5,
            CardRecord::Pool(mean) => *mean,
        };
        let seen = match card {
            None => 0.0,
            Some(Vote::NoContest) if self.use_style => 0.0,
            Some(vote) => self.assorter.value(vote),
        };
        reported - seen
    }

    /// The number of a card whose record is right.
    pub fn error_free(&self) -> f64 {
        1.0 / (2.0 - self.margin / self.assorter.upper())
    }

    /// The largest number of a card.
    pub fn upper(&self) -> f64 {
        2.0 * self.error_free()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ADA: CardRecord<'_> = CardRecord::Cvr(Vote::Choices(&[0]));
    const BOB: CardRecord<'_> = CardRecord::Cvr(Vote::Choices(&[1]));

    fn comparison(use_style: bool) -> Comparison {
        Comparison::new(Assorter::Plurality { winner: 0, loser: 1 }, 0.55, use_style)
    }

    #[test]
    fn errors_are_worth_half_a_vote_each() {
        let c = comparison(true);
        let (ada, bob, none) = (Vote::Choices(&[0]), Vote::Choices(&[1]), Vote::Choices(&[]));
        assert_eq!(c.error_free(), 1.0 / 1.9);
        assert_eq!(c.value(&ADA, Some(&ada)), 1.0 / 1.9);
        assert_eq!(c.value(&ADA, Some(&none)), 0.5 / 1.9);
        assert_eq!(c.value(&ADA, Some(&bob)), 0.0);
        assert_eq!(c.value(&BOB, Some(&none)), 1.5 / 1.9);
        assert_eq!(c.value(&BOB, Some(&ada)), c.upper());
    }

    #[test]
    fn a_pool_that_can_not_be_is_taken_for_the_largest_error() {
        let (c, ada) = (comparison(true), Vote::Choices(&[0]));
        for mean in [1.5, -0.5, f64::NAN, f64::INFINITY] {
            assert_eq!(c.value(&CardRecord::Pool(mean), Some(&ada)), 0.0, "{mean}");
        }
        assert_eq!(c.value(&CardRecord::Pool(1.0), Some(&ada)), c.error_free());
        assert_eq!(c.value(&CardRecord::Pool(0.0), Some(&ada)), c.upper());
    }

    #[test]
    fn what_is_missing_is_taken_for_the_loser() {
        let (styled, not) = (comparison(true), comparison(false));
        let ada = Vote::Choices(&[0]);
        assert_eq!(styled.overstatement(&ADA, None), 1.0);
        assert_eq!(styled.overstatement(&CardRecord::Phantom, None), 0.5);
        assert_eq!(styled.overstatement(&CardRecord::Phantom, Some(&ada)), -0.5);
        assert_eq!(styled.overstatement(&ADA, Some(&Vote::NoContest)), 1.0);
        assert_eq!(not.overstatement(&ADA, Some(&Vote::NoContest)), 0.5);
        assert_eq!(not.overstatement(&CardRecord::Cvr(Vote::NoContest), Some(&Vote::NoContest)), 0.0);
    }

    type Card = (Vec<u32>, Vec<u32>);

    fn record(at: u32) -> Vec<u32> {
        if at < 3 { vec![at] } else { Vec::new() }
    }

    proptest! {
        /// The mean of the overstatement assorter is above 1/2 just where the cards themselves make the assertion true.
        #[test]
        fn the_mean_tells_what_the_cards_say(pairs in prop::collection::vec((0u32..4, 0u32..4), 1..60), share in prop::option::of(0.2f64..0.8)) {
            let assorter = share.map_or(Assorter::Plurality { winner: 0, loser: 1 }, |share| Assorter::Supermajority { choice: 0, share });
            let pairs: Vec<_> = pairs.into_iter().map(|(cvr, mvr)| (record(cvr), record(mvr))).collect();
            let mean = |of: &dyn Fn(&Card) -> f64| pairs.iter().map(of).sum::<f64>() / pairs.len() as f64;
            let reported = mean(&|(cvr, _)| assorter.value(&Vote::Choices(cvr)));
            let true_mean = mean(&|(_, mvr)| assorter.value(&Vote::Choices(mvr)));
            let comparison = Comparison::new(assorter.clone(), reported, true);
            let compared = mean(&|(cvr, mvr)| comparison.value(&CardRecord::Cvr(Vote::Choices(cvr)), Some(&Vote::Choices(mvr))));
            prop_assume!((true_mean - 0.5).abs() > 1e-9);
            prop_assert_eq!(compared > 0.5, true_mean > 0.5);
        }
    }
}
