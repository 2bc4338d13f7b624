use pollwarden_database::DatabaseError;
use pollwarden_testkit::postgres::Postgres;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

use crate::{extract, table};

/// An authority's certificate, and one that it gave for a name, with its key.
fn certificates(name: &str) -> (String, String, String) {
    let authority_key = KeyPair::generate().expect("a key");
    let mut authority = CertificateParams::new(Vec::new()).expect("parameters");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_certificate = authority.self_signed(&authority_key).expect("a certificate").pem();
    let issuer = Issuer::new(authority, authority_key);
    let key = KeyPair::generate().expect("a key");
    let certificate = CertificateParams::new(vec![name.to_owned()]).expect("parameters").signed_by(&key, &issuer);
    (authority_certificate, certificate.expect("a certificate").pem(), key.serialize_pem())
}

fn encrypted(server: &Postgres, name: &str) -> String {
    let (authority, certificate, key) = certificates(name);
    server.write("data/server.crt", &certificate);
    server.write("data/server.key", &key);
    server.sql("postgres", "ALTER SYSTEM SET ssl = on");
    server.reload();
    authority
}

#[test]
fn the_server_proves_itself_as_the_address_asks() {
    let Some(server) = Postgres::start() else { return };
    server.sql("postgres", "CREATE TABLE voters AS SELECT 7 AS id");
    let authority = encrypted(&server, "127.0.0.1");
    let dir = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path.display().to_string()
    };
    let ours = file("ours.pem", &authority);
    let others = file("others.pem", &certificates("127.0.0.1").0);
    let empty = file("empty.pem", "");
    // Encrypted connections alone are let in.
    server.write("data/pg_hba.conf", "hostssl all all 127.0.0.1/32 scram-sha-256\n");
    server.reload();
    let asked = |proof: &str| extract(&server.address("postgres", &format!("postgres?{proof}")), table("voters"));
    let taken =
        |proof: &str| asked(proof).map(|(text, _)| text == "id\n7\n").unwrap_or_else(|e| panic!("{proof}: {e}"));
    for proof in ["", "sslmode=prefer", "sslmode=require"] {
        assert!(taken(proof));
    }
    for proof in ["verify-ca", "verify-full", "require"] {
        assert!(taken(&format!("sslmode={proof}&sslrootcert={ours}")), "{proof}");
        let refused = asked(&format!("sslmode={proof}&sslrootcert={others}"));
        assert!(matches!(refused, Err(DatabaseError::Unproven { .. })), "{proof}: {refused:?}");
    }
    assert!(matches!(asked(&format!("sslmode=verify-full&sslrootcert={empty}")), Err(DatabaseError::Unproven { .. })));
    assert!(
        matches!(asked("sslmode=verify-full"), Err(DatabaseError::Unproven { .. })),
        "no system trusts this authority"
    );
    assert!(matches!(asked("sslmode=disable"), Err(DatabaseError::Refused { .. })));
    let by_name = server.address("postgres", &format!("postgres?sslmode=verify-full&sslrootcert={ours}"));
    let wrong_name = extract(&by_name.replace("127.0.0.1", "localhost"), table("voters"));
    assert!(matches!(wrong_name, Err(DatabaseError::Unproven { .. })), "{wrong_name:?}");
    let any_name = by_name.replace("127.0.0.1", "localhost").replace("verify-full", "verify-ca");
    assert_eq!(extract(&any_name, table("voters")).expect("rows").1.rows, 1);
}
