//! What a count gives: winners, and every round's numbers.

use super::{Decimal, SliceBy};

/// A count's result, with candidates by their place in `candidates`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Names of all candidates of the configuration, in its order; undeclared write-ins last where they are counted.
    pub candidates: Vec<String>,
    /// Who won, in the order of election; those of one round by name.
    pub winners: Vec<usize>,
    /// Rounds, from the first.
    pub rounds: Vec<Round>,
    /// The same count by precinct or batch. Who is elected or eliminated is decided by the whole count alone.
    pub slices: Vec<Slice>,
}

/// A round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// Votes.
    pub counts: Counts,
    /// Votes that elect.
    pub threshold: Decimal,
    /// Who is elected or eliminated by this round's votes, by name.
    pub decisions: Vec<Decision>,
    /// Votes lost to rounding when surpluses were transferred, in all rounds so far.
    pub residual_surplus: Decimal,
}

/// Someone is elected or eliminated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// Who.
    pub candidate: usize,
    /// Elected, else eliminated.
    pub elected: bool,
    /// Whether a tie was broken.
    pub by_tiebreak: bool,
}

/// Votes in one round, of the whole count or a slice. All votes together are those in `votes`, in `inactive`, the surplus of
/// the final round and, of the whole count, the residual surplus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// By candidate; `None` for those who are out of the count. Earlier winners keep what elected them.
    pub votes: Vec<Option<Decimal>>,
    /// Ballots that count for nobody any more.
    pub inactive: Inactive,
    /// What winners have beyond the threshold once all seats are filled.
    pub final_round_surplus: Decimal,
    /// Votes that moved into this round: from a candidate (`None` in the first round), to where, how many; never 0.
    pub transfers: Vec<Transfer>,
}

/// Votes that count for nobody, by reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inactive {
    /// Several choices at a rank.
    pub overvotes: Decimal,
    /// Too many ranks without a choice.
    pub skipped_rankings: Decimal,
    /// No ranked candidate is left in the count.
    pub exhausted_choices: Decimal,
    /// A candidate is ranked again.
    pub repeated_rankings: Decimal,
    /// Nobody was ranked.
    pub no_rankings: Decimal,
}

/// Votes that moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// From whom; `None` for votes counted for the first time.
    pub from: Option<usize>,
    /// Where to.
    pub to: TransferEnd,
    /// How many.
    pub votes: Decimal,
}

/// Where votes went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TransferEnd {
    /// To a candidate.
    Candidate(usize),
    /// To nobody.
    Exhausted,
    /// Lost to rounding.
    ResidualSurplus,
}

/// A part of the count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slice {
    /// Which kind of part.
    pub by: SliceBy,
    /// The precinct or batch, as the records write it.
    pub id: String,
    /// Votes by round.
    pub rounds: Vec<Counts>,
}

impl Outcome {
    /// Names of the winners, in the order of election.
    pub fn winner_names(&self) -> Vec<&str> {
        self.winners.iter().map(|at| self.candidates[*at].as_str()).collect()
    }
}
