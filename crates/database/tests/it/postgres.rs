use pollwarden_testkit::postgres::{PASSWORD, Postgres};

use crate::{extract, fields, query, table};

#[test]
fn values_of_every_type_come_as_text_in_one_form() {
    let Some(server) = Postgres::start() else { return };
    server.sql(
        "postgres",
        "ALTER DATABASE postgres SET DateStyle = 'German'; ALTER DATABASE postgres SET TimeZone = 'Asia/Tokyo';
         CREATE SCHEMA roll; CREATE TABLE roll.\"Voters\" (id bigint, name text, born date, share numeric(9,4), active boolean,
           elections text[], seen timestamptz, photo bytea);
         INSERT INTO roll.\"Voters\" VALUES
         (1, E'O''Hara, \"Mia\"\\r\\nNUÑEZ', '1970-02-03', 1.5, true, '{a,\"b c\"}', '2026-09-05 10:00+00', '\\x00ff'),
         (2, '', NULL, NULL, false, '{}', NULL, NULL), (3, '\\.', '0001-01-01 BC', 'NaN', NULL, NULL, 'infinity', '')",
    );
    let (text, said) = extract(&server.address("postgres", "postgres"), table("roll.Voters")).expect("rows");
    let rows = fields(&text);
    assert_eq!(rows[0], ["id", "name", "born", "share", "active", "elections", "seen", "photo"]);
    assert_eq!(
        rows[1],
        [
            "1",
            "O'Hara, \"Mia\"\r\nNUÑEZ",
            "1970-02-03",
            "1.5000",
            "t",
            "{a,\"b c\"}",
            "2026-09-05 10:00:00+00",
            "\\x00ff"
        ]
    );
    assert_eq!(rows[2], ["2", "", "", "", "f", "{}", "", ""]);
    assert_eq!(rows[3][1..4], ["\\.", "0001-01-01 BC", "NaN"]);
    assert_eq!((said.rows, said.bytes, said.unproven), (3, text.len() as u64, None));
}

#[test]
fn texts_of_other_encodings_are_read() {
    let Some(server) = Postgres::start() else { return };
    for (encoding, name) in [("LATIN1", "chr(209)"), ("SQL_ASCII", "convert_from('\\xd1', 'SQL_ASCII')")] {
        server.sql("postgres", &format!("CREATE DATABASE {encoding} ENCODING '{encoding}' TEMPLATE template0"));
        let database = encoding.to_lowercase();
        server.sql(&database, &format!("CREATE TABLE voters AS SELECT 'NU' || {name} || 'EZ' AS name"));
        let mut out = Vec::new();
        let address = server.address("postgres", &format!("{database}?table=voters"));
        let database = pollwarden_database::Database::parse(&address, None).expect("an address");
        database.extract(&mut out, &mut |_| {}).expect("rows");
        let expected: &[u8] = if encoding == "LATIN1" { "name\nNUÑEZ\n".as_bytes() } else { b"name\nNU\xd1EZ\n" };
        assert_eq!(out, expected, "{encoding}");
    }
}

#[test]
fn nothing_is_written_whatever_the_query() {
    let Some(server) = Postgres::start() else { return };
    server.sql("postgres", "CREATE TABLE voters (id int); INSERT INTO voters VALUES (1); CREATE SEQUENCE s");
    let address = server.address("postgres", "postgres");
    let out = server.path("out");
    for sql in [
        "DELETE FROM voters RETURNING id",
        "WITH gone AS (DELETE FROM voters RETURNING id) SELECT * FROM gone",
        "SELECT 1) TO STDOUT; COMMIT; DELETE FROM voters; COPY (SELECT 1",
        "SELECT nextval('s')",
        "SELECT 1 INTO other",
        &format!("SELECT 1) TO PROGRAM 'cat > {}' --", out.display()),
        &format!("SELECT 1) TO PROGRAM 'cat > {}' /*", out.display()),
        "",
    ] {
        assert!(extract(&address, query(sql)).is_err(), "{sql}");
    }
    assert!(!out.exists());
    let (text, _) =
        extract(&address, query("SELECT count(*) AS n, (SELECT last_value FROM s) AS s FROM voters; ")).expect("rows");
    assert_eq!(text, "n,s\n1,1\n");
}

#[test]
fn errors_say_what_to_do_and_never_the_password() {
    let Some(server) = Postgres::start() else { return };
    server.sql(
        "postgres",
        &format!(
            "CREATE TABLE voters (id int, county int); CREATE ROLE clerk LOGIN PASSWORD '{PASSWORD}';
             CREATE TABLE shared (id int, county int); GRANT SELECT ON shared TO clerk;
             ALTER TABLE shared ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON shared USING (county = 1);
             CREATE ROLE stranger LOGIN"
        ),
    );
    let good = server.address("postgres", "postgres");
    let clerk = server.address("clerk", "postgres");
    let refused = good.replace(&format!(":{}/", server.port), ":1/");
    for (address, rows, words) in [
        (good.clone(), table("voter"), "42P01"),
        (good.clone(), table("Voters"), "capitals count"),
        (good.clone(), query("SELECT surname FROM voters"), "42703"),
        (good.clone(), query("SELEC 1"), "42601"),
        (clerk.clone(), table("voters"), "Ask for a role that may SELECT"),
        (clerk, table("shared"), "BYPASSRLS"),
        (good.replace(PASSWORD, "wrong-one"), table("voters"), "The password is not this user's"),
        (server.address("postgres", "nowhere"), table("voters"), "3D000"),
        (refused, table("voters"), "Is the server running"),
        (good.replace("127.0.0.1", "no-such-host.invalid") + "?sslmode=disable", table("voters"), "can't be reached"),
        (good.clone() + "?sslmode=verify-full", table("voters"), "the server has no TLS"),
    ] {
        let error = extract(&address, rows).expect_err("a mistake");
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(words), "{words}: {shown}");
        assert!(!shown.contains(PASSWORD) && !shown.contains("wrong-one"), "{shown}");
    }
    let nobody = format!("postgres://postgres@127.0.0.1:{}/postgres", server.port);
    // Whoever runs the tests may have a ~/.pgpass of their own: it has no line for this server's port.
    let error = extract(&nobody, table("voters")).expect_err("no password").to_string();
    assert!(error.contains("PGPASSWORD") || error.contains(".pgpass"), "{error}");
}

#[test]
fn a_login_over_the_socket_of_this_machine_and_with_md5() {
    let Some(server) = Postgres::start() else { return };
    server.sql(
        "postgres",
        &format!("CREATE TABLE voters AS SELECT 7 AS id; SET password_encryption = md5; CREATE ROLE old LOGIN SUPERUSER PASSWORD '{PASSWORD}'"),
    );
    server.write(
        "data/pg_hba.conf",
        "local all all trust\nhost all old 127.0.0.1/32 md5\nhost all postgres 127.0.0.1/32 password\n",
    );
    server.reload();
    let socket = format!("postgres://postgres@/postgres?host={}&port={}", server.path("").display(), server.port);
    for address in [socket, server.address("old", "postgres"), server.address("postgres", "postgres")] {
        assert_eq!(extract(&address, table("voters")).expect("rows").0, "id\n7\n");
    }
}

#[test]
fn rows_stream_and_a_full_disk_ends_them() {
    let Some(server) = Postgres::start() else { return };
    let address =
        server.address("postgres", "postgres?query=SELECT i, repeat('x', 100) FROM generate_series(1, 300000) i");
    let database = pollwarden_database::Database::parse(&address, None).expect("an address");
    let mut told = Vec::new();
    let said = database.extract(&mut std::io::sink(), &mut |bytes| told.push(bytes)).expect("rows");
    assert_eq!(said.rows, 300_000);
    assert!(told.len() > 100 && told.is_sorted(), "{} reports", told.len());
    let full = database.extract(&mut Full(1 << 20), &mut |_| {}).expect_err("no room");
    assert!(matches!(full, pollwarden_database::DatabaseError::Write(_)), "{full}");
}

#[test]
fn a_query_without_end_and_a_server_that_says_nothing_are_given_up() {
    let Some(server) = Postgres::start() else { return };
    let asked = |address: &str| {
        let database =
            pollwarden_database::Database::parse(address, query("SELECT pg_sleep(600)")).expect("an address");
        database.within(std::time::Duration::from_secs(1)).extract(&mut std::io::sink(), &mut |_| {})
    };
    let error = asked(&server.address("postgres", "postgres")).expect_err("no end").to_string();
    assert!(error.contains("longer than 1 seconds"), "{error}");
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = silent.local_addr().expect("its number").port();
    let error = asked(&format!("postgres://a@127.0.0.1:{port}/b")).expect_err("silence").to_string();
    assert!(error.contains("can't be reached"), "{error}");
}

/// A disk with so many bytes left.
struct Full(usize);

impl std::io::Write for Full {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(std::io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
