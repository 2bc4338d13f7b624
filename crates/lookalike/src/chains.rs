//! From a hash to all entries with it: one table and one list of links, without a heap block for each hash.

use std::hash::{BuildHasherDefault, Hasher};

use hashbrown::HashMap;
use xxhash_rust::xxh3::xxh3_64;

/// How many entries of one hash are given: a guard against lists where thousands share a label.
const DEEPEST: usize = 48;
const NO_LINK: u32 = u32::MAX;

/// Entries by hash, those added last first.
#[derive(Debug, Default)]
pub(crate) struct Chains {
    heads: HashMap<u64, u32, BuildHasherDefault<Already>>,
    links: Vec<(u32, u32)>,
}

impl Chains {
    pub(crate) fn add(&mut self, key: u64, id: u32) {
        let link = self.links.len() as u32;
        let next = self.heads.insert(key, link).unwrap_or(NO_LINK);
        self.links.push((id, next));
    }

    pub(crate) fn all(&self, key: u64) -> impl Iterator<Item = u32> {
        let mut at = self.heads.get(&key).copied().unwrap_or(NO_LINK);
        let steps = std::iter::from_fn(move || {
            let (id, next) = *self.links.get(at as usize)?;
            at = next;
            Some(id)
        });
        steps.take(DEEPEST)
    }
}

/// The keys are hashes already.
#[derive(Default, Clone, Copy, Debug)]
pub(crate) struct Already(u64);

impl Hasher for Already {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64(bytes);
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shares_a_hash_is_given_last_first_and_bounded() {
        let mut chains = Chains::default();
        (0..100).for_each(|id| chains.add(7, id));
        chains.add(8, 3);
        assert_eq!(chains.all(7).take(2).collect::<Vec<_>>(), [99, 98]);
        assert_eq!(chains.all(7).count(), DEEPEST);
        assert_eq!(chains.all(8).collect::<Vec<_>>(), [3]);
        assert_eq!(chains.all(9).count(), 0);
    }
}
