//! Extracts from real databases: SQLite files, and a PostgreSQL server that each test starts for itself.

mod encrypted;
mod postgres;
mod sqlite;

use pollwarden_database::{Database, DatabaseError, Extracted, Rows};

/// What an address gives: the text, and what is said of it.
fn extract(address: &str, rows: Option<Rows>) -> Result<(String, Extracted), DatabaseError> {
    let mut out = Vec::new();
    let said = Database::parse(address, rows)?.extract(&mut out, &mut |_| {})?;
    Ok((String::from_utf8_lossy(&out).into_owned(), said))
}

fn table(name: &str) -> Option<Rows> {
    Some(Rows::Table(name.to_owned()))
}

fn query(sql: &str) -> Option<Rows> {
    Some(Rows::Query(sql.to_owned()))
}

/// The fields of every line.
fn fields(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|r| r.expect("a record").iter().map(str::to_owned).collect()).collect()
}
