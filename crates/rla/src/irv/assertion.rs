//! What is asserted of an instant-runoff contest: one candidate's lead over another (Blom, Stuckey and Teague 2019, section
//! 4.1, there named WO and IRV; "A Guide to RAIRE", part 1, names them NEB and NEN).

use super::standing::Standing;

/// A lead of one candidate over another that rules out some orders of elimination.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Not Eliminated Before: `winner` has more first preferences than ballots that rank `loser` before `winner`, or `loser`
    /// alone; so `winner` can't be eliminated while `loser` stands.
    Neb {
        /// Who is not eliminated first.
        winner: u32,
        /// Over whom.
        loser: u32,
    },
    /// Not Eliminated Next: when exactly `continuing` stand, `winner` has more votes than `loser` and so is not eliminated.
    Nen {
        /// Who is not eliminated next.
        winner: u32,
        /// Who has fewer votes.
        loser: u32,
        /// All who stand, `winner` and `loser` among them, lowest first.
        continuing: Vec<u32>,
    },
}

/// An assertion with its lead in the reported ballots.
#[derive(Debug, Clone, PartialEq)]
pub struct Assertion {
    /// What is asserted.
    pub kind: Kind,
    /// The winner's lead over the loser, in votes; at least 1.
    pub margin: u64,
    /// All cards for each vote of the margin: an audit that compares cards with their records needs about this many cards
    /// for each unit of its logarithmic risk limit.
    pub difficulty: f64,
}

impl Kind {
    /// Who leads.
    pub fn winner(&self) -> u32 {
        match self {
            Self::Neb { winner, .. } | Self::Nen { winner, .. } => *winner,
        }
    }

    /// Over whom.
    pub fn loser(&self) -> u32 {
        match self {
            Self::Neb { loser, .. } | Self::Nen { loser, .. } => *loser,
        }
    }

    /// What a ballot with this ranking counts for: 1 a vote for the winner, -1 for the loser, 0 for neither. Half of it,
    /// plus a half, is the assorter of Stark 2020, "Sets of half-average nulls generate risk-limiting audits: SHANGRLA".
    pub fn vote(&self, ranking: &[u32]) -> i64 {
        self.claim().vote(ranking)
    }

    /// Whether candidates were not eliminated in any order that ends in `tail`, if this is true. `tail` names those who stood
    /// last, the winner at its end; everyone else was eliminated before them.
    pub fn rules_out(&self, tail: &[u32]) -> bool {
        let place = |who: u32| tail.iter().position(|c| *c == who);
        match self {
            Self::Neb { winner, loser } => match (place(*winner), place(*loser)) {
                (_, None) => false,
                (None, Some(_)) => true,
                (Some(winner), Some(loser)) => winner < loser,
            },
            Self::Nen { winner, continuing, .. } => {
                tail.len() >= continuing.len() && {
                    let last = &tail[tail.len() - continuing.len()..];
                    last[0] == *winner && last.iter().all(|c| continuing.contains(c))
                }
            }
        }
    }

    pub(super) fn claim(&self) -> Claim {
        let continuing = match self {
            Self::Neb { .. } => Standing::default(),
            Self::Nen { continuing, .. } => Standing::of(continuing),
        };
        Claim { continuing, winner: self.winner(), loser: self.loser() }
    }

    pub(super) fn fits(&self, candidates: usize) -> bool {
        let stands = |c: u32| (c as usize) < candidates;
        let continues = match self {
            Self::Neb { .. } => true,
            Self::Nen { winner, loser, continuing } => {
                let all = continuing.iter().all(|c| stands(*c));
                all && continuing.contains(winner) && continuing.contains(loser)
            }
        };
        continues && stands(self.winner()) && stands(self.loser()) && self.winner() != self.loser()
    }
}

/// An assertion in a form that is copied cheaply while searching.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Claim {
    /// All who stand for an assertion of the kind NEN, empty for NEB: orders NEB first, then fewest continuing.
    pub(super) continuing: Standing,
    pub(super) winner: u32,
    pub(super) loser: u32,
}

impl Claim {
    pub(super) fn neb(winner: u32, loser: u32) -> Self {
        Self { continuing: Standing::default(), winner, loser }
    }

    pub(super) fn is_neb(&self) -> bool {
        self.continuing.len() == 0
    }

    /// As [`Kind::vote`].
    pub(super) fn vote(&self, ranking: &[u32]) -> i64 {
        let neb = self.is_neb();
        let counts = |c: &u32| if neb { *c == self.winner || *c == self.loser } else { self.continuing.has(*c) };
        match ranking.iter().position(counts) {
            Some(at) if ranking[at] == self.winner => i64::from(at == 0 || !neb),
            Some(at) if ranking[at] == self.loser => -1,
            _ => 0,
        }
    }

    pub(super) fn kind(&self) -> Kind {
        let Self { winner, loser, continuing } = *self;
        if self.is_neb() {
            Kind::Neb { winner, loser }
        } else {
            Kind::Nen { winner, loser, continuing: continuing.iter().collect() }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ballot_votes_for_one_side_at_most() {
        let neb = Kind::Neb { winner: 1, loser: 2 };
        assert_eq!([&[1, 2][..], &[0, 1], &[0, 2], &[0], &[]].map(|r| neb.vote(r)), [1, 0, -1, 0, 0]);
        let nen = Kind::Nen { winner: 1, loser: 2, continuing: vec![1, 2, 3] };
        assert_eq!([&[0, 1][..], &[0, 2, 1], &[3, 1], &[0]].map(|r| nen.vote(r)), [1, -1, 0, 0]);
    }

    #[test]
    fn an_assertion_rules_out_the_orders_it_contradicts() {
        let neb = Kind::Neb { winner: 1, loser: 2 };
        assert!(neb.rules_out(&[1, 2]) && neb.rules_out(&[2, 0]) && neb.rules_out(&[0, 2]));
        assert!(!neb.rules_out(&[2, 1]) && !neb.rules_out(&[0]));
        let nen = Kind::Nen { winner: 1, loser: 2, continuing: vec![1, 2] };
        assert!(nen.rules_out(&[1, 2]) && nen.rules_out(&[0, 1, 2]));
        assert!(!nen.rules_out(&[2, 1]) && !nen.rules_out(&[2]) && !nen.rules_out(&[1, 0, 2]));
    }
}
