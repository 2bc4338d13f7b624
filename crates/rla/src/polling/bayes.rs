//! Bayesian audit whose error is limited: Vora (2019), "Risk-Limiting Bayesian Polling Audits for Two Candidate Elections",
//! arXiv 1902.00999.
//!
//! Half the prior on a tie, half spread evenly over all larger shares of the winner; ballots drawn without replacement. The upset
//! probability of a tie, after the votes seen, is the measured risk.

use super::law::Law;
use crate::RiskLimit;

/// Chance, after `votes` for the winner among `drawn` of `ballots` with a vote for one of the two, that the contest was tied.
pub fn upset_probability(ballots: u64, drawn: u64, votes: u64) -> f64 {
    let half = ballots / 2;
    if half == 0 || drawn > ballots || votes > drawn {
        return 1.0;
    }
    let ln_tie = Law::Without { all: ballots, winner: half }.ln_pmf(drawn, votes);
    // Over all true totals, the chances of these votes sum to (N + 1) / (n + 1).
    let all = (ballots as f64 + 1.0) / (drawn as f64 + 1.0);
    let (up, down) = (sum_above(ballots, half, drawn, votes), sum_below(ballots, half, drawn, votes));
    // The shorter side is summed.
    let ratio = if votes as f64 > drawn as f64 / 2.0 { all * (-ln_tie).exp() - down } else { up };
    if ln_tie == f64::NEG_INFINITY {
        return 0.0;
    }
    1.0 / (1.0 + ratio.max(0.0) / half as f64)
}

/// Fewest votes for the winner among `drawn` that leave an upset probability of at most the limit.
pub fn fewest(ballots: u64, limit: RiskLimit, drawn: u64) -> Option<u64> {
    let confirms = |votes| upset_probability(ballots, drawn, votes) <= limit.share();
    if drawn > ballots || !confirms(drawn) {
        return None;
    }
    let (mut fails, mut passes) = (drawn / 2, drawn);
    if confirms(fails) {
        return Some(fails);
    }
    while passes - fails > 1 {
        let middle = fails + (passes - fails) / 2;
        if confirms(middle) { passes = middle } else { fails = middle }
    }
    Some(passes)
}

/// Chances of the votes under totals of up to a half, in units of that under a half.
fn sum_below(ballots: u64, half: u64, drawn: u64, votes: u64) -> f64 {
    let (n, k, all) = (drawn as f64, votes as f64, ballots as f64);
    let (mut term, mut sum) = (1.0, 1.0);
    for total in (votes..half).rev() {
        let x = total as f64;
        term *= (x + 1.0 - k) * (all - x) / ((x + 1.0) * (all - x - n + k));
        sum += term;
        if term < sum * 1e-18 {
            break;
        }
    }
    sum
}

fn sum_above(ballots: u64, half: u64, drawn: u64, votes: u64) -> f64 {
    let (n, k, all) = (drawn as f64, votes as f64, ballots as f64);
    let (mut term, mut sum) = (1.0, 0.0);
    for total in half..ballots {
        let x = total as f64;
        term *= (x + 1.0) * (all - x - n + k) / ((x + 1.0 - k) * (all - x));
        if term <= 0.0 || term < sum * 1e-18 {
            break;
        }
        sum += term;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_over_all_totals_is_counted_out() {
        let (ballots, drawn, votes) = (40, 9, 6);
        let chance = |total| Law::Without { all: ballots, winner: total }.ln_pmf(drawn, votes).exp();
        let tie = 0.5 * chance(20);
        let above: f64 = (21..=40).map(|total| 0.5 / 20.0 * chance(total)).sum();
        let here = upset_probability(ballots, drawn, votes);
        assert!((here - tie / (tie + above)).abs() < 1e-13, "{here}");
    }
}
