//! How many cards to draw from each stratum.

use super::{PollingSample, Suite};
use crate::RiskLimit;
use crate::super_simple::{Misstatements, Rates};

/// Cards of both samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// From the stratum with cast vote records.
    pub comparison: u64,
    /// From the stratum without.
    pub polling: u64,
}

impl Sizes {
    /// Cards of both.
    pub fn total(self) -> u64 {
        self.comparison.saturating_add(self.polling)
    }
}

impl Suite {
    /// The sizes of both whole samples at which the risk is expected to be at most the limit, drawn in proportion to the strata's
    /// cards, never fewer than drawn already. Expected are shares and rates as in the samples so far, or as reported where
    /// there is none yet. All cards of both strata where no less is expected to be enough: that is a full count.
    pub fn plan(&self, limit: RiskLimit) -> Sizes {
        let all = self.comparison.cards.saturating_add(self.polling.cards);
        let (mut few, mut many) = (0u64, (self.comparison.sample + self.polling.sample.cards).max(8).min(all));
        while !self.expects(limit, many) {
            if many >= all {
                return self.shared(all);
            }
            few = many;
            many = many.saturating_mul(2).min(all);
        }
        while many - few > 1 {
            let middle = few + (many - few) / 2;
            if self.expects(limit, middle) { many = middle } else { few = middle }
        }
        self.shared(many)
    }

    /// `total` cards in proportion, within each stratum's cards and not below what is drawn.
    fn shared(&self, total: u64) -> Sizes {
        let [compared, polled] = [self.comparison.cards, self.polling.cards].map(u128::from);
        let share = (u128::from(total) * compared).div_ceil(compared + polled);
        let share = u64::try_from(share).unwrap_or(u64::MAX);
        let least = self.comparison.sample.min(self.comparison.cards);
        Sizes {
            comparison: share.clamp(least, self.comparison.cards),
            polling: total.saturating_sub(share).clamp(self.polling.sample.cards, self.polling.cards),
        }
    }

    fn expects(&self, limit: RiskLimit, total: u64) -> bool {
        self.grown(self.shared(total)).risk() <= limit.share()
    }

    /// Both samples as expected at these sizes.
    fn grown(&self, sizes: Sizes) -> Self {
        let mut grown = *self;
        let drawn = self.comparison.sample;
        let further = sizes.comparison.saturating_sub(drawn);
        grown.comparison.sample = drawn.max(sizes.comparison);
        grown.comparison.found = self.comparison.found + cautious(Rates::observed(self.comparison.found, drawn), further);
        grown.polling.sample = self.expected_polling(sizes.polling);
        grown
    }

    /// The winner's cards rounded down and the loser's up.
    fn expected_polling(&self, size: u64) -> PollingSample {
        let stratum = &self.polling;
        let drawn = stratum.sample;
        let further = size.saturating_sub(drawn.cards);
        let (winner, loser, of) = match drawn.cards {
            0 => (stratum.winner_votes, stratum.loser_votes, stratum.cards),
            cards => (drawn.winner, drawn.loser, cards),
        };
        let expected = |votes: u64| u128::from(further) * u128::from(votes);
        let winner = u64::try_from(expected(winner) / u128::from(of)).unwrap_or(further);
        let loser = u64::try_from(expected(loser).div_ceil(u128::from(of))).unwrap_or(further);
        PollingSample {
            cards: drawn.cards + further,
            winner: (drawn.winner + winner).min(stratum.winner_votes),
            loser: (drawn.loser + loser.min(further - winner)).min(stratum.loser_votes),
        }
    }
}

/// Misstatements expected among further cards: overstatements rounded up, understatements down.
fn cautious(rates: Rates, further: u64) -> Misstatements {
    let further = further as f64;
    Misstatements {
        over_by_one: (rates.over_by_one * further).ceil() as u64,
        over_by_two: (rates.over_by_two * further).ceil() as u64,
        under_by_one: (rates.under_by_one * further).floor() as u64,
        under_by_two: (rates.under_by_two * further).floor() as u64,
    }
}
