//! The search for assertions: RAIRE (Blom, Stuckey and Teague 2019, "RAIRE: Risk-Limiting Audits for IRV Elections",
//! algorithm 2; "A Guide to RAIRE", part 2).
//!
//! Orders of elimination are taken from their ends. Of all that still need an assertion, the one whose easiest assertion has
//! the smallest lead is taken first: either it gets one more candidate before its end, so that more can be said of it, or it
//! is complete and no proof can do better. Leads order as every measure of difficulty does, so the proof found has the
//! smallest greatest difficulty whatever the audit.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::assertion::Claim;
use super::leads::Leads;
use super::proof::{longer, starts};
use super::trim::trim;
use super::{Assertion, Ballots, Budget, IrvError, Proof, possible_winners};

/// Assertions that prove the winner of `ballots` with the smallest greatest difficulty, those not needed left out. `winner`
/// is who was reported (`None`: whoever won), `total_cards` the cards that could hold the contest.
///
/// # Errors
/// Where someone else won, ties decide, nothing short of a full count can prove it, there are fewer cards than ballots,
/// or `budget` is used up.
pub fn assertions(
    ballots: &Ballots,
    winner: Option<u32>,
    total_cards: u64,
    mut budget: Budget,
) -> Result<Proof, IrvError> {
    if ballots.total() > total_cards {
        return Err(IrvError::TooManyBallots { ballots: ballots.total(), cards: total_cards });
    }
    let winner = sole_winner(ballots, winner, &mut budget)?;
    let mut leads = Leads::new(ballots);
    let candidates = ballots.candidates();
    let least = least_lead(candidates, winner, &mut leads, &mut budget)?;
    let found = enough(candidates, winner, least, &mut leads, &mut budget)?;
    let kept = trim(candidates, winner, &found, &mut budget)?;
    Ok(proof(winner, &kept, total_cards))
}

fn sole_winner(ballots: &Ballots, reported: Option<u32>, budget: &mut Budget) -> Result<u32, IrvError> {
    let candidates = ballots.candidates();
    if let Some(candidate) = reported.filter(|c| *c as usize >= candidates) {
        return Err(IrvError::NoSuchCandidate { candidate, candidates });
    }
    let winners = possible_winners(ballots, budget)?;
    match (reported, winners.as_slice()) {
        (Some(reported), _) if !winners.contains(&reported) => Err(IrvError::WrongWinner { reported, winners }),
        (_, [winner]) => Ok(*winner),
        _ => Err(IrvError::TiedWinners(winners)),
    }
}

/// An end of an order of elimination with the lead of the easiest assertion that rules it out; smallest lead first, then
/// longest.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Open {
    lead: Reverse<i64>,
    long: usize,
    tail: Reverse<Vec<u32>>,
}

/// The greatest lead that every assertion of a proof can have: the smallest over all complete orders of each one's greatest.
fn least_lead(candidates: usize, winner: u32, leads: &mut Leads, budget: &mut Budget) -> Result<i64, IrvError> {
    let mut open = BinaryHeap::new();
    for tail in starts(candidates, winner) {
        open.push(Open { lead: Reverse(leads.best(&tail, budget)?.0), long: tail.len(), tail: Reverse(tail) });
    }
    while let Some(Open { lead: Reverse(lead), tail: Reverse(tail), .. }) = open.pop() {
        if tail.len() == candidates {
            // All that is still open can be ruled out with a lead at least as great.
            return if lead > 0 { Ok(lead) } else { Err(IrvError::CouldNotRuleOut(tail)) };
        }
        for longer in longer(&tail, candidates) {
            let own = leads.best(&longer, budget)?.0;
            open.push(Open { lead: Reverse(own.max(lead)), long: longer.len(), tail: Reverse(longer) });
        }
    }
    Ok(i64::MAX)
}

/// For each shortest end that an assertion of this lead or more rules out, the easiest such assertion.
fn enough(
    candidates: usize,
    winner: u32,
    least: i64,
    leads: &mut Leads,
    budget: &mut Budget,
) -> Result<BTreeSet<(Claim, i64)>, IrvError> {
    let mut open: Vec<Vec<u32>> = starts(candidates, winner).collect();
    let mut found = BTreeSet::new();
    while let Some(tail) = open.pop() {
        let (lead, claim) = leads.best(&tail, budget)?;
        if lead >= least {
            found.insert((claim, lead));
        } else {
            open.extend(longer(&tail, candidates));
        }
    }
    Ok(found)
}

fn proof(winner: u32, kept: &[(Claim, i64)], total_cards: u64) -> Proof {
    let mut kept = kept.to_vec();
    kept.sort_by_cached_key(|(claim, _)| {
        let continuing: Vec<u32> = claim.continuing.iter().collect();
        (continuing.len(), claim.winner, claim.loser, continuing)
    });
    let difficulty = |margin: u64| total_cards as f64 / margin as f64;
    let assertion = |(claim, lead): &(Claim, i64)| {
        let margin = lead.unsigned_abs();
        Assertion { kind: claim.kind(), margin, difficulty: difficulty(margin) }
    };
    let assertions: Vec<Assertion> = kept.iter().map(assertion).collect();
    // A contest of one needs no assertion: all cards would have to change.
    let margin = assertions.iter().map(|a| a.margin).min().unwrap_or(total_cards);
    Proof { winner, assertions, margin, difficulty: if margin == 0 { 0.0 } else { difficulty(margin) } }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::seq::SliceRandom;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::irv::{Kind, count, gap};

    fn orders(of: &[u32]) -> Vec<Vec<u32>> {
        if of.is_empty() {
            return vec![Vec::new()];
        }
        let first = |at: usize| {
            let mut rest = of.to_vec();
            let who = rest.remove(at);
            orders(&rest).into_iter().map(move |order| [vec![who], order].concat())
        };
        (0..of.len()).flat_map(first).collect()
    }

    /// Whether eliminations in this order contradict the assertion, played through.
    fn contradicts(order: &[u32], kind: &Kind) -> bool {
        (0..order.len() - 1).any(|round| {
            let (goes, standing) = (order[round], &order[round..]);
            goes == kind.winner()
                && match kind {
                    Kind::Neb { loser, .. } => standing.contains(loser),
                    Kind::Nen { continuing, .. } => {
                        standing.len() == continuing.len() && standing.iter().all(|c| continuing.contains(c))
                    }
                }
        })
    }

    /// All assertions there are.
    fn all_kinds(candidates: u32) -> Vec<Kind> {
        let pairs = || (0..candidates).flat_map(|w| (0..candidates).filter(move |l| *l != w).map(move |l| (w, l)));
        let sets = (0..1u32 << candidates).map(|set| (0..candidates).filter(|c| set >> c & 1 == 1).collect::<Vec<_>>());
        let sets: Vec<Vec<u32>> = sets.collect();
        let nen = pairs().flat_map(|(winner, loser)| {
            let of = sets.iter().filter(move |set| set.contains(&winner) && set.contains(&loser));
            of.map(move |set| Kind::Nen { winner, loser, continuing: set.clone() })
        });
        pairs().map(|(winner, loser)| Kind::Neb { winner, loser }).chain(nen).collect()
    }

    fn contest() -> impl Strategy<Value = Ballots> {
        (2usize..=5).prop_flat_map(|candidates| {
            let everyone: Vec<u32> = (0..candidates as u32).collect();
            let ranking = (Just(everyone).prop_shuffle(), 0..=candidates, 1u64..40)
                .prop_map(|(order, long, n)| (n, order[..long].to_vec()));
            prop::collection::vec(ranking, 1..12)
                .prop_map(move |rankings| Ballots::new(candidates, rankings).expect("rankings of these candidates"))
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn a_proof_rules_out_all_others_as_easily_as_can_be(ballots in contest()) {
            let counted = count(&ballots, |tied| tied[0]);
            let everyone: Vec<u32> = (0..ballots.candidates() as u32).collect();
            let others = || orders(&everyone).into_iter().filter(|order| order.last() != Some(&counted.winner));
            let kinds = all_kinds(ballots.candidates() as u32);
            let easiest = |order: Vec<u32>| {
                let against = kinds.iter().filter(|kind| contradicts(&order, kind));
                against.filter_map(|kind| ballots.margin(kind)).max().unwrap_or(0)
            };
            let best = others().map(easiest).min().unwrap_or(0);
            match assertions(&ballots, None, ballots.total(), Budget::default()) {
                Ok(proof) => {
                    prop_assert_eq!(proof.winner, counted.winner);
                    prop_assert_eq!(proof.margin as i64, best);
                    for order in others() {
                        prop_assert!(proof.assertions.iter().any(|a| contradicts(&order, &a.kind)), "{:?}", order);
                    }
                    for a in &proof.assertions {
                        prop_assert_eq!(ballots.margin(&a.kind), Some(a.margin as i64));
                    }
                    let kinds: Vec<Kind> = proof.assertions.iter().map(|a| a.kind.clone()).collect();
                    prop_assert_eq!(gap(everyone.len(), counted.winner, &kinds, &mut Budget::default()), Ok(None));
                    let fewer = &kinds[..kinds.len() - 1];
                    prop_assert!(gap(everyone.len(), counted.winner, fewer, &mut Budget::default()) != Ok(None));
                }
                Err(IrvError::TiedWinners(winners)) => prop_assert!(winners.contains(&counted.winner)),
                Err(IrvError::CouldNotRuleOut(order)) => prop_assert!(easiest(order) <= 0 && best <= 0),
                Err(other) => prop_assert!(false, "{}", other),
            }
        }
    }

    #[test]
    fn a_contest_too_close_to_search_is_refused() {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let mut everyone: Vec<u32> = (0..24).collect();
        let rankings = (0..500).map(|_| {
            everyone.shuffle(&mut random);
            (1, everyone[..random.random_range(1..24)].to_vec())
        });
        let ballots = Ballots::new(24, rankings).unwrap();
        let found = assertions(&ballots, None, 500, Budget::new(20_000_000));
        assert_eq!(found, Err(IrvError::OutOfBudget(20_000_000)));
    }

    #[test]
    fn what_can_not_be_proven_is_refused() {
        let ballots = Ballots::new(2, [(5, vec![0]), (4, vec![1])]).unwrap();
        let refused = |winner, cards| assertions(&ballots, winner, cards, Budget::default()).unwrap_err();
        assert_eq!(refused(Some(1), 9), IrvError::WrongWinner { reported: 1, winners: vec![0] });
        assert_eq!(refused(Some(2), 9), IrvError::NoSuchCandidate { candidate: 2, candidates: 2 });
        assert_eq!(refused(None, 8), IrvError::TooManyBallots { ballots: 9, cards: 8 });
        let level = Ballots::new(2, [(5, vec![0]), (5, vec![1])]).unwrap();
        let tied = assertions(&level, Some(0), 10, Budget::default());
        assert_eq!(tied, Err(IrvError::TiedWinners(vec![0, 1])));
        let alone = assertions(&Ballots::new(1, [(5, vec![0])]).unwrap(), None, 5, Budget::default()).unwrap();
        assert!(alone.assertions.is_empty());
    }
}
