//! A transparency log on the C2SP specifications, one module for each: what an office says is entered here, so that it
//! can't be taken back quietly and an outsider can check it.
//!
//! Without the feature `store` this crate is text and arithmetic alone: it reads no file and no clock, has no secret
//! of its own and can write nothing. The verifier is built that way.

mod audit;
mod bundle;
mod checkpoint;
mod cosignature;
mod entry;
mod hash;
mod key;
#[cfg(feature = "store")]
mod keys;
mod merkle;
mod note;
#[cfg(feature = "store")]
pub mod office;
mod policy;
mod proof;
mod prove;
mod rotation;
pub mod said;
mod signer;
mod split;
#[cfg(feature = "store")]
pub mod statements;
#[cfg(feature = "store")]
pub mod store;
mod subtree;
mod text;
mod tile;
mod witness;
#[cfg(feature = "store")]
mod witnessed;

pub use audit::{AuditError, Audited, audit};
pub use bundle::{Bundle, BundleError, Evidence, MAX_BUNDLE};
pub use checkpoint::{Checkpoint, CheckpointError, Cosigned, VerifiedCheckpoint};
pub use cosignature::{cosignature_message, subtree_message};
pub use entry::{Disclosed, Entry, EntryError, MAX_ENTRY, Opening, Section, Statement};
pub use hash::{Hash, leaf_hash, node_hash};
pub use key::{Algorithm, KeyError, VerifierKey};
#[cfg(feature = "store")]
pub use keys::{KeyFile, KeyFileError, Role};
pub use merkle::{ProofError, root, verify_consistency, verify_inclusion};
pub use note::{MAX_NOTE, NoteError, SignatureLine, Signed, SignedNote, VerifiedNote};
pub use policy::{MAX_POLICY, Policy, PolicyError};
pub use proof::{MAX_TLOG_PROOF, TlogProof, TlogProofError};
pub use prove::{consistency_proof, inclusion_proof, root_of_first, tree_root};
pub use rotation::{Rotation, RotationError};
pub use signer::Signer;
pub use split::{SplitView, SplitViewError};
pub use subtree::{verify_subtree_consistency, verify_subtree_inclusion};
pub use tile::{Missing, Resources, TILE_WIDTH, Tile, TileError, Tiles, entries, entries_path};
pub use witness::{AddCheckpoint, MAX_REQUEST, Refusal, WitnessedTree, judge};
#[cfg(feature = "store")]
pub use witnessed::{SignSubtree, SubtreeRefusal, Witness, WitnessError, origin_hash};
