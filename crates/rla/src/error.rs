//! What an audit can't be computed from.

/// Why there is no number.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RlaError {
    /// A risk limit that is no chance.
    #[error("a risk limit must be above 0 and below 1, not {0}")]
    RiskLimit(f64),
    /// More winners than candidates, no winner, or no vote to give.
    #[error("{candidates} candidates, {winners} to be elected, {votes_allowed} votes each: this is no contest")]
    NoContest {
        /// How many stand.
        candidates: usize,
        /// How many are elected.
        winners: usize,
        /// How many a voter may choose.
        votes_allowed: u32,
    },
    /// Winners and losers with the same number of votes: nothing to audit before the tie is broken.
    #[error("the last winner and the first loser have {0} votes each: a tie can only be settled by a full count")]
    Tie(u64),
    /// More votes than the cards can hold.
    #[error("{votes} votes are more than {ballots} cards with {votes_allowed} votes each can hold")]
    TooManyVotes {
        /// All votes.
        votes: u64,
        /// All cards.
        ballots: u64,
        /// How many a voter may choose.
        votes_allowed: u32,
    },
    /// Counts of a round that are not cumulative, or not one for each candidate.
    #[error("round {round} must have one count for each candidate, none smaller than in the round before")]
    Rounds {
        /// The round, from 1.
        round: usize,
    },
    /// A chance of stopping that is no chance.
    #[error("a chance to stop must be above 0 and below 1, not {0}")]
    Chance(f64),
}
