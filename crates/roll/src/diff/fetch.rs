//! Reads records again by their places: near ones in one read.

use std::ops::Range;
use std::os::unix::fs::FileExt as _;

use super::index::{Part, Place};
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
    /// The bytes of the record whose place was `at` in the list asked for.
    pub(crate) fn get(&self, at: usize) -> &[u8] {
        self.bytes.get(self.ranges[at].clone()).unwrap_or_default()
    }
}

/// Reads the records at `places`, in whatever order they are given.
pub(crate) fn fetch(parts: &[Part], places: &[Place]) -> Result<Fetched, RollError> {
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_unstable_by_key(|&at| places[at]);
    let mut fetched = Fetched { bytes: Vec::new(), ranges: vec![0..0; places.len()] };
    let mut rest = order.as_slice();
    while !rest.is_empty() {
        let (near, further) = rest.split_at(run(places, rest));
        read(parts, places, near, &mut fetched)?;
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
            && after.offset() - before.offset() < GAP + before.length() as u64
            && after.offset() - first.offset() < SPAN
    };
    1 + order.windows(2).take_while(|pair| near(pair)).count()
}

fn read(parts: &[Part], places: &[Place], near: &[usize], fetched: &mut Fetched) -> Result<(), RollError> {
    let (first, last) = (places[near[0]], places[near[near.len() - 1]]);
    let end = near.iter().map(|&at| places[at].offset() + places[at].length() as u64).max().unwrap_or(last.offset());
    let part = &parts[first.part()];
    let begin = fetched.bytes.len();
    fetched.bytes.resize(begin + (end - first.offset()) as usize, 0);
    part.file
        .read_exact_at(&mut fetched.bytes[begin..], first.offset())
        .map_err(|_| RollError::Changed { name: part.name.clone() })?;
    for &at in near {
        let from = begin + (places[at].offset() - first.offset()) as usize;
        fetched.ranges[at] = from..from + places[at].length();
    }
    Ok(())
}
