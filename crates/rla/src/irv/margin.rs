//! The margin of victory of an instant-runoff contest: the fewest ballots that, changed, let someone else win.
//!
//! Orders of elimination with another winner are searched from their ends, those that need fewest changes first (Blom,
//! Stuckey, Teague and Tidhar 2016, "Efficient Computation of Exact IRV Margins", arXiv:1508.04885). An assertion with a lead of
//! v rules out an order unless half of v ballots change, since one ballot moves a lead by 2 at most; where that is not enough,
//! the linear program of an order's end says more. The search ends at the last-round margin, which is always enough.

mod change;
mod simplex;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use change::changes;

use super::leads::Leads;
use super::proof::{longer, starts};
use super::{Ballots, Budget, IrvError, count};

/// Bounds of a margin of victory, in ballots; a tie counts as a win of either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Margin {
    /// No fewer changed ballots let someone else win.
    pub at_least: u64,
    /// So many are enough.
    pub at_most: u64,
    /// Half the lead of the last round, rounded up: what is often published, and can be too high.
    pub last_round: u64,
}

impl Margin {
    /// The margin where the bounds meet.
    pub fn exact(&self) -> Option<u64> {
        (self.at_least == self.at_most).then_some(self.at_least)
    }
}

/// The margin of victory in `ballots`, exact unless `budget` ends first or whole ballots can't be had at the linear program's
/// cost. A contest of one has all its ballots as margin.
pub fn margin(ballots: &Ballots, mut budget: Budget) -> Margin {
    let counted = count(ballots, |tied| tied[0]);
    let last_round = counted.last_lead().map_or(ballots.total(), |lead| lead.div_ceil(2));
    let mut search = Search { ballots, leads: Leads::new(ballots), least: last_round, at_most: last_round };
    let at_least = search.run(counted.winner, &mut budget);
    Margin { at_least: at_least.min(search.at_most), at_most: search.at_most, last_round }
}

struct Search<'a> {
    ballots: &'a Ballots,
    leads: Leads<'a>,
    /// The least that a complete order was found to need.
    least: u64,
    at_most: u64,
}

/// An end of an order: fewest changes first, then longest; whether its linear program is solved.
type Open = (Reverse<u64>, usize, bool, Reverse<Vec<u32>>);

impl Search<'_> {
    /// The least number of changes.
    fn run(&mut self, winner: u32, budget: &mut Budget) -> u64 {
        let mut open: BinaryHeap<Open> = BinaryHeap::new();
        let candidates = self.ballots.candidates();
        for tail in starts(candidates, winner) {
            match self.end(tail, 0, budget) {
                Ok(end) => open.push(end),
                Err(_) => return 0,
            }
        }
        while let Some((Reverse(need), _, solved, Reverse(tail))) = open.pop() {
            if need >= self.least.min(self.at_most) {
                break;
            }
            let next = if solved { self.lengthen(&tail, need, budget) } else { self.bound(tail, need, budget) };
            match next {
                Ok(ends) => open.extend(ends),
                // Everything not looked at needs at least as much as this.
                Err(_) => return need,
            }
        }
        self.least
    }

    /// An end with what the easiest assertion that rules it out, or the shorter end, says of its changes.
    fn end(&mut self, tail: Vec<u32>, need: u64, budget: &mut Budget) -> Result<Open, IrvError> {
        let lead = self.leads.best(&tail, budget)?.0.max(0).unsigned_abs();
        Ok((Reverse(need.max(lead.div_ceil(2))), tail.len(), false, Reverse(tail)))
    }

    /// Bounds an end's changes by its program.
    fn bound(&mut self, tail: Vec<u32>, mut need: u64, budget: &mut Budget) -> Result<Vec<Open>, IrvError> {
        if need < self.at_most && tail.len() > 1 {
            let solved = changes(self.ballots, &tail, budget)?;
            let complete = tail.len() == self.ballots.candidates();
            need = solved.as_ref().map_or(need, |changes| need.max(changes.at_least));
            if complete {
                self.at_most = self.at_most.min(solved.map_or(u64::MAX, |changes| changes.at_most));
            }
        }
        Ok(vec![(Reverse(need), tail.len(), true, Reverse(tail))])
    }

    fn lengthen(&mut self, tail: &[u32], need: u64, budget: &mut Budget) -> Result<Vec<Open>, IrvError> {
        let candidates = self.ballots.candidates();
        if tail.len() == candidates {
            self.least = self.least.min(need);
            return Ok(Vec::new());
        }
        longer(tail, candidates).map(|tail| self.end(tail, need, budget)).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::irv::possible_winners;

    /// All that a ballot for three candidates can say; a third preference changes nothing.
    const SAYS: [&[u32]; 10] = [&[], &[0], &[1], &[2], &[0, 1], &[0, 2], &[1, 0], &[1, 2], &[2, 0], &[2, 1]];

    fn contest(counts: &[u64]) -> Ballots {
        Ballots::new(3, counts.iter().zip(SAYS).map(|(n, says)| (*n, says.to_vec()))).unwrap()
    }

    /// The fewest changes that let someone but `winner` win, by trying all ballots there could be.
    fn tried(before: &[u64], winner: u32, after: &mut Vec<u64>, left: u64) -> u64 {
        if after.len() + 1 < SAYS.len() {
            let with = |n: u64| {
                after.push(n);
                let least = tried(before, winner, after, left - n);
                after.pop();
                least
            };
            return (0..=left).map(with).min().unwrap_or(u64::MAX);
        }
        after.push(left);
        let winners = possible_winners(&contest(after), &mut Budget::default()).unwrap();
        let changes = after.iter().zip(before).map(|(a, b)| a.saturating_sub(*b)).sum();
        after.pop();
        if winners.iter().any(|w| *w != winner) { changes } else { u64::MAX }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn no_other_change_of_ballots_is_smaller(counts in prop::collection::vec(0u64..3, 10)) {
            let mut counts = counts;
            let mut left = 6;
            counts.iter_mut().for_each(|n| { *n = (*n).min(left); left -= *n; });
            let ballots = contest(&counts);
            prop_assume!(possible_winners(&ballots, &mut Budget::default()).unwrap().len() == 1);
            let winner = count(&ballots, |tied| tied[0]).winner;
            let found = margin(&ballots, Budget::default());
            let least = tried(&counts, winner, &mut Vec::new(), ballots.total());
            prop_assert!(found.at_least <= least && least <= found.at_most, "{:?} {}", found, least);
            prop_assert!(found.at_most - found.at_least <= 1, "{:?}", found);
        }
    }

    #[test]
    fn the_last_round_is_exact_where_it_binds() {
        let ballots = Ballots::new(2, [(10, vec![0]), (5, vec![1])]).unwrap();
        assert_eq!(margin(&ballots, Budget::default()), Margin { at_least: 3, at_most: 3, last_round: 3 });
    }

    /// Cleo is eliminated by one vote; had she stayed, Bob's voters would have elected her.
    #[test]
    fn an_early_round_can_be_closer_than_the_last() {
        let ballots = Ballots::new(3, [(40, vec![0]), (31, vec![1, 2]), (15, vec![2, 0]), (14, vec![2, 1])]).unwrap();
        let found = margin(&ballots, Budget::default());
        assert_eq!((found.exact(), found.last_round), (Some(1), 5));
    }

    #[test]
    fn a_small_budget_still_gives_bounds() {
        let ballots = Ballots::new(3, [(40, vec![0]), (31, vec![1, 2]), (15, vec![2, 0]), (14, vec![2, 1])]).unwrap();
        assert_eq!(margin(&ballots, Budget::new(0)), Margin { at_least: 0, at_most: 5, last_round: 5 });
    }
}
