//! The per-record difference of two snapshots.
//!
//! Both snapshots are looked at once, at the same time, keeping hashes and places only (`index`); hashes are joined by
//! key (`join`); what differs is read again and compared field by field (`record`). Memory: 40 bytes a record and
//! snapshot, 32 a changed record; the changes themselves are handed on as they are found.

mod cut;
mod fault;
mod fetch;
mod index;
mod join;
mod record;
mod scan;

use pollwarden_core::{Complaint, RollSettings, Source};

pub(crate) use cut::{Cutter, Raw};
pub(crate) use fault::{fault, misfit, without_id};
pub use record::{Cell, Change, Kind, Record};
pub(crate) use scan::{Met, scan};

use crate::layout::{Column, Layout};
use crate::{RollError, Snapshot};
pub(crate) use index::Part;
use index::{Indexed, Place, Seeds};
use join::Joined;
use record::Mapping;

/// How many changed records are read again at once.
const AT_ONCE: usize = 4096;
/// Records of the older snapshot that are looked at to know the roll: all of a county's, one in so many of a state's.
const SAMPLE: u64 = 100_000;

/// Two snapshots, compared.
#[derive(Debug)]
pub struct Diff {
    a: Indexed,
    b: Indexed,
    joined: Joined,
    mapping: Mapping,
    /// Places of a sample of the older snapshot's records.
    sample: Vec<Place>,
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

/// Compares two snapshots. `settings` may describe their layout; `progress` is told of bytes read.
///
/// # Errors
/// Where a part can't be read whole, or scratch space fails.
pub fn diff(
    a: &Snapshot,
    b: &Snapshot,
    settings: &RollSettings,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Diff, RollError> {
    let seeds = Seeds::draw();
    let (a, b) = std::thread::scope(|scope| {
        let a = scope.spawn(|| index::index(a, settings, seeds, progress));
        let b = index::index(b, settings, seeds, progress);
        (a.join(), b)
    });
    let (mut a, mut b) = (a.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?, b?);
    let mapping = Mapping::between(&a.parts, &b.parts);
    let sample = a.sample(SAMPLE);
    let joined = join::join(&mut a, &mut b, mapping.bytes_compare)?;
    Ok(Diff { a, b, joined, mapping, sample })
}

/// A snapshot, looked at: what it rests on, and its parts, to be read again by [`scan`].
#[derive(Debug)]
pub(crate) struct Looked {
    pub(crate) parts: Vec<Part>,
    pub(crate) sources: Vec<Source>,
    pub(crate) rows: u64,
    pub(crate) rejected: u64,
    pub(crate) complaints: Vec<Complaint>,
}

/// Looks at one snapshot, as [`diff`] does at two.
///
/// # Errors
/// As [`diff`].
pub(crate) fn look(
    snapshot: &Snapshot,
    settings: &RollSettings,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Looked, RollError> {
    let Indexed { parts, sources, rows, rejected, complaints, .. } =
        index::index(snapshot, settings, Seeds::draw(), progress)?;
    Ok(Looked { parts, sources, rows, rejected, complaints })
}

impl Diff {
    /// Hands on every record that is new, gone or changed: changed ones and gone ones in the older snapshot's order, then
    /// new ones in the newer one's.
    ///
    /// # Errors
    /// Where a record can't be read again, or `each` fails.
    pub fn changes(&self, each: &mut dyn FnMut(&Change<'_>) -> Result<(), RollError>) -> Result<(), RollError> {
        for pairs in self.joined.pairs.chunks(AT_ONCE) {
            self.changed(pairs, each)?;
        }
        self.alone(&self.a.parts, &self.joined.gone, Kind::Gone, each)?;
        self.alone(&self.b.parts, &self.joined.new, Kind::New, each)
    }

    /// Hands on the records that are new.
    pub(crate) fn newcomers(
        &self,
        each: &mut dyn FnMut(&Change<'_>) -> Result<(), RollError>,
    ) -> Result<(), RollError> {
        self.alone(&self.b.parts, &self.joined.new, Kind::New, each)
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

    pub(crate) fn newer_rows(&self) -> u64 {
        self.b.rows
    }

    pub(crate) fn parts(&self, side: Side) -> &[Part] {
        match side {
            Side::Older => &self.a.parts,
            Side::Newer => &self.b.parts,
        }
    }

    /// The layouts of one side's parts.
    pub(crate) fn layouts(&self, side: Side) -> impl Iterator<Item = &Layout> {
        self.parts(side).iter().map(|part| &part.layout)
    }

    pub(crate) fn older_rows(&self) -> u64 {
        self.a.rows
    }

    /// Up to so many records of the sample.
    pub(crate) fn sampled_records(&self, most: usize) -> Result<Vec<Sampled>, RollError> {
        let one_in = self.sample.len().div_ceil(most.max(1)).max(1);
        let places: Vec<Place> = self.sample.iter().copied().step_by(one_in).collect();
        let fetched = fetch::fetch(&self.a.parts, &places)?;
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
        for some in self.sample.chunks(AT_ONCE) {
            let fetched = fetch::fetch(&self.a.parts, some)?;
            for (at, place) in some.iter().enumerate() {
                each(&self.mapping.record(&self.mapping.old, &self.a.parts, *place, fetched.get(at))?);
            }
        }
        Ok(())
    }

    fn changed(
        &self,
        pairs: &[(Place, Place)],
        each: &mut dyn FnMut(&Change<'_>) -> Result<(), RollError>,
    ) -> Result<(), RollError> {
        let places = |side: fn(&(Place, Place)) -> Place| pairs.iter().map(side).collect::<Vec<_>>();
        let old = fetch::fetch(&self.a.parts, &places(|pair| pair.0))?;
        let new = fetch::fetch(&self.b.parts, &places(|pair| pair.1))?;
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
        parts: &[Part],
        places: &[Place],
        kind: Kind,
        each: &mut dyn FnMut(&Change<'_>) -> Result<(), RollError>,
    ) -> Result<(), RollError> {
        let columns = if kind == Kind::Gone { &self.mapping.old } else { &self.mapping.new };
        for some in places.chunks(AT_ONCE) {
            let fetched = fetch::fetch(parts, some)?;
            for (at, place) in some.iter().enumerate() {
                let record = self.mapping.record(columns, parts, *place, fetched.get(at))?;
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
