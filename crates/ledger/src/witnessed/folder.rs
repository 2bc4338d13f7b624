//! A witness's folder: `checkpoints/` has a file for each log, named by its origin's SHA-256; `forks/` and `unproven/` have what
//! logs did wrong.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{Latest, WitnessError, origin_hash};
use crate::checkpoint::Checkpoint;
use crate::key::VerifierKey;
use crate::note::{MAX_NOTE, SignedNote};
use crate::store::durable::{self, UNFINISHED};
use crate::store::{Disk as _, Lock, RealDisk};
use crate::witness::WitnessedTree;

const CHECKPOINTS: &str = "checkpoints";
/// Stands among the checkpoints, so that it goes where they go: without it they are lost, and not just none yet.
const BEGUN: &str = "begun";
const BEGUN_TEXT: &str =
    "What this witness cosigned last of each log. Without these files it must not go on with its keys.\n";

/// A folder that no other process writes to.
pub(super) struct Folder {
    path: PathBuf,
    /// The system gives the lock back also where the process is killed.
    _lock: Lock,
}

impl Folder {
    /// Takes a folder that holds no memory yet. Where a run was killed before it was begun, it is begun now.
    pub(super) fn create(path: &Path) -> Result<Self, WitnessError> {
        let checkpoints = path.join(CHECKPOINTS);
        make(&checkpoints)?;
        let folder = Self::lock(path)?;
        let mut there = fs::read_dir(&checkpoints).map_err(|error| disk(&checkpoints, error))?;
        if there.any(|file| file.is_ok_and(|file| !file.file_name().to_string_lossy().starts_with(UNFINISHED))) {
            return Err(WitnessError::NotNew(path.to_owned()));
        }
        replace(&checkpoints.join(BEGUN), BEGUN_TEXT.as_bytes())?;
        Ok(folder)
    }

    /// Takes a folder that holds a memory.
    pub(super) fn open(path: &Path) -> Result<Self, WitnessError> {
        let begun = path.join(CHECKPOINTS).join(BEGUN);
        match begun.try_exists() {
            Ok(true) => Self::lock(path),
            Ok(false) => Err(WitnessError::NoMemory(path.to_owned())),
            Err(error) => Err(disk(&begun, error)),
        }
    }

    fn lock(path: &Path) -> Result<Self, WitnessError> {
        let at = path.join("lock");
        match RealDisk.lock(&at).map_err(|error| disk(&at, error))? {
            Lock::Held(_) => Err(WitnessError::InUse(path.to_owned())),
            lock => Ok(Self { path: path.to_owned(), _lock: lock }),
        }
    }

    /// What was cosigned last of a log; nothing where it never was.
    pub(super) fn read(&self, origin: &str, own: &[VerifierKey]) -> Result<Option<Latest>, WitnessError> {
        let path = self.path.join(CHECKPOINTS).join(origin_hash(origin));
        let bytes = match RealDisk.read(&path, MAX_NOTE as u64) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(disk(&path, error)),
        };
        let damaged = |why| WitnessError::Damaged { path: path.clone(), origin: origin.to_owned(), why };
        latest(&bytes, origin, own).map(Some).map_err(damaged)
    }

    pub(super) fn write(&self, origin: &str, note: &str) -> Result<(), WitnessError> {
        replace(&self.path.join(CHECKPOINTS).join(origin_hash(origin)), note.as_bytes())
    }

    /// Keeps a file of evidence, unless it is there already. At most `most` files whose names begin with the log's hash stand beside
    /// it: beyond, the oldest gives way where `newest` says so, else the new one is not kept.
    pub(super) fn keep(&self, evidence: &Evidence<'_>, bytes: &[u8], most: usize) -> Result<(), WitnessError> {
        let folder = self.path.join(evidence.kind);
        make(&folder)?;
        let path = folder.join(evidence.name());
        if path.exists() {
            return Ok(());
        }
        let there = of_log(&folder, &origin_hash(evidence.origin)).map_err(|error| disk(&folder, error))?;
        match there.first().filter(|_| there.len() >= most) {
            Some(_) if !evidence.newest => return Ok(()),
            Some(oldest) => fs::remove_file(oldest).map_err(|error| disk(oldest, error))?,
            None => {}
        }
        replace(&path, bytes)
    }
}

impl fmt::Debug for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.path, f)
    }
}

/// What a file of evidence is called.
pub(super) struct Evidence<'e> {
    /// The folder.
    pub(super) kind: &'static str,
    pub(super) origin: &'e str,
    /// What makes it one and the same.
    pub(super) digest: String,
    pub(super) ending: &'static str,
    pub(super) newest: bool,
}

impl Evidence<'_> {
    fn name(&self) -> String {
        format!("{}-{}.{}", origin_hash(self.origin), self.digest, self.ending)
    }
}

/// The checkpoint of a file, where this witness cosigned it. The log may have changed its key since.
fn latest(bytes: &[u8], origin: &str, own: &[VerifierKey]) -> Result<Latest, String> {
    let note = SignedNote::parse(bytes).map_err(|error| error.to_string())?;
    let verified = note.verify(own).map_err(|error| error.to_string())?;
    let checkpoint = Checkpoint::parse(verified.text()).map_err(|error| error.to_string())?;
    if checkpoint.origin != origin {
        return Err(format!("it is of {:?}", checkpoint.origin));
    }
    let time = verified.signed().iter().filter_map(|(_, signed)| signed.time).max();
    let time = time.ok_or("its cosignature states no time")?;
    Ok(Latest { tree: WitnessedTree { size: checkpoint.size, root: checkpoint.root }, time, note })
}

/// The files of a log, the oldest first.
fn of_log(folder: &Path, hash: &str) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for file in fs::read_dir(folder)? {
        let file = file?;
        if file.file_name().to_string_lossy().starts_with(hash) {
            files.push((file.metadata()?.modified()?, file.path()));
        }
    }
    files.sort();
    Ok(files.into_iter().map(|(_, path)| path).collect())
}

fn replace(path: &Path, bytes: &[u8]) -> Result<(), WitnessError> {
    durable::replace(path, bytes).map_err(|error| disk(path, error))
}

fn make(folder: &Path) -> Result<(), WitnessError> {
    durable::private_folder(folder).map_err(|error| disk(folder, error))
}

fn disk(path: &Path, source: io::Error) -> WitnessError {
    WitnessError::Disk { path: path.to_owned(), source }
}
