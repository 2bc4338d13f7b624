//! A log in memory, signed with fixed secrets, of an invented county that answers two questions.

#![allow(dead_code, unused_imports, clippy::unwrap_used, reason = "every test of this folder uses some of it")]

mod county;

use std::collections::BTreeMap;

use pollwarden_ledger::{
    Algorithm, Bundle, Checkpoint, Entry, Evidence, Hash, Missing, Opening, Resources, Rotation, Section, SignedNote,
    Signer, Statement, TILE_WIDTH, Tile, Tiles, TlogProof, entries_path, inclusion_proof, leaf_hash, root, tree_root,
};

pub(crate) use county::{county, file, strange};

pub(crate) const ORIGIN: &str = "county.example/ledger";
/// 14 November 2026, 05:06:07 UTC.
pub(crate) const TIME: u64 = 1_794_632_767;

/// An entry and what it commits to; a change of keys commits to nothing.
#[derive(Clone)]
pub(crate) struct Made {
    pub(crate) entry: Entry,
    pub(crate) openings: Option<[Opening; 3]>,
}

pub(crate) struct Log {
    pub(crate) entries: Vec<Made>,
    files: BTreeMap<String, Vec<u8>>,
}

/// A signer from one repeated byte.
pub(crate) fn signer(name: &str, algorithm: Algorithm, seed: u8) -> Signer {
    Signer::new(name, algorithm, &[seed; 32]).unwrap()
}

pub(crate) fn log_key(seed: u8) -> Signer {
    signer(ORIGIN, Algorithm::Ed25519, seed)
}

pub(crate) fn witness(name: &str, seed: u8) -> Signer {
    signer(name, Algorithm::Ed25519Cosignature, seed)
}

/// A statement of three sections. `salt` makes its salts differ from another's.
pub(crate) fn statement(kind: &str, salt: u8, values: [String; 3]) -> Made {
    let mut section = 0;
    let openings = values.map(|value| {
        section += 1;
        Opening { salt: [salt.wrapping_mul(7).wrapping_add(section); 32], value }
    });
    Made { entry: Entry::Statement(Statement::new(kind, &openings)), openings: Some(openings) }
}

/// The log's change to `new`, signed by `old` and `new`.
pub(crate) fn rotation(old: &Signer, new: &Signer) -> Made {
    let text = Rotation { origin: ORIGIN.into(), keys: vec![new.key().clone()] }.to_string();
    let mut note = SignedNote::new(text).unwrap();
    for by in [old, new] {
        let line = by.sign(&note, TIME).unwrap();
        note.push(line);
    }
    Made { entry: Entry::Rotation(note.to_text()), openings: None }
}

impl Log {
    pub(crate) fn new(entries: Vec<Made>) -> Self {
        let bytes: Vec<Vec<u8>> = entries.iter().map(|made| made.entry.to_bytes()).collect();
        Self { entries, files: published(&bytes) }
    }

    pub(crate) fn size(&self) -> u64 {
        self.entries.len() as u64
    }

    pub(crate) fn root(&self) -> Hash {
        tree_root(&Tiles::new(self, self.size())).unwrap()
    }

    /// The checkpoint, signed by each at its time.
    pub(crate) fn checkpoint(&self, signers: &[(&Signer, u64)]) -> String {
        let tree = Checkpoint { origin: ORIGIN.into(), size: self.size(), root: self.root(), extensions: Vec::new() };
        let mut note = SignedNote::new(tree.to_string()).unwrap();
        for (signer, time) in signers {
            let line = signer.sign(&note, *time).unwrap();
            note.push(line);
        }
        note.to_text()
    }

    /// All entries, opened as far as `widest`.
    pub(crate) fn bundle(&self, checkpoint: &str, widest: Section) -> Bundle {
        let tiles = Tiles::new(self, self.size());
        let evidence = self.entries.iter().enumerate().map(|(index, made)| {
            let index = index as u64;
            let opened = Section::ALL.map(|section| {
                made.openings.as_ref().filter(|_| section <= widest).map(|openings| openings[section as usize].clone())
            });
            Evidence { index, entry: made.entry.clone(), proof: inclusion_proof(&tiles, index).unwrap(), opened }
        });
        Bundle { checkpoint: checkpoint.into(), evidence: evidence.collect() }
    }

    pub(crate) fn proof(&self, checkpoint: &str, index: u64) -> TlogProof {
        let proof = inclusion_proof(&Tiles::new(self, self.size()), index).unwrap();
        let extra = Some(self.entries[index as usize].entry.to_bytes());
        TlogProof { extra, index, proof, checkpoint: checkpoint.into() }
    }

    pub(crate) fn publish(&mut self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.files.insert(path.into(), bytes.into());
    }

    pub(crate) fn paths(&self) -> Vec<String> {
        self.files.keys().cloned().collect()
    }

    /// Changes one byte of a published file.
    pub(crate) fn flip(&mut self, path: &str, at: usize) {
        self.files.get_mut(path).unwrap()[at] ^= 1;
    }
}

impl Resources for Log {
    fn read(&self, path: &str) -> Result<Vec<u8>, Missing> {
        self.files.get(path).cloned().ok_or_else(|| Missing { path: path.into(), why: "there is no such file".into() })
    }
}

/// Bundles of entries and tiles, as a log publishes them.
fn published(entries: &[Vec<u8>]) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for (at, bundle) in entries.chunks(TILE_WIDTH as usize).enumerate() {
        let behind_length = |entry: &Vec<u8>| [&(entry.len() as u16).to_be_bytes()[..], entry].concat();
        let bytes = bundle.iter().flat_map(behind_length).collect();
        files.insert(entries_path(at as u64, bundle.len() as u16), bytes);
    }
    let mut level = 0;
    let mut hashes: Vec<Hash> = entries.iter().map(|entry| leaf_hash(entry)).collect();
    while !hashes.is_empty() {
        for (index, tile) in hashes.chunks(TILE_WIDTH as usize).enumerate() {
            let path = Tile { level, index: index as u64, width: tile.len() as u16 }.to_string();
            files.insert(path, tile.iter().flat_map(|hash| hash.0).collect());
        }
        hashes = hashes.chunks_exact(TILE_WIDTH as usize).map(root).collect();
        level += 1;
    }
    files
}
