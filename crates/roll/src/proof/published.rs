//! What an office publishes of a snapshot: one small JSON file, with nothing of any voter in it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::blind::OfficeSecret;
use super::read::Read;
use super::trie::Root;
use super::verify::Published;
use crate::Snapshot;

/// The format's name and version.
const FORMAT: &str = "pollwarden roll commitment 1";

/// The most bytes of such a file.
pub const MAX_COMMITMENT: usize = 16 << 20;

/// An office's commitment to a snapshot: what is published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RollCommitment {
    format: String,
    /// The root, as 64 hexadecimal digits.
    #[serde(with = "super::hexadecimal")]
    root: [u8; 32],
    /// Records under the root.
    pub records: u64,
    /// Rows that could not be read, and so are not under the root.
    pub left_out: u64,
    /// The snapshot's name.
    pub snapshot: String,
    /// The day it shows, as far as its name or office.toml says.
    pub date: Option<String>,
    /// Columns, by their canonical names.
    pub columns: BTreeSet<String>,
    /// The files it was read from.
    pub sources: Vec<CommittedSource>,
}

/// A file that a snapshot was read from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommittedSource {
    /// Its name.
    pub name: String,
    /// Records read from it.
    pub records: u64,
    /// Rows of it that could not be read.
    pub left_out: u64,
    /// HMAC-SHA-256 of its SHA-256 under the office's secret: the office can show later that it was this file.
    #[serde(with = "super::hexadecimal")]
    keyed_sha256: [u8; 32],
    /// SHA-256 of the file as received, where the office chose to publish it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
}

/// Why a file is not an office's commitment.
#[derive(Debug, thiserror::Error)]
pub enum CommitmentError {
    /// It is longer than any commitment.
    #[error("it has {0} bytes; a commitment has at most {MAX_COMMITMENT}")]
    TooLong(usize),
    /// It is another kind of file.
    #[error(
        "it is no commitment to a roll: {0}. Expected was the JSON file that `pollwarden roll commit --out` wrote and the office published"
    )]
    NoCommitment(#[from] serde_json::Error),
    /// It has another version.
    #[error("its format is {0:?}; this Pollwarden reads {FORMAT:?}")]
    OtherFormat(String),
}

impl RollCommitment {
    pub(super) fn of(
        snapshot: &Snapshot,
        read: &Read,
        (root, records): (Root, u64),
        secret: &OfficeSecret,
        publish_digests: bool,
    ) -> Self {
        let source = |source: &pollwarden_core::Source| CommittedSource {
            name: source.name.clone(),
            records: source.rows,
            left_out: source.rejected,
            keyed_sha256: secret.source(source.digest),
            sha256: publish_digests.then(|| source.digest.to_string()),
        };
        Self {
            format: FORMAT.to_owned(),
            root: root.0,
            records,
            left_out: read.sources.iter().map(|source| source.rejected).sum(),
            snapshot: snapshot.name.clone(),
            date: snapshot.date.map(|date| date.to_string()),
            columns: read.columns.clone(),
            sources: read.sources.iter().map(source).collect(),
        }
    }

    /// Reads a published file.
    ///
    /// # Errors
    /// Where it is something else.
    pub fn read(json: &[u8]) -> Result<Self, CommitmentError> {
        if json.len() > MAX_COMMITMENT {
            return Err(CommitmentError::TooLong(json.len()));
        }
        let commitment: Self = serde_json::from_slice(json)?;
        if commitment.format == FORMAT { Ok(commitment) } else { Err(CommitmentError::OtherFormat(commitment.format)) }
    }

    /// The file to publish. One snapshot and secret give the same bytes each time.
    ///
    /// # Errors
    /// None that is known: its texts and numbers are all JSON.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// The root and what it stands for.
    pub fn published(&self) -> Published {
        Published { root: Root(self.root), records: self.records }
    }
}
