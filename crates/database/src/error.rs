//! Why a database gave no extract, and what to do. No message holds a password or a row.

use std::path::PathBuf;

/// Why there is no extract.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The address is none. It is not shown: it may hold a password.
    #[error("the database's address is not as expected: {0}")]
    Address(String),
    /// It is not said which rows are meant.
    #[error(
        "{at}: which rows? Name a table (table = \"voters\", or ?table=voters at the address's end) or a query, and only one of the two"
    )]
    NoRows {
        /// The database.
        at: String,
    },
    /// The server can't be reached.
    #[error(
        "{at} can't be reached: {cause}. Is the server running, does it listen on this address, and does a firewall let this machine through?"
    )]
    Unreachable {
        /// The server.
        at: String,
        /// What failed.
        cause: std::io::Error,
    },
    /// The connection broke off, or what came over it is no answer of PostgreSQL's.
    #[error("{at} broke off: {cause}. Nothing of what came before is used; run again")]
    Broken {
        /// The server.
        at: String,
        /// What failed.
        cause: std::io::Error,
    },
    /// The server proves itself otherwise than the address asks for, or not at all.
    #[error("{at}: {why}")]
    Unproven {
        /// The server.
        at: String,
        /// What is wrong and how to mend it.
        why: String,
    },
    /// A password is needed.
    #[error(
        "{at} asks for a password, and none was found. Put a line host:port:database:user:password into ~/.pgpass (mode 600), set PGPASSWORD, or name a file that holds it as password_file under [roll] in office.toml"
    )]
    NoPassword {
        /// The server.
        at: String,
    },
    /// A file with a password can't be used.
    #[error("{path}: {why}")]
    PasswordFile {
        /// The file.
        path: PathBuf,
        /// What is wrong and how to mend it.
        why: String,
    },
    /// PostgreSQL refused.
    #[error("{at} refused: {message} (SQLSTATE {code}). {mend}")]
    Refused {
        /// The server.
        at: String,
        /// Its own words.
        message: String,
        /// PostgreSQL's code of the fault (its manual's appendix A).
        code: String,
        /// What to do.
        mend: &'static str,
    },
    /// SQLite refused.
    #[error("{at}: {message}. {mend}")]
    Sqlite {
        /// The file.
        at: String,
        /// SQLite's own words, or ours.
        message: String,
        /// What to do.
        mend: &'static str,
    },
    /// It took too long.
    #[error(
        "{at}: the query took longer than {seconds} seconds and was given up. Ask for less, or for a table that holds the rows already"
    )]
    TooLong {
        /// The database.
        at: String,
        /// How long it was given.
        seconds: u64,
    },
    /// The extract can't be written.
    #[error("the extract can't be written")]
    Write(#[source] std::io::Error),
}

/// Foreign words in one line, without control characters, and not too long.
pub(crate) fn shown(text: &str) -> String {
    const MOST: usize = 500;
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MOST).collect()
}
