//! A server's side of IMAP: nothing it says ends the program, fills memory, or moves the position back.
//!
//! The first byte says how far the conversation has come before the input: nowhere, logged in, or a folder is open.

#![no_main]

use std::io::{self, Cursor, Read, Write};
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use pollwarden_exchange::imap::{
    Content, Credential, FolderName, ImapSettings, Limits, Mailbox, Position, SecretPlace, Tls,
};

const HELLO: &[u8] = b"* OK [CAPABILITY IMAP4rev1] x\r\np1 OK in\r\n";
const FOLDER: &[u8] = b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 9] x\r\np2 OK\r\n";
const LISTED: &[u8] = b"* 1 FETCH (UID 2 RFC822.SIZE 9)\r\n* 2 FETCH (UID 5 RFC822.SIZE 9)\r\n* 3 FETCH (UID 8 RFC822.SIZE 9000)\r\np3 OK\r\n";
const BOUND: u32 = 1_000;

static SETTINGS: LazyLock<ImapSettings> = LazyLock::new(|| {
    let path = std::env::temp_dir().join(format!("pollwarden-fuzz-{}", std::process::id()));
    std::fs::write(&path, "cork-and-lantern").expect("a file");
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("its mode");
    ImapSettings {
        host: "mail.example.org".to_owned(),
        port: 143,
        tls: Tls::PlainOnThisMachine,
        user: "clerk".to_owned(),
        credential: Credential::Password(SecretPlace::File(path)),
        ca_file: None,
        limits: Limits { message: BOUND, headers: 500, messages: 100, ..Limits::default() },
    }
});

struct Server(Cursor<Vec<u8>>);

impl Read for Server {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.read(into)
    }
}

impl Write for Server {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fuzz_target!(|bytes: &[u8]| {
    let name = FolderName::from_wire(&String::from_utf8_lossy(bytes));
    assert_eq!(FolderName::from_wire(name.wire()), name);
    let Some((how, said)) = bytes.split_first() else { return };
    let before: &[&[u8]] = match how % 4 {
        0 => &[],
        1 => &[HELLO],
        2 => &[HELLO, FOLDER],
        _ => &[HELLO, FOLDER, LISTED],
    };
    let mut all = before.concat();
    all.extend(said);
    let Ok(mut mailbox) = Mailbox::over(Server(Cursor::new(all)), &SETTINGS) else { return };
    if how & 4 != 0 {
        let _ = mailbox.folders();
    }
    let since = (how & 8 != 0).then_some(Position { uid_validity: 7, last_uid: 2 });
    let Ok(mut reading) = mailbox.read(&FolderName::from("INBOX"), since) else { return };
    let mut position = reading.position();
    while let Some(Ok(fetched)) = reading.next() {
        match fetched.content {
            Content::Whole(bytes) => assert!(bytes.len() as u64 <= BOUND.into()),
            Content::HeadersOnly(bytes) => assert!(bytes.len() <= 500),
            Content::Missing(_) => {}
        }
        assert!(reading.position().last_uid >= position.last_uid);
        position = reading.position();
    }
    assert!(reading.progress().done <= reading.progress().of);
});
