//! Exact tests for one look at a polling stratum: how often a sample of this size would show a lead at least as large.
//!
//! Ottoboni and others 2018, section 3.2.1 (tri-hypergeometric: winner, loser, neither) and the notebooks of CORLA18, which compare
//! it with a hypergeometric test that takes the number of cards with neither as given. More powerful than the likelihood ratio of
//! [`PollingStratum`](super::PollingStratum), but only for a sample whose size was fixed before and that is looked at once: after a
//! second round neither limits the risk.
//!
//! The totals of the stratum are not known beside the lead. All that fit the lead and could have given the sample are tried, and
//! the largest chance counts; since the true totals could always have given it, that is a p-value.

use std::ops::RangeInclusive;

use statrs::function::factorial::ln_factorial;

use super::PollingSample;

/// Cards of the largest stratum that is looked at: about half as many totals are tried.
const MOST_CARDS: u64 = 40_000;

/// A lead that is tested on one sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OneLook {
    /// Cards of the stratum.
    pub cards: u64,
    /// The sample, drawn without replacement.
    pub sample: PollingSample,
    /// The winner's lead, in votes, under the null hypothesis; negative where the loser leads.
    pub null_lead: i64,
}

impl OneLook {
    /// The chance of a sample's lead at least as large as this one's. The search ends at a chance above `enough`: what it
    /// returns then is only known to be above. `None` where the sample is no part of the stratum, or the stratum is so large
    /// that not all totals can be tried: audit it by the likelihood ratio.
    pub fn tri_hypergeometric(&self, enough: f64) -> Option<f64> {
        self.largest(enough, |ways, winner, loser| self.lead_chance(ways, winner, loser))
    }

    /// The chance of at least as many cards for the winner among those for either, their number given. Returns as
    /// [`OneLook::tri_hypergeometric`].
    pub fn hypergeometric(&self, enough: f64) -> Option<f64> {
        let either = self.sample.winner.saturating_add(self.sample.loser);
        self.largest(enough, |ways, winner, loser| upper_tail(ways, winner, loser, either, self.sample.winner))
    }

    /// The largest chance over totals of the winner, from the most on: with more votes for the pair, leads vary more.
    fn largest(&self, enough: f64, chance: impl Fn(&Ways, u64, u64) -> f64) -> Option<f64> {
        let totals = self.totals()?;
        let ways = Ways::up_to(self.cards);
        let mut largest = f64::MIN_POSITIVE;
        for winner in totals.rev() {
            let loser = u64::try_from(i128::from(winner) - i128::from(self.null_lead)).ok()?;
            largest = largest.max(chance(&ways, winner, loser).min(1.0));
            if largest > enough {
                break;
            }
        }
        Some(largest)
    }

    /// Votes for the winner that fit the lead and the sample; none where the sample excludes the lead.
    fn totals(&self) -> Option<RangeInclusive<u64>> {
        let Self { cards, sample, null_lead } = *self;
        if sample.winner.checked_add(sample.loser)? > sample.cards || sample.cards > cards || cards > MOST_CARDS {
            return None;
        }
        let lead = i128::from(null_lead);
        let least = i128::from(sample.winner).max(i128::from(sample.loser) + lead);
        let most = (i128::from(cards - sample.neither()) + lead).div_euclid(2);
        if most < least {
            // The sample excludes the lead: no totals are tried.
            return Some(RangeInclusive::new(1, 0));
        }
        Some(RangeInclusive::new(u64::try_from(least).ok()?, u64::try_from(most).ok()?))
    }

    /// Over the cards with neither: their chance, by that of enough for the winner among the others.
    fn lead_chance(&self, ways: &Ways, winner: u64, loser: u64) -> f64 {
        let (drawn, either) = (self.sample.cards, winner + loser);
        let lead = self.sample.winner as i64 - self.sample.loser as i64;
        let neither = self.cards - either;
        let (first, last) = (drawn.saturating_sub(either), drawn.min(neither));
        let mut sum = 0.0;
        let all = ways.log(self.cards, drawn);
        for skipped in first..=last {
            let weight = (ways.log(neither, skipped) + ways.log(either, drawn - skipped) - all).exp();
            if weight > 1e-18 {
                let counted = drawn - skipped;
                // At least half of what is counted and the lead.
                let needed = (counted as i64 + lead + 1).div_euclid(2).max(0);
                sum += weight * upper_tail(ways, winner, loser, counted, needed as u64);
            }
        }
        sum
    }
}

/// The chance of at least `least` winners' cards among `drawn` from `winner` and `loser` cards.
fn upper_tail(ways: &Ways, winner: u64, loser: u64, drawn: u64, least: u64) -> f64 {
    let least = least.max(drawn.saturating_sub(loser));
    let most = drawn.min(winner);
    if least > most {
        return 0.0;
    }
    let log = ways.log(winner, least) + ways.log(loser, drawn - least) - ways.log(winner + loser, drawn);
    let (mut term, mut sum) = (log.exp(), 0.0);
    for at in least..=most {
        sum += term;
        let ratio = (winner - at) as f64 * (drawn - at) as f64 / ((at + 1) as f64 * (loser + at + 1 - drawn) as f64);
        term *= ratio;
        // Past the likeliest number terms only fall, ever faster.
        if ratio < 0.5 && term < 1e-17 * sum {
            break;
        }
    }
    sum
}

/// Logarithms of binomial coefficients, from those of factorials, each of which is asked for many thousand times.
struct Ways(Vec<f64>);

impl Ways {
    fn up_to(cards: u64) -> Self {
        Self((0..=cards).map(ln_factorial).collect())
    }

    /// The logarithm of the number of ways to draw `drawn` of `cards`; both are at most the stratum's cards.
    fn log(&self, cards: u64, drawn: u64) -> f64 {
        self.0[cards as usize] - self.0[drawn as usize] - self.0[(cards - drawn) as usize]
    }
}

#[cfg(test)]
mod tests {
    use statrs::function::factorial::ln_binomial;

    use super::*;

    fn look(winner: u64, loser: u64, drawn: u64, cards: u64, null_lead: i64) -> OneLook {
        OneLook { cards, sample: PollingSample { cards: drawn, winner, loser }, null_lead }
    }

    /// Two winners' cards, one loser's and none with neither out of two of each: 4 ways of (1, 0, 2) and (2, 0, 1) and
    /// 2 of (2, 1, 0), among the 20 ways to draw three of six.
    #[test]
    fn chances_by_hand() {
        let look = look(2, 1, 3, 6, 0);
        let ways = Ways::up_to(6);
        assert!((look.lead_chance(&ways, 2, 2) - 6.0 / 20.0).abs() < 1e-12);
        assert!((upper_tail(&ways, 2, 2, 3, 2) - 0.5).abs() < 1e-12);
    }

    /// Counted one by one over all small samples: whatever the true totals are, the share of samples at or below a chance is at
    /// most that chance.
    #[test]
    fn both_are_p_values() {
        let (cards, drawn) = (14u64, 5u64);
        for (winner, loser) in [(5u64, 5u64), (3, 3), (6, 5), (2, 6), (7, 7)] {
            let null_lead = winner as i64 - loser as i64;
            let all = ln_binomial(cards, drawn);
            let mut outcomes = Vec::new();
            for w in 0..=drawn.min(winner) {
                for l in 0..=(drawn - w).min(loser) {
                    let neither = cards - winner - loser;
                    if drawn - w - l > neither {
                        continue;
                    }
                    let ways = ln_binomial(winner, w) + ln_binomial(loser, l) + ln_binomial(neither, drawn - w - l);
                    outcomes.push(((ways - all).exp(), look(w, l, drawn, cards, null_lead)));
                }
            }
            for test in [OneLook::tri_hypergeometric, OneLook::hypergeometric] {
                let chances: Vec<(f64, f64)> =
                    outcomes.iter().map(|(weight, look)| (*weight, test(look, 1.0).expect("small"))).collect();
                for (_, level) in &chances {
                    let below: f64 = chances.iter().filter(|(_, p)| p <= level).map(|(weight, _)| weight).sum();
                    assert!(below <= level + 1e-9, "{winner} {loser}: {below} > {level}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_sample_or_too_large_has_no_chance() {
        assert_eq!(look(3, 3, 5, 100, 0).tri_hypergeometric(1.0), None);
        assert_eq!(look(3, 2, 5, 4, 0).tri_hypergeometric(1.0), None);
        assert_eq!(look(3, 2, 5, 10_000_000, 0).tri_hypergeometric(1.0), None);
        assert!(look(3, 2, 5, 100, i64::MIN).tri_hypergeometric(1.0).is_none_or(|p| p <= 1.0));
        assert!(look(3, 2, 5, 100, i64::MAX).tri_hypergeometric(1.0).is_none_or(|p| p <= 1.0));
    }
}
