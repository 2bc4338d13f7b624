//! BRAVO: Lindeman, Stark and Yates (2012), "BRAVO: Ballot-polling Risk-limiting Audits to Verify Outcomes", EVT/WOTE.
//!
//! Assumes that ballots are drawn with replacement; drawn without, the same rule is cautious. It reads totals after a
//! round, not the order of the draw ("end of round" in Zagorski et al. 2021). Where a voter may choose several, a ballot with
//! votes for both counts once for each, which lowers the evidence and so stays within the limit.

use super::rounds::{Measured, PairRisk, Rounds, Seen, share};
use super::rule::{Rule, fewest, ln_wald};
use crate::{Pair, RiskLimit, RlaError, Tally};

/// The risk of each winner and loser after each round.
pub fn measure(tally: &Tally, limit: RiskLimit, rounds: &Rounds) -> Measured {
    Measured { pairs: tally.pairs().map(|pair| of_pair(pair, limit, &rounds.of(tally, pair))).collect() }
}

fn of_pair(pair: Pair, limit: RiskLimit, seen: &[Seen]) -> PairRisk {
    let ln_limit = limit.share().ln();
    let risk: Vec<f64> = seen.iter().map(|seen| risk(pair, *seen)).collect();
    PairRisk {
        pair,
        fewest: seen.iter().map(|seen| fewest(Rule::Wald, share(pair), ln_limit, seen.drawn())).collect(),
        confirmed_in: risk.iter().position(|risk| *risk <= limit.share()),
        risk,
    }
}

/// One over Wald's ratio, at most 1.
pub(crate) fn risk(pair: Pair, seen: Seen) -> f64 {
    (-ln_wald(share(pair), seen.winner, seen.loser)).exp().min(1.0)
}

/// Average sample number: how many cards, drawn with replacement, are expected until the pair is confirmed one card at a time if
/// the tally is right (Lindeman, Stark and Yates 2012, section 2), given the votes already seen. As in the paper it may exceed
/// the number of cards; `plan` does not. `None` where nothing is left to confirm: the votes seen already do, or nobody lost.
///
/// # Errors
/// Where the votes seen are not one number for each candidate.
pub fn average_sample_number(tally: &Tally, limit: RiskLimit, votes_seen: &[u64]) -> Result<Option<u64>, RlaError> {
    check_seen(tally, votes_seen)?;
    let numbers = tally.pairs().filter(|pair| pair.winner_votes > pair.loser_votes);
    Ok(numbers.map(|pair| pair_average(tally, limit, pair, votes_seen)).max().filter(|number| *number > 0))
}

pub(super) fn check_seen(tally: &Tally, votes_seen: &[u64]) -> Result<(), RlaError> {
    if votes_seen.len() == tally.votes().len() { Ok(()) } else { Err(RlaError::Rounds { round: 1 }) }
}

pub(super) fn pair_average(tally: &Tally, limit: RiskLimit, pair: Pair, votes_seen: &[u64]) -> u64 {
    let share = share(pair);
    let missing = -limit.share().ln() - ln_wald(share, votes_seen[pair.winner], votes_seen[pair.loser]);
    let gain_winner = (2.0 * share).ln();
    let of = |votes: u64| votes as f64 / tally.ballots() as f64;
    let loss = if pair.loser_votes == 0 { 0.0 } else { of(pair.loser_votes) * (2.0 * (1.0 - share)).ln() };
    let per_card = of(pair.winner_votes) * gain_winner + loss;
    ((missing + gain_winner / 2.0) / per_card).ceil().max(0.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_papers_example() {
        // Table 1 of the paper: winner's share 60 %, risk limit 10 %: 120 ballots on average.
        let tally = Tally::new(10_000, 1, 1, vec![6_000, 4_000]).expect("a contest");
        let limit = RiskLimit::new(0.1).expect("a limit");
        let asn = average_sample_number(&tally, limit, &[0, 0]).expect("two candidates").expect("a number");
        assert!((118..=121).contains(&asn), "{asn}");
    }

    #[test]
    fn nothing_left_to_confirm_is_not_the_same_as_votes_of_another_contest() {
        let tally = Tally::new(10_000, 1, 1, vec![6_000, 4_000]).expect("a contest");
        let limit = RiskLimit::new(0.1).expect("a limit");
        assert_eq!(average_sample_number(&tally, limit, &[100, 10]), Ok(None));
        assert_eq!(average_sample_number(&tally, limit, &[100]), Err(RlaError::Rounds { round: 1 }));
    }

    proptest! {
        #[test]
        fn more_votes_for_the_winner_never_raise_the_risk(winner in 501u64..1000, drawn in 1u64..400, votes in 0u64..400) {
            let tally = Tally::new(1_000, 1, 1, vec![winner, 1_000 - winner]).expect("a contest");
            let pair = tally.pairs().next().expect("a pair");
            let votes = votes % drawn;
            let at = |votes| risk(pair, Seen { winner: votes, loser: drawn - votes });
            prop_assert!(at(votes + 1) <= at(votes));
        }
    }
}
