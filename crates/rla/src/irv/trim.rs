//! Leaves out assertions that a proof does not need ("A Guide to RAIRE", part 2).
//!
//! The orders of elimination are walked from their ends, each no further than where some assertion rules it out. What alone
//! rules out one of these ends is needed; where several would do, one that is needed elsewhere is taken, else the one that
//! rules out most of what is left.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;

use super::assertion::Claim;
use super::proof::{longer, starts};
use super::standing::Standing;
use super::{Budget, IrvError};

/// Those of `found` that are needed to rule out every winner but `winner`.
pub(super) fn trim(
    candidates: usize,
    winner: u32,
    found: &BTreeSet<(Claim, i64)>,
    budget: &mut Budget,
) -> Result<Vec<(Claim, i64)>, IrvError> {
    let leads: BTreeMap<Claim, i64> = found.iter().copied().collect();
    let ends = ends(candidates, winner, &Contradictions::new(candidates, leads.keys()), budget)?;
    let needed = cover(ends);
    Ok(leads.into_iter().filter(|(claim, _)| needed.contains(claim)).collect())
}

/// For each end of an order that is ruled out while no shorter end is, what rules it out.
fn ends(
    candidates: usize,
    winner: u32,
    against: &Contradictions,
    budget: &mut Budget,
) -> Result<BTreeSet<Vec<Claim>>, IrvError> {
    let mut open: Vec<Vec<u32>> = starts(candidates, winner).collect();
    let mut ends = BTreeSet::new();
    while let Some(tail) = open.pop() {
        budget.spend_on_order(tail.len())?;
        let claims = against.tail(&tail);
        if !claims.is_empty() {
            ends.insert(claims);
        } else if tail.len() < candidates {
            open.extend(longer(&tail, candidates));
        }
    }
    Ok(ends)
}

/// A set of claims of which each end has at least one.
fn cover(mut ends: BTreeSet<Vec<Claim>>) -> BTreeSet<Claim> {
    let mut needed: BTreeSet<Claim> = ends.iter().filter(|claims| claims.len() == 1).map(|claims| claims[0]).collect();
    loop {
        ends.retain(|claims| !claims.iter().any(|claim| needed.contains(claim)));
        let mut uses: BTreeMap<Claim, usize> = BTreeMap::new();
        ends.iter().flatten().for_each(|claim| *uses.entry(*claim).or_default() += 1);
        let most = uses.values().max().copied();
        let Some((claim, _)) = uses.into_iter().find(|(_, n)| Some(*n) == most) else { return needed };
        needed.insert(claim);
    }
}

/// Claims by what they rule out.
struct Contradictions {
    all: Standing,
    /// By winner, the losers it stays longer than.
    losers: Vec<Standing>,
    /// By loser, the winners that stay longer.
    winners: Vec<Standing>,
    /// By who continues and who is not eliminated next, over whom.
    nen: HashMap<(Standing, u32), Vec<Claim>>,
}

impl Contradictions {
    fn new<'a>(candidates: usize, claims: impl Iterator<Item = &'a Claim>) -> Self {
        let none = vec![Standing::default(); candidates];
        let mut made =
            Self { all: Standing::all(candidates), losers: none.clone(), winners: none, nen: HashMap::new() };
        for claim in claims {
            if claim.is_neb() {
                let (winner, loser) = (claim.winner as usize, claim.loser as usize);
                made.losers[winner] = made.losers[winner].with(claim.loser);
                made.winners[loser] = made.winners[loser].with(claim.winner);
            } else {
                made.nen.entry((claim.continuing, claim.winner)).or_default().push(*claim);
            }
        }
        made
    }

    /// Claims that rule out `tail` though not the tail without its first, in order.
    fn tail(&self, tail: &[u32]) -> Vec<Claim> {
        let Some((&first, later)) = tail.split_first() else { return Vec::new() };
        let standing = Standing::of(tail);
        let lost = self.losers[first as usize];
        let stays = later.iter().filter(|l| lost.has(**l)).map(|l| Claim::neb(first, *l));
        let gone = self.all.but(standing);
        let above = self.winners[first as usize];
        let goes = gone.iter().filter(|w| above.has(*w)).map(|w| Claim::neb(w, first));
        let nen = self.nen.get(&(standing, first)).into_iter().flatten().copied();
        let mut claims: Vec<Claim> = stays.chain(goes).chain(nen).collect();
        claims.sort_unstable();
        claims
    }
}
