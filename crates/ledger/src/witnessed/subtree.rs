//! `sign-subtree` (C2SP tlog-witness): a cosignature of a part of a tree that this witness cosigned as a whole.

use std::ops::Range;

use super::Witness;
use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::merkle::ProofError;
use crate::note::SignedNote;
use crate::subtree::verify_subtree_consistency;
use crate::witness::{Unexpected, hash, proof, request};
use crate::{Hash, text};

/// A part of a tree to be cosigned, the proof that the tree has it, and the tree's checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignSubtree {
    /// Which entries.
    pub leaves: Range<u64>,
    /// The hash over them.
    pub hash: Hash,
    /// The proof that the tree has the part.
    pub proof: Vec<Hash>,
    /// The checkpoint that this witness cosigned.
    pub checkpoint: String,
}

/// Why a witness does not cosign a part.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubtreeRefusal {
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
    /// No part of the tree.
    #[error("{0}")]
    NoPart(ProofError),
    /// Not a log of this witness's.
    #[error("this witness does not know the log {0:?}")]
    UnknownLog(String),
    /// Not cosigned by this witness.
    #[error("this witness did not cosign the checkpoint: {0}")]
    NotCosigned(CheckpointError),
    /// The proof.
    #[error("the proof: {0}")]
    Unproven(ProofError),
    /// The witness has no key of ML-DSA-44, which alone can cosign parts.
    #[error("this witness does not cosign parts of trees")]
    NoKey,
}

impl SubtreeRefusal {
    /// The HTTP status that the specification asks for.
    pub fn status(&self) -> u16 {
        match self {
            Self::Form { .. } | Self::Checkpoint(_) | Self::NoPart(_) => 400,
            Self::NotCosigned(_) => 403,
            Self::UnknownLog(_) | Self::NoKey => 404,
            Self::Unproven(_) => 422,
        }
    }
}

impl SignSubtree {
    /// Reads a request's body.
    ///
    /// # Errors
    /// Where it is none, with the line.
    pub fn parse(bytes: &[u8]) -> Result<Self, SubtreeRefusal> {
        Self::read(bytes).map_err(|(line, expected)| SubtreeRefusal::Form { line, expected })
    }

    fn read(bytes: &[u8]) -> Result<Self, Unexpected> {
        let (mut lines, checkpoint) = request(bytes)?;
        let range = lines.next().and_then(|(_, line)| line.strip_prefix("subtree ")?.split_once(' '));
        let range = range.and_then(|(start, end)| Some(text::decimal(start)?..text::decimal(end)?));
        let leaves = range.ok_or((1, "the word subtree and two numbers"))?;
        let part = lines.next().ok_or((2, "a hash in base64")).and_then(hash)?;
        let proof = proof(lines, 3)?;
        Ok(Self { leaves, hash: part, proof, checkpoint: checkpoint.to_owned() })
    }
}

impl Witness {
    /// Answers `sign-subtree` with the line of its cosignature, which states no time. Nothing is kept of it.
    ///
    /// # Errors
    /// Where it may not cosign, or has no key that can.
    pub fn sign_subtree(&self, body: &[u8]) -> Result<String, SubtreeRefusal> {
        let request = SignSubtree::parse(body)?;
        let note = SignedNote::parse(request.checkpoint.as_bytes());
        let note = note.map_err(|why| SubtreeRefusal::Checkpoint(why.into()))?;
        let tree = Checkpoint::parse(note.unverified_text()).map_err(SubtreeRefusal::Checkpoint)?;
        if !self.logs().iter().any(|key| key.name() == tree.origin) {
            return Err(SubtreeRefusal::UnknownLog(tree.origin));
        }
        note.verify(self.keys()).map_err(|why| SubtreeRefusal::NotCosigned(why.into()))?;
        let SignSubtree { leaves, hash, proof, .. } = request;
        let proven = verify_subtree_consistency(&leaves, tree.size, &proof, &hash, &tree.root);
        proven.map_err(|why| match why {
            ProofError::NoSubtree { .. } => SubtreeRefusal::NoPart(why),
            why => SubtreeRefusal::Unproven(why),
        })?;
        let line = self.signers.iter().find_map(|signer| signer.sign_subtree(&tree.origin, leaves.clone(), &hash));
        line.map(|line| line.to_text()).ok_or(SubtreeRefusal::NoKey)
    }
}
