//! Votes while they are counted: of a round, for the whole count or for a slice.

use std::collections::BTreeMap;

use super::decimal::Scale;
use super::place::Reason;
use super::{Counts, Inactive, Transfer, TransferEnd};

/// Votes in units of the count's scale.
#[derive(Debug, Clone)]
pub(super) struct Tally {
    /// By candidate; `None` for those who can get no votes in this round.
    pub(super) votes: Vec<Option<i128>>,
    inactive: [i128; Reason::COUNT],
    active: i128,
    transfers: BTreeMap<(Option<usize>, TransferEnd), i128>,
}

impl Tally {
    /// Nothing counted, for these candidates.
    pub(super) fn new(votes: Vec<Option<i128>>) -> Self {
        Self { votes, inactive: [0; Reason::COUNT], active: 0, transfers: BTreeMap::new() }
    }

    pub(super) fn count_for(&mut self, candidate: usize, votes: i128) {
        self.active += votes;
        *self.votes[candidate].get_or_insert(0) += votes;
    }

    pub(super) fn count_inactive(&mut self, reason: Reason, votes: i128) {
        self.inactive[reason as usize] += votes;
        // What is left over when all seats are filled is still active in RCTab's reports.
        if reason == Reason::FinalSurplus {
            self.active += votes;
        }
    }

    pub(super) fn transfer(&mut self, from: Option<usize>, to: TransferEnd, votes: i128) {
        if votes > 0 {
            *self.transfers.entry((from, to)).or_insert(0) += votes;
        }
    }

    /// Votes that count in this round, without those that earlier winners keep.
    pub(super) fn active(&self) -> i128 {
        self.active
    }

    pub(super) fn of(&self, candidate: usize) -> i128 {
        self.votes[candidate].unwrap_or(0)
    }

    /// Those who can get votes.
    pub(super) fn standing(&self) -> impl Iterator<Item = usize> {
        self.votes.iter().enumerate().filter(|(_, votes)| votes.is_some()).map(|(at, _)| at)
    }

    /// Candidates by their votes, fewest first.
    pub(super) fn by_votes(&self) -> BTreeMap<i128, Vec<usize>> {
        let mut by_votes: BTreeMap<i128, Vec<usize>> = BTreeMap::new();
        for candidate in self.standing() {
            by_votes.entry(self.of(candidate)).or_default().push(candidate);
        }
        by_votes
    }

    pub(super) fn counts(&self, scale: Scale) -> Counts {
        let inactive = |reason: Reason| scale.decimal(self.inactive[reason as usize]);
        let transfer = |(&(from, to), votes): (&(Option<usize>, TransferEnd), &i128)| Transfer {
            from,
            to,
            votes: scale.decimal(*votes),
        };
        Counts {
            votes: self.votes.iter().map(|votes| votes.map(|v| scale.decimal(v))).collect(),
            inactive: Inactive {
                overvotes: inactive(Reason::Overvote),
                skipped_rankings: inactive(Reason::SkippedRanks),
                exhausted_choices: inactive(Reason::ChoicesExhausted),
                repeated_rankings: inactive(Reason::RepeatedRank),
                no_rankings: inactive(Reason::NoRankings),
            },
            final_round_surplus: inactive(Reason::FinalSurplus),
            transfers: self.transfers.iter().map(transfer).collect(),
        }
    }
}
