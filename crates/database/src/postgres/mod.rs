//! Rows of a PostgreSQL query, as COPY writes them (PostgreSQL's manual, "COPY", format csv).
//!
//! The rows come from one moment (REPEATABLE READ) of a transaction that may not write (READ ONLY). The query goes over the
//! extended protocol, which takes one statement and no more: it can't end that transaction.

mod login;
mod proof;
mod refused;
mod socket;
mod wire;

use std::io::Write;
use std::time::Duration;

use postgres_protocol::escape::escape_identifier;
use postgres_protocol::message::backend::Message;

use crate::address::{Proof, Server};
use crate::{Database, DatabaseError, Rows};
use wire::Wire;

/// How long to wait for somebody else's lock on the table: whoever comes after us waits behind us.
const LOCK_SECONDS: u64 = 60;

/// Writes the rows, and says how many there were, and why they may be somebody else's.
pub(crate) fn extract(
    asked: &Database,
    server: &Server,
    out: &mut dyn Write,
) -> Result<(u64, Option<String>), DatabaseError> {
    let mut wire = Wire::to(server, asked)?;
    let about = login::log_in(&mut wire, server)?;
    wire.patience()?;
    wire.query(&begin(asked.longest, about.knows_encoding()))?;
    wire.ask_one(&copy(&asked.rows))?;
    let rows = copy_out(&mut wire, out)?;
    wire.goodbye();
    Ok((rows, unproven(server)))
}

/// Row-level security must not leave rows out unsaid; with it off, PostgreSQL refuses a query from which it would hide some.
fn begin(longest: Duration, knows_encoding: bool) -> String {
    let encoding = if knows_encoding { "" } else { "; SET LOCAL client_encoding = 'SQL_ASCII'" };
    format!(
        "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = '{}ms'; \
         SET LOCAL lock_timeout = '{LOCK_SECONDS}s'; SET LOCAL row_security = off; SET LOCAL bytea_output = 'hex'{encoding}",
        longest.as_millis().min(i32::MAX as u128)
    )
}

/// The line end keeps a comment at the query's end from swallowing what follows.
fn copy(rows: &Rows) -> String {
    let query = match rows {
        Rows::Table(table) => {
            format!("SELECT * FROM {}", table.split('.').map(escape_identifier).collect::<Vec<_>>().join("."))
        }
        Rows::Query(query) => query.trim().trim_end_matches(';').to_owned(),
    };
    format!("COPY (\n{query}\n) TO STDOUT (FORMAT csv, HEADER)")
}

/// Hands on what COPY writes. Only a count of rows and a server that is ready again end it.
fn copy_out(wire: &mut Wire, out: &mut dyn Write) -> Result<u64, DatabaseError> {
    let mut rows = None;
    loop {
        match wire.next()? {
            Message::CopyData(data) => out.write_all(data.data()).map_err(DatabaseError::Write)?,
            Message::CommandComplete(done) => rows = counted(done.tag().unwrap_or_default()),
            Message::ReadyForQuery(_) => return rows.ok_or_else(|| wire.broken("no count of rows came at the end")),
            Message::ParseComplete
            | Message::BindComplete
            | Message::CopyOutResponse(_)
            | Message::CopyDone
            | Message::ParameterStatus(_) => {}
            _ => return Err(wire.broken("an answer that has no place in a copy")),
        }
    }
}

/// The count in `COPY 200000`.
fn counted(tag: &str) -> Option<u64> {
    tag.strip_prefix("COPY ")?.parse().ok()
}

fn unproven(server: &Server) -> Option<String> {
    let proved = matches!(server.proof, Proof::VerifyCa | Proof::VerifyFull) || server.is_here();
    let why = || {
        format!(
            "With sslmode={} the server did not prove that it is {}: whoever sits between could have given other rows",
            server.proof.name(),
            server.host
        )
    };
    (!proved).then(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_quoted_and_a_query_stands_alone() {
        let copied = |rows: Rows| copy(&rows).lines().nth(1).map(str::to_owned);
        let table = |name: &str| copied(Rows::Table(name.into()));
        assert_eq!(table("voters").as_deref(), Some("SELECT * FROM \"voters\""));
        assert_eq!(table("a.b\"; DROP TABLE c").as_deref(), Some("SELECT * FROM \"a\".\"b\"\"; DROP TABLE c\""));
        assert_eq!(copied(Rows::Query("SELECT 1 -- all;\n;".into())).as_deref(), Some("SELECT 1 -- all;"));
    }

    #[test]
    fn only_a_count_of_rows_is_one() {
        assert_eq!((counted("COPY 200000"), counted("SELECT 5"), counted("COPY")), (Some(200_000), None, None));
    }
}
