//! What rounds of sampling found, and what they say of each winner and loser.

use crate::{Pair, RlaError, Tally};

/// Votes by candidate in the sample, cumulative, after each round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rounds(Vec<Vec<u64>>);

impl Rounds {
    /// `cumulative[r][c]`: votes of candidate `c` in all cards drawn up to and with round `r`, in the tally's order.
    ///
    /// # Errors
    /// Where a round has another number of candidates than the tally, or a count falls.
    pub fn new(tally: &Tally, cumulative: Vec<Vec<u64>>) -> Result<Self, RlaError> {
        let none = vec![0; tally.votes().len()];
        let mut before = &none;
        for (round, now) in cumulative.iter().enumerate() {
            if now.len() != none.len() || now.iter().zip(before).any(|(now, before)| now < before) {
                return Err(RlaError::Rounds { round: round + 1 });
            }
            before = now;
        }
        Ok(Self(cumulative))
    }

    /// Before the first round.
    pub fn none() -> Self {
        Self(Vec::new())
    }

    /// How many rounds there were.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there was no round yet.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether they are of a contest with as many candidates as this one.
    pub(crate) fn fit(&self, tally: &Tally) -> bool {
        self.0.iter().all(|votes| votes.len() == tally.votes().len())
    }

    /// Votes of a pair after each round; none where the rounds are not the tally's.
    pub(crate) fn of(&self, tally: &Tally, pair: Pair) -> Vec<Seen> {
        let rounds = if self.fit(tally) { self.0.as_slice() } else { &[] };
        rounds.iter().map(|votes| Seen { winner: votes[pair.winner], loser: votes[pair.loser] }).collect()
    }
}

/// Votes of a winner and a loser in the sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Seen {
    pub(crate) winner: u64,
    pub(crate) loser: u64,
}

impl Seen {
    pub(crate) fn drawn(self) -> u64 {
        self.winner + self.loser
    }
}

/// What the rounds say of one winner and one loser.
#[derive(Debug, Clone, PartialEq)]
pub struct PairRisk {
    /// The two.
    pub pair: Pair,
    /// After each round: fewest votes of the winner that would have confirmed the pair; `None` where no number would.
    pub fewest: Vec<Option<u64>>,
    /// After each round: the measured risk, to be compared with the risk limit.
    pub risk: Vec<f64>,
    /// The first round, from 0, that confirmed the pair; it stays confirmed.
    pub confirmed_in: Option<usize>,
}

impl PairRisk {
    /// The smallest risk measured in any round: a pair once confirmed stays so. 1 before the first round.
    pub fn least(&self) -> f64 {
        self.risk.iter().copied().fold(1.0, f64::min)
    }
}

/// What the rounds say of a contest.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// Each winner with each loser.
    pub pairs: Vec<PairRisk>,
}

impl Measured {
    /// Whether every pair is confirmed: the audit may stop.
    pub fn confirmed(&self) -> bool {
        self.pairs.iter().all(|pair| pair.confirmed_in.is_some())
    }

    /// The risk of the pair with the weakest evidence; 0 where nobody lost.
    pub fn risk(&self) -> f64 {
        self.pairs.iter().map(PairRisk::least).fold(0.0, f64::max)
    }
}

/// The winner's share among the two's votes; a half where neither has any.
pub(crate) fn share(pair: Pair) -> f64 {
    let both = pair.winner_votes as f64 + pair.loser_votes as f64;
    if both == 0.0 { 0.5 } else { pair.winner_votes as f64 / both }
}
