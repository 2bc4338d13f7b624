//! A server's side of IMAP, written by hand for each test.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use pollwarden_exchange::imap::{
    Credential, Fetched, FolderName, ImapSettings, Limits, Mailbox, MailboxError, Position, SecretPlace, Tls,
};

use pollwarden_testkit::servers::write_private;

pub(crate) const SECRET: &str = "cork-and-lantern";

/// A server's side.
pub(crate) struct Server(BufReader<TcpStream>);

impl Server {
    pub(crate) fn say(&mut self, bytes: impl AsRef<[u8]>) {
        // A client that has left is no fault of the server's.
        let _ = self.0.get_mut().write_all(bytes.as_ref());
    }

    pub(crate) fn hear(&mut self) -> String {
        let mut line = String::new();
        let _ = self.0.read_line(&mut line);
        line.trim_end().to_owned()
    }

    pub(crate) fn hear_bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        self.0.read_exact(&mut bytes).expect("bytes");
        bytes
    }

    /// Up to the end of the connection.
    pub(crate) fn hear_all(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let _ = self.0.read_to_end(&mut bytes);
        bytes
    }

    /// Hears a command and says the answers, and that it is done.
    pub(crate) fn answer(&mut self, command: &str, answers: impl AsRef<[u8]>) {
        let line = self.hear();
        let (tag, rest) = line.split_once(' ').expect("a command");
        assert!(rest.starts_with(command), "{line}, not {command}");
        self.say(answers);
        self.say(format!("{tag} OK done\r\n"));
    }

    pub(crate) fn log_in(&mut self) {
        self.say("* OK [CAPABILITY IMAP4rev1] here\r\n");
        self.answer(&format!("LOGIN clerk {SECRET}"), "");
    }

    /// A folder with these messages, of 10 bytes as it says.
    pub(crate) fn open(&mut self, uids: &[u32]) {
        let next = uids.last().map_or(1, |uid| uid.saturating_add(1));
        self.examine(uids.len(), next);
        let line =
            |uid: &u32| format!("* 1 FETCH (UID {uid} RFC822.SIZE 10 INTERNALDATE \" 3-Nov-2026 08:00:00 -0500\")\r\n");
        self.answer("UID FETCH 1", uids.iter().map(line).collect::<String>());
    }

    pub(crate) fn examine(&mut self, count: usize, next: u32) {
        self.answer(
            "EXAMINE INBOX",
            format!("* FLAGS (\\Seen)\r\n* {count} EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT {next}] x\r\n"),
        );
    }
}

pub(crate) fn serve(script: impl FnOnce(&mut Server) + Send + 'static) -> (ImapSettings, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("its number").port();
    let server = thread::spawn(move || {
        let (stream, _) = listener.accept().expect("a client");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a bound");
        script(&mut Server(BufReader::new(stream)));
    });
    (settings(port), server)
}

pub(crate) fn settings(port: u16) -> ImapSettings {
    let path = std::env::temp_dir().join(format!("pollwarden-exchange-{}-{port}", std::process::id()));
    write_private(&path, SECRET);
    ImapSettings {
        host: "127.0.0.1".to_owned(),
        port,
        tls: Tls::PlainOnThisMachine,
        user: "clerk".to_owned(),
        credential: Credential::Password(SecretPlace::File(path)),
        ca_file: None,
        limits: Limits { message: 1_000, silence: Duration::from_secs(20), ..Limits::default() },
    }
}

pub(crate) fn open(settings: &ImapSettings) -> Result<Mailbox, MailboxError> {
    let mailbox = Mailbox::open(settings);
    let Credential::Password(SecretPlace::File(path)) = &settings.credential else { return mailbox };
    let _ = std::fs::remove_file(path);
    mailbox
}

/// Everything of the folder INBOX, or the first fault.
pub(crate) fn read(settings: &ImapSettings) -> (Vec<Fetched>, Position, Option<MailboxError>) {
    let mut mailbox = open(settings).expect("an open mailbox");
    let mut reading = mailbox.read(&FolderName::from("INBOX"), None).expect("a folder");
    let (mut all, mut fault) = (Vec::new(), None);
    for fetched in reading.by_ref() {
        match fetched {
            Ok(fetched) => all.push(fetched),
            Err(error) => fault = Some(error),
        }
    }
    (all, reading.position(), fault)
}

pub(crate) fn body(uid: u32, text: &[u8]) -> Vec<u8> {
    [format!("* 1 FETCH (UID {uid} BODY[]<0> {{{}}}\r\n", text.len()).as_bytes(), text, b")\r\n"].concat()
}
