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
    /// The sizes of both whole samples at which the risk is expected to be at most the limit, never fewer than drawn already: of
    /// the ways to share cards between the strata, one with few in all. Expected are shares and rates as in the samples so
    /// far, or as reported where there is none yet. All cards of both strata where no less is expected to be enough: a full count.
    pub fn plan(&self, limit: RiskLimit) -> Sizes {
        let mut best = self.plan_in_proportion(limit);
        // The odds for the comparison stratum's cards: the number of all cards falls and then rises with them, so that halving
        // the step from the best finds the bottom. Savings below a thousandth are left.
        let (mut at, mut step) = (0.0f64, 2.0f64);
        while step > 0.1 && best.total() > 1 {
            let most = best.total() - 1 - best.total() / 1_024;
            let around = [at - step, at + step].map(|odds| (odds, self.plan_with_odds(limit, odds.exp2(), most)));
            match around.into_iter().min_by_key(|(_, sizes)| sizes.map_or(u64::MAX, Sizes::total)) {
                Some((odds, Some(sizes))) if sizes.total() < best.total() => (at, best) = (odds, sizes),
                _ => step /= 2.0,
            }
        }
        best
    }

    /// As [`Suite::plan`], with cards drawn from both strata in proportion to their cards, as in Ottoboni and others 2018.
    pub fn plan_in_proportion(&self, limit: RiskLimit) -> Sizes {
        let all = self.comparison.cards.saturating_add(self.polling.cards);
        self.plan_with_odds(limit, 1.0, all)
            .unwrap_or(Sizes { comparison: self.comparison.cards, polling: self.polling.cards })
    }

    /// The fewest cards, up to `most`, where a card of the comparison stratum is drawn `odds` times as often as one of the other.
    fn plan_with_odds(&self, limit: RiskLimit, odds: f64, most: u64) -> Option<Sizes> {
        let expects = |total: u64| self.grown(self.shared(total, odds)).confirms(limit);
        let least = self.comparison.sample.saturating_add(self.polling.sample.cards).max(1).min(most);
        if !expects(most) {
            return None;
        }
        let (mut few, mut many) = (most, most);
        while many > least && many == few {
            few = (many / 2).max(least);
            many = if expects(few) { few } else { many };
        }
        // To the card where they are few, else to a few in ten thousand: a plan rests on guesses.
        while many - few > 1 + many / 4_096 {
            let middle = few + (many - few) / 2;
            if expects(middle) { many = middle } else { few = middle }
        }
        Some(self.shared(many, odds))
    }

    /// `total` cards, within each stratum's cards and not below what is drawn.
    fn shared(&self, total: u64, odds: f64) -> Sizes {
        let [compared, polled] = [self.comparison.cards, self.polling.cards];
        let weight = odds * compared as f64;
        let share = ((total as f64 * weight / (weight + polled as f64)).ceil() as u64).min(total);
        let comparison = share.clamp(self.comparison.sample.min(compared), compared);
        let polling = total.saturating_sub(comparison).clamp(self.polling.sample.cards, polled);
        // What one stratum has no cards for falls to the other.
        let comparison = total.saturating_sub(polling).clamp(comparison, compared);
        Sizes { comparison, polling }
    }

    /// Both samples as expected at these sizes.
    fn grown(&self, sizes: Sizes) -> Self {
        let mut grown = *self;
        let drawn = self.comparison.sample;
        let further = sizes.comparison.saturating_sub(drawn);
        grown.comparison.sample = drawn.max(sizes.comparison);
        grown.comparison.found =
            self.comparison.found + cautious(Rates::observed(self.comparison.found, drawn), further);
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
