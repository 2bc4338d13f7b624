//! The tree of hashes over a snapshot's records: what a root is, for whoever builds one and for whoever checks one.
//!
//! A Merkle tree (Merkle 1987) in the shape of a binary trie: the bits of a record's key, the highest first, say where it
//! stands. The shape follows from the keys alone, so that one set of records has one root. A leaf's hash does not depend
//! on its depth: a record moves up when its neighbour is gone, and stays the same opaque hash. Tags keep leaves, nodes and
//! roots apart, as RFC 6962, section 2.1, does for leaves and nodes. docs/proof.md says the same for other programs.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// The bits of a key, and so the most levels of a tree.
pub(super) const LEVELS: u32 = 128;

/// What stands before the hashed bytes of each kind; those of records' commitments are in `blind`.
const LEAF: u8 = 0;
const NODE: u8 = 1;
const ROOT: &[u8] = b"\x02pollwarden roll snapshot 1";

/// A voter's id under the office's secret: where the record stands in the tree. 16 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlindedKey(pub [u8; 16]);

/// What binds an office to one record without showing it. 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Commitment(pub [u8; 32]);

/// What binds an office to a whole snapshot. 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Root(pub [u8; 32]);

/// A part of a tree: how many records are in it, and the hash over them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Subtree {
    pub(super) records: u64,
    pub(super) hash: [u8; 32],
}

impl Subtree {
    /// No record.
    pub(super) const EMPTY: Self = Self { records: 0, hash: [0; 32] };

    /// One record, at whatever depth.
    pub(super) fn leaf(key: BlindedKey, commitment: Commitment) -> Self {
        let hash = Sha256::new().chain_update([LEAF]).chain_update(key.0).chain_update(commitment.0);
        Self { records: 1, hash: hash.finalize().into() }
    }

    /// The records whose next bit is 0, and those whose next bit is 1. `None` where there are too many to count.
    pub(super) fn join(left: Self, right: Self) -> Option<Self> {
        let records = left.records.checked_add(right.records)?;
        if records < 2 {
            return Some(if left.records == 1 { left } else { right });
        }
        // The numbers are hashed too: an opaque part can't pass for one of more or fewer records.
        let mut bytes = [NODE; 81];
        bytes[1..9].copy_from_slice(&left.records.to_be_bytes());
        bytes[9..41].copy_from_slice(&left.hash);
        bytes[41..49].copy_from_slice(&right.records.to_be_bytes());
        bytes[49..].copy_from_slice(&right.hash);
        Some(Self { records, hash: Sha256::digest(bytes).into() })
    }

    /// The root of a snapshot whose whole tree this is.
    pub(super) fn root(self) -> Root {
        let hash = Sha256::new().chain_update(ROOT).chain_update(self.records.to_be_bytes()).chain_update(self.hash);
        Root(hash.finalize().into())
    }
}

impl BlindedKey {
    /// The bit that says left (0) or right (1) below a node at a depth.
    pub(super) fn bit(self, depth: u32) -> bool {
        self.bits() >> (LEVELS - 1 - depth) & 1 == 1
    }

    /// Whether the first bits are those of a place in the tree.
    pub(super) fn is_below(self, path: u128, depth: u32) -> bool {
        (self.bits() ^ path).checked_shr(LEVELS - depth).unwrap_or(0) == 0
    }

    fn bits(self) -> u128 {
        u128::from_be_bytes(self.0)
    }
}

/// Shows as hexadecimal digits, two for each byte.
macro_rules! hexadecimal {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex::encode(self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    )*};
}

hexadecimal!(BlindedKey, Commitment, Root);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_counted_from_the_highest() {
        let key = BlindedKey([0b1010_0000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!([0, 1, 2, 3, 126, 127].map(|depth| key.bit(depth)), [true, false, true, false, false, true]);
        assert!(key.is_below(0, 0) && key.is_below(0b101 << 125, 3) && key.is_below(key.bits(), 128));
        assert!(!key.is_below(0b111 << 125, 3) && !key.is_below(key.bits() ^ 1, 128));
    }

    #[test]
    fn a_record_alone_is_its_leaf_and_numbers_are_bound() {
        let leaf = Subtree::leaf(BlindedKey([7; 16]), Commitment([8; 32]));
        assert_eq!(Subtree::join(Subtree::EMPTY, leaf), Some(leaf));
        assert_eq!(Subtree::join(leaf, Subtree::EMPTY), Some(leaf));
        assert_eq!(Subtree::join(Subtree::EMPTY, Subtree::EMPTY), Some(Subtree::EMPTY));
        let more = Subtree { records: 2, ..leaf };
        let hash = |left, right| Subtree::join(left, right).map(|node| node.hash);
        assert_ne!(hash(leaf, more), hash(more, leaf), "the same hashes with other numbers");
        assert_ne!(Subtree { records: 1, ..leaf }.root(), more.root());
        assert_eq!(Subtree::join(Subtree { records: u64::MAX, ..leaf }, leaf), None);
    }
}
