//! `pollwarden query`: the analyst's own questions.

use std::fs;

use crate::support::{lines, run, text};

fn log() -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("access.log");
    fs::write(&log, lines(300)).unwrap();
    let path = log.to_str().unwrap().to_owned();
    (dir, path)
}

#[test]
fn tables_and_columns_are_listed() {
    let (_dir, path) = log();
    let (output, code) = run(&["query", "--list", "--from", &path]);
    let said = text(&output);
    assert_eq!(code, 0);
    for name in ["requests:", "voters:", "rejected:", "client", "evidence"] {
        assert!(said.contains(name), "{name} is missing in:\n{said}");
    }
}

#[test]
fn rows_come_as_a_table_as_json_and_as_csv() {
    let (_dir, path) = log();
    let sql = "SELECT route, count(*) AS n FROM requests GROUP BY route";
    assert!(text(&run(&["query", sql, "--from", &path]).0).contains("1 row"));
    assert_eq!(
        text(&run(&["query", sql, "--from", &path, "--format", "json"]).0),
        "{\"route\":\"/hours\",\"n\":300}\n"
    );
    assert_eq!(text(&run(&["query", sql, "--from", &path, "--format", "csv"]).0), "route,n\n/hours,300\n");
}

#[test]
fn a_wrong_question_says_what_is_wrong_and_nothing_can_be_written() {
    let (_dir, path) = log();
    let (output, code) = run(&["query", "SELECT colour FROM requests", "--from", &path]);
    assert_eq!(code, 2);
    assert!(String::from_utf8_lossy(&output.stderr).contains("colour"));
    for sql in [
        "DROP TABLE requests",
        "COPY requests TO 'stolen.csv'",
        "CREATE EXTERNAL TABLE x STORED AS CSV LOCATION '/etc/passwd'",
    ] {
        assert_eq!(run(&["query", sql, "--from", &path]).1, 2, "{sql}");
    }
}
