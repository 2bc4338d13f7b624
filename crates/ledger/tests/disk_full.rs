//! A disk that is full, or an account's limit that is reached: said clearly, nothing lost, and the log goes on.

#![cfg(all(unix, feature = "store"))]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may stop at a fault and says what it measured")]

mod disks;

use std::fs;
use std::path::Path;
use std::process::Command;

use disks::children::{child_of, variable};
use disks::office::{keys, signers};
use pollwarden_ledger::store::{Log, LogError, fsck};

const LIMIT: &str = "a_file_that_may_not_grow";
const FULL: &str = "a_full_disk";

/// Under a limit on the size of files (RLIMIT_FSIZE). Its signal is ignored, so that writing fails with EFBIG as it fails
/// with ENOSPC on a full disk.
#[test]
fn a_file_that_may_not_grow() {
    if let Some(dir) = child_of(LIMIT) {
        return enter_too_much(&dir);
    }
    let dir = tempfile::tempdir().unwrap();
    drop(Log::create(&dir.path().join("log"), signers(1), 0).unwrap());
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; ulimit -f 64; shift; exec \"$@\"", "sh", "-"]);
    command.arg(std::env::current_exe().unwrap()).args(["--exact", LIMIT, "--nocapture", "--test-threads=1"]);
    assert!(command.env(variable(LIMIT), dir.path()).status().unwrap().success());
    let said = fs::read_to_string(dir.path().join("said")).unwrap();
    println!("{said}");
    for part in ["could not write", "private/part/", "What was entered before is safe", "Raise the", "limit"] {
        assert!(said.contains(part), "{part:?} is not in: {said}");
    }
    goes_on(dir.path(), 41);
}

/// Writes within the limit, beyond it, and within it again.
fn enter_too_much(dir: &Path) {
    let mut log = Log::open(&dir.join("log"), signers(1)).unwrap();
    log.append(&entries(20, 100), 0).unwrap();
    let error = log.append(&entries(200, 1000), 0).unwrap_err();
    assert!(matches!(error, LogError::Disk { .. }));
    fs::write(dir.join("said"), error.to_string()).unwrap();
    assert_eq!(log.tree().size, 20);
    log.append(&entries(21, 100), 0).unwrap();
}

/// On a file system of two megabytes, where this machine lets an ordinary user mount one.
#[test]
fn a_full_disk() {
    if let Some(dir) = child_of(FULL) {
        return fill_and_go_on(&dir);
    }
    let dir = tempfile::tempdir().unwrap();
    let mount = "mount -t tmpfs -o size=2m none \"$0\"";
    let possible = Command::new("unshare").args(["-rm", "sh", "-c", mount]).arg(dir.path()).output();
    if !possible.is_ok_and(|output| output.status.success()) {
        return println!("skipped: no file system can be mounted here");
    }
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", &format!("{mount} && exec \"$@\"")]).arg(dir.path());
    command.arg(std::env::current_exe().unwrap()).args(["--exact", FULL, "--nocapture"]);
    assert!(command.env(variable(FULL), dir.path()).status().unwrap().success());
}

fn fill_and_go_on(dir: &Path) {
    let mut log = Log::create(&dir.join("log"), signers(1), 0).unwrap();
    let mut size = 0;
    let error = loop {
        match log.append(&entries(100, 500), 0) {
            Ok(places) => size = places.end,
            Err(error) => break error,
        }
    };
    println!("after {size} entries: {error}");
    assert!(size > 1000);
    for part in ["No space left", "What was entered before is safe", "Make room"] {
        assert!(error.to_string().contains(part), "{part:?} is not in: {error}");
    }
    assert_eq!(log.tree().size, size);
    drop(log);
    let remount = Command::new("mount").args(["-o", "remount,size=8m"]).arg(dir).status().unwrap();
    assert!(remount.success());
    goes_on(dir, size);
}

fn goes_on(dir: &Path, size: u64) {
    let mut log = Log::open(&dir.join("log"), signers(1)).unwrap();
    assert_eq!(log.append(&entries(300, 1000), 0).unwrap(), size..size + 300);
    drop(log);
    let report = fsck(&dir.join("log"), &keys(), &mut |_, _| {}).unwrap();
    assert!(report.is_sound() && report.leftovers.is_empty(), "{report:?}");
    assert_eq!(report.tree.size, size + 300);
}

fn entries(count: usize, length: usize) -> Vec<Vec<u8>> {
    (0..count).map(|number| format!("{number:0length$}").into_bytes()).collect()
}
