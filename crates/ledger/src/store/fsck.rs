//! A log's folder looked through: the audit of what is published, and what lies about besides.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::disk::{Disk, RealDisk};
use super::error::{Act, LogError};
use super::folder::Public;
use super::layout::{CHECKPOINT, Layout};
use super::leftovers::{Survey, survey};
use super::resource::Resource;
use crate::audit::{AuditError, Audited, audit};
use crate::tile::Resources;
use crate::{Checkpoint, CheckpointError, SignedNote, VerifierKey};

/// The most names that are listed of a kind.
const LISTED: usize = 1000;

/// What was found in a log's folder.
#[derive(Debug)]
pub struct FsckReport {
    /// What the checkpoint says, where one of the keys signed it.
    pub tree: Checkpoint,
    /// Whether all of it follows from the entries.
    pub audited: Result<Audited, AuditError>,
    /// Files of no use: a run that was killed left them, or one is writing now. The next run clears them away.
    pub leftovers: Vec<PathBuf>,
    /// What no log puts there.
    pub unexpected: Vec<PathBuf>,
    /// Private files and folders that others than their owner may read or write.
    pub open_to_others: Vec<PathBuf>,
}

impl FsckReport {
    /// Whether nothing is wrong. Leftovers are not.
    pub fn is_sound(&self) -> bool {
        self.audited.is_ok() && self.unexpected.is_empty() && self.open_to_others.is_empty()
    }
}

/// Looks through a log's folder, and changes nothing. `each` is told of every entry that is as it was entered.
///
/// # Errors
/// Where there is no log, none of the keys signed its checkpoint, or the folder can't be read.
pub fn fsck(dir: &Path, keys: &[VerifierKey], each: &mut dyn FnMut(u64, &[u8])) -> Result<FsckReport, LogError> {
    let report = fsck_on(Arc::new(RealDisk), dir, keys, each)?;
    Ok(FsckReport { open_to_others: open_to_others(&Layout::new(dir))?, ..report })
}

/// As [`fsck`], on a given disk; it does not look who may read the private files.
///
/// # Errors
/// As there.
pub fn fsck_on(
    disk: Arc<dyn Disk>,
    dir: &Path,
    keys: &[VerifierKey],
    each: &mut dyn FnMut(u64, &[u8]),
) -> Result<FsckReport, LogError> {
    let layout = Layout::new(dir);
    let public = Public { disk: Arc::clone(&disk), root: layout.public.clone() };
    let note = public.read(CHECKPOINT).map_err(|_| LogError::NoLog(dir.to_owned()))?;
    let note = SignedNote::parse(&note).map_err(CheckpointError::from)?;
    let tree = Checkpoint::parse(note.verify(keys).map_err(CheckpointError::from)?.text())?;
    let found = survey(&*disk, &layout, tree.size)?;
    let audited = audit(&public, &tree, each).and_then(|audited| older(&public, &found).map(|()| audited));
    let Survey { files: mut leftovers, mut folders, mut unexpected, .. } = found;
    leftovers.append(&mut folders);
    leftovers.truncate(LISTED);
    unexpected.truncate(LISTED);
    Ok(FsckReport { tree, audited, leftovers, unexpected, open_to_others: Vec::new() })
}

/// Partial files of older checkpoints are beginnings of each other.
fn older(folder: &Public, found: &Survey) -> Result<(), AuditError> {
    let mut by_place: BTreeMap<&str, Vec<(u64, &str)>> = BTreeMap::new();
    for path in &found.partial {
        let Some((place, width)) = path.rsplit_once('/') else { continue };
        by_place.entry(place).or_default().push((width.parse().unwrap_or(0), path));
    }
    for mut parts in by_place.into_values() {
        parts.sort_unstable();
        let mut longest: Option<Vec<u8>> = None;
        for (_, path) in parts.into_iter().rev() {
            let bytes = folder.read(path)?;
            if longest.as_ref().is_some_and(|longest| !longest.starts_with(&bytes)) || !whole(path, &bytes) {
                return Err(AuditError { path: path.to_owned(), why: OLDER.to_owned() });
            }
            longest.get_or_insert(bytes);
        }
    }
    Ok(())
}

const OLDER: &str = "it is not the beginning of the larger file beside it: it was altered or cut off";

/// Whether a partial file is as long as its name says.
fn whole(path: &str, bytes: &[u8]) -> bool {
    match Resource::parse(path) {
        Some(Resource::Tile(tile)) => tile.parse(bytes).is_ok(),
        Some(Resource::Entries(tile)) => crate::entries(tile.index, tile.width, bytes).is_ok(),
        _ => true,
    }
}

/// The private folder and what is in it. Where nobody else may enter the folder, nobody can reach the rest.
#[cfg(unix)]
fn open_to_others(layout: &Layout) -> Result<Vec<PathBuf>, LogError> {
    let mut open: Vec<PathBuf> = Vec::new();
    if !others(&layout.private)? {
        return Ok(open);
    }
    open.push(layout.private.clone());
    for entry in std::fs::read_dir(&layout.private).map_err(LogError::disk(Act::Read, &layout.private))? {
        let path = entry.map_err(LogError::disk(Act::Read, &layout.private))?.path();
        if others(&path)? && open.len() < LISTED {
            open.push(path);
        }
    }
    Ok(open)
}

#[cfg(unix)]
fn others(path: &Path) -> Result<bool, LogError> {
    use std::os::unix::fs::PermissionsExt as _;
    match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        read => Ok(read.map_err(LogError::disk(Act::Read, path))?.permissions().mode() & 0o077 != 0),
    }
}

/// Windows has no such permissions.
#[cfg(not(unix))]
fn open_to_others(_layout: &Layout) -> Result<Vec<PathBuf>, LogError> {
    Ok(Vec::new())
}
