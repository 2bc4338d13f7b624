//! Parts of a tree (draft-ietf-plants-merkle-tree-certs, section 4): what a cosignature of a part rests on.

use std::ops::Range;

use crate::merkle::{ProofError, verify_inclusion};
use crate::{Hash, node_hash};

/// Checks that an entry stands at `index` of the log, within the part `of` under `root`.
///
/// # Errors
/// Where the part is none, or the proof does not show it.
pub fn verify_subtree_inclusion(
    leaf: &Hash,
    index: u64,
    of: &Range<u64>,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), ProofError> {
    let size = check(of, of.end)?;
    let within = index.checked_sub(of.start).ok_or(ProofError::Outside { index, size: of.end })?;
    verify_inclusion(leaf, within, size, proof, root)
}

/// Checks that the part `of` under `part` is what the tree of `size` entries under `root` has there.
///
/// # Errors
/// Where the part is none, or the proof does not show it.
pub fn verify_subtree_consistency(
    of: &Range<u64>,
    size: u64,
    proof: &[Hash],
    part: &Hash,
    root: &Hash,
) -> Result<(), ProofError> {
    check(of, size)?;
    let (mut first, mut last, mut end) = (of.start, of.end - 1, size - 1);
    let whole = if last == end {
        let shift = u64::BITS - (first ^ last).leading_zeros();
        [&mut first, &mut last, &mut end].into_iter().for_each(|n| *n = n.checked_shr(shift).unwrap_or(0));
        true
    } else {
        while first != last && last & 1 == 1 {
            [&mut first, &mut last, &mut end].into_iter().for_each(|n| *n >>= 1);
        }
        first == last
    };
    let cut = ProofError::Length { found: proof.len(), needed: proof.len() + 1 };
    let (seed, rest) = if whole { (*part, proof) } else { proof.split_first().map(|(s, r)| (*s, r)).ok_or(cut)? };
    let (mut small, mut large) = (seed, seed);
    for sibling in rest {
        if end == 0 {
            return Err(ProofError::Length { found: proof.len(), needed: proof.len() - 1 });
        }
        if last & 1 == 1 || last == end {
            if first < last {
                small = node_hash(sibling, &small);
            }
            large = node_hash(sibling, &large);
            while last & 1 == 0 && last != 0 {
                [&mut first, &mut last, &mut end].into_iter().for_each(|n| *n >>= 1);
            }
        } else {
            large = node_hash(&large, sibling);
        }
        [&mut first, &mut last, &mut end].into_iter().for_each(|n| *n >>= 1);
    }
    if end != 0 {
        return Err(cut);
    }
    match (small == *part, large == *root) {
        (true, true) => Ok(()),
        (false, true) => Err(ProofError::Rewritten),
        (_, false) => Err(ProofError::WrongRoot),
    }
}

/// The part's size, where it is one: it begins at a multiple of the power of two that holds it.
fn check(of: &Range<u64>, size: u64) -> Result<u64, ProofError> {
    let none = ProofError::NoSubtree { start: of.start, end: of.end, size };
    let length = of.end.checked_sub(of.start).filter(|length| *length > 0 && of.end <= size).ok_or(none)?;
    let holds = length.checked_next_power_of_two().ok_or(none)?;
    if of.start.is_multiple_of(holds) { Ok(length) } else { Err(none) }
}
