//! What a log asks of a witness, and how the witness judges it (C2SP tlog-witness). Serving and keeping state are elsewhere.

use std::fmt::Write as _;

use crate::checkpoint::{Checkpoint, CheckpointError, VerifiedCheckpoint};
use crate::merkle::{ProofError, verify_consistency};
use crate::note::{MAX_NOTE, SignedNote};
use crate::policy::Policy;
use crate::{Hash, text};

/// The longest request read, in bytes.
pub const MAX_REQUEST: usize = MAX_NOTE + 4 * 1024;
/// More hashes than any tree needs are not read.
const MAX_HASHES: usize = 63;

/// `add-checkpoint`: a checkpoint to be cosigned, and the proof that it only adds to the one cosigned last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// The size of the tree that the witness cosigned last.
    pub old: u64,
    /// The proof of consistency from there.
    pub proof: Vec<Hash>,
    /// The signed checkpoint.
    pub checkpoint: String,
}

/// The tree of a log that a witness cosigned last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WitnessedTree {
    /// Its size.
    pub size: u64,
    /// Its root.
    pub root: Hash,
}

/// Why a witness does not cosign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not a request.
    #[error("line {line} should be {expected}")]
    Form {
        /// The line, from 1.
        line: usize,
        /// What should stand there.
        expected: &'static str,
    },
    /// Not a checkpoint.
    #[error("the checkpoint: {0}")]
    Checkpoint(CheckpointError),
    /// Not a log of this witness's.
    #[error("this witness does not know the log {0:?}")]
    UnknownLog(String),
    /// Not signed by the log.
    #[error("the checkpoint: {0}")]
    NotSigned(CheckpointError),
    /// A proof from beyond the checkpoint.
    #[error("the old size {old} is larger than the checkpoint's, {new}")]
    Backwards {
        /// The old size.
        old: u64,
        /// The checkpoint's.
        new: u64,
    },
    /// The witness cosigned another size last.
    #[error("this witness cosigned size {0} last: prove consistency from there")]
    Stale(u64),
    /// The log did not only grow. Where both sizes are equal, the two checkpoints prove it by themselves.
    #[error("the checkpoint does not follow from the one cosigned last: {0}")]
    Inconsistent(ProofError),
}

impl Refusal {
    /// The HTTP status that the specification asks for.
    pub fn status(&self) -> u16 {
        match self {
            Self::Form { .. } | Self::Checkpoint(_) | Self::Backwards { .. } => 400,
            Self::NotSigned(_) => 403,
            Self::UnknownLog(_) => 404,
            Self::Stale(_) => 409,
            Self::Inconsistent(_) => 422,
        }
    }
}

impl AddCheckpoint {
    /// Reads a request's body.
    ///
    /// # Errors
    /// Where it is none, with the line.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        Self::read(bytes).map_err(|(line, expected)| Refusal::Form { line, expected })
    }

    fn read(bytes: &[u8]) -> Result<Self, Unexpected> {
        let (mut lines, checkpoint) = request(bytes)?;
        let old = lines.next().and_then(|(_, line)| text::decimal(line.strip_prefix("old ")?));
        let old = old.ok_or((1, "the word old and a number"))?;
        let proof = proof(lines, 2)?;
        Ok(Self { old, proof, checkpoint: checkpoint.to_owned() })
    }

    /// The request's body.
    pub fn to_text(&self) -> String {
        let mut body = format!("old {}\n", self.old);
        self.proof.iter().for_each(|hash| _ = writeln!(body, "{hash}"));
        let _ = write!(body, "\n{}", self.checkpoint);
        body
    }
}

/// A line of a request, from 1, and what should stand there.
pub(crate) type Unexpected = (usize, &'static str);

/// The lines in front of a request's checkpoint, each with its number, and the checkpoint.
pub(crate) fn request(bytes: &[u8]) -> Result<(impl Iterator<Item = (usize, &str)>, &str), Unexpected> {
    if bytes.len() > MAX_REQUEST {
        return Err((1, "shorter"));
    }
    let body = std::str::from_utf8(bytes).map_err(|_| (1, "UTF-8"))?;
    let (head, checkpoint) = body.split_once("\n\n").ok_or((1, "followed by an empty line somewhere"))?;
    Ok(((1..).zip(head.split('\n')), checkpoint))
}

pub(crate) fn hash((number, line): (usize, &str)) -> Result<Hash, Unexpected> {
    Hash::parse(line).ok_or((number, "a hash in base64"))
}

/// A proof's hashes, whose first stands in the line `first`.
pub(crate) fn proof<'l>(lines: impl Iterator<Item = (usize, &'l str)>, first: usize) -> Result<Vec<Hash>, Unexpected> {
    let proof: Vec<Hash> = lines.map(hash).collect::<Result<_, _>>()?;
    if proof.len() > MAX_HASHES {
        return Err((first + MAX_HASHES, "an empty line: no proof is that long"));
    }
    Ok(proof)
}

/// Whether a witness may cosign: the log signed the checkpoint, and the tree only grew since `known`, which the caller looks
/// up by origin and must hold unchanged until the new tree is kept in its place.
///
/// # Errors
/// Where it may not, in the order that the specification asks for.
pub fn judge(
    request: &AddCheckpoint,
    logs: &Policy,
    known: impl FnOnce(&str) -> Option<WitnessedTree>,
) -> Result<VerifiedCheckpoint, Refusal> {
    let note = SignedNote::parse(request.checkpoint.as_bytes()).map_err(|why| Refusal::Checkpoint(why.into()))?;
    let origin = note.unverified_text().split('\n').next().unwrap_or_default();
    if !logs.logs().iter().any(|key| key.name() == origin) {
        return Err(Refusal::UnknownLog(origin.to_owned()));
    }
    let verified = match Checkpoint::verify(request.checkpoint.as_bytes(), logs) {
        Ok(verified) => verified,
        Err(CheckpointError::NotEmpty) => return Err(Refusal::Inconsistent(ProofError::WrongRoot)),
        Err(why @ CheckpointError::Form { .. }) => return Err(Refusal::Checkpoint(why)),
        Err(why) => return Err(Refusal::NotSigned(why)),
    };
    let new = verified.checkpoint();
    if request.old > new.size {
        return Err(Refusal::Backwards { old: request.old, new: new.size });
    }
    let known = known(&new.origin).unwrap_or(WitnessedTree { size: 0, root: Hash::empty() });
    if request.old != known.size {
        return Err(Refusal::Stale(known.size));
    }
    follows(&known, new, &request.proof).map_err(Refusal::Inconsistent)?;
    Ok(verified)
}

/// The first tree that a witness sees follows from the empty one without a proof.
fn follows(known: &WitnessedTree, new: &Checkpoint, proof: &[Hash]) -> Result<(), ProofError> {
    match verify_consistency(known.size, new.size, proof, &known.root, &new.root) {
        Err(ProofError::FromNothing) if proof.is_empty() => Ok(()),
        Err(ProofError::FromNothing) => Err(ProofError::Length { found: proof.len(), needed: 0 }),
        checked => checked,
    }
}
