//! Killed without a warning, at random moments, over and over: what was receipted is in the log, and the log goes on.

#![cfg(all(unix, feature = "store"))]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may stop at a fault and says what it measured")]

mod disks;

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use disks::Chance;
use disks::children::{again, child_of, kill};
use disks::office::{keys, open, signers};
use pollwarden_ledger::store::{Appender, Disk, Limits, Log, LogError, RealDisk, fsck};
use pollwarden_ledger::{Checkpoint, SignedNote, consistency_proof, verify_consistency};

const WRITING: &str = "killed_while_writing";

#[test]
fn killed_while_writing() {
    if let Some(dir) = child_of(WRITING) {
        return write_until_killed(&dir);
    }
    let dir = tempfile::tempdir().unwrap();
    let (path, receipts) = (dir.path().join("log"), dir.path().join("receipts"));
    fs::write(&receipts, "").unwrap();
    drop(Log::create(&path, signers(1), 0).unwrap());
    let (mut chance, mut kills, mut leftovers, begun) = (Chance(5), 0, 0, Instant::now());
    let mut seen: Vec<Checkpoint> = Vec::new();
    for round in 0..60 {
        let noted = length(&receipts);
        let child = again(WRITING, dir.path()).spawn().unwrap();
        // Half of them while they enter, however slow the machine is; the others also while they begin.
        if round % 2 == 0 {
            wait_until(|| length(&receipts) > noted);
        }
        // As a reader would, between two writes.
        thread::sleep(Duration::from_millis(5 + chance.below(60)));
        seen.push(published(&path));
        kills += usize::from(kill(child));
        seen.push(published(&path));
        leftovers += fsck(&path, &keys(), &mut |_, _| {}).unwrap().leftovers.len();
        let log = open(&disk(), &path).unwrap();
        receipted(&log, &receipts);
    }
    let log = open(&disk(), &path).unwrap();
    let size = log.tree().size;
    for old in seen.iter().filter(|old| old.size > 0) {
        let proof = consistency_proof(&log.tiles(), old.size).unwrap();
        verify_consistency(old.size, size, &proof, &old.root, &log.tree().root).unwrap();
    }
    drop(log);
    let report = fsck(&path, &keys(), &mut |_, _| {}).unwrap();
    assert!(report.is_sound() && report.leftovers.is_empty(), "{report:?}");
    let promised = fs::read_to_string(&receipts).unwrap().lines().count();
    println!(
        "{kills} kills in {:.1} s; {size} entries, {promised} receipts; leftovers of kills: {leftovers}",
        begun.elapsed().as_secs_f64()
    );
    assert!(
        kills >= 40 && promised > 100 && leftovers > 0,
        "{kills} kills, {promised} receipts, {leftovers} leftovers"
    );
}

/// Two processes can't write one log: the second is told who does.
#[test]
fn the_second_writer_is_refused() {
    if let Some(dir) = child_of("the_second_writer_is_refused") {
        let refused = Log::open(&dir.join("log"), signers(1)).err().unwrap();
        return fs::write(dir.join("said"), refused.to_string()).unwrap();
    }
    let dir = tempfile::tempdir().unwrap();
    let mut log = Log::create(&dir.path().join("log"), signers(1), 0).unwrap();
    assert!(matches!(Log::open(&dir.path().join("log"), signers(1)), Err(LogError::InUse { .. })));
    assert!(again("the_second_writer_is_refused", dir.path()).status().unwrap().success());
    let said = fs::read_to_string(dir.path().join("said")).unwrap();
    assert!(said.contains(&format!("written by process {} now", std::process::id())), "{said}");
    log.append(&[b"entry"], 0).unwrap();
    drop(log);
    drop(Log::open(&dir.path().join("log"), signers(1)).unwrap());
}

/// Enters again and again; each receipt is noted once it is had. The key changes once.
fn write_until_killed(dir: &Path) {
    let mut log = open(&disk(), &dir.join("log")).unwrap();
    let first = log.keys().next() == signers(1).first().map(|signer| signer.key());
    if first && log.tree().size > 2000 {
        log.rotate(signers(2), 0).unwrap();
    }
    let run = std::process::id();
    let appender = Appender::start(log, Limits::default(), || 0).unwrap();
    let mut receipts = OpenOptions::new().append(true).open(dir.join("receipts")).unwrap();
    for round in 0_u64.. {
        let entries: Vec<String> = (0..40 + round % 50).map(|number| format!("{run} {round} {number}")).collect();
        let tickets: Vec<_> =
            entries.iter().map(|entry| appender.enqueue(entry.clone().into_bytes()).unwrap()).collect();
        let noted: String = (entries.iter().zip(tickets))
            .map(|(entry, ticket)| format!("{} {entry}\n", ticket.wait().unwrap().index))
            .collect();
        receipts.write_all(noted.as_bytes()).unwrap();
    }
}

/// Each receipt's entry is where the receipt says. A last line may be cut off.
fn receipted(log: &Log, receipts: &Path) {
    let tiles = log.tiles();
    let entries: Vec<Vec<u8>> =
        (0..log.tree().size.div_ceil(256)).flat_map(|bundle| tiles.entries(bundle).unwrap()).collect();
    let noted = fs::read_to_string(receipts).unwrap();
    for line in noted.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')) {
        let (index, entry) = line.split_once(' ').unwrap();
        assert_eq!(entries[index.parse::<usize>().unwrap()], entry.as_bytes());
    }
}

fn length(file: &Path) -> u64 {
    fs::metadata(file).unwrap().len()
}

fn wait_until(done: impl Fn() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < Duration::from_secs(60), "the child enters nothing");
        thread::sleep(Duration::from_millis(1));
    }
}

fn published(dir: &Path) -> Checkpoint {
    let note = SignedNote::parse(&fs::read(dir.join("public/checkpoint")).unwrap()).unwrap();
    Checkpoint::parse(note.verify(&keys()).unwrap().text()).unwrap()
}

fn disk() -> Arc<dyn Disk> {
    Arc::new(RealDisk)
}
