//! One contest's audit: what the drawn cards say, and what is common to all ways to measure it.
//!
//! A card that can't be looked at counts as the worst it could be: one that has no record as a phantom, one that was not found or not
//! looked at as a vote against every assertion (Bañuelos and Stark 2012, "Limiting Risk by Turning Manifest Phantoms into
//! Evil Zombies").

use std::cell::Cell;
use std::collections::BTreeMap;

use pollwarden_rla::{Assorter, NonnegMean, RiskLimit};

use super::assertions::{Ballots, Decided};
use super::doubt::doubt;
use super::{BoardRecords, CardVote, Interpretation, Paper, Replay, vote_of, vote_read};
use crate::{ContestId, Cvrs};

/// What a contest's audit looks at.
#[derive(Clone, Copy)]
pub(super) struct Look<'a> {
    pub(super) decided: &'a Decided,
    pub(super) id: Option<ContestId>,
    pub(super) cvrs: &'a Cvrs,
    pub(super) paper: &'a Paper,
    pub(super) board: &'a BoardRecords,
    pub(super) replay: &'a Replay,
    /// Reported votes by choice of the batches that have no records.
    pub(super) pools: &'a BTreeMap<usize, Vec<u64>>,
    /// Cards that are drawn from for this contest, phantoms among them.
    pub(super) cards: u64,
    /// Whether only cards whose record holds the contest are drawn for it.
    pub(super) style: bool,
    pub(super) replacement: bool,
    pub(super) limit: RiskLimit,
    /// Draws of each round.
    pub(super) rounds: &'a [u64],
    pub(super) replays: &'a Replays,
}

/// A drawn card in one contest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// The card's number in the manifest; a phantom's is beyond it.
    pub card: u64,
    /// What the record says; `None` where it has none.
    pub recorded: Option<CardVote>,
    /// What people read; `None` where the card was not found or nobody looked.
    pub read: Option<CardVote>,
    /// The board's row.
    pub row: Option<usize>,
    /// The name that the board typed and no choice has.
    pub unknown_name: Option<String>,
}

/// What must be true, with what its audit measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// What must be true, in words.
    pub says: String,
    /// The reported lead: for an assertion, twice its mean over all cards, less 1; between choices, as a share of all cards.
    /// Above 0 where the report bears it out. 0 where nothing was reported to compute it from.
    pub margin: f64,
    /// The measured risk after each draw: the largest chance of such a sample if it were false.
    pub risk: Vec<f64>,
    /// The measured chance of such a sample if it were true; 1 where the method doesn't tell.
    pub doubt: f64,
    /// How many more draws would bring the risk to the limit, if they were like those made; `None` where none would, or where another
    /// of the contest's assertions needs a full hand count anyway.
    pub more: Option<u64>,
    /// The bets that measured the risk, where bets on an assorter's mean did.
    pub bets: Option<Bets>,
}

/// Bets on an assorter's mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Bets {
    /// The assertion.
    pub assorter: Assorter,
    /// The test.
    pub test: NonnegMean,
    /// The values it was given, in order.
    pub values: Vec<f64>,
}

impl Measured {
    /// The risk after all draws; 1 before the first.
    pub fn risk_now(&self) -> f64 {
        self.risk.last().copied().unwrap_or(1.0)
    }
}

/// A plan of more draws than this is a full hand count.
const MOST_DRAWS: u64 = 1_000_000;

/// Draws that may still be replayed to plan a contest's next round. Once one assertion needs a full hand count, no other can
/// change that: a contest of many names written in would replay a million draws for each.
pub(super) struct Replays(Cell<u64>);

impl Default for Replays {
    fn default() -> Self {
        Self(Cell::new(4 * MOST_DRAWS))
    }
}

impl Replays {
    fn take(&self) -> bool {
        let left = self.0.get();
        self.0.set(left.saturating_sub(1));
        left > 0
    }
}

impl Bets {
    /// The measured risk after each draw.
    pub(super) fn risk(&self) -> Vec<f64> {
        let mut running = self.test.begin();
        let after = |value: &f64| {
            running.push(*value);
            running.risk()
        };
        self.values.iter().map(after).collect()
    }

    /// More draws to the limit, if they gave the same values in the same order again and again; `None` before the first draw. More
    /// than there are cards would be a full hand count.
    pub(super) fn more(&self, limit: RiskLimit, cards: u64, replays: &Replays) -> Option<u64> {
        let mut running = self.test.begin();
        self.values.iter().for_each(|value| {
            running.push(*value);
        });
        if running.risk() <= limit.share() {
            return Some(0);
        }
        let most = cards.min(MOST_DRAWS).saturating_sub(self.values.len() as u64);
        let again = (1..=most).zip(self.values.iter().cycle()).take_while(|_| replays.take());
        let more = again.map(|(nth, value)| (nth, running.push(*value))).find(|(_, risk)| *risk <= limit.share());
        if more.is_none() {
            replays.0.set(0);
        }
        more.map(|(nth, _)| nth)
    }
}

impl Look<'_> {
    /// Drawn cards, as they are in this contest.
    pub(super) fn cards(&self, drawn: impl Iterator<Item = u64>) -> Vec<Looked> {
        drawn.map(|card| self.card(card)).collect()
    }

    fn card(&self, card: u64) -> Looked {
        let record = self.paper.record(card).and_then(|at| self.cvrs.card(at));
        let recorded = self.id.zip(record).map(|(id, record)| self.vote(record.marks(id)));
        let row = self.replay.audited(card);
        let (read, unknown_name) = match row.map_or(Ok(None), |row| self.read(row)) {
            Ok(read) => (read, None),
            Err(name) => (None, Some(name)),
        };
        Looked { card, recorded, read, row, unknown_name }
    }

    fn vote(&self, marks: Option<&[crate::Mark]>) -> CardVote {
        vote_of(marks, self.decided.is_ranked(), self.decided.votes_allowed)
    }

    /// What a row says of the contest.
    pub(super) fn read(&self, row: usize) -> Result<Option<CardVote>, String> {
        let read: &Interpretation = self.board.read(&self.board.cards[row], &self.decided.contest.name);
        let contest = &self.decided.contest;
        let vote = vote_read(read, contest, self.decided.is_ranked(), self.decided.votes_allowed)?;
        let names = if let Interpretation::Choices(names) = read { names.as_slice() } else { &[] };
        let presumed = |name: &&String| {
            let line = contest.find(name);
            line.is_some_and(|at| self.decided.winners.contains(&(at as u32)) && contest.is_presumed(name, at))
        };
        names.iter().find(presumed).map_or(Ok(vote), |name| Err(name.clone()))
    }

    /// A vote's number in an assertion.
    pub(super) fn value(&self, assorter: &Assorter, vote: &CardVote) -> f64 {
        assorter.value(&vote.as_vote(self.decided.is_ranked()))
    }

    /// The chance of such cards if the assertion were true. `reported` gives a card's reported number, whose mean over all cards
    /// is half of 1 and the margin. A card that nobody looked at counts as the best it could be for the assertion.
    pub(super) fn doubt(
        &self,
        assorter: &Assorter,
        margin: f64,
        cards: &[Looked],
        reported: impl Fn(&Looked) -> f64,
    ) -> f64 {
        let upper = assorter.upper();
        let read = |card: &Looked| card.read.as_ref().map_or(upper, |vote| self.value(assorter, vote));
        let above = cards.iter().map(|card| (reported(card) - read(card)) / upper);
        doubt(margin / upper, above, self.population())
    }

    /// Twice the reported mean over the cards drawn from, less 1. Cards without the contest, and cards without a record, say
    /// nothing either way.
    pub(super) fn margin(&self, assorter: &Assorter, ballots: &Ballots) -> f64 {
        let lead = |vote: &CardVote| self.value(assorter, vote) - 0.5;
        let sum: f64 = ballots.iter().map(|(vote, n)| lead(vote) * *n as f64).sum();
        2.0 * sum / self.cards.max(1) as f64
    }

    /// How many cards are drawn from, where none comes twice.
    pub(super) fn population(&self) -> Option<u64> {
        (!self.replacement).then_some(self.cards)
    }

    /// Numbers of draws at which rounds end, as far as they were drawn; one round where none is named.
    pub(super) fn round_ends(&self, drawn: usize) -> Vec<usize> {
        let mut ends: Vec<usize> = Vec::new();
        for size in self.rounds {
            let end = ends.last().copied().unwrap_or(0).saturating_add(usize::try_from(*size).unwrap_or(usize::MAX));
            ends.push(end);
        }
        ends.retain(|end| *end <= drawn && *end > 0);
        if self.rounds.is_empty() && drawn > 0 { vec![drawn] } else { ends }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_full_hand_count_is_planned_nothing_is_replayed() {
        let limit = RiskLimit::new(0.05).expect("a limit");
        let test = || NonnegMean::for_polling(1.0, pollwarden_rla::plurality_shares(0.6, 0.3), None, limit);
        let assorter = || Assorter::Plurality { winner: 0, loser: 1 };
        let bets = |values: &[f64]| Bets { assorter: assorter(), test: test(), values: values.to_vec() };
        let replays = Replays::default();
        let sure = bets(&[1.0]);
        assert!(sure.more(limit, 1_000, &replays).is_some_and(|more| more > 0));
        assert_eq!(bets(&[]).more(limit, 1_000, &Replays::default()), None);
        assert_eq!(bets(&[0.0, 1.0]).more(limit, u64::MAX, &replays), None);
        assert_eq!((replays.0.get(), sure.more(limit, 1_000, &replays)), (0, None));
        assert_eq!(bets(&[1.0; 400]).more(limit, 1_000, &replays), Some(0));
    }
}
