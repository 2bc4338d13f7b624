use std::path::Path;

use rusqlite::Connection;

use crate::{extract, fields, query, table};

fn made(folder: &Path, sql: &str) -> String {
    let path = folder.join("roll #1.db");
    Connection::open(&path).expect("a database").execute_batch(sql).expect("its rows");
    format!("sqlite:{}", path.display())
}

#[test]
fn values_of_every_type_come_as_text() {
    let dir = tempfile::tempdir().expect("a folder");
    let address = made(
        dir.path(),
        "CREATE TABLE \"the voters\" (id INTEGER, name TEXT, share REAL, active BOOLEAN, born DATE, photo BLOB);
         INSERT INTO \"the voters\" VALUES
         (1, 'O''Hara, \"Mia\"' || char(10) || 'NUÑEZ', 0.5, TRUE, '1970-02-03', x'00ff'),
         (2, '', NULL, FALSE, NULL, NULL), (9223372036854775807, CAST(x'4e55d1' AS TEXT), 1e300, NULL, 2440587.5, '');",
    );
    let (text, said) = extract(&address, table("the voters")).expect("rows");
    let rows = fields(&text.replace('\u{fffd}', "?"));
    assert_eq!(rows[0], ["id", "name", "share", "active", "born", "photo"]);
    assert_eq!(rows[1], ["1", "O'Hara, \"Mia\"\nNUÑEZ", "0.5", "1", "1970-02-03", "00ff"]);
    assert_eq!(rows[2], ["2", "", "", "0", "", ""]);
    assert_eq!(rows[3][..2], ["9223372036854775807", "NU?"]);
    assert_eq!((said.rows, said.unproven), (3, None));
    let (text, said) = extract(&address, query("SELECT id FROM \"the voters\" WHERE active -- those;")).expect("rows");
    assert_eq!((&*text, said.rows), ("id\n1\n", 1));
}

#[test]
fn nothing_is_written_whatever_the_query() {
    let dir = tempfile::tempdir().expect("a folder");
    let address = made(dir.path(), "CREATE TABLE voters (id); INSERT INTO voters VALUES (1);");
    let file = address.trim_start_matches("sqlite:");
    let before = std::fs::read(file).expect("the file");
    let other = dir.path().join("other.db");
    for sql in [
        "DELETE FROM voters RETURNING id",
        "SELECT 1; DELETE FROM voters",
        &format!("ATTACH '{}' AS other", other.display()),
        "PRAGMA journal_mode = WAL",
        "VACUUM",
        "",
    ] {
        assert!(extract(&address, query(sql)).is_err(), "{sql}");
    }
    assert_eq!(std::fs::read(file).expect("the file"), before);
    assert!(!other.exists() && std::fs::read_dir(dir.path()).expect("the folder").count() == 1);
}

#[test]
fn errors_say_what_to_do() {
    let dir = tempfile::tempdir().expect("a folder");
    let address = made(dir.path(), "CREATE TABLE voters (id);");
    let text = dir.path().join("a.txt");
    std::fs::write(&text, "voter_id,last_name\n".repeat(99)).expect("a file");
    for (address, rows, words) in [
        (address.clone(), table("voter"), "no such table: voter. See `.tables`"),
        (address.clone(), query("SELECT surname FROM voters"), "no such column: surname"),
        (format!("sqlite:{}", text.display()), table("voters"), "This is no SQLite database"),
        (format!("sqlite:{}", dir.path().join("gone.db").display()), table("voters"), "there is no such file"),
    ] {
        let error = extract(&address, rows).expect_err("a mistake").to_string();
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn a_damaged_file_gives_no_extract() {
    let dir = tempfile::tempdir().expect("a folder");
    let address = made(
        dir.path(),
        "CREATE TABLE voters (id, name);
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
         INSERT INTO voters SELECT i, 'a name of some length ' || i FROM n;",
    );
    let file = address.trim_start_matches("sqlite:");
    let mut bytes = std::fs::read(file).expect("the file");
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0xa5);
    std::fs::write(file, bytes).expect("the file");
    let error = extract(&address, table("voters")).expect_err("damage").to_string();
    assert!(error.contains("damaged: restore it from a backup"), "{error}");
}

#[test]
fn a_copy_with_changes_beside_it_is_not_read_without_them() {
    let dir = tempfile::tempdir().expect("a folder");
    let address = made(dir.path(), "CREATE TABLE voters (id); INSERT INTO voters VALUES (1);");
    let copy = format!("{address}?immutable=1");
    assert_eq!(extract(&copy, table("voters")).expect("rows").1.rows, 1);
    std::fs::write(format!("{}-wal", address.trim_start_matches("sqlite:")), "changes").expect("a file");
    assert!(extract(&copy, table("voters")).expect_err("half").to_string().contains("-wal"));
}

#[test]
fn a_query_without_end_is_given_up() {
    let dir = tempfile::tempdir().expect("a folder");
    let address = made(dir.path(), "CREATE TABLE voters (id);");
    let endless = query("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n");
    let database = pollwarden_database::Database::parse(&address, endless).expect("an address");
    let within = database.within(std::time::Duration::from_millis(300));
    let error = within.extract(&mut std::io::sink(), &mut |_| {}).expect_err("no end");
    assert!(matches!(error, pollwarden_database::DatabaseError::TooLong { .. }), "{error}");
}
