//! Bytes as received, and places in them.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// A SHA-256 digest.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The first 16 hexadecimal digits: enough to tell findings apart on a page.
    pub fn short(&self) -> String {
        self.to_string()[..16].to_owned()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Bytes as received. Everything cites a source by digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The name the office knows it by: a path relative to the office's folder, with an archive's member after `!`.
    pub name: String,
    /// SHA-256 of the bytes as received (compressed bytes where it is compressed).
    pub digest: Digest,
    /// Length in bytes, as received.
    pub length: u64,
    /// The format it was read as.
    pub format: String,
    /// Rows read from it.
    pub rows: u64,
    /// Rows of it that could not be read.
    pub rejected: u64,
}

impl Source {
    /// A source of which nothing but the name is known yet.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), digest: Digest([0; 32]), length: 0, format: String::new(), rows: 0, rejected: 0 }
    }
}

/// What a place contributes to a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SiteRole {
    /// Where the finding is.
    Primary,
    /// What it is compared with.
    Related,
}

/// A place in a source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Site {
    /// The source's digest, once known.
    pub source: Option<Digest>,
    /// The source's name.
    pub name: String,
    /// The line or row, from 1.
    pub line: Option<u64>,
    /// What it contributes.
    pub role: SiteRole,
}
