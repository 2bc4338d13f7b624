//! Assertions that together prove a winner, and the check that they do ("A Guide to RAIRE", part 2).

use super::standing::Standing;
use super::{Assertion, Budget, IrvError, Kind};

/// Assertions that rule out every other winner.
#[derive(Debug, Clone, PartialEq)]
pub struct Proof {
    /// Who won.
    pub winner: u32,
    /// What to audit: if all are true, `winner` won. NEB by winner and loser, then NEN by the number who continue, winner,
    /// loser, and who continues.
    pub assertions: Vec<Assertion>,
    /// The smallest lead among the assertions, in votes.
    pub margin: u64,
    /// The greatest difficulty among the assertions.
    pub difficulty: f64,
}

/// An order of elimination (its end, the winner last) with another winner that `assertions` don't rule out; `None` where they
/// prove `winner`. For proofs of others: it looks at nothing but the assertions.
///
/// # Errors
/// Where `budget` is used up.
pub fn gap(
    candidates: usize,
    winner: u32,
    assertions: &[Kind],
    budget: &mut Budget,
) -> Result<Option<Vec<u32>>, IrvError> {
    let mut open: Vec<Vec<u32>> = starts(candidates, winner).collect();
    while let Some(tail) = open.pop() {
        budget.spend(Budget::ORDER + assertions.len() as u64)?;
        if assertions.iter().any(|kind| kind.fits(candidates) && kind.rules_out(&tail)) {
            continue;
        }
        if tail.len() == candidates {
            return Ok(Some(tail));
        }
        open.extend(longer(&tail, candidates));
    }
    Ok(None)
}

/// The shortest ends of orders with another winner.
pub(super) fn starts(candidates: usize, winner: u32) -> impl Iterator<Item = Vec<u32>> {
    (0..candidates as u32).filter(move |c| *c != winner).map(|c| vec![c])
}

/// The tails that are `tail` with one more candidate before it.
pub(super) fn longer(tail: &[u32], candidates: usize) -> impl Iterator<Item = Vec<u32>> + '_ {
    Standing::all(candidates).but(Standing::of(tail)).iter().map(move |first| {
        let mut longer = Vec::with_capacity(tail.len() + 1);
        longer.push(first);
        longer.extend_from_slice(tail);
        longer
    })
}
