//! An input's text as one stream, for formats that are not made of lines: an export's JSON may be one line of gigabytes.

use std::io::{self, Read};
use std::sync::Arc;

use pollwarden_core::{Complaint, Digest};
use sha2::{Digest as _, Sha256};

use crate::ahead::{Ahead, Pieces};
use crate::place::Place;
use crate::stream::Stream;
use crate::{IntakeError, Received};

/// An input's text from its beginning: decompressed, without a byte-order mark, UTF-16 as UTF-8, bounded against what
/// unpacks to absurd sizes. Faults come as [`io::Error`]s that hold an [`IntakeError`].
pub struct Reader {
    stream: Stream,
    /// Of the text, where it is the very bytes received.
    sha: Sha256,
}

impl Reader {
    pub(crate) fn open(name: &str, place: &Place) -> Result<Self, IntakeError> {
        Ok(Self { stream: Stream::open(Arc::from(name), place)?, sha: Sha256::new() })
    }

    /// Digest and length of the bytes as received, reading on to their end where need be. Where the disk fails on the
    /// way, they are those of the bytes it gave.
    pub fn received(mut self) -> Received {
        let digest = if self.stream.verbatim {
            // The fault was told to whoever read the text, or will be when it is read.
            let _ = io::copy(&mut self, &mut io::sink());
            Digest(self.sha.finalize().into())
        } else {
            self.stream.tap_mut().finish()
        };
        Received { digest, length: self.stream.received() }
    }
}

/// The rest of an input's text, read, decompressed and digested in a thread of its own, a few pieces ahead.
pub struct ReadAhead {
    ahead: Ahead<InPieces>,
}

impl Reader {
    /// Reads on in a thread of its own. Pieces have `length` bytes of text (the last has fewer) after `head` bytes of room, in
    /// which their reader can put what it has left of the piece before.
    pub fn ahead(self, head: usize, length: usize) -> ReadAhead {
        ReadAhead { ahead: Ahead::start(InPieces { reader: self, head, length, spare: Vec::new() }) }
    }
}

impl ReadAhead {
    /// The next piece, room first; `None` at the end.
    ///
    /// # Errors
    /// Where the disk fails or the input can't be unpacked; the piece is lost, and none follows.
    pub fn next_piece(&mut self) -> io::Result<Option<Vec<u8>>> {
        self.ahead.next_piece().unwrap_or(Ok(None))
    }

    /// Gives a piece's memory back, to be used again.
    pub fn recycle(&mut self, piece: Vec<u8>) {
        self.ahead.recycle(piece);
    }

    /// As [`Reader::received`].
    pub fn received(self) -> Received {
        self.ahead.received()
    }
}

struct InPieces {
    reader: Reader,
    head: usize,
    length: usize,
    spare: Vec<Vec<u8>>,
}

impl InPieces {
    fn piece(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut piece = self.spare.pop().unwrap_or_default();
        piece.resize(self.head + self.length, 0);
        let mut to = self.head;
        while to < piece.len() {
            match self.reader.read(&mut piece[to..])? {
                0 => break,
                n => to += n,
            }
        }
        piece.truncate(to);
        Ok((to > self.head).then_some(piece))
    }
}

impl Pieces for InPieces {
    type Piece = io::Result<Option<Vec<u8>>>;

    fn next_piece(&mut self) -> (Self::Piece, bool) {
        let piece = self.piece();
        let last = !matches!(piece, Ok(Some(_)));
        (piece, last)
    }

    fn recycle(&mut self, bytes: Vec<u8>) {
        self.spare.push(bytes);
    }

    fn received(self) -> Received {
        self.reader.received()
    }
}

impl Read for Reader {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.stream.read(buf).map_err(io::Error::other)?;
        if self.stream.verbatim {
            self.sha.update(&buf[..n]);
        }
        Ok(n)
    }
}

impl IntakeError {
    /// What a fault of a [`Reader`] says in the words of the person who has to mend it.
    pub fn complaint_of(name: &str, fault: io::Error) -> Complaint {
        match fault.downcast::<Self>() {
            Ok(fault) => fault.complaint(),
            Err(source) => Self::Read { name: name.to_owned(), source }.complaint(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Input;

    fn read(bytes: &[u8]) -> (String, Received) {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), bytes).expect("the disk takes it");
        let mut reader = Input::file("a.json", file.path()).reader().expect("it opens");
        let mut text = String::new();
        reader.read_to_string(&mut text).expect("it reads");
        (text, reader.received())
    }

    #[test]
    fn the_digest_is_that_of_the_bytes_received() {
        let packed = zstd::encode_all(&b"{}"[..], 1).expect("packing succeeds");
        for bytes in [b"{}".as_slice(), b"\xef\xbb\xbf{}", b"\xff\xfe{\0}\0", packed.as_slice()] {
            let (text, received) = read(bytes);
            assert_eq!(text, "{}");
            assert_eq!(received, Received { digest: Digest::of(bytes), length: bytes.len() as u64 });
        }
    }

    #[test]
    fn reading_ahead_gives_the_same() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        let bytes: Vec<u8> = (0..100_000u32).flat_map(u32::to_le_bytes).collect();
        std::fs::write(file.path(), &bytes).expect("the disk takes it");
        for length in [1_000, 400_000, 500_000] {
            let mut reader = Input::file("a", file.path()).reader().expect("it opens");
            let mut text = vec![0; 10];
            reader.read_exact(&mut text).expect("it reads");
            let mut ahead = reader.ahead(7, length);
            while let Some(piece) = ahead.next_piece().expect("it reads") {
                text.extend_from_slice(&piece[7..]);
                ahead.recycle(piece);
            }
            assert!(text == bytes, "{length}");
            assert_eq!(ahead.received(), Received { digest: Digest::of(&bytes), length: 400_000 });
        }
    }

    #[test]
    fn what_was_not_read_is_digested_too() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        let bytes = vec![b'7'; 300_000];
        std::fs::write(file.path(), &bytes).expect("the disk takes it");
        let mut reader = Input::file("a", file.path()).reader().expect("it opens");
        reader.read_exact(&mut [0; 10]).expect("it reads");
        assert_eq!(reader.received(), Received { digest: Digest::of(&bytes), length: 300_000 });
    }
}
