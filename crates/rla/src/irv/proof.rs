//! Assertions that together prove a winner, and the check that they do ("A Guide to RAIRE", part 2).

use super::ballots::{check_candidates, check_ranking};
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
/// Where nobody or too many stand, the winner does not, or `budget` is used up.
pub fn gap(
    candidates: usize,
    winner: u32,
    assertions: &[Kind],
    budget: &mut Budget,
) -> Result<Option<Vec<u32>>, IrvError> {
    check_candidates(candidates)?;
    check_ranking(candidates, &[winner])?;
    let mut open: Vec<Vec<u32>> = starts(candidates, winner).collect();
    while let Some(tail) = open.pop() {
        budget.spend_on_order(tail.len())?;
        budget.spend(assertions.len() as u64)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_can_not_win_is_not_proven() {
        let check = |candidates, winner| gap(candidates, winner, &[], &mut Budget::default());
        assert_eq!(check(3, 0), Ok(Some(vec![0, 1, 2])));
        assert_eq!(check(1, 0), Ok(None));
        assert_eq!(check(0, 0), Err(IrvError::Candidates(0)));
        assert_eq!(check(2, 2), Err(IrvError::NoSuchCandidate { candidate: 2, candidates: 2 }));
        for many in [129, usize::MAX] {
            assert_eq!(check(many, 0), Err(IrvError::Candidates(many)));
        }
    }
}
