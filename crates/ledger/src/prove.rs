//! Proofs made from tiles (RFC 6962, sections 2.1.1 and 2.1.2).

use std::ops::Range;

use crate::merkle::split;
use crate::tile::{TileError, Tiles};
use crate::{Hash, node_hash};

/// The root that the tiles give.
///
/// # Errors
/// Where a tile can't be read.
pub fn tree_root(tiles: &Tiles<'_>) -> Result<Hash, TileError> {
    root_of_first(tiles, tiles.size())
}

/// The root that the tiles give for the tree's first `size` entries: that of the log when it had no more.
///
/// # Errors
/// Where the tree is smaller, or a tile can't be read.
pub fn root_of_first(tiles: &Tiles<'_>, size: u64) -> Result<Hash, TileError> {
    if size > tiles.size() {
        return Err(TileError::Outside { index: size, size: tiles.size() });
    }
    of(tiles, 0..size)
}

/// The proof that the entry at `index` (from 0) is in the tree.
///
/// # Errors
/// Where there is no such entry, or a tile can't be read.
pub fn inclusion_proof(tiles: &Tiles<'_>, index: u64) -> Result<Vec<Hash>, TileError> {
    let size = tiles.size();
    if index >= size {
        return Err(TileError::Outside { index, size });
    }
    let mut proof = Vec::new();
    let mut range = 0..size;
    while range.end - range.start > 1 {
        let middle = range.start + split(range.end - range.start);
        let (left, right) = (range.start..middle, middle..range.end);
        let (towards, sibling) = if index < middle { (left, right) } else { (right, left) };
        proof.push(of(tiles, sibling)?);
        range = towards;
    }
    proof.reverse();
    Ok(proof)
}

/// The proof that the tree has the one of `old` entries as its beginning.
///
/// # Errors
/// Where it is smaller, or a tile can't be read.
pub fn consistency_proof(tiles: &Tiles<'_>, old: u64) -> Result<Vec<Hash>, TileError> {
    let size = tiles.size();
    if old > size {
        return Err(TileError::Outside { index: old, size });
    }
    if old == 0 || old == size {
        return Ok(Vec::new());
    }
    let mut proof = Vec::new();
    let mut range = 0..size;
    while range.end != old {
        let middle = range.start + split(range.end - range.start);
        let (left, right) = (range.start..middle, middle..range.end);
        let (towards, sibling) = if old <= middle { (left, right) } else { (right, left) };
        proof.push(of(tiles, sibling)?);
        range = towards;
    }
    if range.start > 0 {
        proof.push(of(tiles, range)?);
    }
    proof.reverse();
    Ok(proof)
}

/// The hash over a part of the tree: a full one of its own level, or two.
fn of(tiles: &Tiles<'_>, leaves: Range<u64>) -> Result<Hash, TileError> {
    let size = leaves.end - leaves.start;
    if size == 0 {
        return Ok(Hash::empty());
    }
    if size.is_power_of_two() {
        let level = size.trailing_zeros();
        return tiles.node(level, leaves.start >> level);
    }
    let middle = leaves.start + split(size);
    Ok(node_hash(&of(tiles, leaves.start..middle)?, &of(tiles, middle..leaves.end)?))
}
