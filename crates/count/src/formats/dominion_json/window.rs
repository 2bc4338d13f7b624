//! A stretch of an export that slides over it, so that an export of gigabytes needs a few megabytes.

use std::io::Read;

use memchr::{memchr_iter, memrchr};
use pollwarden_core::Complaint;
use pollwarden_intake::{Input, IntakeError, ReadAhead, Reader, Received};

use super::pull::{Fault, Got, Pull};

const STRETCH: usize = 1 << 18;
/// Room before each further stretch, for the session that the one before cut in two.
const HEAD: usize = 1 << 16;
/// The longest session that is read. A card of 200 contests with 10 ranks each has about half a megabyte.
const LONGEST: usize = 64 << 20;

/// What is at hand of an input.
pub(super) struct Window {
    name: String,
    source: Source,
    buffer: Vec<u8>,
    /// Where the text at hand begins in the buffer, and how far it was read.
    begin: usize,
    from: usize,
    ended: bool,
    /// Line feeds before `begin`, and bytes since the last of them.
    lines: u64,
    bytes_in_line: u64,
}

/// Most exports of single batches are short: a thread is begun only where there is more than a stretch.
enum Source {
    Short(Reader),
    Ahead(ReadAhead),
}

impl Window {
    pub(super) fn open(input: &Input) -> Result<Self, Box<Complaint>> {
        let mut reader = input.reader().map_err(|fault| fault.complaint())?;
        let mut buffer = Vec::new();
        let read = reader.by_ref().take(STRETCH as u64).read_to_end(&mut buffer);
        let read = read.map_err(|fault| IntakeError::complaint_of(input.name(), fault))?;
        let source = if read < STRETCH { Source::Short(reader) } else { Source::Ahead(reader.ahead(HEAD, STRETCH)) };
        let name = input.name().to_owned();
        Ok(Self { name, source, buffer, begin: 0, from: 0, ended: false, lines: 0, bytes_in_line: 0 })
    }

    /// One step of reading. `parse` is asked again from the same place, with more at hand, where it needs more.
    pub(super) fn step<T>(&mut self, mut parse: impl FnMut(&mut Pull<'_>) -> Got<T>) -> Result<T, Box<Complaint>> {
        loop {
            let mut pull = Pull::new(&self.buffer[self.from..]);
            match parse(&mut pull) {
                Ok(value) => {
                    self.from += pull.at();
                    return Ok(value);
                }
                Err(Fault::More) if !self.ended => self.read_on()?,
                Err(Fault::More) => return Err(Box::new(self.cut_off())),
                Err(Fault::Bad { at, expected }) => return Err(Box::new(self.complaint(at, expected))),
            }
        }
    }

    /// Whether nothing but white space is left.
    pub(super) fn is_over(&mut self) -> Result<bool, Box<Complaint>> {
        while Pull::new(&self.buffer[self.from..]).is_over() && !self.ended {
            self.from = self.buffer.len();
            self.read_on()?;
        }
        Ok(Pull::new(&self.buffer[self.from..]).is_over())
    }

    /// Digest and length of what was received.
    pub(super) fn received(self) -> Received {
        match self.source {
            Source::Short(reader) => reader.received(),
            Source::Ahead(ahead) => ahead.received(),
        }
    }

    /// What stands `at` bytes on is not what was expected.
    pub(super) fn complaint(&self, at: usize, expected: &str) -> Complaint {
        let at = (self.from + at).min(self.buffer.len());
        let found = match &self.buffer[at..] {
            [] => "the end".to_owned(),
            rest => format!("“{}”", Complaint::excerpt(&rest[..rest.len().min(40)], 30)),
        };
        let (line, column) = self.place(at);
        Complaint::about(self.name.clone(), expected, found)
            .line(line)
            .column(column.to_string())
            .mend("The file was changed or damaged: export it again. Nothing of this folder's export was used.")
    }

    fn cut_off(&self) -> Complaint {
        let (line, column) = self.place(self.buffer.len());
        Complaint::about(self.name.clone(), "the rest of the export", "the end of the file")
            .line(line)
            .column(column.to_string())
            .mend("The copy was interrupted, or the disk was full: fetch it again. Nothing of this folder's export was used.")
    }

    /// Line and column, from 1.
    fn place(&self, at: usize) -> (u64, u64) {
        let before = &self.buffer[self.begin..at];
        let in_line = memrchr(b'\n', before)
            .map_or(self.bytes_in_line + before.len() as u64, |end| (before.len() - end - 1) as u64);
        (self.lines + count_lines(before) + 1, in_line + 1)
    }

    fn read_on(&mut self) -> Result<(), Box<Complaint>> {
        let left = self.buffer.len() - self.from;
        if left > LONGEST {
            return Err(Box::new(self.complaint(0, "a session of at most 64 MiB")));
        }
        self.forget();
        let Source::Ahead(ahead) = &mut self.source else {
            self.ended = true;
            return Ok(());
        };
        let next = ahead.next_piece().map_err(|fault| IntakeError::complaint_of(&self.name, fault))?;
        let Some(mut next) = next else {
            self.ended = true;
            return Ok(());
        };
        if left <= HEAD {
            self.begin = HEAD - left;
            next[self.begin..HEAD].copy_from_slice(&self.buffer[self.from..]);
            ahead.recycle(std::mem::replace(&mut self.buffer, next));
        } else {
            self.begin = 0;
            self.buffer.drain(..self.from);
            self.buffer.extend_from_slice(&next[HEAD..]);
            ahead.recycle(next);
        }
        self.from = self.begin;
        Ok(())
    }

    /// Counts the lines that were read and will not be at hand.
    fn forget(&mut self) {
        let (line, column) = self.place(self.from);
        (self.lines, self.bytes_in_line) = (line - 1, column - 1);
        self.begin = self.from;
    }
}

fn count_lines(bytes: &[u8]) -> u64 {
    memchr_iter(b'\n', bytes).count() as u64
}
