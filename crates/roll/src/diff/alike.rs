//! Which of the newer snapshot's records have a mark in common with one that is new there.
//!
//! The marks are those noted at the first look, or those kept in a store: of the newer snapshot itself, or of the older one for
//! all records that are equal in both.

use std::collections::{HashMap, HashSet};

use super::cores;
use super::entry::{Entry, Place};
use super::indexed::{AT_ONCE, Indexed, Records};
use super::join::Joined;
use crate::RollError;
use crate::linkage::{Marks, marks};
use crate::store::Kept;

/// Bits that tell most marks apart from those looked for, few enough for a core's cache.
const FILTER_BITS: u32 = 22;

/// Records of the newer snapshot that have a mark in common with a new one.
#[derive(Debug, Default, Clone)]
pub(crate) struct Alike {
    /// Those to be read, as they lie.
    pub(crate) places: Vec<Place>,
    /// Those whose line a store has, by partition.
    pub(crate) lined: Vec<Lined>,
    /// How many records bear each mark of a new one.
    pub(crate) bearers: HashMap<u32, u64>,
}

/// A record whose line is kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lined {
    /// Where the line is: the partition, and which of its lines.
    pub(crate) partition: u16,
    pub(crate) at: u32,
    /// Where the record is in the newer snapshot.
    pub(crate) place: Place,
}

/// Looks for them by marks; `None` where those are not known.
pub(super) fn by_marks(
    older: &Indexed,
    newer: &Indexed,
    joined: &Joined,
    seed: u64,
) -> Result<Option<Alike>, RollError> {
    let looked_for = || LookedFor::of(newer, &joined.new, seed);
    match (&older.records, &newer.records) {
        _ if joined.new.is_empty() => Ok(Some(Alike::default())),
        (_, Records::Kept(kept)) if kept.is_marked() => looked_for()?.in_kept(kept).map(Some),
        (_, Records::Read(read)) if read.marked.is_some() => looked_for()?.in_extract(newer).map(Some),
        (Records::Kept(kept), _) if kept.is_marked() && reads_alike(older, newer) => {
            looked_for()?.in_both((older, kept), newer, joined, seed).map(Some)
        }
        _ => Ok(None),
    }
}

/// Looks for them in all records.
pub(super) fn by_reading(newer: &Indexed, new: &[Place], seed: u64) -> Result<Alike, RollError> {
    let (looked_for, markers, mut alike) = (LookedFor::of(newer, new, seed)?, newer.markers(seed), Alike::default());
    newer.scan(&mut |met| {
        let marks = marks(markers[met.part()].keys_of(met.layout, met.bytes));
        alike.places.extend(looked_for.is_borne(marks, &mut alike.bearers).then_some(met.place));
    })?;
    newer.sort_as_they_lie(&mut alike.places);
    Ok(alike)
}

/// Whether equal bytes have equal marks and lines.
fn reads_alike(older: &Indexed, newer: &Indexed) -> bool {
    let mut layouts = older.parts.iter().chain(&newer.parts).map(|part| &part.layout);
    let first = layouts.next();
    layouts.all(|layout| Some(layout) == first)
}

impl Alike {
    fn of(shares: Vec<Self>) -> Self {
        let mut all = Self::default();
        for share in shares {
            all.places.extend(share.places);
            all.lined.extend(share.lined);
            share.bearers.into_iter().for_each(|(mark, count)| *all.bearers.entry(mark).or_default() += count);
        }
        all
    }
}

/// Marks of new records.
struct LookedFor {
    filter: Vec<u64>,
    marks: HashSet<u32>,
}

impl LookedFor {
    fn of(newer: &Indexed, new: &[Place], seed: u64) -> Result<Self, RollError> {
        let mut looked_for = Self { filter: vec![0; 1 << (FILTER_BITS - 6)], marks: HashSet::new() };
        let markers = newer.markers(seed);
        for some in new.chunks(AT_ONCE) {
            let fetched = newer.fetch(some)?;
            for (at, place) in some.iter().enumerate() {
                let layout = &newer.parts[place.part()].layout;
                let keys = markers[place.part()].keys_of(layout, fetched.get(at));
                marks(keys).into_iter().for_each(|mark| looked_for.add(mark));
            }
        }
        Ok(looked_for)
    }

    fn add(&mut self, mark: u32) {
        if mark != 0 {
            let (word, bit) = bit_of(mark);
            self.filter[word] |= bit;
            self.marks.insert(mark);
        }
    }

    fn has(&self, mark: u32) -> bool {
        let (word, bit) = bit_of(mark);
        self.filter[word] & bit != 0 && self.marks.contains(&mark)
    }

    /// Whether a record of these marks bears one, and counts it among the bearers.
    fn is_borne(&self, marks: Marks, bearers: &mut HashMap<u32, u64>) -> bool {
        let borne = marks.into_iter().filter(|mark| self.has(*mark));
        borne.map(|mark| *bearers.entry(mark).or_default() += 1).count() > 0
    }

    fn in_extract(&self, newer: &Indexed) -> Result<Alike, RollError> {
        let shares = cores::partitions(|partitions| {
            let mut share = Alike::default();
            for partition in partitions {
                newer.marked(partition, &mut |entry, marks| {
                    share.places.extend(self.is_borne(marks, &mut share.bearers).then_some(entry.place));
                });
            }
            Ok(share)
        })?;
        let mut alike = Alike::of(shares);
        newer.sort_as_they_lie(&mut alike.places);
        Ok(alike)
    }

    fn in_kept(&self, kept: &Kept) -> Result<Alike, RollError> {
        let shares = cores::partitions(|partitions| {
            let mut share = Alike::default();
            for partition in partitions {
                let marks = kept.marks(partition)?;
                let borne: Vec<u32> = self.borne(&marks, &mut share.bearers).collect();
                if !borne.is_empty() {
                    let entries = kept.partition(partition)?;
                    let lined = |at: u32| Lined { partition: partition as u16, at, place: entries[at as usize].place };
                    share.lined.extend(borne.into_iter().map(lined));
                }
            }
            Ok(share)
        })?;
        Ok(Alike::of(shares))
    }

    fn borne<'m>(&'m self, marks: &'m [Marks], bearers: &'m mut HashMap<u32, u64>) -> impl Iterator<Item = u32> + 'm {
        (0..).zip(marks).filter_map(|(at, marks)| self.is_borne(*marks, bearers).then_some(at))
    }

    /// What is equal in both snapshots has the older one's marks; what is new or changed is read.
    fn in_both(
        &self,
        (older, kept): (&Indexed, &Kept),
        newer: &Indexed,
        joined: &Joined,
        seed: u64,
    ) -> Result<Alike, RollError> {
        let shares = cores::partitions(|partitions| {
            let mut share = Alike::default();
            for partition in partitions {
                let (old, new, marks) =
                    (older.partition(partition)?, newer.partition(partition)?, kept.marks(partition)?);
                equal(&old, &new, &mut |at, entry| {
                    if self.is_borne(marks[at], &mut share.bearers) {
                        share.lined.push(Lined { partition: partition as u16, at: at as u32, place: entry.place });
                    }
                });
            }
            Ok(share)
        })?;
        let mut alike = Alike::of(shares);
        let mut changed: Vec<Place> = joined.pairs.iter().map(|(_, after)| *after).chain(joined.new.clone()).collect();
        newer.sort_as_they_lie(&mut changed);
        let markers = newer.markers(seed);
        let read = newer.visit(&changed, &Alike::default, &|share: &mut Alike, met| {
            let marks = marks(markers[met.part()].keys_of(met.layout, met.bytes));
            share.places.extend(self.is_borne(marks, &mut share.bearers).then_some(met.place));
        })?;
        alike = Alike::of(std::iter::once(alike).chain(read).collect());
        newer.sort_as_they_lie(&mut alike.places);
        Ok(alike)
    }
}

/// Hands on each entry of the newer partition that is the same in the older one, and where it is there.
fn equal(old: &[Entry], new: &[Entry], each: &mut dyn FnMut(usize, &Entry)) {
    let mut begin = 0;
    for entry in new {
        begin += old[begin..].iter().take_while(|before| before.key < entry.key).count();
        let run = old[begin..].iter().take_while(|before| before.key == entry.key);
        if let Some(at) = run.enumerate().find(|(_, before)| before.same_content(entry)).map(|(at, _)| begin + at) {
            each(at, entry);
        }
    }
}

fn bit_of(mark: u32) -> (usize, u64) {
    let bit = mark & ((1 << FILTER_BITS) - 1);
    ((bit >> 6) as usize, 1 << (bit & 63))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_entries_are_told_within_ids_of_one_hash() {
        let entry = |key, content, line| Entry { key, content: [content; 2], place: Place::new(0, 0, 0, line) };
        let old = [entry(1, 1, 1), entry(3, 3, 2), entry(3, 4, 3), entry(9, 9, 4)];
        let new = [entry(2, 1, 1), entry(3, 4, 2), entry(3, 3, 3), entry(3, 5, 4), entry(9, 9, 5)];
        let mut found = Vec::new();
        equal(&old, &new, &mut |at, entry| found.push((at, entry.place.line())));
        assert_eq!(found, [(2, 2), (1, 3), (3, 5)]);
    }
}
