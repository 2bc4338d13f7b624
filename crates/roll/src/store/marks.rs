//! The marks of a kept snapshot, and its records' lines: so that what may be of one person with a new record is found, and
//! compared, without unpacking blocks.
//!
//! ```text
//! magic, 8 bytes
//! of each partition: its records' marks, 12 bytes each, in the list's order; their lines, ended by line feeds, as a zstd frame
//! the sample: block 4, record in it 2, part 2, line 4 bytes for each of its records, in the extract's order
//! the directory: offset 8, records 4, stored 4, length 4, hash of the marks 16, hash of the frame 16 bytes for each partition
//! ```
//!
//! Numbers are little-endian. The head holds the hash of sample and directory, which holds those of all else. Most partitions differ
//! between two snapshots, so that sharing them would save little.

use std::path::{Path, PathBuf};

use super::list::{long, short};
use super::sections::{self, Sections};
use crate::RollError;
use crate::diff::{PARTITIONS, Place, Seeds};
use crate::linkage::Marks;

const MAGIC: &[u8; 8] = b"PWMARK1\n";
/// Bytes a record.
const RECORD: usize = 12;
/// Bytes a record of the sample.
const SAMPLED: usize = 12;
/// Bytes a partition in the directory.
const SECTION: usize = 52;
/// The longest lines of a partition that are taken for such.
const LONGEST: u32 = 1 << 30;
/// zstd's quickest usual level.
const LEVEL: i32 = 1;

pub(super) fn path_of(folder: &Path, id: &str) -> PathBuf {
    folder.join(format!("{id}.marks"))
}

/// A file of marks being written.
pub(super) struct Writing(sections::Writing);

impl Writing {
    pub(super) fn begin(folder: &Path, seeds: Seeds) -> Result<Self, RollError> {
        sections::Writing::begin(folder, seeds, MAGIC).map(Self)
    }

    /// The next partition: its records' marks, as bytes, and their lines.
    pub(super) fn section(&mut self, marks: &[u8], lines: &[u8]) -> Result<(), RollError> {
        let frame = zstd::bulk::compress(lines, LEVEL).map_err(RollError::io("compressing"))?;
        self.0.section(&[marks, &frame], &[marks.len() / RECORD, frame.len(), lines.len()])
    }

    /// Ends the file with the sample's places, and says the hash of its end.
    pub(super) fn finish(self, sample: &[Place], path: &Path) -> Result<[u64; 2], RollError> {
        let mut end = Vec::with_capacity(sample.len() * SAMPLED + PARTITIONS * SECTION);
        for place in sample {
            end.extend_from_slice(&((place.at() >> 16) as u32).to_le_bytes());
            end.extend_from_slice(&(place.at() as u16).to_le_bytes());
            end.extend_from_slice(&(place.part() as u16).to_le_bytes());
            end.extend_from_slice(&(place.line() as u32).to_le_bytes());
        }
        self.0.finish(end, path)
    }
}

/// Marks as bytes.
pub(super) fn write(marks: Marks, out: &mut Vec<u8>) {
    marks.into_iter().for_each(|mark| out.extend_from_slice(&mark.to_le_bytes()));
}

/// Marks and lines of a snapshot, open to be read.
#[derive(Debug)]
pub(super) struct Marked {
    sections: Sections,
    directory: Vec<Section>,
    /// Places of the sample's records, in the extract's order.
    pub(super) sample: Vec<Place>,
}

#[derive(Debug, Clone, Copy)]
struct Section {
    offset: u64,
    records: u32,
    stored: u32,
    length: u32,
    marks: [u64; 2],
    frame: [u64; 2],
}

impl Section {
    fn read(bytes: &[u8]) -> Self {
        Self {
            offset: long(bytes, 0),
            records: short(bytes, 8),
            stored: short(bytes, 12),
            length: short(bytes, 16),
            marks: [long(bytes, 20), long(bytes, 28)],
            frame: [long(bytes, 36), long(bytes, 44)],
        }
    }
}

fn sampled(bytes: &[u8]) -> Place {
    let place = u64::from(short(bytes, 0)) << 16 | u64::from(short(bytes, 4) & 0xffff);
    Place::new((short(bytes, 4) >> 16) as usize, place, 0, short(bytes, 8).into())
}

impl Marked {
    /// Opens those of a snapshot whose sample has so many records.
    pub(super) fn open(path: PathBuf, hash: [u64; 2], sample: usize, seeds: Seeds) -> Result<Self, RollError> {
        let (sections, sample) = (Sections::open(path, seeds)?, sample * SAMPLED);
        let bytes = sections.end(sample + PARTITIONS * SECTION, hash, "end")?;
        let (sample, directory) = bytes.split_at(sample);
        let directory = directory.chunks_exact(SECTION).map(Section::read).collect();
        let sample = sample.chunks_exact(SAMPLED).map(sampled).collect();
        Ok(Self { sections, directory, sample })
    }

    /// The marks of a partition's records, which are to be so many.
    pub(super) fn marks(&self, partition: usize, records: usize) -> Result<Vec<Marks>, RollError> {
        let section = self.directory[partition];
        if section.records as usize != records {
            return Err(self.sections.damaged("its list has another number of records"));
        }
        let bytes = self.sections.piece(section.offset, records * RECORD, section.marks)?;
        Ok(bytes.chunks_exact(RECORD).map(|bytes| [0, 4, 8].map(|at| short(bytes, at))).collect())
    }

    /// The lines of a partition's records, each with its end.
    pub(super) fn lines(&self, partition: usize) -> Result<String, RollError> {
        let section = self.directory[partition];
        if section.length > LONGEST {
            return Err(self.sections.damaged("the lines of a partition are too long"));
        }
        let offset = section.offset + u64::from(section.records) * RECORD as u64;
        let frame = self.sections.piece(offset, section.stored as usize, section.frame)?;
        let lines = zstd::bulk::decompress(&frame, section.length as usize).ok();
        let lines = lines.and_then(|lines| String::from_utf8(lines).ok());
        let is_whole =
            |lines: &String| memchr::memchr_iter(b'\n', lines.as_bytes()).count() == section.records as usize;
        lines.filter(is_whole).ok_or_else(|| self.sections.damaged("the lines of a partition can't be read"))
    }
}
