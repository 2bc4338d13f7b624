//! Batch comparison by the maximum relative overstatement, MACRO (Stark 2009, "Risk-limiting post-election audits:
//! conservative P-values from common probability inequalities", IEEE Transactions on Information Forensics and Security 4(4)).
//!
//! A batch's *overstatement* is by how much it shows a winner further ahead of a loser than its cards do, as a share of the
//! pair's margin, the largest of all pairs. If a reported winner lost, the overstatements of all batches come to 1 or more. No
//! batch can hold more than its *bound*; overstatement by bound is the *taint*.
//!
//! Draws are the module `draw`'s: [`crate::draw::ppeb`] with replacement, [`crate::draw::weighted`] without.

mod share;
mod size;
mod trail;

use std::cmp::Ordering;

pub use trail::Trail;

use crate::{RlaError, Tally};
use share::Share;

/// One batch's votes for the contest: as reported, or as counted by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchTally {
    /// Cards.
    pub ballots: u64,
    /// Votes by candidate, in the order of the contest's tally.
    pub votes: Vec<u64>,
}

/// What is made of a batch that shows the winners less far ahead than its cards do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Understatements {
    /// It makes up for overstatements elsewhere (Stark 2009).
    Credited,
    /// It counts as no error, as in Arlo: never a lower risk, and a longer audit where batches were miscounted both ways.
    Ignored,
}

/// Why batches can't be compared.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BatchError {
    /// No contest.
    #[error(transparent)]
    Contest(#[from] RlaError),
    /// A batch with votes for other candidates than the contest's, or more of them than its cards hold.
    #[error("batch {batch} has votes for {candidates} candidates on {ballots} cards, which can't be this contest's")]
    Impossible {
        /// The batch's place, from 0.
        batch: usize,
        /// How many candidates it has votes for.
        candidates: usize,
        /// Its cards.
        ballots: u64,
    },
    /// Batches that do not add up to the reported result. Cards that are in no batch belong in one of their own, without
    /// votes.
    #[error("the batches have {batches} of what the reported result has {total}: {what}")]
    NotTheTotal {
        /// Cards, or votes of a candidate.
        what: String,
        /// The batches' sum.
        batches: u64,
        /// What is reported.
        total: u64,
    },
    /// A drawn batch that was not counted by hand, or none of this contest's.
    #[error("batch {0} was drawn, but has no count by hand")]
    NotCounted(usize),
    /// A batch drawn again in a draw without replacement.
    #[error("batch {0} was drawn twice without replacement")]
    DrawnTwice(usize),
}

/// A contest's reported result by batches.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchComparison {
    tally: Tally,
    batches: Vec<BatchTally>,
    bounds: Vec<Share>,
    total_bound: f64,
}

impl BatchComparison {
    /// The reported result and its batches, in the order of the draw.
    ///
    /// # Errors
    /// Where the batches are not the tally's.
    pub fn new(tally: Tally, batches: Vec<BatchTally>) -> Result<Self, BatchError> {
        for (batch, votes) in batches.iter().enumerate() {
            check(&tally, batch, votes)?;
        }
        add_up("cards", batches.iter().map(|batch| batch.ballots), tally.ballots())?;
        for (place, votes) in tally.votes().iter().enumerate() {
            add_up(&format!("votes of candidate {place}"), batches.iter().map(|batch| batch.votes[place]), *votes)?;
        }
        let bounds: Vec<Share> = batches.iter().map(|batch| bound(&tally, batch)).collect();
        let total_bound = bounds.iter().map(Share::value).sum();
        Ok(Self { tally, batches, bounds, total_bound })
    }

    /// The reported result.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Each batch as reported.
    pub fn batches(&self) -> &[BatchTally] {
        &self.batches
    }

    /// The largest overstatement that each batch can hold, in margins: what batches are drawn by.
    pub fn bounds(&self) -> impl Iterator<Item = f64> + '_ {
        self.bounds.iter().map(Share::value)
    }

    /// The bounds' sum, Stark's U; 0 where there is nobody that a winner could have lost to.
    pub fn total_bound(&self) -> f64 {
        self.total_bound
    }

    /// The overstatement of a batch in margins, by its count by hand; negative where it shows the winners less far ahead.
    ///
    /// # Errors
    /// Where there is no such batch, or the count is of other candidates.
    pub fn overstatement(&self, batch: usize, counted: &BatchTally) -> Result<f64, BatchError> {
        self.overstated(batch, counted).map(|share| share.value())
    }

    fn overstated(&self, batch: usize, counted: &BatchTally) -> Result<Share, BatchError> {
        let reported = self.batches.get(batch).ok_or(BatchError::NotCounted(batch))?;
        if counted.votes.len() != reported.votes.len() {
            let (candidates, ballots) = (counted.votes.len(), counted.ballots);
            return Err(BatchError::Impossible { batch, candidates, ballots });
        }
        let by_pair = self.tally.pairs().map(|pair| {
            let lead = |votes: &BatchTally| i128::from(votes.votes[pair.winner]) - i128::from(votes.votes[pair.loser]);
            Share::new(lead(reported) - lead(counted), pair.winner_votes - pair.loser_votes)
        });
        Ok(by_pair.max().unwrap_or(Share::ZERO))
    }

    /// Overstatement by bound: at most 1, but without end where a batch held more cards than reported. `None` where the bound is
    /// 0: nothing is learnt from a batch that could not be wrong.
    fn taint(&self, batch: usize, overstated: Share) -> Option<f64> {
        let bound = self.bounds[batch];
        match overstated.cmp(&bound) {
            Ordering::Greater => Some(f64::INFINITY),
            _ if !bound.is_positive() => None,
            Ordering::Equal => Some(1.0),
            Ordering::Less => Some(overstated.value() / bound.value()),
        }
    }

    /// Whether the winners won by the counts of all batches; `None` as long as one was not counted.
    pub fn outcome_stands(&self, counted: &[Option<BatchTally>]) -> Option<bool> {
        let counted: Option<Vec<&BatchTally>> = counted.iter().map(Option::as_ref).collect();
        let counted = counted.filter(|counted| counted.len() == self.batches.len())?;
        let votes =
            |candidate: usize| counted.iter().map(|b| b.votes.get(candidate).map_or(0, |v| u128::from(*v))).sum();
        Some(self.tally.pairs().all(|pair| {
            let (winner, loser): (u128, u128) = (votes(pair.winner), votes(pair.loser));
            winner > loser
        }))
    }
}

fn check(tally: &Tally, batch: usize, votes: &BatchTally) -> Result<(), BatchError> {
    let BatchTally { ballots, votes } = votes;
    let all: u128 = votes.iter().map(|v| u128::from(*v)).sum();
    let fits = all <= u128::from(*ballots) * u128::from(tally.votes_allowed()) && votes.iter().all(|v| v <= ballots);
    if votes.len() == tally.votes().len() && fits {
        Ok(())
    } else {
        Err(BatchError::Impossible { batch, candidates: votes.len(), ballots: *ballots })
    }
}

fn add_up(what: &str, mut parts: impl Iterator<Item = u64>, total: u64) -> Result<(), BatchError> {
    let batches = parts.try_fold(0u64, u64::checked_add).unwrap_or(u64::MAX);
    if batches == total { Ok(()) } else { Err(BatchError::NotTheTotal { what: what.to_owned(), batches, total }) }
}

/// All cards of the batch could be votes for the loser (Stark 2009).
fn bound(tally: &Tally, batch: &BatchTally) -> Share {
    let by_pair = tally.pairs().map(|pair| {
        let lead = i128::from(batch.votes[pair.winner]) - i128::from(batch.votes[pair.loser]);
        Share::new(lead + i128::from(batch.ballots), pair.winner_votes - pair.loser_votes)
    });
    by_pair.max().unwrap_or(Share::ZERO)
}

#[cfg(test)]
mod tests;
