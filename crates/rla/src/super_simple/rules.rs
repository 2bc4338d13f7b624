//! Sizes of samples by the rules of other programs, to the integer, so that an office can check what it was told.
//!
//! All start from the stopping size of Lindeman and Stark 2012 ("A gentle introduction", page 5), which puts `m/2g` in the place of
//! `-ln(1 - m/2g)` and so is a few cards above what the risk itself needs ([`SuperSimple::size`](super::SuperSimple::size)). They
//! differ in how they round expected misstatements, and none but Arlo's knows how many cards there are.

use super::{Misstatements, Rates, USUAL_GAMMA};
use crate::RiskLimit;

/// The stopping size of Lindeman and Stark 2012: rlacalc's `nmin`, ColoradoRLA's *optimistic samples*. A size above all numbers
/// where the margin is no margin.
pub fn stopping_size(limit: RiskLimit, gamma: f64, diluted_margin: f64, found: Misstatements) -> u64 {
    let half = 1.0 / (2.0 * gamma);
    let log = limit.share().ln()
        + found.over_by_one as f64 * (1.0 - half).ln()
        + found.over_by_two as f64 * (1.0 - 2.0 * half).ln()
        + found.under_by_one as f64 * (1.0 + half).ln()
        + found.under_by_two as f64 * (1.0 + 2.0 * half).ln();
    let size = (-2.0 * gamma * log / diluted_margin).ceil();
    let no_margin = diluted_margin.is_nan() || diluted_margin <= 0.0;
    if no_margin || size.is_nan() { u64::MAX } else { found.cards().max(size as u64) }
}

/// ColoradoRLA's *estimated samples*: its optimistic ones, grown by the overstatements seen for each card audited so far.
pub fn colorado_estimated(
    limit: RiskLimit,
    gamma: f64,
    diluted_margin: f64,
    audited: u64,
    found: Misstatements,
) -> u64 {
    let optimistic = stopping_size(limit, gamma, diluted_margin, found);
    let over = u128::from(found.over_by_one.saturating_add(found.over_by_two));
    if audited == 0 {
        return optimistic;
    }
    let grown = (u128::from(optimistic) * (u128::from(audited) + over)).div_ceil(u128::from(audited));
    u64::try_from(grown).unwrap_or(u64::MAX)
}

/// rlacalc's `nminFromRates` and Stark's audit tools: ten times, expected misstatements are rounded (of one vote: up) and the
/// stopping size is taken with them. `None` where so many overstatements are expected that no size is enough: rlacalc then
/// has a negative size and complains of negative counts. `None` as well where the margin is no margin.
pub fn rlacalc_size(limit: RiskLimit, gamma: f64, diluted_margin: f64, rates: Rates) -> Option<u64> {
    let half = 1.0 / (2.0 * gamma);
    let drift = rates.over_by_one * (1.0 - half).ln()
        + rates.over_by_two * (1.0 - 2.0 * half).ln()
        + rates.under_by_one * (1.0 + half).ln()
        + rates.under_by_two * (1.0 + 2.0 * half).ln();
    let mut size = -2.0 * gamma * limit.share().ln() / (diluted_margin + 2.0 * gamma * drift);
    if size.is_nan() || size < 0.0 || diluted_margin.is_nan() || diluted_margin <= 0.0 {
        return None;
    }
    for _ in 0..10 {
        let expected = Misstatements {
            over_by_one: (rates.over_by_one * size).ceil() as u64,
            over_by_two: (rates.over_by_two * size).round_ties_even() as u64,
            under_by_one: (rates.under_by_one * size).ceil() as u64,
            under_by_two: (rates.under_by_two * size).round_ties_even() as u64,
        };
        size = stopping_size(limit, gamma, diluted_margin, expected) as f64;
    }
    Some(size as u64)
}

/// rlacalc's `findAsn`: cards that a BRAVO audit draws on average (Lindeman, Stark and Yates 2012, "BRAVO", section 9.2) where
/// each card has a vote for one of two candidates.
pub fn rlacalc_polling_size(limit: RiskLimit, margin: f64) -> Option<u64> {
    if margin.is_nan() || margin <= 0.0 {
        return None;
    }
    let (winner, loser) = (0.5 + margin / 2.0, 0.5 - margin / 2.0);
    if loser <= 0.0 {
        return Some(4);
    }
    let (z_winner, z_loser) = ((2.0 * winner).ln(), (2.0 * loser).ln());
    let asn = ((1.0 / limit.share()).ln() + z_winner / 2.0) / (winner * z_winner + loser * z_loser);
    Some(asn.ceil() as u64)
}

/// What Arlo draws next, from its usual rates or, after a sample, from the overstatements that it showed: cards beyond those
/// drawn already.
pub fn arlo_next(limit: RiskLimit, diluted_margin: f64, sample: Option<(u64, Misstatements)>, cards: u64) -> u64 {
    let drawn = sample.map_or(0, |(size, _)| size);
    let size = match sample.filter(|(size, _)| *size > 0) {
        None => arlo_size(limit, diluted_margin, Rates::USUAL, expected_at_usual_rates),
        Some((size, found)) => {
            let over = Misstatements { under_by_one: 0, under_by_two: 0, ..found };
            arlo_size(limit, diluted_margin, Rates::observed(over, size), |draws| {
                expected_as_observed(over, size, draws)
            })
        }
    };
    size.unwrap_or(cards).min(cards).saturating_sub(drawn)
}

fn arlo_size(
    limit: RiskLimit,
    diluted_margin: f64,
    rates: Rates,
    expected: impl Fn(u64) -> Misstatements,
) -> Option<u64> {
    let half = 1.0 / (2.0 * USUAL_GAMMA);
    let slope = (1.0 - diluted_margin * half).ln()
        - rates.over_by_one * (1.0 - half).ln()
        - rates.over_by_two * (1.0 - 2.0 * half).ln()
        - rates.under_by_one * (1.0 + half).ln()
        - rates.under_by_two * (1.0 + 2.0 * half).ln();
    if slope.is_nan() || slope >= 0.0 {
        return None;
    }
    let draws = (limit.share().ln() / slope).ceil() as u64;
    Some(stopping_size(limit, USUAL_GAMMA, diluted_margin, expected(draws)))
}

/// Arlo's usual rates are binary fractions a little above 1/1,000 and 1/10,000, taken exactly: 1,000 draws are expected to
/// show two misstatements of one vote.
fn expected_at_usual_rates(draws: u64) -> Misstatements {
    let one = draws / 1_000 + 1;
    let two = draws.saturating_add(5_000) / 10_000;
    Misstatements { over_by_one: one, over_by_two: two, under_by_one: one, under_by_two: two }
}

/// Overstatements in proportion, of one vote rounded up and of two votes to the nearest, halves up.
fn expected_as_observed(found: Misstatements, sample: u64, draws: u64) -> Misstatements {
    let [sample, draws] = [sample, draws].map(u128::from);
    let cut = |cards: u128| u64::try_from(cards).unwrap_or(u64::MAX);
    Misstatements {
        over_by_one: cut((u128::from(found.over_by_one) * draws).div_ceil(sample)),
        over_by_two: cut((2 * u128::from(found.over_by_two) * draws + sample) / (2 * sample)),
        ..Misstatements::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(share: f64) -> RiskLimit {
        RiskLimit::new(share).expect("a limit")
    }

    /// Lindeman and Stark 2012, page 5.
    #[test]
    fn stopping_sizes_of_the_gentle_introduction() {
        let one = Misstatements { over_by_one: 1, ..Misstatements::default() };
        assert_eq!(stopping_size(limit(0.1), USUAL_GAMMA, 0.2, Misstatements::default()), 24);
        assert_eq!(stopping_size(limit(0.1), USUAL_GAMMA, 0.1, Misstatements::default()), 48);
        assert_eq!(stopping_size(limit(0.1), USUAL_GAMMA, 0.05, one), 123);
    }

    #[test]
    fn colorado_grows_the_size_by_the_overstatements_seen() {
        let found = Misstatements { over_by_one: 1, under_by_one: 3, ..Misstatements::default() };
        let optimistic = stopping_size(limit(0.03), USUAL_GAMMA, 0.02, found);
        assert_eq!(colorado_estimated(limit(0.03), USUAL_GAMMA, 0.02, 0, found), optimistic);
        assert_eq!(colorado_estimated(limit(0.03), USUAL_GAMMA, 0.02, 100, found), (optimistic * 101).div_ceil(100));
    }

    #[test]
    fn what_no_sample_can_confirm_has_no_size() {
        let many = Rates { over_by_one: 0.05, ..Rates::NONE };
        assert_eq!(rlacalc_size(limit(0.05), USUAL_GAMMA, 0.0227, many), None);
        for margin in [0.0, -0.01, f64::NAN] {
            assert_eq!(stopping_size(limit(0.05), USUAL_GAMMA, margin, Misstatements::default()), u64::MAX, "{margin}");
            assert_eq!(rlacalc_size(limit(0.05), USUAL_GAMMA, margin, Rates::NONE), None);
        }
        let found = Misstatements { over_by_two: 50, ..Misstatements::default() };
        assert_eq!(arlo_next(limit(0.05), 0.01, Some((100, found)), 5_000), 4_900);
        assert_eq!(rlacalc_polling_size(limit(0.05), 0.0), None);
    }
}
