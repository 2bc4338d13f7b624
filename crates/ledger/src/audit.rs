//! Everything that a log publishes, derived again from its entries: each hash, each tile and the root.
//!
//! It reads each file once, in order, and keeps little: a log of any size can be audited. That the checkpoint is signed is
//! for the caller to check.

use std::rc::Rc;

use crate::tile::{Missing, Resources, TILE_WIDTH, Tile, TileError, Tiles, entries, entries_path};
use crate::{Checkpoint, Hash, inclusion_proof, leaf_hash, root, tree_root, verify_inclusion};

/// What was read and found right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Audited {
    /// Entries.
    pub entries: u64,
    /// Tiles of hashes.
    pub tiles: u64,
    /// Bundles of entries.
    pub bundles: u64,
    /// Bytes of both.
    pub bytes: u64,
}

/// The first file that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {why}")]
pub struct AuditError {
    /// The file, below the log's address.
    pub path: String,
    /// What is wrong with it.
    pub why: String,
}

/// Derives a log again from its entries, up to a checkpoint. `each` is told of every entry that has the hash above it; whether the
/// whole leads to the checkpoint's root is known at the end.
///
/// # Errors
/// Where a file is missing or damaged, with the first.
pub fn audit(
    from: &dyn Resources,
    checkpoint: &Checkpoint,
    each: &mut dyn FnMut(u64, &[u8]),
) -> Result<Audited, AuditError> {
    let mut audit =
        Audit { checkpoint, tiles: Tiles::new(from, checkpoint.size), above: Vec::new(), done: Audited::default() };
    for index in 0..checkpoint.size.div_ceil(TILE_WIDTH) {
        audit.bundle(index, each)?;
    }
    for level in 0..audit.above.len() {
        audit.partial(level)?;
    }
    audit.root()
}

struct Audit<'a> {
    checkpoint: &'a Checkpoint,
    tiles: Tiles<'a>,
    /// Roots of full tiles, by the level above them (from 1), that are not yet compared.
    above: Vec<Vec<Hash>>,
    done: Audited,
}

impl Audit<'_> {
    fn bundle(&mut self, index: u64, each: &mut dyn FnMut(u64, &[u8])) -> Result<(), AuditError> {
        let tile = self.tile_of(0, index)?;
        let (bytes, width) = self.tiles.bundle(tile)?;
        let all = entries(index, width, &bytes).map_err(|error| named(&entries_path(index, width), &error))?;
        let entered = &all[..usize::from(tile.width)];
        let hashes: Vec<Hash> = entered.iter().map(|entry| leaf_hash(entry)).collect();
        let published = self.read_tile(tile)?;
        if let Some(place) = (0..hashes.len()).find(|place| hashes[*place] != published[*place]) {
            return Err(self.blame(tile, place, &published[place]));
        }
        self.done.bundles += 1;
        self.done.bytes += bytes.len() as u64;
        for (number, entry) in (index * TILE_WIDTH..).zip(entered) {
            each(number, entry);
        }
        self.done.entries += entered.len() as u64;
        if u64::from(tile.width) == TILE_WIDTH { self.full(1, root(&hashes)) } else { Ok(()) }
    }

    /// Takes the root of a full tile below `level`, and compares a tile that is full by it.
    fn full(&mut self, level: usize, hash: Hash) -> Result<(), AuditError> {
        if self.above.len() < level {
            self.above.push(Vec::new());
        }
        let hashes = &mut self.above[level - 1];
        hashes.push(hash);
        if (hashes.len() as u64) < TILE_WIDTH {
            return Ok(());
        }
        let hashes = std::mem::take(hashes);
        let index = (self.done.entries >> (8 * (level + 1))) - 1;
        self.compare(level, index, &hashes)?;
        self.full(level + 1, root(&hashes))
    }

    fn partial(&mut self, place: usize) -> Result<(), AuditError> {
        let level = place + 1;
        let hashes = std::mem::take(&mut self.above[place]);
        if hashes.is_empty() {
            return Ok(());
        }
        self.compare(level, self.checkpoint.size >> (8 * level) >> 8, &hashes)
    }

    fn compare(&mut self, level: usize, index: u64, hashes: &[Hash]) -> Result<(), AuditError> {
        let tile = self.tile_of(level, index)?;
        let published = self.read_tile(tile)?;
        let Some(place) = (0..hashes.len()).find(|place| hashes.get(*place) != published.get(*place)) else {
            return Ok(());
        };
        let below = Tile { level: tile.level - 1, index: index * TILE_WIDTH + place as u64, width: 256 };
        let why = format!("its hash {place} is not that of {below}: it was altered, or all below it was replaced");
        Err(AuditError { path: tile.to_string(), why })
    }

    fn root(self) -> Result<Audited, AuditError> {
        let computed = tree_root(&self.tiles).map_err(|error| named("checkpoint", &error))?;
        if computed == self.checkpoint.root {
            return Ok(self.done);
        }
        let why = "the log's files agree with one another and give another root than it has: it is of another log, or the \
                   log was written anew";
        Err(AuditError { path: "checkpoint".to_owned(), why: why.to_owned() })
    }

    /// An entry and the hash above it differ: the one that does not lead to the checkpoint's root was altered.
    fn blame(&self, tile: Tile, place: usize, published: &Hash) -> AuditError {
        let index = tile.index * TILE_WIDTH + place as u64;
        let Checkpoint { size, root, .. } = self.checkpoint;
        let proof = inclusion_proof(&self.tiles, index).unwrap_or_default();
        if verify_inclusion(published, index, *size, &proof, root).is_ok() {
            let why = format!("entry {index} is not what was entered: it was altered");
            return AuditError { path: entries_path(tile.index, tile.width), why };
        }
        let why = format!("the hash of entry {index} leads to another root than the checkpoint's: it was altered");
        AuditError { path: tile.to_string(), why }
    }

    fn read_tile(&mut self, tile: Tile) -> Result<Rc<Vec<Hash>>, AuditError> {
        let hashes = self.tiles.tile(tile.level, tile.index).map_err(|error| named(&tile.to_string(), &error))?;
        self.done.tiles += 1;
        self.done.bytes += hashes.len() as u64 * 32;
        Ok(hashes)
    }

    fn tile_of(&self, level: usize, index: u64) -> Result<Tile, AuditError> {
        let outside = TileError::Outside { index, size: self.checkpoint.size };
        Tile::of(level as u8, index, self.checkpoint.size).ok_or_else(|| named("checkpoint", &outside))
    }
}

impl From<Missing> for AuditError {
    fn from(missing: Missing) -> Self {
        Self { path: missing.path, why: missing.why }
    }
}

/// A fault with the file that it is of, said once.
fn named(path: &str, error: &TileError) -> AuditError {
    if let TileError::Missing(missing) = error {
        return missing.clone().into();
    }
    let said = error.to_string();
    AuditError { why: said.strip_prefix(path).map_or(said.as_str(), str::trim_start).to_owned(), path: path.to_owned() }
}
