//! Arbitrary text as a database's address, arbitrary bytes as an SQLite file and as a PostgreSQL server's answers.
#![no_main]

use std::io::{Read as _, Write as _, sink};
use std::net::TcpListener;
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use pollwarden_database::{Database, Rows};

const SHORT: Duration = Duration::from_millis(300);
/// What a server says that lets anybody in: what follows is read as the answers to queries.
const WELCOME: &[u8] = b"R\0\0\0\x08\0\0\0\0Z\0\0\0\x05IC\0\0\0\x0aBEGIN\0Z\0\0\0\x05T";

fuzz_target!(|input: (u8, Vec<u8>)| {
    let (kind, bytes) = input;
    match kind % 4 {
        0 => {
            let text = String::from_utf8_lossy(&bytes);
            let _ = Database::parse(&text, None);
            let _ = Database::parse(&format!("postgres://{text}"), Some(Rows::Table("t".to_owned())));
        }
        1 => sqlite(&bytes),
        2 => server(&bytes),
        _ => server(&[WELCOME, &bytes].concat()),
    }
});

fn sqlite(bytes: &[u8]) {
    let file = tempfile::NamedTempFile::new().expect("scratch space");
    std::fs::write(file.path(), bytes).expect("scratch space takes it");
    ask(&format!("sqlite:{}?immutable=1", file.path().display()));
}

fn server(answers: &[u8]) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("its number").port();
    let answers = answers.to_vec();
    let talk = std::thread::spawn(move || {
        let (mut client, _) = listener.accept()?;
        client.set_read_timeout(Some(SHORT))?;
        client.read(&mut [0; 512])?;
        client.write_all(&answers)
    });
    ask(&format!("postgres://a:b@127.0.0.1:{port}/c?sslmode=disable"));
    let _ = talk.join();
}

fn ask(address: &str) {
    let database = Database::parse(address, Some(Rows::Table("t".to_owned()))).expect("an address");
    let _ = database.within(SHORT).extract(&mut sink(), &mut |_| {});
}
