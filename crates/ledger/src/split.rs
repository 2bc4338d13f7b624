//! Two views of one log: two checkpoints that its key signed, of one size and with different roots. Nobody who keeps one log can
//! sign both, so that whoever holds them can prove that the log was split.

use serde::{Deserialize, Serialize};

use crate::checkpoint::{Checkpoint, CheckpointError, VerifiedCheckpoint};
use crate::note::MAX_NOTE;
use crate::policy::Policy;

const FORMAT: &str = "pollwarden split view 1";

/// Two signed checkpoints that can't both be of one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitView {
    /// The one that was seen first.
    pub first: String,
    /// The other.
    pub second: String,
}

/// Why a pair of checkpoints proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SplitViewError {
    /// Not a pair of checkpoints.
    #[error("it is no record of a split log: {0}")]
    Form(String),
    /// One of them.
    #[error("the {which} checkpoint: {source}")]
    Checkpoint {
        /// The first or the second.
        which: &'static str,
        /// What is wrong with it.
        source: CheckpointError,
    },
    /// They can both be true.
    #[error("the two checkpoints don't contradict each other: both can be of one log")]
    NoContradiction,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    format: String,
    first: String,
    second: String,
}

impl SplitView {
    /// Reads a pair of checkpoints.
    ///
    /// # Errors
    /// Where it is none.
    pub fn parse(bytes: &[u8]) -> Result<Self, SplitViewError> {
        let form = |why: &str| SplitViewError::Form(why.to_owned());
        if bytes.len() > 3 * MAX_NOTE {
            return Err(form("it is too long"));
        }
        let wire: Wire = serde_json::from_slice(bytes).map_err(|error| form(&error.to_string()))?;
        let view = Self { first: wire.first, second: wire.second };
        if wire.format != FORMAT || view.to_json().as_bytes() != bytes {
            return Err(form("it is not written in the one way that it has"));
        }
        Ok(view)
    }

    /// Checks that a trusted log signed both and that they contradict each other.
    ///
    /// # Errors
    /// Where they prove nothing.
    pub fn verify(&self, logs: &Policy) -> Result<[VerifiedCheckpoint; 2], SplitViewError> {
        let check = |which, note: &str| {
            Checkpoint::verify(note.as_bytes(), logs).map_err(|source| SplitViewError::Checkpoint { which, source })
        };
        let both = [check("first", &self.first)?, check("second", &self.second)?];
        let [a, b] = both.each_ref().map(VerifiedCheckpoint::checkpoint);
        if a.origin == b.origin && a.size == b.size && a.root != b.root {
            Ok(both)
        } else {
            Err(SplitViewError::NoContradiction)
        }
    }

    /// The pair's one form.
    pub fn to_json(&self) -> String {
        let wire = Wire { format: FORMAT.to_owned(), first: self.first.clone(), second: self.second.clone() };
        let mut json = serde_json::to_string_pretty(&wire).expect("texts can be written as JSON");
        json.push('\n');
        json
    }
}
