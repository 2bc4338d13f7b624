//! A county clerk's own files, simply put into a folder: what is read, what is assumed, what is missing and how to mend it.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{run, text, told};

const HEADER: &str = "Voter ID;Last Name;First Name;DOB;Status;Party;Res Address;City;Zip;Precinct;Phone";
const LOG: &str = "User,Field Changed,Date,Old,New,Voter ID\n";

/// A voter's row; `party` is what changes.
fn row(number: usize, party: &str) -> String {
    let name = ["ALDERBROOK", "BECKWOOD", "CRANEFIELD", "DUNMORE", "ELDERTON"][number % 5];
    let (day, house) = (1 + number % 28, 100 + 7 * number);
    format!(
        "{:08};{name}{};IRIS;3/{day}/{};Active;{party};{house} ELM ST;ALDERMERE;0{};{:03};919-555-0{}",
        10_042 + number,
        ["TON", "LEY", "HAM"][number / 5 % 3],
        1940 + number % 60,
        2100 + number % 9,
        1 + number % 7,
        100 + number % 99
    )
}

/// An extract of sixty voters, of whom these have changed party.
fn extract(changed: &[usize]) -> String {
    let party = |number: usize| if changed.contains(&number) { "REP" } else { ["DEM", "UNA"][number % 2] };
    let rows: String = (0..60).map(|number| row(number, party(number)) + "\r\n").collect();
    format!("{HEADER}\r\n{rows}")
}

/// Entries for changes of party, newest first, as a vendor's report has them.
fn log(changed: &[usize]) -> String {
    let entry = |number: &usize| {
        let (old, id) = (["DEM", "UNA"][number % 2], 10_042 + number);
        format!("kmills,Party,9/{}/2026 2:15 PM,{old},REP,{id:08}\n", 9 + number % 20)
    };
    LOG.to_owned() + &changed.iter().rev().map(entry).collect::<String>()
}

fn write(folder: &Path, files: &[(&str, &[u8])]) {
    for (name, bytes) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

/// The roll's answer, and its coverage as text.
fn assessed(folder: &Path) -> (Value, String) {
    let (output, _) = run(&["assess", folder.to_str().unwrap(), "--no-limit", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let answer = report["answers"][1].clone();
    let coverage = answer["coverage"].to_string();
    (answer, coverage)
}

fn says(coverage: &str, all: &[&str]) {
    for said in all {
        assert!(coverage.contains(said), "{said}: {coverage}");
    }
}

#[test]
fn files_named_and_written_as_a_clerk_does_are_compared_with_her_systems_log() {
    let dir = tempfile::tempdir().unwrap();
    let changed = [3, 8, 20, 21, 33, 41, 42, 50];
    write(
        dir.path(),
        &[
            ("Voters Sept 5 2026.csv", extract(&[]).as_bytes()),
            ("Voters Oct 3 2026.csv", extract(&changed).as_bytes()),
            ("AuditLog.csv", log(&changed[..7]).as_bytes()),
        ],
    );
    let (answer, coverage) = assessed(dir.path());
    let told = told(&answer);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert_eq!(told[0]["title"], "1 registration changed without an authorised cause");
    assert_eq!(told[0]["sites"][0]["name"], "Voters Oct 3 2026.csv");
    says(
        &coverage,
        &["2026-09-05", "neither numbers nor digests", "names no documents", "who was allowed to act can't be judged"],
    );
    assert!(!coverage.contains("table"), "{coverage}");
}

#[test]
fn without_a_log_the_answer_speaks_of_the_log() {
    let dir = tempfile::tempdir().unwrap();
    let extracts = [("roll/Voters 2026-09-05.csv", extract(&[])), ("roll/Voters 03OCT2026.csv", extract(&[4]))];
    write(dir.path(), &extracts.each_ref().map(|(name, text)| (*name, text.as_bytes())));
    let (output, code) = run(&["assess", dir.path().to_str().unwrap(), "--no-limit"]);
    let said = text(&output).split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(code, 3, "{said}");
    says(&said, &["CANNOT TELL. No transaction log was found: no change could be checked against an authorised act."]);
    assert!(!said.contains("there is no table"), "{said}");
}

#[test]
fn extracts_without_a_clear_date_are_not_compared_until_the_office_says_it() {
    let dir = tempfile::tempdir().unwrap();
    let changed = [3, 8, 20];
    write(
        dir.path(),
        &[
            ("roll/Voters_100326.csv", extract(&changed).as_bytes()),
            ("roll/voters before.csv", extract(&[]).as_bytes()),
            ("roll/AuditLog.csv", log(&[]).as_bytes()),
        ],
    );
    let (output, code) = run(&["assess", dir.path().to_str().unwrap(), "--no-limit"]);
    let said = text(&output);
    assert_eq!(code, 3, "{said}");
    says(&said, &["2010-03-26 or 2026-10-03", "[roll.dates]\n      \"Voters_100326.csv\" = \"YYYY-MM-DD\"\n"]);
    let lines: Vec<&str> = said.lines().skip_while(|line| !line.contains("[roll.dates]")).take(3).collect();
    let toml = lines.join("\n").replacen("YYYY-MM-DD", "2026-10-03", 1).replacen("YYYY-MM-DD", "2026-09-05", 1);
    fs::write(dir.path().join("office.toml"), toml).unwrap();
    let (answer, coverage) = assessed(dir.path());
    assert_eq!(
        told(&answer)[0]["title"],
        "3 voters' parties were changed: the log has no transaction for it",
        "{coverage}"
    );
}

#[test]
fn what_is_not_read_is_listed_with_the_lines_that_have_it_read() {
    let dir = tempfile::tempdir().unwrap();
    let changed = [3, 8, 20];
    let unknown = log(&changed).replace("User,Field Changed,Date,Old,New,Voter ID", "Who,Item,Date,Old,New,Nbr");
    write(
        dir.path(),
        &[
            ("roll/Voters 9-5-2026.csv", extract(&[]).as_bytes()),
            ("roll/Voters 10-3-2026.csv", extract(&changed).as_bytes()),
            ("roll/changes.csv", unknown.as_bytes()),
            ("roll/notes.txt", b"Dear clerk,\nhere are the files.\n"),
            ("roll/Audit.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0"),
        ],
    );
    let (answer, coverage) = assessed(dir.path());
    assert_eq!(answer["verdict"], "cannot-tell");
    says(
        &coverage,
        &[
            "No transaction log was found",
            "The file changes.csv was not read: it seems to be a log of changes, but its columns are Who, Item, Date, Old, New, Nbr",
            "The file notes.txt was not read",
            "The file Audit.xls was not read: it is a spreadsheet",
            "[roll.log.columns]",
        ],
    );
    let (output, _) = run(&["assess", dir.path().to_str().unwrap(), "--no-limit"]);
    let said = text(&output);
    let lines = said.lines().skip_while(|line| !line.contains("[roll.log.columns]")).take(7);
    let filled = lines.map(|line| match line.trim().split_once(" = ") {
        Some(("voter-id", _)) => "voter-id = \"Nbr\"".to_owned(),
        Some(("field", _)) => "field = \"Item\"".to_owned(),
        Some(("user", _)) => "user = \"Who\"".to_owned(),
        _ => line.to_owned(),
    });
    fs::write(dir.path().join("office.toml"), filled.collect::<Vec<_>>().join("\n")).unwrap();
    let (answer, coverage) = assessed(dir.path());
    assert!(told(&answer).is_empty() && !coverage.contains("changes.csv was not read"), "{coverage}");
    assert!(!coverage.contains("No transaction log"), "{coverage}");
}

#[test]
fn what_a_spreadsheet_does_to_a_file_is_no_change() {
    let dir = tempfile::tempdir().unwrap();
    let changed = [3, 8, 20];
    let older = extract(&[]).replace("\r\n", ";;\r\n");
    let older = format!(
        "\u{feff}sep=;\r\nRegistered voters;;;\r\nas of 9/5/2026;;;\r\n{older}Total;60;;;;;;;;;;;\r\n;;;;;;;;;;;;\r\n"
    );
    // Excel's "Unicode text", after the zeros went and the dates were written its way.
    let newer: String = extract(&changed).replace(';', "\t").replace("\n000", "\n").replace("3/1/19", "03/01/19");
    let newer: Vec<u8> = format!("\u{feff}{newer}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let log = log(&changed).replace(",000", ",").replace(" 2:15 PM", "");
    write(
        dir.path(),
        &[
            ("roll/first.csv", older.as_bytes()),
            ("roll/VOTERS October 3, 2026.txt", &newer),
            ("roll/log.csv", format!("Audit report,,,,,\n{log}Total entries: 3,,,,,\n").as_bytes()),
        ],
    );
    let (answer, coverage) = assessed(dir.path());
    assert!(told(&answer).is_empty(), "{:#?}", told(&answer));
    assert_eq!((answer["verdict"].as_str(), answer["coverage"]["rejected"].as_u64()), (Some("cannot-tell"), Some(0)));
    says(&coverage, &["without those zeros", "within office hours can't be judged", "2026-09-05"]);
}
