//! What can go wrong with an office's ledger.

use std::io;
use std::path::PathBuf;

use crate::keys::KeyFileError;
use crate::statements::KeptError;
use crate::store::LogError;

/// Why something can't be entered or shown.
#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    /// The keys.
    #[error(transparent)]
    Keys(#[from] KeyFileError),
    /// The log.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The keys are gone.
    #[error(
        "the keys {} are gone, but the log {} is there: put them back from a backup. Without them the log can't go on; \
         to begin another, move its whole folder away",
        key.display(), log.display()
    )]
    NoKey {
        /// The file.
        key: PathBuf,
        /// The log.
        log: PathBuf,
    },
    /// The log is gone.
    #[error(
        "the log {} is gone, but this office's ledger has said things in it: put it back from a backup. Another log under the same \
         keys would contradict it; to begin one with new keys, move the whole folder above it away",
        .0.display()
    )]
    NoLog(PathBuf),
    /// The disk.
    #[error("{}: {source}", path.display())]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A secret that is not one.
    #[error("{} should hold 32 bytes: put it back from a backup; without it the same words give other entries", .0.display())]
    Secret(PathBuf),
    /// A file of openings.
    #[error("{}: {source}", path.display())]
    Kept {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: KeptError,
    },
    /// Nothing to enter.
    #[error("nothing was said that could be entered")]
    Nothing,
    /// Entries that were never made.
    #[error("not all of it stands in the log: a run was broken off. Say it again, and it is entered")]
    NotEntered,
}
