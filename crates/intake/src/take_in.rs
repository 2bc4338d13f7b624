//! The way from outside bytes to tables, for every sensor: sniff, parse block by block, hand the rows to a sink.

use arrow::array::RecordBatch;
use pollwarden_core::{Complaint, Digest, Source, Table};

use crate::{Format, Input, Opened};

/// Where rows go: the archive, or scratch space for a run over plain files.
pub trait Sink {
    /// Where to go on in this input: what an earlier run has already committed of the same bytes (under this name or, after
    /// log rotation, another). The default is to begin at the beginning.
    ///
    /// # Errors
    /// Where the sink's state can't be read.
    fn resume(&mut self, opened: &mut Opened) -> Result<Resume, SinkError> {
        let _ = opened;
        Ok(Resume::default())
    }

    /// Takes rows. They become durable, and visible, with the next commit.
    ///
    /// # Errors
    /// Where they can't be stored (disk full, say).
    fn append(&mut self, table: &'static Table, batch: RecordBatch) -> Result<(), SinkError>;

    /// Commits the rows taken since the last commit together with how far the input was read: all or nothing.
    ///
    /// # Errors
    /// Where they can't be stored.
    fn commit(&mut self, progress: &Progress) -> Result<(), SinkError>;
}

/// A sink's own error, as it stands.
pub type SinkError = Box<dyn std::error::Error + Send + Sync>;

/// Where to go on in an input.
#[derive(Debug, Clone, Default)]
pub struct Resume {
    /// Decompressed bytes already taken in.
    pub offset: u64,
    /// Lines already taken in.
    pub lines: u64,
    /// Rows already taken in.
    pub rows: u64,
    /// Rows already rejected.
    pub rejected: u64,
    /// The parser's state there.
    pub state: Option<Vec<u8>>,
}

/// How far an input was read, as committed.
#[derive(Debug, Clone)]
pub struct Progress {
    /// The input's name.
    pub name: String,
    /// The format it was read as.
    pub format: String,
    /// Digest of the first line (at most 4 KiB): finds candidates for "the same file under another name".
    pub head: Digest,
    /// Digest of the decompressed bytes up to `offset`: proves it.
    pub prefix: Digest,
    /// Decompressed bytes taken in, counted to the end of a line.
    pub offset: u64,
    /// Lines taken in.
    pub lines: u64,
    /// Rows taken in, all runs together.
    pub rows: u64,
    /// Rows rejected, all runs together.
    pub rejected: u64,
    /// The parser's state.
    pub state: Vec<u8>,
    /// Digest and length of the bytes as received, once the end was reached.
    pub received: Option<(Digest, u64)>,
}

/// What became of one input.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The source, as coverage cites it. Rows and rejected count all runs together.
    pub source: Source,
    /// Rows that are new in this run.
    pub new_rows: u64,
    /// What was wrong.
    pub complaints: Vec<Complaint>,
    /// Whether the whole input was read. Where it was not, a complaint says why.
    pub whole: bool,
}
