//! The first look at a snapshot: every record's key and content as hashes, with its place.
//!
//! Nothing of an unchanged record is kept but 40 bytes. The content hash is XXH3 of 128 bits under a seed drawn for
//! each run: n records of each snapshot are compared pairwise under equal keys, so the chance that any changed record
//! passes for unchanged is at most n · 2⁻¹²⁸ (below 10⁻³¹ for 8 million), and without the seed nobody can prepare a
//! record that does. Keys are compared by a 64-bit hash first, and byte by byte wherever a record is reported.

use std::fs::File;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::os::unix::fs::FileExt as _;

use memchr::memchr;
use pollwarden_core::{Complaint, RollSettings, Source};
use pollwarden_intake::{Block, BlockOptions, Input};
use xxhash_rust::xxh3::{xxh3_64_with_seed, xxh3_128_with_seed};

use super::cut::{Cutter, Raw};
use crate::layout::Layout;
use crate::{RollError, Snapshot};

/// Entries are dealt into this many parts by key, so that sorting and joining stay within the processor's caches.
pub(crate) const PARTITIONS: usize = 1024;

/// How many complaints are kept in words, for each snapshot; all are counted.
const COMPLAINTS_KEPT: usize = 10_000;

/// A record's key, content and place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) key: u64,
    content: [u64; 2],
    pub(crate) place: Place,
}

/// Where a record lies: part, offset, length and line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    part_offset: u64,
    length: u32,
    line: u32,
}

impl Place {
    pub(crate) fn part(self) -> usize {
        (self.part_offset >> 48) as usize
    }

    pub(crate) fn offset(self) -> u64 {
        self.part_offset & ((1 << 48) - 1)
    }

    pub(crate) fn length(self) -> usize {
        self.length as usize
    }

    pub(crate) fn line(self) -> u64 {
        u64::from(self.line)
    }
}

impl Entry {
    pub(crate) fn same_content(&self, other: &Self) -> bool {
        self.content == other.content
    }
}

/// A part file, open for a second look.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) layout: Layout,
    pub(crate) file: File,
}

/// A snapshot, looked at once.
#[derive(Debug)]
pub(crate) struct Indexed {
    pub(crate) parts: Vec<Part>,
    pub(crate) partitions: Vec<Vec<Entry>>,
    pub(crate) sources: Vec<Source>,
    pub(crate) rows: u64,
    pub(crate) rejected: u64,
    pub(crate) complaints: Vec<Complaint>,
}

/// Seeds of one run's hashes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seeds(u64, u64);

impl Seeds {
    pub(crate) fn draw() -> Self {
        let draw = || RandomState::new().build_hasher().finish();
        Self(draw(), draw())
    }
}

/// Looks at all parts of a snapshot. `progress` is told of bytes read.
pub(crate) fn index(
    snapshot: &Snapshot,
    settings: &RollSettings,
    seeds: Seeds,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Indexed, RollError> {
    if snapshot.inputs.len() > usize::from(u16::MAX) {
        return Err(RollError::TooManyParts);
    }
    let mut indexed = Indexed {
        parts: Vec::new(),
        partitions: vec![Vec::new(); PARTITIONS],
        sources: Vec::new(),
        rows: 0,
        rejected: 0,
        complaints: Vec::new(),
    };
    for input in &snapshot.inputs {
        look_at(input, settings, seeds, &mut indexed, progress)?;
    }
    for partition in &mut indexed.partitions {
        partition.sort_unstable_by_key(|entry| (entry.key, entry.place));
    }
    Ok(indexed)
}

fn look_at(
    input: &Input,
    settings: &RollSettings,
    seeds: Seeds,
    indexed: &mut Indexed,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<(), RollError> {
    let broken = |cause| RollError::Broken { name: input.name.clone(), cause };
    let mut opened = input.open().map_err(broken)?;
    let Some(layout) = crate::formats::layout_of(opened.sample().map_err(broken)?, settings) else {
        return Ok(());
    };
    let mut look = Look::new(&layout, seeds, indexed);
    let mut cutter = Cutter::new(&layout);
    let mut second_look = SecondLook::new(input)?;
    let mut blocks = opened.blocks(BlockOptions::default());
    let mut told = 0;
    while let Some(block) = blocks.next() {
        let block = block.map_err(broken)?;
        second_look.keep(&block)?;
        cutter.feed(&block.bytes, block.offset, block.first_line, &mut |raw| look.take(raw, &input.name));
        for complaint in blocks.rejected() {
            look.indexed.reject(complaint);
        }
        let read = blocks.bytes_read();
        progress(read - told);
        told = read;
    }
    cutter.end(&mut |raw| look.take(raw, &input.name));
    let (rows, rejected_before) = (look.rows, look.rejected_before);
    for complaint in blocks.rejected() {
        indexed.reject(complaint);
    }
    let received = blocks.received();
    indexed.sources.push(Source {
        name: input.name.clone(),
        digest: received.digest,
        length: received.length,
        format: layout.name.to_owned(),
        rows,
        rejected: indexed.rejected - rejected_before,
    });
    indexed.rows += rows;
    indexed.parts.push(Part { name: input.name.clone(), layout, file: second_look.file });
    Ok(())
}

impl Indexed {
    /// Places of about so many records, the same ones each time: picked by part and line.
    pub(crate) fn sample(&self, wanted: u64) -> Vec<Place> {
        let one_in = self.rows.div_ceil(wanted).max(1);
        let picked = |place: &Place| {
            let at = [place.part() as u64, place.line()].map(u64::to_le_bytes).concat();
            xxh3_64_with_seed(&at, 0).is_multiple_of(one_in)
        };
        let mut places: Vec<Place> = self.partitions.iter().flatten().map(|entry| entry.place).filter(picked).collect();
        places.sort_unstable();
        places
    }

    pub(crate) fn reject(&mut self, complaint: Complaint) {
        self.rejected += 1;
        if self.complaints.len() < COMPLAINTS_KEPT {
            self.complaints.push(complaint);
        }
    }
}

/// One part being looked at.
struct Look<'a> {
    indexed: &'a mut Indexed,
    layout: &'a Layout,
    seeds: Seeds,
    part: u64,
    rows: u64,
    rejected_before: u64,
    header_seen: bool,
}

impl<'a> Look<'a> {
    fn new(layout: &'a Layout, seeds: Seeds, indexed: &'a mut Indexed) -> Self {
        Self {
            layout,
            seeds,
            part: (indexed.parts.len() as u64) << 48,
            rows: 0,
            rejected_before: indexed.rejected,
            header_seen: !layout.header,
            indexed,
        }
    }

    fn take(&mut self, raw: Raw<'_>, name: &str) {
        if !std::mem::replace(&mut self.header_seen, true) {
            return;
        }
        match self.fault(raw) {
            Some((expected, found)) => {
                let mend = "Ask for the extract again, or mend the row; until then this voter is not compared.";
                self.indexed.reject(Complaint::about(name, expected, found).line(raw.line).mend(mend));
            }
            None => self.keep(raw, name),
        }
    }

    fn fault(&self, raw: Raw<'_>) -> Option<(String, String)> {
        if memchr(0, raw.bytes).is_some() {
            return Some(("text".into(), "NUL bytes".into()));
        }
        if !raw.balanced {
            return Some(("quotes in pairs".into(), "a quote that is never closed".into()));
        }
        (!self.layout.fits(raw.bytes)).then(|| self.layout.misfit(raw.bytes))
    }

    fn keep(&mut self, raw: Raw<'_>, name: &str) {
        let key = self.layout.key_of(raw.bytes).unwrap_or_default();
        if key.is_empty() {
            let complaint = Complaint::about(name, "a voter's id", "nothing").line(raw.line);
            self.indexed.reject(
                complaint
                    .column(&self.layout.columns[self.layout.key].name)
                    .mend("A record without an id can't be compared."),
            );
            return;
        }
        let key = xxh3_64_with_seed(&key, self.seeds.0);
        let content = xxh3_128_with_seed(raw.bytes, self.seeds.1);
        let place = Place {
            part_offset: self.part | raw.offset,
            length: u32::try_from(raw.bytes.len()).unwrap_or(u32::MAX),
            line: u32::try_from(raw.line).unwrap_or(u32::MAX),
        };
        let entry = Entry { key, content: [(content >> 64) as u64, content as u64], place };
        self.indexed.partitions[key as usize % PARTITIONS].push(entry);
        self.rows += 1;
    }
}

/// Lets records be read again by their place: from the file itself where its bytes are the text, else from scratch space
/// that is filled on the way.
struct SecondLook {
    file: File,
    state: State,
}

enum State {
    Unknown { plain: bool },
    File,
    Scratch,
}

impl SecondLook {
    fn new(input: &Input) -> Result<Self, RollError> {
        let scratch = || tempfile::tempfile().map_err(RollError::io("scratch space"));
        if input.is_plain_file() {
            let file = File::open(input.path()).map_err(RollError::io(&input.name))?;
            return Ok(Self { file, state: State::Unknown { plain: true } });
        }
        Ok(Self { file: scratch()?, state: State::Unknown { plain: false } })
    }

    fn keep(&mut self, block: &Block) -> Result<(), RollError> {
        if let State::Unknown { plain } = self.state {
            self.state = if plain && self.begins_with(block) { State::File } else { State::Scratch };
            if plain && matches!(self.state, State::Scratch) {
                self.file = tempfile::tempfile().map_err(RollError::io("scratch space"))?;
            }
        }
        match self.state {
            State::Scratch => {
                self.file.write_all_at(&block.bytes, block.offset).map_err(RollError::io("scratch space"))
            }
            _ => Ok(()),
        }
    }

    /// Compressed and transcoded files differ from their text in the first bytes.
    fn begins_with(&self, block: &Block) -> bool {
        let mut bytes = vec![0; block.bytes.len()];
        block.offset == 0 && self.file.read_exact_at(&mut bytes, 0).is_ok() && bytes == block.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_40_bytes() {
        assert_eq!(size_of::<Entry>(), 40);
    }
}
