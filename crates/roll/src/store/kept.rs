//! A kept snapshot, open to be compared.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;

use super::Store;
use super::head::Head;
use super::list::{List, Row};
use super::marks::{self, Marked};
use super::pack::{Pack, Reader};
use crate::RollError;
use crate::diff::{Entry, Fetched, Met, PARTITIONS, Part, Place, Seeds};
use crate::linkage::{FORMS, Marks};

/// A kept snapshot's records.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(super) list: List,
    /// Where they were kept, in forms that are those of today.
    marked: Option<Box<Marked>>,
    packs: BTreeMap<u32, Pack>,
    /// Places of records with the id of one before them, in the extract's order.
    pub(crate) repeats: Vec<Place>,
    seeds: Seeds,
}

impl Kept {
    pub(super) fn open(store: &Store, id: &str, head: &Head) -> Result<Self, RollError> {
        let seeds = store.seeds;
        let path = store.heads().join(format!("{id}.list"));
        let list = List::open(path.clone(), head, seeds)?;
        let records: u64 = list.table.iter().map(|row| u64::from(row.count)).sum();
        if records != head.rows {
            return Err(RollError::damaged(&path, "its head has another number of records"));
        }
        let pack = |number: &u32| Ok((*number, Pack::open(&store.packs(), *number, seeds)?));
        let packs = head.packs.iter().map(pack).collect::<Result<_, RollError>>()?;
        let repeat = |(part, line): &(u16, u32)| Place::new((*part).into(), 0, 0, (*line).into());
        let hash = head.marks.filter(|(forms, _)| *forms == FORMS).map(|(_, hash)| hash);
        let sample = list.sample.iter().map(|row| row.count as usize).sum();
        let open = |hash| Marked::open(marks::path_of(&store.heads(), id), hash, sample, seeds);
        let marked = hash.map(open).transpose()?.map(Box::new);
        Ok(Self { list, marked, packs, repeats: head.repeats.iter().map(repeat).collect(), seeds })
    }

    /// The entries of a partition, in order.
    pub(crate) fn partition(&self, at: usize) -> Result<Vec<Entry>, RollError> {
        self.list.entries(at, &mut |_| true)
    }

    /// Whether there is a record at a place.
    pub(crate) fn has(&self, place: Place) -> bool {
        self.list.table.get(block_of(place)).is_some_and(|row| (place.at() & 0xffff) < u64::from(row.count))
    }

    /// Whether marks and lines of the records are at hand.
    pub(crate) fn is_marked(&self) -> bool {
        self.marked.is_some()
    }

    /// Places of the sample's records, where they are at hand.
    pub(crate) fn sample(&self) -> Option<&[Place]> {
        self.marked.as_ref().map(|marked| marked.sample.as_slice())
    }

    /// The marks of a partition's records, in order; none where they are not at hand.
    pub(crate) fn marks(&self, at: usize) -> Result<Vec<Marks>, RollError> {
        self.marked.as_ref().map_or(Ok(Vec::new()), |marked| marked.marks(at, self.list.records(at)))
    }

    /// The lines of a partition's records, in order, each with its end; none where they are not at hand.
    pub(crate) fn lines(&self, at: usize) -> Result<String, RollError> {
        self.marked.as_ref().map_or(Ok(String::new()), |marked| marked.lines(at))
    }

    /// The entries of a partition of both snapshots in those blocks that differ, and how many records the others have.
    /// `None` where they are dealt into other blocks.
    pub(crate) fn differing(&self, newer: &Self, at: usize) -> Result<Option<Differing>, RollError> {
        if self.list.bits() != newer.list.bits() {
            return Ok(None);
        }
        let (ours, theirs) = (&self.list.table, &newer.list.table);
        let equal = |block: usize| ours[block].same(&theirs[block]);
        let same = self.list.blocks(at).filter(|block| equal(*block)).map(|block| u64::from(ours[block].count)).sum();
        if self.list.blocks(at).all(equal) {
            return Ok(Some((Vec::new(), Vec::new(), same)));
        }
        let old = self.list.entries(at, &mut |block| !equal(block))?;
        let new = newer.list.entries(at, &mut |block| !equal(block))?;
        Ok(Some((old, new, same)))
    }

    /// The records at `places`, in whatever order they are given. A block is read once for all that is wanted of it.
    pub(crate) fn fetch(&self, places: &[Place]) -> Result<Fetched, RollError> {
        let mut order: Vec<usize> = (0..places.len()).collect();
        order.sort_unstable_by_key(|&at| places[at].at());
        let (mut fetched, mut readers) = (Fetched::of(places.len()), BTreeMap::new());
        for wanted in order.chunk_by(|&a, &b| block_of(places[a]) == block_of(places[b])) {
            let records = self.block(block_of(places[wanted[0]]), &mut readers)?;
            for &at in wanted {
                let record = records.get((places[at].at() & 0xffff) as usize).copied();
                fetched.put(at, record.expect("a place is of an entry, and a block has as many records as entries"));
            }
        }
        Ok(fetched)
    }

    /// Some records of the sample: those of the block of that number, which are to be so many.
    pub(crate) fn sampled(&self, number: usize, records: usize) -> Result<Fetched, RollError> {
        self.apart(self.list.sample.get(number), records)
    }

    /// Some records with the id of one before them: those of the block of that number, which are to be so many.
    pub(crate) fn repeated(&self, number: usize, records: usize) -> Result<Fetched, RollError> {
        self.apart(self.list.repeats.get(number), records)
    }

    /// The records of a block beside the others.
    fn apart(&self, row: Option<&Row>, records: usize) -> Result<Fetched, RollError> {
        let other = || self.list.damaged("a block beside the others has another number of records");
        let row = row.filter(|row| row.count as usize == records).ok_or_else(other)?;
        let (mut readers, mut fetched) = (BTreeMap::new(), Fetched::of(records));
        for (at, record) in self.read(row, &mut readers)?.into_iter().enumerate() {
            fetched.put(at, record);
        }
        Ok(fetched)
    }

    /// Hands on every record, block by block.
    pub(crate) fn scan(&self, parts: &[Part], each: &mut dyn FnMut(&Met<'_>)) -> Result<(), RollError> {
        let mut readers = BTreeMap::new();
        for partition in 0..PARTITIONS {
            let entries = self.partition(partition)?;
            for some in entries.chunk_by(|a, b| block_of(a.place) == block_of(b.place)) {
                let records = self.block(block_of(some[0].place), &mut readers)?;
                for (entry, record) in some.iter().zip(records) {
                    each(&Met::of(parts, entry.place, record));
                }
            }
        }
        Ok(())
    }

    fn block<'k, 'r>(
        &'k self,
        block: usize,
        readers: &'r mut BTreeMap<u32, Reader<'k>>,
    ) -> Result<Vec<&'r [u8]>, RollError> {
        self.read(&self.list.table[block], readers)
    }

    fn read<'k, 'r>(
        &'k self,
        row: &Row,
        readers: &'r mut BTreeMap<u32, Reader<'k>>,
    ) -> Result<Vec<&'r [u8]>, RollError> {
        let reader = match readers.entry(row.pack) {
            Slot::Occupied(reader) => reader.into_mut(),
            Slot::Vacant(place) => {
                let pack = self.packs.get(&row.pack).ok_or_else(|| self.list.damaged("a block is in no pack of it"))?;
                place.insert(pack.reader(self.seeds)?)
            }
        };
        reader.block(row)
    }
}

/// Entries of the older and of the newer snapshot, and how many records are equal beside them.
pub(crate) type Differing = (Vec<Entry>, Vec<Entry>, u64);

fn block_of(place: Place) -> usize {
    (place.at() >> 16) as usize
}
