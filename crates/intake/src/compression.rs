//! Decompression by what the first bytes say, whatever the name says: gzip (RFC 1952, several members), zstd (RFC 8878,
//! several frames), xz (several streams).

use std::io::{self, BufRead, BufReader, Read};

use encoding_rs::Encoding;
use flate2::bufread::MultiGzDecoder;
use liblzma::bufread::XzDecoder;
use liblzma::stream::{CONCATENATED, Stream};
use pollwarden_core::Digest;
use sha2::{Digest as _, Sha256};

/// The largest window a zstd frame may ask for, as a power of two: what `zstd --long=31` writes, the format's own limit.
const ZSTD_WINDOW_LOG: u32 = 31;
/// The most memory an xz stream may ask for; `xz -9` needs 65 MiB.
const XZ_MEMORY: u64 = 1 << 30;
/// How much compressed bytes may unpack to: this much in any case …
pub(crate) const EXPANDED_FREELY: u64 = 4 << 30;
/// … and this many times what was received. Deflate can't do more than 1,032 (zlib's technical notes); logs reach 50.
const EXPANDED_TIMES: u64 = 1_100;
const GZIP: &[u8] = b"\x1f\x8b\x08";
const XZ: &[u8] = b"\xfd7zXZ\0";
const READ_AHEAD: usize = 1 << 18;
const LEAST_AHEAD: usize = 1 << 12;
/// Bytes of a byte-order mark, at most.
const LONGEST_MARK: usize = 3;

/// Bytes as received, counted, and digested, except where they are the very text: then its reader digests them.
pub(crate) struct Tap {
    inner: Box<dyn Read + Send>,
    sha: Option<Sha256>,
    count: u64,
}

impl Tap {
    pub(crate) fn new(inner: Box<dyn Read + Send>) -> Self {
        Self { inner, sha: None, count: 0 }
    }

    /// Bytes read so far.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// The digest of all bytes, reading what is left.
    pub(crate) fn finish(&mut self) -> Digest {
        // Where the disk fails, the digest is that of the bytes it gave.
        let _ = io::copy(self, &mut io::sink());
        Digest(self.sha.clone().unwrap_or_default().finalize().into())
    }
}

impl Read for Tap {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.count += n as u64;
        if let Some(sha) = &mut self.sha {
            sha.update(&buf[..n]);
        }
        Ok(n)
    }
}

type Buffered = BufReader<Tap>;

/// Bytes as received on one side, unpacked on the other.
pub(crate) enum Unpacked {
    Plain(Box<Buffered>),
    Gzip(Box<MultiGzDecoder<Buffered>>),
    Zstd(Box<zstd::stream::read::Decoder<'static, Buffered>>),
    Xz(Box<XzDecoder<Buffered>>),
}

impl Unpacked {
    /// Looks at the first bytes and chooses. `length`, where it is known, spares small files the room of large ones.
    pub(crate) fn new(tap: Tap, length: Option<u64>) -> io::Result<Self> {
        let ahead = length.and_then(|length| usize::try_from(length).ok()).unwrap_or(READ_AHEAD);
        let mut received = BufReader::with_capacity(ahead.clamp(LEAST_AHEAD, READ_AHEAD), tap);
        let first = fill(&mut received)?;
        let sha = (!is_plain_text(first)).then(|| Sha256::new_with_prefix(first));
        let (is_gzip, is_zstd, is_xz) = (first.starts_with(GZIP), is_zstd(first), first.starts_with(XZ));
        received.get_mut().sha = sha;
        Ok(if is_gzip {
            Self::Gzip(Box::new(MultiGzDecoder::new(received)))
        } else if is_zstd {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(received)?;
            decoder.window_log_max(ZSTD_WINDOW_LOG)?;
            Self::Zstd(Box::new(decoder))
        } else if is_xz {
            let stream = Stream::new_stream_decoder(XZ_MEMORY, CONCATENATED)?;
            Self::Xz(Box::new(XzDecoder::new_stream(received, stream)))
        } else {
            Self::Plain(Box::new(received))
        })
    }

    /// How it is compressed, if it is.
    pub(crate) fn compression(&self) -> Option<&'static str> {
        match self {
            Self::Plain(_) => None,
            Self::Gzip(_) => Some("gzip"),
            Self::Zstd(_) => Some("zstd"),
            Self::Xz(_) => Some("xz"),
        }
    }

    pub(crate) fn tap(&self) -> &Tap {
        match self {
            Self::Plain(r) => r.get_ref(),
            Self::Gzip(r) => r.get_ref().get_ref(),
            Self::Zstd(r) => r.get_ref().get_ref(),
            Self::Xz(r) => r.get_ref().get_ref(),
        }
    }

    pub(crate) fn tap_mut(&mut self) -> &mut Tap {
        match self {
            Self::Plain(r) => r.get_mut(),
            Self::Gzip(r) => r.get_mut().get_mut(),
            Self::Zstd(r) => r.get_mut().get_mut(),
            Self::Xz(r) => r.get_mut().get_mut(),
        }
    }

    /// Whether the bytes received are the very text, so that one digest serves both.
    pub(crate) fn is_text(&self) -> bool {
        self.tap().sha.is_none()
    }
}

impl Read for Unpacked {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(r) => r.read(buf),
            Self::Gzip(r) => r.read(buf),
            Self::Zstd(r) => r.read(buf),
            Self::Xz(r) => r.read(buf),
        }
    }
}

/// Beyond what is free, how much `received` compressed bytes may honestly unpack to.
pub(crate) fn allowance(free: u64, received: u64) -> u64 {
    free + EXPANDED_TIMES.saturating_mul(received)
}

/// Whether the first bytes are those of something compressed.
pub(crate) fn is_compressed(first: &[u8]) -> bool {
    first.starts_with(GZIP) || first.starts_with(XZ) || is_zstd(first)
}

/// Whether the first bytes are neither of something compressed nor of a byte-order mark. Of fewer than such a mark has, it can't be
/// told.
fn is_plain_text(first: &[u8]) -> bool {
    first.len() >= LONGEST_MARK && !is_compressed(first) && Encoding::for_bom(first).is_none()
}

/// A short first read (a stretch, an inflated member) must not hide the magic bytes.
fn fill(received: &mut Buffered) -> io::Result<&[u8]> {
    loop {
        match received.fill_buf() {
            Ok(_) => break,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(received.buffer())
}

/// A frame, or a skippable frame such as pzstd writes first.
fn is_zstd(first: &[u8]) -> bool {
    first.starts_with(b"\x28\xb5\x2f\xfd")
        || first.len() >= 4 && (0x50..=0x5f).contains(&first[0]) && first[1..4] == *b"\x2a\x4d\x18"
}
