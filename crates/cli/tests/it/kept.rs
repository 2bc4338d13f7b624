//! Kept snapshots: `pollwarden roll keep`, `kept`, `diff --archive` and `forget`, and an extract that is gone from the folder.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{answer, pollwarden, root, run, text};

/// Two extracts of an invented roll; one voter's precinct differs, one voter is new.
fn extracts(dir: &Path) -> [String; 2] {
    let row = |id: u32, precinct: &str| format!("{id},MARLSTONE{id},A,{precinct}\n");
    let rows = |changed: u32| (1..300).map(|id| row(id, if id == changed { "P9" } else { "P1" })).collect::<String>();
    let header = "voter_id,last_name,status,precinct\n";
    let paths = [dir.join("roll_2026-09-05.csv"), dir.join("roll_2026-10-03.csv")];
    fs::write(&paths[0], format!("{header}{}", rows(0))).unwrap();
    fs::write(&paths[1], format!("{header}{}{}", rows(7), row(400, "P1"))).unwrap();
    paths.map(|path| path.to_str().unwrap().to_owned())
}

#[test]
fn kept_snapshots_answer_as_their_files_do() {
    let dir = tempfile::tempdir().unwrap();
    let [old, new] = extracts(dir.path());
    let archive = dir.path().join("archive").to_str().unwrap().to_owned();
    let expected = answer(&["roll", "diff", &old, &new]);
    let (kept, code) = run(&["roll", "keep", &old, &new, "--archive", &archive]);
    let said = String::from_utf8_lossy(&kept.stderr).into_owned();
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("roll_2026-09-05.csv (2026-09-05) is kept: 299 voters"), "{said}");
    let (list, _) = run(&["roll", "kept", "--archive", &archive]);
    assert_eq!(text(&list).lines().count(), 2, "{}", text(&list));
    fs::remove_file(&old).unwrap();
    for (a, b) in [("2026-09-05", new.as_str()), ("roll_2026-09-05.csv", "2026-10-03")] {
        let said = answer(&["roll", "diff", a, b, "--archive", &archive]);
        assert_eq!(said.1, expected.1);
        assert_eq!(said.0["coverage"], expected.0["coverage"], "{a}, {b}");
        let titles = |answer: &serde_json::Value| {
            answer["findings"].as_array().unwrap().iter().map(|f| f["title"].to_string()).collect::<Vec<_>>()
        };
        assert_eq!(titles(&said.0), titles(&expected.0));
    }
    let limit = ["--threat", "removal", "--size", "50", "--trials", "20"];
    let measured = |a: &str, b: &str| answer(&[&["roll", "limit", a, b, "--archive", &archive], &limit[..]].concat());
    assert_eq!(measured("2026-09-05", "2026-10-03").0["limits"], measured("2026-09-05", &new).0["limits"]);
    let pairs = |of: &str| answer(&["roll", "duplicates", of, "--archive", &archive]).0["coverage"]["rows"].clone();
    assert_eq!(pairs("2026-10-03"), pairs(&new));
    assert_eq!(run(&["roll", "forget", "2026-09-05", "--archive", &archive]).1, 0);
    let (gone, code) = run(&["roll", "diff", "2026-09-05", "2026-10-03", "--archive", &archive]);
    let said = String::from_utf8_lossy(&gone.stderr).into_owned();
    assert!(code == 2 && said.contains("0 kept snapshots are called 2026-09-05"), "{said}");
}

#[test]
fn a_day_without_an_archive_is_refused_with_what_to_do() {
    let (output, code) = run(&["roll", "diff", "2026-09-05", "2026-10-03"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(code == 2 && said.contains("--archive"), "{said}");
}

#[test]
fn an_extract_that_left_the_folder_is_still_compared() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("roll")).unwrap();
    let files: Vec<PathBuf> = extracts(&dir.path().join("roll")).iter().map(PathBuf::from).collect();
    let office = root().join("examples/county/office.toml");
    fs::copy(office, dir.path().join("office.toml")).unwrap();
    let assess = || {
        let output =
            pollwarden(&["assess", dir.path().to_str().unwrap(), "--no-limit", "--format", "json"]).output().unwrap();
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let roll = report["answers"].as_array().unwrap().iter().find(|a| a["question"] == "roll").unwrap().clone();
        (roll["findings"].clone(), roll["coverage"].clone())
    };
    let (findings, _) = assess();
    fs::remove_file(&files[0]).unwrap();
    let (again, coverage) = assess();
    assert_eq!(again, findings);
    let said = coverage.to_string();
    assert!(said.contains("no longer in the folder"), "{said}");
}
