//! The search for assertions: RAIRE (Blom, Stuckey and Teague 2019, "RAIRE: Risk-Limiting Audits for IRV Elections",
//! algorithm 2; "A Guide to RAIRE", part 2).
//!
//! Orders of elimination are taken from their ends. Of all that still need an assertion, the one whose easiest assertion has
//! the smallest lead is taken first: either it gets one more candidate before its end, so that more can be said of it, or it
//! is complete and no proof can do better. Leads order as every measure of difficulty does, so the proof found has the
//! smallest greatest difficulty whatever the audit.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, BTreeSet};

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
