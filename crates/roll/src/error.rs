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
    pub(crate) fn io(name: &str) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |cause| Self::Io { name: name.to_owned(), cause }
    }
}
