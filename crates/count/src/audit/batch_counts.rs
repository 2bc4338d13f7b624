//! What the board counted in whole batches, by the rows of its sheet.

use std::collections::{BTreeMap, BTreeSet};

use super::CountedVotes;
use super::batch_index::BatchIndex;
use super::batches::BatchAudit;
use super::contest::Look;
use crate::BallotManifest;

/// Rows of one contest.
#[derive(Default)]
struct Counts {
    /// By batch, each choice's votes so far.
    votes: BTreeMap<usize, Vec<Option<u64>>>,
    /// The first row that says that the batch was not found.
    not_found: BTreeMap<usize, usize>,
    /// Batches of which two rows contradict each other: nobody can say which is right.
    contradicted: BTreeSet<usize>,
    unmappable: Vec<(usize, String)>,
}

impl Look<'_> {
    /// What the board counted: batches with a number for every choice, and no row that contradicts another.
    pub(super) fn count_batches(&self, manifest: &BallotManifest, audit: &mut BatchAudit) {
        let contest = &self.decided.contest;
        let index = BatchIndex::new(manifest, &mut Vec::new());
        let mut counts = Counts::default();
        for (nth, row) in self.board.batches.iter().enumerate().filter(|(_, row)| row.contest == contest.name) {
            match (index.find(&row.batch), self.meant(&row.choice)) {
                (Some(batch), Some(choice)) => counts.add(nth, [batch, choice], contest.choices.len(), row),
                (None, _) => counts.unmappable.push((nth, format!("the manifest has no batch {}", row.batch))),
                (_, None) => {
                    counts.unmappable.push((nth, format!("no choice of {} is named {}", contest.name, row.choice)));
                }
            }
        }
        counts.finish(audit);
    }
}

impl Look<'_> {
    /// The choice that people named. A line for write-ins that only may be meant is not counted for a winner.
    fn meant(&self, name: &str) -> Option<usize> {
        let contest = &self.decided.contest;
        let presumed = |at: usize| self.decided.winners.contains(&(at as u32)) && contest.is_presumed(name, at);
        contest.find(name).filter(|at| !presumed(*at)).or_else(|| contest.choice_alike(name))
    }
}

impl Counts {
    fn add(&mut self, nth: usize, [batch, choice]: [usize; 2], choices: usize, row: &CountedVotes) {
        let Some(votes) = row.votes else {
            self.not_found.entry(batch).or_insert(nth);
            return;
        };
        let place = &mut self.votes.entry(batch).or_insert_with(|| vec![None; choices])[choice];
        let first = *place.get_or_insert(votes);
        if first != votes {
            self.contradicted.insert(batch);
            self.unmappable.push((nth, format!("another row says {first} votes of the same choice")));
        }
    }

    fn finish(mut self, audit: &mut BatchAudit) {
        for (batch, nth) in self.not_found {
            if self.votes.remove(&batch).is_some() {
                let why = "this row says that the batch was not found, and other rows have its votes";
                self.unmappable.push((nth, why.to_owned()));
            }
        }
        self.votes.retain(|batch, _| !self.contradicted.contains(batch));
        let full = self
            .votes
            .into_iter()
            .filter_map(|(batch, votes)| Some((batch, votes.into_iter().collect::<Option<_>>()?)));
        audit.counted = full.collect();
        self.unmappable.sort_by_key(|(nth, _)| *nth);
        audit.unmappable = self.unmappable;
    }
}
