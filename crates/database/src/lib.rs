//! Reads the rows of one query from an office's PostgreSQL or SQLite database and writes them as a delimited text with a
//! header (RFC 4180), which sensors read like any extract.
//!
//! Nothing is ever written to the database: PostgreSQL is asked within a READ ONLY transaction, SQLite's file is opened to
//! read only. Rows pass through in memory that does not grow with them, and both have so much time and no more. What the
//! columns mean, and where the text goes, is left to others.

mod address;
mod counted;
mod error;
mod password;
mod postgres;
mod sqlite;

use std::io::Write;
use std::time::Duration;

use address::Place;
pub use address::{Database, Rows, is_address};
use counted::Counted;
pub use error::DatabaseError;

/// How long one query may take unless something else is said. A whole state's roll takes minutes.
const LONGEST: Duration = Duration::from_secs(30 * 60);

/// What a query gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extracted {
    /// Rows, without the header.
    pub rows: u64,
    /// Length of the text in bytes.
    pub bytes: u64,
    /// Why the rows may have come from somebody else than the database that was named; `None` where that was proved, or
    /// where they never left this machine.
    pub unproven: Option<String>,
}

impl Database {
    /// Asks for the rows and writes them to `out`: a header, then a line a row, in UTF-8 where the database knows its encoding.
    /// NULL and empty text are both written as an empty field. `progress` is told how many bytes were written so far.
    ///
    /// # Errors
    /// Where the database can't be reached, refuses, breaks off or takes too long, and where `out` takes no more. What was
    /// written by then is no extract.
    pub fn extract(&self, out: &mut dyn Write, progress: &mut dyn FnMut(u64)) -> Result<Extracted, DatabaseError> {
        let mut out = Counted::new(out, progress);
        let (rows, unproven) = match &self.place {
            Place::Postgres(server) => postgres::extract(self, server, &mut out)?,
            Place::Sqlite(file) => (sqlite::extract(self, file, &mut out)?, None),
        };
        out.flush().map_err(DatabaseError::Write)?;
        Ok(Extracted { rows, bytes: out.bytes(), unproven })
    }
}
