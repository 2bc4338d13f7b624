//! Everything that detectors judge: what was read, and the audit over it.

use std::ops::Range;

use crate::audit::{Audit, BoardRecords};
use crate::{BallotManifest, BatchKey, Cvrs, Feed, Results};

/// Files of a count, read, and the audit over them.
#[derive(Debug, Default)]
pub struct Evidence {
    /// Cast vote records.
    pub cvrs: Cvrs,
    /// Which records each file holds, by their places.
    pub record_files: Vec<(String, Range<usize>)>,
    /// The manifest.
    pub manifest: BallotManifest,
    /// Reported results, file by file.
    pub results: Vec<Results>,
    /// Live results, file by file.
    pub feeds: Vec<Feed>,
    /// The board's rows.
    pub board: BoardRecords,
    /// The audit; `None` where there is no audit.toml, or it can't be run.
    pub audit: Option<Audit>,
}

impl Evidence {
    /// The file that holds a record.
    pub fn record_file(&self, at: usize) -> &str {
        let file = self.record_files.iter().find(|(_, places)| places.contains(&at));
        file.or(self.record_files.first()).map_or("cast vote records", |(name, _)| name.as_str())
    }

    /// The file that holds the manifest's first batch.
    pub fn manifest_file(&self) -> &str {
        self.manifest.batches.first().map_or("ballot manifest", |batch| batch.source.as_str())
    }

    /// The manifest's batch, in words.
    pub fn batch(&self, at: usize) -> String {
        self.manifest.batches.get(at).map_or_else(|| "?".to_owned(), |batch| in_words(&batch.key))
    }
}

/// A batch in words: `batch 12 of tabulator 4`.
pub(crate) fn in_words(key: &BatchKey) -> String {
    let mut words = format!("batch {}", key.batch);
    if !key.tabulator.is_empty() {
        words.push_str(&format!(" of tabulator {}", key.tabulator));
    }
    if !key.jurisdiction.is_empty() {
        words.push_str(&format!(" in {}", key.jurisdiction));
    }
    words
}

/// `1 card`, `2 cards`.
pub(crate) fn of(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// Up to `most` of them with commas between, and how many more there are.
pub(crate) fn list(items: &[String], most: usize) -> String {
    let shown = items.iter().take(most).cloned().collect::<Vec<_>>().join(", ");
    match items.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
