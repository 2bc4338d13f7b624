//! What must be true for a reported outcome to be right, as assertions on means (Stark 2020, "Sets of Half-Average Nulls
//! Generate Risk-Limiting Audits: SHANGRLA").

use pollwarden_rla::{Assorter, Tally, Vote, irv};

use super::{CardVote, ContestSettings, ElectionRule, vote_of};
use crate::{Contest, ContestId, Cvrs, Mark};

/// A contest with all that settings and records say of how it is decided.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// The contest. `votes_allowed` and `winners` are as settings or export say; `None` where neither does.
    pub contest: Contest,
    /// How votes make a winner.
    pub rule: ElectionRule,
    /// The share that a supermajority needs.
    pub share: f64,
    /// How many are elected; 1 where nobody says.
    pub seats: usize,
    /// How many a voter may choose; 1 where nobody says.
    pub votes_allowed: u32,
    /// Places of the reported winners; empty where a supermajority was reported not to be reached.
    pub winners: Vec<u32>,
}

/// One thing that must be true.
#[derive(Debug, Clone, PartialEq)]
pub struct Assertion {
    /// In words: "Ada Zed got more votes than Ben Yew".
    pub says: String,
    /// Its mean over all cards must be above a half.
    pub assorter: Assorter,
}

/// Votes by way of voting, with how many cards have it.
pub type Ballots = Vec<(CardVote, u64)>;

impl Decided {
    /// How a contest is decided; the export's word where settings have none. Where neither says how many are elected, or how many
    /// a voter may choose, it is one, until something speaks against it ([`refusal`](Self::refusal),
    /// [`unclear_records`](Self::unclear_records)).
    pub fn new(contest: &Contest, settings: &ContestSettings) -> Self {
        let said = |settings: Option<u32>, export: Option<u32>| settings.or(export).filter(|number| *number > 0);
        let contest = Contest {
            votes_allowed: said(settings.votes_allowed, contest.votes_allowed),
            winners: said(settings.winners, contest.winners),
            ..contest.clone()
        };
        let votes_allowed = match settings.rule {
            ElectionRule::Approval => u32::try_from(contest.choices.len()).unwrap_or(u32::MAX).max(1),
            ElectionRule::Irv => 1,
            _ => contest.votes_allowed.unwrap_or(1),
        };
        let (seats, share) = (contest.winners.unwrap_or(1) as usize, settings.share.unwrap_or(0.5));
        Self { contest, rule: settings.rule, share, seats, votes_allowed, winners: Vec::new() }
    }

    /// Whether cards rank the choices.
    pub fn is_ranked(&self) -> bool {
        self.rule == ElectionRule::Irv
    }

    /// The ballots of the records.
    pub fn ballots(&self, cvrs: &Cvrs, id: ContestId) -> Ballots {
        self.ballots_of(cvrs.ways(id))
    }

    /// The ballots of ways of voting, with how many cards have each.
    pub fn ballots_of<'a>(&self, ways: impl Iterator<Item = (&'a [Mark], u64)>) -> Ballots {
        let mut ballots: indexmap::IndexMap<CardVote, u64> = indexmap::IndexMap::new();
        for (marks, cards) in ways {
            *ballots.entry(vote_of(Some(marks), self.is_ranked(), self.votes_allowed)).or_default() += cards;
        }
        ballots.into_iter().collect()
    }

    /// Votes by choice; first ranks where choices are ranked.
    pub fn totals(&self, ballots: &Ballots) -> Vec<u64> {
        let mut totals = vec![0; self.contest.choices.len()];
        for (vote, cards) in ballots {
            let CardVote::Choices(choices) = vote else { continue };
            let counted = if self.is_ranked() { choices.get(..1).unwrap_or_default() } else { choices };
            for choice in counted {
                totals[*choice as usize] += cards;
            }
        }
        totals
    }

    /// Who wins by these ballots, by place, the order of no meaning.
    ///
    /// # Errors
    /// Where it can't be said, in words: a tie, no choice, rules that are not known.
    pub fn winners_of(&self, ballots: &Ballots) -> Result<Vec<u32>, String> {
        self.refusal().map_or(Ok(()), Err)?;
        let mut winners = match self.rule {
            ElectionRule::Irv => vec![self.irv_winner(ballots)?],
            ElectionRule::Supermajority => super_majority(&self.totals(ballots), self.share).into_iter().collect(),
            _ => {
                let totals = self.totals(ballots);
                let cards = ballots.iter().map(|(_, cards)| cards).sum();
                let tally = Tally::new(cards, self.seats, self.votes_allowed, totals).map_err(|e| e.to_string())?;
                tally.winners().iter().map(|at| *at as u32).collect()
            }
        };
        winners.sort_unstable();
        Ok(winners)
    }

    /// What must be true for the reported winners to have won.
    ///
    /// # Errors
    /// Where no set of assertions says so, in words; a ranked contest whose records have another winner is one such.
    pub fn assertions(&self, ballots: &Ballots, cards: u64) -> Result<Vec<Assertion>, String> {
        self.refusal().map_or(Ok(()), Err)?;
        let all = match self.rule {
            ElectionRule::Irv => self.irv_assertions(ballots, cards)?,
            ElectionRule::Supermajority => self.supermajority_assertions(),
            _ => self.plurality_assertions(),
        };
        // Where nothing has to be true, the first card would confirm the outcome.
        if all.is_empty() && !self.is_uncontested() {
            return Err("nobody is reported to have lost, and more stand than are elected".to_owned());
        }
        Ok(all)
    }

    /// Whether all who stand are elected, whatever cards say.
    fn is_uncontested(&self) -> bool {
        let stand = self.contest.choices.len();
        self.rule != ElectionRule::Supermajority && stand > 0 && stand <= self.seats
    }

    fn name(&self, choice: u32) -> &str {
        self.contest.choices.get(choice as usize).map_or("?", |c| c.name.as_str())
    }

    fn plurality_assertions(&self) -> Vec<Assertion> {
        let losers = (0..self.contest.choices.len() as u32).filter(|at| !self.winners.contains(at));
        let pairs = losers.flat_map(|loser| self.winners.iter().map(move |winner| (*winner, loser)));
        let says = |w, l| format!("{} got more votes than {}", self.name(w), self.name(l));
        pairs
            .map(|(winner, loser)| Assertion {
                says: says(winner, loser),
                assorter: Assorter::Plurality { winner, loser },
            })
            .collect()
    }

    /// Where no choice was reported to reach the share: that each of them has less.
    fn supermajority_assertions(&self) -> Vec<Assertion> {
        let (share, percent) = (self.share, self.share * 100.0);
        let reached = self.winners.iter().map(|choice| Assertion {
            says: format!("{} got more than {percent:.2} % of the valid votes", self.name(*choice)),
            assorter: Assorter::Supermajority { choice: *choice, share },
        });
        let all = if self.winners.is_empty() { self.contest.choices.len() as u32 } else { 0 };
        let missed = (0..all).map(|choice| Assertion {
            says: format!("{} got less than {percent:.2} % of the valid votes", self.name(choice)),
            assorter: Assorter::NotSupermajority { choice, share },
        });
        reached.chain(missed).collect()
    }

    fn irv_assertions(&self, ballots: &Ballots, cards: u64) -> Result<Vec<Assertion>, String> {
        let [winner] = *self.winners else { return Err("an instant run-off has one winner".to_owned()) };
        let proof = irv::assertions(&self.rankings(ballots)?, Some(winner), cards, irv::Budget::default())
            .map_err(|e| e.to_string())?;
        Ok(proof.assertions.iter().map(|assertion| self.irv_assertion(&assertion.kind)).collect())
    }

    fn irv_assertion(&self, kind: &irv::Kind) -> Assertion {
        match kind {
            irv::Kind::Neb { winner, loser } => Assertion {
                says: format!(
                    "{} has more first ranks than there are cards that rank {} above {}",
                    self.name(*winner),
                    self.name(*loser),
                    self.name(*winner)
                ),
                assorter: Assorter::NotEliminatedBefore { winner: *winner, loser: *loser },
            },
            irv::Kind::Nen { winner, loser, continuing } => Assertion {
                says: format!(
                    "{} is ahead of {} when only {} remain",
                    self.name(*winner),
                    self.name(*loser),
                    continuing.iter().map(|at| self.name(*at)).collect::<Vec<_>>().join(", ")
                ),
                assorter: Assorter::NotEliminatedNext {
                    winner: *winner,
                    loser: *loser,
                    continuing: continuing.clone(),
                },
            },
        }
    }

    fn irv_winner(&self, ballots: &Ballots) -> Result<u32, String> {
        let rankings = self.rankings(ballots)?;
        let winners = irv::possible_winners(&rankings, &mut irv::Budget::default()).map_err(|e| e.to_string())?;
        match winners.as_slice() {
            [winner] => Ok(*winner),
            several => Err(format!(
                "ties decide between {}",
                several.iter().map(|at| self.name(*at)).collect::<Vec<_>>().join(", ")
            )),
        }
    }

    fn rankings(&self, ballots: &Ballots) -> Result<irv::Ballots, String> {
        let rankings = ballots.iter().filter_map(|(vote, cards)| match vote {
            CardVote::Choices(ranking) => Some((*cards, ranking.clone())),
            CardVote::NoContest => None,
        });
        irv::Ballots::new(self.contest.choices.len(), rankings).map_err(|e| e.to_string())
    }
}

/// The choice with more than a share of all votes.
fn super_majority(totals: &[u64], share: f64) -> Option<u32> {
    let all: u64 = totals.iter().sum();
    let at = totals.iter().position(|votes| exceeds(*votes, share, all))?;
    Some(at as u32)
}

/// Whether votes are more than a share of all, exactly: 57 of 100 are not more than 0.57, which no float is. The share, from 0 up to 1,
/// is the shortest decimal number that is read as this float, as it was written.
fn exceeds(votes: u64, share: f64, all: u64) -> bool {
    let written = share.to_string();
    let digits = written.split_once('.').map_or("", |(_, digits)| digits);
    let whole = u32::try_from(digits.len()).ok().and_then(|places| 10u128.checked_pow(places));
    let Some((part, whole)) = digits.parse::<u128>().ok().zip(whole) else { return false };
    u128::from(votes).saturating_mul(whole) > part.saturating_mul(u128::from(all))
}

impl CardVote {
    /// As the assorters take it.
    pub fn as_vote(&self, ranked: bool) -> Vote<'_> {
        match self {
            Self::NoContest => Vote::NoContest,
            Self::Choices(ranking) if ranked => Vote::Ranking(ranking),
            Self::Choices(choices) => Vote::Choices(choices),
        }
    }
}

#[cfg(test)]
mod tests;
