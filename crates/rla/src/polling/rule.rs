//! When one round of ballots confirms a winner over a loser.
//!
//! All rules compare the reported share `p` of the winner among the two's votes with a tie, by chances with replacement:
//! - Wald's ratio (BRAVO: Lindeman, Stark and Yates 2012): p^k (1-p)^(n-k) 2^n >= 1 / limit;
//! - ratio of tails (Minerva and Providence: Zagorski et al. 2021; Broadrick et al. 2023): P(K >= k | tie) <= limit P(K >= k | p);
//! - Athena: the ratio of tails and a Wald ratio of at least 1 / delta (Zagorski et al. 2020, arXiv 2008.02315).

use statrs::distribution::{ContinuousCDF, Normal};

use super::law::{Law, Tail};

/// The comparison that a method makes in a round.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Rule {
    Wald,
    Tails,
    /// Ratio of tails, and Wald's ratio at least 1 / `delta`.
    Athena {
        delta: f64,
    },
}

/// Below so many ballots the sums are short.
const SMALL: u64 = 200;

/// Votes walked at most from the normal law's number.
const LONGEST_WALK: u64 = 2_000;

/// A tie.
pub(crate) const TIE: Law = Law::With { share: 0.5 };

/// Natural logarithm of Wald's ratio: `winner` and `loser` votes under the reported share against a tie.
pub(crate) fn ln_wald(share: f64, winner: u64, loser: u64) -> f64 {
    let of = |votes: u64, share: f64| if votes == 0 { 0.0 } else { votes as f64 * (2.0 * share).ln() };
    of(winner, share) + of(loser, 1.0 - share)
}

/// Natural logarithm of P(K >= votes | tie) / P(K >= votes | share).
pub(crate) fn ln_tails(share: f64, drawn: u64, votes: u64) -> f64 {
    ln_tails_against(TIE, share, drawn, votes)
}

fn ln_tails_against(tie: Law, share: f64, drawn: u64, votes: u64) -> f64 {
    let tie = tie.ln_upper(drawn, votes);
    let reported = Law::With { share }.ln_upper(drawn, votes);
    if tie == f64::NEG_INFINITY { 0.0 } else { tie - reported }
}

/// Fewest votes for the winner among `drawn` that confirm, `None` where no number does.
pub(crate) fn fewest(rule: Rule, share: f64, ln_limit: f64, drawn: u64) -> Option<u64> {
    fewest_against(TIE, rule, share, ln_limit, drawn)
}

/// The same where the tails of another law stand for the tie.
pub(crate) fn fewest_against(tie: Law, rule: Rule, share: f64, ln_limit: f64, drawn: u64) -> Option<u64> {
    let confirms = |votes: u64| match rule {
        Rule::Wald => ln_wald(share, votes, drawn - votes) >= -ln_limit,
        Rule::Tails => ln_tails_against(tie, share, drawn, votes) <= ln_limit,
        Rule::Athena { .. } => false,
    };
    if let Rule::Athena { delta } = rule {
        // Both conditions hold from some number of votes on.
        let wald = fewest_against(tie, Rule::Wald, share, delta.ln(), drawn)?;
        return Some(wald.max(fewest_against(tie, Rule::Tails, share, ln_limit, drawn)?));
    }
    if let Some(votes) = near(tie, rule, share, ln_limit, drawn) {
        return Some(votes);
    }
    // Evidence grows with the winner's votes: all votes are the most there can be.
    if !confirms(drawn) {
        return None;
    }
    let (mut fails, mut passes) = bracket(share, ln_limit, drawn, &confirms);
    while passes - fails > 1 {
        let middle = fails + (passes - fails) / 2;
        if confirms(middle) { passes = middle } else { fails = middle }
    }
    Some(if passes == 1 && confirms(0) { 0 } else { passes })
}

/// Large samples cost two sums instead of thirty: from the number by the normal law, the tails are walked to the exact one.
/// `None` where that is no way: small samples, or tails too small for a double.
fn near(tie: Law, rule: Rule, share: f64, ln_limit: f64, drawn: u64) -> Option<u64> {
    if rule != Rule::Tails || drawn < SMALL || !(-600.0..-0.01).contains(&ln_limit) || share >= 1.0 {
        return None;
    }
    let mut votes = normal_votes(share, ln_limit, drawn).filter(|votes| *votes > 2 && *votes < drawn)?;
    let mut tails = [tie, Law::With { share }].map(|law| Tail::new(law, drawn, votes));
    let confirms = |tails: &[Tail; 2]| tails[0].upper <= ln_limit.exp() * tails[1].upper;
    if tails[0].upper < f64::MIN_POSITIVE / f64::EPSILON {
        return None;
    }
    let from = votes;
    while confirms(&tails) && votes > 1 && from - votes < LONGEST_WALK {
        tails.iter_mut().for_each(Tail::fewer_votes);
        votes -= 1;
    }
    while !confirms(&tails) && votes < drawn && votes < from + LONGEST_WALK {
        tails.iter_mut().for_each(Tail::more_votes);
        votes += 1;
    }
    (votes.abs_diff(from) < LONGEST_WALK && confirms(&tails)).then_some(votes)
}

/// Votes at which the ratio of the normal laws' tails, with continuity correction, reaches the limit.
fn normal_votes(share: f64, ln_limit: f64, drawn: u64) -> Option<u64> {
    let normal = Normal::standard();
    let n = drawn as f64;
    let tail = |votes: f64, share: f64| normal.sf((votes - 0.5 - n * share) / (n * share * (1.0 - share)).sqrt());
    let (mut low, mut high) = (n / 2.0, wald_votes(share, ln_limit, drawn).min(n));
    if tail(high, share) <= 0.0 {
        return None;
    }
    while high - low > 1.0 {
        let middle = (low + high) / 2.0;
        // Above 2^53 votes neighbours are more than a vote apart.
        if middle <= low || middle >= high {
            break;
        }
        if tail(middle, 0.5) <= ln_limit.exp() * tail(middle, share) { high = middle } else { low = middle }
    }
    Some(high as u64)
}

/// A number of votes that fails (or 0) and one that confirms, near Wald's number, which no rule of tails exceeds.
fn bracket(share: f64, ln_limit: f64, drawn: u64, confirms: &dyn Fn(u64) -> bool) -> (u64, u64) {
    let near = wald_votes(share, ln_limit, drawn).clamp(0.0, drawn as f64) as u64;
    let mut step = ((drawn as f64).sqrt() / 4.0) as u64 + 1;
    let mut passes = near.min(drawn);
    while !confirms(passes) {
        passes = passes.saturating_add(step).min(drawn);
        step *= 2;
    }
    let mut fails = passes.saturating_sub(step);
    while fails > 0 && confirms(fails) {
        (passes, fails) = (fails, fails.saturating_sub(2 * step));
        step *= 2;
    }
    (fails, passes.max(1))
}

/// Votes at which Wald's ratio reaches 1 / limit, as a real number.
pub(crate) fn wald_votes(share: f64, ln_limit: f64, drawn: u64) -> f64 {
    let (plus, minus) = ((2.0 * share).ln(), (2.0 * (1.0 - share)).ln());
    if minus == f64::NEG_INFINITY { drawn as f64 } else { (-ln_limit - drawn as f64 * minus) / (plus - minus) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fewest_votes_confirm_and_one_less_does_not() {
        for rule in [Rule::Wald, Rule::Tails, Rule::Athena { delta: 1.0 }] {
            for drawn in [5, 17, 100, 2_501] {
                let Some(votes) = fewest(rule, 0.6, 0.1f64.ln(), drawn) else { continue };
                let ratio = |k| match rule {
                    Rule::Wald => -ln_wald(0.6, k, drawn - k),
                    _ => ln_tails(0.6, drawn, k),
                };
                assert!(ratio(votes) <= 0.1f64.ln());
                assert!(votes == 0 || ratio(votes - 1) > 0.1f64.ln() || rule == Rule::Athena { delta: 1.0 });
            }
        }
    }

    #[test]
    fn more_ballots_than_a_double_counts_come_to_an_end() {
        for drawn in [(1 << 54) + 1, (1 << 55) + 3] {
            let normal = normal_votes(0.6, 0.05f64.ln(), drawn).expect("a number");
            let wald = fewest(Rule::Wald, 0.6, 0.05f64.ln(), drawn).expect("a number");
            assert!(normal > drawn / 2 && wald > drawn / 2 && wald < drawn);
        }
    }

    #[test]
    fn a_landslide_needs_as_many_ballots_as_halvings() {
        assert_eq!(fewest(Rule::Wald, 1.0, 0.05f64.ln(), 4), None);
        assert_eq!(fewest(Rule::Wald, 1.0, 0.05f64.ln(), 5), Some(5));
        assert_eq!(fewest(Rule::Tails, 1.0, 0.05f64.ln(), 4), None);
        assert_eq!(fewest(Rule::Tails, 1.0, 0.05f64.ln(), 5), Some(5));
    }
}
