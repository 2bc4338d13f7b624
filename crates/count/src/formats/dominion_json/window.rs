//! A stretch of an export that slides over it, so that an export of gigabytes needs a few megabytes.

use std::io::Read;

use memchr::{memchr_iter, memrchr};
use pollwarden_core::Complaint;
use pollwarden_intake::{Input, IntakeError, Reader, Received};

use super::pull::{Fault, Got, Pull};

const STRETCH: usize = 1 << 20;
/// The longest session that is read. A card of 200 contests with 10 ranks each has about half a megabyte.
const LONGEST: usize = 64 << 20;

/// What is at hand of an input.
pub(super) struct Window {
    name: String,
    reader: Reader,
    buffer: Vec<u8>,
    from: usize,
    to: usize,
    ended: bool,
    /// Line feeds before `from` that are no longer at hand, and bytes since the last of them.
    lines: u64,
    bytes_in_line: u64,
}

impl Window {
    pub(super) fn open(input: &Input) -> Result<Self, Box<Complaint>> {
        Ok(Self {
            name: input.name().to_owned(),
            reader: input.reader().map_err(|fault| fault.complaint())?,
            buffer: vec![0; STRETCH],
            from: 0,
            to: 0,
            ended: false,
            lines: 0,
            bytes_in_line: 0,
        })
    }

    /// One step of reading. `parse` is asked again from the same place, with more at hand, where it needs more.
    pub(super) fn step<T>(&mut self, mut parse: impl FnMut(&mut Pull<'_>) -> Got<T>) -> Result<T, Box<Complaint>> {
        loop {
            let mut pull = Pull::new(&self.buffer[self.from..self.to]);
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

    /// What is at hand, as a whole: `parse` says how many things it read, and up to where.
    pub(super) fn stretch(
        &mut self,
        parse: impl FnOnce(&[u8]) -> Result<(u64, usize), Fault>,
    ) -> Result<u64, Box<Complaint>> {
        match parse(&self.buffer[self.from..self.to]) {
            Ok((count, read)) => {
                self.from += read;
                Ok(count)
            }
            Err(Fault::Bad { at, expected }) => Err(Box::new(self.complaint(at, expected))),
            Err(Fault::More) => Ok(0),
        }
    }

    /// Whether nothing but white space is left.
    pub(super) fn is_over(&mut self) -> Result<bool, Box<Complaint>> {
        while Pull::new(&self.buffer[self.from..self.to]).is_over() && !self.ended {
            self.from = self.to;
            self.read_on()?;
        }
        Ok(Pull::new(&self.buffer[self.from..self.to]).is_over())
    }

    /// Digest and length of what was received.
    pub(super) fn received(self) -> Received {
        self.reader.received()
    }

    /// What stands `at` bytes on is not what was expected.
    pub(super) fn complaint(&self, at: usize, expected: &str) -> Complaint {
        let at = (self.from + at).min(self.to);
        let found = match &self.buffer[at..self.to] {
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
        let (line, column) = self.place(self.to);
        Complaint::about(self.name.clone(), "the rest of the export", "the end of the file")
            .line(line)
            .column(column.to_string())
            .mend("The copy was interrupted, or the disk was full: fetch it again. Nothing of this folder's export was used.")
    }

    /// Line and column, from 1.
    fn place(&self, at: usize) -> (u64, u64) {
        let before = &self.buffer[self.from.min(at)..at];
        let gone = &self.buffer[..self.from.min(at)];
        let lines = self.lines + count_lines(gone) + count_lines(before);
        let in_line = match memrchr(b'\n', &self.buffer[..at]) {
            Some(end) => (at - end - 1) as u64,
            None => self.bytes_in_line + at as u64,
        };
        (lines + 1, in_line + 1)
    }

    fn read_on(&mut self) -> Result<(), Box<Complaint>> {
        self.forget();
        if self.to == self.buffer.len() {
            if self.buffer.len() >= LONGEST {
                return Err(Box::new(self.complaint(0, "a session of at most 64 MiB")));
            }
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        while self.to < self.buffer.len() && !self.ended {
            let read = self.reader.read(&mut self.buffer[self.to..]);
            let n = read.map_err(|fault| IntakeError::complaint_of(&self.name, fault))?;
            self.ended = n == 0;
            self.to += n;
        }
        Ok(())
    }

    fn forget(&mut self) {
        let gone = &self.buffer[..self.from];
        self.lines += count_lines(gone);
        self.bytes_in_line = match memrchr(b'\n', gone) {
            Some(end) => (gone.len() - end - 1) as u64,
            None => self.bytes_in_line + gone.len() as u64,
        };
        self.buffer.copy_within(self.from..self.to, 0);
        (self.from, self.to) = (0, self.to - self.from);
    }
}

fn count_lines(bytes: &[u8]) -> u64 {
    memchr_iter(b'\n', bytes).count() as u64
}
