//! Counts what is written, and tells of it.

use std::io::{Result, Write};

/// Told of at most every so many bytes.
const STEP: u64 = 64 << 10;

pub(crate) struct Counted<'a> {
    out: &'a mut dyn Write,
    progress: &'a mut dyn FnMut(u64),
    bytes: u64,
    told: u64,
}

impl<'a> Counted<'a> {
    pub(crate) fn new(out: &'a mut dyn Write, progress: &'a mut dyn FnMut(u64)) -> Self {
        Self { out, progress, bytes: 0, told: 0 }
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let written = self.out.write(bytes)?;
        self.bytes += written as u64;
        if self.bytes - self.told >= STEP {
            self.told = self.bytes;
            (self.progress)(self.bytes);
        }
        Ok(written)
    }

    fn flush(&mut self) -> Result<()> {
        self.out.flush()
    }
}
