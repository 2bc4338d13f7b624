//! What a reader wants to know besides whether the evidence holds.

use sha2::{Digest as _, Sha256};

/// Questions of a reader's.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked {
    /// The time by the reader's clock, in seconds since 1970, where there is one: signatures from later are told.
    pub now: Option<u64>,
    /// A file in the reader's hands: is it one of those that the evidence names?
    pub file: Option<Held>,
}

/// A file in a reader's hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Its SHA-256.
    pub sha256: [u8; 32],
    /// How many bytes it has.
    pub bytes: u64,
}

impl Held {
    /// The file with these bytes.
    pub fn of(file: &[u8]) -> Self {
        Self { sha256: Sha256::digest(file).into(), bytes: file.len() as u64 }
    }

    pub(crate) fn digest(&self) -> String {
        hex::encode(self.sha256)
    }
}
