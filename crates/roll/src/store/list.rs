//! The list of a kept snapshot: every block's hash and place, and every record's hashes, part and line.
//!
//! ```text
//! magic, 8 bytes
//! a section for each partition, in columns: key 8, content 16, line 4, part 2 bytes a record
//! the table: a row of 40 bytes for each block, then one for each block of the sample, and of repeats
//! the directory: offset 8, records 4, hash 16 bytes for each partition
//! ```
//!
//! Numbers are little-endian. The head holds the hash of table and directory, the directory that of each section.

use std::path::{Path, PathBuf};

use super::head::Head;
use super::sections::{self, Sections};
use crate::RollError;
use crate::diff::{AT_ONCE, Entry, PARTITION_BITS, PARTITIONS, Place, Seeds};

const MAGIC: &[u8; 8] = b"PWLIST1\n";
/// Bytes a record.
const RECORD: usize = 30;
/// Bytes a block.
const ROW: usize = 40;
/// Bytes a partition in the directory.
const SECTION: usize = 28;
/// How many blocks there may be, as powers of two: at least one a partition.
pub(super) const BITS: std::ops::RangeInclusive<u32> = PARTITION_BITS..=30;

/// A block of a snapshot.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Row {
    /// From its records' hashes.
    pub(super) hash: [u64; 2],
    /// How many records.
    pub(super) count: u32,
    /// The pack that has it, and where in it.
    pub(super) pack: u32,
    pub(super) offset: u64,
    /// Compressed.
    pub(super) stored: u32,
    /// Not compressed.
    pub(super) length: u32,
}

impl Row {
    /// The same records, wherever they are.
    pub(super) fn same(&self, other: &Self) -> bool {
        self.hash == other.hash && self.count == other.count
    }

    fn write(&self, out: &mut Vec<u8>) {
        self.hash.iter().for_each(|half| out.extend_from_slice(&half.to_le_bytes()));
        for number in [self.count, self.pack, self.stored, self.length] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.extend_from_slice(&self.offset.to_le_bytes());
    }

    fn read(bytes: &[u8]) -> Self {
        Self {
            hash: [long(bytes, 0), long(bytes, 8)],
            count: short(bytes, 16),
            pack: short(bytes, 20),
            stored: short(bytes, 24),
            length: short(bytes, 28),
            offset: long(bytes, 32),
        }
    }
}

pub(super) fn long(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

pub(super) fn short(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

#[derive(Debug, Clone, Copy)]
struct Section {
    offset: u64,
    records: u32,
    hash: [u64; 2],
}

/// A list being written.
pub(super) struct Writing(sections::Writing);

impl Writing {
    pub(super) fn begin(folder: &Path, seeds: Seeds) -> Result<Self, RollError> {
        sections::Writing::begin(folder, seeds, MAGIC).map(Self)
    }

    /// The entries of the next partition, in order.
    pub(super) fn section(&mut self, entries: &[Entry]) -> Result<(), RollError> {
        let mut bytes = Vec::with_capacity(entries.len() * RECORD);
        entries.iter().for_each(|e| bytes.extend_from_slice(&e.key.to_le_bytes()));
        entries.iter().flat_map(|e| e.content).for_each(|half| bytes.extend_from_slice(&half.to_le_bytes()));
        entries.iter().for_each(|e| bytes.extend_from_slice(&(e.place.line() as u32).to_le_bytes()));
        entries.iter().for_each(|e| bytes.extend_from_slice(&(e.place.part() as u16).to_le_bytes()));
        self.0.section(&[&bytes], &[entries.len()])
    }

    /// Ends the list with its table, and says the hash of table and directory.
    pub(super) fn finish(self, rows: [&[Row]; 3], path: &Path) -> Result<[u64; 2], RollError> {
        let mut table = Vec::with_capacity(rows[0].len() * ROW + PARTITIONS * SECTION);
        rows.into_iter().flatten().for_each(|row| row.write(&mut table));
        self.0.finish(table, path)
    }
}

/// A list, open to be read.
#[derive(Debug)]
pub(super) struct List {
    sections: Sections,
    bits: u32,
    parts: usize,
    pub(super) table: Vec<Row>,
    pub(super) sample: Vec<Row>,
    pub(super) repeats: Vec<Row>,
    directory: Vec<Section>,
}

impl List {
    /// Opens the list of a snapshot.
    pub(super) fn open(path: PathBuf, head: &Head, seeds: Seeds) -> Result<Self, RollError> {
        let bits = head.bits;
        let sections = Sections::open(path, seeds)?;
        if !BITS.contains(&bits) {
            return Err(sections.damaged("it is cut off"));
        }
        let table = ROW << bits;
        let sample = ROW * head.sample as usize;
        let repeats = ROW * head.repeats.len().div_ceil(AT_ONCE);
        let bytes = sections.end(table + sample + repeats + PARTITIONS * SECTION, head.list, "table")?;
        let (table, rest) = bytes.split_at(table);
        let (sample, rest) = rest.split_at(sample);
        let (repeats, directory) = rest.split_at(repeats);
        let [table, sample, repeats] =
            [table, sample, repeats].map(|rows| rows.chunks_exact(ROW).map(Row::read).collect());
        let section = |bytes: &[u8]| Section {
            offset: long(bytes, 0),
            records: short(bytes, 8),
            hash: [long(bytes, 12), long(bytes, 20)],
        };
        let directory = directory.chunks_exact(SECTION).map(section).collect();
        Ok(Self { sections, bits, parts: head.parts.len(), table, sample, repeats, directory })
    }

    pub(super) fn damaged(&self, what: &str) -> RollError {
        self.sections.damaged(what)
    }

    pub(super) fn bits(&self) -> u32 {
        self.bits
    }

    /// How many records a partition has.
    pub(super) fn records(&self, partition: usize) -> usize {
        self.directory[partition].records as usize
    }

    /// The blocks of a partition.
    pub(super) fn blocks(&self, partition: usize) -> std::ops::Range<usize> {
        let shift = self.bits - PARTITION_BITS;
        partition << shift..(partition + 1) << shift
    }

    /// The entries of a partition, of those blocks that `wanted` passes.
    pub(super) fn entries(
        &self,
        partition: usize,
        wanted: &mut dyn FnMut(usize) -> bool,
    ) -> Result<Vec<Entry>, RollError> {
        let bytes = self.section(partition)?;
        let columns = Columns::of(&bytes);
        let (mut entries, mut at) = (Vec::new(), 0);
        for block in self.blocks(partition) {
            let count = self.table[block].count as usize;
            if wanted(block) {
                let entry = |n: usize| columns.entry(at + n, (block as u64) << 16 | n as u64);
                entries.extend((0..count).map(entry));
            }
            at += count;
        }
        if entries.iter().any(|entry| entry.place.part() >= self.parts) {
            return Err(self.damaged("a record is of no part of it"));
        }
        Ok(entries)
    }

    fn section(&self, partition: usize) -> Result<Vec<u8>, RollError> {
        let section = self.directory[partition];
        let records: u64 = self.table[self.blocks(partition)].iter().map(|row| u64::from(row.count)).sum();
        if records != u64::from(section.records) {
            return Err(self.damaged("its table and its sections have other numbers of records"));
        }
        self.sections.piece(section.offset, section.records as usize * RECORD, section.hash)
    }
}

/// A section's columns.
struct Columns<'a> {
    keys: &'a [u8],
    contents: &'a [u8],
    lines: &'a [u8],
    parts: &'a [u8],
}

impl<'a> Columns<'a> {
    fn of(section: &'a [u8]) -> Self {
        let records = section.len() / RECORD;
        let (keys, rest) = section.split_at(8 * records);
        let (contents, rest) = rest.split_at(16 * records);
        let (lines, parts) = rest.split_at(4 * records);
        Self { keys, contents, lines, parts }
    }

    fn entry(&self, at: usize, place: u64) -> Entry {
        let part = u16::from_le_bytes(self.parts[2 * at..2 * at + 2].try_into().expect("two bytes"));
        Entry {
            key: long(self.keys, 8 * at),
            content: [long(self.contents, 16 * at), long(self.contents, 16 * at + 8)],
            place: Place::new(part.into(), place, 0, short(self.lines, 4 * at).into()),
        }
    }
}
