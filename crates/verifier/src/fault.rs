//! Why evidence is refused, and why something is no evidence at all.

use pollwarden_ledger::{
    AuditError, BundleError, CheckpointError, Missing, NoteError, PolicyError, ProofError, RotationError,
    SplitViewError, TileError, TlogProofError,
};

/// Why there is nothing to judge.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// None of the forms of evidence.
    #[error(
        "it is no evidence that this Pollwarden knows: neither an evidence bundle, nor a proof (.tlog-proof), nor a signed \
         checkpoint, nor a record of a split log"
    )]
    Unknown,
    /// A bundle of another version, or one too long.
    #[error("the evidence bundle can't be read: {0}")]
    Bundle(BundleError),
    /// A public file of a log.
    #[error("the log can't be read: {0}")]
    Missing(Missing),
}

/// Why evidence is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    #[error("the bundle: {0}")]
    Bundle(BundleError),
    #[error("the proof: {0}")]
    Proof(TlogProofError),
    #[error("the record: {0}")]
    Split(SplitViewError),
    #[error("the checkpoint: {0}")]
    Checkpoint(CheckpointError),
    #[error("the older checkpoint: {0}")]
    Older(CheckpointError),
    #[error("the keys: {0}")]
    Policy(PolicyError),
    #[error("entry {index} changes the log's keys: {source}")]
    Rotation { index: u64, source: RotationError },
    #[error(
        "entry {index} changes the log's keys, and is signed with a key that an entry before it had replaced: somebody has the old \
         secret"
    )]
    Retired { index: u64 },
    #[error(
        "the checkpoint is signed with a key that entry {index} of the same log had replaced, and not with the new one: \
         somebody has the old secret"
    )]
    Superseded { index: u64 },
    #[error("entry {index} is not proven to be in the log: {source}")]
    Inclusion { index: u64, source: ProofError },
    #[error("what is opened of entry {index} for {section} is not what was committed to: it was altered")]
    Opening { index: u64, section: &'static str },
    #[error("the log's tiles: {0}")]
    Tile(TileError),
    #[error("the published file {}: {}", .0.path, .0.why)]
    Audit(AuditError),
    #[error("the log is {new:?}, and the older checkpoint is of {old:?}: these are two logs")]
    Origin { old: String, new: String },
    #[error("the log signed another tree before: its first entries are not those of your older checkpoint any more")]
    Rewritten,
    #[error(
        "the log's tiles do not lead to the root that its checkpoint has: this copy of them is spoiled, or not of one time; \
         take another copy of the log"
    )]
    Spoiled,
    #[error(
        "your older checkpoint has {old} entries, and this one {new}: this is an old copy, or entries were taken away"
    )]
    Fewer { old: u64, new: u64 },
}

impl Fault {
    /// Whether nothing is known to be false: only those did not sign whom the reader asks for.
    pub(crate) fn is_of_trust(&self) -> bool {
        use CheckpointError::{NotByLog, Note, Quorum};
        matches!(self, Self::Checkpoint(Quorum { .. } | NotByLog(_) | Note(NoteError::Unknown(_))))
    }
}
