//! Writes the blocks that a store has not yet: records are dealt into groups, and groups are compressed on all cores.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};

use zstd::bulk::Compressor;
use zstd::dict::EncoderDictionary;

use super::list::Row;
use super::marking::Marking;
use super::spill::{Spill, Spilled, sorted};
use super::{Store, block, clean, pack};
use crate::RollError;
use crate::diff::{AT_ONCE, Entry, Indexed, Place, partition_of};

/// How many groups of compressed blocks may wait to be written.
const WAITING: usize = 2;
/// How many records the dictionary is made of, at most.
const SAMPLED: u64 = 256;

/// What was written.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) blocks: u64,
    pub(super) bytes: u64,
    /// Where the sample is.
    pub(super) sample: Vec<Row>,
    /// Where the records are that have the id of one before them.
    pub(super) repeats: Vec<Row>,
}

/// Writes those blocks of a table that have no place yet, and puts their places in.
/// Every record is handed to `marking` on the way.
pub(super) fn blocks(
    store: &Store,
    indexed: &Indexed,
    table: &mut [Row],
    marking: &mut Marking,
) -> Result<Written, RollError> {
    let blocks = table.iter().filter(|row| is_wanted(row)).count() as u64;
    let (spill, dictionary) = spill(store, indexed, table, marking)?;
    let mut pack = pack::Writing::begin(&store.packs(), clean::next_pack(store)?, &dictionary, store.seeds)?;
    let dictionary = pack::encoder_dictionary(&dictionary);
    let made = Making { store, indexed, table, spill: &spill, dictionary: &dictionary }.all(&mut pack)?;
    for (at, row) in made {
        table[at] = row;
    }
    // Else each record of the sample would cost a block to read.
    let sample = apart(store, indexed, &indexed.sample()?, &dictionary, &mut pack)?;
    let repeats = apart(store, indexed, indexed.repeats(), &dictionary, &mut pack)?;
    let bytes = pack.length();
    pack.finish(&store.packs())?;
    Ok(Written { blocks, bytes, sample, repeats })
}

/// Writes records beside the blocks, in the order given.
fn apart(
    store: &Store,
    indexed: &Indexed,
    places: &[Place],
    dictionary: &EncoderDictionary<'static>,
    pack: &mut pack::Writing,
) -> Result<Vec<Row>, RollError> {
    let mut compressor = pack::compressor(dictionary).map_err(RollError::io("compressing"))?;
    let (mut rows, mut buffer) = (Vec::new(), Vec::new());
    for places in places.chunks(AT_ONCE) {
        let fetched = indexed.fetch(places)?;
        let records: Vec<&[u8]> = (0..places.len()).map(|at| fetched.get(at)).collect();
        block::write(records.iter().copied(), &mut buffer);
        let frame = compressor.compress(&buffer).map_err(RollError::io("compressing"))?;
        rows.push(Row {
            hash: block::hash_of(records.iter().map(|record| store.seeds.of_content(record)), store.seeds),
            count: places.len() as u32,
            pack: pack.number,
            offset: pack.append(&frame)?,
            stored: frame.len() as u32,
            length: buffer.len() as u32,
        });
    }
    Ok(rows)
}

fn is_wanted(row: &Row) -> bool {
    row.count > 0 && row.stored == 0
}

/// Reads the extract again: the records of wanted blocks, and a sample of them; all of them to be marked.
fn spill(
    store: &Store,
    indexed: &Indexed,
    table: &[Row],
    marking: &mut Marking,
) -> Result<(Spill, Vec<u8>), RollError> {
    let bits = table.len().ilog2();
    let length: u64 = indexed.sources.iter().map(|source| source.length).sum();
    let (mut spill, mut sample) = (Spill::new(length)?, Vec::new());
    let (mut failed, mut seen) = (None, 0_u64);
    let one_in = (indexed.rows / SAMPLED).max(1);
    indexed.scan(&mut |met| {
        let key = store.seeds.of_key(&met.layout.key_of(met.bytes).unwrap_or_default());
        failed = failed.take().or_else(|| marking.put(met, key).err());
        if failed.is_some() || !is_wanted(&table[(key >> (64 - bits)) as usize]) {
            return;
        }
        seen += 1;
        if seen.is_multiple_of(one_in) && sample.len() + met.bytes.len() <= pack::DICTIONARY {
            sample.extend_from_slice(met.bytes);
        }
        let spilled = Spilled { key, order: met.place.order(), record: met.bytes };
        failed = spill.put(partition_of(key), spilled).err();
    })?;
    failed.map_or(Ok((spill, sample)), Err)
}

/// Blocks being made.
#[derive(Clone, Copy)]
struct Making<'a> {
    store: &'a Store,
    indexed: &'a Indexed,
    table: &'a [Row],
    spill: &'a Spill,
    dictionary: &'a EncoderDictionary<'static>,
}

/// A group's blocks: their numbers and rows, with offsets from the beginning of `frames`.
#[derive(Default)]
struct Made {
    rows: Vec<(usize, Row)>,
    frames: Vec<u8>,
}

impl Making<'_> {
    fn all(self, pack: &mut pack::Writing) -> Result<Vec<(usize, Row)>, RollError> {
        let (give, made) = sync_channel::<Result<Made, RollError>>(WAITING);
        let (next, mut rows) = (&AtomicUsize::new(0), Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..std::thread::available_parallelism().map_or(1, NonZero::get) {
                let give = give.clone();
                scope.spawn(move || self.some(next, &give));
            }
            drop(give);
            // Where writing fails, the channel closes, and those who make blocks end.
            for made in made {
                let made = made?;
                let begin = pack.append(&made.frames)?;
                let number = pack.number;
                let placed = |(at, row): (usize, Row)| (at, Row { pack: number, offset: begin + row.offset, ..row });
                rows.extend(made.rows.into_iter().map(placed));
            }
            Ok(rows)
        })
    }

    fn some(self, next: &AtomicUsize, give: &SyncSender<Result<Made, RollError>>) {
        loop {
            let group = next.fetch_add(1, Ordering::Relaxed);
            if group >= self.spill.groups() || give.send(self.group(group)).is_err() {
                return;
            }
        }
    }

    fn group(self, group: usize) -> Result<Made, RollError> {
        let failed = RollError::io("compressing");
        let mut compressor = pack::compressor(self.dictionary).map_err(failed)?;
        let bytes = self.spill.group(group)?;
        let records = sorted(&bytes);
        let (mut made, mut rest, mut buffer) = (Made::default(), records.as_slice(), Vec::new());
        let bits = self.table.len().ilog2();
        for partition in self.spill.partitions(group) {
            let entries = self.indexed.partition(partition)?;
            for of_block in entries.chunk_by(|a, b| a.key >> (64 - bits) == b.key >> (64 - bits)) {
                let at = (of_block[0].key >> (64 - bits)) as usize;
                if is_wanted(&self.table[at]) {
                    let records = self.take(of_block, &mut rest)?;
                    let row = made.block(self.table[at], records, &mut compressor, &mut buffer)?;
                    made.rows.push((at, row));
                }
            }
        }
        Ok(made)
    }

    /// The next records of a group, which must be those of a block's entries: else the extract changed between two looks.
    fn take<'r>(self, entries: &[Entry], rest: &mut &'r [Spilled<'r>]) -> Result<&'r [Spilled<'r>], RollError> {
        let changed = || self.indexed.changed(&entries[0]);
        let (records, further) = rest.split_at_checked(entries.len()).ok_or_else(changed)?;
        let same = |(entry, spilled): (&Entry, &Spilled<'_>)| {
            entry.order() == (spilled.key, spilled.order)
                && entry.content == self.store.seeds.of_content(spilled.record)
        };
        *rest = further;
        entries.iter().zip(records).all(same).then_some(records).ok_or_else(changed)
    }
}

impl Made {
    fn block(
        &mut self,
        row: Row,
        records: &[Spilled<'_>],
        compressor: &mut Compressor<'_>,
        buffer: &mut Vec<u8>,
    ) -> Result<Row, RollError> {
        block::write(records.iter().map(|spilled| spilled.record), buffer);
        let frame = compressor.compress(buffer).map_err(RollError::io("compressing"))?;
        let offset = self.frames.len() as u64;
        self.frames.extend_from_slice(&frame);
        Ok(Row { offset, stored: frame.len() as u32, length: buffer.len() as u32, ..row })
    }
}
