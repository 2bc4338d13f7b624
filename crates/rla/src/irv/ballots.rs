//! Ranked ballots, alike ones added up.

use super::standing::Standing;
use super::{IrvError, Kind};

/// The most candidates an instant-runoff contest may have here.
pub const MOST_CANDIDATES: usize = 128;

/// Rankings of one contest with the number of ballots that bear each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ballots {
    candidates: usize,
    total: u64,
    rankings: Vec<(u64, Vec<u32>)>,
}

impl Ballots {
    /// Ballots of a contest of `candidates`, as (how many, who comes first, second and so on), candidates counted from 0. A
    /// ranking may end early or be empty: an invalid ballot is an empty one.
    ///
    /// # Errors
    /// Where nobody or more than [`MOST_CANDIDATES`] stand, a ranking names nobody or someone twice, or the ballots are more
    /// than fit a signed 64-bit number.
    pub fn new(candidates: usize, rankings: impl IntoIterator<Item = (u64, Vec<u32>)>) -> Result<Self, IrvError> {
        check_candidates(candidates)?;
        let (mut kept, mut total) = (Vec::new(), 0u64);
        for (ballots, ranking) in rankings {
            check_ranking(candidates, &ranking)?;
            total = total.saturating_add(ballots);
            kept.push((ballots, ranking));
        }
        if i64::try_from(total).is_err() {
            return Err(IrvError::TooManyBallots { ballots: total, cards: i64::MAX as u64 });
        }
        Ok(Self { candidates, total, rankings: merged(kept) })
    }

    /// How many stand.
    pub fn candidates(&self) -> usize {
        self.candidates
    }

    /// All ballots, empty rankings included.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Each ranking once with its ballots, in the order of the rankings.
    pub fn rankings(&self) -> &[(u64, Vec<u32>)] {
        &self.rankings
    }

    /// The lead, in votes, of the assertion's winner over its loser; below 0 where these ballots contradict it. `None` where
    /// it names nobody of this contest, or its winner or loser does not continue.
    pub fn margin(&self, assertion: &Kind) -> Option<i64> {
        if !assertion.fits(self.candidates) {
            return None;
        }
        let claim = assertion.claim();
        Some(self.rankings.iter().map(|(ballots, ranking)| *ballots as i64 * claim.vote(ranking)).sum())
    }

    /// Steps that counting them once takes (see [`super::Budget`]).
    pub(super) fn steps(&self) -> u64 {
        let named: usize = self.rankings.iter().map(|(_, ranking)| 1 + ranking.len() / 4).sum();
        named as u64
    }

    /// Votes of each candidate when only `standing` are left; 0 for the others.
    pub(super) fn tallies(&self, standing: Standing) -> Box<[u64]> {
        let mut votes = vec![0; self.candidates].into_boxed_slice();
        for (ballots, ranking) in &self.rankings {
            if let Some(first) = ranking.iter().find(|c| standing.has(**c)) {
                votes[*first as usize] += ballots;
            }
        }
        votes
    }
}

pub(super) fn check_candidates(candidates: usize) -> Result<(), IrvError> {
    if candidates == 0 || candidates > MOST_CANDIDATES { Err(IrvError::Candidates(candidates)) } else { Ok(()) }
}

pub(super) fn check_ranking(candidates: usize, ranking: &[u32]) -> Result<(), IrvError> {
    let mut seen = Standing::default();
    for candidate in ranking {
        if *candidate as usize >= candidates {
            return Err(IrvError::NoSuchCandidate { candidate: *candidate, candidates });
        }
        if seen.has(*candidate) {
            return Err(IrvError::RankedTwice(*candidate));
        }
        seen = seen.with(*candidate);
    }
    Ok(())
}

fn merged(mut rankings: Vec<(u64, Vec<u32>)>) -> Vec<(u64, Vec<u32>)> {
    rankings.sort_unstable_by(|a, b| a.1.cmp(&b.1));
    rankings.dedup_by(|later, kept| {
        let alike = later.1 == kept.1;
        if alike {
            kept.0 += later.0;
        }
        alike
    });
    rankings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alike_rankings_are_added_up() {
        let ballots = Ballots::new(3, [(2, vec![1, 0]), (1, vec![]), (3, vec![1, 0])]).unwrap();
        assert_eq!(ballots.rankings(), [(1, vec![]), (5, vec![1, 0])]);
        assert_eq!(ballots.total(), 6);
        assert_eq!(*ballots.tallies(Standing::of(&[0, 2])), [5, 0, 0]);
    }

    #[test]
    fn what_is_no_ranking_is_refused() {
        assert_eq!(Ballots::new(0, []), Err(IrvError::Candidates(0)));
        assert_eq!(Ballots::new(200, []), Err(IrvError::Candidates(200)));
        let stranger = Ballots::new(2, [(1, vec![0, 2])]);
        assert_eq!(stranger, Err(IrvError::NoSuchCandidate { candidate: 2, candidates: 2 }));
        assert_eq!(Ballots::new(2, [(1, vec![0, 1, 0])]), Err(IrvError::RankedTwice(0)));
        let huge = Ballots::new(2, [(u64::MAX, vec![0]), (u64::MAX, vec![1])]);
        assert!(matches!(huge, Err(IrvError::TooManyBallots { .. })));
    }
}
