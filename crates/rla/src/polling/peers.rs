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

use statrs::distribution::{ContinuousCDF, Normal};

use super::bravo;
use super::law::Law;
use super::plan::{Method, to_cards};
use super::rounds::{Seen, share};
use super::rule::{Rule, TIE, fewest, fewest_against, ln_wald};
use super::search::normal_size;
use crate::{Pair, RiskLimit, Tally};

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
pub fn arlo_bravo(tally: &Tally, limit: RiskLimit, seen: &[u64], chances: &[f64]) -> ArloBravo {
    let Some(average) = bravo::average_sample_number(tally, limit, seen) else {
        return ArloBravo::Over;
    };
    if tally.seats() != 1 {
        return ArloBravo::Sizes { average, average_chance: None, quantiles: Vec::new() };
    }
    let pairs = || tally.pairs().filter(|pair| pair.loser_votes > 0).map(|pair| (pair, seen_of(pair, seen)));
    let size = |chance: f64| pairs().map(|(pair, seen)| lindeman_size(tally, limit, pair, seen, chance)).max().unwrap_or(0);
    let quantiles: Vec<u64> = chances.iter().map(|chance| size(*chance)).collect();
    if tally.ballots() > 100_000 && quantiles.iter().max().is_some_and(|size| *size as f64 >= tally.ballots() as f64 * 0.25) {
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

/// Logarithms that BRAVO adds for a vote of the winner and of the loser, and those still missing.
fn bravo_terms(limit: RiskLimit, pair: Pair, seen: Seen) -> (f64, f64, f64) {
    let share = share(pair);
    let missing = -limit.share().ln() - ln_wald(share, seen.winner, seen.loser);
    ((2.0 * share).ln(), (2.0 * (1.0 - share)).ln(), missing)
}

/// Where the chance's quantile of the winner's votes meets the threshold, both taken as real numbers (M. Lindeman); then raised
/// until the exact quantile does.
fn lindeman_size(tally: &Tally, limit: RiskLimit, pair: Pair, seen: Seen, chance: f64) -> u64 {
    let (plus, minus, missing) = bravo_terms(limit, pair, seen);
    if missing <= 0.0 {
        return 0;
    }
    let share = share(pair);
    let z = Normal::standard().inverse_cdf(chance);
    let (at, slope) = (missing / (plus - minus), minus / (plus - minus) + share);
    let (square, linear, constant) = (slope * slope, z * z * share * (1.0 - share) + 2.0 * at * slope, at * at);
    let root = (linear * linear - 4.0 * square * constant).max(0.0).sqrt();
    let double = if chance > 0.5 { linear + root } else { linear - root };
    let mut size = (double / (2.0 * square)).floor() as u64;
    while size < tally.ballots() {
        let votes = quantile(share, size, 1.0 - chance);
        if votes as f64 * plus + (size - votes) as f64 * minus >= missing {
            break;
        }
        size += 1;
    }
    to_cards_by_share(size, pair, tally.ballots())
}

fn to_cards_by_share(size: u64, pair: Pair, ballots: u64) -> u64 {
    let of = |votes: u64| votes as f64 / ballots as f64;
    (size as f64 / (of(pair.winner_votes) + of(pair.loser_votes))).ceil() as u64
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
    let (plus, minus, missing) = bravo_terms(limit, pair, seen);
    if missing <= 0.0 {
        return 0.0;
    }
    let share = share(pair);
    let drawn = cards as f64 * ((pair.winner_votes + pair.loser_votes) as f64 / tally.ballots() as f64);
    let needed = (missing - minus * drawn) / (plus - minus);
    Normal::standard().cdf(-(needed - drawn * share) / (drawn * share * (1.0 - share)).sqrt())
}

/// Cards of a first round as athena gives them for the contest's hardest pair (Arlo's Minerva). Providence by r2b2's search;
/// `None` where it finds no size below ten million.
pub fn first_round(method: Method, tally: &Tally, limit: RiskLimit, chance: f64) -> Option<u64> {
    let of_pair = |pair: Pair| {
        let both = pair.winner_votes + pair.loser_votes;
        let ballots = match method {
            Method::Providence => r2b2_size(pair, limit, chance)?,
            Method::Bravo => athena_size(Rule::Wald, share(pair), limit, chance),
            Method::Minerva => athena_size(Rule::Tails, share(pair), limit, chance),
            Method::Athena { delta } => athena_size(Rule::Athena { delta }, share(pair), limit, chance),
        };
        Some(to_cards(ballots, both, tally.ballots()))
    };
    tally.pairs().map(of_pair).try_fold(0, |most, cards| Some(most.max(cards?)))
}

fn athena_size(rule: Rule, share: f64, limit: RiskLimit, chance: f64) -> u64 {
    if share >= 1.0 {
        return (1..2_000).find(|drawn| fewest(rule, share, limit.share().ln(), *drawn).is_some()).unwrap_or(2_000);
    }
    if 2.0 * share - 1.0 < 0.015 {
        return normal_size(share, limit.share(), chance).ceil() as u64;
    }
    bisected(rule, share, limit, chance)
}

/// athena's bisection, without its approximation for narrow margins.
fn bisected(rule: Rule, share: f64, limit: RiskLimit, chance: f64) -> u64 {
    let chance_of = |drawn| {
        fewest(rule, share, limit.share().ln(), drawn).map_or(0.0, |votes| Law::With { share }.upper(drawn, votes))
    };
    let (mut low, mut high) = (1u64, 10_000u64);
    while chance_of(high) < chance {
        high *= 2;
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if chance_of(middle) <= chance { low = middle } else { high = middle }
    }
    high
}

fn r2b2_size(pair: Pair, limit: RiskLimit, chance: f64) -> Option<u64> {
    let both = pair.winner_votes + pair.loser_votes;
    let share = share(pair);
    let tie = if both % 2 == 0 { TIE } else { Law::With { share: (both / 2) as f64 / both as f64 } };
    let reaches = |drawn: u64| {
        let votes = fewest_against(tie, Rule::Tails, share, limit.share().ln(), drawn);
        votes.is_some_and(|votes| Law::With { share }.upper(drawn, votes) >= chance)
    };
    if reaches(1) {
        return Some(1);
    }
    let (mut low, mut high) = (1, 10);
    while high < 10_000_000 {
        if let Some(size) = r2b2_bisection(low, high, &reaches) {
            return Some(size);
        }
        (low, high) = (high, high * 10);
    }
    None
}

fn r2b2_bisection(mut low: u64, mut high: u64, reaches: &dyn Fn(u64) -> bool) -> Option<u64> {
    while high - low > 1 {
        let middle = (low + high) / 2;
        if reaches(middle) { high = middle } else { low = middle }
    }
    [low, low + 1].into_iter().find(|size| reaches(*size))
}
