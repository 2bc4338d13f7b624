//! Marks and lines of all records on their way from the extract's order into the list's.

use std::collections::HashSet;

use super::spill::{Spill, Spilled, sorted};
use super::{Store, marks};
use crate::RollError;
use crate::diff::{Entry, Indexed, Met, Place, partition_of};
use crate::linkage::{self, Liner, Marker};

/// About how many bytes a record's marks and line have.
const ABOUT: u64 = 128;
/// How many of them are the marks.
const MARKS: usize = 12;

/// What was gathered so far.
pub(super) struct Marking {
    spill: Spill,
    /// Of each part.
    makers: Vec<(Marker, Liner)>,
    /// The record at hand.
    buffer: Vec<u8>,
}

impl Marking {
    pub(super) fn begin(indexed: &Indexed, store: &Store) -> Result<Self, RollError> {
        let markers = indexed.markers(store.seeds.key);
        let liners = indexed.parts.iter().map(|part| Liner::of(&part.layout));
        Ok(Self {
            spill: Spill::new(indexed.rows * ABOUT)?,
            makers: markers.into_iter().zip(liners).collect(),
            buffer: Vec::new(),
        })
    }

    /// Takes a record, whose key has this hash.
    pub(super) fn put(&mut self, met: &Met<'_>, key: u64) -> Result<(), RollError> {
        let (marker, liner) = &self.makers[met.part()];
        self.buffer.clear();
        marks::write(linkage::marks(marker.keys_of(met.layout, met.bytes)), &mut self.buffer);
        liner.write(met.layout, met.bytes, &mut self.buffer);
        self.spill.put(partition_of(key), Spilled { key, order: met.place.order(), record: &self.buffer })
    }

    /// Writes the marks of a snapshot, and says their hash.
    pub(super) fn finish(
        self,
        indexed: &Indexed,
        store: &Store,
        (id, bits): (&str, u32),
    ) -> Result<[u64; 2], RollError> {
        let mut sample =
            Sample { orders: indexed.sample()?.iter().map(|place| place.order()).collect(), found: Vec::new() };
        let mut file = marks::Writing::begin(&store.heads(), store.seeds)?;
        let (mut marks, mut lines) = (Vec::new(), Vec::new());
        for group in 0..self.spill.groups() {
            let bytes = self.spill.group(group)?;
            let records = sorted(&bytes);
            let mut rest = records.as_slice();
            for partition in self.spill.partitions(group) {
                marks.clear();
                lines.clear();
                let entries = indexed.partition(partition)?;
                sample.take(&entries, bits);
                for entry in entries.iter() {
                    let record = next(&mut rest, entry).ok_or_else(|| indexed.changed(entry))?;
                    marks.extend_from_slice(&record[..MARKS]);
                    lines.extend_from_slice(&record[MARKS..]);
                    lines.push(b'\n');
                }
                file.section(&marks, &lines)?;
            }
        }
        sample.found.sort_unstable_by_key(|place| place.order());
        file.finish(&sample.found, &marks::path_of(&store.heads(), id))
    }
}

/// The sample's records, and where they are in the store.
struct Sample {
    orders: HashSet<u64>,
    found: Vec<Place>,
}

impl Sample {
    /// Finds those of a partition's entries.
    fn take(&mut self, entries: &[Entry], bits: u32) {
        for of_block in entries.chunk_by(|a, b| a.key >> (64 - bits) == b.key >> (64 - bits)) {
            for (n, entry) in (0_u64..).zip(of_block).filter(|(_, entry)| self.orders.contains(&entry.place.order())) {
                let at = (entry.key >> (64 - bits)) << 16 | n;
                self.found.push(Place::new(entry.place.part(), at, 0, entry.place.line()));
            }
        }
    }
}

/// The next record, which must be that of an entry: else the extract changed between two looks.
fn next<'r>(rest: &mut &[Spilled<'r>], entry: &Entry) -> Option<&'r [u8]> {
    let (next, further) = rest.split_first()?;
    *rest = further;
    (entry.order() == (next.key, next.order)).then_some(next.record)
}
