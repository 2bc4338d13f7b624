//! The key under which sketches are made: HMAC-SHA-256 (RFC 2104), cut to 64 bits.
//!
//! Words and domains are few enough to be tried one by one, so plain hashes of them would hide nothing. Offices that want to
//! compare their mail share one key from a file; without it a sketch is noise.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::SketchError;

/// A key shorter than this could be guessed.
const SHORTEST: usize = 32;
/// A key file longer than this is some other file.
const LONGEST: usize = 4_096;

/// The key of a group of offices, or of one office for itself.
#[derive(Clone)]
pub struct GroupKey {
    keyed: Hmac<Sha256>,
    is_shared: bool,
    check: u64,
}

impl GroupKey {
    /// The key in a file: at least 32 random bytes, as they are or as text; white space at the end is no part of it.
    ///
    /// # Errors
    /// Where it is shorter than 32 bytes or longer than 4,096, or is one byte repeated.
    pub fn of_file(bytes: &[u8]) -> Result<Self, SketchError> {
        let key = bytes.trim_ascii_end();
        if !(SHORTEST..=LONGEST).contains(&key.len()) {
            return Err(SketchError::Key { found: key.len() });
        }
        if key.iter().all(|byte| *byte == key[0]) {
            return Err(SketchError::SameByte);
        }
        Ok(Self::new(key, true))
    }

    /// For comparing messages within one office only: such sketches can't be given to others, because they would hide nothing.
    pub fn within_office() -> Self {
        Self::new(b"within one office", false)
    }

    fn new(key: &[u8], is_shared: bool) -> Self {
        let keyed = Hmac::new_from_slice(key).expect("HMAC takes a key of any length");
        let mut key = Self { keyed, is_shared, check: 0 };
        key.check = key.hash(b"check", b"pollwarden sketches, version 1");
        key
    }

    /// Whether sketches under it may be given to others.
    pub fn is_shared(&self) -> bool {
        self.is_shared
    }

    /// Tells keys apart: 64 bits that say nothing else about the key.
    pub(super) fn check(&self) -> u64 {
        self.check
    }

    /// The keyed hash of something, by its kind.
    pub(super) fn hash(&self, kind: &[u8], what: &[u8]) -> u64 {
        let mut mac = self.keyed.clone();
        mac.update(kind);
        mac.update(&[0]);
        mac.update(what);
        let tag = mac.finalize().into_bytes();
        tag.iter().take(8).fold(0, |hash, byte| hash << 8 | u64::from(*byte))
    }
}

impl fmt::Debug for GroupKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GroupKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_empty_keys_are_refused() {
        assert!(GroupKey::of_file(b"secret\n").is_err());
        assert!(GroupKey::of_file(&[0; 32]).is_err());
        assert!(GroupKey::of_file(&[7; 5_000]).is_err());
    }

    #[test]
    fn keys_differ_and_white_space_at_the_end_does_not_count() {
        let key = |text: &str| GroupKey::of_file(text.as_bytes()).expect("a key");
        let (a, b) = (key("0123456789abcdef0123456789abcdef"), key("0123456789abcdef0123456789abcdeg"));
        assert_ne!(a.check(), b.check());
        assert_eq!(a.hash(b"text", b"words"), key("0123456789abcdef0123456789abcdef\r\n").hash(b"text", b"words"));
        assert_ne!(a.hash(b"text", b"words"), b.hash(b"text", b"words"));
        assert_ne!(a.hash(b"text", b"words"), a.hash(b"name", b"words"));
        assert_eq!(format!("{a:?}"), "GroupKey(…)");
    }
}
