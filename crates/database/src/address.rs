//! Where a database is: `postgres://user@host:port/database?sslmode=…` (the connection URI of PostgreSQL's libpq) or
//! `sqlite:/path/to/file`, each with `?table=…` or `?query=…` where nothing else says which rows are meant.

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use percent_encoding::percent_decode_str;
use url::{Host, Url};

use crate::{DatabaseError, LONGEST};

const POSTGRES: [&str; 2] = ["postgres://", "postgresql://"];
const SQLITE: &str = "sqlite:";
/// Stands where an address names no host; RFC 2606 keeps the name from being anybody's.
const NO_HOST: &str = "socket.invalid";
const DEFAULT_PORT: u16 = 5432;
/// Where Debian's and most others' servers have their socket.
const SOCKETS: &str = "/var/run/postgresql";

/// Whether a text is a database's address rather than a file's name.
pub fn is_address(text: &str) -> bool {
    POSTGRES.iter().chain([&SQLITE]).any(|scheme| text.starts_with(scheme))
}

/// Which rows are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rows {
    /// All of a table or view, as `table` or `schema.table`.
    Table(String),
    /// What a SELECT gives.
    Query(String),
}

/// A database, and the rows that are meant. It may hold a password, which is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Database {
    pub(crate) place: Place,
    pub(crate) rows: Rows,
    /// How long the query may take.
    pub(crate) longest: Duration,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Place {
    Postgres(Server),
    Sqlite(SqliteFile),
}

/// A PostgreSQL server's database.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Server {
    /// A name, an address, or the folder of its socket.
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) user: String,
    pub(crate) database: String,
    pub(crate) password: Option<String>,
    /// A file that holds nothing but the password.
    pub(crate) password_file: Option<PathBuf>,
    pub(crate) proof: Proof,
    /// Certificates to trust in place of the system's.
    pub(crate) root_certificates: Option<PathBuf>,
}

/// How the server must prove itself: libpq's `sslmode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// No TLS.
    Disable,
    /// TLS where the server has it; its certificate is not looked at.
    Prefer,
    /// TLS; its certificate is not looked at.
    Require,
    /// TLS with a certificate that is trusted, whoever's it is.
    VerifyCa,
    /// TLS with a trusted certificate for this host.
    VerifyFull,
}

impl Proof {
    const NAMES: [(&str, Self); 5] = [
        ("disable", Self::Disable),
        ("prefer", Self::Prefer),
        ("require", Self::Require),
        ("verify-ca", Self::VerifyCa),
        ("verify-full", Self::VerifyFull),
    ];

    pub(crate) fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, proof)| *proof == self).map_or("", |(name, _)| name)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SqliteFile {
    pub(crate) path: PathBuf,
    /// Nothing writes to it: a copy.
    pub(crate) immutable: bool,
}

impl Server {
    pub(crate) fn is_socket(&self) -> bool {
        self.host.starts_with('/')
    }

    /// Whether no network lies between.
    pub(crate) fn is_here(&self) -> bool {
        let loopback = self.host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
        self.is_socket() || loopback || self.host == "localhost"
    }

    pub(crate) fn name(&self) -> String {
        match self.is_socket() {
            true => format!("postgres on this machine, database {}", self.database),
            false => format!("postgres://{}:{}/{}", self.host, self.port, self.database),
        }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Database").field(&self.name()).finish()
    }
}

impl Database {
    /// Reads an address. `rows` goes before what the address says. A relative `sqlite:` path is meant from the working folder.
    ///
    /// # Errors
    /// Where it is no address, or does not say which rows are meant.
    pub fn parse(address: &str, rows: Option<Rows>) -> Result<Self, DatabaseError> {
        let (place, mut named) = match address.strip_prefix(SQLITE) {
            Some(rest) => sqlite(rest)?,
            None => postgres(address)?,
        };
        let rows = match (rows, named.len()) {
            (Some(rows), 0) => Some(rows),
            (None, 1) => named.pop(),
            _ => None,
        };
        match rows {
            Some(rows) => Ok(Self { place, rows, longest: LONGEST }),
            None => Err(DatabaseError::NoRows { at: place.name() }),
        }
    }

    /// The same, with the password in a file: its only line.
    #[must_use]
    pub fn with_password_file(mut self, path: Option<PathBuf>) -> Self {
        if let (Place::Postgres(server), Some(path)) = (&mut self.place, path) {
            server.password_file = Some(path);
        }
        self
    }

    /// The same, given so long in place of half an hour.
    #[must_use]
    pub fn within(mut self, time: Duration) -> Self {
        self.longest = time;
        self
    }

    /// The same, with a relative `sqlite:` path meant from `folder`.
    #[must_use]
    pub fn beside(mut self, folder: &Path) -> Self {
        if let Place::Sqlite(file) = &mut self.place {
            file.path = folder.join(&file.path);
        }
        self
    }

    /// What is asked, as it may be shown: database and table, never a user or password.
    pub fn name(&self) -> String {
        match &self.rows {
            Rows::Table(table) => format!("{}, table {table}", self.place.name()),
            Rows::Query(_) => format!("{}, a query", self.place.name()),
        }
    }
}

impl Place {
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Postgres(server) => server.name(),
            Self::Sqlite(file) => format!("sqlite:{}", file.path.display()),
        }
    }
}

fn sqlite(rest: &str) -> Result<(Place, Vec<Rows>), DatabaseError> {
    let (path, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let path = path.strip_prefix("//").unwrap_or(path);
    if path.is_empty() {
        return Err(DatabaseError::Address("expected sqlite:/path/to/file".to_owned()));
    }
    let (mut immutable, mut named) = (false, Vec::new());
    for (name, value) in pairs(parameters) {
        match (&*name, &*value) {
            ("immutable", "1") => immutable = true,
            ("table", _) => named.push(Rows::Table(value)),
            ("query", _) => named.push(Rows::Query(value)),
            _ => return Err(unknown(&name, "table, query or immutable=1")),
        }
    }
    Ok((Place::Sqlite(SqliteFile { path: path.into(), immutable }), named))
}

fn postgres(address: &str) -> Result<(Place, Vec<Rows>), DatabaseError> {
    const EXPECTED: &str = "expected postgres://user@host/database, with other characters than letters and digits in a \
                            password written as % and two hexadecimal digits (@ is %40)";
    let expected = || DatabaseError::Address(EXPECTED.to_owned());
    let scheme = POSTGRES.iter().any(|scheme| address.starts_with(scheme));
    let whole = with_host(address);
    let url = Url::parse(&whole).ok().filter(|url| scheme && url.fragment().is_none()).ok_or_else(expected)?;
    let database = decoded(url.path().trim_start_matches('/'));
    let user = Some(decoded(url.username())).filter(|user| !user.is_empty()).or_else(own_name);
    let mut server = Server {
        host: url.host().map(host_name).filter(|host| host != NO_HOST).unwrap_or_else(|| SOCKETS.to_owned()),
        port: url.port().unwrap_or(DEFAULT_PORT),
        user: user.ok_or_else(expected)?,
        database,
        password: url.password().map(decoded),
        password_file: None,
        proof: Proof::Prefer,
        root_certificates: None,
    };
    let (mut proof, mut named) = (None, Vec::new());
    for (name, value) in pairs(url.query().unwrap_or_default()) {
        match &*name {
            "sslmode" => proof = Some(proof_named(&value)?),
            "sslrootcert" => server.root_certificates = Some(value.into()),
            "host" => server.host = value,
            "port" => {
                server.port =
                    value.parse().map_err(|_| DatabaseError::Address("port: expected a number to 65535".to_owned()))?
            }
            "table" => named.push(Rows::Table(value)),
            "query" => named.push(Rows::Query(value)),
            _ => return Err(unknown(&name, "table, query, sslmode, sslrootcert, host or port")),
        }
    }
    if server.database.is_empty() || server.host.is_empty() || has_nul(&server) {
        return Err(expected());
    }
    // libpq prefers TLS without looking at certificates. Over a network that would let whoever sits between hand us another roll.
    server.proof = proof.unwrap_or(if server.is_here() { Proof::Prefer } else { Proof::VerifyFull });
    Ok((Place::Postgres(server), named))
}

/// A user without a host means the socket of this machine, which the URL standard knows no way to say.
fn with_host(address: &str) -> Cow<'_, str> {
    match address.split_once("@/") {
        Some((before, after)) if before.matches('/').count() == 2 => Cow::Owned(format!("{before}@{NO_HOST}/{after}")),
        _ => Cow::Borrowed(address),
    }
}

/// Texts of PostgreSQL's messages end with a zero byte.
fn has_nul(server: &Server) -> bool {
    [&server.host, &server.user, &server.database].into_iter().chain(&server.password).any(|text| text.contains('\0'))
}

fn host_name(host: Host<&str>) -> String {
    match host {
        Host::Domain(name) => decoded(name),
        Host::Ipv4(ip) => ip.to_string(),
        Host::Ipv6(ip) => ip.to_string(),
    }
}

/// As libpq does: PGUSER, else whoever runs this.
fn own_name() -> Option<String> {
    ["PGUSER", "USER"].into_iter().find_map(|name| std::env::var(name).ok().filter(|user| !user.is_empty()))
}

fn proof_named(name: &str) -> Result<Proof, DatabaseError> {
    let known = Proof::NAMES.iter().find(|(known, _)| *known == name);
    let names = || Proof::NAMES.map(|(name, _)| name).join(", ");
    known
        .map(|(_, proof)| *proof)
        .ok_or_else(|| DatabaseError::Address(format!("sslmode: expected one of {}", names())))
}

fn unknown(name: &str, expected: &str) -> DatabaseError {
    DatabaseError::Address(format!(
        "parameter {:?} after the question mark: expected {expected}",
        crate::error::shown(name)
    ))
}

fn pairs(parameters: &str) -> impl Iterator<Item = (String, String)> {
    let pairs = parameters.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(|(name, value)| (decoded(name), decoded(value)))
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(address: &str) -> Server {
        match Database::parse(address, Some(Rows::Table("t".into()))).expect("an address").place {
            Place::Postgres(server) => server,
            Place::Sqlite(_) => panic!("{address} is a server"),
        }
    }

    #[test]
    fn a_server_is_read_from_its_address() {
        let s = server("postgres://clerk:p%40ss@db.example:5433/voter%20roll?sslmode=require");
        assert_eq!((&*s.host, s.port, &*s.user, &*s.database), ("db.example", 5433, "clerk", "voter roll"));
        assert_eq!((s.password.as_deref(), s.proof), (Some("p@ss"), Proof::Require));
        assert_eq!(server("postgresql://clerk@[2001:db8::7]/roll").host, "2001:db8::7");
        let s = server("postgres://clerk@/roll?host=/tmp/sockets");
        assert_eq!((&*s.host, s.is_socket(), s.proof), ("/tmp/sockets", true, Proof::Prefer));
    }

    #[test]
    fn over_a_network_the_server_must_prove_itself_unless_the_address_says_otherwise() {
        assert_eq!(server("postgres://a@db.example/roll").proof, Proof::VerifyFull);
        assert_eq!(server("postgres://a@127.0.0.1/roll").proof, Proof::Prefer);
        assert_eq!(server("postgres://a@db.example/roll?sslmode=disable").proof, Proof::Disable);
    }

    #[test]
    fn rows_are_named_once() {
        let rows = |address: &str| Database::parse(address, None).map(|d| d.rows);
        assert_eq!(rows("sqlite:/a.db?table=voters").expect("rows"), Rows::Table("voters".into()));
        assert_eq!(
            rows("postgres://a@h/d?query=SELECT%20a+1%20FROM%20b").expect("rows"),
            Rows::Query("SELECT a+1 FROM b".into())
        );
        for address in ["sqlite:/a.db", "sqlite:/a.db?table=a&query=b"] {
            assert!(matches!(rows(address), Err(DatabaseError::NoRows { .. })), "{address}");
        }
    }

    #[test]
    fn no_error_and_no_name_shows_a_password() {
        for address in [
            "postgres://clerk:s3cret@h/d?table=t&sslmode=maybe",
            "postgres://clerk:s3cret@h:99999/d?table=t",
            "postgres://clerk:s3cret@/h@x/d#t",
            "postgres://clerk:s3cret@h",
            "postgres://clerk:s3cret@h/d",
            "postgres://clerk:s3cret%00@h/d?table=t",
        ] {
            let error = Database::parse(address, None).expect_err("a mistake");
            assert!(!format!("{error} {error:?}").contains("s3cret"), "{error}");
        }
        let database =
            Database::parse("postgres://clerk:s3cret@h/d?table=t&sslmode=disable", None).expect("an address");
        assert_eq!(database.name(), "postgres://h:5432/d, table t");
        assert!(!format!("{database:?}").contains("s3cret"));
    }
}
