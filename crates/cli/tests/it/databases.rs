//! A roll in a database gives the answer that the same roll gives as files, and nothing of the password is shown.

use std::fs;
use std::path::{Path, PathBuf};

use pollwarden_testkit::postgres::{PASSWORD, Postgres};
use rusqlite::Connection;
use serde_json::Value;

use crate::support::{answer, pollwarden, root, run, text};

/// Two extracts and a log whose answer is known.
fn case() -> PathBuf {
    root().join("crates/roll/testdata/unexplained-change/four-not-logged")
}

const DAYS: [&str; 2] = ["2026-09-05", "2026-10-03"];

/// Statements that make a table of a file's columns and rows.
fn statements(file: &Path) -> Vec<String> {
    let mut reader = csv::Reader::from_path(file).unwrap();
    let quoted = |name: &str| format!("\"{}\" text", name.replace('"', "\"\""));
    let columns: Vec<String> = reader.headers().unwrap().iter().map(quoted).collect();
    let value =
        |value: &str| if value.is_empty() { "NULL".to_owned() } else { format!("'{}'", value.replace('\'', "''")) };
    let rows = reader.records().map(|r| r.unwrap()).map(|r| {
        let values: Vec<String> = r.iter().map(value).collect();
        format!("INSERT INTO \"Roll Book\" VALUES ({})", values.join(", "))
    });
    let make = [
        "DROP TABLE IF EXISTS \"Roll Book\"".to_owned(),
        format!("CREATE TABLE \"Roll Book\" ({})", columns.join(", ")),
    ];
    make.into_iter().chain(rows).collect()
}

/// What an answer says, without the names of its sources.
fn said(answer: &Value) -> Value {
    let findings = answer["findings"].as_array().unwrap();
    let of = |f: &Value| {
        ["detector", "title", "severity", "confidence", "measures", "expected", "seen"].map(|key| f[key].clone())
    };
    let all: Vec<Vec<Value>> = findings.iter().map(|f| of(f).to_vec()).collect();
    serde_json::json!({ "verdict": answer["verdict"], "findings": all, "rows": answer["coverage"]["rows"] })
}

fn as_files() -> Value {
    let [a, b] = DAYS.map(|day| case().join(format!("roll_{day}.csv")).display().to_string());
    let (answer, code) = answer(&["roll", "diff", &a, &b, "--with", case().to_str().unwrap()]);
    assert_eq!(code, 1);
    said(&answer)
}

/// Extracts of both days through `roll extract`, compared.
fn as_database(dir: &Path, source: &str, load: &dyn Fn(&[String])) -> Value {
    let office = dir.join("office.toml");
    fs::write(&office, format!("[roll]\nsource = \"{source}\"\ntable = \"Roll Book\"\n")).unwrap();
    let extracts = DAYS.map(|day| {
        load(&statements(&case().join(format!("roll_{day}.csv"))));
        let out = dir.join(format!("roll_{day}.csv.zst")).display().to_string();
        let (output, code) = run(&["roll", "extract", "--office", office.to_str().unwrap(), "--out", &out]);
        let shown = String::from_utf8_lossy(&output.stderr).into_owned() + &text(&output);
        assert_eq!(code, 0, "{shown}");
        assert!(shown.contains("table Roll Book: 12 rows") && !shown.contains(PASSWORD), "{shown}");
        assert_private(Path::new(&out));
        out
    });
    let (answer, code) = answer(&["roll", "diff", &extracts[0], &extracts[1], "--with", case().to_str().unwrap()]);
    assert_eq!(code, 1);
    said(&answer)
}

#[cfg(unix)]
fn assert_private(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600, "{}", path.display());
}

#[cfg(not(unix))]
fn assert_private(_: &Path) {}

#[test]
fn a_roll_in_sqlite_gives_the_answer_of_its_files() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("roll.db");
    let load = |statements: &[String]| Connection::open(&file).unwrap().execute_batch(&statements.join(";")).unwrap();
    // A relative path is meant from office.toml's folder.
    assert_eq!(as_database(dir.path(), "sqlite:roll.db", &load), as_files());
}

#[test]
fn a_roll_in_postgresql_gives_the_answer_of_its_files() {
    let Some(server) = Postgres::start() else { return };
    let dir = tempfile::tempdir().unwrap();
    let load = |statements: &[String]| server.sql("postgres", &statements.join(";"));
    assert_eq!(as_database(dir.path(), &server.address("postgres", "postgres"), &load), as_files());
}

#[test]
fn an_assessment_takes_an_extract_each_time_and_compares_the_last_two() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("roll.db");
    let load = |day: &str| {
        let statements = statements(&case().join(format!("roll_{day}.csv")));
        Connection::open(&file).unwrap().execute_batch(&statements.join(";")).unwrap();
    };
    fs::write(
        dir.path().join("office.toml"),
        "name = \"Ours\"\n[roll]\nsource = \"sqlite:roll.db\"\ntable = \"Roll Book\"\n",
    )
    .unwrap();
    let assess = || {
        let mut command = pollwarden(&["assess", dir.path().to_str().unwrap(), "--format", "json", "--no-limit"]);
        let report: Value = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
        report["answers"].as_array().unwrap().iter().find(|a| a["question"] == "roll").unwrap().clone()
    };
    load(DAYS[0]);
    let first = assess();
    assert_eq!(first["verdict"], "cannot-tell");
    assert!(first.to_string().contains("one extract only"), "{first:#}");
    load(DAYS[1]);
    // Names of extracts have seconds.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let second = assess();
    assert_eq!(second["coverage"]["rows"], 24, "{second:#}");
    assert!(second["coverage"].to_string().contains("table Roll Book: 12 rows"), "{second:#}");
    let folder = dir.path().join(".pollwarden/rolls");
    let kept: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(kept.len(), 2, "{kept:?}");
    kept.iter().for_each(|path| assert_private(path));
    fs::remove_file(&file).unwrap();
    let third = assess();
    assert!(third["coverage"].to_string().contains("The roll's database was not read"), "{third:#}");
    assert_ne!(third["verdict"], "nothing-found");
}

#[test]
fn a_database_stands_in_for_a_file_in_a_comparison() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("roll.db");
    let b = case().join("roll_2026-10-03.csv");
    Connection::open(&file).unwrap().execute_batch(&statements(&b).join(";")).unwrap();
    let address = format!("sqlite:{}?table=Roll Book", file.display());
    let a = case().join("roll_2026-09-05.csv");
    let (found, _) = answer(&["roll", "diff", a.to_str().unwrap(), &address]);
    let sources = found["coverage"]["sources"].to_string();
    assert!(sources.contains("roll.db, table Roll Book"), "{sources}");
    assert_eq!(found["coverage"]["rows"], 24);
}

#[test]
fn mistakes_are_named_without_the_password() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("roll.db");
    Connection::open(&file)
        .unwrap()
        .execute_batch("CREATE TABLE pets (name, colour); INSERT INTO pets VALUES ('Rex', 'red')")
        .unwrap();
    let office = dir.path().join("office.toml");
    for (settings, words) in [
        ("source = \"sqlite:roll.db\"\ntable = \"pets\"", "has the columns name,colour"),
        ("source = \"sqlite:roll.db\"\ntable = \"voters\"", "no such table: voters"),
        ("source = \"sqlite:roll.db\"", "which rows?"),
        ("table = \"voters\"", "name it as roll.source"),
        ("source = \"postgres://clerk:s3cret@h/d\"\ntable = \"a\"\nquery = \"b\"", "give one of the two"),
        ("source = \"postgres://clerk:s3cret@h/d\ntable = \"a\"", "it is not shown"),
        ("source = [\"postgres://clerk:s3cret@h/d\"]", "it is not shown"),
        ("source = \"postgres://clerk:s3cret@127.0.0.1:1/d\"\ntable = \"a\"", "can't be reached"),
        ("source = \"postgres://clerk:s3cret@h:1/d?sslmode=no\"\ntable = \"a\"", "verify-full"),
        ("key = \"voter_id\"", "names no database"),
    ] {
        fs::write(&office, format!("[roll]\n{settings}\n")).unwrap();
        let out = dir.path().join("out.csv");
        let (output, code) =
            run(&["roll", "extract", "--office", office.to_str().unwrap(), "--out", out.to_str().unwrap()]);
        let shown = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(code, 2, "{settings}: {shown}");
        assert!(shown.contains(words) && !shown.contains("s3cret"), "{settings}: {shown}");
        assert!(!out.exists() && !dir.path().join("out.csv.part").exists());
    }
}
