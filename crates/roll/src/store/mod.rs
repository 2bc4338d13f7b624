//! Snapshots kept in an office's archive, so that the next extract is compared with what is known already, and an extract
//! that is gone can still be compared.
//!
//! ```text
//! roll/snapshots/<day>-<digest>.json   head: parts, layouts, sources, complaints; without it there is no snapshot
//! roll/snapshots/<day>-<digest>.list   every record's hashes and line; every block's hash and place
//! roll/snapshots/<day>-<digest>.marks  what tells records that may be of one person with a new one
//! roll/packs/0000000001.pack           blocks: about sixteen records each, compressed; written once, never changed
//! ```
//!
//! A record belongs to the block that the first bits of its key's hash name, so that a new voter moves no other record to
//! another block. Blocks are told apart by hash and kept once, however many snapshots have them. Hashes are seeded by the
//! archive's secret: those of two snapshots can be compared, and nobody without the secret can prepare a record that passes
//! for another.
//!
//! Files are written under another name, synced, and renamed; the head comes last. Killed at any moment, what was kept
//! before is there, and files without a head are removed by the next run that keeps something. Every byte read is under
//! a hash: what is damaged is an error that names the file, never an equal record. One process writes: the caller holds
//! the archive's lock.

mod block;
mod clean;
mod compress;
mod durable;
mod head;
mod keep;
mod kept;
mod known;
mod list;
mod marking;
mod marks;
mod pack;
mod sections;
mod spill;

use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::civil::Date;
use pollwarden_core::{Complaint, RollSettings};
use sha2::Sha256;

pub use keep::Keeping;
pub(crate) use kept::Kept;

use crate::diff::{Indexed, Seeds};
use crate::linkage::FORMS;
use crate::{RollError, Snapshot};
use head::Head;

/// The kept snapshots of one archive.
#[derive(Debug, Clone)]
pub struct Store {
    dir: PathBuf,
    seeds: Seeds,
}

/// A snapshot in a store.
#[derive(Debug, Clone)]
pub struct KeptSnapshot {
    store: Store,
    id: String,
    head: Head,
}

impl Store {
    /// The kept snapshots of the archive in `dir`, whose secret is `key`.
    pub fn in_archive(dir: &Path, key: &[u8; 32]) -> Self {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
        mac.update(b"pollwarden kept roll snapshots 1");
        let bytes = mac.finalize().into_bytes();
        let seed = |at: usize| bytes.iter().skip(at).take(8).fold(0, |seed, byte| seed << 8 | u64::from(*byte));
        Self { dir: dir.join("roll"), seeds: Seeds { key: seed(0), content: seed(8) } }
    }

    /// All kept snapshots, the oldest first and those without a date last; with a complaint about each that can't be read.
    ///
    /// # Errors
    /// Where the folder can't be looked into.
    pub fn snapshots(&self) -> Result<(Vec<Snapshot>, Vec<Complaint>), RollError> {
        let (mut snapshots, mut complaints) = (Vec::new(), Vec::new());
        for id in clean::ids(&self.heads())? {
            match Head::read(&self.heads(), &id) {
                Ok(head) => snapshots.push(self.snapshot(id, head)),
                Err(error) => complaints.push(
                    Complaint::about(&id, "a kept snapshot", error.to_string())
                        .mend("Its extract can be kept again where the office still has it."),
                ),
            }
        }
        snapshots.sort_by_key(|snapshot| (snapshot.date.is_none(), snapshot.date));
        Ok((snapshots, complaints))
    }

    /// The kept snapshot of a day (2026-10-03), of a name as it was given, or of a name that the list of snapshots shows.
    ///
    /// # Errors
    /// Where there is none, or more than one.
    pub fn find(&self, wanted: &str) -> Result<Snapshot, RollError> {
        let (mut all, complaints) = self.snapshots()?;
        let day: Option<Date> = wanted.parse().ok();
        let known: Vec<String> = all.iter().map(Snapshot::shown).collect();
        let is_wanted = |s: &Snapshot| {
            let of_file = s.name == wanted || s.name.ends_with(&format!("/{wanted}"));
            of_file || (day.is_some() && s.date == day) || s.kept.as_ref().is_some_and(|k| k.id == wanted)
        };
        all.retain(is_wanted);
        match (all.len(), all.pop()) {
            (1, Some(snapshot)) => Ok(snapshot),
            (found, _) => Err(RollError::NotKept {
                wanted: wanted.to_owned(),
                found,
                known: if known.is_empty() { "none".into() } else { known.join("; ") },
                damaged: complaints.iter().map(|c| format!(" {c}")).collect(),
            }),
        }
    }

    /// Keeps a snapshot. One that is kept already, with the same files and the same bytes, is kept once.
    /// `progress` is told of bytes read.
    ///
    /// # Errors
    /// Where a part can't be read whole, or the disk refuses.
    pub fn keep(
        &self,
        snapshot: &Snapshot,
        settings: &RollSettings,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<Keeping, RollError> {
        let mut keeping = keep::keep(self, snapshot, settings, progress)?;
        // Vote histories are not kept: they stay where they lie.
        keeping.snapshot.histories.clone_from(&snapshot.histories);
        Ok(keeping)
    }

    /// Removes a kept snapshot, and the blocks of packs that no other snapshot needs.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub fn forget(&self, kept: &KeptSnapshot) -> Result<(), RollError> {
        durable::remove(&self.heads().join(format!("{}.json", kept.id)))?;
        clean::clean(self)
    }

    fn snapshot(&self, id: String, head: Head) -> Snapshot {
        Snapshot {
            name: head.name.clone(),
            date: head.date,
            inputs: Vec::new(),
            histories: Vec::new(),
            kept: Some(KeptSnapshot { store: self.clone(), id, head }),
        }
    }

    fn heads(&self) -> PathBuf {
        self.dir.join("snapshots")
    }

    fn packs(&self) -> PathBuf {
        self.dir.join("packs")
    }
}

impl KeptSnapshot {
    /// The name that the store has for it: its day and the beginning of a digest.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Voters' records in it.
    pub fn rows(&self) -> u64 {
        self.head.rows
    }

    /// Whether its records are marked.
    pub(crate) fn is_marked(&self) -> bool {
        self.head.marks.is_some_and(|(forms, _)| forms == FORMS)
    }

    pub(crate) fn seeds(&self) -> Seeds {
        self.store.seeds
    }

    /// The snapshot, ready to be compared.
    pub(crate) fn indexed(&self) -> Result<Indexed, RollError> {
        Kept::open(&self.store, &self.id, &self.head).map(|kept| self.head.indexed(kept))
    }
}
