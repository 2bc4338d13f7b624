//! Bad input gives a clear error or a counted rejection: never a panic, never a silent loss, never "nothing found".

use std::fs;
use std::io::Write as _;
use std::path::Path;

use crate::support::{answer, line, lines, run, text};

fn scan(bytes: &[u8]) -> (serde_json::Value, i32) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("access.log");
    fs::write(&path, bytes).unwrap();
    answer(&["web", "scan", path.to_str().unwrap()])
}

fn said(answer: &serde_json::Value) -> String {
    answer["coverage"].to_string()
}

fn counted(answer: &serde_json::Value) -> (u64, u64) {
    (answer["coverage"]["rows"].as_u64().unwrap(), answer["coverage"]["rejected"].as_u64().unwrap())
}

#[test]
fn an_empty_file_is_named_and_cannot_tell() {
    let (answer, code) = scan(b"");
    assert_eq!((code, counted(&answer)), (3, (0, 0)));
    assert!(said(&answer).contains("empty file"));
}

#[test]
fn a_binary_file_is_named_and_cannot_tell() {
    let bytes: Vec<u8> = (0..20_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let (answer, code) = scan(&bytes);
    assert_eq!(code, 3);
    assert!(said(&answer).contains("binary data"), "{}", said(&answer));
}

#[test]
fn a_truncated_gzip_is_read_as_far_as_it_goes_and_cannot_tell() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(lines(20_000).as_bytes()).unwrap();
    let whole = gzip.finish().unwrap();
    let (answer, code) = scan(&whole[..whole.len() / 2]);
    assert_eq!(code, 3);
    assert!(counted(&answer).0 > 1_000, "what came before the break is read");
    assert!(said(&answer).contains("ends too early"), "{}", said(&answer));
    assert_eq!(scan(&whole).1, 0);
}

#[test]
fn a_line_of_ten_megabytes_is_counted_and_holds_up_nothing() {
    let mut log = lines(10).into_bytes();
    log.extend(std::iter::repeat_n(b'a', 10_000_000));
    log.push(b'\n');
    log.extend(lines(10).into_bytes());
    let (answer, code) = scan(&log);
    assert_eq!((code, counted(&answer)), (3, (20, 1)), "one unreadable row in 21 is too many to rule anything out");
    assert!(said(&answer).contains("line 11"), "{}", said(&answer));
}

#[test]
fn nul_bytes_and_strange_lines_are_rejected_one_by_one() {
    let log = lines(5) + "a\0b\0\n" + &lines(5) + "what is this\n" + &lines(5);
    let (answer, code) = scan(log.as_bytes());
    assert_eq!((code, counted(&answer)), (3, (15, 2)));
    assert!(said(&answer).contains("line 6") && said(&answer).contains("line 12"), "{}", said(&answer));
}

#[test]
fn one_strange_line_among_thousands_is_counted_and_shown() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("access.log");
    fs::write(&path, lines(3_000) + "what is this\n").unwrap();
    let (output, code) = run(&["web", "scan", path.to_str().unwrap()]);
    assert_eq!(code, 0);
    assert!(
        text(&output).contains("1 row could not be read") && text(&output).contains("line 3001"),
        "{}",
        text(&output)
    );
}

#[test]
fn two_formats_in_one_folder_are_each_read_as_what_they_are() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.log"), lines(20)).unwrap();
    let json = "{\"time\":\"2026-09-01T00:00:30Z\",\"remote_addr\":\"192.0.2.7\",\"request\":\"GET / HTTP/1.1\",\"status\":200,\"body_bytes_sent\":9}\n";
    fs::write(dir.path().join("b.log"), json.repeat(7)).unwrap();
    let (answer, _) = answer(&["web", "scan", dir.path().to_str().unwrap()]);
    assert_eq!(counted(&answer), (27, 0));
    let formats: Vec<&str> =
        answer["coverage"]["sources"].as_array().unwrap().iter().map(|s| s["format"].as_str().unwrap()).collect();
    assert_eq!(formats, ["combined", "json-lines"]);
}

#[test]
fn a_folder_that_cannot_be_read_is_named_and_cannot_tell() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.log"), lines(20)).unwrap();
    std::os::unix::fs::symlink("/nowhere/at/all", dir.path().join("rotated")).unwrap();
    let (with_a_broken_link, code) = answer(&["web", "scan", dir.path().to_str().unwrap()]);
    assert_eq!((code, counted(&with_a_broken_link).0), (3, 20), "the rest is read");
    assert!(said(&with_a_broken_link).contains("rotated"));
    assert_eq!(run(&["web", "scan", "/nowhere/at/all"]).1, 3);
}

#[test]
fn a_full_disk_is_said_so_and_fails() {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("access.log");
    fs::write(&log, lines(50)).unwrap();
    let (output, code) = run(&["web", "scan", log.to_str().unwrap(), "--output", "/dev/full"]);
    assert_eq!(code, 2);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("/dev/full"), "{said}");
}

/// A roll of five voters; each row as given.
fn roll(path: &Path, rows: &[&str]) {
    fs::write(path, format!("voter_id,last_name,status,precinct\n{}\n", rows.join("\n"))).unwrap();
}

fn diff(a: &[&str], b: &[&str]) -> (serde_json::Value, i32) {
    let dir = tempfile::tempdir().unwrap();
    let (old, new) = (dir.path().join("2026-09-05.csv"), dir.path().join("2026-10-03.csv"));
    roll(&old, a);
    roll(&new, b);
    answer(&["roll", "diff", old.to_str().unwrap(), new.to_str().unwrap()])
}

#[test]
fn a_row_with_the_wrong_number_of_columns_is_counted_and_named() {
    let (answer, code) = diff(&["1,ADDER,A,P1", "2,BASS,A,P1"], &["1,ADDER,A,P1", "2,BASS,A"]);
    assert_ne!(code, 0);
    assert!(answer["coverage"]["rejected"].as_u64().unwrap() >= 1);
    assert!(said(&answer).contains("line 3"), "{}", said(&answer));
}

#[test]
fn a_voter_id_that_stands_twice_is_counted_and_named() {
    let (answer, code) = diff(&["1,ADDER,A,P1"], &["1,ADDER,A,P1", "1,ADDER,A,P2"]);
    assert_ne!(code, 0);
    let said = said(&answer);
    assert!(said.contains("line 3") || said.contains("row 3"), "{said}");
}

#[test]
fn an_extract_that_is_no_extract_fails_with_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("notes.txt");
    fs::write(&path, line(1, "/")).unwrap();
    let (output, code) = run(&["roll", "diff", path.to_str().unwrap(), path.to_str().unwrap()]);
    assert_eq!(code, 2);
    assert!(String::from_utf8_lossy(&output.stderr).contains("office.toml"));
}

#[test]
fn settings_with_a_mistake_fail_with_its_place() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("office.toml"), "name = \"x\"\n[web]\nknwon = 1\n").unwrap();
    let (output, code) = run(&["assess", dir.path().to_str().unwrap(), "--no-limit"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(code, 2);
    assert!(said.contains("knwon") && said.contains("line 3"), "{said}");
}
