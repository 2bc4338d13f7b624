//! A witness's memory (C2SP tlog-witness): the newest checkpoint it cosigned of each log, and what logs did that can't be true.
//!
//! Asking the network is left to others. A checkpoint is on the disk before its cosignature leaves.

mod folder;
mod record;
mod subtree;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use sha2::{Digest as _, Sha256};

use crate::checkpoint::Checkpoint;
use crate::key::{Algorithm, VerifierKey};
use crate::note::{SignatureLine, SignedNote};
use crate::policy::{Policy, PolicyError};
use crate::signer::Signer;
use crate::witness::{AddCheckpoint, Refusal, WitnessedTree, judge};
use folder::Folder;
pub use subtree::{SignSubtree, SubtreeRefusal};

/// A witness: its keys, the logs it knows, and what it cosigned last of each.
#[derive(Debug)]
pub struct Witness {
    signers: Vec<Signer>,
    own: Vec<VerifierKey>,
    logs: Policy,
    /// By the SHA-256 of the origin in hex.
    latest: BTreeMap<String, Mutex<Option<Latest>>>,
    folder: Folder,
}

/// What was cosigned last of a log.
#[derive(Debug, Clone)]
struct Latest {
    tree: WitnessedTree,
    time: u64,
    /// Signed by the log and by this witness.
    note: SignedNote,
}

/// Why a witness does not cosign, or can't begin.
#[derive(Debug, thiserror::Error)]
pub enum WitnessError {
    /// It may not.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Its clock went back.
    #[error(
        "this witness's clock reads {now}, and it cosigned this log at {last} (seconds since 1970): set the clock right"
    )]
    Clock {
        /// The time of the last cosignature.
        last: u64,
        /// The clock's.
        now: u64,
    },
    /// The disk.
    #[error("{}: {source}", .path.display())]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Another process has the folder.
    #[error("another process is the witness of {}: two of them could cosign a fork", .0.display())]
    InUse(PathBuf),
    /// There is no memory: it was lost, or the folder is another one.
    #[error(
        "{} holds no witness's memory. If this witness ever cosigned, put its folder back from a backup that is up to date: \
         otherwise make a witness with new keys, as this one could cosign a fork. Only a witness that never cosigned may begin \
         anew (--new)",
        .0.display()
    )]
    NoMemory(PathBuf),
    /// There is a memory already.
    #[error(
        "{} holds a witness's memory already: go on with it (without --new). A new witness needs new keys and a new folder",
        .0.display()
    )]
    NotNew(PathBuf),
    /// What it cosigned last can't be read: beginning anew could cosign a fork.
    #[error(
        "{} is no checkpoint of {origin:?} that this witness cosigned ({why}): take it from a backup that is up to date; \
         otherwise make a witness with new keys and a new folder, as this one could cosign a fork",
        .path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The log.
        origin: String,
        /// What is wrong.
        why: String,
    },
    /// Keys that can't be a witness's.
    #[error("a witness needs keys that cosign: of type 4 or 6, all under one name")]
    Keys,
    /// A log that is known by the witness's own key, or the like.
    #[error(transparent)]
    Policy(#[from] PolicyError),
}

impl WitnessError {
    /// The HTTP status to answer with.
    pub fn status(&self) -> u16 {
        match self {
            Self::Refused(refusal) => refusal.status(),
            Self::Clock { .. } => 503,
            _ => 500,
        }
    }
}

impl Witness {
    /// A witness that never cosigned anything, with its memory in `folder`, which is made where it is missing. Otherwise as
    /// [`Witness::open`].
    ///
    /// # Errors
    /// As there, and where the folder holds a memory already.
    pub fn create(folder: &Path, signers: Vec<Signer>, logs: &Policy) -> Result<Self, WitnessError> {
        Self::with(folder, Folder::create, signers, logs)
    }

    /// A witness of `logs` (the policy's witnesses and quorum say nothing here), with its memory in `folder`. A witness that
    /// lost its memory must not go on with the same keys: it could cosign a fork.
    ///
    /// # Errors
    /// Where the folder holds no memory, or it can't be read; where another process has it, or the keys are no witness's.
    pub fn open(folder: &Path, signers: Vec<Signer>, logs: &Policy) -> Result<Self, WitnessError> {
        Self::with(folder, Folder::open, signers, logs)
    }

    fn with(
        folder: &Path,
        taken: fn(&Path) -> Result<Folder, WitnessError>,
        signers: Vec<Signer>,
        logs: &Policy,
    ) -> Result<Self, WitnessError> {
        let own: Vec<VerifierKey> = signers.iter().map(|signer| signer.key().clone()).collect();
        let cosigns = |key: &VerifierKey| key.algorithm() != Algorithm::Ed25519 && key.name() == own[0].name();
        if own.is_empty() || !own.iter().all(cosigns) {
            return Err(WitnessError::Keys);
        }
        Policy::new(logs.logs().to_vec(), own.clone(), 0)?;
        let folder = taken(folder)?;
        let mut latest = BTreeMap::new();
        for origin in logs.logs().iter().map(VerifierKey::name) {
            latest.insert(origin_hash(origin), Mutex::new(folder.read(origin, &own)?));
        }
        let logs = Policy::new(logs.logs().to_vec(), Vec::new(), 0)?;
        Ok(Self { signers, own, logs, latest, folder })
    }

    /// Its public keys.
    pub fn keys(&self) -> &[VerifierKey] {
        &self.own
    }

    /// The keys of the logs that it knows.
    pub fn logs(&self) -> &[VerifierKey] {
        self.logs.logs()
    }

    /// Answers `add-checkpoint` at the time `now` (seconds since 1970) with the lines of its cosignatures. The checkpoint is on the
    /// disk by then.
    ///
    /// # Errors
    /// Where it may not cosign, or can't keep what it would cosign.
    pub fn add_checkpoint(&self, body: &[u8], now: u64) -> Result<String, WitnessError> {
        let request = AddCheckpoint::parse(body)?;
        let origin = request.checkpoint.split('\n').next().unwrap_or_default();
        let Some(log) = self.latest.get(&origin_hash(origin)) else {
            judge(&request, &self.logs, |_| None)?;
            return Err(Refusal::UnknownLog(origin.to_owned()).into());
        };
        let mut latest = held(log);
        match judge(&request, &self.logs, |_| latest.as_ref().map(|latest| latest.tree)) {
            Ok(verified) => self.cosign(&request, verified.checkpoint(), &mut latest, now),
            Err(refusal) => {
                self.remember(&refusal, &request, latest.as_ref());
                Err(refusal.into())
            }
        }
    }

    /// The checkpoint that was cosigned last of the log whose origin has this SHA-256 (64 hexadecimal digits, lower case).
    pub fn latest(&self, origin_hash: &str) -> Option<String> {
        let latest = held(self.latest.get(origin_hash)?);
        latest.as_ref().map(|latest| latest.note.to_text())
    }

    fn cosign(
        &self,
        request: &AddCheckpoint,
        checkpoint: &Checkpoint,
        latest: &mut Option<Latest>,
        now: u64,
    ) -> Result<String, WitnessError> {
        let last = latest.as_ref().map_or(1, |latest| latest.time);
        if now < last {
            return Err(WitnessError::Clock { last, now });
        }
        let mut note = self.signed_by_log(&request.checkpoint);
        let again = latest.as_ref().filter(|latest| latest.time == now);
        if let Some(latest) = again.filter(|latest| latest.note.unverified_text() == note.unverified_text()) {
            return Ok(self.cosignatures(&latest.note));
        }
        let lines: Vec<SignatureLine> = self.signers.iter().filter_map(|signer| signer.sign(&note, now)).collect();
        lines.into_iter().for_each(|line| note.push(line));
        let tree = WitnessedTree { size: checkpoint.size, root: checkpoint.root };
        self.folder.write(&checkpoint.origin, &note.to_text())?;
        let new = latest.insert(Latest { tree, time: now, note });
        Ok(self.cosignatures(&new.note))
    }

    /// The checkpoint with one line of each key of the log: others' lines are not kept.
    fn signed_by_log(&self, checkpoint: &str) -> SignedNote {
        let note = SignedNote::parse(checkpoint.as_bytes()).expect("it was verified");
        let mut kept = SignedNote::new(note.unverified_text()).expect("it is a note's text");
        for key in self.logs.logs() {
            note.signatures()
                .iter()
                .find(|line| is_by(line, key))
                .into_iter()
                .cloned()
                .for_each(|line| kept.push(line));
        }
        kept
    }

    fn cosignatures(&self, note: &SignedNote) -> String {
        let own = note.signatures().iter().filter(|line| self.own.iter().any(|key| is_by(line, key)));
        own.map(SignatureLine::to_text).collect()
    }
}

/// The SHA-256 of an origin as monitors ask for it.
pub fn origin_hash(origin: &str) -> String {
    hex::encode(Sha256::digest(origin))
}

fn is_by(line: &SignatureLine, key: &VerifierKey) -> bool {
    line.name == key.name() && line.id == key.id()
}

/// A log's memory changes only once all that it says is on the disk: it is sound even where a thread died that had it.
fn held(log: &Mutex<Option<Latest>>) -> MutexGuard<'_, Option<Latest>> {
    log.lock().unwrap_or_else(PoisonError::into_inner)
}
