//! Proof of what differs between two snapshots, for people who may see neither.
//!
//! An office publishes a root per snapshot (`published`): a hash over a commitment to each record (`blind`, `canonical`)
//! in the shape of a trie (`trie`). Later it proves (`difference`) that so many records differ between two roots and no
//! others, and anybody checks that (`verify`) without the rolls, the secret, or any trust in this program: docs/proof.md
//! says what the bytes mean. Whom the records are of is shown to those alone who may know it (`openings`).

mod blind;
mod canonical;
mod difference;
mod hexadecimal;
mod leaves;
mod openings;
mod published;
mod read;
#[cfg(test)]
mod tests;
mod trie;
mod verify;
mod wire;

use std::collections::BTreeSet;

use pollwarden_core::{Complaint, RollSettings};

pub use blind::OfficeSecret;
pub use openings::{MAX_OPENINGS, OpenError, Opened, Opening, OpeningRefusal, check_openings, open};
pub use published::{CommitmentError, CommittedSource, MAX_COMMITMENT, RollCommitment};
pub use trie::{BlindedKey, Commitment, Root};
pub use verify::{Proven, Published, Refusal, verify};
pub use wire::MAX_PROOF;

use crate::{RollError, Snapshot};
use difference::Leaf;
use read::Read;

/// A record that differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Difference {
    /// The key that stands for it.
    pub key: BlindedKey,
    /// Its commitment in the older snapshot; none where it is new.
    pub before: Option<Commitment>,
    /// Its commitment in the newer snapshot; none where it is gone.
    pub after: Option<Commitment>,
}

impl Proven {
    /// The difference of a record.
    pub fn difference(&self, key: BlindedKey) -> Option<&Difference> {
        let at = self.differences.binary_search_by_key(&key, |difference| difference.key);
        at.ok().map(|at| &self.differences[at])
    }
}

/// A snapshot with its tree. Memory: 48 bytes a record; 56 while it is read.
#[derive(Debug)]
pub struct Committed {
    leaves: Vec<Leaf>,
    read: Read,
}

/// A proof, with the roots it leads from and to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The bytes to give away.
    pub bytes: Vec<u8>,
    /// The older and the newer snapshot.
    pub published: [Published; 2],
}

/// Reads a snapshot and commits to each of its records. `progress` is told of bytes read.
///
/// # Errors
/// Where a part can't be read from its beginning to its end.
pub fn commit(
    snapshot: &Snapshot,
    settings: &RollSettings,
    secret: &OfficeSecret,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Committed, RollError> {
    let (leaves, read) = leaves::leaves(snapshot, settings, secret, progress)?;
    Ok(Committed { leaves, read })
}

/// Commits to two snapshots at the same time.
///
/// # Errors
/// As [`commit`].
pub fn commit_both(
    [older, newer]: [&Snapshot; 2],
    settings: &RollSettings,
    secret: &OfficeSecret,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<[Committed; 2], RollError> {
    std::thread::scope(|scope| {
        let older = scope.spawn(|| commit(older, settings, secret, progress));
        let newer = commit(newer, settings, secret, progress);
        let older = older.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        Ok([older?, newer?])
    })
}

/// Proves which records differ between two snapshots that were committed to under one secret.
pub fn prove(older: &Committed, newer: &Committed) -> Proof {
    let (bytes, [a, b]) = difference::prove(&older.leaves, &newer.leaves);
    let records = |of: &Committed| of.leaves.len() as u64;
    let published = [Published { root: a, records: records(older) }, Published { root: b, records: records(newer) }];
    Proof { bytes, published }
}

impl Committed {
    /// What is to be published. `publish_digests`: also the files' digests, for extracts that anybody may have.
    pub fn commitment(&self, snapshot: &Snapshot, secret: &OfficeSecret, publish_digests: bool) -> RollCommitment {
        let tree = difference::tree(&self.leaves);
        RollCommitment::of(snapshot, &self.read, (tree.root(), tree.records), secret, publish_digests)
    }

    /// What was wrong with rows that are left out: the first ten thousand.
    pub fn complaints(&self) -> &[Complaint] {
        &self.read.complaints
    }

    /// Rows that are left out.
    pub fn left_out(&self) -> u64 {
        self.read.sources.iter().map(|source| source.rejected).sum()
    }

    /// The names of all columns, as commitments know them.
    pub fn columns(&self) -> &BTreeSet<String> {
        &self.read.columns
    }
}
