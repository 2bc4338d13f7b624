//! Proofs of inclusion and consistency (RFC 6962, section 2.1; verified as RFC 9162, sections 2.1.3.2 and 2.1.4.2, says).

use crate::{Hash, node_hash};

/// Why a proof proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// A place that the tree does not have.
    #[error("it is about entry {index}, and the log has {size} entries")]
    Outside {
        /// The entry, from 0.
        index: u64,
        /// How many there are.
        size: u64,
    },
    /// From a larger tree to a smaller one.
    #[error("a log of {old} entries can't have become one of {new}: entries were taken away")]
    Shrunk {
        /// The older size.
        old: u64,
        /// The newer size.
        new: u64,
    },
    /// Another number of hashes than the sizes need.
    #[error("it has {found} hashes and needs {needed}: it was cut off or added to")]
    Length {
        /// How many there are.
        found: usize,
        /// How many there must be.
        needed: usize,
    },
    /// From a log without entries: any log follows from that.
    #[error("nothing is proven by a log that had no entries: every log begins so")]
    FromNothing,
    /// It leads to another root.
    #[error("it does not lead to the root: the entry or the proof was altered")]
    WrongRoot,
    /// It does not lead to the older root.
    #[error("it does not lead to the older root: what was in the log was changed or taken away")]
    Rewritten,
    /// Not a part of a tree.
    #[error("entries {start} to {end} are no part of a tree of {size} entries")]
    NoSubtree {
        /// The first.
        start: u64,
        /// Behind the last.
        end: u64,
        /// The tree's size.
        size: u64,
    },
}

/// Checks that the entry with the hash `leaf` stands at `index` (from 0) in the tree of `size` entries under `root`.
///
/// # Errors
/// Where the proof does not show it.
pub fn verify_inclusion(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::Outside { index, size });
    }
    let (inner, border) = lengths(index, size);
    if proof.len() != inner + border {
        return Err(ProofError::Length { found: proof.len(), needed: inner + border });
    }
    let below = proof[..inner].iter().enumerate().fold(*leaf, |hash, (level, sibling)| {
        if index >> level & 1 == 0 { node_hash(&hash, sibling) } else { node_hash(sibling, &hash) }
    });
    let computed = proof[inner..].iter().fold(below, |hash, sibling| node_hash(sibling, &hash));
    if computed == *root { Ok(()) } else { Err(ProofError::WrongRoot) }
}

/// How many siblings lie below the place where the paths of `index` and of the last entry part, and how many above, all to
/// the left.
fn lengths(index: u64, size: u64) -> (usize, usize) {
    let inner = u64::BITS - (index ^ (size - 1)).leading_zeros();
    let border = index.checked_shr(inner).unwrap_or(0).count_ones();
    (inner as usize, border as usize)
}

/// Checks that the tree of `new` entries under `new_root` has the tree of `old` entries under `old_root` as its beginning.
///
/// # Errors
/// Where the proof does not show it.
pub fn verify_consistency(
    old: u64,
    new: u64,
    proof: &[Hash],
    old_root: &Hash,
    new_root: &Hash,
) -> Result<(), ProofError> {
    if old > new {
        return Err(ProofError::Shrunk { old, new });
    }
    if old == new {
        return same(old, proof, old_root, new_root);
    }
    if old == 0 {
        return Err(ProofError::FromNothing);
    }
    // The subtree that ends the older tree is the first hash, unless it is the older tree itself.
    let shift = old.trailing_zeros();
    let (inner, border) = lengths(old - 1, new);
    let inner = inner - shift as usize;
    let whole = old == 1 << shift;
    let needed = usize::from(!whole) + inner + border;
    if proof.len() != needed {
        return Err(ProofError::Length { found: proof.len(), needed });
    }
    let (seed, proof) = if whole { (*old_root, proof) } else { (proof[0], &proof[1..]) };
    let path = (old - 1) >> shift;
    let (mut older, mut newer) = (seed, seed);
    for (level, sibling) in proof[..inner].iter().enumerate() {
        if path >> level & 1 == 1 {
            older = node_hash(sibling, &older);
            newer = node_hash(sibling, &newer);
        } else {
            newer = node_hash(&newer, sibling);
        }
    }
    for sibling in &proof[inner..] {
        older = node_hash(sibling, &older);
        newer = node_hash(sibling, &newer);
    }
    match (older == *old_root, newer == *new_root) {
        (true, true) => Ok(()),
        (false, true) => Err(ProofError::Rewritten),
        (_, false) => Err(ProofError::WrongRoot),
    }
}

/// Equal trees need no proof.
fn same(size: u64, proof: &[Hash], old_root: &Hash, new_root: &Hash) -> Result<(), ProofError> {
    if !proof.is_empty() {
        return Err(ProofError::Length { found: proof.len(), needed: 0 });
    }
    let possible = size > 0 || *new_root == Hash::empty();
    if old_root == new_root && possible { Ok(()) } else { Err(ProofError::Rewritten) }
}

/// The root over leaf hashes.
pub fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::empty(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len() as u64) as usize);
            node_hash(&root(left), &root(right))
        }
    }
}

/// The largest power of two below `size`, which is 2 or more.
pub(crate) fn split(size: u64) -> u64 {
    1 << (u64::BITS - 1 - (size - 1).leading_zeros())
}
