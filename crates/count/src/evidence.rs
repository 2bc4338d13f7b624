//! Everything that detectors judge: what was read, and the audit over it.

use std::ops::Range;

use crate::audit::{Audit, BoardRecords};
use crate::{BallotManifest, BatchKey, Commitment, Cvrs, Feed, Results};

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
    /// What a ledger holds of these files from before the draw; `None` where none is at hand, or it holds nothing of them.
    pub commitment: Option<Commitment>,
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

    /// The file that reports a contest first.
    pub fn results_file(&self, contest: &str) -> &str {
        let file = self.results.iter().find(|r| r.contests.iter().any(|c| c.name == contest));
        file.map_or("results", |results| results.source.as_str())
    }

    /// Reported choices of a contest that its records don't have by that name, with votes; whoever was written in is left out.
    pub fn unknown_choices(&self, contest: &str) -> Vec<String> {
        let Some(id) = self.cvrs.find_contest(contest) else { return Vec::new() };
        let recorded = self.cvrs.contest(id);
        let reported =
            self.results.iter().flat_map(|r| &r.contests).filter(|c| c.name == contest).flat_map(|c| &c.choices);
        let unknown = reported.filter(|c| !c.is_written_in() && c.votes != 0 && recorded.choice(&c.name).is_none());
        let mut names: Vec<String> = unknown.map(|c| c.name.clone()).collect();
        names.sort();
        names.dedup();
        names
    }

    /// How many cards the manifest says have no records.
    pub fn cards_without_records(&self) -> u64 {
        let without = self.manifest.batches.iter().filter(|batch| batch.has_cvrs == Some(false));
        without.fold(0, |sum, batch| sum.saturating_add(batch.cards))
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
