#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

mod forks;
mod memory;
mod parts;
mod statuses;

use std::collections::HashMap;

use super::*;
use crate::{Hash, Missing, Resources, Tile, Tiles, consistency_proof, leaf_hash, root};

pub(super) const ORIGIN: &str = "county.example/ledger";
pub(super) const NOW: u64 = 1_800_000_000;

/// A log whose every size can be signed and proven.
pub(super) struct Log {
    signers: Vec<Signer>,
    leaves: Vec<Hash>,
}

impl Log {
    /// Logs with the same first `same` entries and others behind them.
    pub(super) fn new(entries: u64, same: u64, other: &str) -> Self {
        let entry = |i: u64| if i < same { format!("entry {i}") } else { format!("entry {i} {other}") };
        let leaves = (0..entries).map(|i| leaf_hash(entry(i).as_bytes())).collect();
        let algorithms = [(Algorithm::Ed25519, [1; 32]), (Algorithm::MlDsa44Cosignature, [2; 32])];
        let signers = algorithms.map(|(algorithm, seed)| Signer::new(ORIGIN, algorithm, &seed).unwrap());
        Self { signers: signers.into(), leaves }
    }

    pub(super) fn policy(&self) -> Policy {
        Policy::new(self.signers.iter().map(|signer| signer.key().clone()).collect(), Vec::new(), 0).unwrap()
    }

    pub(super) fn root(&self, size: u64) -> Hash {
        root(&self.leaves[..size as usize])
    }

    /// Signed with each key that signs such a text.
    pub(super) fn sign(&self, text: &str) -> String {
        let mut note = SignedNote::new(text).unwrap();
        let lines: Vec<_> = self.signers.iter().filter_map(|signer| signer.sign(&note, NOW)).collect();
        lines.into_iter().for_each(|line| note.push(line));
        note.to_text()
    }

    pub(super) fn checkpoint(&self, size: u64) -> String {
        self.sign(&format!("{ORIGIN}\n{size}\n{}\n", self.root(size)))
    }

    pub(super) fn request(&self, old: u64, size: u64) -> AddCheckpoint {
        let shelf = Shelf::of(&self.leaves[..size as usize]);
        let proof = consistency_proof(&Tiles::new(&shelf, size), old).unwrap();
        AddCheckpoint { old, proof, checkpoint: self.checkpoint(size) }
    }

    pub(super) fn body(&self, old: u64, size: u64) -> Vec<u8> {
        self.request(old, size).to_text().into_bytes()
    }
}

/// The tiles of a tree.
pub(super) struct Shelf(HashMap<String, Vec<u8>>);

impl Shelf {
    pub(super) fn of(leaves: &[Hash]) -> Self {
        let (mut tiles, mut hashes, mut level) = (HashMap::new(), leaves.to_vec(), 0);
        while !hashes.is_empty() {
            for (index, part) in hashes.chunks(256).enumerate() {
                let tile = Tile { level, index: index as u64, width: part.len() as u16 };
                tiles.insert(tile.to_string(), part.iter().flat_map(|hash| hash.0).collect());
            }
            hashes = hashes.chunks_exact(256).map(root).collect();
            level += 1;
        }
        Self(tiles)
    }
}

impl Resources for Shelf {
    fn read(&self, path: &str) -> Result<Vec<u8>, Missing> {
        let missing = || Missing { path: path.to_owned(), why: "not there".into() };
        self.0.get(path).cloned().ok_or_else(missing)
    }
}

pub(super) fn signers() -> Vec<Signer> {
    let algorithms = [(Algorithm::Ed25519Cosignature, [3; 32]), (Algorithm::MlDsa44Cosignature, [4; 32])];
    algorithms.map(|(algorithm, seed)| Signer::new("state.example/witness", algorithm, &seed).unwrap()).into()
}

/// A new one, or the one that was there before.
pub(super) fn witness(folder: &Path) -> Witness {
    let policy = Log::new(0, 0, "").policy();
    match Witness::open(folder, signers(), &policy) {
        Err(WitnessError::NoMemory(_)) => Witness::create(folder, signers(), &policy).unwrap(),
        opened => opened.unwrap(),
    }
}

pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(files) = std::fs::read_dir(folder) else { return Vec::new() };
    files.map(|file| file.unwrap().path()).collect()
}
