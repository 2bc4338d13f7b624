//! An office that enters things in a log, remembers all that it was promised, and checks it afterwards.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pollwarden_ledger::store::{Disk, Log, LogError, fsck_on};
use pollwarden_ledger::{
    Algorithm, Checkpoint, SignedNote, Signer, VerifierKey, consistency_proof, inclusion_proof, leaf_hash,
    verify_consistency, verify_inclusion,
};

const NAME: &str = "county.example/ledger";

/// A step of what the office does.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step {
    Append(usize),
    Rotate,
    /// Publishes a witness's cosignature.
    Cosign,
}

/// What the office was promised by a receipt: entries from a place on, under a checkpoint.
struct Promise {
    first: u64,
    entries: Vec<Vec<u8>>,
    checkpoint: String,
}

/// An office with a log, or without one yet.
pub(crate) struct Office {
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) dir: PathBuf,
    pub(crate) log: Option<Log>,
    promises: Vec<Promise>,
    /// Makes each entry another, also when it is entered anew after a fault.
    entered: u64,
}

impl Office {
    pub(crate) fn new(disk: Arc<dyn Disk>, dir: &Path) -> Self {
        Self { disk, dir: dir.to_owned(), log: None, promises: Vec::new(), entered: 0 }
    }

    /// Makes the log.
    pub(crate) fn create(&mut self) -> Result<(), LogError> {
        self.log = Some(Log::create_on(Arc::clone(&self.disk), &self.dir, signers(1), 1_700_000_000)?);
        self.promise(0, Vec::new());
        Ok(())
    }

    /// Does steps until one fails.
    pub(crate) fn run(&mut self, steps: &[Step]) -> Result<(), LogError> {
        steps.iter().try_for_each(|step| self.step(*step))
    }

    pub(crate) fn step(&mut self, step: Step) -> Result<(), LogError> {
        match step {
            Step::Append(count) => self.append(count),
            Step::Rotate => self.log().rotate(signers(2), 1_700_000_000).map(|_| ()),
            Step::Cosign => {
                let mut note = SignedNote::parse(self.log().checkpoint().as_bytes()).unwrap();
                let cosignature = witness().sign(&note, 1_700_000_001).unwrap();
                note.push(cosignature);
                self.log().publish(&note)
            }
        }
    }

    fn append(&mut self, count: usize) -> Result<(), LogError> {
        let first = self.entered;
        let entries: Vec<Vec<u8>> =
            (first..first + count as u64).map(|number| format!("entry {number}").into_bytes()).collect();
        self.entered += count as u64;
        let places = self.log().append(&entries, 1_700_000_000)?;
        self.promise(places.start, entries);
        Ok(())
    }

    fn promise(&mut self, first: u64, entries: Vec<Vec<u8>>) {
        let checkpoint = self.log().checkpoint().to_owned();
        self.promises.push(Promise { first, entries, checkpoint });
    }

    pub(crate) fn log(&mut self) -> &mut Log {
        self.log.as_mut().unwrap()
    }

    /// Opens the log again, or makes it where nothing was promised yet.
    pub(crate) fn again(&mut self) {
        self.log = None;
        let opened = open(&self.disk, &self.dir);
        match opened {
            Ok(log) => self.log = Some(log),
            Err(LogError::NoLog(_)) if self.promises.is_empty() => self.create().unwrap(),
            Err(error) => panic!("{error}"),
        }
    }

    /// Goes on with the log over the end of a tile, and checks all that was promised and `seen`.
    pub(crate) fn settle(&mut self, seen: &[Vec<u8>]) {
        self.run(&[Step::Append(3), Step::Append(300)]).unwrap();
        self.keeps_promises(seen);
        let report = fsck_on(Arc::clone(&self.disk), &self.dir, &keys(), &mut |_, _| {}).unwrap();
        let audited = report.audited.unwrap();
        assert_eq!(audited.entries, self.log().tree().size);
        assert_eq!((report.leftovers, report.unexpected), (Vec::new(), Vec::new()));
        // What the next run reads is what this one has.
        let (size, note) = (self.log().tree().size, self.log().checkpoint().to_owned());
        self.again();
        assert_eq!((self.log().tree().size, self.log().checkpoint()), (size, note.as_str()));
    }

    fn keeps_promises(&mut self, seen: &[Vec<u8>]) {
        let log = self.log.as_ref().unwrap();
        let (tree, tiles) = (log.tree(), log.tiles());
        let notes = self.promises.iter().map(|promise| promise.checkpoint.as_bytes());
        let notes: BTreeSet<&[u8]> = notes.chain(seen.iter().map(Vec::as_slice)).collect();
        for note in notes {
            let note = SignedNote::parse(note).unwrap();
            let old = Checkpoint::parse(note.verify(&keys()).unwrap().text()).unwrap();
            if old.size > 0 {
                let proof = consistency_proof(&tiles, old.size).unwrap();
                verify_consistency(old.size, tree.size, &proof, &old.root, &tree.root).unwrap();
            }
        }
        let bundles = 0..tree.size.div_ceil(256);
        let entered: Vec<Vec<u8>> = bundles.flat_map(|bundle| tiles.entries(bundle).unwrap()).collect();
        for promise in self.promises.iter().filter(|promise| !promise.entries.is_empty()) {
            let last = promise.first + promise.entries.len() as u64 - 1;
            assert_eq!(entered[promise.first as usize..=last as usize], promise.entries);
            for index in [promise.first, last] {
                let proof = inclusion_proof(&tiles, index).unwrap();
                let leaf = leaf_hash(&log.entry(index).unwrap());
                verify_inclusion(&leaf, index, tree.size, &proof, &tree.root).unwrap();
            }
        }
    }
}

/// With the old keys, or the new ones where the log changed to these.
pub(crate) fn open(disk: &Arc<dyn Disk>, dir: &Path) -> Result<Log, LogError> {
    match Log::open_on(Arc::clone(disk), dir, signers(1)) {
        Err(LogError::Rotated(_) | LogError::Checkpoint(_)) => Log::open_on(Arc::clone(disk), dir, signers(2)),
        opened => opened,
    }
}

/// The first key of the log, or the second one.
pub(crate) fn signers(generation: u8) -> Vec<Signer> {
    vec![signer(generation)]
}

fn signer(generation: u8) -> Signer {
    Signer::new(NAME, Algorithm::Ed25519, &[generation; 32]).unwrap()
}

pub(crate) fn keys() -> Vec<VerifierKey> {
    [1, 2].map(|generation| signer(generation).key().clone()).to_vec()
}

fn witness() -> Signer {
    Signer::new("witness.example/w1", Algorithm::Ed25519Cosignature, &[200; 32]).unwrap()
}
