//! A log as it grows, whatever is entered together: the tree of RFC 6962, its proofs, and an audit that misses no byte.

#![cfg(feature = "store")]
#![allow(clippy::unwrap_used, reason = "a test may stop at a fault")]

mod disks;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use disks::office::{keys, signers};
use disks::{Chance, ModelDisk};
use pollwarden_ledger::store::{Appender, Disk, Folder, Limits, Log, LogError, RealDisk, SubmitError, fsck, fsck_on};
use pollwarden_ledger::{
    Algorithm, Checkpoint, Hash, Policy, Resources, Signer, Tiles, audit, consistency_proof, inclusion_proof,
    leaf_hash, root, tree_root, verify_consistency, verify_inclusion,
};
use proptest::prelude::*;

fn entry(number: u64) -> Vec<u8> {
    format!("entry {number}").into_bytes()
}

/// A log in memory that grew by these numbers of entries, and its leaves.
fn grown(batches: &[usize]) -> (Arc<ModelDisk>, Log, Vec<Hash>) {
    let disk = Arc::new(ModelDisk::new());
    let mut log = Log::create_on(Arc::clone(&disk) as Arc<dyn Disk>, Path::new("/log"), signers(1), 0).unwrap();
    let mut leaves = Vec::new();
    for batch in batches {
        let first = leaves.len() as u64;
        let entries: Vec<Vec<u8>> = (first..first + *batch as u64).map(entry).collect();
        assert_eq!(log.append(&entries, 0).unwrap(), first..first + *batch as u64);
        leaves.extend(entries.iter().map(|entry| leaf_hash(entry)));
    }
    (disk, log, leaves)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_batches_give_the_same_tree(batches in prop::collection::vec(0_usize..700, 0..8), pick in any::<u64>()) {
        let (disk, log, leaves) = grown(&batches);
        let (size, tree) = (leaves.len() as u64, log.tree());
        prop_assert_eq!(tree.root, root(&leaves));
        prop_assert_eq!(tree_root(&log.tiles()).unwrap(), tree.root);
        for (level, index) in (0..3).flat_map(|level| (0..size.div_ceil(256)).map(move |index| (level, index))) {
            let Ok(tile) = log.tiles().tile(level, index) else { continue };
            let span = 1 << (8 * u32::from(level));
            for (place, hash) in tile.iter().enumerate() {
                let first = (index as usize * 256 + place) * span;
                prop_assert_eq!(*hash, root(&leaves[first..first + span]));
            }
        }
        let report = fsck_on(disk, Path::new("/log"), &keys(), &mut |_, _| {}).unwrap();
        prop_assert_eq!(report.audited.unwrap().entries, size);
        prop_assert!(report.leftovers.is_empty() && report.unexpected.is_empty());
        let mut chance = Chance(pick);
        // Partial tiles are there for the sizes that had a checkpoint.
        let sizes = batches.iter().scan(0, |size, batch| { *size += *batch as u64; Some(*size) });
        let sizes: Vec<u64> = sizes.filter(|size| *size > 0).collect();
        for _ in 0..20 * sizes.len().min(1) {
            let new = sizes[chance.below(sizes.len() as u64) as usize];
            let (index, old) = (chance.below(new), 1 + chance.below(new));
            proven(log.resources(), &leaves, index, old, new);
        }
    }
}

/// An entry is in the tree of `new` entries, and that of `old` is its beginning.
fn proven(from: &dyn Resources, leaves: &[Hash], index: u64, old: u64, new: u64) {
    let tiles = Tiles::new(from, new);
    let whole = root(&leaves[..new as usize]);
    let proof = inclusion_proof(&tiles, index).unwrap();
    verify_inclusion(&leaves[index as usize], index, new, &proof, &whole).unwrap();
    let proof = consistency_proof(&tiles, old).unwrap();
    verify_consistency(old, new, &proof, &root(&leaves[..old as usize]), &whole).unwrap();
}

/// Over the first full tile of level 1, in one batch and entry by entry.
#[test]
fn beyond_65_536_entries() {
    let (_, mut log, mut leaves) = grown(&[65_530]);
    for number in 65_530..65_545 {
        log.append(&[entry(number)], 0).unwrap();
        leaves.push(leaf_hash(&entry(number)));
        assert_eq!(log.tree().root, root(&leaves));
    }
    for (index, old, new) in [(0, 1, 65_545), (65_535, 65_536, 65_537), (65_536, 65_535, 65_545), (300, 255, 65_536)] {
        proven(log.resources(), &leaves, index, old, new);
    }
    assert_eq!(audit(log.resources(), log.tree(), &mut |_, _| {}).unwrap().entries, 65_545);
    let wanted = [leaf_hash(&entry(65_540)), leaf_hash(b"never entered"), leaf_hash(&entry(7)), leaf_hash(&entry(7))];
    assert_eq!(log.find(&wanted).unwrap(), [Some(65_540), None, Some(7), Some(7)]);
    assert_eq!(log.entry(65_540).unwrap(), entry(65_540));
    assert!(log.entry(65_545).is_err());
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn no_changed_byte_is_missed() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = Log::create(dir.path(), signers(1), 0).unwrap();
    for batch in [3, 4, 260, 250] {
        let first = log.tree().size;
        log.append(&(first..first + batch).map(entry).collect::<Vec<_>>(), 0).unwrap();
    }
    drop(log);
    let policy = Policy::new(keys(), Vec::new(), 0).unwrap();
    let mut chance = Chance(3);
    let public = dir.path().join("public");
    let folder = Folder::open(&public).unwrap();
    for file in files(&public) {
        let path = file.strip_prefix(&public).unwrap().to_str().unwrap();
        let bytes = std::fs::read(&file).unwrap();
        let step = (bytes.len() / 100).max(1);
        for at in (0..bytes.len()).step_by(step) {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << chance.below(8);
            std::fs::write(&file, &changed).unwrap();
            let Ok(verified) = Checkpoint::verify(&folder.read("checkpoint").unwrap(), &policy) else {
                assert_eq!(path, "checkpoint");
                continue;
            };
            let report = fsck(dir.path(), &keys(), &mut |_, _| {}).unwrap();
            assert_eq!(report.audited.unwrap_err().path, path, "byte {at}");
            // Files of older checkpoints are known to whoever can list the folder alone.
            let audited = audit(&folder, verified.checkpoint(), &mut |_, _| {});
            let older = path.contains(".p/") && !path.ends_with("/002.p/5") && path != "tile/1/000.p/2";
            assert!(audited.is_err() || older, "byte {at} of {path}");
        }
        std::fs::write(&file, &bytes[..bytes.len() - 1]).unwrap();
        assert!(!fsck(dir.path(), &keys(), &mut |_, _| {}).is_ok_and(|report| report.audited.is_ok()), "{path}");
        std::fs::write(&file, &bytes).unwrap();
    }
    assert!(fsck(dir.path(), &keys(), &mut |_, _| {}).unwrap().is_sound());
    assert!(Log::open(dir.path(), signers(1)).is_ok());
}

#[test]
fn what_lies_about_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = Log::create(dir.path(), signers(1), 0).unwrap();
    log.append(&[entry(0)], 0).unwrap();
    drop(log);
    std::fs::write(dir.path().join("private/part/7"), "left").unwrap();
    std::fs::write(dir.path().join("public/tile/0/000"), "left").unwrap();
    let report = fsck(dir.path(), &keys(), &mut |_, _| {}).unwrap();
    assert!(report.is_sound() && report.leftovers.len() == 2, "{report:?}");
    std::fs::write(dir.path().join("public/tile/notes.txt"), "mine").unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let private = dir.path().join("private");
        std::fs::set_permissions(&private, std::fs::Permissions::from_mode(0o755)).unwrap();
        assert!(fsck(dir.path(), &keys(), &mut |_, _| {}).unwrap().open_to_others.contains(&private));
        std::fs::set_permissions(&private, std::fs::Permissions::from_mode(0o700)).unwrap();
    }
    drop(Log::open(dir.path(), signers(1)).unwrap());
    let report = fsck(dir.path(), &keys(), &mut |_, _| {}).unwrap();
    assert!(report.leftovers.is_empty() && report.open_to_others.is_empty());
    assert_eq!(report.unexpected, [dir.path().join("public/tile/notes.txt")]);
}

#[test]
fn a_log_is_opened_with_its_own_keys() {
    let with = |algorithm, seed| Signer::new("county.example/ledger", algorithm, &[seed; 32]).unwrap();
    let both = |seed| vec![with(Algorithm::Ed25519, seed), with(Algorithm::MlDsa44Cosignature, seed + 50)];
    let disk: Arc<dyn Disk> = Arc::new(ModelDisk::new());
    let path = Path::new("/log");
    let open = |seed| Log::open_on(Arc::clone(&disk), path, both(seed));
    assert!(matches!(open(1), Err(LogError::NoLog(_))));
    let mut log = Log::create_on(Arc::clone(&disk), path, both(1), 5).unwrap();
    assert!(matches!(Log::create_on(Arc::clone(&disk), path, both(1), 5), Err(LogError::Exists(_))));
    log.append(&[entry(0)], 6).unwrap();
    assert!(log.append(&[vec![0; 65_536]], 6).is_err());
    assert!(matches!(open(2), Err(LogError::Checkpoint(_))));
    assert_eq!(log.rotate(both(2), 7).unwrap(), 1);
    assert!(log.checkpoint().lines().filter(|line| line.starts_with('—')).count() == 4);
    assert!(matches!(open(1), Err(LogError::Rotated(_))));
    assert_eq!(open(2).unwrap().tree().size, 2);
    log.append(&[entry(2)], 8).unwrap();
    assert!(matches!(open(1), Err(LogError::Checkpoint(_))));
    assert!(open(2).is_ok());
    let other = vec![Signer::new("other.example", Algorithm::Ed25519, &[3; 32]).unwrap()];
    assert!(matches!(log.rotate(other, 9), Err(LogError::Signers(_))));
    assert!(matches!(Log::create_on(disk, Path::new("/other"), Vec::new(), 0), Err(LogError::Signers(_))));
}

/// A folder put back in part must not be gone on from: what the newer checkpoint covers would be lost or forked.
#[test]
fn a_folder_of_two_states_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let [public, own] = ["public/checkpoint", "private/checkpoint"].map(|path| dir.path().join(path));
    let mut log = Log::create(dir.path(), signers(1), 0).unwrap();
    log.append(&[entry(0)], 0).unwrap();
    let older = std::fs::read(&own).unwrap();
    log.append(&[entry(1)], 0).unwrap();
    let newer = log.checkpoint().to_owned();
    drop(log);
    std::fs::write(&own, &older).unwrap();
    assert!(matches!(Log::open(dir.path(), signers(1)), Err(LogError::Behind(_))));
    // Moved away, or never there as in a mirror, the public one is gone on from.
    std::fs::remove_file(&own).unwrap();
    assert_eq!(Log::open(dir.path(), signers(1)).unwrap().checkpoint(), newer);
    assert_eq!(std::fs::read_to_string(&own).unwrap(), newer);
    // The other way round it is what a killed run leaves.
    std::fs::write(&public, &older).unwrap();
    assert_eq!(Log::open(dir.path(), signers(1)).unwrap().checkpoint(), newer);
    assert_eq!(std::fs::read_to_string(&public).unwrap(), newer);
    // A tile of another tree does not have the root.
    std::fs::write(dir.path().join("public/tile/0/000.p/2"), [7; 64]).unwrap();
    let refused = Log::open(dir.path(), signers(1)).err().unwrap();
    assert!(matches!(refused, LogError::WrongEntry(_) | LogError::WrongRoot), "{refused}");
}

#[test]
fn many_submit_and_each_gets_a_receipt() {
    let dir = tempfile::tempdir().unwrap();
    let log = Log::create_on(Arc::new(RealDisk), dir.path(), signers(1), 0).unwrap();
    let appender = Appender::start(log, Limits { waiting: 8, batch: 5, bytes: 1 << 20 }, || 0).unwrap();
    let mut places: Vec<u64> = std::thread::scope(|scope| {
        let submit = |thread: u64| {
            let appender = &appender;
            scope.spawn(move || (0..25).map(|n| appender.submit(entry(thread * 25 + n)).unwrap().index).collect())
        };
        let all: Vec<_> = (0..8).map(submit).collect();
        all.into_iter().flat_map(|thread| -> Vec<u64> { thread.join().unwrap() }).collect()
    });
    places.sort_unstable();
    assert_eq!(places, (0..200).collect::<Vec<_>>());
    assert!(matches!(appender.submit(vec![0; 65_536]), Err(SubmitError::TooLong(65_536))));
    let waiting = appender.enqueue(entry(200)).unwrap();
    let log = appender.finish().unwrap();
    let receipt = waiting.wait().unwrap();
    assert_eq!((receipt.index, &*receipt.checkpoint), (200, log.checkpoint()));
    assert_eq!(log.tree().size, 201);
}

#[test]
fn an_error_reaches_everybody_who_waits() {
    let disk = Arc::new(ModelDisk::new());
    let log = Log::create_on(Arc::clone(&disk) as Arc<dyn Disk>, Path::new("/log"), signers(1), 0).unwrap();
    disk.fail(disks::Fault { at: 0, lasting: true, done: false });
    let appender = Appender::start(log, Limits::default(), || 0).unwrap();
    let tickets: Vec<_> = (0..20).map(|number| appender.enqueue(entry(number)).unwrap()).collect();
    assert!(tickets.into_iter().all(|ticket| matches!(ticket.wait(), Err(SubmitError::Log(_)))));
    disk.mend();
    assert_eq!(appender.submit(entry(0)).unwrap().index, 0);
}
