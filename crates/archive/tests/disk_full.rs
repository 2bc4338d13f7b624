//! A disk that is full, or an account's limit that is reached: said clearly, nothing lost, and the next run goes on.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may stop at a fault and says what it measured")]
#![cfg(unix)]

mod common;

use std::{fs, path::Path, process::Command};

use common::{Chance, Logs, child_of, numbers, take_in, take_in_all};
use pollwarden_archive::Archive;

/// Text that does not compress.
fn noise(logs: &mut Logs, lines: usize) {
    let mut chance = Chance(logs.next);
    let text: String = (0..lines)
        .map(|_| {
            let line = logs.line();
            let noise: String = (0..20).map(|_| format!("{:016x}", chance.below(u64::MAX))).collect();
            format!("{} {noise}\n", line.trim_end())
        })
        .collect();
    logs.write("access.log", text.as_bytes());
}

/// Runs one test of this binary under a limit on the size of files (RLIMIT_FSIZE). Its signal is ignored, so that
/// writing fails with EFBIG as it fails with ENOSPC on a full disk.
fn limited(test: &str, dir: &Path, kibibytes: u64) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; ulimit -f $(($1 * 2)); shift; exec \"$@\"", "sh", &kibibytes.to_string()]);
    command.arg(std::env::current_exe().unwrap()).args(["--exact", test, "--nocapture", "--test-threads=1"]);
    command.env(common::variable(test), dir);
    command
}

/// What the user would read.
fn said(dir: &Path) -> String {
    let taken = Archive::open(&dir.join("archive"))
        .map_err(Into::into)
        .and_then(|mut archive| take_in(&dir.join("web"), &mut archive));
    taken.expect_err("it does not fit").to_string()
}

fn after_failure(test: &str, lines: usize, kibibytes: u64) -> String {
    let dir = tempfile::tempdir().unwrap();
    let mut logs = Logs::new(dir.path().join("web"));
    noise(&mut logs, 100);
    take_in_all(&logs.dir, &mut Archive::open(&dir.path().join("archive")).unwrap());
    noise(&mut logs, lines);
    assert!(limited(test, dir.path(), kibibytes).status().unwrap().success());
    let said = fs::read_to_string(dir.path().join("said")).unwrap();

    let mut archive = Archive::open(&dir.path().join("archive")).unwrap();
    assert!(numbers(&archive).len() >= 100);
    assert_eq!(common::files_on_disk(archive.dir()), archive.files("lines").len());
    take_in_all(&logs.dir, &mut archive);
    logs.all_in(&archive);
    said
}

#[test]
fn a_table_file_that_does_not_fit() {
    if let Some(dir) = child_of("a_table_file_that_does_not_fit") {
        return fs::write(dir.join("said"), said(&dir)).unwrap();
    }
    let said = after_failure("a_table_file_that_does_not_fit", 20_000, 2048);
    println!("{said}");
    for part in ["could not write", ".parquet (", "bytes or more)", "Nothing is lost", "Raise the limit"] {
        assert!(said.contains(part), "{part:?} is not in: {said}");
    }
}

#[test]
fn a_catalogue_that_can_not_grow() {
    if let Some(dir) = child_of("a_catalogue_that_can_not_grow") {
        return fs::write(dir.join("said"), said(&dir)).unwrap();
    }
    let said = after_failure("a_catalogue_that_can_not_grow", 20, 32);
    println!("{said}");
    for part in ["could not write", "catalogue.redb", "Nothing is lost"] {
        assert!(said.contains(part), "{part:?} is not in: {said}");
    }
}

/// On a file system of six megabytes, where this machine lets an ordinary user mount one.
#[test]
fn a_full_disk() {
    if let Some(dir) = child_of("a_full_disk") {
        return fill_and_go_on(&dir);
    }
    let dir = tempfile::tempdir().unwrap();
    let mount = "mount -t tmpfs -o size=6m none \"$0\"";
    let possible = Command::new("unshare").args(["-rm", "sh", "-c", mount]).arg(dir.path()).output();
    if !possible.is_ok_and(|output| output.status.success()) {
        return println!("skipped: no file system can be mounted here");
    }
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", &format!("{mount} && exec \"$@\"")]).arg(dir.path());
    command.arg(std::env::current_exe().unwrap()).args(["--exact", "a_full_disk", "--nocapture"]);
    assert!(command.env(common::variable("a_full_disk"), dir.path()).status().unwrap().success());
}

fn fill_and_go_on(dir: &Path) {
    let mut logs = Logs::new(dir.join("web"));
    let mut archive = Archive::open(&dir.join("archive")).unwrap();
    noise(&mut logs, 1000);
    take_in_all(&logs.dir, &mut archive);
    noise(&mut logs, 2000);
    // The rest of the disk, but for a few pages.
    let ballast: Vec<u8> = vec![0; 64 << 10];
    for number in 0.. {
        if fs::write(dir.join(format!("ballast{number}")), &ballast).is_err() {
            break;
        }
    }
    let said = take_in(&logs.dir, &mut archive).unwrap_err().to_string();
    println!("{said}");
    assert!(said.contains("No space left") && said.contains("Make room"), "{said}");
    drop(archive);
    fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().contains("ballast"))
        .for_each(|path| fs::remove_file(path).unwrap());
    let mut archive = Archive::open(&dir.join("archive")).unwrap();
    assert!(numbers(&archive).len() >= 1000);
    take_in_all(&logs.dir, &mut archive);
    logs.all_in(&archive);
}
