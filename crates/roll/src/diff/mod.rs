//! The per-record difference of two snapshots.
//!
//! Both snapshots are looked at once, at the same time, keeping hashes and places only (`index`); of a snapshot kept in a
//! store these are known already. Hashes are joined by key (`join`); what differs is read again and compared field by
//! field (`record`). Records that may be of one person with a new one are told by marks (`alike`). Memory: 40 bytes a record
//! of an extract, 16 for the newer one's marks, 32 a changed record; the changes themselves are handed on as they are found.

mod alike;
mod both;
mod cores;
mod cut;
mod damage;
mod entry;
mod fetch;
mod index;
mod indexed;
mod join;
mod marked;
mod named;
mod readable;
mod record;
mod scan;
mod shared;
mod visit;
mod zeros;

use std::borrow::Cow;
use std::sync::OnceLock;

use pollwarden_core::{Complaint, Source};

pub(crate) use alike::Alike;
pub use both::diff;
pub(crate) use both::{diff_and_named, look};
pub(crate) use cores::on_all_cores;
pub(crate) use cut::{Cutter, Raw};
pub(crate) use entry::{Entry, PARTITION_BITS, PARTITIONS, Place, Seeds, partition_of};
pub(crate) use fetch::Fetched;
pub(crate) use index::{Look, index};
pub(crate) use indexed::{AT_ONCE, Indexed, Part, Records};
pub(crate) use readable::{Fault, key, says_total};
pub use record::{Cell, Change, Kind, Record};
pub(crate) use scan::Met;
pub(crate) use shared::diff_of_shares;
pub use shared::{JOINED, joined_share};

use crate::RollError;
use crate::layout::{Column, Layout};
use join::Joined;
use record::Mapping;

/// Changed records that were read again are held, since they are looked at twice: so many times `AT_ONCE` of them, where they
/// are not longer than this.
const HELD: usize = 32;
const HELD_BYTES: usize = 4 << 20;

/// Two snapshots, compared.
#[derive(Debug)]
pub struct Diff {
    a: Indexed,
    b: Indexed,
    seeds: Seeds,
    joined: Joined,
    mapping: Mapping,
    /// Places of a sample of the older snapshot's records, and of the newer one's.
    samples: [Vec<Place>; 2],
    /// The newer snapshot's records that have a mark in common with a new one, where marks are known.
    alike: Option<Alike>,
    /// Where the newer snapshot has the records of the voters named, where that is known.
    named: Option<Vec<Place>>,
    held: Vec<OnceLock<[Fetched; 2]>>,
}

/// One of two snapshots, and what goes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Older,
    Newer,
}

impl Side {
    pub(crate) const BOTH: [Self; 2] = [Self::Older, Self::Newer];
}

impl Diff {
    /// Hands on every record that is new, gone or changed: changed ones and gone ones in the older snapshot's order, then
    /// new ones in the newer one's.
    ///
    /// # Errors
    /// Where a record can't be read again, or `each` fails.
    pub fn changes(&self, each: &mut dyn FnMut(&Change<'_>) -> Result<(), RollError>) -> Result<(), RollError> {
        self.in_both(each)?;
        self.alone(&self.a, &self.joined.gone, Kind::Gone, each)?;
        self.alone(&self.b, &self.joined.new, Kind::New, each)
    }

    /// Hands on every record that is in both and changed.
    pub(crate) fn in_both(&self, each: &mut dyn FnMut(&Change<'_>) -> Result<(), RollError>) -> Result<(), RollError> {
        for (number, pairs) in self.joined.pairs.chunks(AT_ONCE).enumerate() {
            match self.held.get(number).and_then(OnceLock::get) {
                Some(fetched) => self.changed(pairs, fetched, each)?,
                None => {
                    let fetched = self.fetch(pairs)?;
                    self.changed(pairs, &fetched, each)?;
                    let short = fetched.iter().all(|side| side.length() <= HELD_BYTES);
                    if let Some(place) = self.held.get(number).filter(|_| short) {
                        // Whoever was quicker has put in the same.
                        let _ = place.set(fetched);
                    }
                }
            }
        }
        Ok(())
    }

    /// Hands on the records that are new, in the extract's order.
    pub(crate) fn newcomers(&self, each: &mut dyn FnMut(&Met<'_>)) -> Result<(), RollError> {
        self.b.in_order(self.joined.new.clone(), each)
    }

    /// The newer snapshot's records that have a mark in common with a new one: all are read where marks are not known.
    pub(crate) fn alike(&self) -> Result<Cow<'_, Alike>, RollError> {
        match &self.alike {
            Some(alike) => Ok(Cow::Borrowed(alike)),
            None => alike::by_reading(&self.b, &self.joined.new, self.seeds.key).map(Cow::Owned),
        }
    }

    /// Hands on the newer snapshot's records of the voters named when it was compared, and maybe others.
    pub(crate) fn of_named(&self, each: &mut dyn FnMut(&Met<'_>)) -> Result<(), RollError> {
        match &self.named {
            Some(places) => self.b.in_order(places.clone(), each),
            None => self.b.scan(each),
        }
    }

    /// The snapshot that has the lines of records that are equal in both, or of all of the newer one.
    pub(crate) fn lined(&self) -> &Indexed {
        if matches!(self.b.records, Records::Kept(_)) { &self.b } else { &self.a }
    }

    /// Seeds of marks and keys.
    pub(crate) fn seeds(&self) -> Seeds {
        self.seeds
    }

    /// How many records have equal bytes in both snapshots, how many are compared by field, gone, and new.
    pub fn counts(&self) -> Counts {
        Counts {
            same: self.joined.same,
            compared: self.joined.pairs.len() as u64,
            gone: self.joined.gone.len() as u64,
            new: self.joined.new.len() as u64,
        }
    }

    /// The columns compared, named and ordered as in the newer snapshot.
    pub fn columns(&self) -> &[Column] {
        &self.mapping.columns
    }

    /// Columns that only one of the snapshots has: in the older, in the newer.
    pub fn unmatched(&self) -> (&[String], &[String]) {
        (&self.mapping.only_old, &self.mapping.only_new)
    }

    /// The sources read: of the older snapshot, of the newer.
    pub fn sources(&self) -> (&[Source], &[Source]) {
        (&self.a.sources, &self.b.sources)
    }

    /// Rows read, of both snapshots.
    pub fn rows(&self) -> u64 {
        self.a.rows + self.b.rows
    }

    /// Rows that could not be compared, of both snapshots.
    pub fn rejected(&self) -> u64 {
        self.a.rejected + self.b.rejected
    }

    /// What was wrong with them.
    pub fn complaints(&self) -> impl Iterator<Item = &Complaint> {
        self.a.complaints.iter().chain(&self.b.complaints)
    }

    /// One of the two snapshots.
    pub(crate) fn side(&self, side: Side) -> &Indexed {
        match side {
            Side::Older => &self.a,
            Side::Newer => &self.b,
        }
    }

    /// The layouts of one side's parts.
    pub(crate) fn layouts(&self, side: Side) -> impl Iterator<Item = &Layout> {
        self.side(side).parts.iter().map(|part| &part.layout)
    }

    pub(crate) fn older_rows(&self) -> u64 {
        self.a.rows
    }

    /// Up to so many records of the sample.
    pub(crate) fn sampled_records(&self, most: usize) -> Result<Vec<Sampled>, RollError> {
        let one_in = self.samples[0].len().div_ceil(most.max(1)).max(1);
        let places: Vec<Place> = self.samples[0].iter().copied().step_by(one_in).collect();
        let fetched = self.a.fetch(&places)?;
        Ok(places
            .iter()
            .enumerate()
            .map(|(at, place)| Sampled { place: *place, bytes: fetched.get(at).to_vec() })
            .collect())
    }

    pub(crate) fn layout_of_sampled(&self, sampled: &Sampled) -> &Layout {
        &self.a.parts[sampled.place.part()].layout
    }

    /// The change that a sampled record would show between these bytes.
    pub(crate) fn made_up<'a>(
        &'a self,
        sampled: &Sampled,
        before: Option<&'a [u8]>,
        after: Option<&'a [u8]>,
    ) -> Result<Change<'a>, RollError> {
        let record = |bytes: &'a [u8]| self.mapping.record(&self.mapping.old, &self.a.parts, sampled.place, bytes);
        let unchanged = || RollError::Changed { name: self.a.parts[sampled.place.part()].name.clone() };
        match (before, after) {
            (Some(before), Some(after)) => self.mapping.compare(record(before)?, record(after)?).ok_or_else(unchanged),
            (Some(before), None) => Ok(Change::alone(Kind::Gone, record(before)?)),
            (None, Some(after)) => Ok(Change::alone(Kind::New, record(after)?)),
            (None, None) => Err(unchanged()),
        }
    }

    /// Hands on a sample of the older snapshot's records: the same one each time.
    pub(crate) fn sampled(&self, each: &mut dyn FnMut(&Record<'_>)) -> Result<(), RollError> {
        let mut failed = None;
        self.a.sampled(&self.samples[0], &mut |place, bytes| match self.mapping.record(
            &self.mapping.old,
            &self.a.parts,
            place,
            bytes,
        ) {
            Ok(record) => each(&record),
            Err(error) => failed = Some(error),
        })?;
        failed.map_or(Ok(()), Err)
    }

    /// Hands on a sample of the newer snapshot's records, in the extract's order.
    pub(crate) fn newer_sampled(&self, each: &mut dyn FnMut(&Met<'_>)) -> Result<(), RollError> {
        self.b.sampled(&self.samples[1], &mut |place, bytes| each(&Met::of(&self.b.parts, place, bytes)))
    }

    /// Reads both sides of some pairs again.
    fn fetch(&self, pairs: &[(Place, Place)]) -> Result<[Fetched; 2], RollError> {
        let places = |side: fn(&(Place, Place)) -> Place| pairs.iter().map(side).collect::<Vec<_>>();
        let (ours, theirs) = (places(|pair| pair.0), places(|pair| pair.1));
        let (old, new) = std::thread::scope(|scope| {
            let old = scope.spawn(|| self.a.fetch(&ours));
            let new = self.b.fetch(&theirs);
            (old.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), new)
        });
        Ok([old?, new?])
    }

    fn changed(
        &self,
        pairs: &[(Place, Place)],
        [old, new]: &[Fetched; 2],
        each: &mut dyn FnMut(&Change<'_>) -> Result<(), RollError>,
    ) -> Result<(), RollError> {
        for (at, (a, b)) in pairs.iter().enumerate() {
            let before = self.mapping.record(&self.mapping.old, &self.a.parts, *a, old.get(at))?;
            let after = self.mapping.record(&self.mapping.new, &self.b.parts, *b, new.get(at))?;
            if before.key() == after.key() {
                if let Some(change) = self.mapping.compare(before, after) {
                    each(&change)?;
                }
            } else {
                // Two ids with one hash: neither is the other.
                each(&Change::alone(Kind::Gone, before))?;
                each(&Change::alone(Kind::New, after))?;
            }
        }
        Ok(())
    }

    fn alone(
        &self,
        side: &Indexed,
        places: &[Place],
        kind: Kind,
        each: &mut dyn FnMut(&Change<'_>) -> Result<(), RollError>,
    ) -> Result<(), RollError> {
        let columns = if kind == Kind::Gone { &self.mapping.old } else { &self.mapping.new };
        for some in places.chunks(AT_ONCE) {
            let fetched = side.fetch(some)?;
            for (at, place) in some.iter().enumerate() {
                let record = self.mapping.record(columns, &side.parts, *place, fetched.get(at))?;
                each(&Change::alone(kind, record))?;
            }
        }
        Ok(())
    }
}

/// A record of the older snapshot's sample.
#[derive(Debug, Clone)]
pub(crate) struct Sampled {
    place: Place,
    pub(crate) bytes: Vec<u8>,
}

/// How many records of each kind there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Equal bytes in both.
    pub same: u64,
    /// Compared field by field.
    pub compared: u64,
    /// Only in the older.
    pub gone: u64,
    /// Only in the newer.
    pub new: u64,
}
