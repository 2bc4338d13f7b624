//! Drawn cards that the audit board has not come to yet.

use std::collections::BTreeSet;

use super::{Audit, Fate};

impl Audit {
    /// Drawn cards without a row that are no omission yet: those of rounds of which fewer than half the cards have one.
    pub fn coming(&self) -> BTreeSet<u64> {
        let mut coming = BTreeSet::new();
        for round in self.rounds() {
            let without: Vec<u64> = round.iter().copied().filter(|card| self.has_no_row(*card)).collect();
            if 2 * without.len() > round.len() {
                coming.extend(without);
            }
        }
        coming
    }

    fn has_no_row(&self, card: u64) -> bool {
        self.replay.drawn.get(&card) == Some(&Fate::NotAudited)
    }

    /// Each round's cards, without those that an earlier round drew already.
    fn rounds(&self) -> Vec<Vec<u64>> {
        let mut seen = BTreeSet::new();
        let mut new = |card: &u64| seen.insert(*card);
        let cards: Vec<u64> = self.drawn.iter().map(|drawn| drawn.card).collect();
        let sizes = self.settings.rounds.iter().map(|size| usize::try_from(*size).unwrap_or(usize::MAX));
        let mut left = cards.as_slice();
        let mut rounds = Vec::new();
        for size in sizes.chain([usize::MAX]) {
            let (round, rest) = left.split_at(size.min(left.len()));
            rounds.push(round.iter().copied().filter(&mut new).collect());
            left = rest;
        }
        rounds.retain(|round: &Vec<u64>| !round.is_empty());
        rounds
    }
}
