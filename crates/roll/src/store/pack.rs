//! Packs: blocks one after another, each a zstd frame (RFC 8878), behind the dictionary they were compressed with.
//!
//! ```text
//! magic 8, dictionary's length 4 and hash 16 bytes, dictionary, frames
//! ```
//!
//! The dictionary is a sample of records as they are ("raw content", RFC 8878 §5): a block is small, and what its records
//! share with all others would otherwise be written again in each.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::{DecoderDictionary, EncoderDictionary};

use super::block;
use super::durable::Unfinished;
use super::list::Row;
use crate::RollError;
use crate::diff::Seeds;

const MAGIC: &[u8; 8] = b"PWPACK1\n";
const HEAD: usize = 28;
/// The most that a dictionary holds.
pub(super) const DICTIONARY: usize = 64 << 10;
/// zstd's quickest usual level.
const LEVEL: i32 = 1;
/// The longest block that is taken for one.
const LONGEST: u32 = 1 << 30;

pub(super) fn path_of(folder: &Path, number: u32) -> PathBuf {
    folder.join(format!("{number:010}.pack"))
}

/// A pack being written.
pub(super) struct Writing {
    file: Unfinished,
    pub(super) number: u32,
    offset: u64,
}

impl Writing {
    pub(super) fn begin(folder: &Path, number: u32, dictionary: &[u8], seeds: Seeds) -> Result<Self, RollError> {
        let mut file = Unfinished::create(folder)?;
        file.write(MAGIC)?;
        file.write(&(dictionary.len() as u32).to_le_bytes())?;
        for half in block::hash(dictionary, seeds) {
            file.write(&half.to_le_bytes())?;
        }
        file.write(dictionary)?;
        Ok(Self { file, number, offset: (HEAD + dictionary.len()) as u64 })
    }

    /// Writes compressed blocks, and says where they begin.
    pub(super) fn append(&mut self, frames: &[u8]) -> Result<u64, RollError> {
        let begin = self.offset;
        self.file.write(frames)?;
        self.offset += frames.len() as u64;
        Ok(begin)
    }

    pub(super) fn length(&self) -> u64 {
        self.offset
    }

    pub(super) fn finish(self, folder: &Path) -> Result<(), RollError> {
        let path = path_of(folder, self.number);
        self.file.finish(&path)
    }
}

/// Compresses blocks.
pub(super) fn compressor<'a>(dictionary: &'a EncoderDictionary<'a>) -> io::Result<Compressor<'a>> {
    Compressor::with_prepared_dictionary(dictionary)
}

pub(super) fn encoder_dictionary(bytes: &[u8]) -> EncoderDictionary<'static> {
    EncoderDictionary::copy(bytes, LEVEL)
}

/// A pack, open to be read.
pub(super) struct Pack {
    file: File,
    path: PathBuf,
    dictionary: DecoderDictionary<'static>,
}

impl Pack {
    pub(super) fn open(folder: &Path, number: u32, seeds: Seeds) -> Result<Self, RollError> {
        let path = path_of(folder, number);
        let damaged = |what: &str| RollError::damaged(&path, what);
        let file = File::open(&path).map_err(RollError::store(&path))?;
        let mut head = [0; HEAD];
        file.read_exact_at(&mut head, 0).map_err(|_| damaged("it is cut off"))?;
        let length = u32::from_le_bytes([head[8], head[9], head[10], head[11]]) as usize;
        if head[..8] != *MAGIC || length > DICTIONARY {
            return Err(damaged("it does not begin as a pack does"));
        }
        let mut dictionary = vec![0; length];
        file.read_exact_at(&mut dictionary, HEAD as u64).map_err(|_| damaged("it is cut off"))?;
        let hash: Vec<u8> = block::hash(&dictionary, seeds).into_iter().flat_map(u64::to_le_bytes).collect();
        if head[12..] != hash {
            return Err(damaged("the hash of its dictionary is another"));
        }
        Ok(Self { file, path, dictionary: DecoderDictionary::copy(&dictionary) })
    }

    pub(super) fn reader(&self, seeds: Seeds) -> Result<Reader<'_>, RollError> {
        let decompressor =
            Decompressor::with_prepared_dictionary(&self.dictionary).map_err(RollError::store(&self.path))?;
        Ok(Reader { pack: self, decompressor, seeds, frame: Vec::new(), block: Vec::new() })
    }
}

impl std::fmt::Debug for Pack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Pack").field(&self.path).finish()
    }
}

/// Reads blocks of a pack.
pub(super) struct Reader<'a> {
    pack: &'a Pack,
    decompressor: Decompressor<'a>,
    seeds: Seeds,
    frame: Vec<u8>,
    block: Vec<u8>,
}

impl Reader<'_> {
    /// The records of a block, once their hash is found to be right.
    pub(super) fn block(&mut self, row: &Row) -> Result<Vec<&[u8]>, RollError> {
        let damaged = |what: &str| RollError::damaged(&self.pack.path, what);
        let rest = self.pack.file.metadata().map_or(0, |file| file.len().saturating_sub(row.offset));
        if row.length > LONGEST || u64::from(row.stored) > rest {
            return Err(damaged("a block lies beyond its end"));
        }
        self.frame.resize(row.stored as usize, 0);
        self.pack.file.read_exact_at(&mut self.frame, row.offset).map_err(RollError::store(&self.pack.path))?;
        self.block.clear();
        self.block.reserve(row.length as usize);
        self.decompressor
            .decompress_to_buffer(&self.frame, &mut self.block)
            .map_err(|_| damaged("a block can't be decompressed"))?;
        let records =
            block::read(&self.block, row.count as usize).ok_or_else(|| damaged("a block has other records"))?;
        let contents = records.iter().map(|record| self.seeds.of_content(record));
        if block::hash_of(contents, self.seeds) != row.hash {
            return Err(damaged("the hash of a block is another"));
        }
        Ok(records)
    }
}
