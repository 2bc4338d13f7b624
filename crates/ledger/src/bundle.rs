//! Evidence bundles: entries of a log with the way to one root, and as much of what they commit to as a reader may see.
//!
//! The form is JSON with one way to write it, so that no byte can be changed unseen. docs/ledger.md describes it.

use std::io;

use serde::{Deserialize, Serialize};

use crate::entry::{Disclosed, Entry, EntryError, Opening, Section};
use crate::{Hash, text};

/// The longest bundle read, in bytes.
pub const MAX_BUNDLE: usize = 256 * 1024 * 1024;
const FORMAT: &str = "pollwarden evidence 1";
const MAX_HASHES: usize = 63;

/// A bundle as it was read. Nothing of it is checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// The signed checkpoint that all entries are proven under.
    pub checkpoint: String,
    /// The entries, in the log's order.
    pub evidence: Vec<Evidence>,
}

/// An entry and what goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Its place, from 0.
    pub index: u64,
    /// The entry.
    pub entry: Entry,
    /// Hashes from the leaf's sibling upwards.
    pub proof: Vec<Hash>,
    /// What is opened of it, by section.
    pub opened: [Option<Opening>; 3],
}

/// Why a bundle can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// Longer than any.
    #[error("it has more than {MAX_BUNDLE} bytes; a bundle has at most as many")]
    TooLong,
    /// Not a bundle.
    #[error("it is no evidence bundle: {0}")]
    Json(String),
    /// Another version.
    #[error("it is not of the format \"{FORMAT}\", but {0:?}")]
    Format(String),
    /// Something of an entry.
    #[error("entry {index}: {what}")]
    Evidence {
        /// Its place as the bundle has it.
        index: u64,
        /// What is wrong.
        what: &'static str,
    },
    /// An entry.
    #[error("entry {index}: {source}")]
    Entry {
        /// Its place as the bundle has it.
        index: u64,
        /// What is wrong.
        source: EntryError,
    },
    /// Not in its one form.
    #[error("it is not written in the one way that a bundle has: it was altered, or another program wrote it")]
    Altered,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    format: String,
    checkpoint: String,
    entries: Vec<EvidenceWire>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EvidenceWire {
    index: u64,
    entry: String,
    proof: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    public: Option<OpeningWire>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    office: Option<OpeningWire>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    court: Option<OpeningWire>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OpeningWire {
    salt: String,
    value: String,
}

impl Bundle {
    /// Reads a bundle.
    ///
    /// # Errors
    /// Where it is none, or not in its one form.
    pub fn parse(bytes: &[u8]) -> Result<Self, BundleError> {
        if bytes.len() > MAX_BUNDLE {
            return Err(BundleError::TooLong);
        }
        let wire: Wire = serde_json::from_slice(bytes).map_err(|error| BundleError::Json(error.to_string()))?;
        if wire.format != FORMAT {
            return Err(BundleError::Format(wire.format.chars().take(60).collect()));
        }
        let evidence: Vec<Evidence> = wire.entries.into_iter().map(Evidence::read).collect::<Result<_, _>>()?;
        if let Some(pair) = evidence.windows(2).find(|pair| pair[0].index >= pair[1].index) {
            return Err(BundleError::Evidence { index: pair[1].index, what: "it is not behind the one before it" });
        }
        let bundle = Self { checkpoint: wire.checkpoint, evidence };
        // Compared while it is written: a second copy of a long bundle would take as much memory again.
        let mut rest = Rest(bytes);
        let same = serde_json::to_writer_pretty(&mut rest, &bundle.wire()).is_ok() && rest.0 == b"\n";
        if same { Ok(bundle) } else { Err(BundleError::Altered) }
    }

    /// The bundle's one form.
    pub fn to_json(&self) -> String {
        let mut json = serde_json::to_string_pretty(&self.wire()).expect("texts and numbers can be written as JSON");
        json.push('\n');
        json
    }

    fn wire(&self) -> Wire {
        let entries = self.evidence.iter().map(Evidence::wire).collect();
        Wire { format: FORMAT.to_owned(), checkpoint: self.checkpoint.clone(), entries }
    }
}

/// What is left of a text that what is written must equal.
struct Rest<'b>(&'b [u8]);

impl io::Write for Rest<'_> {
    fn write(&mut self, written: &[u8]) -> io::Result<usize> {
        self.0 = self.0.strip_prefix(written).ok_or(io::ErrorKind::InvalidData)?;
        Ok(written.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Evidence {
    /// What is opened of the entry, the widest circle first.
    pub fn disclosed(&self) -> impl Iterator<Item = Disclosed<'_>> {
        let open = |section: Section| Some(Disclosed { section, opening: self.opened[section as usize].as_ref()? });
        Section::ALL.into_iter().filter_map(open)
    }

    fn read(wire: EvidenceWire) -> Result<Self, BundleError> {
        let index = wire.index;
        let broken = |what| BundleError::Evidence { index, what };
        if index > text::MAX_SIZE {
            return Err(broken("its place is larger than that of any entry"));
        }
        let entry = Entry::parse(wire.entry.as_bytes()).map_err(|source| BundleError::Entry { index, source })?;
        let hash = |hash: &String| Hash::parse(hash).ok_or(broken("a hash of its proof is not 32 bytes in base64"));
        let proof: Vec<Hash> = wire.proof.iter().map(hash).collect::<Result<_, _>>()?;
        if proof.len() > MAX_HASHES {
            return Err(broken("its proof has more hashes than any tree has levels"));
        }
        let opening = |wire: Option<OpeningWire>| wire.map(OpeningWire::read).transpose().map_err(broken);
        let opened = [opening(wire.public)?, opening(wire.office)?, opening(wire.court)?];
        Ok(Self { index, entry, proof, opened })
    }

    fn wire(&self) -> EvidenceWire {
        let entry = String::from_utf8(self.entry.to_bytes()).expect("an entry is JSON, and so text");
        let proof = self.proof.iter().map(Hash::to_string).collect();
        let [public, office, court] = self.opened.each_ref().map(|opening| opening.as_ref().map(OpeningWire::of));
        EvidenceWire { index: self.index, entry, proof, public, office, court }
    }
}

impl OpeningWire {
    fn of(opening: &Opening) -> Self {
        Self { salt: hex::encode(opening.salt), value: opening.value.clone() }
    }

    fn read(self) -> Result<Opening, &'static str> {
        let salt = hex::decode(&self.salt).ok().and_then(|salt| salt.try_into().ok());
        let salt = salt.ok_or("a salt is not 64 hexadecimal digits")?;
        Ok(Opening { salt, value: self.value })
    }
}
