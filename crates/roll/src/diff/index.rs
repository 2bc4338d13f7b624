//! The first look at an extract: every record's key and content as hashes, with its place.
//!
//! Nothing of an unchanged record is kept but 40 bytes, and 16 more where it is marked.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::fs::FileExt as _;

use pollwarden_core::{Complaint, RollSettings, Source};
use pollwarden_intake::{Block, BlockOptions, Blocks, Input};

use super::cut::{Cutter, Raw};
use super::damage;
use super::entry::{Entry, PARTITIONS, Place, Seeds, partition_of};
use super::indexed::{Indexed, Part, Read, Records};
use super::marked::Marked;
use super::named::is_plain;
use super::readable::{Fault, shape_and_key, total};
use crate::layout::Layout;
use crate::linkage::{Marker, marks};
use crate::{RollError, Snapshot};

/// How many records of one key are read at once.
const AT_ONCE: usize = 4096;

/// What is looked for in an extract.
#[derive(Clone, Copy)]
pub(crate) struct Look<'a> {
    pub(crate) settings: &'a RollSettings,
    pub(crate) seeds: Seeds,
    /// Whether the records' marks are noted.
    pub(crate) marks: bool,
    /// Told of bytes read.
    pub(crate) progress: &'a (dyn Fn(u64) + Sync),
}

/// Looks at all parts of an extract.
pub(crate) fn index(snapshot: &Snapshot, look: &Look<'_>) -> Result<Indexed, RollError> {
    if snapshot.inputs.len() > usize::from(u16::MAX) {
        return Err(RollError::TooManyParts);
    }
    let mut gathered = Gathered { partitions: vec![Vec::new(); PARTITIONS], ..Gathered::default() };
    gathered.indexed.plain_ids = true;
    for input in &snapshot.inputs {
        gathered.look_at(input, look)?;
    }
    let Gathered { mut indexed, files, mut partitions, marked } = gathered;
    for partition in &mut partitions {
        partition.sort_unstable_by_key(Entry::order);
    }
    indexed.records =
        Records::Read(Read { files, partitions, marked: look.marks.then_some(marked), repeats: Vec::new() });
    keep_first(&mut indexed)?;
    Ok(indexed)
}

/// What was seen so far.
#[derive(Default)]
struct Gathered {
    indexed: Indexed,
    files: Vec<File>,
    partitions: Vec<Vec<Entry>>,
    /// Of each part.
    marked: Vec<Vec<Marked>>,
}

impl Gathered {
    fn look_at(&mut self, input: &Input, look: &Look<'_>) -> Result<(), RollError> {
        let broken = |cause| RollError::Broken { name: input.name.clone(), cause };
        let mut opened = input.open().map_err(broken)?;
        let sample = opened.sample().map_err(broken)?;
        let Some(layout) = crate::formats::layout_of(sample, look.settings) else { return Ok(()) };
        let rejected_before = self.indexed.rejected;
        let mut rows = Rows::new(self, &layout, look, &input.name);
        let mut second_look = SecondLook::new(input)?;
        let mut blocks = opened.blocks(BlockOptions::default()).ahead();
        rows.read(&mut blocks, &layout, &mut second_look)?;
        rows.hold_against_total(rejected_before);
        rows.tell_if_broken_off();
        let (rows, marked, received) = (rows.count, rows.marked, blocks.received());
        self.indexed.sources.push(Source {
            name: input.name.clone(),
            digest: received.digest,
            length: received.length,
            format: layout.name.to_owned(),
            rows,
            rejected: self.indexed.rejected - rejected_before,
        });
        self.indexed.rows += rows;
        self.indexed.parts.push(Part { name: input.name.clone(), layout });
        self.files.push(second_look.file);
        self.marked.push(marked);
        Ok(())
    }
}

/// The rows of one part.
struct Rows<'a> {
    gathered: &'a mut Gathered,
    look: &'a Look<'a>,
    name: &'a str,
    layout: &'a Layout,
    part: usize,
    count: u64,
    marker: Option<Marker>,
    marked: Vec<Marked>,
    /// The line of totals below the records: its number of records, its line.
    total: Option<(u64, u64)>,
    /// The last row, where it may be cut off.
    short: Option<u64>,
    /// Whether the file ends with a line end.
    ended: bool,
}

impl<'a> Rows<'a> {
    fn new(gathered: &'a mut Gathered, layout: &'a Layout, look: &'a Look<'a>, name: &'a str) -> Self {
        let part = gathered.files.len();
        let marker = look.marks.then(|| Marker::of(layout, look.seeds.key));
        let (total, short, ended) = (None, None, true);
        Self { gathered, look, name, layout, part, count: 0, marker, marked: Vec::new(), total, short, ended }
    }

    fn read(&mut self, blocks: &mut Blocks, layout: &Layout, second_look: &mut SecondLook) -> Result<(), RollError> {
        let (mut cutter, mut told) = (Cutter::new(layout), 0);
        while let Some(block) = blocks.next() {
            let block = block.map_err(|cause| RollError::Broken { name: self.name.to_owned(), cause })?;
            second_look.keep(&block)?;
            cutter.feed(&block.bytes, block.offset, block.first_line, &mut |raw| self.take(raw));
            blocks.rejected().into_iter().for_each(|complaint| self.gathered.indexed.reject(complaint));
            self.ended = block.bytes.ends_with(b"\n");
            blocks.recycle(block);
            let read = blocks.bytes_read();
            (self.look.progress)(read - told);
            told = read;
        }
        cutter.end(&mut |raw| self.take(raw));
        blocks.rejected().into_iter().for_each(|complaint| self.gathered.indexed.reject(complaint));
        Ok(())
    }

    fn take(&mut self, raw: Raw<'_>) {
        if raw.line <= self.layout.above {
            return;
        }
        self.short = None;
        let (shape, key) = match shape_and_key(self.layout, raw) {
            Ok(found) => found,
            Err(Fault::Total) => return self.total = total(raw.bytes).map(|number| (number, raw.line)).or(self.total),
            Err(fault) => {
                self.short = damage::may_be_cut_off(self.layout, raw, fault).then_some(raw.line);
                return self.gathered.indexed.reject(fault.complaint(self.layout, raw, self.name));
            }
        };
        self.gathered.indexed.plain_ids &= is_plain(&key);
        let seeds = self.look.seeds;
        let place = Place::new(self.part, raw.offset, raw.bytes.len(), raw.line);
        let (key, content) = (seeds.of_key(&key), seeds.of_content(raw.bytes));
        self.gathered.partitions[partition_of(key)].push(Entry { key, content, place });
        self.count += 1;
        if let Some(marker) = &self.marker {
            let marks = marks(marker.keys(self.layout, raw.bytes, &shape));
            self.marked.push(Marked { line: u32::try_from(raw.line).unwrap_or(u32::MAX), marks });
        }
    }

    fn tell_if_broken_off(&mut self) {
        if let Some(line) = self.short.filter(|_| !self.ended) {
            self.gathered.indexed.breaks_off(self.name, line);
        }
    }

    /// A line of totals is no record; where it says another number than there are, records are missing, or too many.
    fn hold_against_total(&mut self, rejected_before: u64) {
        let Some((said, line)) = self.total else { return };
        let there = self.count + self.gathered.indexed.rejected - rejected_before;
        if said != there {
            let complaint =
                Complaint::about(self.name, format!("{said} records, as the line of totals says"), there.to_string());
            let mend = "The file may have been cut or added to: ask for it again, or take the line out where it counts something else.";
            self.gathered.indexed.reject(complaint.line(line).mend(mend));
        }
    }
}

/// Of several records with one id the first counts; further ones are rejected, in the extract's order.
fn keep_first(indexed: &mut Indexed) -> Result<(), RollError> {
    let Records::Read(read) = &mut indexed.records else { return Ok(()) };
    let mut again: Vec<Repeat> = Vec::new();
    for at in 0..read.partitions.len() {
        let entries = &read.partitions[at];
        if entries.windows(2).all(|pair| pair[0].key != pair[1].key) {
            continue;
        }
        for run in entries.chunk_by(|a, b| a.key == b.key).filter(|run| run.len() > 1) {
            again.extend(repeated(&indexed.parts, read, run)?);
        }
        let twice: std::collections::HashSet<u64> = again.iter().map(|repeat| repeat.place.order()).collect();
        read.partitions[at].retain(|entry| !twice.contains(&entry.place.order()));
    }
    again.sort_unstable_by_key(|repeat| repeat.place.order());
    read.repeats = again.iter().map(|repeat| repeat.place).collect();
    again.into_iter().for_each(|repeat| indexed.twice(&repeat));
    Ok(())
}

/// A record with the id of one before it.
struct Repeat {
    first: Place,
    place: Place,
    /// Whether it says another thing.
    otherwise: bool,
}

/// Records whose id one before them has. Entries of one key hash come in the extract's order.
fn repeated(parts: &[Part], read: &Read, entries: &[Entry]) -> Result<Vec<Repeat>, RollError> {
    let (mut first, mut again): (BTreeMap<Vec<u8>, Entry>, _) = (BTreeMap::new(), Vec::new());
    for some in entries.chunks(AT_ONCE) {
        let places: Vec<Place> = some.iter().map(|entry| entry.place).collect();
        let fetched = super::fetch::fetch(parts, &read.files, &places)?;
        for (at, entry) in some.iter().enumerate() {
            let place = entry.place;
            let key = parts[place.part()].layout.key_of(fetched.get(at)).unwrap_or_default().into_owned();
            match first.get(&key) {
                Some(kept) => again.push(Repeat { first: kept.place, place, otherwise: kept.content != entry.content }),
                None => drop(first.insert(key, *entry)),
            }
        }
    }
    Ok(again)
}

impl Indexed {
    fn twice(&mut self, repeat: &Repeat) {
        let (kept, again) = (repeat.first, repeat.place);
        let (first, part) = (&self.parts[kept.part()], &self.parts[again.part()]);
        let found = damage::again(&first.name, kept.line(), repeat.otherwise);
        let complaint = Complaint::about(&part.name, "every voter's id once", found)
            .line(again.line())
            .column(&part.layout.columns[part.layout.key].name)
            .mend("Only the first record was compared. Find out which one is right.");
        if let Some(source) = self.sources.iter_mut().find(|source| source.name == part.name) {
            source.rows -= 1;
            source.rejected += 1;
        }
        self.rows -= 1;
        self.reject(complaint);
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
