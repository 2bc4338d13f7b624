//! What the files beside a head have in common: a section for each partition, and an end with a directory of them, under a hash
//! that the head holds.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use super::block;
use super::durable::Unfinished;
use crate::RollError;
use crate::diff::Seeds;

/// A file of sections being written.
pub(super) struct Writing {
    file: Unfinished,
    seeds: Seeds,
    offset: u64,
    directory: Vec<u8>,
}

impl Writing {
    pub(super) fn begin(folder: &Path, seeds: Seeds, magic: &[u8]) -> Result<Self, RollError> {
        let mut file = Unfinished::create(folder)?;
        file.write(magic)?;
        Ok(Self { file, seeds, offset: magic.len() as u64, directory: Vec::new() })
    }

    /// The next partition, in pieces. The directory notes where they begin, these numbers, and each piece's hash.
    pub(super) fn section(&mut self, pieces: &[&[u8]], numbers: &[usize]) -> Result<(), RollError> {
        self.directory.extend_from_slice(&self.offset.to_le_bytes());
        numbers.iter().for_each(|number| self.directory.extend_from_slice(&(*number as u32).to_le_bytes()));
        for piece in pieces {
            self.file.write(piece)?;
            self.offset += piece.len() as u64;
            let hash = block::hash(piece, self.seeds);
            hash.iter().for_each(|half| self.directory.extend_from_slice(&half.to_le_bytes()));
        }
        Ok(())
    }

    /// Ends the file with these bytes and the directory, and says their hash.
    pub(super) fn finish(mut self, mut end: Vec<u8>, path: &Path) -> Result<[u64; 2], RollError> {
        end.extend_from_slice(&self.directory);
        self.file.write(&end)?;
        self.file.finish(path)?;
        Ok(block::hash(&end, self.seeds))
    }
}

/// Such a file, open to be read.
#[derive(Debug)]
pub(super) struct Sections {
    file: File,
    path: PathBuf,
    seeds: Seeds,
}

impl Sections {
    pub(super) fn open(path: PathBuf, seeds: Seeds) -> Result<Self, RollError> {
        let file = File::open(&path).map_err(RollError::store(&path))?;
        Ok(Self { file, path, seeds })
    }

    /// The end of the file, of so many bytes and this hash; `part` is what it is called where it has another.
    pub(super) fn end(&self, length: usize, hash: [u64; 2], part: &str) -> Result<Vec<u8>, RollError> {
        let all = self.file.metadata().map_err(RollError::store(&self.path))?.len();
        let from = all.checked_sub(length as u64).ok_or_else(|| self.damaged("it is cut off"))?;
        self.hashed(from, length, hash, &format!("the hash of its {part} is another"))
    }

    /// A piece of a section.
    pub(super) fn piece(&self, offset: u64, length: usize, hash: [u64; 2]) -> Result<Vec<u8>, RollError> {
        self.hashed(offset, length, hash, "the hash of a section is another")
    }

    fn hashed(&self, offset: u64, length: usize, hash: [u64; 2], other: &str) -> Result<Vec<u8>, RollError> {
        let mut bytes = vec![0; length];
        self.file.read_exact_at(&mut bytes, offset).map_err(RollError::store(&self.path))?;
        if block::hash(&bytes, self.seeds) == hash { Ok(bytes) } else { Err(self.damaged(other)) }
    }

    pub(super) fn damaged(&self, what: &str) -> RollError {
        RollError::damaged(&self.path, what)
    }
}
