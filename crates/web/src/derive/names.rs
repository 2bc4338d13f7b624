//! Texts of clients and pages, one after the other, and tables keyed by hashes.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use pollwarden_core::Part;

/// A text among [`Names`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Name {
    offset: u32,
    length: u32,
}

/// Texts, one after the other.
#[derive(Debug, Default)]
pub(super) struct Names(String);

impl Names {
    /// Holds a text.
    pub(super) fn hold(&mut self, text: &str) -> Name {
        let offset = u32::try_from(self.0.len()).expect("names are let go long before there are 4 GiB of them");
        let length = u32::try_from(text.len()).expect("a line is shorter than 4 GiB");
        self.0.push_str(text);
        Name { offset, length }
    }

    /// The text.
    pub(super) fn get(&self, name: Name) -> &str {
        &self.0[name.offset as usize..][..name.length as usize]
    }

    /// Bytes of text held.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Lets go of the texts, and keeps their room.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

/// Places in a list, by key.
pub(super) type Places = HashMap<i64, u32, BuildHasherDefault<Key>>;

/// Keys are hashes already.
#[derive(Debug, Default)]
pub(super) struct Key(u64);

impl Hasher for Key {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.0 = self.0.rotate_left(8) ^ u64::from(byte));
    }

    fn write_i64(&mut self, key: i64) {
        self.0 = key as u64;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// The share of a key. Hash tables look at a key's first and last bits: keys of one share must not have those in common.
pub(super) fn share(key: i64) -> usize {
    const _: () = assert!(Part::SHARES.is_power_of_two());
    (key as u64 >> 32) as usize % Part::SHARES
}

/// The places of a list's elements, share by share; shares without any are left out.
pub(super) fn by_share(keys: impl ExactSizeIterator<Item = i64> + Clone) -> Vec<(usize, Vec<u32>)> {
    let mut shares: Vec<(usize, Vec<u32>)> = (0..Part::SHARES).map(|share| (share, Vec::new())).collect();
    keys.enumerate().for_each(|(place, key)| shares[share(key)].1.push(place as u32));
    shares.retain(|(_, places)| !places.is_empty());
    shares
}
