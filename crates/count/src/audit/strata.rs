//! Stratified audits: cards of batches with records by comparison, all others by polling, both together (Ottoboni, Stark, Lindeman
//! and McBurnett 2018, "SUITE").
//!
//! One draw with replacement serves both: how many fall into each stratum has nothing to do with what is on them. In the stratum
//! without records a card that comes again is passed over, so that there its cards are drawn without replacement.

use std::collections::HashSet;

use pollwarden_rla::suite::{ComparisonStratum, PollingSample, PollingStratum, Suite};
use pollwarden_rla::super_simple::{Misstatements, SuperSimple};
use pollwarden_rla::{Assorter, Tally};

use super::assertions::Ballots;
use super::contest::{Look, Looked, Measured};
use super::{CardVote, ElectionRule, names};

/// As many looks at the risk as a curve needs: each takes some hundred logarithms.
const LOOKS: usize = 200;

impl Look<'_> {
    /// By SUITE, over each winner and loser. `reported` are votes by choice of the whole contest.
    ///
    /// # Errors
    /// Where strata and report contradict each other, in words.
    pub(super) fn stratified(
        &self,
        reported: &[u64],
        ballots: &Ballots,
        cards: &[Looked],
    ) -> Result<Vec<Measured>, String> {
        if matches!(self.decided.rule, ElectionRule::Irv | ElectionRule::Supermajority) {
            return Err("a stratified audit is for contests in which most votes win".to_owned());
        }
        let recorded = self.decided.totals(ballots);
        let rest: Option<Vec<u64>> =
            reported.iter().zip(&recorded).map(|(all, recorded)| all.checked_sub(*recorded)).collect();
        let rest = rest.filter(|rest| rest.len() == recorded.len());
        let rest = rest.ok_or(
            "the cast vote records have more votes than were reported: it can't be told what is on the other cards",
        )?;
        let seats = self.decided.seats;
        let tally =
            Tally::new(self.cards, seats, self.decided.votes_allowed, reported.to_vec()).map_err(|e| e.to_string())?;
        let mut winners: Vec<u32> = tally.winners().iter().map(|at| *at as u32).collect();
        winners.sort_unstable();
        if winners != self.decided.winners {
            return Err("the reported votes have other winners than were reported".to_owned());
        }
        tally.pairs().map(|pair| self.pair([pair.winner, pair.loser], &recorded, &rest, cards)).collect()
    }

    fn pair(
        &self,
        [winner, loser]: [usize; 2],
        recorded: &[u64],
        rest: &[u64],
        cards: &[Looked],
    ) -> Result<Measured, String> {
        let compared =
            (0..self.paper.batches()).filter(|at| self.paper.has_records(*at)).map(|at| self.paper.cards_of(at)).sum();
        let lead = |votes: &[u64]| signed(votes[winner]) - signed(votes[loser]);
        let comparison =
            ComparisonStratum { cards: compared, lead: lead(recorded), sample: 0, found: Misstatements::default() };
        let polling = PollingStratum {
            cards: self.cards.saturating_sub(compared),
            winner_votes: rest[winner],
            loser_votes: rest[loser],
            sample: PollingSample::default(),
        };
        let mut strata = Strata { comparison, polling, seen: HashSet::new() };
        let assorter = Assorter::Plurality { winner: winner as u32, loser: loser as u32 };
        let step = (cards.len() / LOOKS).max(1);
        let ends = self.round_ends(cards.len());
        let (mut risk, mut least, mut suite) = (Vec::with_capacity(cards.len()), 1.0f64, strata.suite()?);
        for (nth, card) in (1..).zip(cards) {
            self.add(&mut strata, &assorter, card);
            if nth % step == 0 || nth == cards.len() || ends.contains(&nth) {
                suite = strata.suite()?;
                least = least.min(suite.risk());
            }
            risk.push(least);
        }
        let more = if least <= self.limit.share() { Some(0) } else { self.more_of(&suite) };
        let all = self.cards.max(1) as f64;
        let margin = suite.lead() as f64 / all;
        let polled_mean = 0.5 + 0.5 * polling.lead() as f64 / polling.cards.max(1) as f64;
        let reported = |card: &Looked| match &card.recorded {
            Some(vote) => self.value(&assorter, vote),
            None if self.is_compared(card) => 0.5,
            None => polled_mean,
        };
        let doubt = self.doubt(&assorter, margin, cards, reported);
        let says = names(&self.decided.contest, &[winner as u32, loser as u32]).join(" got more votes than ");
        Ok(Measured { says, margin, risk, doubt, more, bets: None })
    }

    fn is_compared(&self, card: &Looked) -> bool {
        self.paper.position(card.card).is_some_and(|at| self.paper.has_records(at.batch))
    }

    fn add(&self, strata: &mut Strata, assorter: &Assorter, card: &Looked) {
        let value = |vote: &Option<CardVote>, none: f64| vote.as_ref().map_or(none, |vote| self.value(assorter, vote));
        let read = value(&card.read, 0.0);
        if self.is_compared(card) {
            // A record that isn't there says nothing; an assorter's step of a half is one vote.
            let over = (2.0 * (value(&card.recorded, 0.5) - read)).round() as i32;
            strata.comparison.sample += 1;
            strata.comparison.found = strata.comparison.found + Misstatements::of_card(over);
        } else if strata.seen.insert(card.card) {
            let sample = &mut strata.polling.sample;
            sample.cards += 1;
            sample.winner += u64::from(read > 0.5);
            sample.loser += u64::from(read < 0.5);
        }
    }

    /// Draws over the whole manifest, of which each stratum gets its share.
    fn more_of(&self, suite: &Suite) -> Option<u64> {
        let sizes = suite.plan_in_proportion(self.limit);
        let full = sizes.comparison >= suite.comparison().cards && sizes.polling >= suite.polling().cards;
        let made = suite.comparison().sample + suite.polling().sample.cards;
        (!full).then(|| sizes.total().saturating_sub(made).max(1))
    }
}

fn signed(votes: u64) -> i64 {
    i64::try_from(votes).unwrap_or(i64::MAX / 2)
}

struct Strata {
    comparison: ComparisonStratum,
    polling: PollingStratum,
    seen: HashSet<u64>,
}

impl Strata {
    fn suite(&self) -> Result<Suite, String> {
        Suite::new(self.comparison, self.polling, SuperSimple::default()).map_err(|e| e.to_string())
    }
}
