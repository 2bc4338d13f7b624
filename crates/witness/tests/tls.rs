//! Logs read over TLS: whom the system trusts decides.
#![allow(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::Command;
use std::sync::Arc;

use pollwarden_ledger::Resources as _;
use pollwarden_witness::Remote;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, Stream};

const ADDRESS: &str = "POLLWARDEN_TEST_TLS_ADDRESS";

/// A server that gives `tile!` to every request, and its certificate in PEM.
fn server() -> (u16, String) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let certificate = CertificateDer::from(made.cert.der().to_vec());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = Arc::new(config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, mut connection) = (stream.unwrap(), ServerConnection::new(Arc::clone(&config)).unwrap());
            let mut tls = Stream::new(&mut connection, &mut stream);
            let mut request = [0; 4096];
            if tls.read(&mut request).is_ok() {
                _ = tls.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\ntile!");
                connection.send_close_notify();
                _ = connection.write_tls(&mut stream);
            }
        }
    });
    (port, made.cert.pem())
}

/// Not a test by itself: what the test below runs in other processes, which trust one certificate or another.
#[test]
#[allow(clippy::print_stdout, reason = "the test below reads it")]
fn read_a_file() {
    let Ok(address) = std::env::var(ADDRESS) else { return };
    match Remote::new(&address).map(|remote| remote.read("tile/0/000.p/1")) {
        Ok(Ok(bytes)) => println!("\nread {}", String::from_utf8(bytes).unwrap()),
        Ok(Err(missing)) => println!("\nnot read: {missing}"),
        Err(error) => println!("\nno address: {error}"),
    }
}

fn read(address: &str, trusted: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("trusted.pem");
    std::fs::write(&file, trusted).unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "read_a_file", "--nocapture"]);
    command.env(ADDRESS, address).env("SSL_CERT_FILE", &file).env_remove("SSL_CERT_DIR");
    String::from_utf8(command.output().unwrap().stdout).unwrap()
}

#[test]
fn a_log_is_read_from_whom_the_system_trusts() {
    let (port, certificate) = server();
    let (_, other) = server();
    let address = format!("https://localhost:{port}");
    let said = read(&address, &certificate);
    assert!(said.contains("\nread tile!\n"), "{said}");
    for trusted in [other.as_str(), ""] {
        let said = read(&address, trusted);
        assert!(said.contains("\nnot read: ") || said.contains("\nno address: "), "{said}");
    }
    // The certificate is of another name.
    let said = read(&format!("https://127.0.0.1:{port}"), &certificate);
    assert!(said.contains("\nnot read: "), "{said}");
}
