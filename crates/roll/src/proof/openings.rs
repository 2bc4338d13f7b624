//! Openings: the records and salts behind a few named differences, for those who may see them, such as a court.
//!
//! Making them takes the office's secret and both snapshots; checking them takes what a proof has proven, and no secret.

use std::collections::{BTreeMap, BTreeSet};

use pollwarden_core::RollSettings;
use serde::{Deserialize, Serialize};

use super::blind::{OfficeSecret, commitment_of};
use super::canonical;
use super::read::{Row, read};
use super::trie::{BlindedKey, Commitment};
use super::verify::Proven;
use crate::{RollError, Snapshot};

/// The format's name and version.
const FORMAT: &str = "pollwarden roll openings 1";

/// The most bytes of such a file.
pub const MAX_OPENINGS: usize = 256 << 20;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    records: Vec<Opened>,
}

/// A voter's record that differs, shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opened {
    #[serde(with = "super::hexadecimal")]
    key: [u8; 16],
    /// The voter's id.
    pub voter_id: String,
    /// What the older snapshot says; nothing where the record is new.
    pub before: Option<Opening>,
    /// What the newer snapshot says; nothing where the record is gone.
    pub after: Option<Opening>,
}

/// One record with the salt of its commitment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    #[serde(with = "super::hexadecimal")]
    salt: [u8; 32],
    /// The columns that have a value, by their canonical names.
    pub values: BTreeMap<String, String>,
}

/// Why openings can't be made.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A snapshot can't be read again.
    #[error(transparent)]
    Roll(#[from] RollError),
    /// The voter's record does not differ.
    #[error("voter {0} has no record that differs between the two snapshots, so that there is nothing to open")]
    NoDifference(String),
    /// A snapshot is no longer what was committed to.
    #[error("the extract changed while it was read; wait until it is written, and run again")]
    Changed,
    /// The file can't be made.
    #[error("the openings can't be written as JSON")]
    Json(#[from] serde_json::Error),
}

/// Why openings are refused.
#[derive(Debug, thiserror::Error)]
pub enum OpeningRefusal {
    /// They are longer than any file of openings.
    #[error("it has {0} bytes; openings have at most {MAX_OPENINGS}")]
    TooLong(usize),
    /// It is another kind of file.
    #[error("it holds no openings: {0}. Expected was the JSON file that `pollwarden roll prove --openings` wrote")]
    NoOpenings(#[from] serde_json::Error),
    /// Another version.
    #[error("its format is {0:?}; this Pollwarden reads {FORMAT:?}")]
    OtherFormat(String),
    /// It shows what is not among the differences.
    #[error("record {0} is opened, but is not among the differences that were proven")]
    NoDifference(BlindedKey),
    /// One record twice.
    #[error("record {0} is opened twice")]
    Twice(BlindedKey),
    /// The record or its salt is not what was committed to.
    #[error(
        "record {key} is not, in the {which} snapshot, what the opening says: its commitment is another. The opening was altered"
    )]
    Altered {
        /// The record.
        key: BlindedKey,
        /// Older or newer.
        which: &'static str,
    },
}

/// Makes the openings of some voters' records, all of which must be among the differences. JSON, with voters' data in it.
///
/// # Errors
/// Where a voter's record does not differ, or a snapshot can't be read.
pub fn open(
    voter_ids: &[String],
    snapshots: [&Snapshot; 2],
    settings: &RollSettings,
    secret: &OfficeSecret,
    proven: &Proven,
) -> Result<String, OpenError> {
    let wanted: BTreeSet<&str> = voter_ids.iter().map(|id| id.trim()).collect();
    let [older, newer] = snapshots;
    let mut before = openings(&wanted, older, settings, secret)?;
    let mut after = openings(&wanted, newer, settings, secret)?;
    let mut records = Vec::new();
    for id in wanted {
        let key = secret.key(id);
        let opened = Opened { key: key.0, voter_id: id.to_owned(), before: before.remove(id), after: after.remove(id) };
        if proven.difference(key).is_none() {
            return Err(OpenError::NoDifference(id.to_owned()));
        }
        opened.check(proven).map_err(|_| OpenError::Changed)?;
        records.push(opened);
    }
    Ok(serde_json::to_string_pretty(&File { format: FORMAT.to_owned(), records })? + "\n")
}

/// Checks openings against what was proven.
///
/// # Errors
/// Where one shows anything else than what was committed to.
pub fn check_openings(json: &[u8], proven: &Proven) -> Result<Vec<Opened>, OpeningRefusal> {
    if json.len() > MAX_OPENINGS {
        return Err(OpeningRefusal::TooLong(json.len()));
    }
    let file: File = serde_json::from_slice(json)?;
    if file.format != FORMAT {
        return Err(OpeningRefusal::OtherFormat(file.format));
    }
    let mut seen = BTreeSet::new();
    for opened in &file.records {
        opened.check(proven)?;
        if !seen.insert(opened.key) {
            return Err(OpeningRefusal::Twice(BlindedKey(opened.key)));
        }
    }
    Ok(file.records)
}

impl Opened {
    /// The key that stands for the record in proofs.
    pub fn key(&self) -> BlindedKey {
        BlindedKey(self.key)
    }

    fn check(&self, proven: &Proven) -> Result<(), OpeningRefusal> {
        let key = self.key();
        let difference = proven.difference(key).ok_or(OpeningRefusal::NoDifference(key))?;
        let sides = [("older", &self.before, difference.before), ("newer", &self.after, difference.after)];
        let altered = sides.into_iter().find(|(_, opening, committed)| self.commitment(opening) != *committed);
        altered.map_or(Ok(()), |(which, ..)| Err(OpeningRefusal::Altered { key, which }))
    }

    fn commitment(&self, opening: &Option<Opening>) -> Option<Commitment> {
        let opening = opening.as_ref()?;
        Some(commitment_of(&opening.salt, &canonical::record(&self.voter_id, &opening.values)))
    }
}

/// The wanted records of a snapshot; of several with one id the first, as in the tree.
fn openings(
    wanted: &BTreeSet<&str>,
    snapshot: &Snapshot,
    settings: &RollSettings,
    secret: &OfficeSecret,
) -> Result<BTreeMap<String, Opening>, RollError> {
    let mut found = BTreeMap::new();
    read(snapshot, settings, &|_| {}, &mut |row| {
        if wanted.contains(&*row.voter_id) {
            found.entry(row.voter_id.clone().into_owned()).or_insert_with(|| Opening::of(row, secret));
        }
    })?;
    Ok(found)
}

impl Opening {
    fn of(row: &Row<'_>, secret: &OfficeSecret) -> Self {
        let mut values = BTreeMap::new();
        row.columns.each(row.layout, row.raw, &mut |name, value| {
            values.insert(name.to_owned(), value.to_owned());
        });
        Self { salt: secret.salt(&canonical::record(&row.voter_id, &values)), values }
    }
}
