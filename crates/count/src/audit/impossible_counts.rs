//! Hand counts of batches that their cards can't hold.

use super::batches::BatchAudit;
use super::contest::Look;
use super::paper::BatchIndex;
use super::sum;
use crate::BallotManifest;

impl Look<'_> {
    /// Takes out counts with more votes than a batch's cards can hold: the batch then counts as not counted.
    pub(super) fn refuse_impossible(&self, manifest: &BallotManifest, audit: &mut BatchAudit) {
        let allowed = u64::from(self.decided.votes_allowed);
        let index = BatchIndex::new(manifest, &mut Vec::new());
        let impossible = |batch: &usize, votes: &[u64]| {
            let cards = self.paper.cards_of(*batch);
            let all = sum(votes);
            all > cards.saturating_mul(allowed) || votes.iter().any(|votes| *votes > cards)
        };
        let refused: Vec<(usize, u64)> = audit
            .counted
            .iter()
            .filter(|(batch, votes)| impossible(batch, votes))
            .map(|(batch, votes)| (*batch, sum(votes)))
            .collect();
        for (batch, votes) in refused {
            audit.counted.remove(&batch);
            let of_batch = |row: &crate::audit::CountedVotes| {
                row.contest == self.decided.contest.name && index.find(&row.batch) == Some(batch)
            };
            let row = self.board.batches.iter().position(of_batch).unwrap_or(0);
            let cards = self.paper.cards_of(batch);
            let why = format!("{votes} votes were counted in a batch of {cards} cards: count it again");
            audit.unmappable.push((row, why));
        }
    }
}
