//! Records read again on all cores, in no order.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::alike::Lined;
use super::cores;
use super::entry::{Entry, Place};
use super::indexed::{AT_ONCE, Indexed, Records};
use super::marked::marks_at;
use super::scan::Met;
use crate::RollError;
use crate::linkage::{Marker, Marks};

impl Indexed {
    /// Hands on the records at `places`, which come as they lie, to workers that each began with `begin`; gives what each
    /// worker made of its share.
    pub(crate) fn visit<W: Send>(
        &self,
        places: &[Place],
        begin: &(dyn Fn() -> W + Sync),
        each: &(dyn Fn(&mut W, &Met<'_>) + Sync),
    ) -> Result<Vec<W>, RollError> {
        let next = AtomicUsize::new(0);
        let count = cores::cores().min(places.len().div_ceil(AT_ONCE));
        cores::workers(count, &|_| {
            let mut worker = begin();
            while let Some(some) = places.chunks(AT_ONCE).nth(next.fetch_add(1, Ordering::Relaxed)) {
                let fetched = self.fetch(some)?;
                let met = |at: usize| Met::of(&self.parts, some[at], fetched.get(at));
                (0..some.len()).for_each(|at| each(&mut worker, &met(at)));
            }
            Ok(worker)
        })
    }

    /// Puts places into the order in which reading them costs least.
    pub(crate) fn sort_as_they_lie(&self, places: &mut [Place]) {
        match self.records {
            Records::Read(_) => places.sort_unstable_by_key(|place| place.order()),
            Records::Kept(_) => places.sort_unstable_by_key(|place| place.at()),
        }
    }

    /// Hands on the lines of records as [`Self::visit`] does records; there are none but in a store.
    pub(crate) fn visit_lines<W: Send>(
        &self,
        lined: &[Lined],
        begin: &(dyn Fn() -> W + Sync),
        each: &(dyn Fn(&mut W, Place, &str) + Sync),
    ) -> Result<Vec<W>, RollError> {
        let Records::Kept(kept) = &self.records else { return Ok(Vec::new()) };
        let (next, partitions) =
            (AtomicUsize::new(0), lined.chunk_by(|a, b| a.partition == b.partition).collect::<Vec<_>>());
        cores::workers(cores::cores().min(partitions.len()), &|_| {
            let mut worker = begin();
            while let Some(wanted) = partitions.get(next.fetch_add(1, Ordering::Relaxed)) {
                let all = kept.lines(wanted[0].partition.into())?;
                let mut lines = (0_u32..).zip(all.split('\n'));
                for one in *wanted {
                    if let Some((_, line)) = lines.find(|(at, _)| *at == one.at) {
                        each(&mut worker, one.place, line);
                    }
                }
            }
            Ok(worker)
        })
    }

    /// Hands on the entries of a partition of an extract with the marks noted.
    pub(crate) fn marked(&self, partition: usize, each: &mut dyn FnMut(&Entry, Marks)) {
        if let Records::Read(read) = &self.records {
            for entry in &read.partitions[partition] {
                each(entry, marks_at(read.marked.as_deref().unwrap_or_default(), entry.place).unwrap_or_default());
            }
        }
    }

    /// What marks the records of each part.
    pub(crate) fn markers(&self, seed: u64) -> Vec<Marker> {
        self.parts.iter().map(|part| Marker::of(&part.layout, seed)).collect()
    }
}
