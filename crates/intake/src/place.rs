//! Where an input's bytes lie: a file, or a stretch of one (an archive's member).

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::Crc;
use flate2::bufread::DeflateDecoder;

/// A file on disk, or scratch space that nobody else sees.
#[derive(Debug, Clone)]
pub(crate) enum Holder {
    Path(PathBuf),
    Scratch(Arc<File>),
}

impl Holder {
    /// Where reading may begin anew. A path is opened again, so that many archives don't hold a file open each.
    pub(crate) fn open(&self) -> io::Result<Arc<File>> {
        match self {
            Self::Path(path) => Ok(Arc::new(open_file(path)?)),
            Self::Scratch(file) => Ok(Arc::clone(file)),
        }
    }
}

/// Opens a regular file. Anything else (a pipe, say) could keep us waiting for ever.
pub(crate) fn open_file(path: &Path) -> io::Result<File> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    File::open(path)
}

/// Where an input's bytes are and how they are stored.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// A file of its own.
    File(PathBuf),
    /// A stretch of a file, as it stands.
    Stored { holder: Holder, offset: u64, length: u64, crc: Option<u32> },
    /// A stretch of a file, deflated (RFC 1951), as zip members are.
    Deflated { holder: Holder, offset: u64, packed: u64, length: u64, crc: u32 },
}

impl Place {
    /// Bytes as received, from the first.
    pub(crate) fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Self::File(path) => Box::new(open_file(path)?),
            Self::Stored { holder, offset, length, crc } => {
                let stretch = Stretch::new(holder.open()?, *offset, *length);
                Box::new(Checked::new(stretch, *length, *crc))
            }
            Self::Deflated { holder, offset, packed, length, crc } => {
                let stretch = Stretch::new(holder.open()?, *offset, *packed);
                let inflated = DeflateDecoder::new(BufReader::with_capacity(1 << 16, stretch));
                Box::new(Checked::new(inflated, *length, Some(*crc)))
            }
        })
    }

    /// How many bytes as received there are.
    pub(crate) fn length(&self) -> Option<u64> {
        match self {
            Self::File(path) => std::fs::metadata(path).ok().map(|m| m.len()),
            Self::Stored { length, .. } | Self::Deflated { length, .. } => Some(*length),
        }
    }
}

/// A stretch of a file that others may be reading too.
pub(crate) struct Stretch {
    file: Arc<File>,
    start: u64,
    length: u64,
    at: u64,
}

impl Stretch {
    pub(crate) fn new(file: Arc<File>, start: u64, length: u64) -> Self {
        Self { file, start, length, at: 0 }
    }
}

impl Seek for Stretch {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

impl Read for Stretch {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let left = self.length.saturating_sub(self.at);
        let most = buf.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let Some(place) = self.start.checked_add(self.at) else { return Ok(0) };
        let n = read_at(&self.file, &mut buf[..most], place)?;
        self.at += n as u64;
        Ok(n)
    }
}

#[cfg(unix)]
fn read_at(file: &File, buf: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buf, at)
}

#[cfg(windows)]
fn read_at(file: &File, buf: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buf, at)
}

/// Compares a member with the length and CRC-32 that its archive states.
struct Checked<R> {
    inner: R,
    left: u64,
    crc: Option<(Crc, u32)>,
}

impl<R: Read> Checked<R> {
    fn new(inner: R, length: u64, crc: Option<u32>) -> Self {
        Self { inner, left: length, crc: crc.map(|stated| (Crc::new(), stated)) }
    }

    fn at_end(&self) -> io::Result<usize> {
        if self.left > 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the archive's member ends too early"));
        }
        match &self.crc {
            Some((crc, stated)) if crc.sum() != *stated => {
                Err(io::Error::new(io::ErrorKind::InvalidData, "the archive's member doesn't match its checksum"))
            }
            _ => Ok(0),
        }
    }
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        // Not a byte beyond the stated length: a member can't grow past what was budgeted for it.
        let most = buf.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let n = if most == 0 { 0 } else { self.inner.read(&mut buf[..most])? };
        if n == 0 {
            return self.at_end();
        }
        self.left -= n as u64;
        if let Some((crc, _)) = &mut self.crc {
            crc.update(&buf[..n]);
        }
        Ok(n)
    }
}
