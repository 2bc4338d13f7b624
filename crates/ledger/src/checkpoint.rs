//! Checkpoints (C2SP tlog-checkpoint): how large a log is, and the one hash that stands for all of it.

use std::fmt;

use crate::key::VerifierKey;
use crate::note::{NoteError, Signed, SignedNote};
use crate::policy::Policy;
use crate::{Hash, text};

/// What a checkpoint says. It is a claim: only [`VerifiedCheckpoint`] says who stands behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log it is.
    pub origin: String,
    /// How many entries it has.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// Further lines; nobody checks them.
    pub extensions: Vec<String>,
}

/// A witness's word that it saw this tree, and saw it only grow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosigned {
    /// The witness's name.
    pub witness: String,
    /// When, by the witness's clock: seconds since 1970.
    pub time: Option<u64>,
}

/// A checkpoint that its log signed, and as many witnesses as were asked for cosigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedCheckpoint {
    checkpoint: Checkpoint,
    log: VerifierKey,
    stated: Option<u64>,
    cosigned: Vec<Cosigned>,
    agreed: Option<u64>,
}

/// Why a checkpoint is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The note around it.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Not a checkpoint.
    #[error("it is no checkpoint: line {line} should be {expected}")]
    Form {
        /// The line, from 1.
        line: usize,
        /// What should stand there.
        expected: &'static str,
    },
    /// A log without entries has but one root.
    #[error("it says that the log has no entries, but its root is not that of no entries")]
    NotEmpty,
    /// Signed by witnesses, not by a log that is known.
    #[error("no log that you trust signed it: its origin is {0:?}")]
    NotByLog(String),
    /// One of the log's two signatures is missing.
    #[error(
        "{0} signs with keys of Ed25519 and of ML-DSA-44 that you trust, and only one of them signed it: the other signature was \
         taken away or altered"
    )]
    HalfSigned(String),
    /// Too few witnesses.
    #[error("{found} of the witnesses that you know cosigned it, and your policy asks for more")]
    Quorum {
        /// How many did.
        found: usize,
    },
}

impl Checkpoint {
    /// Reads a note's text.
    ///
    /// # Errors
    /// Where it is no checkpoint, with the line.
    pub fn parse(note: &str) -> Result<Self, CheckpointError> {
        let form = |line, expected| CheckpointError::Form { line, expected };
        let body = note.strip_suffix('\n').ok_or(form(1, "ended by a line feed"))?;
        let mut lines = body.split('\n');
        let mut next = |line, expected| lines.next().filter(|line| !line.is_empty()).ok_or(form(line, expected));
        let origin = next(1, "the log's origin")?.to_owned();
        let size = next(2, SIZE)?;
        let size = text::decimal(size).ok_or(form(2, SIZE))?;
        let root = next(3, ROOT)?;
        let root = Hash::parse(root).ok_or(form(3, ROOT))?;
        if size == 0 && root != Hash::empty() {
            return Err(CheckpointError::NotEmpty);
        }
        let extensions: Vec<String> = lines.map(str::to_owned).collect();
        if let Some(empty) = extensions.iter().position(String::is_empty) {
            return Err(form(4 + empty, "an extension, not empty"));
        }
        Ok(Self { origin, size, root, extensions })
    }

    /// Reads a signed checkpoint and checks who signed it. Where keys of the log of more than one kind are trusted, one of each kind
    /// must have signed: that of ML-DSA-44 never stands alone, and neither can be taken away unseen.
    ///
    /// # Errors
    /// Where it is none, is signed falsely, or not by whom the policy asks for.
    pub fn verify(bytes: &[u8], policy: &Policy) -> Result<VerifiedCheckpoint, CheckpointError> {
        let note = SignedNote::parse(bytes)?;
        let verified = note.verify(policy.keys())?;
        let checkpoint = Self::parse(verified.text())?;
        let of_log = |key: &VerifierKey| policy.is_log(key) && key.name() == checkpoint.origin;
        let by_log: Vec<_> = verified.signed().iter().filter(|(key, _)| of_log(key)).collect();
        let Some((log, _)) = by_log.first() else {
            return Err(CheckpointError::NotByLog(checkpoint.origin));
        };
        let kinds = policy.logs().iter().filter(|key| key.name() == checkpoint.origin).map(VerifierKey::algorithm);
        if !kinds.into_iter().all(|kind| by_log.iter().any(|(key, _)| key.algorithm() == kind)) {
            return Err(CheckpointError::HalfSigned(checkpoint.origin));
        }
        let witnesses = verified.signed().iter().filter(|(key, _)| policy.is_witness(key));
        let cosigned: Vec<Cosigned> = witnesses
            .clone()
            .map(|(key, signed)| Cosigned { witness: key.name().to_owned(), time: signed.time })
            .collect();
        if !policy.is_met(witnesses.map(|(key, _)| *key)) {
            return Err(CheckpointError::Quorum { found: cosigned.len() });
        }
        let stated = by_log.iter().find_map(|(_, signed)| signed.time);
        let agreed = agreed(verified.signed(), policy);
        Ok(VerifiedCheckpoint { log: (*log).clone(), checkpoint, stated, cosigned, agreed })
    }
}

/// The earliest time by which the policy was met: a witness that states an earlier one than the others can't move it alone, where more
/// than one is asked for.
fn agreed(signed: &[(&VerifierKey, Signed)], policy: &Policy) -> Option<u64> {
    if !policy.asks_for_witnesses() {
        return None;
    }
    let times = signed.iter().filter(|(key, _)| policy.is_witness(key));
    let mut times: Vec<(u64, &VerifierKey)> = times.filter_map(|(key, signed)| Some((signed.time?, *key))).collect();
    times.sort_by_key(|(time, _)| *time);
    let met = |count: &usize| policy.is_met(times[..*count].iter().map(|(_, key)| *key));
    let count = (1..=times.len()).find(met)?;
    Some(times[count - 1].0)
}

const SIZE: &str = "the number of entries";
const ROOT: &str = "the root in base64";

impl fmt::Display for Checkpoint {
    /// The note's text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, self.root)?;
        self.extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl VerifiedCheckpoint {
    /// What it says.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The log's key that signed it.
    pub fn log(&self) -> &VerifierKey {
        &self.log
    }

    /// The time that the log itself states: seconds since 1970.
    pub fn stated(&self) -> Option<u64> {
        self.stated
    }

    /// When as many witnesses as the policy asks for had cosigned, each by its own clock: seconds since 1970. `None` where it asks
    /// for none, or they state no time.
    pub fn agreed(&self) -> Option<u64> {
        self.agreed
    }

    /// The known witnesses that cosigned it.
    pub fn cosigned(&self) -> &[Cosigned] {
        &self.cosigned
    }
}
