//! What is kept of a record at the first look: its key and content as hashes, and its place.
//!
//! The content hash is XXH3 of 128 bits under a secret seed: n records of each snapshot are compared pairwise under equal
//! keys, so the chance that any changed record passes for unchanged is at most n · 2⁻¹²⁸ (below 10⁻³¹ for 8 million),
//! and without the seed nobody can prepare a record that does. Keys are compared by a 64-bit hash first, and byte by byte
//! wherever a record is reported.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

use xxhash_rust::xxh3::{xxh3_64_with_seed, xxh3_128_with_seed};

/// Entries are dealt into this many parts by the first bits of their keys, so that sorting and joining stay within the
/// processor's caches.
pub(crate) const PARTITIONS: usize = 1 << PARTITION_BITS;
/// How many bits of a key name its part.
pub(crate) const PARTITION_BITS: u32 = 10;

/// A record's key, content and place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) key: u64,
    pub(crate) content: [u64; 2],
    pub(crate) place: Place,
}

impl Entry {
    pub(crate) fn same_content(&self, other: &Self) -> bool {
        self.content == other.content
    }

    /// Entries' order within a partition.
    pub(crate) fn order(&self) -> (u64, u64) {
        (self.key, self.place.order())
    }
}

/// Where a record lies: part, line, and where its bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    part_at: u64,
    length: u32,
    line: u32,
}

impl Place {
    /// `at` is an offset in the part's text, or a place among kept blocks. Lines beyond the four-thousand-millionth are
    /// not told apart.
    pub(crate) fn new(part: usize, at: u64, length: usize, line: u64) -> Self {
        Self {
            part_at: (part as u64) << 48 | at,
            length: u32::try_from(length).unwrap_or(u32::MAX),
            line: u32::try_from(line).unwrap_or(u32::MAX),
        }
    }

    pub(crate) fn part(self) -> usize {
        (self.part_at >> 48) as usize
    }

    pub(crate) fn at(self) -> u64 {
        self.part_at & ((1 << 48) - 1)
    }

    pub(crate) fn length(self) -> usize {
        self.length as usize
    }

    pub(crate) fn line(self) -> u64 {
        u64::from(self.line)
    }

    /// As numbers, for another process.
    pub(crate) fn numbers(self) -> [u64; 2] {
        [self.part_at, u64::from(self.length) << 32 | u64::from(self.line)]
    }

    /// The place that these are the numbers of.
    pub(crate) fn of_numbers([part_at, rest]: [u64; 2]) -> Self {
        Self { part_at, length: (rest >> 32) as u32, line: rest as u32 }
    }

    /// Places in the order of the extract: by part and line.
    pub(crate) fn order(self) -> u64 {
        (self.part_at >> 48) << 32 | u64::from(self.line)
    }
}

/// Seeds of hashes: drawn for each run, or a store's own. Hashes under other seeds can't be compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seeds {
    pub(crate) key: u64,
    pub(crate) content: u64,
}

impl Seeds {
    pub(crate) fn draw() -> Self {
        let draw = || RandomState::new().build_hasher().finish();
        Self { key: draw(), content: draw() }
    }

    pub(crate) fn of_key(self, key: &[u8]) -> u64 {
        xxh3_64_with_seed(key, self.key)
    }

    pub(crate) fn of_content(self, bytes: &[u8]) -> [u64; 2] {
        let hash = xxh3_128_with_seed(bytes, self.content);
        [(hash >> 64) as u64, hash as u64]
    }
}

/// Without the seeds: who knows them can prepare records that pass for equal.
impl std::fmt::Debug for Seeds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seeds(…)")
    }
}

/// The partition of a key.
pub(crate) fn partition_of(key: u64) -> usize {
    (key >> (64 - PARTITION_BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_40_bytes() {
        assert_eq!(size_of::<Entry>(), 40);
    }

    #[test]
    fn a_place_gives_back_what_it_was_made_of() {
        let place = Place::new(65_535, (1 << 48) - 1, 500, 4_000_000_000);
        assert_eq!((place.part(), place.at(), place.length()), (65_535, (1 << 48) - 1, 500));
        assert_eq!((place.line(), place.order()), (4_000_000_000, 65_535 << 32 | 4_000_000_000));
        assert_eq!(Place::of_numbers(place.numbers()), place);
    }
}
