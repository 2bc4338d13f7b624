//! Killed without a warning, at random moments, over and over: each line is in the archive once.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may stop at a fault and says what it measured")]
#![cfg(unix)]

mod common;

use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

use common::{Chance, Logs, again, child_of, files_on_disk, kill, numbers, take_in_all};
use pollwarden_archive::Archive;

const TAKING_IN: &str = "killed_while_taking_in_growing_and_rotating_logs";
const COMPACTING: &str = "killed_while_compacting";

#[test]
fn killed_while_taking_in_growing_and_rotating_logs() {
    if let Some(dir) = child_of(TAKING_IN) {
        return take_in_until_killed(&dir);
    }
    let dir = tempfile::tempdir().unwrap();
    let (archive, mut logs) = (dir.path().join("archive"), Logs::new(dir.path().join("web")));
    let mut chance = Chance(7);
    let (mut kills, mut leftovers, begun) = (0, 0, Instant::now());
    for round in 0..60 {
        let child = again(TAKING_IN, dir.path()).spawn().unwrap();
        let end = Instant::now() + Duration::from_millis(1 + chance.below(80));
        while Instant::now() < end {
            logs.grow(&format!("{}.log", chance.below(3)), 1 + chance.below(20) as usize);
            thread::sleep(Duration::from_millis(1));
        }
        kills += usize::from(kill(child));
        let left = files_on_disk(&archive);
        if round % 10 == 9 {
            rotate(&logs, chance.below(3));
        }
        if archive.join("catalogue.redb").exists() {
            let known = Archive::open(&archive).unwrap();
            leftovers += left - known.files("lines").len();
            each_once(&known);
        }
    }
    let mut archive = Archive::open(&archive).unwrap();
    take_in_all(&logs.dir, &mut archive);
    logs.all_in(&archive);
    assert!(kills >= 40, "{kills} kills");
    println!(
        "{kills} kills in {:.1} s; {} rows, {} files; uncommitted files left by kills: {leftovers}",
        begun.elapsed().as_secs_f64(),
        logs.next,
        archive.files("lines").len()
    );
}

#[test]
fn killed_while_compacting() {
    if let Some(dir) = child_of(COMPACTING) {
        return compact_until_killed(&dir);
    }
    let dir = tempfile::tempdir().unwrap();
    let (path, mut logs) = (dir.path().join("archive"), Logs::new(dir.path().join("web")));
    let (mut chance, ready) = (Chance(11), dir.path().join("ready"));
    let (mut kills, mut interrupted, mut leftovers, mut merged) = (0, 0, 0, false);
    for _ in 0..8 {
        let mut archive = Archive::open(&path).unwrap();
        // A line an hour: each day gets more than twenty files.
        for _ in 0..48 {
            logs.grow("access.log", 1);
            take_in_all(&logs.dir, &mut archive);
        }
        let rows = numbers(&archive);
        drop(archive);
        // The first kills of a round are early; what they leave undone is there for the next.
        for most in [2_000, 20_000, 150_000] {
            let child = again(COMPACTING, dir.path()).spawn().unwrap();
            while !ready.exists() {
                thread::sleep(Duration::from_micros(100));
            }
            std::fs::remove_file(&ready).unwrap();
            thread::sleep(Duration::from_micros(chance.below(most)));
            kills += usize::from(kill(child));
            let left = files_on_disk(&path);
            let archive = Archive::open(&path).unwrap();
            let files = archive.files("lines").len();
            assert_eq!(numbers(&archive), rows);
            leftovers += left - files;
            merged |= files < rows.len();
            interrupted += usize::from(left > files);
        }
        Archive::open(&path).unwrap().compact().unwrap();
        assert_eq!(numbers(&Archive::open(&path).unwrap()), rows);
    }
    let archive = Archive::open(&path).unwrap();
    logs.all_in(&archive);
    let files = archive.files("lines").len();
    println!(
        "{kills} kills, {interrupted} within a merge; {} rows, {files} files; files left by kills: {leftovers}",
        logs.next
    );
    assert!(kills == 24 && interrupted > 0 && merged && files < 100, "{kills} kills, {interrupted} within a merge");
}

/// Compacts, and then waits to be killed.
fn compact_until_killed(dir: &Path) {
    let mut archive = Archive::open(&dir.join("archive")).unwrap();
    std::fs::write(dir.join("ready"), b"").unwrap();
    archive.compact().unwrap();
    thread::sleep(Duration::from_secs(10));
}

/// Takes in whatever there is, again and again, and compacts now and then.
fn take_in_until_killed(dir: &Path) {
    let mut archive = Archive::open(&dir.join("archive")).unwrap();
    for round in 1.. {
        take_in_all(&dir.join("web"), &mut archive);
        if round % 3 == 0 {
            archive.compact().unwrap();
        }
    }
}

fn each_once(archive: &Archive) {
    let mut numbers = numbers(archive);
    let rows = numbers.len();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), rows, "rows are there twice");
}

fn rotate(logs: &Logs, log: u64) {
    for number in (0..9).rev() {
        let name =
            |number: u64| logs.dir.join(if number == 0 { format!("{log}.log") } else { format!("{log}.log.{number}") });
        if name(number).exists() {
            std::fs::rename(name(number), name(number + 1)).unwrap();
        }
    }
}
