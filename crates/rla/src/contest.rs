//! A contest as numbers: its cards, its votes, who won over whom.

use crate::RlaError;

/// Reported totals of a plurality contest (one or several winners, one or several votes each).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    ballots: u64,
    winners: usize,
    votes_allowed: u32,
    votes: Vec<u64>,
    order: Vec<usize>,
}

/// A winner and a loser, by their places in the tally's votes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// The winner's place.
    pub winner: usize,
    /// The loser's place.
    pub loser: usize,
    /// Votes for the winner.
    pub winner_votes: u64,
    /// Votes for the loser.
    pub loser_votes: u64,
}

impl Tally {
    /// `ballots` cards that could hold the contest, `votes` of each candidate, of whom `winners` are elected.
    ///
    /// # Errors
    /// Where this is no contest, the cards can't hold the votes, or the last winner and the first loser are level.
    pub fn new(ballots: u64, winners: usize, votes_allowed: u32, votes: Vec<u64>) -> Result<Self, RlaError> {
        if winners == 0 || winners > votes.len() || votes_allowed == 0 {
            return Err(RlaError::NoContest { candidates: votes.len(), winners, votes_allowed });
        }
        let all = votes.iter().fold(0u64, |sum, v| sum.saturating_add(*v));
        if all > ballots.saturating_mul(u64::from(votes_allowed)) || votes.iter().any(|v| *v > ballots) {
            return Err(RlaError::TooManyVotes { votes: all, ballots, votes_allowed });
        }
        let mut order: Vec<usize> = (0..votes.len()).collect();
        order.sort_by_key(|at| std::cmp::Reverse(votes[*at]));
        if order.get(winners).is_some_and(|loser| votes[*loser] == votes[order[winners - 1]]) {
            return Err(RlaError::Tie(votes[order[winners]]));
        }
        Ok(Self { ballots, winners, votes_allowed, votes, order })
    }

    /// Cards that could hold the contest.
    pub fn ballots(&self) -> u64 {
        self.ballots
    }

    /// How many are elected.
    pub fn seats(&self) -> usize {
        self.winners
    }

    /// How many a voter may choose.
    pub fn votes_allowed(&self) -> u32 {
        self.votes_allowed
    }

    /// Votes by candidate.
    pub fn votes(&self) -> &[u64] {
        &self.votes
    }

    /// Places of the winners, most votes first.
    pub fn winners(&self) -> &[usize] {
        &self.order[..self.winners]
    }

    /// Places of the losers, most votes first.
    pub fn losers(&self) -> &[usize] {
        &self.order[self.winners..]
    }

    /// Each winner with each loser.
    pub fn pairs(&self) -> impl Iterator<Item = Pair> + '_ {
        let pair = |winner: usize, loser: usize| Pair {
            winner,
            loser,
            winner_votes: self.votes[winner],
            loser_votes: self.votes[loser],
        };
        self.winners().iter().flat_map(move |w| self.losers().iter().map(move |l| pair(*w, *l)))
    }

    /// The smallest lead of a winner over a loser, in votes; all of the last winner's votes where nobody lost.
    pub fn margin(&self) -> u64 {
        let last = self.votes[self.order[self.winners - 1]];
        last - self.losers().first().map_or(0, |loser| self.votes[*loser])
    }

    /// The margin as a share of all cards ("diluted margin", Stark 2010, "Super-simple simultaneous single-ballot
    /// risk-limiting audits").
    pub fn diluted_margin(&self) -> f64 {
        self.margin() as f64 / self.ballots.max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn winners_and_losers_come_by_votes() {
        let tally = Tally::new(100, 2, 2, vec![10, 60, 40]).expect("a contest");
        assert_eq!(tally.winners(), [1, 2]);
        assert_eq!(tally.losers(), [0]);
        assert_eq!(tally.margin(), 30);
        assert_eq!(tally.pairs().count(), 2);
    }

    #[test]
    fn what_is_no_contest_is_refused() {
        assert_eq!(Tally::new(100, 1, 1, vec![50, 50]), Err(RlaError::Tie(50)));
        assert!(Tally::new(99, 1, 1, vec![60, 40]).is_err());
        assert!(Tally::new(99, 0, 1, vec![60]).is_err());
        assert!(Tally::new(100, 1, 2, vec![101, 40]).is_err());
    }
}
