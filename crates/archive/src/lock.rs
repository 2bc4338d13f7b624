//! Who may write to an archive, and who is reading it.
//!
//! One process writes. Any number read beside it; while they do, files that compaction has replaced are kept for them.
//! The operating system drops a lock with its process, however that ended.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
};

use crate::ArchiveError;

/// The only writer's lock. Dropping it lets the next one write.
#[derive(Debug)]
pub(crate) struct WriterLock {
    file: File,
}

impl WriterLock {
    /// Takes the lock, or says who has it.
    pub(crate) fn take(dir: &Path) -> Result<Self, ArchiveError> {
        let path = dir.join("writer.lock");
        let mut file = open(&path)?;
        match file.try_lock() {
            Ok(()) => {
                sign(&mut file).map_err(ArchiveError::write(path, None))?;
                Ok(Self { file })
            }
            Err(TryLockError::WouldBlock) => Err(ArchiveError::InUse { dir: dir.to_owned(), by: signature(&mut file) }),
            Err(TryLockError::Error(source)) => Err(ArchiveError::Write { path, bytes: None, source }),
        }
    }
}

/// A reader's lock, shared with other readers.
#[derive(Debug)]
pub(crate) struct ReaderLock {
    file: File,
}

impl ReaderLock {
    pub(crate) fn take(dir: &Path) -> Result<Self, ArchiveError> {
        let path = readers(dir);
        let file = open(&path).or_else(|_| File::open(&path).map_err(ArchiveError::read(&path)))?;
        file.lock_shared().map_err(ArchiveError::read(&path))?;
        Ok(Self { file })
    }
}

// Let go in so many words: closing the file is not enough while a process just forked holds it too.
impl Drop for WriterLock {
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

impl Drop for ReaderLock {
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

/// Does something that must not happen under a reader's eyes; `false` where there are readers, and nothing was done.
pub(crate) fn without_readers(
    dir: &Path,
    act: impl FnOnce() -> Result<(), ArchiveError>,
) -> Result<bool, ArchiveError> {
    let path = readers(dir);
    let file = open(&path)?;
    match file.try_lock() {
        Ok(()) => {
            let done = act();
            let _ = file.unlock();
            done.map(|()| true)
        }
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(source)) => Err(ArchiveError::Write { path, bytes: None, source }),
    }
}

fn readers(dir: &Path) -> PathBuf {
    dir.join("readers.lock")
}

fn open(path: &Path) -> Result<File, ArchiveError> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(ArchiveError::write(path, None))
}

fn sign(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    write!(file, "process {}", std::process::id())
}

/// Where the file can't be read (a mandatory lock, on Windows), the writer stays unnamed.
fn signature(file: &mut File) -> String {
    let mut name = String::new();
    match file.take(64).read_to_string(&mut name) {
        Ok(length) if length > 0 => name,
        _ => "another process".to_owned(),
    }
}
