//! What an office keeps of what it said, so that it can open any section of it later: a file for each time it spoke.
//!
//! The file holds the openings of all circles. It stays in the office.

use serde::{Deserialize, Serialize};

use super::Draft;
use crate::entry::Opening;

/// The longest file read, in bytes.
pub const MAX_KEPT: usize = 256 * 1024 * 1024;
const FORMAT: &str = "pollwarden openings of entries 1";

/// Why a file of openings can't be read.
#[derive(Debug, thiserror::Error)]
pub enum KeptError {
    /// Not such a file.
    #[error("it holds no openings of entries: {0}. Put it back from a backup")]
    Json(#[from] serde_json::Error),
    /// Another version, or a broken salt.
    #[error("it is not of the format \"{FORMAT}\". Use the Pollwarden that wrote it, or put it back from a backup")]
    Format,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    format: String,
    entries: Vec<DraftWire>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DraftWire {
    kind: String,
    openings: [(String, String); 3],
}

/// Drafts as a file.
pub fn kept(drafts: &[Draft]) -> String {
    let wire = |draft: &Draft| {
        let openings = draft.openings.each_ref().map(|opening| (hex::encode(opening.salt), opening.value.clone()));
        DraftWire { kind: draft.kind.clone(), openings }
    };
    let wire = Wire { format: FORMAT.to_owned(), entries: drafts.iter().map(wire).collect() };
    serde_json::to_string(&wire).expect("texts can be written as JSON")
}

/// Drafts from a file.
///
/// # Errors
/// Where it is no such file.
pub fn read_kept(json: &[u8]) -> Result<Vec<Draft>, KeptError> {
    let wire: Wire = serde_json::from_slice(json)?;
    if wire.format != FORMAT {
        return Err(KeptError::Format);
    }
    wire.entries.into_iter().map(DraftWire::draft).collect()
}

impl DraftWire {
    fn draft(self) -> Result<Draft, KeptError> {
        let [public, office, court] = self.openings;
        let opening = |(salt, value): (String, String)| {
            let salt = hex::decode(salt).ok().and_then(|salt| salt.try_into().ok()).ok_or(KeptError::Format)?;
            Ok::<_, KeptError>(Opening { salt, value })
        };
        Ok(Draft { kind: self.kind, openings: [opening(public)?, opening(office)?, opening(court)?] })
    }
}
