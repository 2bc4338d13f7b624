//! An archive, opened to write (one process) or to read (any number beside it).

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use crate::{
    ArchiveError, ArchiveFile, SourceState,
    catalogue::{Catalogue, Contents},
    durable, leftovers,
    lock::{ReaderLock, WriterLock},
    pending::Pending,
    resume::Place,
    secret,
};

/// An archive. It is a [`Sink`](pollwarden_intake::Sink) for what intake reads.
pub struct Archive {
    dir: PathBuf,
    secret: [u8; 32],
    pub(crate) contents: Contents,
    access: Access,
}

enum Access {
    Write(Box<Writer>),
    Read(#[expect(dead_code, reason = "held, so that no writer removes files under a reader")] ReaderLock),
}

/// What writing needs.
pub(crate) struct Writer {
    pub(crate) pending: Pending,
    /// Where the input being taken in stands in the catalogue.
    pub(crate) place: Place,
    /// Why nothing more can be taken of this input, or at all.
    pub(crate) stopped: Option<Stopped>,
    pub(crate) catalogue: Catalogue,
    /// Last, so that it is let go last.
    _lock: WriterLock,
}

/// How far a failed write reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stopped {
    /// Rows of this input were dropped: going on would lose them.
    Input,
    /// Whether the last commit reached the disk is not known: only opening the archive again tells.
    Archive,
}

impl Archive {
    /// Opens the archive to write, and makes it where there is none. Files that a killed run left uncommitted are removed.
    ///
    /// # Errors
    /// Where another process writes to it, a later Pollwarden made it, a file of it was removed or changed from outside,
    /// or the disk refuses.
    pub fn open(dir: &Path) -> Result<Self, ArchiveError> {
        durable::create_folder(dir)?;
        let lock = WriterLock::take(dir)?;
        let secret = secret::load(dir, true)?;
        let (catalogue, contents) = Catalogue::open(dir)?;
        leftovers::check(dir, &contents)?;
        leftovers::remove(dir, &contents)?;
        let pending = Pending::new(dir, contents.next_file());
        let writer = Writer { pending, place: Place::New, stopped: None, catalogue, _lock: lock };
        Ok(Self { dir: dir.to_owned(), secret, contents, access: Access::Write(Box::new(writer)) })
    }

    /// Opens the archive to read what is committed now. A writer may be at work beside; what it commits later is seen by
    /// opening again.
    ///
    /// # Errors
    /// Where there is no archive, a later Pollwarden made it, a file of it was removed or changed from outside, or it
    /// can't be read.
    pub fn read_only(dir: &Path) -> Result<Self, ArchiveError> {
        if !Catalogue::is_in(dir) {
            return Err(ArchiveError::None(dir.to_owned()));
        }
        let lock = ReaderLock::take(dir)?;
        if Catalogue::needs_mending(dir) {
            let _writer = WriterLock::take(dir)?;
            Catalogue::open(dir)?;
        }
        let contents = Catalogue::read(dir)?;
        leftovers::check(dir, &contents)?;
        let secret = secret::load(dir, false)?;
        Ok(Self { dir: dir.to_owned(), secret, contents, access: Access::Read(lock) })
    }

    /// The archive's folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The tables that have rows, by name.
    pub fn tables(&self) -> Vec<String> {
        let tables: BTreeSet<&String> = self.contents.files.values().map(|entry| &entry.table).collect();
        tables.into_iter().cloned().collect()
    }

    /// A table's files: by day (those without one first), and of a day in the order in which their rows came.
    pub fn files(&self, table: &str) -> Vec<ArchiveFile> {
        let mut entries: Vec<_> = self.contents.files.values().filter(|entry| entry.table == table).collect();
        entries.sort_by_key(|entry| (entry.day, entry.first));
        entries.into_iter().map(|entry| entry.public(&self.dir)).collect()
    }

    /// Every input taken in, in the order in which they first came.
    pub fn sources(&self) -> Vec<SourceState> {
        self.contents.sources.values().map(|known| known.public()).collect()
    }

    /// The office's secret behind its voter-keys.
    pub fn key(&self) -> [u8; 32] {
        self.secret
    }

    pub(crate) fn writer(&mut self) -> Result<(&mut Writer, &mut Contents), ArchiveError> {
        match &mut self.access {
            Access::Write(writer) => Ok((writer, &mut self.contents)),
            Access::Read(_) => Err(ArchiveError::ReadOnly(self.dir.clone())),
        }
    }
}

/// Without the secret.
impl std::fmt::Debug for Archive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Archive").field("dir", &self.dir).finish_non_exhaustive()
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.pending.discard();
    }
}
