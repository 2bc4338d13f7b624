//! Sizes exactly as other programs give them, to compare with an audit planned by one of them.
//!
//! - Arlo (votingworks/arlo 8d86156c): BRAVO sizes by a normal approximation that is then raised to the exact quantile; average
//!   sample numbers with replacement and not capped at the number of cards; above 100,000 ballots all ballots are proposed where
//!   a quarter of them would be needed; Minerva by athena, Providence by r2b2.
//! - athena 0.8.3: bisects from 1 to 10,000 (doubled until it suffices) over a chance that is not monotone, so that it may miss a
//!   smaller size; below a margin of 1.5 % a normal approximation.
//! - r2b2 (4347925): bisects by powers of ten; with an odd number of votes its tie is a little below a half.
//!
//! `plan` has none of these traits.

mod r2b2;

use statrs::distribution::{ContinuousCDF, Normal};

use super::bravo;
use super::law::Law;
use super::plan::Method;
use super::rounds::{Seen, share};
use super::rule::{Rule, fewest};
use super::search::normal_size;
use crate::{Pair, RiskLimit, RlaError, Tally};

/// Arlo's proposal for BRAVO.
#[derive(Debug, Clone, PartialEq)]
pub enum ArloBravo {
    /// Count all ballots.
    AllBallots,
    /// The votes seen already confirm the outcome.
    Over,
    /// Sizes, each in addition to what was drawn.
    Sizes {
        /// Average sample number.
        average: u64,
        /// Chance that a round of that size confirms; only where one is elected.
        average_chance: Option<f64>,
        /// For each chance asked for, where one is elected: the size, 0 where confirmed.
        quantiles: Vec<u64>,
    },
}

/// Arlo's sizes for BRAVO after the `seen` votes by candidate (zeros before the first round).
///
/// # Errors
/// Where the votes seen are not one number for each candidate, or a chance is not above 0 and below 1.
pub fn arlo_bravo(tally: &Tally, limit: RiskLimit, seen: &[u64], chances: &[f64]) -> Result<ArloBravo, RlaError> {
    bravo::check_seen(tally, seen)?;
    if let Some(chance) = chances.iter().find(|chance| !is_chance(**chance)) {
        return Err(RlaError::Chance(*chance));
    }
    Ok(arlo_sizes(tally, limit, seen, chances))
}

/// Whether a round can be asked to confirm with this chance.
fn is_chance(chance: f64) -> bool {
    chance > 0.0 && chance < 1.0
}

fn arlo_sizes(tally: &Tally, limit: RiskLimit, seen: &[u64], chances: &[f64]) -> ArloBravo {
    // Arlo leaves out losers without votes.
    let pairs = || tally.pairs().filter(|pair| pair.loser_votes > 0).map(|pair| (pair, seen_of(pair, seen)));
    let averages = pairs().map(|(pair, _)| bravo::pair_average(tally, limit, pair, seen));
    let Some(average) = averages.max().filter(|average| *average > 0) else {
        return ArloBravo::Over;
    };
    if tally.seats() != 1 {
        return ArloBravo::Sizes { average, average_chance: None, quantiles: Vec::new() };
    }
    let size =
        |chance: f64| pairs().map(|(pair, seen)| lindeman_size(tally, limit, pair, seen, chance)).max().unwrap_or(0);
    let quantiles: Vec<u64> = chances.iter().map(|chance| size(*chance)).collect();
    if tally.ballots() > 100_000
        && quantiles.iter().max().is_some_and(|size| *size as f64 >= tally.ballots() as f64 * 0.25)
    {
        return ArloBravo::AllBallots;
    }
    let deciding = pairs().max_by_key(|(pair, _)| {
        (bravo::pair_average(tally, limit, *pair, seen), std::cmp::Reverse((pair.winner, pair.loser)))
    });
    let average_chance = deciding.map(|(pair, seen)| lindeman_chance(tally, limit, pair, seen, average));
    ArloBravo::Sizes { average, average_chance, quantiles }
}

fn seen_of(pair: Pair, seen: &[u64]) -> Seen {
    Seen { winner: seen[pair.winner], loser: seen[pair.loser] }
}

/// BRAVO of one pair with the margin kept whole: near a tie, a difference of logarithms of the share would lose it.
struct Terms {
    /// Lead over the two's votes, from Arlo's rounded shares of all ballots.
    margin: f64,
    /// Logarithms that a vote for the winner and one for the loser add.
    plus: f64,
    minus: f64,
    /// Logarithm still missing.
    missing: f64,
}

impl Terms {
    fn new(tally: &Tally, limit: RiskLimit, pair: Pair, seen: Seen) -> Self {
        let of = |votes: u64| votes as f64 / tally.ballots() as f64;
        let (winner, loser) = (of(pair.winner_votes), of(pair.loser_votes));
        let margin = (winner - loser) / (winner + loser);
        let (plus, minus) = (margin.ln_1p(), (-margin).ln_1p());
        let missing = -limit.share().ln() - (seen.winner as f64 * plus + seen.loser as f64 * minus);
        Self { margin, plus, minus, missing }
    }

    fn share(&self) -> f64 {
        0.5 + self.margin / 2.0
    }

    /// Variance of one vote.
    fn variance(&self) -> f64 {
        (1.0 - self.margin * self.margin) / 4.0
    }

    /// minus / (plus - minus) + share.
    fn slope(&self) -> f64 {
        self.margin / 2.0 + (-self.margin * self.margin).ln_1p() / (4.0 * self.margin.atanh())
    }
}

/// Where the chance's quantile of the winner's votes meets the threshold, both taken as real numbers (M. Lindeman); then raised
/// until the exact quantile does.
fn lindeman_size(tally: &Tally, limit: RiskLimit, pair: Pair, seen: Seen, chance: f64) -> u64 {
    let terms = Terms::new(tally, limit, pair, seen);
    if terms.missing <= 0.0 {
        return 0;
    }
    let z = Normal::standard().inverse_cdf(chance);
    let (at, slope) = (terms.missing / (2.0 * terms.margin.atanh()), terms.slope());
    // slope^2 n^2 - linear n + at^2 = 0
    let linear = z * z * terms.variance() + 2.0 * at * slope;
    let root = (linear * linear - 4.0 * slope * slope * at * at).max(0.0).sqrt();
    let double = if chance > 0.5 { linear + root } else { linear - root };
    let mut size = (double / (2.0 * slope * slope)).floor() as u64;
    while size < tally.ballots() {
        let votes = quantile(terms.share(), size, 1.0 - chance);
        if votes as f64 * terms.plus + (size - votes) as f64 * terms.minus >= terms.missing {
            break;
        }
        size += 1;
    }
    to_cards_by_share(size, pair, tally.ballots())
}

/// Arlo divides by the sum of two rounded shares, held exactly: where the quotient should be whole it may come out one higher.
fn to_cards_by_share(size: u64, pair: Pair, ballots: u64) -> u64 {
    let of = |votes: u64| votes as f64 / ballots as f64;
    let (larger, smaller) = (of(pair.winner_votes), of(pair.loser_votes));
    let sum = larger + smaller;
    let lost = smaller - (sum - larger);
    let over = |cards: f64| cards.mul_add(-sum, size as f64) - cards * lost;
    let mut cards = (size as f64 / sum).floor() - 1.0;
    while over(cards) > 0.0 {
        cards += 1.0;
    }
    cards.max(0.0) as u64
}

/// Smallest number of votes that is not exceeded with at least the given chance.
fn quantile(share: f64, drawn: u64, chance: f64) -> u64 {
    let law = Law::With { share };
    let reaches = |votes: u64| 1.0 - law.upper(drawn, votes + 1) >= chance;
    let (mut fails, mut passes) = (None, drawn);
    while fails.map_or(0, |fails: u64| fails + 1) < passes {
        let low = fails.map_or(0, |fails| fails + 1);
        let middle = low + (passes - low) / 2;
        if reaches(middle) { passes = middle } else { fails = Some(middle) }
    }
    passes
}

/// Chance by the normal law that a round of `cards` confirms.
fn lindeman_chance(tally: &Tally, limit: RiskLimit, pair: Pair, seen: Seen, cards: u64) -> f64 {
    let terms = Terms::new(tally, limit, pair, seen);
    if terms.missing <= 0.0 {
        return 0.0;
    }
    let drawn = cards as f64 * ((pair.winner_votes + pair.loser_votes) as f64 / tally.ballots() as f64);
    let spare = drawn * terms.slope() - terms.missing / (2.0 * terms.margin.atanh());
    Normal::standard().cdf(spare / (drawn * terms.variance()).sqrt())
}

/// Cards of a first round as athena gives them for the contest's hardest pair (Arlo's Minerva). Providence by r2b2's search;
/// `None` where it finds no size below ten million, where athena would search without end, and where `chance` is not above 0 and
/// below 1.
pub fn first_round(method: Method, tally: &Tally, limit: RiskLimit, chance: f64) -> Option<u64> {
    if !is_chance(chance) {
        return None;
    }
    let of_pair = |pair: Pair| {
        let both = pair.winner_votes + pair.loser_votes;
        let ballots = match athena_rule(method) {
            Some(rule) => athena_size(rule, share(pair), limit, chance)?,
            None => r2b2::size(pair, limit, chance)?,
        };
        Some(to_cards(ballots, both, tally.ballots()))
    };
    tally.pairs().map(of_pair).try_fold(0, |most, cards| Some(most.max(cards?)))
}

/// Both programs round up in floating point.
fn to_cards(ballots: u64, both: u64, cards: u64) -> u64 {
    (ballots as f64 * (cards as f64 / both as f64)).ceil() as u64
}

fn athena_size(rule: Rule, share: f64, limit: RiskLimit, chance: f64) -> Option<u64> {
    if share >= 1.0 {
        let size = (1..2_000).find(|drawn| fewest(rule, share, limit.share().ln(), *drawn).is_some());
        return Some(size.unwrap_or(2_000));
    }
    if 2.0 * share - 1.0 < 0.015 {
        return Some(normal_size(share, limit.share(), chance).ceil() as u64);
    }
    bisected(rule, share, limit, chance)
}

/// athena's bisection, without its approximation for narrow margins. `None` where no size has the chance: no margin of 1.5 % takes
/// as many ballots as are tried, but a `delta` of 0 takes more than all.
fn bisected(rule: Rule, share: f64, limit: RiskLimit, chance: f64) -> Option<u64> {
    const MOST: u64 = 10_000 << 20;
    let chance_of = |drawn| first_chance(rule, share, limit, drawn);
    let (mut low, mut high) = (1u64, 10_000u64);
    while chance_of(high) < chance {
        high = Some(high * 2).filter(|high| *high <= MOST)?;
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if chance_of(middle) <= chance { low = middle } else { high = middle }
    }
    Some(high)
}

/// Cards of a first round as athena gave them in February 2020 (16a7f80), when it published tables of the presidential election of
/// 2016: halved from eight times the votes until too small, then bisected until the chance is less than a hundredth above the one
/// asked for. `None` for Providence, and where `chance` is not above 0 and below 1.
pub fn first_round_2020(method: Method, tally: &Tally, limit: RiskLimit, chance: f64) -> Option<u64> {
    if !is_chance(chance) {
        return None;
    }
    let pairs = tally.pairs().map(|pair| {
        let both = pair.winner_votes + pair.loser_votes;
        let ballots = halved(athena_rule(method)?, share(pair), limit, chance, both.saturating_mul(8));
        Some(to_cards(ballots, both, tally.ballots()))
    });
    pairs.into_iter().try_fold(0, |most, cards| Some(most.max(cards?)))
}

fn athena_rule(method: Method) -> Option<Rule> {
    match method {
        Method::Bravo => Some(Rule::Wald),
        Method::Minerva => Some(Rule::Tails),
        Method::Athena { delta } => Some(Rule::Athena { delta }),
        Method::Providence => None,
    }
}

fn halved(rule: Rule, share: f64, limit: RiskLimit, chance: f64, most: u64) -> u64 {
    let chance_of = |drawn| first_chance(rule, share, limit, drawn);
    let mut high = most;
    if chance_of(high) < chance {
        return high;
    }
    while high > 1 && chance_of(high / 2) >= chance {
        high /= 2;
    }
    let mut low = high / 2;
    while high - low > 1 {
        // Python rounds a half to the even neighbour.
        let middle = ((low + high) as f64 / 2.0).round_ties_even() as u64;
        let reached = chance_of(middle);
        if reached <= chance {
            low = middle
        } else {
            high = middle
        }
        if reached > chance && reached - chance < 0.01 {
            break;
        }
    }
    high
}

fn first_chance(rule: Rule, share: f64, limit: RiskLimit, drawn: u64) -> f64 {
    fewest(rule, share, limit.share().ln(), drawn).map_or(0.0, |votes| Law::With { share }.upper(drawn, votes))
}

#[cfg(test)]
mod tests;
