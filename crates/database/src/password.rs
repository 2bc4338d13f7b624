//! Where the password is: the address, a file of the office's, PGPASSWORD, or the password file of libpq (`~/.pgpass`).
//!
//! PostgreSQL's manual, "The Password File" (libpq-pgpass): lines of `host:port:database:user:password`, `*` for any, `\` before
//! a colon or backslash that is meant.

use std::fs;
use std::path::{Path, PathBuf};

use crate::DatabaseError;
use crate::address::Server;

/// The password for a server; `None` where none is known.
pub(crate) fn find(server: &Server) -> Result<Option<String>, DatabaseError> {
    if let Some(password) = &server.password {
        return Ok(Some(password.clone()));
    }
    if let Some(path) = &server.password_file {
        let text = read_private(path)?;
        return Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()));
    }
    if let Ok(password) = std::env::var("PGPASSWORD") {
        return Ok(Some(password));
    }
    match passfile().filter(|path| path.exists()) {
        Some(path) => Ok(in_passfile(&read_private(&path)?, server)),
        None => Ok(None),
    }
}

fn passfile() -> Option<PathBuf> {
    let given = std::env::var_os("PGPASSFILE").filter(|path| !path.is_empty()).map(PathBuf::from);
    given.or_else(|| std::env::home_dir().map(|home| home.join(".pgpass")))
}

/// A file that nobody else may read: libpq, too, uses no other.
fn read_private(path: &Path) -> Result<String, DatabaseError> {
    let fault = |why: String| DatabaseError::PasswordFile { path: path.to_owned(), why };
    let kind =
        fs::metadata(path).map_err(|cause| fault(format!("the file with the password can't be read: {cause}")))?;
    if is_open_to_others(&kind) {
        return Err(fault("others on this machine may read this file with a password. Close it: chmod 600".to_owned()));
    }
    fs::read_to_string(path).map_err(|cause| fault(format!("the file with the password can't be read: {cause}")))
}

#[cfg(unix)]
fn is_open_to_others(kind: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    kind.permissions().mode() & 0o077 != 0
}

#[cfg(not(unix))]
fn is_open_to_others(_: &fs::Metadata) -> bool {
    false
}

/// The password of the first line that is for this server.
fn in_passfile(text: &str, server: &Server) -> Option<String> {
    let host = if server.is_socket() { "localhost" } else { &server.host };
    let port = server.port.to_string();
    let wanted = [host, &port, &server.database, &server.user];
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(split).find(|fields| is_for(fields, &wanted)).and_then(|fields| fields.into_iter().nth(wanted.len()))
}

fn is_for(fields: &[String], wanted: &[&str]) -> bool {
    fields.len() > wanted.len() && fields.iter().zip(wanted).all(|(field, wanted)| field == "*" || field == wanted)
}

fn split(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            ':' => fields.push(String::new()),
            '\\' => push(&mut fields, chars.next().unwrap_or('\\')),
            c => push(&mut fields, c),
        }
    }
    fields
}

fn push(fields: &mut [String], c: char) {
    if let Some(field) = fields.last_mut() {
        field.push(c);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::address::Proof;

    fn server(database: &str) -> Server {
        Server {
            host: "db.example".into(),
            port: 5432,
            user: "clerk".into(),
            database: database.into(),
            password: None,
            password_file: None,
            proof: Proof::Disable,
            root_certificates: None,
        }
    }

    #[test]
    fn the_first_line_that_fits_counts() {
        let text = "# ours\ndb.example:5432:other:clerk:no\ndb.example:*:roll:clerk:a\\:b\\\\c\n*:*:*:*:last\n";
        assert_eq!(in_passfile(text, &server("roll")).as_deref(), Some("a:b\\c"));
        assert_eq!(in_passfile(text, &server("archive")).as_deref(), Some("last"));
        assert_eq!(in_passfile("db.example:5432:roll:clerk\n", &server("roll")), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("password");
        fs::write(&path, "s3cret\n").expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("its mode");
        let of = |path: &Path| find(&Server { password_file: Some(path.to_owned()), ..server("roll") });
        let error = of(&path).expect_err("open to all").to_string();
        assert!(error.contains("chmod 600") && !error.contains("s3cret"), "{error}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("its mode");
        assert_eq!(of(&path).expect("a password").as_deref(), Some("s3cret"));
        assert!(of(&dir.path().join("absent")).expect_err("no file").to_string().contains("absent"));
    }

    proptest! {
        #[test]
        fn what_was_escaped_is_read_again(password in "[a-z:\\\\]{0,12}") {
            let escaped = password.replace('\\', "\\\\").replace(':', "\\:");
            let line = format!("*:*:*:*:{escaped}");
            prop_assert_eq!(in_passfile(&line, &server("roll")), Some(password));
        }
    }
}
