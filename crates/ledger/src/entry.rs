//! Entries of a log: what was said, as salted commitments, one for each circle of readers.
//!
//! An entry shows nothing by itself. Who is given an [`Opening`] can check that it is what was committed to; the same entry
//! serves a public bundle, one for another office, and one for a court.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The longest entry: its length stands in two bytes in a bundle of entries (C2SP tlog-tiles).
pub const MAX_ENTRY: usize = 65_535;
const FORMAT: &str = "pollwarden entry 1";
const ROTATION: &str = "key-rotation";
const LABEL: &[u8] = b"pollwarden commitment 1\0";

/// Who may read a part of what was said. Each may read what those before may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// Anybody.
    Public,
    /// Another election office.
    Office,
    /// A court, or an auditor of the office's own.
    Court,
}

/// What was committed to, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Hides the value from whoever would guess it.
    pub salt: [u8; 32],
    /// What was said, as JSON.
    pub value: String,
}

/// Something said: a source, a finding, an assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What kind of thing, in small letters and hyphens.
    pub kind: String,
    /// A commitment for each section, in their order.
    pub commitments: [[u8; 32]; 3],
}

/// An entry of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// Something said.
    Statement(Statement),
    /// A change of the log's keys: a signed note, in the clear.
    Rotation(String),
}

/// A section that a bundle opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclosed<'o> {
    /// For whom.
    pub section: Section,
    /// What.
    pub opening: &'o Opening,
}

/// Why bytes are no entry of Pollwarden's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// Longer than an entry can be.
    #[error("it has more than {MAX_ENTRY} bytes")]
    TooLong,
    /// Not in the one form that an entry has.
    #[error("it is no entry as \"{FORMAT}\" is: another program wrote it, or it was altered")]
    Form,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StatementWire {
    format: String,
    kind: String,
    public: String,
    office: String,
    court: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RotationWire {
    format: String,
    kind: String,
    note: String,
}

impl Section {
    /// All, the widest circle first.
    pub const ALL: [Self; 3] = [Self::Public, Self::Office, Self::Court];

    /// Its name in entries and bundles.
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Office => "office",
            Self::Court => "court",
        }
    }
}

impl Opening {
    /// The commitment to this: SHA-256 over a label, kind and section (each ended by a zero byte), salt and value.
    pub fn commitment(&self, kind: &str, section: Section) -> [u8; 32] {
        Sha256::new_with_prefix(LABEL)
            .chain_update(kind)
            .chain_update([0])
            .chain_update(section.name())
            .chain_update([0])
            .chain_update(self.salt)
            .chain_update(&self.value)
            .finalize()
            .into()
    }
}

impl Statement {
    /// A statement that commits to what is opened by `openings`, one a section.
    pub fn new(kind: &str, openings: &[Opening; 3]) -> Self {
        let commitment = |section: Section| openings[section as usize].commitment(kind, section);
        Self { kind: kind.to_owned(), commitments: Section::ALL.map(commitment) }
    }

    /// Whether an opening is what was committed to in a section.
    pub fn opens(&self, section: Section, opening: &Opening) -> bool {
        self.commitments[section as usize] == opening.commitment(&self.kind, section)
    }
}

impl Entry {
    /// Reads an entry.
    ///
    /// # Errors
    /// Where it is none, or not in its one form.
    pub fn parse(bytes: &[u8]) -> Result<Self, EntryError> {
        if bytes.len() > MAX_ENTRY {
            return Err(EntryError::TooLong);
        }
        let entry = Self::statement(bytes).or_else(|| Self::rotation(bytes)).ok_or(EntryError::Form)?;
        if entry.to_bytes() == bytes { Ok(entry) } else { Err(EntryError::Form) }
    }

    fn statement(bytes: &[u8]) -> Option<Self> {
        let wire: StatementWire = serde_json::from_slice(bytes).ok()?;
        let commitment = |text: &str| <[u8; 32]>::try_from(hex::decode(text).ok()?).ok();
        let commitments = [commitment(&wire.public)?, commitment(&wire.office)?, commitment(&wire.court)?];
        (wire.format == FORMAT && is_kind(&wire.kind))
            .then_some(Self::Statement(Statement { kind: wire.kind, commitments }))
    }

    fn rotation(bytes: &[u8]) -> Option<Self> {
        let wire: RotationWire = serde_json::from_slice(bytes).ok()?;
        (wire.format == FORMAT && wire.kind == ROTATION).then_some(Self::Rotation(wire.note))
    }

    /// The entry's one form.
    pub fn to_bytes(&self) -> Vec<u8> {
        let format = FORMAT.to_owned();
        let bytes = match self {
            Self::Statement(statement) => {
                let [public, office, court] = statement.commitments.map(hex::encode);
                serde_json::to_vec(&StatementWire { format, kind: statement.kind.clone(), public, office, court })
            }
            Self::Rotation(note) => {
                serde_json::to_vec(&RotationWire { format, kind: ROTATION.to_owned(), note: note.clone() })
            }
        };
        bytes.expect("texts and keys that are texts can be written as JSON")
    }

    /// What kind of entry it is.
    pub fn kind(&self) -> &str {
        match self {
            Self::Statement(statement) => &statement.kind,
            Self::Rotation(_) => ROTATION,
        }
    }
}

fn is_kind(kind: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
    (1..=32).contains(&kind.len()) && kind.bytes().all(plain) && kind != ROTATION
}
