//! A snapshot, ready to be compared: read just now, or kept in a store.

use std::borrow::Cow;
use std::fs::File;

use pollwarden_core::{Complaint, Source};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::cores;
use super::entry::{Entry, PARTITIONS, Place};
use super::fetch::{self, Fetched};
use super::marked::Marked;
use super::scan::{self, Met};
use crate::RollError;
use crate::layout::Layout;
use crate::store::Kept;

/// How many complaints are kept in words, for each snapshot; all are counted.
pub(crate) const COMPLAINTS_KEPT: usize = 10_000;

/// Records that are looked at to know the roll and how rare its values are: all of a county's, one in so many of a state's.
const SAMPLE: u64 = 100_000;
/// How many records are read at once.
pub(crate) const AT_ONCE: usize = 4096;

/// A part file.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) layout: Layout,
}

/// A snapshot of which every record's hashes are known.
#[derive(Debug, Default)]
pub(crate) struct Indexed {
    pub(crate) parts: Vec<Part>,
    pub(crate) records: Records,
    pub(crate) sources: Vec<Source>,
    pub(crate) rows: u64,
    pub(crate) rejected: u64,
    pub(crate) complaints: Vec<Complaint>,
    /// Whether all voters' ids are known to stand without unusual blanks around them, so that one can be looked for by its hash.
    pub(crate) plain_ids: bool,
}

/// Where a snapshot's records are.
#[derive(Debug)]
pub(crate) enum Records {
    /// In an extract that was looked at just now.
    Read(Read),
    /// In a store.
    Kept(Kept),
}

/// Entries in memory, sorted within their partitions, and the files with the text they were read from.
#[derive(Debug, Default)]
pub(crate) struct Read {
    pub(crate) files: Vec<File>,
    pub(crate) partitions: Vec<Vec<Entry>>,
    /// Of each part, its records' marks by line, where they were noted.
    pub(crate) marked: Option<Vec<Vec<Marked>>>,
    /// Records rejected because their id stood there before, in the extract's order.
    pub(crate) repeats: Vec<Place>,
}

impl Default for Records {
    fn default() -> Self {
        Self::Read(Read::default())
    }
}

impl Indexed {
    pub(crate) fn reject(&mut self, complaint: Complaint) {
        self.rejected += 1;
        if self.complaints.len() < COMPLAINTS_KEPT {
            self.complaints.push(complaint);
        }
    }

    /// The entries of a partition, in order.
    pub(crate) fn partition(&self, at: usize) -> Result<Cow<'_, [Entry]>, RollError> {
        match &self.records {
            Records::Read(read) => Ok(Cow::Borrowed(read.partitions.get(at).map_or(&[], Vec::as_slice))),
            Records::Kept(kept) => Ok(Cow::Owned(kept.partition(at)?)),
        }
    }

    /// Hands on every entry, partition by partition.
    pub(crate) fn entries(&self, each: &mut dyn FnMut(&Entry)) -> Result<(), RollError> {
        (0..PARTITIONS).try_for_each(|at| {
            self.partition(at)?.iter().for_each(&mut *each);
            Ok(())
        })
    }

    /// Places of about so many records, the same ones each time and wherever the records are: picked by part and line, in the
    /// extract's order.
    pub(crate) fn sample(&self) -> Result<Vec<Place>, RollError> {
        if let Records::Kept(kept) = &self.records
            && let Some(places) = kept.sample()
        {
            return Ok(places.to_vec());
        }
        let one_in = self.rows.div_ceil(SAMPLE).max(1);
        let picked = |place: Place| {
            let at = [place.part() as u64, place.line()].map(u64::to_le_bytes).concat();
            xxh3_64_with_seed(&at, 0).is_multiple_of(one_in)
        };
        let shares = cores::partitions(|partitions| {
            let mut share = Vec::new();
            for at in partitions {
                share.extend(self.partition(at)?.iter().map(|entry| entry.place).filter(|place| picked(*place)));
            }
            Ok(share)
        })?;
        let mut places = shares.concat();
        places.sort_unstable_by_key(|place| place.order());
        Ok(places)
    }

    /// Hands on the records at the places of the sample.
    pub(crate) fn sampled(&self, places: &[Place], each: &mut dyn FnMut(Place, &[u8])) -> Result<(), RollError> {
        for (number, some) in places.chunks(AT_ONCE).enumerate() {
            let fetched = match &self.records {
                Records::Read(_) => self.fetch(some)?,
                Records::Kept(kept) => kept.sampled(number, some.len())?,
            };
            some.iter().enumerate().for_each(|(at, place)| each(*place, fetched.get(at)));
        }
        Ok(())
    }

    /// That an extract's records are others now than at the first look.
    pub(crate) fn changed(&self, entry: &Entry) -> RollError {
        RollError::Changed { name: self.parts[entry.place.part()].name.clone() }
    }

    /// Gives the entries' memory back.
    pub(crate) fn forget_entries(&mut self) {
        if let Records::Read(read) = &mut self.records {
            (read.partitions, read.marked) = (Vec::new(), None);
        }
    }

    /// The records at `places`, in whatever order they are given.
    pub(crate) fn fetch(&self, places: &[Place]) -> Result<Fetched, RollError> {
        match &self.records {
            Records::Read(read) => fetch::fetch(&self.parts, &read.files, places),
            Records::Kept(kept) => kept.fetch(places),
        }
    }

    /// Places of records that were rejected because their id stood there before, in the extract's order.
    pub(crate) fn repeats(&self) -> &[Place] {
        match &self.records {
            Records::Read(read) => &read.repeats,
            Records::Kept(kept) => &kept.repeats,
        }
    }

    /// Hands on the records that were rejected because their id stood there before: they can't be compared, but say of a
    /// voter what the first one does not. In the extract's order.
    pub(crate) fn repeated(&self, each: &mut dyn FnMut(&Met<'_>)) -> Result<(), RollError> {
        for (number, some) in self.repeats().chunks(AT_ONCE).enumerate() {
            let fetched = match &self.records {
                Records::Read(_) => self.fetch(some)?,
                Records::Kept(kept) => kept.repeated(number, some.len())?,
            };
            some.iter().enumerate().for_each(|(at, place)| each(&Met::of(&self.parts, *place, fetched.get(at))));
        }
        Ok(())
    }

    /// Hands on the records at `places`, in the extract's order.
    pub(crate) fn in_order(&self, mut places: Vec<Place>, each: &mut dyn FnMut(&Met<'_>)) -> Result<(), RollError> {
        places.sort_unstable_by_key(|place| place.order());
        places.dedup();
        for some in places.chunks(AT_ONCE) {
            let fetched = self.fetch(some)?;
            some.iter().enumerate().for_each(|(at, place)| each(&Met::of(&self.parts, *place, fetched.get(at))));
        }
        Ok(())
    }

    /// Hands on every record that was not rejected, in the extract's order: of a kept snapshot, a block is read for nearly each.
    pub(crate) fn scan_in_order(&self, each: &mut dyn FnMut(&Met<'_>)) -> Result<(), RollError> {
        if let Records::Read(_) = self.records {
            return self.scan(each);
        }
        let mut places = Vec::new();
        self.entries(&mut |entry| places.push(entry.place))?;
        self.in_order(places, each)
    }

    /// Hands on every record that was not rejected, in whatever order they lie.
    pub(crate) fn scan(&self, each: &mut dyn FnMut(&Met<'_>)) -> Result<(), RollError> {
        match &self.records {
            Records::Read(read) => scan::scan(&self.parts, read, each),
            Records::Kept(kept) => kept.scan(&self.parts, each),
        }
    }
}
