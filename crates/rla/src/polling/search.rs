//! The smallest round whose chance to confirm a pair reaches what is asked.
//!
//! Because a rule moves in whole votes, the chance rises and falls like a saw as the round grows. A crossing is found by exact
//! chances from a normal start (Zagorski et al. 2021, section 6); then the saw is walked from well before it, one ballot
//! at a time, so that the answer is the smallest size and not the one a bisection happens to meet.

use statrs::distribution::{ContinuousCDF, Normal};

use super::law::{Law, Tail};
use super::rule::{Rule, TIE, fewest, ln_wald};

/// Teeth of the saw are at most about 4 / margin ballots long (the winner gains margin / 4 on the threshold with each ballot);
/// the walk starts three teeth before the crossing.
const TEETH: f64 = 12.0;

/// The longest walk; beyond it (margins below about one in 8,000) the crossing itself is the answer.
const LONGEST_WALK: u64 = 100_000;

/// What is asked of a round.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ask {
    pub(crate) rule: Rule,
    /// Reported share of the winner, above a half.
    pub(crate) share: f64,
    /// Natural logarithm of the risk limit, times what earlier rounds found.
    pub(crate) ln_limit: f64,
    /// How the winner's votes fall if the tally is right.
    pub(crate) truth: Law,
    /// Chance to confirm.
    pub(crate) chance: f64,
    /// Most ballots with a vote for one of the two.
    pub(crate) most: u64,
}

impl Ask {
    fn fewest(&self, drawn: u64) -> Option<u64> {
        fewest(self.rule, self.share, self.ln_limit, drawn)
    }

    fn chance_of(&self, drawn: u64) -> f64 {
        self.fewest(drawn).map_or(0.0, |votes| self.truth.upper(drawn, votes))
    }

    /// The smallest number of ballots with a vote for one of the two; `None` where `most` don't suffice.
    pub(crate) fn smallest(&self) -> Option<u64> {
        let most = self.most.min(self.truth.most_drawn());
        if self.share <= 0.5 || most == 0 {
            return None;
        }
        if self.share >= 1.0 {
            // Each ballot halves the risk: the limit, a double, is reached within 1,100 of them.
            return (1..=most.min(1_100)).find(|drawn| self.fewest(*drawn).is_some());
        }
        let tooth = (TEETH / (2.0 * self.share - 1.0)) as u64 + 64;
        let guess = normal_size(self.share, self.ln_limit.exp(), self.chance);
        let (fails, passes) = crossing(guess, most, tooth / 8, |drawn| self.chance_of(drawn) >= self.chance);
        if tooth > LONGEST_WALK {
            return passes;
        }
        self.walk(fails.saturating_sub(tooth).max(1), passes.unwrap_or(most)).or(passes)
    }

    fn walk(&self, from: u64, to: u64) -> Option<u64> {
        let (mut drawn, mut votes) = (from..=to).find_map(|drawn| Some((drawn, self.fewest(drawn)?)))?;
        // A tail of no votes is 1, and can't be walked.
        votes = votes.max(1);
        let law = Law::With { share: self.share };
        let mut tails = [law, TIE, self.truth].map(|law| Tail::new(law, drawn, votes));
        while drawn <= to {
            if tails[2].upper >= self.chance {
                return Some(drawn);
            }
            tails.iter_mut().for_each(Tail::more_drawn);
            drawn += 1;
            while votes < drawn && !self.confirms(&tails, drawn, votes) {
                tails.iter_mut().for_each(Tail::more_votes);
                votes += 1;
            }
        }
        None
    }

    fn confirms(&self, tails: &[Tail; 3], drawn: u64, votes: u64) -> bool {
        let wald = || ln_wald(self.share, votes, drawn - votes);
        let ratio = || tails[1].upper <= self.ln_limit.exp() * tails[0].upper;
        match self.rule {
            Rule::Wald => wald() >= -self.ln_limit,
            Rule::Tails => ratio(),
            Rule::Athena { delta } => wald() >= -delta.ln() && ratio(),
        }
    }
}

/// Two sizes at most `near` apart of which the smaller fails and the larger passes, searched from a guess; the second is `None`
/// where `most` fails.
pub(crate) fn crossing(guess: f64, most: u64, near: u64, passes: impl Fn(u64) -> bool) -> (u64, Option<u64>) {
    let guess = if guess.is_finite() { guess } else { most as f64 };
    let start = guess.clamp(1.0, most as f64) as u64;
    let ends = if passes(start) { Some(widen_down(start, &passes)) } else { widen_up(start, most, &passes) };
    let Some((mut low, mut high)) = ends else {
        return (most, None);
    };
    while high - low > near.max(1) {
        let middle = low + (high - low) / 2;
        if passes(middle) { high = middle } else { low = middle }
    }
    (low, Some(high))
}

/// A size that passes, at most about `near` above the smallest, by interpolating the normal quantile of the chance; `None` where
/// that does not settle.
pub(crate) fn interpolated(
    guess: f64,
    most: u64,
    near: u64,
    chance: f64,
    chance_of: &impl Fn(u64) -> f64,
) -> Option<u64> {
    let normal = Normal::standard();
    let goal = normal.inverse_cdf(chance);
    let beyond =
        |size: f64| Some(normal.inverse_cdf(chance_of(size as u64)) - goal).filter(|beyond| beyond.is_finite());
    let clamp = |size: f64| size.clamp(1.0, most as f64).floor();
    let mut last = clamp(guess);
    let mut at_last = beyond(last)?;
    let mut now = clamp(if at_last < 0.0 { last * 1.05 } else { last / 1.05 });
    for _ in 0..8 {
        let at_now = beyond(now)?;
        if at_now >= 0.0 && (now - last).abs() <= near as f64 {
            return Some(now as u64);
        }
        let next = clamp(now - at_now * (now - last) / (at_now - at_last) + near as f64 / 4.0);
        (last, at_last, now) = (now, at_now, if next.is_finite() { next } else { return None });
    }
    None
}

/// From a size that passes down to one that fails, or 0.
fn widen_down(mut high: u64, passes: &impl Fn(u64) -> bool) -> (u64, u64) {
    let mut step = high / 128 + 1;
    loop {
        let low = high.saturating_sub(step);
        if low == 0 || !passes(low) {
            return (low, high);
        }
        (high, step) = (low, step * 2);
    }
}

/// From a size that fails up to one that passes, if there is one.
fn widen_up(mut low: u64, most: u64, passes: &impl Fn(u64) -> bool) -> Option<(u64, u64)> {
    let mut step = low / 128 + 1;
    while low < most {
        let high = low.saturating_add(step).min(most);
        if passes(high) {
            return Some((low, high));
        }
        (low, step) = (high, step * 2);
    }
    None
}

/// Size of a first round by the normal law (Zagorski et al. 2021, section 6).
pub(crate) fn normal_size(share: f64, limit: f64, chance: f64) -> f64 {
    let normal = Normal::standard();
    let (z_reported, z_tie) = (normal.inverse_cdf(1.0 - chance), normal.inverse_cdf(1.0 - (limit * chance).min(1.0)));
    ((z_reported * (share * (1.0 - share)).sqrt() - 0.5 * z_tie) / (share - 0.5)).powi(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_smaller_round_has_the_chance() {
        for rule in [Rule::Wald, Rule::Tails, Rule::Athena { delta: 1.0 }] {
            for truth in [Law::With { share: 0.55 }, Law::Without { all: 2_000, winner: 1_100 }] {
                let ask = Ask { rule, share: 0.55, ln_limit: 0.1f64.ln(), truth, chance: 0.8, most: 2_000 };
                let smallest = (1..=2_000).find(|drawn| ask.chance_of(*drawn) >= 0.8);
                assert!(smallest.is_some());
                assert_eq!(ask.smallest(), smallest, "{rule:?} {truth:?}");
            }
        }
    }

    #[test]
    fn where_only_a_full_count_has_the_chance_no_smaller_round_is_found() {
        for winner in [520, 525, 530, 550, 600] {
            for most in [100, 1_000] {
                let truth = Law::Without { all: most, winner: winner * most / 1_000 };
                let share = winner as f64 / 1_000.0;
                for rule in [Rule::Wald, Rule::Tails, Rule::Athena { delta: 1.0 }] {
                    let ask = Ask { rule, share, ln_limit: 0.05f64.ln(), truth, chance: 0.9, most };
                    let smallest = (1..=most).find(|drawn| ask.chance_of(*drawn) >= 0.9);
                    assert_eq!(ask.smallest(), smallest, "{rule:?} {truth:?}");
                }
            }
        }
    }
}
