//! Ballot manifests: what paper there is, batch by batch.

use crate::BatchKey;

/// A list of batches. Its order defines a draw: it is kept as it was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BallotManifest {
    /// Batches, in the order of the file.
    pub batches: Vec<ManifestBatch>,
}

/// A pile of paper.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ManifestBatch {
    /// Which batch; names as the manifest writes them.
    pub key: BatchKey,
    /// The box or cart it lies in; empty where the manifest doesn't say.
    pub container: String,
    /// How many cards it holds.
    pub cards: u64,
    /// Whether its cards have cast vote records; `None` where the manifest doesn't say.
    pub has_cvrs: Option<bool>,
    /// The file; filled in by whoever reads several.
    pub source: String,
    /// The line of the file it stands on, from 1.
    pub line: u64,
}

impl BallotManifest {
    /// All cards.
    pub fn cards(&self) -> u64 {
        self.batches.iter().fold(0, |sum, batch| sum.saturating_add(batch.cards))
    }
}
