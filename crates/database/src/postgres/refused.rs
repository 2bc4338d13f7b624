//! A server's refusal in its own words, with what to do, by its SQLSTATE (PostgreSQL's manual, appendix A).

use std::time::Duration;

use fallible_iterator::FallibleIterator as _;
use postgres_protocol::message::backend::ErrorResponseBody;

use crate::DatabaseError;
use crate::error::shown;

pub(super) fn refused(body: &ErrorResponseBody, at: String, longest: Duration) -> DatabaseError {
    let (mut code, mut message) = (String::new(), String::new());
    let mut fields = body.fields();
    while let Ok(Some(field)) = fields.next() {
        let text = || shown(&String::from_utf8_lossy(field.value_bytes()));
        match field.type_() {
            b'C' => code = text(),
            b'M' => message = text(),
            _ => {}
        }
    }
    if code == QUERY_CANCELED {
        return DatabaseError::TooLong { at, seconds: longest.as_secs() };
    }
    let mend = mend(&code);
    DatabaseError::Refused { at, message, code, mend }
}

const QUERY_CANCELED: &str = "57014";

fn mend(code: &str) -> &'static str {
    match code {
        "28P01" => "The password is not this user's: look into ~/.pgpass, PGPASSWORD, password_file or the address.",
        "28000" => "Ask the database's administrator to let this user in from this machine (pg_hba.conf).",
        "3D000" => "The address ends with the database's name: is it right?",
        "42P01" => {
            "See `\\d` in psql for the tables that there are; a table in another schema is written schema.table, and capitals count."
        }
        "42703" => "See `\\d` and the table's name in psql for its columns.",
        "42501" => {
            "Ask for a role that may SELECT these rows, and all of them: where row-level security hides some, one with BYPASSRLS."
        }
        "42601" => "Mend the query: one SELECT, as it runs in psql.",
        "25006" => "Only what reads is run.",
        "55P03" => "Somebody changes the table's structure now: run again later.",
        "53300" => "The server has too many connections: run again later.",
        "22021" | "22P05" => {
            "Some text is damaged or has no place in UTF-8: find the row with the database's administrator."
        }
        _ => "See the server's log for more.",
    }
}
