//! The right edge of a growing tree: all that is needed to add entries and to know the root.

use crate::tile::{TILE_WIDTH, Tile, TileError, Tiles, entries_path};
use crate::{Hash, leaf_hash, node_hash, root};

/// The tiles that are not full yet, a level each, and the entries below the lowest.
#[derive(Debug, Clone, Default)]
pub(super) struct Edge {
    size: u64,
    levels: Vec<Vec<Hash>>,
    bundle: Vec<u8>,
}

/// A file's path and bytes.
pub(super) type PublicFile = (String, Vec<u8>);

impl Edge {
    /// The edge that the tiles have; `None` where the entries don't have the hashes that stand above them.
    pub(super) fn read(tiles: &Tiles<'_>) -> Result<Option<Self>, TileError> {
        let size = tiles.size();
        let mut edge = Self { size, ..Self::default() };
        let mut hashes = size;
        for level in 0.. {
            if hashes == 0 {
                break;
            }
            let partial = !hashes.is_multiple_of(TILE_WIDTH);
            edge.levels.push(if partial { tiles.tile(level, hashes / TILE_WIDTH)?.to_vec() } else { Vec::new() });
            hashes /= TILE_WIDTH;
        }
        if size.is_multiple_of(TILE_WIDTH) {
            return Ok(Some(edge));
        }
        let entries = tiles.entries(size / TILE_WIDTH)?;
        entries.iter().for_each(|entry| edge.enclose(entry));
        Ok(entries.iter().map(|entry| leaf_hash(entry)).eq(edge.levels[0].iter().copied()).then_some(edge))
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Adds an entry, and hands over what became full by it.
    pub(super) fn push<E>(&mut self, entry: &[u8], mut full: impl FnMut(PublicFile) -> Result<(), E>) -> Result<(), E> {
        self.size += 1;
        self.enclose(entry);
        let mut hash = leaf_hash(entry);
        for level in 0.. {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            let hashes = &mut self.levels[level];
            hashes.push(hash);
            if (hashes.len() as u64) < TILE_WIDTH {
                break;
            }
            hash = root(hashes);
            let tile = Tile { level: level as u8, index: (self.size >> (8 * (level + 1))) - 1, width: 256 };
            full((tile.to_string(), bytes(hashes)))?;
            hashes.clear();
            if level == 0 {
                full((entries_path(tile.index, tile.width), std::mem::take(&mut self.bundle)))?;
            }
        }
        Ok(())
    }

    /// What is not full, as a checkpoint of this size needs it published.
    pub(super) fn partial(&self) -> Vec<PublicFile> {
        let mut files: Vec<PublicFile> = Vec::new();
        for (level, hashes) in (0_u8..).zip(&self.levels).filter(|(_, hashes)| !hashes.is_empty()) {
            let index = self.size.checked_shr(8 * (u32::from(level) + 1)).unwrap_or(0);
            let tile = Tile { level, index, width: hashes.len() as u16 };
            files.push((tile.to_string(), bytes(hashes)));
            if level == 0 {
                files.push((entries_path(tile.index, tile.width), self.bundle.clone()));
            }
        }
        files
    }

    /// The root: over full parts of the tree, the smaller they are the further to the right.
    pub(super) fn root(&self) -> Hash {
        let mut above: Option<Hash> = None;
        for hashes in &self.levels {
            let mut rest = hashes.as_slice();
            while !rest.is_empty() {
                let (left, part) = rest.split_at(rest.len() - (1 << rest.len().trailing_zeros()));
                let hash = root(part);
                above = Some(above.map_or(hash, |right| node_hash(&hash, &right)));
                rest = left;
            }
        }
        above.unwrap_or_else(Hash::empty)
    }

    fn enclose(&mut self, entry: &[u8]) {
        // The length of an entry was checked when it was handed over, or it stood in two bytes.
        self.bundle.extend((entry.len() as u16).to_be_bytes());
        self.bundle.extend(entry);
    }
}

fn bytes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_that_of_all_leaves() {
        let (mut edge, mut leaves) = (Edge::default(), Vec::new());
        assert_eq!(edge.root(), Hash::empty());
        for number in 0..1500_u32 {
            edge.push(&number.to_be_bytes(), |_| Ok::<_, ()>(())).unwrap();
            leaves.push(leaf_hash(&number.to_be_bytes()));
            assert_eq!(edge.root(), root(&leaves), "{number}");
        }
    }
}
