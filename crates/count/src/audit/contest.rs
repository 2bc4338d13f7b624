//! One contest's audit: from the drawn cards to the measured risk.
//!
//! A card that can't be looked at counts as the worst it could be: one that has no record as a phantom, one that was not found or not
//! looked at as a vote against every assertion (Bañuelos and Stark 2012, "Limiting Risk by Turning Manifest Phantoms into
//! Evil Zombies").

use pollwarden_rla::{CardRecord, Comparison, ErrorRates, Expected, NonnegMean, RiskLimit};

use super::assertions::{Assertion, Ballots, Decided};
use super::doubt::doubt;
use super::{BoardRecords, CardVote, Drawn, Interpretation, Method, Paper, Replay, vote_of, vote_read};
use crate::{ContestId, Cvrs};

/// What a contest's audit looks at.
pub(super) struct Look<'a> {
    pub(super) decided: &'a Decided,
    pub(super) id: Option<ContestId>,
    pub(super) cvrs: &'a Cvrs,
    pub(super) paper: &'a Paper,
    pub(super) board: &'a BoardRecords,
    pub(super) replay: &'a Replay,
    pub(super) drawn: &'a [Drawn],
    pub(super) replacement: bool,
    pub(super) limit: RiskLimit,
}

/// A drawn card in one contest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// The card's number in the manifest.
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

/// An assertion with what its audit measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// What must be true.
    pub assertion: Assertion,
    /// Twice the mean over all cards by the records, less 1: above 0 where they bear it out.
    pub margin: f64,
    /// The measured risk after each draw: the largest chance of such a sample if the assertion were false.
    pub risk: Vec<f64>,
    /// The measured chance of such a sample if the assertion were true.
    pub doubt: f64,
    /// The test that measured the risk.
    pub test: NonnegMean,
    /// The values it was given, in order.
    pub values: Vec<f64>,
}

impl Measured {
    /// The risk after all draws; 1 before the first.
    pub fn risk_now(&self) -> f64 {
        self.risk.last().copied().unwrap_or(1.0)
    }

    /// How many more draws would bring the risk to the limit, if they gave the same values in the same order again and again
    /// (what an agreeing card gives, before the first draw). `None` where none would.
    pub fn further_draws(&self, limit: f64) -> Option<u64> {
        if self.margin <= 0.0 {
            return None;
        }
        if self.risk_now() <= limit {
            return Some(0);
        }
        let mut running = self.test.begin();
        self.values.iter().for_each(|value| {
            running.push(*value);
        });
        let most = self.test.population.unwrap_or(MOST_DRAWS).min(MOST_DRAWS).saturating_sub(self.values.len() as u64);
        let mut again = self.values.iter().cycle();
        (1..=most).find(|_| again.next().is_some_and(|value| running.push(*value) <= limit))
    }
}

/// A plan of more draws than this is a full hand count.
const MOST_DRAWS: u64 = 1_000_000;

impl Look<'_> {
    /// The drawn cards in the order of the draw; a card that was drawn twice is here twice.
    pub(super) fn cards(&self) -> Vec<Looked> {
        self.drawn.iter().map(|drawn| self.card(drawn.card)).collect()
    }

    fn card(&self, card: u64) -> Looked {
        let record = self.paper.record(card).and_then(|at| self.cvrs.card(at));
        let recorded = self.id.zip(record).map(|(id, record)| self.vote(record.marks(id)));
        let row = self.replay.audited(card);
        let read = row.map(|row| self.read(row)).unwrap_or(Ok(None));
        let (read, unknown_name) = match read {
            Ok(read) => (read, None),
            Err(name) => (None, Some(name)),
        };
        Looked { card, recorded, read, row, unknown_name }
    }

    fn vote(&self, marks: Option<&[crate::Mark]>) -> CardVote {
        vote_of(marks, self.decided.is_ranked(), self.decided.votes_allowed)
    }

    fn read(&self, row: usize) -> Result<Option<CardVote>, String> {
        let read: &Interpretation = self.board.read(&self.board.cards[row], &self.decided.contest.name);
        vote_read(read, &self.decided.contest, self.decided.is_ranked(), self.decided.votes_allowed)
    }

    /// Measures each assertion.
    pub(super) fn measure(&self, method: Method, assertions: Vec<Assertion>, ballots: &Ballots, cards: &[Looked]) -> Vec<Measured> {
        assertions
            .into_iter()
            .map(|assertion| match method {
                Method::Comparison => self.compare(assertion, ballots, cards),
                Method::Polling => self.poll(assertion, ballots, cards),
            })
            .collect()
    }

    /// By comparison: how much each record overstates the assertion (Stark 2020, section 3.2).
    fn compare(&self, assertion: Assertion, ballots: &Ballots, cards: &[Looked]) -> Measured {
        let ranked = self.decided.is_ranked();
        let margin = self.margin(&assertion, ballots);
        let comparison = Comparison { assorter: assertion.assorter.clone(), margin, use_style: false };
        let values: Vec<f64> = cards.iter().map(|card| {
            let [recorded, read] = [&card.recorded, &card.read].map(|vote| vote.as_ref().map(|v| v.as_vote(ranked)));
            comparison.value(&recorded.map_or(CardRecord::Phantom, CardRecord::Cvr), read.as_ref())
        }).collect();
        let test = NonnegMean::for_comparison(&comparison, &ErrorRates::USUAL, self.population(), self.limit);
        // Records that don't bear the assertion out can't be compared with.
        let risk = if margin > 0.0 { run(&test, &values) } else { vec![1.0; cards.len()] };
        let doubt = self.doubt(&assertion, margin, cards);
        Measured { assertion, margin, risk, doubt, test, values }
    }

    /// By polling: the assertion's mean over the drawn cards alone.
    fn poll(&self, assertion: Assertion, ballots: &Ballots, cards: &[Looked]) -> Measured {
        let margin = self.margin(&assertion, ballots);
        let worst = 0.0;
        let value = |card: &Looked| match &card.read {
            Some(vote) => assertion.assorter.value(&vote.as_vote(self.decided.is_ranked())),
            None => worst,
        };
        let values: Vec<f64> = cards.iter().map(value).collect();
        let upper = assertion.assorter.upper();
        let test = NonnegMean::for_polling(upper, self.expected(&assertion, ballots), self.population(), self.limit);
        let risk = run(&test, &values);
        let doubt = self.doubt(&assertion, margin, cards);
        Measured { assertion, margin, risk, doubt, test, values }
    }

    /// The values that cards take by the report, with their shares; cards that no ballot accounts for say nothing.
    fn expected(&self, assertion: &Assertion, ballots: &Ballots) -> Vec<Expected> {
        let all = self.paper.cards().max(1) as f64;
        let ranked = self.decided.is_ranked();
        let mut expected: Vec<Expected> = Vec::new();
        for (vote, n) in ballots {
            let (value, share) = (assertion.assorter.value(&vote.as_vote(ranked)), *n as f64 / all);
            match expected.iter_mut().find(|e| e.value == value) {
                Some(e) => e.share += share,
                None => expected.push(Expected { value, share }),
            }
        }
        let rest = 1.0 - expected.iter().map(|e| e.share).sum::<f64>();
        match expected.iter_mut().find(|e| e.value == 0.5) {
            Some(e) => e.share = (e.share + rest).max(0.0),
            None => expected.push(Expected { value: 0.5, share: rest.max(0.0) }),
        }
        expected
    }

    /// The doubt: without records the cards alone are held against a tie.
    fn doubt(&self, assertion: &Assertion, margin: f64, cards: &[Looked]) -> f64 {
        let margin = if self.id.is_some() { margin } else { 0.0 };
        doubt(assertion, self.decided.is_ranked(), margin, cards, self.population())
    }

    /// Cards without the contest, and cards without a record, say nothing either way.
    fn margin(&self, assertion: &Assertion, ballots: &Ballots) -> f64 {
        let ranked = self.decided.is_ranked();
        let lead = |vote: &CardVote| assertion.assorter.value(&vote.as_vote(ranked)) - 0.5;
        let sum: f64 = ballots.iter().map(|(vote, n)| lead(vote) * *n as f64).sum();
        2.0 * sum / self.paper.cards().max(1) as f64
    }

    fn population(&self) -> Option<u64> {
        (!self.replacement).then(|| self.paper.cards())
    }
}

/// The measured risk after each value.
fn run(test: &NonnegMean, values: &[f64]) -> Vec<f64> {
    let mut running = test.begin();
    let after = |value: &f64| {
        running.push(*value);
        running.risk()
    };
    values.iter().map(after).collect()
}
