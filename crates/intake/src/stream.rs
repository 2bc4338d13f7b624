//! An input's text as a stream: unpacked, without a byte-order mark, in an encoding that has ASCII's line feeds.
//!
//! UTF-16 is recognised by its byte-order mark (Unicode Standard, section 23.8) and becomes UTF-8. Text of any other
//! encoding passes as it is; see [`text`](crate::text).

use std::io::{self, Read};
use std::sync::Arc;

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::IntakeError;
use crate::compression::{EXPANDED_FREELY, Tap, Unpacked, allowance};
use crate::place::Place;

const CHUNK: usize = 1 << 16;
const LEAST_CHUNK: usize = 1 << 9;

pub(crate) struct Stream {
    name: Arc<str>,
    unpacked: Unpacked,
    utf16: Option<Decoder>,
    /// Text that was read but not given yet.
    held: Vec<u8>,
    held_from: usize,
    /// A fault met while peeking, told once all text before it was given.
    fault: Option<io::Error>,
    ended: bool,
    unpacked_bytes: u64,
    /// How much may be unpacked whatever was received.
    free: u64,
    /// Whether the text is the very bytes received.
    pub(crate) verbatim: bool,
}

impl Stream {
    pub(crate) fn open(name: Arc<str>, place: &Place) -> Result<Self, IntakeError> {
        let fail = |source| IntakeError::Open { name: name.to_string(), source };
        let unpacked = place.open().and_then(|bytes| Unpacked::new(Tap::new(bytes), place.length())).map_err(fail)?;
        let mut stream = Self {
            name,
            unpacked,
            utf16: None,
            held: Vec::new(),
            held_from: 0,
            fault: None,
            ended: false,
            unpacked_bytes: 0,
            free: EXPANDED_FREELY,
            verbatim: false,
        };
        stream.begin();
        Ok(stream)
    }

    /// Reads up to `buf.len()` bytes of text; 0 at the end.
    pub(crate) fn read(&mut self, buf: &mut [u8]) -> Result<usize, IntakeError> {
        if self.held_from == self.held.len() && self.utf16.is_none() && self.fault.is_none() && !self.ended {
            let read = self.read_unpacked(buf);
            return read.map_err(|e| self.explain(e));
        }
        self.hold(1);
        let held = &self.held[self.held_from..];
        let n = held.len().min(buf.len());
        buf[..n].copy_from_slice(&held[..n]);
        self.held_from += n;
        match self.fault.take() {
            Some(fault) if n == 0 => Err(self.explain(fault)),
            fault => {
                self.fault = fault;
                Ok(n)
            }
        }
    }

    /// The next `n` bytes of text or, where it ends or breaks off before, what there is; and whether that is all.
    pub(crate) fn peek(&mut self, n: usize) -> (&[u8], bool) {
        self.hold(n + 1);
        let held = &self.held[self.held_from..];
        (&held[..held.len().min(n)], self.ended && self.fault.is_none() && held.len() <= n)
    }

    /// Bytes as received, read so far.
    pub(crate) fn received(&self) -> u64 {
        self.unpacked.tap().count()
    }

    pub(crate) fn tap_mut(&mut self) -> &mut Tap {
        self.unpacked.tap_mut()
    }

    pub(crate) fn is_compressed(&self) -> bool {
        self.unpacked.compression().is_some()
    }

    fn begin(&mut self) {
        self.hold(3);
        match Encoding::for_bom(&self.held) {
            Some((encoding, length)) if encoding == UTF_8 => self.held_from = length,
            Some((encoding, length)) if encoding == UTF_16LE || encoding == UTF_16BE => {
                self.transcode(encoding.new_decoder_without_bom_handling(), length);
            }
            _ => self.verbatim = self.unpacked.is_text(),
        }
    }

    fn transcode(&mut self, decoder: Decoder, from: usize) {
        let raw = std::mem::take(&mut self.held);
        self.utf16 = Some(decoder);
        self.decode(&raw[from..], self.ended);
    }

    /// Reads until `n` bytes are held, or the text ends or breaks off.
    fn hold(&mut self, n: usize) {
        if self.held.len() - self.held_from >= n {
            return;
        }
        self.held.drain(..self.held_from);
        self.held_from = 0;
        // A look at the beginning of a small file needs no more room than that: folders hold many.
        let mut chunk = vec![0; (n - self.held.len()).clamp(LEAST_CHUNK, CHUNK)];
        while self.held.len() < n && !self.ended {
            match self.read_unpacked(&mut chunk) {
                Ok(read) if self.utf16.is_some() => self.decode(&chunk[..read], self.ended),
                Ok(read) => self.held.extend_from_slice(&chunk[..read]),
                Err(fault) => {
                    self.fault = Some(fault);
                    self.ended = true;
                }
            }
        }
    }

    fn decode(&mut self, raw: &[u8], last: bool) {
        let Some(decoder) = &mut self.utf16 else { return };
        let room = decoder.max_utf8_buffer_length(raw.len()).unwrap_or(raw.len() * 3 + 16);
        let before = self.held.len();
        self.held.resize(before + room, 0);
        let (_, _, written, _) = decoder.decode_to_utf8(raw, &mut self.held[before..], last);
        self.held.truncate(before + written);
    }

    fn read_unpacked(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = loop {
            match self.unpacked.read(buf) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.ended = n == 0 && !buf.is_empty();
        self.unpacked_bytes += n as u64;
        if self.is_compressed() && self.unpacked_bytes > allowance(self.free, self.received()) {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        Ok(n)
    }

    fn explain(&mut self, source: io::Error) -> IntakeError {
        self.ended = true;
        let name = self.name.to_string();
        let compression = self.unpacked.compression().unwrap_or("archive");
        match source.kind() {
            io::ErrorKind::UnexpectedEof => IntakeError::Truncated { name, compression },
            io::ErrorKind::FileTooLarge => {
                IntakeError::Bomb { name, received: self.received(), expanded: self.unpacked_bytes }
            }
            // Decompressors say it in each of these ways; so does an archive whose checksum fails.
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other => {
                IntakeError::Damaged { name, compression, source }
            }
            _ => IntakeError::Read { name, source },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_unpacks_to_absurd_sizes_is_refused() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        let packed = zstd::encode_all(&*vec![0; 8 << 20], 1).expect("packing succeeds");
        std::fs::write(file.path(), &packed).expect("the disk takes it");
        let mut stream = Stream::open("bomb".into(), &Place::File(file.path().to_owned())).expect("it opens");
        stream.free = 1 << 20;
        let mut chunk = vec![0; CHUNK];
        let fault = loop {
            match stream.read(&mut chunk) {
                Ok(n) => assert!(n > 0, "it must not come to its end"),
                Err(fault) => break fault,
            }
        };
        assert!(matches!(fault, IntakeError::Bomb { expanded, .. } if expanded < 4 << 20), "{fault}");
    }
}
