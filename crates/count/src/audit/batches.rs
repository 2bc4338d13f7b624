//! Batch comparison: whole batches counted by hand, against their reported totals (Stark 2009, MACRO).
//!
//! A batch is drawn with a chance as the error that it can hold at most: with replacement by Arlo's rule, or one after the other
//! without (Efraimidis and Spirakis 2006) where audit.toml says `draw = "consistent"`. A drawn batch that nobody counted ends
//! what can be told: from it on the risk is as it was before. So does the first batch that was taken by name, to count every batch:
//! no chance put it there.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use pollwarden_rla::Tally;
use pollwarden_rla::batch::{BatchComparison, BatchTally, Understatements};
use pollwarden_rla::draw::Replacement;

use super::contest::{Look, Measured};
use super::{AuditSettings, DrawRule, ElectionRule, names, sum};
use crate::BallotManifest;

/// The draw of batches for one contest, and what became of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BatchAudit {
    /// Places in the manifest of the batches drawn from, in the order that the rule uses.
    pub listed: Vec<usize>,
    /// The draw, in order; a batch that was drawn twice is here twice.
    pub drawn: Vec<DrawnBatch>,
    /// How many of these, from the first, were drawn at random. The others were taken by name, to count every batch.
    pub at_random: usize,
    /// Reported votes by choice of each batch that has any.
    pub reported: BTreeMap<usize, Vec<u64>>,
    /// Votes by choice of each batch that was counted by hand, drawn or not.
    pub counted: BTreeMap<usize, Vec<u64>>,
    /// Drawn batches without a count of every choice.
    pub not_counted: BTreeSet<usize>,
    /// Batches that were counted and not drawn.
    pub extra: BTreeSet<usize>,
    /// Rows that say nothing of a batch, by their place in the board's rows of batches, with the reason.
    pub unmappable: Vec<(usize, String)>,
}

/// A drawn batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawnBatch {
    /// Its place in the manifest.
    pub batch: usize,
    /// What puts it at its place in the draw: a ticket number, or the number of the pick.
    pub ticket: String,
}

impl BatchAudit {
    /// Whether every batch was counted.
    pub fn is_full_count(&self) -> bool {
        !self.listed.is_empty() && self.listed.iter().all(|batch| self.counted.contains_key(batch))
    }

    /// Votes by choice of all batches, where each was counted.
    pub(super) fn full_count(&self, choices: usize) -> Option<Vec<u64>> {
        let mut votes = vec![0u64; choices];
        for batch in &self.listed {
            let counted = self.counted.get(batch)?;
            votes.iter_mut().zip(counted).for_each(|(sum, votes)| *sum = sum.saturating_add(*votes));
        }
        (!self.listed.is_empty()).then_some(votes)
    }
}

/// What batches are drawn from, and by what.
pub(super) struct Batches<'a> {
    pub(super) settings: &'a AuditSettings,
    pub(super) manifest: &'a BallotManifest,
    /// Reported votes by choice of each batch.
    pub(super) reported: BTreeMap<usize, Vec<u64>>,
    /// Cards that could hold the contest, where audit.toml says.
    pub(super) most: Option<u64>,
}

impl Look<'_> {
    /// Draws batches and measures the risk of the whole contest.
    ///
    /// # Errors
    /// Where batches and report can't be those of one contest, in words.
    pub(super) fn by_batch(&self, batches: &Batches<'_>) -> Result<(BatchAudit, Vec<Measured>), String> {
        let comparison = self.comparison(batches)?;
        let listed = self.listed(batches);
        let mut audit = BatchAudit { listed, reported: batches.reported.clone(), ..BatchAudit::default() };
        self.count_batches(batches.manifest, &mut audit);
        self.refuse_impossible(batches.manifest, &mut audit);
        self.held_where_reported(batches, &audit)?;
        (audit.drawn, audit.at_random) = self.draw(batches, &comparison, &audit)?;
        let drawn: BTreeSet<usize> = audit.drawn.iter().map(|drawn| drawn.batch).collect();
        audit.not_counted = drawn.iter().filter(|at| !audit.counted.contains_key(at)).copied().collect();
        if !audit.is_full_count() {
            audit.extra = audit.counted.keys().filter(|at| !drawn.contains(at)).copied().collect();
        }
        let measured = self.measure_batches(batches, &comparison, &audit)?;
        Ok((audit, vec![measured]))
    }

    /// Batches with reported votes, in the manifest's order, then all others: their cards could be votes for losers. These are
    /// left out where all cards that audit.toml says can hold the contest have reported votes.
    fn listed(&self, batches: &Batches<'_>) -> Vec<usize> {
        let with = batches.reported.keys().copied();
        let others = (0..self.paper.batches()).filter(|at| !batches.reported.contains_key(at));
        if batches.most == Some(self.held(batches)) { with.collect() } else { with.chain(others).collect() }
    }

    /// How many cards must hold the contest for the reported votes to be on them.
    fn held(&self, batches: &Batches<'_>) -> u64 {
        batches.reported.values().fold(0u64, |sum, votes| sum.saturating_add(self.holding(votes)))
    }

    fn holding(&self, votes: &[u64]) -> u64 {
        let all = sum(votes);
        all.div_ceil(u64::from(self.decided.votes_allowed.max(1)))
    }

    /// Where other batches were left out, a batch with fewer votes than it reported leaves cards over: they could be in any of these.
    /// To refuse it is to give such a batch the largest error, which its bound allows for.
    fn held_where_reported(&self, batches: &Batches<'_>, audit: &BatchAudit) -> Result<(), String> {
        if audit.listed.len() == self.paper.batches() {
            return Ok(());
        }
        let fewer = |at: &&usize| {
            let [reported, counted] = [batches.reported.get(at), audit.counted.get(at)];
            reported.zip(counted).is_some_and(|(reported, counted)| self.holding(counted) < self.holding(reported))
        };
        match audit.listed.iter().find(fewer) {
            None => Ok(()),
            Some(at) => Err(format!(
                "batch {} was counted with fewer votes than it reported, so that cards with the contest can be in batches without \
                 reported votes: take `cards` out of audit.toml, and draw from all batches",
                batches.manifest.batches[*at].key
            )),
        }
    }

    fn comparison(&self, batches: &Batches<'_>) -> Result<BatchComparison, String> {
        if matches!(self.decided.rule, ElectionRule::Irv | ElectionRule::Supermajority) {
            return Err("batch comparison is for contests in which most votes win".to_owned());
        }
        if batches.reported.is_empty() {
            return Err("no file says how many votes each choice has in which batch".to_owned());
        }
        if let Some(most) = batches.most.filter(|most| *most < self.held(batches)) {
            let held = self.held(batches);
            return Err(format!(
                "audit.toml says that at most {most} cards hold the contest, and the reported votes need {held}: correct `cards`"
            ));
        }
        let none = vec![0; self.decided.contest.choices.len()];
        let tally = |at: &usize| BatchTally {
            ballots: self.paper.cards_of(*at),
            votes: batches.reported.get(at).unwrap_or(&none).clone(),
        };
        let tallies: Vec<BatchTally> = self.listed(batches).iter().map(tally).collect();
        let sum = |place: usize| tallies.iter().fold(0u64, |sum, batch| sum.saturating_add(batch.votes[place]));
        let votes = (0..none.len()).map(sum).collect();
        let cards = tallies.iter().map(|batch| batch.ballots).sum();
        let whole =
            Tally::new(cards, self.decided.seats, self.decided.votes_allowed, votes).map_err(|e| e.to_string())?;
        let mut winners: Vec<u32> = whole.winners().iter().map(|at| *at as u32).collect();
        winners.sort_unstable();
        if winners != self.decided.winners {
            let others = names(&self.decided.contest, &winners).join(", ");
            return Err(format!("the batches' totals have another winner than was reported: {others}"));
        }
        BatchComparison::new(whole, tallies).map_err(|e| e.to_string())
    }

    fn measure_batches(
        &self,
        batches: &Batches<'_>,
        comparison: &BatchComparison,
        audit: &BatchAudit,
    ) -> Result<Measured, String> {
        let place: HashMap<usize, usize> = audit.listed.iter().enumerate().map(|(at, batch)| (*batch, at)).collect();
        let counted: Vec<Option<BatchTally>> = audit
            .listed
            .iter()
            .map(|at| {
                audit
                    .counted
                    .get(at)
                    .map(|votes| BatchTally { ballots: self.paper.cards_of(*at), votes: votes.clone() })
            })
            .collect();
        let with_count =
            audit.drawn.iter().take(audit.at_random).take_while(|drawn| audit.counted.contains_key(&drawn.batch));
        let draws: Vec<usize> = with_count.map(|drawn| place[&drawn.batch]).collect();
        let how = if batches.settings.draw == DrawRule::Consistent { Replacement::Without } else { Replacement::With };
        let trail = comparison
            .trail(&draws, draws.len(), &counted, how, Understatements::Ignored)
            .map_err(|e| e.to_string())?;
        let mut least = 1.0f64;
        let mut lower = |risk: &f64| {
            least = least.min(*risk);
            least
        };
        let mut risk: Vec<f64> = trail.risks().iter().map(&mut lower).collect();
        risk.resize(audit.drawn.len(), least);
        let by_name = audit.at_random < audit.drawn.len();
        if let Some(stands) = comparison.outcome_stands(&counted).filter(|_| by_name) {
            least = if stands { 0.0 } else { 1.0 };
            risk.truncate(audit.drawn.len() - 1);
            risk.push(least);
        }
        let left = counted.iter().filter(|batch| batch.is_none()).count();
        let more = match comparison.next_size(self.limit, &trail, left) {
            _ if least <= self.limit.share() => Some(0),
            _ if by_name => None,
            0 => None,
            more => Some(more as u64),
        };
        let says = format!("{} won", names(&self.decided.contest, &self.decided.winners).join(", "));
        Ok(Measured { says, margin: comparison.tally().diluted_margin(), risk, doubt: 1.0, more, bets: None })
    }
}
