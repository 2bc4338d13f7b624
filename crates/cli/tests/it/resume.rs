//! An office's folder assessed again and again: the same file adds nothing, a grown or rotated one goes on.

use std::fs;
use std::io::Write as _;

use crate::support::{answer, line, lines, run};

fn rows(dir: &str) -> u64 {
    answer(&["assess", dir, "--no-limit"]).0["coverage"]["rows"].as_u64().unwrap()
}

fn archived(dir: &str) -> String {
    let (output, _) = run(&[
        "query",
        "SELECT count(*) AS n, count(DISTINCT time) AS t FROM requests",
        "--from",
        dir,
        "--format",
        "csv",
    ]);
    crate::support::text(&output)
}

#[test]
fn twice_grown_rotated_and_truncated() {
    let dir = tempfile::tempdir().unwrap();
    let office = dir.path().to_str().unwrap();
    let log = dir.path().join("web/access.log");
    fs::create_dir(dir.path().join("web")).unwrap();
    fs::write(&log, lines(100)).unwrap();
    assert_eq!((rows(office), rows(office)), (100, 100));
    let mut grown = fs::OpenOptions::new().append(true).open(&log).unwrap();
    (100..150).for_each(|i| grown.write_all(line(i, "/hours").as_bytes()).unwrap());
    assert_eq!(rows(office), 150);
    // Rotation: the log is renamed, and a new one begins.
    fs::rename(&log, dir.path().join("web/access.log.1")).unwrap();
    fs::write(&log, (150..170).map(|i| line(i, "/hours")).collect::<String>()).unwrap();
    assert_eq!(rows(office), 170);
    // copytruncate: the log is copied, cut to nothing, and begins again.
    fs::copy(&log, dir.path().join("web/access.log.0")).unwrap();
    fs::write(&log, (170..175).map(|i| line(i, "/hours")).collect::<String>()).unwrap();
    assert_eq!(rows(office), 175);
    assert_eq!(archived(office), "n,t\n175,175\n");
}

#[test]
fn killed_at_any_moment_no_row_is_lost_and_none_is_there_twice() {
    let dir = tempfile::tempdir().unwrap();
    let office = dir.path().to_str().unwrap();
    fs::create_dir(dir.path().join("web")).unwrap();
    for file in 0..6 {
        let part: String = (file * 8_000..(file + 1) * 8_000).map(|i| line(i, "/hours")).collect();
        fs::write(dir.path().join(format!("web/{file}.log")), part).unwrap();
    }
    let mut killed = 0;
    for delay in [40, 90, 150, 220, 300, 400, 520, 660, 820, 1_000] {
        let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin!("pollwarden"))
            .args(["assess", office, "--no-limit", "--no-progress"])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(delay));
        killed += u32::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(killed >= 3, "too few runs were still at work: {killed}");
    assert_eq!(rows(office), 48_000);
    assert_eq!(archived(office), "n,t\n48000,48000\n");
}
