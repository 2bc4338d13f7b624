//! A log's change to other keys: a note that the old key and the new one signed, entered in the log itself.

use std::fmt;

use crate::key::{Algorithm, KeyError, VerifierKey};
use crate::note::{NoteError, SignedNote};

const HEADER: &str = "pollwarden key rotation 1";
/// A log signs with Ed25519, and with ML-DSA-44 beside it.
const MAX_KEYS: usize = 2;

/// Which keys a log signs with from now on. Text form of the note: a header, the origin, a key a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    /// The log.
    pub origin: String,
    /// Its new keys, the first of them of Ed25519.
    pub keys: Vec<VerifierKey>,
}

/// Why a change of keys is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RotationError {
    /// The note around it.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// A key in it.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Not a change of keys.
    #[error("it is no change of a log's keys, as \"{HEADER}\" begins")]
    Form,
    /// The new key did not sign: perhaps nobody has its secret.
    #[error("the new key {0} did not sign the change")]
    NotByNew(String),
    /// A change of another log's keys.
    #[error("it changes the keys of {0:?}, another log")]
    OtherLog(String),
}

impl Rotation {
    /// Reads a note, and checks that one of `trusted`, keys of plain notes, signed it, and the new key too.
    ///
    /// # Errors
    /// Where it is none, or is not signed so.
    pub fn verify(note: &str, trusted: &[VerifierKey]) -> Result<Self, RotationError> {
        let note = SignedNote::parse(note.as_bytes())?;
        let trusted = trusted.iter().filter(|key| key.algorithm() == Algorithm::Ed25519);
        let verified = note.verify(trusted)?;
        let rotation = Self::parse(verified.text())?;
        if verified.signed().iter().all(|(key, _)| key.name() != rotation.origin) {
            return Err(RotationError::OtherLog(rotation.origin));
        }
        let new = &rotation.keys[0];
        note.verify([new]).map_err(|_| RotationError::NotByNew(format!("{new:?}")))?;
        Ok(rotation)
    }

    fn parse(text: &str) -> Result<Self, RotationError> {
        let mut lines = text.trim_end_matches('\n').split('\n');
        if lines.next() != Some(HEADER) {
            return Err(RotationError::Form);
        }
        let origin = lines.next().filter(|origin| !origin.is_empty()).ok_or(RotationError::Form)?.to_owned();
        let keys: Vec<VerifierKey> = lines.map(VerifierKey::parse).collect::<Result<_, _>>()?;
        let plain = keys.first().is_some_and(|key| key.algorithm() == Algorithm::Ed25519);
        let of_log = keys.iter().all(|key| key.name() == origin);
        let rotation = Self { origin, keys };
        let canonical = rotation.to_string() == text;
        if plain && of_log && canonical && rotation.keys.len() <= MAX_KEYS {
            Ok(rotation)
        } else {
            Err(RotationError::Form)
        }
    }
}

impl fmt::Display for Rotation {
    /// The note's text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}\n{}", self.origin)?;
        self.keys.iter().try_for_each(|key| writeln!(f, "{key}"))
    }
}
