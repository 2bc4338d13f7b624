//! What can go wrong with an archive: how it was used, what surrounds it, or a fault of our own.

use std::{io, path::PathBuf};

/// Which kind of fault an [`ArchiveError`] is. Each kind asks something else of its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The archive was used wrongly: the message says how to mend it.
    Use,
    /// The disk, the folder or its permissions: the message says what failed.
    Surroundings,
    /// Our own: the message asks for a report.
    Ours,
}

/// Why an archive can't be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// Another process writes to the archive.
    #[error(
        "the archive {} is being written by {by}. Wait until that has ended, or stop it, and run again",
        dir.display()
    )]
    InUse {
        /// The archive's folder.
        dir: PathBuf,
        /// Who writes.
        by: String,
    },
    /// There is none.
    #[error("there is no archive in {}. `pollwarden assess` makes one", .0.display())]
    None(PathBuf),
    /// A later Pollwarden wrote it.
    #[error(
        "the archive {} has version {found}; this Pollwarden knows versions up to {known}. Use the newer Pollwarden",
        dir.display()
    )]
    Newer {
        /// The archive's folder.
        dir: PathBuf,
        /// Its version.
        found: u64,
        /// The latest version known here.
        known: u64,
    },
    /// It was opened for reading only.
    #[error("the archive {} was opened for reading only", .0.display())]
    ReadOnly(PathBuf),
    /// A file that the catalogue knows was removed or changed from outside.
    #[error(
        "{} belongs to the archive, but {how}. Put the file back from a backup; or remove the whole archive folder and \
         run again over the original files",
        path.display()
    )]
    Tampered {
        /// The file.
        path: PathBuf,
        /// What happened to it.
        how: String,
    },
    /// A secret is not 32 bytes.
    #[error(
        "{} should hold 32 bytes, and holds {found}. Put it back from a backup; without it, voter-keys of earlier \
         findings, and proofs from earlier commitments, can't be made again. To begin with a new secret, remove the file",
        path.display()
    )]
    Secret {
        /// The file.
        path: PathBuf,
        /// How many bytes it holds.
        found: usize,
    },
    /// Something could not be written.
    #[error(
        "could not write {}{}: {source}. Nothing is lost: what the archive already held is whole, and the rest is \
         taken in from the original files at the next run{}",
        path.display(), wanted(*bytes), remedy(source)
    )]
    Write {
        /// What was being written.
        path: PathBuf,
        /// How many bytes it needed so far, where known.
        bytes: Option<u64>,
        /// Why not.
        source: io::Error,
    },
    /// Something could not be read.
    #[error("could not read {}: {source}", path.display())]
    Read {
        /// What was being read.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The catalogue does not hold what we wrote into it.
    #[error("the archive's catalogue {} is damaged: {source}. {REPORT}", path.display())]
    Catalogue {
        /// The catalogue.
        path: PathBuf,
        /// How it is damaged.
        source: Box<redb::Error>,
    },
    /// A table's file could not be encoded or decoded.
    #[error("{}: {source}. {REPORT}", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: parquet::errors::ParquetError,
    },
    /// Rows came with other columns than their table declares.
    #[error("rows for table {table} do not have its columns: {found}. {REPORT}")]
    Columns {
        /// The table.
        table: &'static str,
        /// What came instead.
        found: String,
    },
    /// Rows or progress came when they could not be taken.
    #[error("{0}. {REPORT}")]
    OutOfTurn(String),
}

const REPORT: &str = "This is a fault in Pollwarden; please report it";

impl ArchiveError {
    /// Which kind of fault this is.
    pub fn fault(&self) -> Fault {
        match self {
            Self::InUse { .. } | Self::None(_) | Self::Newer { .. } | Self::ReadOnly(_) => Fault::Use,
            Self::Tampered { .. } | Self::Secret { .. } => Fault::Use,
            Self::Write { .. } | Self::Read { .. } => Fault::Surroundings,
            Self::Catalogue { .. } | Self::Parquet { .. } | Self::Columns { .. } | Self::OutOfTurn(_) => Fault::Ours,
        }
    }

    /// For `map_err`: reading `path` failed.
    pub(crate) fn read(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Read { path, source }
    }

    /// For `map_err`: writing `path` failed.
    pub(crate) fn write(path: impl Into<PathBuf>, bytes: Option<u64>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Write { path, bytes, source }
    }

    /// A fault while `path`, of which `bytes` were known, was written as Parquet.
    pub(crate) fn encoding(path: PathBuf, bytes: u64, error: parquet::errors::ParquetError) -> Self {
        match io_cause(error) {
            Ok(source) => Self::Write { path, bytes: Some(bytes), source },
            Err(source) => Self::Parquet { path, source },
        }
    }

    /// A fault of the catalogue's database: the disk's, or our own.
    pub(crate) fn catalogue(path: impl Into<PathBuf>, error: impl Into<redb::Error>) -> Self {
        let path = path.into();
        match error.into() {
            redb::Error::Io(source) => Self::Write { path, bytes: None, source },
            redb::Error::PreviousIo => {
                Self::Write { path, bytes: None, source: io::Error::other("an earlier write had failed") }
            }
            source => Self::Catalogue { path, source: Box::new(source) },
        }
    }
}

/// The input/output error behind a Parquet error, where there is one.
fn io_cause(error: parquet::errors::ParquetError) -> Result<io::Error, parquet::errors::ParquetError> {
    match error {
        parquet::errors::ParquetError::External(cause) => match cause.downcast::<io::Error>() {
            Ok(io) => Ok(*io),
            Err(other) => Err(parquet::errors::ParquetError::External(other)),
        },
        other => Err(other),
    }
}

fn wanted(bytes: Option<u64>) -> String {
    bytes.map(|bytes| format!(" ({bytes} bytes or more)")).unwrap_or_default()
}

fn remedy(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::StorageFull => ". Make room on the disk and run again",
        io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            ". Raise the limit on this account's files and run again"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            ". Choose a folder that may be written, and run again"
        }
        _ => "",
    }
}
