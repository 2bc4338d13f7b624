//! An input, opened: what it looks like, and its blocks.

use std::sync::Arc;

use memchr::{memchr, memrchr};
use pollwarden_core::Digest;
use sha2::{Digest as _, Sha256};

use crate::cut::{Cutter, Mark, Tail};
use crate::place::Place;
use crate::stream::Stream;
use crate::{BlockOptions, Blocks, IntakeError, Sample};

const SAMPLE: usize = 64 << 10;
const HEAD: usize = 4 << 10;
const CHUNK: usize = 256 << 10;

/// Digest and length of an input's bytes as received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received {
    /// SHA-256.
    pub digest: Digest,
    /// In bytes.
    pub length: u64,
}

/// An input, opened: decompressed, without a byte-order mark, UTF-16 as UTF-8.
pub struct Opened {
    name: Arc<str>,
    place: Place,
    /// At the beginning.
    stream: Stream,
    /// A second reading, where an earlier run's work was looked for.
    further: Option<Further>,
    sample: Sample,
    head: Digest,
}

/// A stream some way from the beginning, and the digest of what lies before.
struct Further {
    stream: Stream,
    at: u64,
    sha: Sha256,
}

impl Opened {
    pub(crate) fn new(name: &str, place: &Place) -> Result<Self, IntakeError> {
        let name: Arc<str> = name.into();
        let mut stream = Stream::open(Arc::clone(&name), place)?;
        let (bytes, whole) = stream.peek(SAMPLE);
        let (head, sample) = (head_of(bytes), sample_of(&name, bytes, whole));
        Ok(Self { name, place: place.clone(), stream, further: None, sample, head })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its beginning.
    ///
    /// # Errors
    /// None today: a fault shows when the blocks are read, after all text before it.
    pub fn sample(&mut self) -> Result<&Sample, IntakeError> {
        Ok(&self.sample)
    }

    /// The digest of its first line, with its line end, or of the line's first 4 KiB.
    ///
    /// # Errors
    /// None today, as for [`sample`](Self::sample).
    pub fn head(&mut self) -> Result<Digest, IntakeError> {
        Ok(self.head)
    }

    /// The digest of its first `offset` decompressed bytes; `None` where it has fewer. Questions in ascending order
    /// cost one pass together, and reading on from the last of them does not repeat it.
    ///
    /// # Errors
    /// Where the bytes can't be read.
    pub fn prefix(&mut self, offset: u64) -> Result<Option<Digest>, IntakeError> {
        let mut further = match self.further.take() {
            Some(further) if further.at <= offset => further,
            _ => Further::open(&self.name, &self.place)?,
        };
        let reached = further.go_to(offset)?;
        let digest = reached.then(|| Digest(further.sha.clone().finalize().into()));
        self.further = Some(further);
        Ok(digest)
    }

    /// Its blocks, from the start.
    pub fn blocks(self, options: BlockOptions) -> Blocks {
        self.all_blocks(options, Tail::Take)
    }

    /// Bytes as received, for progress bars.
    pub fn length(&self) -> Option<u64> {
        self.place.length()
    }

    pub(crate) fn beginning(&self) -> &Sample {
        &self.sample
    }

    pub(crate) fn first_line(&self) -> Digest {
        self.head
    }

    pub(crate) fn is_compressed(&self) -> bool {
        self.stream.is_compressed()
    }

    pub(crate) fn all_blocks(self, options: BlockOptions, tail: Tail) -> Blocks {
        let mark = Mark::at(0, 0, Sha256::new());
        Blocks::new(Cutter::new(self.name, self.stream, options, tail, mark))
    }

    /// Its blocks after the first `offset` decompressed bytes, which are `lines` whole lines.
    pub(crate) fn blocks_after(
        mut self,
        (offset, lines): (u64, u64),
        options: BlockOptions,
        tail: Tail,
    ) -> Result<Blocks, IntakeError> {
        if offset == 0 {
            return Ok(self.all_blocks(options, tail));
        }
        self.prefix(offset)?;
        match self.further {
            Some(Further { stream, at, sha }) if at == offset => {
                Ok(Blocks::new(Cutter::new(self.name, stream, options, tail, Mark::at(offset, lines, sha))))
            }
            _ => Err(IntakeError::Shrunk { name: self.name.to_string(), offset }),
        }
    }
}

impl Further {
    fn open(name: &Arc<str>, place: &Place) -> Result<Self, IntakeError> {
        Ok(Self { stream: Stream::open(Arc::clone(name), place)?, at: 0, sha: Sha256::new() })
    }

    /// Reads on to `offset`; false where the text ends before.
    fn go_to(&mut self, offset: u64) -> Result<bool, IntakeError> {
        let mut chunk = vec![0; CHUNK];
        while self.at < offset {
            let most = usize::try_from(offset - self.at).unwrap_or(CHUNK).min(CHUNK);
            let n = self.stream.read(&mut chunk[..most])?;
            if n == 0 {
                return Ok(false);
            }
            self.sha.update(&chunk[..n]);
            self.at += n as u64;
        }
        Ok(true)
    }
}

fn head_of(bytes: &[u8]) -> Digest {
    let line = memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1);
    Digest::of(&bytes[..line.min(HEAD)])
}

fn sample_of(name: &str, bytes: &[u8], whole: bool) -> Sample {
    let end = if whole { bytes.len() } else { memrchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1) };
    Sample { name: name.to_owned(), bytes: bytes[..end].to_vec(), whole }
}
