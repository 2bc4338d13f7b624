//! The bytes of a proof: what stands where. docs/proof.md describes them for other programs.
//!
//! First [`MAGIC`], then the root of the older and that of the newer snapshot, then the tree in preorder: a tag for each
//! part, and what the tag calls for. Numbers are unsigned, 8 bytes, the highest byte first.

/// How a proof begins. Another format has another number.
pub(super) const MAGIC: &[u8] = b"pollwarden roll proof 1\n";

/// The beginning that all formats share.
pub(super) const MAGIC_OF_ANY: &[u8] = b"pollwarden roll proof ";

/// The most bytes a proof may have: about 13 million changed records.
pub const MAX_PROOF: usize = 1 << 30;

/// No record in either snapshot.
pub(super) const NOTHING: u8 = 0;
/// The same records in both: their number, their hash.
pub(super) const SAME: u8 = 1;
/// One record with other content: key, commitment before, commitment after.
pub(super) const CHANGED: u8 = 2;
/// One record that only the older snapshot has: key, commitment.
pub(super) const GONE: u8 = 3;
/// One record that only the newer snapshot has: key, commitment.
pub(super) const NEW: u8 = 4;
/// Both halves follow, the left one first.
pub(super) const SPLIT: u8 = 5;
