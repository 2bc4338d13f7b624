//! What a witness remembers: across threads, restarts and failures.

use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};

use super::*;

fn size_of(note: &str) -> u64 {
    note.lines().nth(1).unwrap().parse().unwrap()
}

#[test]
fn of_many_threads_none_rolls_the_log_back() {
    let folder = tempfile::tempdir().unwrap();
    let (witness, log) = (witness(folder.path()), Log::new(60, 60, ""));
    let bodies: Vec<Vec<Vec<u8>>> =
        (0..60).map(|old| (0..3).map(|step| log.body(old, (old + step).min(60))).collect()).collect();
    let (cosigned, highest) = (AtomicU64::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (witness, bodies, cosigned, highest) = (&witness, &bodies, &cosigned, &highest);
            scope.spawn(move || {
                for turn in 0..200_usize {
                    let before = highest.load(Ordering::SeqCst);
                    let known = witness.latest(&origin_hash(ORIGIN)).map_or(0, |note| size_of(&note));
                    assert!(known >= before, "rolled back from {before} to {known}");
                    let Some(from) = bodies.get(known as usize) else { break };
                    let body = &from[(turn + thread) % 3];
                    match witness.add_checkpoint(body, NOW) {
                        Ok(_) => {
                            let request = AddCheckpoint::parse(body).unwrap();
                            highest.fetch_max(size_of(&request.checkpoint), Ordering::SeqCst);
                            cosigned.fetch_add(1, Ordering::SeqCst);
                        }
                        Err(error) => assert_eq!(error.status(), 409, "{error}"),
                    }
                }
            });
        }
    });
    let last = witness.latest(&origin_hash(ORIGIN)).map(|note| size_of(&note)).unwrap();
    assert_eq!(last, highest.load(Ordering::SeqCst));
    assert!(cosigned.load(Ordering::SeqCst) > 10);
}

#[test]
fn two_forks_that_race_are_not_both_cosigned() {
    for round in 0..20 {
        let folder = tempfile::tempdir().unwrap();
        let witness = witness(folder.path());
        let forks = ["a", "b", "c", "d"].map(|name| Log::new(9, 3, &format!("{name}{round}")).body(0, 9));
        let cosigned = std::thread::scope(|scope| {
            let tries = forks.each_ref().map(|body| scope.spawn(|| witness.add_checkpoint(body, NOW).is_ok()));
            tries.into_iter().map(|thread| thread.join().unwrap()).filter(|ok| *ok).count()
        });
        assert_eq!(cosigned, 1);
    }
}

#[test]
fn a_restart_keeps_what_was_cosigned() {
    let folder = tempfile::tempdir().unwrap();
    let log = Log::new(20, 20, "");
    let first = witness(folder.path());
    first.add_checkpoint(&log.body(0, 7), NOW).unwrap();
    let note = first.latest(&origin_hash(ORIGIN));
    drop(first);
    let second = witness(folder.path());
    assert_eq!(second.latest(&origin_hash(ORIGIN)), note);
    let fork = Log::new(20, 3, "elsewhere");
    assert_eq!(second.add_checkpoint(&fork.body(0, 20), NOW).unwrap_err().status(), 409);
    assert_eq!(second.add_checkpoint(&fork.body(7, 20), NOW).unwrap_err().status(), 422);
    // The answer to the first was lost, and the log asks again from where the witness is.
    second.add_checkpoint(&log.body(7, 7), NOW).unwrap();
    second.add_checkpoint(&log.body(7, 20), NOW).unwrap();
}

#[test]
fn the_latest_checkpoint_has_the_log_s_and_the_witness_s_lines_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (witness, log) = (witness(folder.path()), Log::new(20, 20, ""));
    assert_eq!(witness.latest(&origin_hash(ORIGIN)), None);
    let other = Signer::new("other.example/witness", Algorithm::Ed25519Cosignature, &[9; 32]).unwrap();
    let mut note = SignedNote::parse(log.checkpoint(7).as_bytes()).unwrap();
    let line = other.sign(&note, NOW).unwrap();
    let again = note.signatures()[0].clone();
    (0..40).for_each(|_| note.push(line.clone()));
    (0..40).for_each(|_| note.push(again.clone()));
    let request = AddCheckpoint { checkpoint: note.to_text(), ..log.request(0, 7) };
    let lines = witness.add_checkpoint(request.to_text().as_bytes(), NOW).unwrap();
    assert_eq!(witness.latest(&origin_hash(ORIGIN)).unwrap(), format!("{}{lines}", log.checkpoint(7)));
    assert_eq!(witness.latest("00"), None);
    assert_eq!(witness.latest("../lock"), None);
}

#[test]
fn a_clock_that_went_back_stops_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let log = Log::new(20, 20, "");
    let first = witness(folder.path());
    assert!(matches!(first.add_checkpoint(&log.body(0, 7), 0), Err(WitnessError::Clock { .. })), "0 is no time");
    first.add_checkpoint(&log.body(0, 7), NOW).unwrap();
    drop(first);
    let witness = witness(folder.path());
    let error = witness.add_checkpoint(&log.body(7, 9), NOW - 1).unwrap_err();
    assert!(matches!(error, WitnessError::Clock { last, now } if last == NOW && now == NOW - 1), "{error}");
    assert_eq!(error.status(), 503);
    witness.add_checkpoint(&log.body(7, 9), NOW).unwrap();
}

#[test]
fn two_processes_can_not_have_one_folder() {
    let folder = tempfile::tempdir().unwrap();
    let first = witness(folder.path());
    let again = || Witness::open(folder.path(), signers(), &Log::new(0, 0, "").policy());
    assert!(matches!(again(), Err(WitnessError::InUse(_))));
    drop(first);
    assert!(again().is_ok());
}

#[test]
fn a_lost_memory_is_not_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    let policy = Log::new(0, 0, "").policy();
    let open = || Witness::open(folder.path(), signers(), &policy);
    let create = || Witness::create(folder.path(), signers(), &policy);
    assert!(matches!(open(), Err(WitnessError::NoMemory(_))));
    assert!(files(folder.path()).is_empty(), "a folder that is refused is left as it is");
    drop(create().unwrap());
    assert!(matches!(create(), Err(WitnessError::NotNew(_))), "also where nothing was cosigned yet");
    open().unwrap().add_checkpoint(&Log::new(9, 9, "").body(0, 7), NOW).unwrap();
    let checkpoints = folder.path().join("checkpoints");
    fs::remove_file(checkpoints.join("begun")).unwrap();
    assert!(matches!(open(), Err(WitnessError::NoMemory(_))));
    assert!(matches!(create(), Err(WitnessError::NotNew(_))), "what was cosigned is there");
    fs::remove_dir_all(&checkpoints).unwrap();
    assert!(matches!(open(), Err(WitnessError::NoMemory(_))), "the lock alone is no memory");
}

#[test]
fn a_damaged_memory_is_not_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    let log = Log::new(20, 20, "");
    let first = witness(folder.path());
    first.add_checkpoint(&log.body(0, 7), NOW).unwrap();
    drop(first);
    let path = folder.path().join("checkpoints").join(origin_hash(ORIGIN));
    let kept = fs::read(&path).unwrap();
    let again = || Witness::open(folder.path(), signers(), &log.policy());
    for place in (0..kept.len()).step_by(97).chain([kept.len() - 1]) {
        let mut altered = kept.clone();
        altered[place] ^= 1;
        fs::write(&path, &altered).unwrap();
        // A line of the log's own may be altered: the witness's cosignature says what was cosigned.
        match again() {
            Err(error) => assert!(matches!(error, WitnessError::Damaged { .. }), "{place} {error}"),
            Ok(witness) => {
                assert_eq!(held(&witness.latest[&origin_hash(ORIGIN)]).as_ref().unwrap().tree.root, log.root(7))
            }
        }
    }
    for cut in [&b""[..], &kept[..kept.len() / 2], log.checkpoint(7).as_bytes()] {
        fs::write(&path, cut).unwrap();
        assert!(matches!(again(), Err(WitnessError::Damaged { .. })));
    }
    let others = [Signer::new("state.example/witness", Algorithm::Ed25519Cosignature, &[8; 32]).unwrap()];
    fs::write(&path, &kept).unwrap();
    assert!(matches!(Witness::open(folder.path(), others.into(), &log.policy()), Err(WitnessError::Damaged { .. })));
    assert!(again().is_ok());
}

#[test]
fn no_cosignature_leaves_where_the_disk_fails() {
    let folder = tempfile::tempdir().unwrap();
    let (witness, log) = (witness(folder.path()), Log::new(20, 20, ""));
    witness.add_checkpoint(&log.body(0, 7), NOW).unwrap();
    let checkpoints = folder.path().join("checkpoints");
    fs::rename(&checkpoints, folder.path().join("away")).unwrap();
    let error = witness.add_checkpoint(&log.body(7, 9), NOW).unwrap_err();
    assert!(matches!(error, WitnessError::Disk { .. }), "{error}");
    assert_eq!(error.status(), 500);
    fs::rename(folder.path().join("away"), &checkpoints).unwrap();
    assert_eq!(size_of(&witness.latest(&origin_hash(ORIGIN)).unwrap()), 7);
    witness.add_checkpoint(&log.body(7, 9), NOW).unwrap();
    assert_eq!(files(&checkpoints).len(), 2, "nothing is left of the failed one");
}

#[test]
fn keys_that_do_not_cosign_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let log = Log::new(0, 0, "");
    let signer = |name: &str, algorithm, seed| Signer::new(name, algorithm, &[seed; 32]).unwrap();
    let make = |signers| Witness::create(folder.path(), signers, &log.policy());
    assert!(matches!(make(Vec::new()), Err(WitnessError::Keys)));
    assert!(matches!(make(vec![signer("a.example", Algorithm::Ed25519, 5)]), Err(WitnessError::Keys)));
    let two = vec![
        signer("a.example", Algorithm::Ed25519Cosignature, 5),
        signer("b.example", Algorithm::MlDsa44Cosignature, 6),
    ];
    assert!(matches!(make(two), Err(WitnessError::Keys)));
    // The log's own key is no witness.
    assert!(matches!(make(vec![signer(ORIGIN, Algorithm::Ed25519Cosignature, 1)]), Err(WitnessError::Policy(_))));
}
