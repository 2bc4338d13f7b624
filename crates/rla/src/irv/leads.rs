//! Leads of all assertions of a contest, each set of standing candidates counted once.

use hashbrown::HashMap;

use super::assertion::Claim;
use super::standing::Standing;
use super::{Ballots, Budget, IrvError};

/// Leads of assertions in ballots.
pub(super) struct Leads<'a> {
    ballots: &'a Ballots,
    /// First preferences less ballots that rank the other before, winner by loser.
    neb: Vec<Vec<i64>>,
    tallies: HashMap<Standing, Box<[u64]>>,
}

impl<'a> Leads<'a> {
    pub(super) fn new(ballots: &'a Ballots) -> Self {
        Self { ballots, neb: neb_leads(ballots), tallies: HashMap::new() }
    }

    /// The lead of `winner` over `loser` as an assertion of the kind NEB.
    pub(super) fn neb(&self, winner: u32, loser: u32) -> i64 {
        self.neb[winner as usize][loser as usize]
    }

    /// Votes by candidate when only `standing` are left.
    pub(super) fn tallies(&mut self, standing: Standing, budget: &mut Budget) -> Result<&[u64], IrvError> {
        if !self.tallies.contains_key(&standing) {
            budget.spend_on_tally(self.ballots.candidates(), self.ballots.steps())?;
        }
        Ok(self.tallies.entry(standing).or_insert_with(|| self.ballots.tallies(standing)))
    }

    /// The easiest assertion that rules out `tail` but not the tail without its first: its lead, and what it says. A lead of
    /// 0 or less where there is none. Of equal leads, NEB comes first: it rules out more.
    pub(super) fn best(&mut self, tail: &[u32], budget: &mut Budget) -> Result<(i64, Claim), IrvError> {
        budget.spend_on_order(tail.len())?;
        let Some((&first, later)) = tail.split_first() else { return Ok((0, Claim::neb(0, 0))) };
        let standing = Standing::of(tail);
        let gone = Standing::all(self.ballots.candidates()).but(standing);
        let stays = later.iter().map(|l| Claim::neb(first, *l));
        let goes = gone.iter().map(|w| Claim::neb(w, first));
        let nebs = stays.chain(goes).map(|claim| (self.neb(claim.winner, claim.loser), claim));
        let mut best = nebs.fold((0, Claim::neb(first, first)), |best, next| if next.0 > best.0 { next } else { best });
        if !later.is_empty() {
            let votes = self.tallies(standing, budget)?;
            for loser in later {
                let lead = votes[first as usize] as i64 - votes[*loser as usize] as i64;
                if lead > best.0 {
                    best = (lead, Claim { continuing: standing, winner: first, loser: *loser });
                }
            }
        }
        Ok(best)
    }
}

fn neb_leads(ballots: &Ballots) -> Vec<Vec<i64>> {
    let n = ballots.candidates();
    let mut leads = vec![vec![0; n]; n];
    for (ballots, ranking) in ballots.rankings() {
        let Some(first) = ranking.first() else { continue };
        leads[*first as usize].iter_mut().for_each(|lead| *lead += *ballots as i64);
        let mut before = Standing::default();
        for loser in ranking {
            before = before.with(*loser);
            let behind = (0..n).filter(|winner| !before.has(*winner as u32));
            behind.for_each(|winner| leads[winner][*loser as usize] -= *ballots as i64);
        }
    }
    leads
}
