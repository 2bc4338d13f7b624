//! Assorters: each card as a number from 0 to a bound, whose mean is above 1/2 just where an assertion is true.
//!
//! Stark 2020, "Sets of Half-Average Nulls Generate Risk-Limiting Audits: SHANGRLA", sections 2 and 3; for instant-runoff
//! Blom, Stuckey and Teague 2018, "Ballot-polling risk limiting audits for IRV elections". Which assertions a contest
//! needs is left to others; how far a card's record overstates them is `comparison`'s.

mod comparison;

pub use comparison::{CardRecord, Comparison};

/// What is on a card, of one contest. Choices are the candidates' places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vote<'a> {
    /// Valid votes; empty for an undervote or an overvote.
    Choices(&'a [u32]),
    /// Candidates by preference, the first one first; empty where none is valid.
    Ranking(&'a [u32]),
    /// The card does not hold the contest.
    NoContest,
}

/// An assertion, as a number for each card. Contests with several winners, and approval, need one `Plurality` for each
/// winner and loser.
#[derive(Debug, Clone, PartialEq)]
pub enum Assorter {
    /// `winner` has more votes than `loser`.
    Plurality {
        /// The winner's place.
        winner: u32,
        /// The loser's place.
        loser: u32,
    },
    /// `choice` is on more than `share` of the cards with a valid vote.
    Supermajority {
        /// The choice's place.
        choice: u32,
        /// Above 0 and below 1.
        share: f64,
    },
    /// `choice` is on less than `share` of the cards with a valid vote: a supermajority was not reached.
    NotSupermajority {
        /// The choice's place.
        choice: u32,
        /// Above 0 and below 1.
        share: f64,
    },
    /// More first preferences for `winner` than cards that prefer `loser` to it: `loser` can't outlast `winner` (NEB).
    NotEliminatedBefore {
        /// Who stays.
        winner: u32,
        /// Who can't outlast them.
        loser: u32,
    },
    /// With only `continuing` left, `winner` has more votes than `loser` (NEN, "IRV elimination").
    NotEliminatedNext {
        /// Who has more votes.
        winner: u32,
        /// Who has fewer.
        loser: u32,
        /// Who is not yet eliminated, winner and loser among them.
        continuing: Vec<u32>,
    },
}

impl Assorter {
    /// The card's number: between 0 and `upper`, 1/2 where it says nothing of the assertion.
    pub fn value(&self, vote: &Vote<'_>) -> f64 {
        match self {
            Self::Plurality { winner, loser } => {
                let has = |who: &u32| vote.choices().contains(who);
                between(has(winner), has(loser))
            }
            Self::Supermajority { choice, .. } => match vote.choices() {
                [] => 0.5,
                choices if choices.contains(choice) => self.upper(),
                _ => 0.0,
            },
            Self::NotSupermajority { choice, .. } => match vote.choices() {
                [] => 0.5,
                choices if choices.contains(choice) => 0.0,
                _ => self.upper(),
            },
            Self::NotEliminatedBefore { winner, loser } => {
                let ranking = vote.ranking();
                let before = ranking.iter().find(|c| *c == winner || *c == loser);
                between(ranking.first() == Some(winner), before == Some(loser))
            }
            Self::NotEliminatedNext { winner, loser, continuing } => {
                let counted = vote.ranking().iter().find(|c| continuing.contains(c));
                between(counted == Some(winner), counted == Some(loser))
            }
        }
    }

    /// The largest number of a card.
    pub fn upper(&self) -> f64 {
        match self {
            Self::Supermajority { share, .. } => 1.0 / (2.0 * share),
            Self::NotSupermajority { share, .. } => 1.0 / (2.0 * (1.0 - share)),
            Self::Plurality { .. } | Self::NotEliminatedBefore { .. } | Self::NotEliminatedNext { .. } => 1.0,
        }
    }
}

impl<'a> Vote<'a> {
    /// Of a ranking, the first preference.
    fn choices(&self) -> &'a [u32] {
        match *self {
            Self::Choices(choices) => choices,
            Self::Ranking(ranking) => &ranking[..ranking.len().min(1)],
            Self::NoContest => &[],
        }
    }

    /// Of choices, the only one; several have no order.
    fn ranking(&self) -> &'a [u32] {
        match *self {
            Self::Ranking(ranking) => ranking,
            Self::Choices(choices) if choices.len() == 1 => choices,
            Self::Choices(_) | Self::NoContest => &[],
        }
    }
}

fn between(winner: bool, loser: bool) -> f64 {
    match (winner, loser) {
        (true, false) => 1.0,
        (false, true) => 0.0,
        _ => 0.5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plurality_looks_at_two_candidates() {
        let ada_bob = Assorter::Plurality { winner: 0, loser: 1 };
        let value = |choices: &[u32]| ada_bob.value(&Vote::Choices(choices));
        assert_eq!([value(&[0]), value(&[2, 0]), value(&[1]), value(&[0, 1]), value(&[])], [1.0, 1.0, 0.0, 0.5, 0.5]);
        assert_eq!(ada_bob.value(&Vote::NoContest), 0.5);
    }

    #[test]
    fn a_tie_in_preferences_has_no_place() {
        let not_before = Assorter::NotEliminatedBefore { winner: 0, loser: 1 };
        let value = |ranking: &[u32]| not_before.value(&Vote::Ranking(ranking));
        assert_eq!(
            [value(&[0, 1]), value(&[2, 0, 1]), value(&[2, 1, 0]), value(&[1]), value(&[2])],
            [1.0, 0.5, 0.0, 0.0, 0.5]
        );
        let next = Assorter::NotEliminatedNext { winner: 0, loser: 1, continuing: vec![0, 1, 3] };
        let value = |ranking: &[u32]| next.value(&Vote::Ranking(ranking));
        assert_eq!([value(&[2, 0, 1]), value(&[2, 1, 0]), value(&[3, 0]), value(&[2])], [1.0, 0.0, 0.5, 0.5]);
    }

    fn mean(assorter: &Assorter, votes: &[Vec<u32>]) -> f64 {
        votes.iter().map(|v| assorter.value(&Vote::Choices(v))).sum::<f64>() / votes.len() as f64
    }

    proptest! {
        /// What an assorter is for: its mean is above 1/2 where the assertion is true, and only there.
        #[test]
        fn the_mean_tells_the_outcome(votes in prop::collection::vec(prop::collection::btree_set(0u32..4, 0..3), 1..60), share in 0.05f64..0.95) {
            let votes: Vec<Vec<u32>> = votes.into_iter().map(|v| v.into_iter().collect()).collect();
            let count = |who: u32| votes.iter().filter(|v| v.contains(&who)).count();
            let valid = votes.iter().filter(|v| !v.is_empty()).count();
            prop_assert_eq!(mean(&Assorter::Plurality { winner: 0, loser: 1 }, &votes) > 0.5, count(0) > count(1));
            let lead = count(0) as f64 - share * valid as f64;
            prop_assume!(lead.abs() > 1e-9);
            prop_assert_eq!(mean(&Assorter::Supermajority { choice: 0, share }, &votes) > 0.5, lead > 0.0);
            prop_assert_eq!(mean(&Assorter::NotSupermajority { choice: 0, share }, &votes) > 0.5, lead < 0.0);
        }
    }
}
