//! An office's ledger: its keys, its log, and what it keeps so that it can open later what it said.
//!
//! The folder stays in the office, but for `log/public`, which a web server may publish, and `public-keys.txt`.

mod begin;
mod error;
mod files;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

pub use error::OfficeError;

use self::begin::{has_said, open_log, take_next};
use self::files::{private_folder, read_private, read_secret, rename, write_private};
use crate::bundle::{Bundle, Evidence};
use crate::entry::{Entry, Section};
use crate::keys::{KeyFile, Role};
use crate::prove::inclusion_proof;
use crate::statements::{Draft, MAX_KEPT, Salts, kept, read_kept};
use crate::store::{Log, LogError};
use crate::{Checkpoint, Hash, SignedNote, Tiles, VerifierKey, leaf_hash, verify_inclusion};

const KEY: &str = "ledger.key";
/// The file of public keys in a ledger's folder, for whoever verifies.
pub const PUBLIC_KEYS: &str = "public-keys.txt";
const SALTS: &str = "salts.secret";
const SAID: &str = "said";
/// The log's folder in a ledger's folder.
pub const LOG: &str = "log";
const ROTATIONS: &str = "rotations.txt";

/// How an office's ledger is opened.
#[derive(Default)]
pub struct Settings {
    /// The log's origin, for a log that is made now.
    pub origin: String,
    /// The file of its keys, where it is not in the ledger's folder.
    pub key: Option<PathBuf>,
    /// What opens the keys, where they are encrypted.
    pub passphrase: Option<Zeroizing<String>>,
}

impl Settings {
    fn key_in(&self, dir: &Path) -> PathBuf {
        self.key.clone().unwrap_or_else(|| dir.join(KEY))
    }

    /// Where new keys are until the log names them.
    fn next_key_in(&self, dir: &Path) -> PathBuf {
        self.key_in(dir).with_added_extension("next")
    }

    fn words(&self) -> Option<&str> {
        self.passphrase.as_ref().map(|words| words.as_str())
    }
}

/// An office's ledger, opened to enter something.
pub struct Ledger {
    dir: PathBuf,
    log: Log,
    salts: Salts,
    /// Whether keys were made just now.
    pub is_new: bool,
}

/// What an office said at one time, and where it stands.
pub struct Statement {
    /// What was entered, the main thing last.
    pub drafts: Vec<Draft>,
    /// The main entry's place in the log; `None` where it is not there, since a run was broken off.
    pub index: Option<u64>,
}

impl Ledger {
    /// Opens an office's ledger, and makes keys, secret and log where there are none. `time` is what the log's signatures
    /// state, in seconds since 1970.
    ///
    /// # Errors
    /// Where keys can't be read or made, the log is damaged or being written, or the disk fails.
    pub fn open(dir: &Path, settings: &Settings, time: u64) -> Result<Self, OfficeError> {
        private_folder(dir)?;
        let (key, next) = (settings.key_in(dir), settings.next_key_in(dir));
        if !key.exists() && next.exists() {
            // A change of keys was broken off between its last two steps.
            rename(&next, &key)?;
        }
        let is_new = !key.exists();
        if is_new {
            if dir.join(LOG).exists() {
                return Err(OfficeError::NoKey { key, log: dir.join(LOG) });
            }
            KeyFile::generate(&settings.origin, Role::Log, true)?.save(&key, settings.words())?;
        }
        let log = open_log(dir, settings, time)?;
        private_folder(&dir.join(SAID))?;
        if has_said(dir)? && !dir.join(SALTS).exists() {
            return Err(OfficeError::Secret(dir.join(SALTS)));
        }
        let ledger = Self { dir: dir.to_owned(), log, salts: Salts::new(read_secret(&dir.join(SALTS))?), is_new };
        ledger.write_public_keys()?;
        Ok(ledger)
    }

    fn write_public_keys(&self) -> Result<(), OfficeError> {
        let public: String = self.log.keys().map(|key| format!("{key}\n")).collect();
        write_private(&self.dir.join(PUBLIC_KEYS), public.as_bytes())
    }

    /// Salts under the office's secret.
    pub fn salts(&self) -> &Salts {
        &self.salts
    }

    /// The log.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// The file of public keys, for whoever verifies.
    pub fn public_keys(&self) -> PathBuf {
        self.dir.join(PUBLIC_KEYS)
    }

    /// Enters what is said; what stands in the log already is not entered again. When this returns, the entries are
    /// durable and a signed checkpoint covers them. Gives the place of the last, the main one.
    ///
    /// # Errors
    /// Where nothing is said, or the disk fails. Nothing is in the log then that can't be opened.
    pub fn enter(&mut self, drafts: &[Draft], time: u64) -> Result<u64, OfficeError> {
        let leaves = leaves(drafts);
        let main = leaves.last().ok_or(OfficeError::Nothing)?;
        let file = self.dir.join(SAID).join(format!("{}.json", hex::encode(&main.0[..16])));
        write_private(&file, kept(drafts).as_bytes())?;
        let places = self.log.find(&leaves)?;
        let mut seen = HashSet::new();
        let new: Vec<usize> =
            (0..drafts.len()).filter(|at| places[*at].is_none() && seen.insert(leaves[*at])).collect();
        let entries: Vec<Vec<u8>> = new.iter().map(|at| drafts[*at].entry().to_bytes()).collect();
        let first = if entries.is_empty() { 0 } else { self.log.append(&entries, time)?.start };
        let place = |at: usize| first + at as u64;
        let entered = || new.iter().position(|at| leaves[*at] == *main).map(place);
        let main = places.last().copied().flatten().or_else(entered);
        Ok(main.expect("what the log did not have was entered just now"))
    }

    /// The evidence for what was said, opened as far as a circle of readers may see, under the log's present root.
    ///
    /// # Errors
    /// Where something of it is not in the log, or the log can't be read.
    pub fn evidence(&self, drafts: &[Draft], circle: Section) -> Result<Bundle, OfficeError> {
        // One reader for all proofs: it keeps the tiles that they share.
        let (leaves, tiles) = (leaves(drafts), self.log.tiles());
        let mut evidence = Vec::new();
        for ((draft, leaf), place) in drafts.iter().zip(&leaves).zip(self.log.find(&leaves)?) {
            let index = place.ok_or(OfficeError::NotEntered)?;
            let opened = Section::ALL.map(|s| (s <= circle).then(|| draft.openings[s as usize].clone()));
            let (proof, entry) = (self.proof(&tiles, leaf, index)?, draft.entry());
            evidence.push(Evidence { index, entry, proof, opened });
        }
        for index in self.rotations()?.into_iter().filter(|index| *index < tiles.size()) {
            if let Ok(entry @ Entry::Rotation(_)) = Entry::parse(&self.log.entry(index)?) {
                let proof = self.proof(&tiles, &leaf_hash(&entry.to_bytes()), index)?;
                evidence.push(Evidence { index, entry, proof, opened: [None, None, None] });
            }
        }
        evidence.sort_by_key(|one| one.index);
        evidence.dedup_by_key(|one| one.index);
        Ok(Bundle { checkpoint: self.log.checkpoint().to_owned(), evidence })
    }

    /// A proof that holds: tiles that were altered since give none, and nobody should be handed one that does not.
    fn proof(&self, tiles: &Tiles<'_>, leaf: &Hash, index: u64) -> Result<Vec<Hash>, OfficeError> {
        let Checkpoint { size, root, .. } = self.log.tree();
        let proof = inclusion_proof(tiles, index).map_err(LogError::from)?;
        verify_inclusion(leaf, index, *size, &proof, root).map_err(|_| LogError::WrongRoot)?;
        Ok(proof)
    }

    /// Everything that the office keeps of what it said, in the log's order.
    ///
    /// # Errors
    /// Where a file can't be read.
    pub fn statements(&self) -> Result<Vec<Statement>, OfficeError> {
        let folder = self.dir.join(SAID);
        let read = |source| OfficeError::Disk { path: folder.clone(), source };
        let mut said = Vec::new();
        for entry in std::fs::read_dir(&folder).map_err(read)? {
            let path = entry.map_err(read)?.path();
            if path.extension().is_some_and(|ending| ending == "json") {
                let json = read_private(&path, MAX_KEPT)?;
                said.push(read_kept(&json).map_err(|source| OfficeError::Kept { path, source })?);
            }
        }
        said.retain(|drafts| !drafts.is_empty());
        // One scan over the log finds them all.
        let leaves: Vec<Hash> = said.iter().filter_map(|drafts| drafts.last()).map(Draft::leaf).collect();
        let places = self.log.find(&leaves)?;
        let mut statements: Vec<Statement> =
            said.into_iter().zip(places).map(|(drafts, index)| Statement { drafts, index }).collect();
        statements.sort_by_key(|statement| statement.index.unwrap_or(u64::MAX));
        Ok(statements)
    }

    /// Puts the present checkpoint with further cosignatures in its place.
    ///
    /// # Errors
    /// Where it is another checkpoint, or the disk fails.
    pub fn publish(&mut self, note: &SignedNote) -> Result<(), OfficeError> {
        Ok(self.log.publish(note)?)
    }

    /// Changes to new keys: an entry that the old key and the new one signed. The new keys are on disk before the log names
    /// them; the old file stays beside them, named for the entry.
    ///
    /// # Errors
    /// Where keys can't be made or written, or the log can't be.
    pub fn rotate(&mut self, settings: &Settings, time: u64) -> Result<u64, OfficeError> {
        let next = settings.next_key_in(&self.dir);
        if !next.exists() {
            KeyFile::generate(&self.log.tree().origin, Role::Log, true)?.save(&next, settings.words())?;
        }
        let new = KeyFile::load(&next, settings.words())?;
        // Written before the log names it: a place that is no change of keys is passed over.
        let index = self.log.tree().size;
        let rotations: String =
            self.rotations()?.into_iter().chain([index]).map(|index| format!("{index}\n")).collect();
        write_private(&self.dir.join(ROTATIONS), rotations.as_bytes())?;
        let index = self.log.rotate(new.signers(), time)?;
        take_next(&self.dir, settings, index)?;
        self.write_public_keys()?;
        Ok(index)
    }

    /// Places of entries that changed the log's keys.
    fn rotations(&self) -> Result<Vec<u64>, OfficeError> {
        let path = self.dir.join(ROTATIONS);
        if !path.exists() {
            return Ok(Vec::new());
        }
        let text = read_private(&path, 1 << 20)?;
        Ok(String::from_utf8_lossy(&text).lines().filter_map(|line| line.parse().ok()).collect())
    }

    /// The log's present public keys.
    pub fn keys(&self) -> Vec<VerifierKey> {
        self.log.keys().cloned().collect()
    }
}

fn leaves(drafts: &[Draft]) -> Vec<Hash> {
    drafts.iter().map(Draft::leaf).collect()
}
