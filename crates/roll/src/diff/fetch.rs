//! Reads records again by their places: near ones in one read.

use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;

use super::entry::Place;
use super::indexed::Part;
use crate::RollError;

/// Records no further apart than this are read together.
const GAP: u64 = 16 << 10;
/// The most that is read at once.
const SPAN: u64 = 4 << 20;

/// Records' bytes, one after another.
#[derive(Debug, Default)]
pub(crate) struct Fetched {
    bytes: Vec<u8>,
    ranges: Vec<Range<usize>>,
}

impl Fetched {
    /// Room for as many records.
    pub(crate) fn of(records: usize) -> Self {
        Self { bytes: Vec::new(), ranges: vec![0..0; records] }
    }

    /// The bytes of the record whose place was `at` in the list asked for.
    pub(crate) fn get(&self, at: usize) -> &[u8] {
        self.bytes.get(self.ranges[at].clone()).unwrap_or_default()
    }

    /// How many bytes all records have.
    pub(crate) fn length(&self) -> usize {
        self.bytes.len()
    }

    /// Puts in the record whose place was `at`.
    pub(crate) fn put(&mut self, at: usize, record: &[u8]) {
        let begin = self.bytes.len();
        self.bytes.extend_from_slice(record);
        self.ranges[at] = begin..self.bytes.len();
    }
}

/// Reads the records at `places`, in whatever order they are given.
pub(crate) fn fetch(parts: &[Part], files: &[File], places: &[Place]) -> Result<Fetched, RollError> {
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_unstable_by_key(|&at| places[at].order());
    let (mut fetched, mut buffer) = (Fetched::of(places.len()), Vec::new());
    let mut rest = order.as_slice();
    while !rest.is_empty() {
        let (near, further) = rest.split_at(run(places, rest));
        read(parts, files, places, near, &mut buffer, &mut fetched)?;
        rest = further;
    }
    Ok(fetched)
}

/// How many of the places, in order, lie near enough to be read at once.
fn run(places: &[Place], order: &[usize]) -> usize {
    let first = places[order[0]];
    let near = |pair: &[usize]| {
        let (before, after) = (places[pair[0]], places[pair[1]]);
        before.part() == after.part()
            && after.at() - before.at() < GAP + before.length() as u64
            && after.at() - first.at() < SPAN
    };
    1 + order.windows(2).take_while(|pair| near(pair)).count()
}

fn read(
    parts: &[Part],
    files: &[File],
    places: &[Place],
    near: &[usize],
    buffer: &mut Vec<u8>,
    fetched: &mut Fetched,
) -> Result<(), RollError> {
    let first = places[near[0]];
    let end = near.iter().map(|&at| places[at].at() + places[at].length() as u64).max().unwrap_or(first.at());
    buffer.resize((end - first.at()) as usize, 0);
    files[first.part()]
        .read_exact_at(buffer, first.at())
        .map_err(|_| RollError::Changed { name: parts[first.part()].name.clone() })?;
    for &at in near {
        let from = (places[at].at() - first.at()) as usize;
        fetched.put(at, &buffer[from..from + places[at].length()]);
    }
    Ok(())
}
