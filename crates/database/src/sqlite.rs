//! Rows of an SQLite file, which is opened to read only and trusted with nothing: see SQLite's "Defense Against The Dark
//! Arts" (sqlite.org/security.html).

use std::fmt::Write as _;
use std::io::Write;
use std::time::{Duration, Instant};

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags, Statement};

use crate::address::SqliteFile;
use crate::error::shown;
use crate::{Database, DatabaseError, Rows};

/// Longer than any value of a roll.
const LONGEST_VALUE: i32 = 16 << 20;
/// Between looks at the clock, in steps of SQLite's virtual machine.
const STEPS: i32 = 100_000;
/// What has a meaning of its own in an SQLite file name that is a URI.
const IN_PATH: &AsciiSet = &CONTROLS.add(b' ').add(b'%').add(b'?').add(b'#');

/// Writes the rows, and says how many there were.
pub(crate) fn extract(asked: &Database, file: &SqliteFile, out: &mut dyn Write) -> Result<u64, DatabaseError> {
    let refused = |cause| refused(asked, &cause);
    let connection = open(asked, file)?;
    let sql = match &asked.rows {
        Rows::Table(table) => format!("SELECT * FROM {}", quoted(table)),
        Rows::Query(query) => query.clone(),
    };
    let mut statement = connection.prepare(&sql).map_err(refused)?;
    if !statement.readonly() || statement.column_count() == 0 {
        return Err(fault(asked, "the query is no SELECT", "Only what reads is run."));
    }
    rows(asked, &mut statement, out)
}

fn rows(asked: &Database, statement: &mut Statement<'_>, out: &mut dyn Write) -> Result<u64, DatabaseError> {
    let refused = |cause| refused(asked, &cause);
    let mut out = csv::Writer::from_writer(out);
    let columns = statement.column_count();
    out.write_record(statement.column_names()).map_err(write_error)?;
    let mut rows = statement.query([]).map_err(refused)?;
    let (mut count, mut field) = (0, String::new());
    while let Some(row) = rows.next().map_err(refused)? {
        for at in 0..columns {
            let value = row.get_ref(at).map_err(refused)?;
            out.write_field(bytes_of(value, &mut field)).map_err(write_error)?;
        }
        out.write_record(None::<&[u8]>).map_err(write_error)?;
        count += 1;
    }
    out.flush().map_err(DatabaseError::Write)?;
    Ok(count)
}

/// A value as text. SQLite has no dates of its own: they are text or numbers, as the office keeps them.
fn bytes_of<'a>(value: ValueRef<'a>, field: &'a mut String) -> &'a [u8] {
    field.clear();
    // Writing into a text can't fail.
    let _ = match value {
        ValueRef::Null => Ok(()),
        ValueRef::Text(text) => return text,
        ValueRef::Integer(number) => write!(field, "{number}"),
        ValueRef::Real(number) => write!(field, "{number}"),
        ValueRef::Blob(bytes) => bytes.iter().try_fold((), |(), byte| write!(field, "{byte:02x}")),
    };
    field.as_bytes()
}

fn open(asked: &Database, file: &SqliteFile) -> Result<Connection, DatabaseError> {
    if !file.path.is_file() {
        return Err(fault(asked, "there is no such file", "Give the path of the database's file."));
    }
    if file.immutable && has_journal(file) {
        let mend = "Copy the -wal file into the database first (PRAGMA wal_checkpoint), or leave immutable=1 out.";
        return Err(fault(asked, "a -wal file with changes lies beside it, which would not be read", mend));
    }
    let path = std::path::absolute(&file.path).unwrap_or_else(|_| file.path.clone());
    let path = utf8_percent_encode(&path.to_string_lossy(), IN_PATH).to_string();
    let uri = format!("file:{path}?mode=ro{}", if file.immutable { "&immutable=1" } else { "" });
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(uri, flags).and_then(|c| guarded(c, asked.longest));
    opened.map_err(|cause| refused(asked, &cause))
}

fn guarded(mut connection: Connection, longest: Duration) -> rusqlite::Result<Connection> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, LONGEST_VALUE)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    let until = Instant::now() + longest;
    connection.progress_handler(STEPS, Some(move || Instant::now() >= until))?;
    Ok(connection)
}

/// Whether changes wait beside the file.
fn has_journal(file: &SqliteFile) -> bool {
    let mut name = file.path.clone().into_os_string();
    name.push("-wal");
    std::fs::metadata(name).is_ok_and(|kind| kind.len() > 0)
}

/// A name that stands for itself whatever characters it has.
fn quoted(table: &str) -> String {
    table.split('.').map(|part| format!("\"{}\"", part.replace('"', "\"\""))).collect::<Vec<_>>().join(".")
}

fn fault(asked: &Database, message: &str, mend: &'static str) -> DatabaseError {
    DatabaseError::Sqlite { at: asked.name(), message: message.to_owned(), mend }
}

fn refused(asked: &Database, cause: &rusqlite::Error) -> DatabaseError {
    let message = shown(&cause.to_string());
    let mend = match cause.sqlite_error_code() {
        Some(ErrorCode::OperationInterrupted) => {
            return DatabaseError::TooLong { at: asked.name(), seconds: asked.longest.as_secs() };
        }
        Some(ErrorCode::NotADatabase) => "This is no SQLite database, or it is encrypted: give one that can be read.",
        Some(ErrorCode::DatabaseCorrupt) => {
            "The file is damaged: restore it from a backup, and keep this one as it is."
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "Somebody writes to it: run again, or read a copy."
        }
        Some(ErrorCode::CannotOpen) => {
            "May it be read? A database in WAL mode in a folder that can't be written to needs ?immutable=1 at the address's end."
        }
        Some(ErrorCode::TooBig) => "A value is longer than 16 MiB, which no roll has: ask for other columns.",
        _ if message.contains("no such table") => "See `.tables` of the sqlite3 command for the tables that there are.",
        _ => "Mend the query, or try it in the sqlite3 command.",
    };
    DatabaseError::Sqlite { at: asked.name(), message, mend }
}

fn write_error(cause: csv::Error) -> DatabaseError {
    DatabaseError::Write(std::io::Error::other(cause))
}
