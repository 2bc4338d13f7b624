//! How a log is made and opened.

use std::collections::HashSet;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::disk::{Disk, Lock, RealDisk};
use super::edge::Edge;
use super::error::{Act, LogError};
use super::folder::Public;
use super::grow::sign;
use super::layout::Layout;
use super::log::Log;
use super::resource::Resource;
use super::rotate;
use crate::tile::Tiles;
use crate::{Checkpoint, CheckpointError, Entry, Hash, Rotation, SignedNote, Signer, VerifierKey};

impl Log {
    /// Makes a new log without entries. Its name is that of the signers' keys: one of Ed25519 and, where wanted, one of
    /// ML-DSA-44 behind it. `time` is what a signature may state, in seconds since 1970.
    ///
    /// # Errors
    /// Where the folder holds a log or another process makes one, the keys can't be a log's, or the disk fails.
    pub fn create(dir: &Path, signers: Vec<Signer>, time: u64) -> Result<Self, LogError> {
        Self::create_on(Arc::new(RealDisk), dir, signers, time)
    }

    /// As [`Log::create`], on a given disk.
    ///
    /// # Errors
    /// As there.
    pub fn create_on(disk: Arc<dyn Disk>, dir: &Path, signers: Vec<Signer>, time: u64) -> Result<Self, LogError> {
        let origin = rotate::origin(&signers)?;
        let layout = Layout::new(dir);
        layout.create(&*disk)?;
        let lock = lock(&*disk, &layout)?;
        let there = disk.list(&layout.public).map_err(LogError::disk(Act::Read, &layout.public))?;
        if !there.is_empty() || read(&*disk, &layout.own_checkpoint)?.is_some() {
            return Err(LogError::Exists(dir.to_owned()));
        }
        let tree = Checkpoint { origin, size: 0, root: Hash::empty(), extensions: Vec::new() };
        let mut log = Self::of(disk, layout, signers, tree, String::new(), Edge::default(), lock);
        log.tidy()?;
        let note = sign(&log.tree, log.signers.iter(), time)?;
        log.put_checkpoint(note)?;
        Ok(log)
    }

    /// Opens a log to go on with it.
    ///
    /// # Errors
    /// Where there is none, another process writes it, another key signed it, or its files don't give the root that its
    /// checkpoint says. A folder put back from an older backup is not noticed here: only witnesses can tell.
    pub fn open(dir: &Path, signers: Vec<Signer>) -> Result<Self, LogError> {
        Self::open_on(Arc::new(RealDisk), dir, signers)
    }

    /// As [`Log::open`], on a given disk.
    ///
    /// # Errors
    /// As there.
    pub fn open_on(disk: Arc<dyn Disk>, dir: &Path, signers: Vec<Signer>) -> Result<Self, LogError> {
        let origin = rotate::origin(&signers)?;
        let layout = Layout::new(dir);
        // Asked before anything is made; what it says is read under the lock.
        if read(&*disk, &layout.own_checkpoint)?.or(read(&*disk, &layout.checkpoint)?).is_none() {
            return Err(LogError::NoLog(layout.dir));
        }
        layout.create(&*disk)?;
        let lock = lock(&*disk, &layout)?;
        let last = last_checkpoint(&*disk, &layout)?;
        let (tree, note) = verify(&last.note, &signers, &origin)?;
        let files = Public { disk: Arc::clone(&disk), root: layout.public.clone() };
        let edge = Edge::read(&Tiles::new(&files, tree.size))?.ok_or_else(|| LogError::WrongEntry(tree.size - 1))?;
        if edge.root() != tree.root {
            return Err(LogError::WrongRoot);
        }
        let mut log = Self::of(disk, layout, signers, tree, note, edge, lock);
        log.not_rotated()?;
        log.tidy()?;
        log.settle(last.settled)?;
        Ok(log)
    }

    /// A run that was killed may have renamed a checkpoint without having synced its folder, or not have published it.
    fn settle(&mut self, settled: bool) -> Result<(), LogError> {
        if !settled {
            return self.put_checkpoint(self.note.clone());
        }
        let Layout { own_checkpoint, checkpoint, public, private, .. } = &self.layout;
        for file in [own_checkpoint, checkpoint] {
            self.disk.sync_file(file).map_err(LogError::disk(Act::Sync, file))?;
        }
        for folder in [private, public] {
            self.disk.sync_folder(folder).map_err(LogError::disk(Act::Sync, folder))?;
        }
        Ok(())
    }

    fn of(
        disk: Arc<dyn Disk>,
        layout: Layout,
        signers: Vec<Signer>,
        tree: Checkpoint,
        note: String,
        edge: Edge,
        lock: Box<dyn Send + Sync>,
    ) -> Self {
        let public = Public { disk: Arc::clone(&disk), root: layout.public.clone() };
        let (durable, untidy, uncertain) = (HashSet::new(), true, None);
        Self { disk, layout, public, signers, tree, note, edge, durable, untidy, uncertain, _lock: lock }
    }

    /// An old key must not go on where the log changed to another.
    fn not_rotated(&self) -> Result<(), LogError> {
        let Some(last) = self.tree.size.checked_sub(1) else { return Ok(()) };
        let Ok(Entry::Rotation(note)) = Entry::parse(&self.entry(last)?) else { return Ok(()) };
        let keys: Vec<VerifierKey> = self.keys().cloned().collect();
        // An entry that only looks like a change of keys is none.
        match Rotation::verify(&note, &keys) {
            Ok(rotation) if rotation.keys != keys => Err(LogError::Rotated(rotation.keys[0].to_string())),
            _ => Ok(()),
        }
    }
}

/// What is known of the published checkpoint.
struct Last {
    /// The one to go on from.
    note: Vec<u8>,
    /// Whether it stands both in the private folder and in the public one.
    settled: bool,
}

/// The last checkpoint: the private one, which is written first. In a folder made from public files alone there is none.
fn last_checkpoint(disk: &dyn Disk, layout: &Layout) -> Result<Last, LogError> {
    let own = read(disk, &layout.own_checkpoint)?;
    let public = read(disk, &layout.checkpoint)?;
    match (own, public) {
        (None, None) => Err(LogError::NoLog(layout.dir.clone())),
        (Some(own), Some(public)) if size(&public) > size(&own) => Err(LogError::Behind(layout.public.clone())),
        (Some(own), public) => Ok(Last { settled: public.as_ref() == Some(&own), note: own }),
        (None, Some(note)) => Ok(Last { note, settled: false }),
    }
}

/// The size that a note states, unverified.
fn size(note: &[u8]) -> Option<u64> {
    let note = SignedNote::parse(note).ok()?;
    Some(Checkpoint::parse(note.unverified_text()).ok()?.size)
}

fn read(disk: &dyn Disk, path: &Path) -> Result<Option<Vec<u8>>, LogError> {
    match disk.read(path, Resource::Checkpoint.most()) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        read => read.map(Some).map_err(LogError::disk(Act::Read, path)),
    }
}

fn verify(note: &[u8], signers: &[Signer], origin: &str) -> Result<(Checkpoint, String), LogError> {
    let note = SignedNote::parse(note).map_err(CheckpointError::from)?;
    let verified = note.verify(signers.iter().map(Signer::key)).map_err(CheckpointError::from)?;
    let tree = Checkpoint::parse(verified.text())?;
    if tree.origin != origin {
        return Err(CheckpointError::NotByLog(tree.origin).into());
    }
    Ok((tree, note.to_text()))
}

fn lock(disk: &dyn Disk, layout: &Layout) -> Result<Box<dyn Send + Sync>, LogError> {
    match disk.lock(&layout.lock).map_err(LogError::disk(Act::Lock, &layout.lock))? {
        Lock::Ours(lock) => Ok(lock),
        Lock::Held(by) => Err(LogError::InUse { dir: layout.dir.clone(), by }),
    }
}
