//! Blocks of whole lines, numbered, with their place in the input.

use std::sync::Arc;

use memchr::memchr_iter;
use pollwarden_core::{Complaint, Digest};

use crate::ahead::{Ahead, Pieces};
use crate::cut::{Cutter, Mark};
use crate::{IntakeError, Received};

/// How an input is cut into blocks.
#[derive(Debug, Clone, Copy)]
pub struct BlockOptions {
    /// About how many bytes a block holds.
    pub size: usize,
    /// The longest line; a longer one is rejected without being held in memory.
    pub longest_line: usize,
    /// With a quote character, a line ends only where quotes are balanced (RFC 4180).
    ///
    /// A quote that is never closed would swallow the rest of the input. Where no balanced end is found within
    /// `longest_line` (and 256 KiB), the line with the open quote becomes a block of its own, for the parser to refuse.
    pub quote: Option<u8>,
}

impl Default for BlockOptions {
    fn default() -> Self {
        Self { size: 1 << 20, longest_line: 1 << 20, quote: None }
    }
}

/// Some whole lines of an input.
#[derive(Debug, Clone, Default)]
pub struct Block {
    /// The input's name.
    pub source: Arc<str>,
    /// The lines, with their line ends. The input's last line may lack one.
    pub bytes: Vec<u8>,
    /// The number of the first line, from 1, counting line feeds.
    pub first_line: u64,
    /// Where `bytes` begins in the decompressed input.
    pub offset: u64,
}

impl Block {
    /// Each line with its number, without its line feed or carriage return and line feed.
    pub fn lines(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let ends = memchr_iter(b'\n', &self.bytes).map(|at| at + 1);
        let unended = (self.bytes.last().is_some_and(|b| *b != b'\n')).then_some(self.bytes.len());
        let mut from = 0;
        (self.first_line..).zip(ends.chain(unended).map(move |to| {
            let line = &self.bytes[from..to];
            from = to;
            without_end(line)
        }))
    }
}

fn without_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// An input, block by block. After an error there are no further blocks.
pub struct Blocks {
    way: Way,
    mark: Mark,
    rejected: Vec<Complaint>,
}

enum Way {
    Here(Box<Cutter>),
    Ahead(Ahead<Cutter>),
}

impl Blocks {
    pub(crate) fn new(cutter: Cutter) -> Self {
        Self { mark: cutter.mark().clone(), way: Way::Here(Box::new(cutter)), rejected: Vec::new() }
    }

    /// Complaints about over-long lines since last asked; ask again after the last block.
    pub fn rejected(&mut self) -> Vec<Complaint> {
        std::mem::take(&mut self.rejected)
    }

    /// Bytes as received, read so far.
    pub fn bytes_read(&self) -> u64 {
        self.mark.received
    }

    /// Decompressed bytes before the next block: those of blocks and those of lines that were too long.
    pub fn offset(&self) -> u64 {
        self.mark.offset
    }

    /// Lines before the next block.
    pub fn line_count(&self) -> u64 {
        self.mark.lines
    }

    /// The digest of the decompressed bytes before the next block.
    pub fn prefix(&self) -> Digest {
        self.mark.digest()
    }

    /// Whether a last line without line end was left unread, because it may still be written to.
    pub fn waits(&self) -> bool {
        self.mark.waits
    }

    /// Gives a block's memory back, to be used again.
    pub fn recycle(&mut self, block: Block) {
        match &mut self.way {
            Way::Here(cutter) => cutter.recycle(block.bytes),
            Way::Ahead(ahead) => ahead.recycle(block.bytes),
        }
    }

    /// The same blocks, read, decompressed and digested in a thread of its own, a few blocks ahead.
    #[must_use]
    pub fn ahead(self) -> Self {
        match self.way {
            Way::Here(cutter) => Self { way: Way::Ahead(Ahead::start(*cutter)), ..self },
            Way::Ahead(_) => self,
        }
    }

    /// Digest and length of the bytes as received, reading on to their end where need be. Where the disk fails on the
    /// way, they are those of the bytes it gave.
    pub fn received(self) -> Received {
        match self.way {
            Way::Here(cutter) => cutter.received(),
            Way::Ahead(ahead) => ahead.received(),
        }
    }
}

impl Iterator for Blocks {
    type Item = Result<Block, IntakeError>;

    fn next(&mut self) -> Option<Self::Item> {
        let cut = match &mut self.way {
            Way::Here(cutter) => cutter.next_cut(),
            Way::Ahead(ahead) => ahead.next_piece()?,
        };
        self.mark = cut.mark;
        self.rejected.extend(cut.rejected);
        cut.block
    }
}
