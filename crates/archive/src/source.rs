//! What the catalogue knows of the inputs taken in.

use std::collections::BTreeMap;

use pollwarden_core::Digest;
use pollwarden_intake::Progress;

/// An input, and how far it was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceState {
    /// The name it last had.
    pub name: String,
    /// The format it was read as.
    pub format: String,
    /// Digest of the bytes as received; `None` until its end was reached once.
    pub digest: Option<Digest>,
    /// Length in bytes as received; `None` until its end was reached once.
    pub length: Option<u64>,
    /// Decompressed bytes taken in.
    pub offset: u64,
    /// Lines taken in.
    pub lines: u64,
    /// Rows taken in.
    pub rows: u64,
    /// Rows rejected.
    pub rejected: u64,
    /// Whether its end, as it then was, has been reached.
    pub complete: bool,
}

/// A place in an input up to which its rows are in the archive, with what proves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Point {
    pub(crate) offset: u64,
    pub(crate) prefix: Digest,
    pub(crate) lines: u64,
    pub(crate) rows: u64,
    pub(crate) rejected: u64,
    pub(crate) state: Vec<u8>,
    pub(crate) received: Option<(Digest, u64)>,
}

impl Point {
    pub(crate) fn of(progress: &Progress) -> Self {
        Self {
            offset: progress.offset,
            prefix: progress.prefix,
            lines: progress.lines,
            rows: progress.rows,
            rejected: progress.rejected,
            state: progress.state.clone(),
            received: progress.received,
        }
    }
}

/// One input under all the names it has had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) name: String,
    pub(crate) format: String,
    pub(crate) head: Digest,
    /// How far it was read.
    pub(crate) point: Point,
    /// Where a file of each name ended when it was last read to its end. A copy made while the log was shorter is so
    /// recognised when it is met again.
    pub(crate) ends: BTreeMap<String, Point>,
}

impl Known {
    pub(crate) fn public(&self) -> SourceState {
        SourceState {
            name: self.name.clone(),
            format: self.format.clone(),
            digest: self.point.received.map(|(digest, _)| digest),
            length: self.point.received.map(|(_, length)| length),
            offset: self.point.offset,
            lines: self.point.lines,
            rows: self.point.rows,
            rejected: self.point.rejected,
            complete: self.point.received.is_some(),
        }
    }
}
