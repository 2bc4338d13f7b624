//! Batch comparison: whole batches counted by hand, against their reported totals (Stark 2009, MACRO).
//!
//! A batch is drawn with a chance as the error that it can hold at most: with replacement by Arlo's rule, or one after the other
//! without (Efraimidis and Spirakis 2006) where audit.toml says `draw = "consistent"`. A drawn batch that nobody counted ends
//! what can be told: from it on the risk is as it was before.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use pollwarden_rla::Tally;
use pollwarden_rla::batch::{BatchComparison, BatchTally, Understatements};
use pollwarden_rla::draw::{ArloBatch, Replacement, ppeb, weighted};

use super::contest::{Look, Measured};
use super::paper::BatchIndex;
use super::{AuditSettings, DrawRule, ElectionRule, names};
use crate::BallotManifest;

/// The draw of batches for one contest, and what became of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BatchAudit {
    /// Places in the manifest of the batches drawn from, in the order that the rule uses.
    pub listed: Vec<usize>,
    /// The draw, in order; a batch that was drawn twice is here twice.
    pub drawn: Vec<DrawnBatch>,
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
        self.count(batches.manifest, &mut audit);
        self.refuse_impossible(batches.manifest, &mut audit);
        audit.drawn = self.draw(batches, &comparison, &audit)?;
        let drawn: BTreeSet<usize> = audit.drawn.iter().map(|drawn| drawn.batch).collect();
        audit.not_counted = drawn.iter().filter(|at| !audit.counted.contains_key(at)).copied().collect();
        if !audit.is_full_count() {
            audit.extra = audit.counted.keys().filter(|at| !drawn.contains(at)).copied().collect();
        }
        let measured = self.measure_batches(batches, &comparison, &audit)?;
        Ok((audit, vec![measured]))
    }

    /// Batches with reported votes, in the manifest's order, then all others: their cards could be votes for losers. These are
    /// left out where audit.toml says that the contest is on no more cards than the first hold.
    fn listed(&self, batches: &Batches<'_>) -> Vec<usize> {
        let with: Vec<usize> = batches.reported.keys().copied().collect();
        let cards: u64 = with.iter().map(|at| self.paper.cards_of(*at)).sum();
        let others = (0..self.paper.batches()).filter(|at| !batches.reported.contains_key(at));
        let all_held = batches.most.is_some_and(|most| most <= cards);
        if all_held { with } else { with.iter().copied().chain(others).collect() }
    }

    fn comparison(&self, batches: &Batches<'_>) -> Result<BatchComparison, String> {
        if matches!(self.decided.rule, ElectionRule::Irv | ElectionRule::Supermajority) {
            return Err("batch comparison is for contests in which most votes win".to_owned());
        }
        if batches.reported.is_empty() {
            return Err("no file says how many votes each choice has in which batch".to_owned());
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

    /// What the board counted: batches with a number for every choice.
    fn count(&self, manifest: &BallotManifest, audit: &mut BatchAudit) {
        let contest = &self.decided.contest;
        let index = BatchIndex::new(manifest, &mut Vec::new());
        let mut votes: HashMap<usize, Vec<Option<u64>>> = HashMap::new();
        let rows = self.board.batches.iter().enumerate().filter(|(_, row)| row.contest == contest.name);
        for (nth, row) in rows {
            let (batch, choice) = (index.find(&row.batch), contest.choice(&row.choice));
            let why = match (batch, choice) {
                (Some(batch), Some(choice)) => {
                    let place = &mut votes.entry(batch).or_insert_with(|| vec![None; contest.choices.len()])[choice];
                    match (*place, row.votes) {
                        (Some(first), Some(votes)) if first != votes => {
                            format!("another row says {first} votes of the same choice")
                        }
                        (_, votes) => {
                            *place = votes.or(*place);
                            continue;
                        }
                    }
                }
                (None, _) => format!("the manifest has no batch {}", row.batch),
                (_, None) => format!("no choice of {} is named {}", contest.name, row.choice),
            };
            audit.unmappable.push((nth, why));
        }
        let full = votes
            .into_iter()
            .filter_map(|(batch, votes)| Some((batch, votes.into_iter().collect::<Option<Vec<u64>>>()?)));
        audit.counted = full.collect();
    }

    /// The draw of all rounds; without rounds, as much of it as the board has counted.
    fn draw(
        &self,
        batches: &Batches<'_>,
        comparison: &BatchComparison,
        audit: &BatchAudit,
    ) -> Result<Vec<DrawnBatch>, String> {
        let Some(seed) = &batches.settings.seed else { return Ok(Vec::new()) };
        let ids = ids(batches.manifest, &audit.listed);
        let named: Vec<(ArloBatch<'_>, f64)> = ids
            .iter()
            .map(|(jurisdiction, batch)| ArloBatch { jurisdiction, batch })
            .zip(comparison.bounds())
            .collect();
        let all = named.len();
        let full = audit.is_full_count();
        let until_counted = [if full { all } else { all.saturating_sub(1) } as u64];
        let rounds = if self.rounds.is_empty() { &until_counted[..] } else { self.rounds };
        let mut drawn = drawn(batches.settings.draw, seed, &named, rounds)?;
        if self.rounds.is_empty() {
            let counted = drawn.iter().position(|(at, _)| !audit.counted.contains_key(&audit.listed[*at]));
            drawn.truncate(counted.unwrap_or(drawn.len()));
        }
        Ok(drawn.into_iter().map(|(at, ticket)| DrawnBatch { batch: audit.listed[at], ticket }).collect())
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
        let with_count = audit.drawn.iter().take_while(|drawn| audit.counted.contains_key(&drawn.batch));
        let draws: Vec<usize> = with_count.map(|drawn| place[&drawn.batch]).collect();
        let how = if batches.settings.draw == DrawRule::Consistent { Replacement::Without } else { Replacement::With };
        let trail = comparison.trail(&draws, &counted, how, Understatements::Ignored).map_err(|e| e.to_string())?;
        let mut least = 1.0f64;
        let mut lower = |risk: &f64| {
            least = least.min(*risk);
            least
        };
        let mut risk: Vec<f64> = trail.risks().iter().map(&mut lower).collect();
        risk.resize(audit.drawn.len(), least);
        let left = counted.iter().filter(|batch| batch.is_none()).count();
        let more = match comparison.next_size(self.limit, &trail, left) {
            _ if least <= self.limit.share() => Some(0),
            0 => None,
            more => Some(more as u64),
        };
        let says = format!("{} won", names(&self.decided.contest, &self.decided.winners).join(", "));
        Ok(Measured { says, margin: comparison.tally().diluted_margin(), risk, doubt: 1.0, more, bets: None })
    }
}

/// Places among `named`, with tickets, round by round.
fn drawn(
    rule: DrawRule,
    seed: &str,
    named: &[(ArloBatch<'_>, f64)],
    rounds: &[u64],
) -> Result<Vec<(usize, String)>, String> {
    // No draw is longer than every batch drawn several times over: a slip of the finger must not fill the memory.
    let most = named.len().saturating_mul(4);
    if rule == DrawRule::Consistent {
        let order = weighted::order(named, seed).map_err(|e| e.to_string())?;
        let size = usize::try_from(rounds.iter().fold(0u64, |sum, n| sum.saturating_add(*n))).unwrap_or(usize::MAX);
        return Ok(order.into_iter().take(size).zip(1u64..).map(|(at, nth)| (at, nth.to_string())).collect());
    }
    let (mut places, mut drawn) = (Vec::new(), Vec::new());
    for size in rounds {
        let size = usize::try_from(*size).unwrap_or(usize::MAX).min(most);
        for batch in ppeb::draw(seed, named, &places, size).map_err(|e| e.to_string())? {
            places.push(batch.batch);
            drawn.push((batch.batch, batch.ticket.to_string()));
        }
    }
    Ok(drawn)
}

/// Jurisdiction and name of each batch: with the tabulator where the name alone is that of several.
fn ids(manifest: &BallotManifest, listed: &[usize]) -> Vec<(String, String)> {
    let keys = || listed.iter().map(|at| &manifest.batches[*at].key);
    let mut times: HashMap<(&str, &str), u64> = HashMap::new();
    keys().for_each(|key| *times.entry((&key.jurisdiction, &key.batch)).or_default() += 1);
    let name = |key: &crate::BatchKey| match times.get(&(key.jurisdiction.as_str(), key.batch.as_str())) {
        Some(1) => key.batch.clone(),
        _ => format!("{} - {}", key.tabulator, key.batch),
    };
    keys().map(|key| (key.jurisdiction.clone(), name(key))).collect()
}
