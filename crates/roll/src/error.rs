//! What stops a comparison of two snapshots. Everything less is a complaint and is counted.

use std::path::PathBuf;

use pollwarden_intake::{IntakeError, SinkError};

/// Why a comparison could not be made.
#[derive(Debug, thiserror::Error)]
pub enum RollError {
    /// Nothing under the path is a voter-roll extract.
    #[error("{path}: no voter-roll extract found. {why}")]
    NoSnapshot {
        /// Where it was looked for.
        path: PathBuf,
        /// What was there instead, and what to do.
        why: String,
    },
    /// A part could not be read from its beginning to its end.
    #[error("{name} could not be read whole; no comparison is made of half a roll")]
    Broken {
        /// The part's name.
        name: String,
        /// What failed.
        #[source]
        cause: IntakeError,
    },
    /// A file or scratch space failed.
    #[error("{name}: {cause}")]
    Io {
        /// The file.
        name: String,
        /// What failed.
        #[source]
        cause: std::io::Error,
    },
    /// A part changed while it was read.
    #[error("{name} changed while it was read; wait until the extract is written, and run again")]
    Changed {
        /// The part's name.
        name: String,
    },
    /// A file of the archive's kept snapshots can't be read or written.
    #[error("{path}: {cause}")]
    Store {
        /// The file or folder.
        path: PathBuf,
        /// What failed.
        #[source]
        cause: std::io::Error,
    },
    /// A kept snapshot was damaged or altered.
    #[error("{path} is damaged: {what}. Keep the extract again where the office still has it, or restore the archive")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// How it shows.
        what: String,
    },
    /// No kept snapshot, or several, are called so.
    #[error("{found} kept snapshots are called {wanted}. Kept are: {known}.{damaged}")]
    NotKept {
        /// What was asked for.
        wanted: String,
        /// How many there are.
        found: usize,
        /// Those that are kept.
        known: String,
        /// Those that can't be read.
        damaged: String,
    },
    /// Two snapshots of different archives.
    #[error("the two snapshots are kept in different archives, whose hashes can't be compared; give one as an extract")]
    OtherStore,
    /// What needs an extract was asked of a kept snapshot.
    #[error("{name} is a kept snapshot: commitments and proofs are made of an extract itself. Give its file or folder")]
    OnlyKept {
        /// The snapshot.
        name: String,
    },
    /// What needs kept snapshots was asked of an extract.
    #[error(
        "{name} is no kept snapshot: others can share the work only on what is kept. `pollwarden roll keep` keeps it"
    )]
    NotInArchive {
        /// The extract.
        name: String,
    },
    /// Shares of a comparison that others did, and that can't be believed.
    #[error(
        "the shares of this comparison do not make up the whole: {what}. Use the same Pollwarden everywhere; it can be run again without a cluster"
    )]
    Shares {
        /// How it shows.
        what: String,
    },
    /// A kept snapshot can't be compared without the zeros before its voters' ids.
    #[error(
        "voters' ids of {name} and of the extract it is compared with differ in the zeros before them, as when a spreadsheet took them \
         away, and its file is no longer there: put the file back, or export the other extract again without opening it in a spreadsheet"
    )]
    KeptWithZeros {
        /// The snapshot.
        name: String,
    },
    /// More part files than a snapshot can have here.
    #[error("a snapshot of more than 65,535 part files is not supported; join them first")]
    TooManyParts,
    /// Rows could not be handed on.
    #[error("the changes could not be stored")]
    Sink(#[source] SinkError),
    /// The list of changes could not be written.
    #[error("the list of changes could not be written")]
    Csv(#[from] csv::Error),
    /// Our own mistake: rows do not fit the table they are for.
    #[error("rows do not fit their table (a mistake in Pollwarden; please report it)")]
    Arrow(#[from] arrow::error::ArrowError),
}

impl RollError {
    pub(crate) fn store(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |cause| Self::Store { path, cause }
    }

    pub(crate) fn damaged(path: &std::path::Path, what: &str) -> Self {
        Self::Damaged { path: path.to_owned(), what: what.to_owned() }
    }

    pub(crate) fn io(name: &str) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |cause| Self::Io { name: name.to_owned(), cause }
    }
}
