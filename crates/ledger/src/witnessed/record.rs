//! What a witness keeps of a log that did not only grow.
//!
//! Two checkpoints of one size with different roots prove it to anybody: `forks/`. A proof between two sizes that fails proves nothing
//! by itself, as anybody can send a false proof beside a true checkpoint: `unproven/`.

use sha2::{Digest as _, Sha256};

use super::folder::Evidence;
use super::{Latest, Witness};
use crate::checkpoint::Checkpoint;
use crate::split::SplitView;
use crate::witness::{AddCheckpoint, Refusal};

/// One is proof enough; further ones may show how far the two views went apart.
pub(super) const MAX_FORKS: usize = 16;
/// The newest are kept, so that nobody can fill the place of what matters.
pub(super) const MAX_UNPROVEN: usize = 16;

impl Witness {
    /// Keeps what a refused request shows. Where the disk fails the refusal stands all the same.
    pub(super) fn remember(&self, refusal: &Refusal, request: &AddCheckpoint, latest: Option<&Latest>) {
        let signed = matches!(refusal, Refusal::Backwards { .. } | Refusal::Stale(_) | Refusal::Inconsistent(_));
        let Some(latest) = latest.filter(|_| signed) else { return };
        // An empty tree with another root is refused before its checkpoint can be read.
        let Ok(verified) = Checkpoint::verify(request.checkpoint.as_bytes(), &self.logs) else { return };
        let new = verified.checkpoint();
        let kept = if new.size == latest.tree.size && new.root != latest.tree.root {
            self.keep_fork(new, latest, request)
        } else if new.size > latest.tree.size && matches!(refusal, Refusal::Inconsistent(_)) {
            self.keep_unproven(new, request)
        } else {
            return;
        };
        drop(kept);
    }

    fn keep_fork(&self, new: &Checkpoint, latest: &Latest, request: &AddCheckpoint) -> Result<(), super::WitnessError> {
        let first = latest.note.to_text();
        let second = self.signed_by_log(&request.checkpoint).to_text();
        let digest = digest(&[latest.note.unverified_text(), &new.to_string()]);
        let evidence = Evidence { kind: "forks", origin: &new.origin, digest, ending: "json", newest: false };
        self.folder.keep(&evidence, SplitView { first, second }.to_json().as_bytes(), MAX_FORKS)
    }

    fn keep_unproven(&self, new: &Checkpoint, request: &AddCheckpoint) -> Result<(), super::WitnessError> {
        let evidence = Evidence {
            kind: "unproven",
            origin: &new.origin,
            digest: digest(&[&new.to_string()]),
            ending: "txt",
            newest: true,
        };
        let checkpoint = self.signed_by_log(&request.checkpoint).to_text();
        let request = AddCheckpoint { checkpoint, ..request.clone() };
        self.folder.keep(&evidence, request.to_text().as_bytes(), MAX_UNPROVEN)
    }
}

/// What was signed names the file: the same again, with other signatures or proofs, is not kept twice.
fn digest(texts: &[&str]) -> String {
    let digest = texts.iter().fold(Sha256::new(), |digest, text| digest.chain_update(text));
    hex::encode(&digest.finalize()[..16])
}
