//! Why an instant-runoff contest has no audit.

/// Why there are no assertions, or why rankings are no ballots.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IrvError {
    /// No candidate, or more than are handled.
    #[error("{0} candidates: an instant-runoff contest here has from 1 to {most}", most = super::MOST_CANDIDATES)]
    Candidates(usize),
    /// A ranking or a claimed winner names nobody.
    #[error("candidate {candidate} does not stand: the contest has {candidates}, counted from 0")]
    NoSuchCandidate {
        /// Who is named.
        candidate: u32,
        /// How many stand.
        candidates: usize,
    },
    /// A ranking that names a candidate twice: the rules of the contest must say first what it counts for.
    #[error("a ranking names candidate {0} twice")]
    RankedTwice(u32),
    /// More ballots than can be counted, or than there are cards.
    #[error("{ballots} ballots are more than the {cards} cards that could hold the contest")]
    TooManyBallots {
        /// Ballots given.
        ballots: u64,
        /// Cards that could hold them.
        cards: u64,
    },
    /// The ballots elect someone else.
    #[error("the reported winner {reported} did not win these ballots: {winners:?} did")]
    WrongWinner {
        /// Who was reported.
        reported: u32,
        /// Who wins; several where ties decide.
        winners: Vec<u32>,
    },
    /// Ties, broken one way or the other, elect different candidates.
    #[error("ties decide who of {0:?} wins: only a full hand count can settle that")]
    TiedWinners(Vec<u32>),
    /// No assertion with a lead of at least one vote rules out this order, first eliminated first.
    #[error("nothing rules out that candidates were eliminated in the order {0:?}: only a full hand count can")]
    CouldNotRuleOut(Vec<u32>),
    /// The contest needs more work than was allowed.
    #[error("the search was ended after {0} steps: allow more, or count by hand")]
    OutOfBudget(u64),
}
