//! Samples that end an audit with a given chance, where cards are misstated at known rates.

use statrs::distribution::{Discrete as _, DiscreteCDF as _, Poisson};

use super::{Misstatements, Rates, SuperSimple};
use crate::RiskLimit;

impl SuperSimple {
    /// A sample, of at most `cards`, after which the risk is at most the limit with the given chance: overstated cards come by
    /// chance, at these rates; understated ones are not counted on. `None` where it takes all cards, or the chance is none.
    pub fn plan_with_chance(
        self,
        limit: RiskLimit,
        diluted_margin: f64,
        rates: Rates,
        chance: f64,
        cards: u64,
    ) -> Option<u64> {
        if !(0.0..1.0).contains(&chance) {
            return None;
        }
        let (mut low, mut high) = (self.size(limit, diluted_margin, Misstatements::default(), cards)?, cards);
        if self.chance_to_end(limit, diluted_margin, rates, high) < chance {
            return None;
        }
        while low < high {
            let middle = low.midpoint(high);
            if self.chance_to_end(limit, diluted_margin, rates, middle) < chance {
                low = middle + 1
            } else {
                high = middle
            }
        }
        (high < cards).then_some(high)
    }

    /// The chance that the risk is at most the limit after so many cards.
    fn chance_to_end(self, limit: RiskLimit, margin: f64, rates: Rates, sample: u64) -> f64 {
        let ends = |ones: u64, twos: u64| {
            let found = Misstatements { over_by_one: ones, over_by_two: twos, ..Misstatements::default() };
            found.cards() <= sample && self.risk(margin, sample, found) <= limit.share()
        };
        let (ones, twos) = (number(sample, rates.over_by_one), number(sample, rates.over_by_two));
        let mut chance = 0.0;
        for two in 0..=likely(sample, rates.over_by_two) {
            if !ends(0, two) {
                break;
            }
            let most = last(sample, |one| ends(one, two));
            let at_most = ones.as_ref().map_or(1.0, |ones| ones.cdf(most));
            chance += twos.as_ref().map_or(if two == 0 { 1.0 } else { 0.0 }, |twos| twos.pmf(two)) * at_most;
        }
        chance
    }
}

/// How many cards of a sample are misstated; `None` where none is.
fn number(sample: u64, rate: f64) -> Option<Poisson> {
    Poisson::new(sample as f64 * rate).ok()
}

/// More than this has no chance worth counting: twelve standard deviations and some beyond the mean.
fn likely(sample: u64, rate: f64) -> u64 {
    let mean = (sample as f64 * rate).max(0.0);
    (mean + 12.0 * mean.sqrt() + 20.0) as u64
}

/// The largest number of which something is true that is true of 0 and, once false, stays so.
fn last(most: u64, is: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (0, most);
    while low < high {
        let middle = high - (high - low) / 2;
        if is(middle) { low = middle } else { high = middle - 1 }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Rates = Rates { over_by_one: 0.0, over_by_two: 0.0, under_by_one: 0.0, under_by_two: 0.0 };

    fn plan(margin: f64, rates: Rates, chance: f64, cards: u64) -> Option<u64> {
        SuperSimple::arlo().plan_with_chance(RiskLimit::new(0.05).unwrap(), margin, rates, chance, cards)
    }

    #[test]
    fn without_errors_it_is_the_smallest_sample() {
        let limit = RiskLimit::new(0.05).unwrap();
        let size = SuperSimple::arlo().size(limit, 0.05, Misstatements::default(), 10_000);
        assert_eq!(plan(0.05, NONE, 0.9, 10_000), size);
        assert_eq!(plan(0.0001, NONE, 0.9, 10_000), None);
        assert_eq!(plan(0.05, NONE, f64::NAN, 10_000), None);
    }

    #[test]
    fn the_planned_sample_has_the_chance() {
        let rates = Rates { over_by_one: 0.001, over_by_two: 0.0001, ..NONE };
        let limit = RiskLimit::new(0.05).unwrap();
        // At a margin of 0.2 % these errors cost more than agreeing cards bring.
        assert_eq!(plan(0.002, rates, 0.7, 10_000_000), None);
        for (margin, chance) in [(0.05, 0.5), (0.05, 0.9), (0.01, 0.9), (0.003, 0.7)] {
            let size = plan(margin, rates, chance, 10_000_000).unwrap();
            // The same chance, by adding up single cases.
            let simple = SuperSimple::arlo();
            let term = |count: u64, rate: f64| Poisson::new(size as f64 * rate).unwrap().pmf(count);
            let cases = (0..60u64).flat_map(|one| (0..30u64).map(move |two| (one, two)));
            let ends = |(one, two): &(u64, u64)| {
                let found = Misstatements { over_by_one: *one, over_by_two: *two, ..Misstatements::default() };
                simple.risk(margin, size, found) <= limit.share()
            };
            let sum: f64 = cases.filter(ends).map(|(one, two)| term(one, 0.001) * term(two, 0.0001)).sum();
            assert!(sum >= chance - 1e-9 && sum < 1.0, "{margin} {chance}: {size}, {sum}");
        }
    }

    #[test]
    fn many_errors_ask_for_all_cards() {
        let rates = Rates { over_by_one: 0.2, ..NONE };
        assert_eq!(plan(0.05, rates, 0.9, 1_000_000), None);
    }
}
