//! What can go wrong with a log's folder, and what to do about it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::{CheckpointError, KeyError, MAX_ENTRY, Missing, NoteError, RotationError, TileError};

/// Why a log can't be opened or written.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The disk.
    #[error("could not {act} {}: {source}{}", path.display(), remedy(*act, source))]
    Disk {
        /// What was tried.
        act: Act,
        /// With what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another process writes.
    #[error("{} is written by {by} now: let it end, then try again", dir.display())]
    InUse {
        /// The log's folder.
        dir: PathBuf,
        /// Who writes.
        by: String,
    },
    /// No log.
    #[error("{} holds no log: it has no file public/checkpoint", .0.display())]
    NoLog(PathBuf),
    /// A log, where a new one should be made.
    #[error("{} holds a log already, or a part of one: a new one needs an empty folder", .0.display())]
    Exists(PathBuf),
    /// Keys that a log can't have.
    #[error("{0}")]
    Signers(&'static str),
    /// A key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The checkpoint on disk.
    #[error("the log's checkpoint can't be gone on from: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// A note that is to be signed or published.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// A change of keys in the log.
    #[error("the change of keys in the log's last entry is not sound: {0}")]
    Rotation(#[from] RotationError),
    /// The log changed to another key.
    #[error("the log changed its key to {0}: open it with that one, the old one signs no more")]
    Rotated(String),
    /// A tile or a bundle of entries.
    #[error("the log is damaged: {0}; put this file back from a backup or from a mirror of the log")]
    Damaged(#[from] TileError),
    /// A folder put together from two states.
    #[error(
        "the checkpoint in {} is newer than the one in private beside it: the folder was put back in part only. Put all of \
         it back, or move private/checkpoint away to go on from the public files",
        .0.display()
    )]
    Behind(PathBuf),
    /// Files that don't belong to the checkpoint.
    #[error(
        "the log is damaged: its files give another root than its checkpoint. `pollwarden ledger fsck` names the file; \
         put it back from a backup or from a mirror of the log"
    )]
    WrongRoot,
    /// An entry that does not have the hash under which it was entered.
    #[error("the log is damaged: entry {0} is not what was entered; `pollwarden ledger fsck` names the file")]
    WrongEntry(u64),
    /// Longer than an entry can be.
    #[error("entry {place} of those to be entered has {length} bytes; an entry has at most {MAX_ENTRY}")]
    TooLong {
        /// Its place among those handed over, from 0.
        place: usize,
        /// Its bytes.
        length: usize,
    },
    /// No log can be larger.
    #[error("the log has as many entries as a log can have")]
    Full,
    /// Not known whether a checkpoint was published.
    #[error(
        "it is not certain whether the last checkpoint reached the disk, so nothing more is entered: open the log again, \
         which finds out ({0})"
    )]
    Uncertain(String),
    /// Another text than the log's checkpoint has.
    #[error("the note to be published is not of the log's own checkpoint of {0} entries: the log has grown since")]
    OtherText(u64),
    /// The log's own signature is missing.
    #[error("the note to be published lost the log's own signature by {0}")]
    Unsigned(String),
}

/// What was tried with a file or a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Reading.
    Read,
    /// Writing.
    Write,
    /// Making durable.
    Sync,
    /// Giving the name under which it is read.
    Rename,
    /// Making a folder.
    Create,
    /// Removing.
    Remove,
    /// Locking.
    Lock,
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Sync => "make durable",
            Self::Rename => "put in its place",
            Self::Create => "make the folder",
            Self::Remove => "remove",
            Self::Lock => "lock",
        })
    }
}

impl LogError {
    /// Turns what the system said about a path into an error.
    pub(super) fn disk(act: Act, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Disk { act, path: path.to_owned(), source }
    }
}

impl From<Missing> for LogError {
    fn from(missing: Missing) -> Self {
        Self::Damaged(missing.into())
    }
}

/// What whoever reads the error can do.
fn remedy(act: Act, source: &io::Error) -> &'static str {
    match (act, source.kind()) {
        (Act::Read, _) => "",
        (_, io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) => {
            ". What was entered before is safe. Make room and try again"
        }
        (_, io::ErrorKind::FileTooLarge) => {
            ". What was entered before is safe. Raise the account's limit on the size of files and try again"
        }
        _ => ". What was entered before is safe",
    }
}
