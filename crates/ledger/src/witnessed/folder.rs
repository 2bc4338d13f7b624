//! A witness's folder: `checkpoints/` has a file for each log, named by its origin's SHA-256; `forks/` and `unproven/` have what
//! logs did wrong.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::{Latest, WitnessError, origin_hash};
use crate::checkpoint::Checkpoint;
use crate::key::VerifierKey;
use crate::note::{MAX_NOTE, SignedNote};
use crate::witness::WitnessedTree;

const CHECKPOINTS: &str = "checkpoints";

/// A folder that no other process writes to.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    /// The system gives the lock back when this is closed, also where the process is killed.
    _lock: File,
}

impl Folder {
    pub(super) fn lock(path: &Path) -> Result<Self, WitnessError> {
        make(&path.join(CHECKPOINTS))?;
        let at = path.join("lock");
        let lock =
            File::options().create(true).truncate(false).write(true).open(&at).map_err(|error| disk(&at, error))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(WitnessError::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) => Err(disk(&at, error)),
        }
    }

    /// What was cosigned last of a log; nothing where it never was.
    pub(super) fn read(&self, origin: &str, own: &[VerifierKey]) -> Result<Option<Latest>, WitnessError> {
        let path = self.path.join(CHECKPOINTS).join(origin_hash(origin));
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(disk(&path, error)),
        };
        let mut bytes = Vec::new();
        file.take(MAX_NOTE as u64 + 1).read_to_end(&mut bytes).map_err(|error| disk(&path, error))?;
        let damaged = |why| WitnessError::Damaged { path: path.clone(), origin: origin.to_owned(), why };
        latest(&bytes, origin, own).map(Some).map_err(damaged)
    }

    pub(super) fn write(&self, origin: &str, note: &str) -> Result<(), WitnessError> {
        replace(&self.path.join(CHECKPOINTS), &origin_hash(origin), note.as_bytes())
    }

    /// Keeps a file of evidence, unless it is there already. At most `most` files whose names begin with the log's hash stand beside
    /// it: beyond, the oldest gives way where `newest` says so, else the new one is not kept.
    pub(super) fn keep(&self, evidence: &Evidence<'_>, bytes: &[u8], most: usize) -> Result<(), WitnessError> {
        let folder = self.path.join(evidence.kind);
        make(&folder)?;
        let name = evidence.name();
        if folder.join(&name).exists() {
            return Ok(());
        }
        let there = of_log(&folder, &origin_hash(evidence.origin)).map_err(|error| disk(&folder, error))?;
        match there.first().filter(|_| there.len() >= most) {
            Some(_) if !evidence.newest => return Ok(()),
            Some(oldest) => fs::remove_file(oldest).map_err(|error| disk(oldest, error))?,
            None => {}
        }
        replace(&folder, &name, bytes)
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

/// Puts a file in the place of another, wholly or not at all, and on the disk before this returns.
fn replace(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), WitnessError> {
    let path = folder.join(name);
    let failed = |error| disk(&path, error);
    let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(folder).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    file.persist(&path).map_err(|error| failed(error.error))?;
    sync(folder).map_err(failed)
}

fn make(folder: &Path) -> Result<(), WitnessError> {
    if folder.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(folder).map_err(|error| disk(folder, error))?;
    let mut above = folder.ancestors().skip(1).take(2).filter(|above| !above.as_os_str().is_empty());
    above.try_for_each(|above| sync(above).map_err(|error| disk(above, error)))
}

#[cfg(unix)]
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync(_folder: &Path) -> io::Result<()> {
    Ok(())
}

fn disk(path: &Path, source: io::Error) -> WitnessError {
    WitnessError::Disk { path: path.to_owned(), source }
}
