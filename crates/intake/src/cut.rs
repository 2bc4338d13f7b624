//! Cuts a stream of text into blocks of whole lines.

use std::sync::Arc;

use memchr::{memchr, memchr_iter, memrchr};
use pollwarden_core::{Complaint, Digest};
use sha2::{Digest as _, Sha256};

use crate::ahead::Pieces;
use crate::stream::Stream;
use crate::{Block, BlockOptions, IntakeError, Received};

/// The longest stretch in which a quote's partner is looked for. Honest records are a few kilobytes; a larger stretch
/// would let each stray quote cost a long search.
const LONGEST_QUOTED: usize = 1 << 18;
const SPARE: usize = 4;

/// How far an input has been cut.
#[derive(Clone)]
pub(crate) struct Mark {
    pub(crate) offset: u64,
    pub(crate) lines: u64,
    pub(crate) received: u64,
    pub(crate) waits: bool,
    pub(crate) sha: Sha256,
}

impl Mark {
    /// A mark at some distance from the beginning, with the digest of what lies before.
    pub(crate) fn at(offset: u64, lines: u64, sha: Sha256) -> Self {
        Self { offset, lines, received: 0, waits: false, sha }
    }

    pub(crate) fn digest(&self) -> Digest {
        Digest(self.sha.clone().finalize().into())
    }
}

/// One step: a block, an error, or the end; and what was rejected on the way.
pub(crate) struct Cut {
    pub(crate) block: Option<Result<Block, IntakeError>>,
    pub(crate) rejected: Vec<Complaint>,
    pub(crate) mark: Mark,
}

/// What to do with a last line that has no line end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tail {
    Take,
    Leave,
}

pub(crate) struct Cutter {
    source: Arc<str>,
    stream: Stream,
    options: BlockOptions,
    tail: Tail,
    /// What was read but not handed out is `buffer[from..to]`.
    buffer: Vec<u8>,
    from: usize,
    to: usize,
    ended: bool,
    /// Whether it ended by a fault, which is told once.
    broken: bool,
    fault: Option<IntakeError>,
    mark: Mark,
    rejected: Vec<Complaint>,
    spare: Vec<Vec<u8>>,
}

impl Pieces for Cutter {
    type Piece = Cut;

    fn next_piece(&mut self) -> (Cut, bool) {
        let cut = self.next_cut();
        let last = cut.block.is_none();
        (cut, last)
    }

    fn recycle(&mut self, bytes: Vec<u8>) {
        if self.spare.len() < SPARE {
            self.spare.push(bytes);
        }
    }

    fn received(mut self) -> Received {
        let digest = if self.stream.verbatim { self.digest_of_text() } else { self.stream.tap_mut().finish() };
        Received { digest, length: self.stream.received() }
    }
}

impl Cutter {
    /// Cuts from where the stream stands, which is at `mark`.
    pub(crate) fn new(source: Arc<str>, stream: Stream, options: BlockOptions, tail: Tail, mark: Mark) -> Self {
        Self {
            source,
            stream,
            options,
            tail,
            buffer: Vec::new(),
            from: 0,
            to: 0,
            ended: false,
            broken: false,
            fault: None,
            mark,
            rejected: Vec::new(),
            spare: Vec::new(),
        }
    }

    pub(crate) fn mark(&self) -> &Mark {
        &self.mark
    }

    pub(crate) fn next_cut(&mut self) -> Cut {
        let block = self.next_block();
        self.mark.received = self.stream.received();
        Cut { block, rejected: std::mem::take(&mut self.rejected), mark: self.mark.clone() }
    }

    fn next_block(&mut self) -> Option<Result<Block, IntakeError>> {
        loop {
            match self.end_of_lines() {
                End::At(n) => return Some(Ok(self.hand_out(n))),
                End::TooLong => self.skip_line(),
                End::Unknown if self.ended => {
                    self.mark.waits = !self.broken && self.from < self.to;
                    return self.fault.take().map(Err);
                }
                End::Unknown => self.fill(),
            }
        }
    }

    /// Where to cut what is pending.
    fn end_of_lines(&self) -> End {
        let pending = &self.buffer[self.from..self.to];
        let end = whole_lines(pending, self.options.longest_line);
        match (end, self.options.quote) {
            (End::Unknown, None) => self.unended(pending, pending.len()),
            (End::At(n), None) if self.takes_tail() && fits(&pending[n..], self.options.longest_line) => {
                self.unended(pending, pending.len())
            }
            (end, None) | (end @ End::TooLong, _) => end,
            (end, Some(quote)) => self.end_of_records(pending, end, quote),
        }
    }

    /// Records end where quotes are balanced.
    fn end_of_records(&self, pending: &[u8], end: End, quote: u8) -> End {
        let lines = if let End::At(n) = end { n } else { 0 };
        let rest_fits = fits(&pending[lines..], self.options.longest_line);
        if self.takes_tail() && rest_fits && memchr_iter(quote, pending).count().is_multiple_of(2) {
            return self.unended(pending, pending.len());
        }
        if let Some(n) = balanced(&pending[..lines], quote) {
            return End::At(n);
        }
        let limit = self.options.longest_line.min(LONGEST_QUOTED);
        let whole = self.ended && (self.takes_tail() || self.broken || lines == pending.len());
        if pending.len() <= limit && rest_fits && !whole {
            return End::Unknown;
        }
        match memchr(b'\n', pending) {
            Some(at) => End::At(at + 1),
            None => self.unended(pending, pending.len()),
        }
    }

    fn takes_tail(&self) -> bool {
        self.ended && !self.broken && self.tail == Tail::Take
    }

    fn unended(&self, pending: &[u8], n: usize) -> End {
        if self.takes_tail() && !pending.is_empty() { End::At(n) } else { End::Unknown }
    }

    fn hand_out(&mut self, n: usize) -> Block {
        let (first_line, offset) = (self.mark.lines + 1, self.mark.offset);
        self.pass(n);
        let bytes = if self.from == 0 && n * 2 > self.to { self.give_buffer(n) } else { self.copy_out(n) };
        Block { source: Arc::clone(&self.source), bytes, first_line, offset }
    }

    /// Counts and digests the next `n` bytes.
    fn pass(&mut self, n: usize) {
        let passed = &self.buffer[self.from..self.from + n];
        self.mark.sha.update(passed);
        self.mark.lines += memchr_iter(b'\n', passed).count() as u64;
        self.mark.lines += u64::from(self.ended && self.from + n == self.to && !passed.ends_with(b"\n"));
        self.mark.offset += n as u64;
    }

    /// Hands out the buffer itself, and goes on with the few bytes after `n` in another.
    fn give_buffer(&mut self, n: usize) -> Vec<u8> {
        let mut next = self.spare.pop().unwrap_or_default();
        let rest = self.to - n;
        if next.len() < rest {
            next.resize(rest, 0);
        }
        next[..rest].copy_from_slice(&self.buffer[n..self.to]);
        let mut given = std::mem::replace(&mut self.buffer, next);
        given.truncate(n);
        (self.from, self.to) = (0, rest);
        given
    }

    fn copy_out(&mut self, n: usize) -> Vec<u8> {
        let copy = self.buffer[self.from..self.from + n].to_vec();
        self.from += n;
        copy
    }

    /// Reads until a block is full, or twice what did not suffice.
    fn fill(&mut self) {
        self.buffer.copy_within(self.from..self.to, 0);
        (self.from, self.to) = (0, self.to - self.from);
        let full = self.options.size.max(self.to * 2).max(1);
        if self.buffer.len() < full {
            self.buffer.resize(full, 0);
        }
        while self.to < full && !self.ended {
            self.read_once(full);
        }
    }

    fn read_once(&mut self, full: usize) {
        match self.stream.read(&mut self.buffer[self.to..full]) {
            Ok(0) => self.ended = true,
            Ok(n) => self.to += n,
            Err(fault) => {
                self.fault = Some(fault);
                (self.ended, self.broken) = (true, true);
            }
        }
    }

    /// Reads past a line that is too long, holding no more of it than a block.
    fn skip_line(&mut self) {
        let line = self.mark.lines + 1;
        let from = self.mark.offset;
        loop {
            let found = memchr(b'\n', &self.buffer[self.from..self.to]);
            self.skip(found.map_or(self.to - self.from, |at| at + 1));
            if found.is_some() || self.ended {
                self.mark.lines = line;
                let length = self.mark.offset - from - u64::from(found.is_some());
                return self.rejected.push(self.too_long(line, length));
            }
            self.fill();
        }
    }

    fn skip(&mut self, n: usize) {
        self.mark.sha.update(&self.buffer[self.from..self.from + n]);
        self.mark.offset += n as u64;
        self.from += n;
    }

    fn too_long(&self, line: u64, length: u64) -> Complaint {
        Complaint::about(
            self.source.as_ref(),
            format!("a line of at most {} bytes", self.options.longest_line),
            format!("one of {length} bytes"),
        )
        .line(line)
        .mend("It was left out. Look at it by itself: it may be an attack, or a file without line ends.")
    }

    fn digest_of_text(&mut self) -> Digest {
        let mut sha = self.mark.sha.clone();
        sha.update(&self.buffer[self.from..self.to]);
        let mut chunk = vec![0; 1 << 16];
        while let Ok(n @ 1..) = self.stream.read(&mut chunk) {
            sha.update(&chunk[..n]);
        }
        Digest(sha.finalize().into())
    }
}

/// Where whole lines end in what is pending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// After so many bytes, none of them in an over-long line.
    At(usize),
    /// The first line is too long.
    TooLong,
    /// More must be read to tell.
    Unknown,
}

/// The end of the last whole line before any that is too long. Jumps from line end to line end in strides of the longest
/// line, so that lines within a stride cost nothing.
fn whole_lines(pending: &[u8], longest: usize) -> End {
    let mut end = 0;
    loop {
        let rest = &pending[end..];
        let stride = rest.len().min(longest.saturating_add(1));
        match memrchr(b'\n', &rest[..stride]) {
            Some(at) => end += at + 1,
            None if end > 0 => return End::At(end),
            None if rest.len() > longest => return End::TooLong,
            None => return End::Unknown,
        }
    }
}

fn fits(line: &[u8], longest: usize) -> bool {
    line.len() <= longest
}

/// The last line end before which quotes are balanced. Counting all quotes and stepping back is quicker than stepping
/// through them, since in a sound file the first guess is right.
fn balanced(lines: &[u8], quote: u8) -> Option<usize> {
    let mut end = lines.len();
    let mut open = memchr_iter(quote, lines).count() % 2;
    while open == 1 {
        let before = memrchr(b'\n', &lines[..end.checked_sub(1)?])? + 1;
        open ^= memchr_iter(quote, &lines[before..end]).count() % 2;
        end = before;
    }
    (end > 0).then_some(end)
}
