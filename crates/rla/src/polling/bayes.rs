//! Bayesian audit whose error is limited: Vora (2019), "Risk-Limiting Bayesian Polling Audits for Two Candidate Elections",
//! arXiv 1902.00999.
//!
//! Half the prior on a tie, half spread evenly over all larger shares of the winner; ballots drawn without replacement. With an
//! odd number of ballots the tie is the loss by one vote.
//!
//! The upset probability is no chance of a wrong outcome and no risk by itself. At most `a` means that the votes are at least
//! (1 - a) / a times as likely over the prior's wins as in a tie, so that in a tie the chance of that is at most a / (1 - a), also
//! for an audit that looks after every ballot (Ville 1939). A risk of at most `r` therefore takes a limit of r / (1 + r) here.

use super::law::Law;
use crate::RiskLimit;

/// Chance, after `votes` for the winner among `drawn` of `ballots` with a vote for one of the two, that the contest was tied. 1
/// where that many votes for the loser leave the winner no win, or the numbers are of no sample; 0 where more votes for the winner
/// were seen than a tie has.
pub fn upset_probability(ballots: u64, drawn: u64, votes: u64) -> f64 {
    let half = ballots / 2;
    if half == 0 || ballots == u64::MAX || drawn > ballots || votes > drawn || drawn - votes > ballots - half {
        return 1.0;
    }
    if votes > half {
        return 0.0;
    }
    let wins = (ballots - half) as f64;
    1.0 / (1.0 + likelihood_of_wins(ballots, half, drawn, votes) / wins)
}

/// Chances of the votes under all totals above `half`, in units of that under `half`.
///
/// A sample whose total is `t` and one ballot more to tell which is the votes + 1st of the winner: over the totals the chances of
/// these votes sum to (N + 1) / (n + 1), and those above `half` are the share of samples of n + 1 from N + 1 in which at most
/// `votes` are among the first half + 1. So no sum runs over the totals.
fn likelihood_of_wins(ballots: u64, half: u64, drawn: u64, votes: u64) -> f64 {
    let ln_tie = Law::Without { all: ballots, winner: half }.ln_pmf(drawn, votes);
    let ln_all = ((ballots as f64 + 1.0) / (drawn as f64 + 1.0)).ln();
    // At most `votes` among the first are at least the rest among the last.
    let last = Law::Without { all: ballots + 1, winner: ballots - half };
    (ln_all + last.ln_upper(drawn + 1, drawn + 1 - votes) - ln_tie).exp()
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

#[cfg(test)]
mod tests {
    use super::*;

    /// By the definition.
    fn counted_out(ballots: u64, drawn: u64, votes: u64) -> f64 {
        let chance = |total| Law::Without { all: ballots, winner: total }.ln_pmf(drawn, votes).exp();
        let half = ballots / 2;
        let wins: f64 = (half + 1..=ballots).map(|total| chance(total) / (ballots - half) as f64).sum();
        chance(half) / (chance(half) + wins)
    }

    #[test]
    fn the_sum_over_all_totals_is_counted_out() {
        for (ballots, drawn, votes) in
            [(40, 9, 6), (41, 9, 6), (40, 9, 2), (7, 3, 3), (1_001, 300, 170), (40, 0, 0), (10, 10, 5)]
        {
            let (here, there) = (upset_probability(ballots, drawn, votes), counted_out(ballots, drawn, votes));
            assert!((here - there).abs() < 1e-12, "{ballots} {drawn} {votes}: {here} {there}");
        }
    }

    #[test]
    fn votes_that_no_tie_has_are_an_upset_or_none() {
        assert_eq!(upset_probability(10, 9, 1), 1.0);
        assert_eq!(upset_probability(10, 9, 6), 0.0);
        assert_eq!(upset_probability(11, 9, 6), 0.0);
        assert_eq!(upset_probability(11, 8, 1), 1.0);
        let limit = RiskLimit::new(0.05).expect("a limit");
        assert_eq!(fewest(10, limit, 9), Some(6));
    }

    #[test]
    fn a_few_ballots_of_any_number_take_no_time() {
        for ballots in [1 << 40, u64::MAX - 1] {
            let one = upset_probability(ballots, 1, 1);
            assert!((one - 0.4).abs() < 1e-6, "{one}");
            assert!((upset_probability(ballots, 0, 0) - 0.5).abs() < 1e-6);
        }
        assert_eq!(upset_probability(u64::MAX, 1, 1), 1.0);
    }
}
