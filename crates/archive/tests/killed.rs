//! Killed without a warning, at random moments, over and over: each line is in the archive once.

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
        Archive::open(&dir.join("archive")).unwrap().compact().unwrap();
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (path, mut logs) = (dir.path().join("archive"), Logs::new(dir.path().join("web")));
    let mut chance = Chance(11);
    let (mut kills, mut leftovers, mut rows) = (0, 0, Vec::new());
    for _ in 0..40 {
        let mut archive = Archive::open(&path).unwrap();
        for _ in 0..6 {
            logs.grow("access.log", 8);
            take_in_all(&logs.dir, &mut archive);
        }
        rows.clone_from(&numbers(&archive));
        drop(archive);
        let child = again(COMPACTING, dir.path()).spawn().unwrap();
        thread::sleep(Duration::from_micros(1000 + chance.below(25_000)));
        kills += usize::from(kill(child));
        let left = files_on_disk(&path);
        let archive = Archive::open(&path).unwrap();
        leftovers += left - archive.files("lines").len();
        assert_eq!(numbers(&archive), rows);
        logs.all_in(&archive);
    }
    let files = Archive::open(&path).unwrap().files("lines").len();
    println!("{kills} kills; {} rows, {files} files; uncommitted files left by kills: {leftovers}", rows.len());
    assert!(kills >= 10, "{kills} kills");
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
