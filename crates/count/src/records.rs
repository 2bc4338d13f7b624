//! What was read from a folder of count files.

use pollwarden_core::{Complaint, Source};

use crate::{BallotManifest, CvrBuilder, Feed, Results};

/// Everything read so far.
#[derive(Debug, Default)]
pub struct Records {
    /// Cast vote records.
    pub cvrs: CvrBuilder,
    /// Which records each file holds, by their places; filled in by whoever reads several.
    pub record_files: Vec<(String, std::ops::Range<usize>)>,
    /// The manifest: batches of all manifest files, file by file.
    pub manifest: BallotManifest,
    /// Results, file by file.
    pub results: Vec<Results>,
    /// Live results, file by file.
    pub feeds: Vec<Feed>,
    /// Files that could not be read: nothing of them is here.
    pub refused: Vec<Complaint>,
    /// What was read with a doubt.
    pub complaints: Vec<Complaint>,
    /// What was read, by digest.
    pub sources: Vec<Source>,
    /// For each source, how many cards there were when it was read to its end.
    pub(crate) cards_then: Vec<usize>,
}
