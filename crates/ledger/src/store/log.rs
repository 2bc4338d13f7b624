//! The only writer of a log.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use super::disk::Disk;
use super::edge::Edge;
use super::error::LogError;
use super::folder::Public;
use super::layout::Layout;
use super::rotate;
use crate::tile::{Resources, TILE_WIDTH, Tiles};
use crate::{Checkpoint, Hash, SignedNote, Signer, TileError, VerifierKey, leaf_hash};

/// A log that this process alone writes, kept as a folder.
pub struct Log {
    pub(super) disk: Arc<dyn Disk>,
    pub(super) layout: Layout,
    pub(super) signers: Vec<Signer>,
    pub(super) tree: Checkpoint,
    pub(super) note: String,
    pub(super) edge: Edge,
    /// Folders whose names are known to be durable.
    pub(super) durable: HashSet<PathBuf>,
    /// Something may lie about that has to be cleared away first.
    pub(super) untidy: bool,
    /// Why a checkpoint may have been published or not.
    pub(super) uncertain: Option<String>,
    pub(super) public: Public,
    /// Held as long as this is.
    pub(super) _lock: Box<dyn Send + Sync>,
}

impl Log {
    /// Enters entries. When this returns, they are durable and covered by a signed checkpoint that is so too: only then may
    /// anybody be told. Changes of keys are entered by [`Log::rotate`].
    ///
    /// # Errors
    /// Where an entry is too long or the disk fails. Then none of the entries is in the log, unless the error is
    /// [`LogError::Uncertain`]: the log must be opened again to find out.
    pub fn append(&mut self, entries: &[impl AsRef<[u8]>], time: u64) -> Result<Range<u64>, LogError> {
        self.enter(entries, &[], time)
    }

    /// Changes to other keys: enters what the old key and the new one signed, and publishes a checkpoint that old and new
    /// keys signed. The new ones alone sign later checkpoints. Where this fails, keep both and open the log again.
    ///
    /// # Errors
    /// Where the keys can't be this log's, or the disk fails.
    pub fn rotate(&mut self, new: Vec<Signer>, time: u64) -> Result<u64, LogError> {
        let entry = rotate::entry(&self.signers, &new)?;
        let entered = self.enter(&[entry], &new, time)?;
        self.signers = new;
        Ok(entered.start)
    }

    /// Puts the log's checkpoint with further signatures, such as those of witnesses, in the place of the one published.
    ///
    /// # Errors
    /// Where it is another checkpoint, a signature that was published is missing, or the disk fails.
    pub fn publish(&mut self, note: &SignedNote) -> Result<(), LogError> {
        self.certain()?;
        if note.unverified_text() != self.tree.to_string() {
            return Err(LogError::OtherText(self.tree.size));
        }
        let text = note.to_text();
        SignedNote::parse(text.as_bytes())?;
        let known = SignedNote::parse(self.note.as_bytes())?;
        if let Some(lost) = known.signatures().iter().find(|line| !note.signatures().contains(line)) {
            return Err(LogError::Unsigned(lost.name.clone()));
        }
        self.prepare()?;
        self.put_checkpoint(text).inspect_err(|_| self.untidy = true)
    }

    /// The published checkpoint, signed.
    pub fn checkpoint(&self) -> &str {
        &self.note
    }

    /// What the published checkpoint says.
    pub fn tree(&self) -> &Checkpoint {
        &self.tree
    }

    /// The keys that sign checkpoints.
    pub fn keys(&self) -> impl Iterator<Item = &VerifierKey> {
        self.signers.iter().map(Signer::key)
    }

    /// The public files.
    pub fn resources(&self) -> &dyn Resources {
        &self.public
    }

    /// The tree, to make proofs from.
    pub fn tiles(&self) -> Tiles<'_> {
        Tiles::new(&self.public, self.tree.size)
    }

    /// Where entries with these hashes stand first, by one scan over the tiles of hashes.
    ///
    /// # Errors
    /// Where a tile can't be read.
    pub fn find(&self, leaves: &[Hash]) -> Result<Vec<Option<u64>>, LogError> {
        let mut wanted: HashMap<Hash, Option<u64>> = leaves.iter().map(|leaf| (*leaf, None)).collect();
        let (mut open, tiles) = (wanted.len(), self.tiles());
        for index in 0..self.tree.size.div_ceil(TILE_WIDTH) {
            if open == 0 {
                break;
            }
            for (place, hash) in tiles.tile(0, index)?.iter().enumerate() {
                if let Some(found @ None) = wanted.get_mut(hash) {
                    *found = Some(index * TILE_WIDTH + place as u64);
                    open -= 1;
                }
            }
        }
        Ok(leaves.iter().map(|leaf| wanted[leaf]).collect())
    }

    /// An entry, which has the hash that stands in its tile.
    ///
    /// # Errors
    /// Where there is none, or it can't be read.
    pub fn entry(&self, index: u64) -> Result<Vec<u8>, LogError> {
        let (tiles, place) = (self.tiles(), (index % TILE_WIDTH) as usize);
        let hashes = tiles.tile(0, index / TILE_WIDTH)?;
        let entries = tiles.entries(index / TILE_WIDTH)?;
        let outside = || TileError::Outside { index, size: self.tree.size };
        let entry = entries.into_iter().nth(place).ok_or_else(outside)?;
        if leaf_hash(&entry) == hashes[place] { Ok(entry) } else { Err(LogError::WrongEntry(index)) }
    }
}
