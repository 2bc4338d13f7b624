//! Bytes with the number of the line that was reached, and a bound on how many are read in one go.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use memchr::memchr_iter;

/// A reader that counts what was taken from it.
pub(super) struct Counted<R> {
    inner: R,
    place: Rc<Place>,
}

/// How far a document was read.
pub(super) struct Place {
    line: Cell<u64>,
    left: Cell<u64>,
    allowed: u64,
}

impl<R: BufRead> Counted<R> {
    pub(super) fn new(inner: R, allowed: u64) -> Self {
        let place = Place { line: Cell::new(1), left: Cell::new(allowed), allowed };
        Self { inner, place: Rc::new(place) }
    }

    pub(super) fn place(&self) -> Rc<Place> {
        Rc::clone(&self.place)
    }
}

impl Place {
    /// The line reached, from 1.
    pub(super) fn line(&self) -> u64 {
        self.line.get()
    }

    /// A record has ended: the next may be as long.
    pub(super) fn next_record(&self) {
        self.left.set(self.allowed);
    }

    /// Whether reading stopped because a record is too long.
    pub(super) fn too_long(&self) -> bool {
        self.left.get() == 0
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.place.too_long() {
            return Err(io::Error::other("the record is too long"));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        // What is buffered is at hand again without reading.
        if let Ok(bytes) = self.inner.fill_buf() {
            let taken = &bytes[..amount.min(bytes.len())];
            self.place.line.set(self.place.line() + memchr_iter(b'\n', taken).count() as u64);
        }
        self.place.left.set(self.place.left.get().saturating_sub(amount as u64));
        self.inner.consume(amount);
    }
}

impl<R: BufRead> Read for Counted<R> {
    /// JSON is read byte by byte: only so is the line that was reached known.
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let amount = available.len().min(into.len());
        if amount == 1 {
            into[0] = available[0];
            if into[0] == b'\n' {
                self.place.line.set(self.place.line() + 1);
            }
            self.place.left.set(self.place.left.get() - 1);
            self.inner.consume(1);
            return Ok(1);
        }
        into[..amount].copy_from_slice(&available[..amount]);
        self.consume(amount);
        Ok(amount)
    }
}
