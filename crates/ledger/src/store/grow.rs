//! How a log grows: tiles first, then the checkpoint that covers them, then what they replace is cleared away.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::disk::Disk;
use super::edge::PublicFile;
use super::error::{Act, LogError};
use super::leftovers;
use super::log::Log;
use super::staged::Staged;
use crate::text::MAX_SIZE;
use crate::tile::Tile;
use crate::{Algorithm, Checkpoint, MAX_ENTRY, SignedNote, Signer};

impl Log {
    pub(super) fn enter(
        &mut self,
        entries: &[impl AsRef<[u8]>],
        also: &[Signer],
        time: u64,
    ) -> Result<Range<u64>, LogError> {
        self.certain()?;
        check(entries, self.tree.size)?;
        let old = self.tree.size;
        if entries.is_empty() {
            return Ok(old..old);
        }
        self.prepare()?;
        let entered = self.grow(entries, also, time);
        if entered.is_err() {
            self.untidy = true;
            // What was written takes room that may be wanted. If it can't be cleared away now, it is later.
            let _ = self.prepare();
        }
        entered?;
        self.prune(old);
        Ok(old..self.tree.size)
    }

    /// Tiles first, then the checkpoint, then what is kept in memory.
    fn grow(&mut self, entries: &[impl AsRef<[u8]>], also: &[Signer], time: u64) -> Result<(), LogError> {
        let disk = Arc::clone(&self.disk);
        let mut staged = Staged::new(&*disk, &self.layout);
        let mut edge = self.edge.clone();
        for entry in entries {
            edge.push(entry.as_ref(), |file: PublicFile| staged.write(file))?;
        }
        edge.partial().into_iter().try_for_each(|file| staged.write(file))?;
        let tree = Checkpoint { size: edge.size(), root: edge.root(), ..self.tree.clone() };
        let note = sign(&tree, self.signers.iter().chain(also), time)?;
        staged.sync()?;
        staged.place(&mut self.durable)?;
        self.put_checkpoint(note)?;
        (self.tree, self.edge) = (tree, edge);
        Ok(())
    }

    /// Makes a checkpoint durable in the private folder, and then public.
    pub(super) fn put_checkpoint(&mut self, note: String) -> Result<(), LogError> {
        let places = [self.layout.own_checkpoint.clone(), self.layout.checkpoint.clone()];
        let parts = [self.layout.part.join("own"), self.layout.part.join("public")];
        for part in &parts {
            self.disk.write(part, note.as_bytes()).map_err(LogError::disk(Act::Write, part))?;
            self.disk.sync_file(part).map_err(LogError::disk(Act::Sync, part))?;
        }
        for (part, place) in parts.iter().zip(&places) {
            self.put(part, place).map_err(|error| {
                let why = error.to_string();
                self.uncertain = Some(why.clone());
                LogError::Uncertain(why)
            })?;
        }
        self.note = note;
        Ok(())
    }

    fn put(&self, part: &Path, place: &Path) -> Result<(), LogError> {
        self.disk.rename(part, place).map_err(LogError::disk(Act::Rename, place))?;
        let folder = place.parent().unwrap_or(&self.layout.dir);
        self.disk.sync_folder(folder).map_err(LogError::disk(Act::Sync, folder))
    }

    /// Partial files of the log of `old` entries whose full ones are published now. What is in the log stays so whether this
    /// succeeds or not.
    fn prune(&mut self, old: u64) {
        let full = |tile: &Tile| Tile::of(tile.level, tile.index, self.tree.size).is_some_and(|now| now.width == 256);
        let mut replaced: Vec<PathBuf> = Vec::new();
        for level in 0..8_u8 {
            let index = old >> (8 * u32::from(level)) >> 8;
            let Some(tile) = Tile::of(level, index, old).filter(full) else { continue };
            replaced.push(self.layout.public.join(format!("{}.p", Tile { width: 256, ..tile })));
            if level == 0 {
                replaced.push(self.layout.public.join(format!("{}.p", crate::entries_path(index, 256))));
            }
        }
        for folder in replaced {
            self.durable.remove(&folder);
            self.untidy |= remove_all(&*self.disk, &folder).is_err();
        }
    }

    pub(super) fn certain(&self) -> Result<(), LogError> {
        self.uncertain.clone().map_or(Ok(()), |why| Err(LogError::Uncertain(why)))
    }

    pub(super) fn prepare(&mut self) -> Result<(), LogError> {
        if self.untidy && self.uncertain.is_none() { self.tidy() } else { Ok(()) }
    }

    pub(super) fn tidy(&mut self) -> Result<(), LogError> {
        let survey = leftovers::survey(&*self.disk, &self.layout, self.tree.size)?;
        self.durable.clear();
        leftovers::clear(&*self.disk, &survey)?;
        self.untidy = false;
        Ok(())
    }
}

fn check(entries: &[impl AsRef<[u8]>], size: u64) -> Result<(), LogError> {
    let long = entries.iter().map(|entry| entry.as_ref().len()).enumerate().find(|(_, length)| *length > MAX_ENTRY);
    if let Some((place, length)) = long {
        return Err(LogError::TooLong { place, length });
    }
    if entries.len() as u64 > MAX_SIZE - size { Err(LogError::Full) } else { Ok(()) }
}

pub(super) fn sign<'s>(
    tree: &Checkpoint,
    signers: impl Iterator<Item = &'s Signer>,
    time: u64,
) -> Result<String, LogError> {
    let mut note = SignedNote::new(tree.to_string())?;
    for signer in signers {
        // The log's own statement of a tree is a plain one where the key can make that.
        debug_assert!(signer.key().algorithm() != Algorithm::Ed25519Cosignature);
        note.push(signer.sign(&note, time).ok_or(LogError::Signers("a key can't sign the log's checkpoint"))?);
    }
    Ok(note.to_text())
}

fn remove_all(disk: &dyn Disk, folder: &Path) -> io::Result<()> {
    for name in disk.list(folder)? {
        disk.remove_file(&folder.join(name.name))?;
    }
    disk.remove_folder(folder)
}
