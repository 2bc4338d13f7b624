//! The reader of mailboxes against servers written by hand: old, odd, broken and hostile ones.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use pollwarden_exchange::imap::{
    Content, Credential, Fetched, FolderName, ImapSettings, Limits, Mailbox, MailboxError, Position, SecretPlace, Tls,
    Unread,
};

const SECRET: &str = "cork-and-lantern";

/// A server's side.
struct Server(BufReader<TcpStream>);

impl Server {
    fn say(&mut self, bytes: impl AsRef<[u8]>) {
        // A client that has left is no fault of the server's.
        let _ = self.0.get_mut().write_all(bytes.as_ref());
    }

    fn hear(&mut self) -> String {
        let mut line = String::new();
        let _ = self.0.read_line(&mut line);
        line.trim_end().to_owned()
    }

    /// Hears a command and says the answers, and that it is done.
    fn answer(&mut self, command: &str, answers: impl AsRef<[u8]>) {
        let line = self.hear();
        let (tag, rest) = line.split_once(' ').expect("a command");
        assert!(rest.starts_with(command), "{line}, not {command}");
        self.say(answers);
        self.say(format!("{tag} OK done\r\n"));
    }

    fn log_in(&mut self) {
        self.say("* OK [CAPABILITY IMAP4rev1] here\r\n");
        self.answer(&format!("LOGIN clerk {SECRET}"), "");
    }

    /// A folder with these messages, of 10 bytes as it says.
    fn open(&mut self, uids: &[u32]) {
        let next = uids.last().map_or(1, |uid| uid.saturating_add(1));
        self.examine(uids.len(), next);
        let line =
            |uid: &u32| format!("* 1 FETCH (UID {uid} RFC822.SIZE 10 INTERNALDATE \" 3-Nov-2026 08:00:00 -0500\")\r\n");
        self.answer("UID FETCH 1", uids.iter().map(line).collect::<String>());
    }

    fn examine(&mut self, count: usize, next: u32) {
        self.answer(
            "EXAMINE INBOX",
            format!("* FLAGS (\\Seen)\r\n* {count} EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT {next}] x\r\n"),
        );
    }
}

fn serve(script: impl FnOnce(&mut Server) + Send + 'static) -> (ImapSettings, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("its number").port();
    let server = thread::spawn(move || {
        let (stream, _) = listener.accept().expect("a client");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a bound");
        script(&mut Server(BufReader::new(stream)));
    });
    (settings(port), server)
}

fn settings(port: u16) -> ImapSettings {
    let path = std::env::temp_dir().join(format!("pollwarden-exchange-{}-{port}", std::process::id()));
    write_private(&path);
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

fn write_private(path: &std::path::Path) {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file =
        std::fs::OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(path).expect("a file");
    file.write_all(SECRET.as_bytes()).expect("a secret");
}

fn open(settings: &ImapSettings) -> Result<Mailbox, MailboxError> {
    let mailbox = Mailbox::open(settings);
    let Credential::Password(SecretPlace::File(path)) = &settings.credential else { return mailbox };
    let _ = std::fs::remove_file(path);
    mailbox
}

/// Everything of the folder INBOX, or the first fault.
fn read(settings: &ImapSettings) -> (Vec<Fetched>, Position, Option<MailboxError>) {
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

fn body(uid: u32, text: &[u8]) -> Vec<u8> {
    [format!("* 1 FETCH (UID {uid} BODY[]<0> {{{}}}\r\n", text.len()).as_bytes(), text, b")\r\n"].concat()
}

#[test]
fn a_server_of_the_old_kind_is_read() {
    let (settings, server) = serve(|server| {
        server.log_in();
        server.open(&[3, 9]);
        let answers =
            [body(9, b"Subject: 9\0\r\n\r\n"), b"* 5 EXISTS\r\n* 2 FETCH (FLAGS (\\Seen))\r\n".to_vec(), body(3, b"")]
                .concat();
        server.answer("UID FETCH 3,9 (UID BODY.PEEK[]<0.1001>)", answers);
        server.answer("LOGOUT", "* BYE\r\n");
    });
    let mut mailbox = open(&settings).expect("an open mailbox");
    let mut reading = mailbox.read(&FolderName::from("INBOX"), None).expect("a folder");
    // UID 9 came first: the position waits for UID 3.
    let nine = reading.next().expect("a message").expect("UID 9");
    assert_eq!(
        (nine.uid, nine.received, &nine.content),
        (9, Some(1_793_710_800), &Content::Whole(b"Subject: 9\0\r\n\r\n".to_vec()))
    );
    assert_eq!(reading.position(), Position { uid_validity: 7, last_uid: 0 });
    let three = reading.next().expect("a message").expect("UID 3");
    assert_eq!((three.uid, &three.content), (3, &Content::Whole(Vec::new())));
    assert_eq!(reading.position(), Position { uid_validity: 7, last_uid: 9 });
    assert!(reading.next().is_none());
    mailbox.leave().expect("a good-bye");
    server.join().expect("the server's side");
}

#[test]
fn what_a_server_leaves_out_is_asked_for_again_and_then_reported() {
    let (settings, server) = serve(|server| {
        server.log_in();
        server.open(&[1, 2, 3, 4]);
        let odd = b"* 3 FETCH (UID 3 BODY[]<0> NIL)\r\n* 3 FETCH (UID 3 NONSENSE)\r\n".to_vec();
        server.answer("UID FETCH 1:4 ", [body(1, b"one"), odd.clone()].concat());
        server.answer("UID FETCH 2 ", "");
        server.answer("UID FETCH 3 ", odd);
        let line = server.hear();
        server.say(format!("{} NO [SERVERBUG] disk\r\n", line.split(' ').next().expect("a tag")));
    });
    let (all, position, fault) = read(&settings);
    let contents: Vec<(u32, &Content)> = all.iter().map(|fetched| (fetched.uid, &fetched.content)).collect();
    let expected = [
        (1, &Content::Whole(b"one".to_vec())),
        (2, &Content::Missing(Unread::Gone)),
        (3, &Content::Missing(Unread::Unreadable)),
        (4, &Content::Missing(Unread::Unreadable)),
    ];
    assert_eq!(contents, expected);
    assert!(fault.is_none() && position.last_uid == 4);
    server.join().expect("the server's side");
}

#[test]
fn a_size_that_was_a_lie_costs_no_more_than_the_bound() {
    let (settings, server) = serve(|server| {
        server.log_in();
        server.open(&[1, 2]);
        let large = [b"Subject: large\r\n\r\n".to_vec(), vec![b'x'; 983]].concat();
        server.answer("UID FETCH 1:2 (UID BODY.PEEK[]<0.1001>)", [body(1, &large), body(2, b"two")].concat());
    });
    let (all, _, fault) = read(&settings);
    assert!(fault.is_none());
    assert_eq!(all[0].content, Content::HeadersOnly(b"Subject: large\r\n\r\n".to_vec()));
    assert_eq!(all[1].content, Content::Whole(b"two".to_vec()));
    server.join().expect("the server's side");
}

#[test]
fn a_server_that_sends_without_end_is_given_up() {
    let literal = |server: &mut Server| {
        server.log_in();
        server.open(&[1]);
        server.hear();
        server.say("* 1 FETCH (UID 1 BODY[]<0> {4294967295}\r\n");
        (0..200).for_each(|_| server.say([b'x'; 10_000]));
    };
    let line = |server: &mut Server| {
        server.log_in();
        server.open(&[1]);
        server.hear();
        (0..200).for_each(|_| server.say([b'x'; 10_000]));
    };
    let answers = |server: &mut Server| {
        server.log_in();
        server.open(&[1]);
        server.hear();
        (0..100_000).for_each(|_| server.say("* 1 EXISTS\r\n"));
    };
    for script in [literal as fn(&mut Server), line, answers] {
        let (settings, server) = serve(script);
        let (all, position, fault) = read(&settings);
        assert!(matches!(fault, Some(MailboxError::TooMuch { .. })), "{fault:?}");
        assert_eq!((all.len(), position.last_uid), (0, 0));
        server.join().expect("the server's side");
    }
}

#[test]
fn a_server_that_is_silent_or_dawdles_is_given_up() {
    let (mut settings, _server) = serve(|server| {
        server.hear();
    });
    settings.limits.silence = Duration::from_millis(200);
    let error = open(&settings).expect_err("silence");
    assert!(matches!(error, MailboxError::TooSlow { .. }), "{error}");

    let (mut settings, _server) = serve(|server| {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(5) {
            server.say("*");
            thread::sleep(Duration::from_millis(20));
        }
    });
    settings.limits.answer = Duration::from_millis(500);
    let start = Instant::now();
    let error = open(&settings).expect_err("dawdling");
    assert!(matches!(error, MailboxError::TooSlow { .. }) && start.elapsed() < Duration::from_secs(4), "{error}");
}

#[test]
fn a_server_that_hangs_up_says_from_where_to_go_on() {
    let (settings, server) = serve(|server| {
        server.log_in();
        server.open(&[4, 5]);
        server.hear();
        server.say([body(4, b"four"), b"* BYE shutting down\r\n".to_vec()].concat());
    });
    let (all, position, fault) = read(&settings);
    assert_eq!((all.len(), position.last_uid), (1, 4));
    let said = fault.expect("a fault").to_string();
    assert!(said.contains("shutting down") && said.contains("go on"), "{said}");
    server.join().expect("the server's side");
}

#[test]
fn encryption_that_somebody_took_away_is_missed() {
    for greeting in ["* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] x\r\n", "* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] x\r\n"]
    {
        let (mut settings, server) = serve(move |server| {
            server.say(greeting);
            assert_eq!(server.hear(), "", "nothing is said to it");
        });
        settings.tls = Tls::StartTls;
        let error = open(&settings).expect_err("refused");
        assert!(matches!(error, MailboxError::NoStartTls { .. }), "{error}");
        server.join().expect("the server's side");
    }
    let elsewhere = ImapSettings { host: "192.0.2.7".to_owned(), ..settings(143) };
    let error = open(&elsewhere).expect_err("refused");
    assert!(matches!(error, MailboxError::PlainElsewhere { .. }), "{error}");
}

#[test]
fn a_password_is_never_repeated() {
    let (settings, server) = serve(|server| {
        server.say("* OK [CAPABILITY IMAP4rev1] x\r\n");
        let line = server.hear();
        let tag = line.split(' ').next().expect("a tag").to_owned();
        server.say(format!("{tag} NO [AUTHENTICATIONFAILED] wrong: {line}\r\n"));
    });
    let error = open(&settings).expect_err("refused");
    assert!(matches!(error, MailboxError::WrongPassword { .. }), "{error}");
    assert!(error.to_string().contains("LOGIN clerk …") && !format!("{error:?}").contains(SECRET), "{error}");
    server.join().expect("the server's side");
}

#[test]
fn a_token_is_shown_the_way_that_large_providers_ask_for() {
    for is_good in [true, false] {
        let (mut settings, server) = serve(move |server| {
            server.say("* OK x\r\n");
            server.answer("CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=XOAUTH2 LOGINDISABLED\r\n");
            assert_eq!(server.hear(), "p2 AUTHENTICATE XOAUTH2");
            server.say("+ \r\n");
            assert_eq!(server.hear(), "dXNlcj1jbGVyawFhdXRoPUJlYXJlciBjb3JrLWFuZC1sYW50ZXJuAQE=");
            if is_good {
                return server.say("p2 OK in\r\n");
            }
            server.say("+ eyJzdGF0dXMiOiI0MDAifQ==\r\n");
            assert_eq!(server.hear(), "");
            server.say("p2 NO expired\r\n");
        });
        if let Credential::Password(place) = settings.credential.clone() {
            settings.credential = Credential::Token(place);
        }
        match open(&settings) {
            Ok(_) => assert!(is_good),
            Err(error) => assert!(!is_good && matches!(error, MailboxError::WrongPassword { .. }), "{error}"),
        }
        server.join().expect("the server's side");
    }
}

#[test]
fn a_server_without_a_way_in_or_without_imap_is_named() {
    let (settings, _server) = serve(|server| server.say("* OK [CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=GSSAPI] x\r\n"));
    let error = open(&settings).expect_err("no way in");
    assert!(matches!(&error, MailboxError::NoWayIn { offered, .. } if offered.contains("GSSAPI")), "{error}");
    let (settings, _server) = serve(|server| server.say("HTTP/1.1 400 Bad Request\r\n"));
    let error = open(&settings).expect_err("a web server");
    assert!(matches!(&error, MailboxError::NoImap { what, .. } if what.contains("400 Bad Request")), "{error}");
}

#[test]
fn few_messages_with_numbers_far_apart_are_found_in_few_steps() {
    let uids = [5, 70_000, 4_000_000_000, 4_294_967_000];
    let (settings, server) = serve(move |server| {
        server.log_in();
        server.examine(uids.len(), 4_294_967_001);
        let mut steps = 0;
        loop {
            let line = server.hear();
            let (tag, range) = (line.split(' ').next().expect("a tag"), line.split(' ').nth(3).expect("a range"));
            if range.contains(',') {
                server.say(
                    [body(5, b"a"), body(70_000, b"b"), body(4_000_000_000, b"c"), body(4_294_967_000, b"d")].concat(),
                );
                return server.say(format!("{tag} OK\r\n"));
            }
            steps += 1;
            let (from, to) = range.split_once(':').unwrap_or((range, range));
            let (from, to): (u32, u32) = (from.parse().expect("a number"), to.parse().expect("a number"));
            for uid in uids.iter().filter(|uid| (from..=to).contains(uid)) {
                server.say(format!("* 1 FETCH (UID {uid} RFC822.SIZE 1)\r\n"));
            }
            server.say(format!("{tag} OK\r\n"));
            assert!(steps < 40);
        }
    });
    let (all, position, fault) = read(&settings);
    assert_eq!(
        (all.iter().map(|fetched| fetched.uid).collect::<Vec<_>>(), position.last_uid),
        (uids.to_vec(), 4_294_967_000)
    );
    assert!(fault.is_none());
    server.join().expect("the server's side");
}

#[test]
fn a_line_of_the_listing_that_cannot_be_read_is_asked_for_without_a_date_and_counted() {
    let (settings, server) = serve(|server| {
        server.log_in();
        server.examine(3, 4);
        let good = "* 1 FETCH (UID 1 RFC822.SIZE 3 INTERNALDATE \"03-Nov-2026 08:00:00 -0500\")\r\n";
        let odd_date = "* 2 FETCH (UID 2 RFC822.SIZE 3 INTERNALDATE \"yesterday\")\r\n";
        let odd = "* 3 FETCH (UID three)\r\n";
        server.answer("UID FETCH 1:3 (UID RFC822.SIZE INTERNALDATE)", format!("{good}{odd_date}{odd}"));
        server.answer(
            "UID FETCH 1:3 (UID RFC822.SIZE)",
            format!("* 1 FETCH (UID 1 RFC822.SIZE 3)\r\n* 2 FETCH (UID 2 RFC822.SIZE 3)\r\n{odd}"),
        );
    });
    let mut mailbox = open(&settings).expect("an open mailbox");
    let reading = mailbox.read(&FolderName::from("INBOX"), None).expect("a folder");
    assert_eq!((reading.unreadable, reading.progress().of), (1, 2));
    server.join().expect("the server's side");
}

#[test]
fn more_messages_than_may_be_read_at_once_wait_for_the_next_run() {
    let (mut settings, server) = serve(|server| {
        server.log_in();
        server.open(&[1, 2, 3]);
        server.answer("UID FETCH 1:2 ", [body(1, b"a"), body(2, b"b")].concat());
    });
    settings.limits.messages = 2;
    let mut mailbox = open(&settings).expect("an open mailbox");
    let mut reading = mailbox.read(&FolderName::from("INBOX"), None).expect("a folder");
    assert!(reading.is_cut);
    assert_eq!((reading.by_ref().filter(Result::is_ok).count(), reading.position().last_uid), (2, 2));
    server.join().expect("the server's side");
}

#[test]
fn folders_that_cannot_be_read_are_counted() {
    let (settings, server) = serve(|server| {
        server.log_in();
        let long = format!("* LIST () \"/\" \"{}\"\r\n", "x".repeat(100_000));
        let odd = "* LIST (\\HasNoChildren) \"/\" caf\u{e9}\r\n* LIST what\r\n";
        let good = "* LIST (\\Noselect) \"/\" Archive\r\n* LIST () \"/\" {12}\r\nArchive/&AOk\r\n* LIST () NIL inbox\r\n";
        server.answer("LIST \"\" ", format!("{long}{odd}{good}"));
    });
    let folders = open(&settings).expect("an open mailbox").folders().expect("folders");
    let seen: Vec<(&str, bool)> = folders.folders.iter().map(|folder| (folder.name.text(), folder.opens)).collect();
    assert_eq!(seen, [("Archive", false), ("Archive/&AOk", true), ("INBOX", true)]);
    assert_eq!(folders.unreadable, 3);
    server.join().expect("the server's side");
}
