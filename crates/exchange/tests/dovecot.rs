//! The reader of mailboxes against a real server: Dovecot, over TLS.

#![allow(clippy::print_stdout, reason = "figures are printed")]

mod support;

use std::fs;
use std::path::Path;
use std::time::Instant;

use pollwarden_exchange::imap::{
    Content, Credential, Fetched, FolderName, ImapSettings, Mailbox, MailboxError, Position, SecretPlace, Tls,
};
use pollwarden_testkit::dovecot::{Dovecot, PASSWORD};
use pollwarden_testkit::servers::{is_root, own, write_private};
use support::{reach, reach_with};

fn put(mail: &Path, number: u32, message: &[u8]) {
    // Dovecot numbers new files in the order of their names' times.
    fs::write(mail.join(format!("new/{}.M{number}P1.mx.example", 1_700_000_000 + number)), message).expect("a message");
}

fn plain(number: u32) -> Vec<u8> {
    format!(
        "From: Ada Vale <ada@example.org>\r\nTo: clerk@county.example\r\nSubject: Number {number}\r\n\
         Message-ID: <{number}@example.org>\r\n\r\nThe list of {number}.\r\n"
    )
    .into_bytes()
}

fn inbox() -> FolderName {
    FolderName::from("INBOX")
}

/// All messages of a folder behind a position, and the position afterwards.
fn read(settings: &ImapSettings, folder: &FolderName, since: Option<Position>) -> (Vec<Fetched>, Position, bool) {
    let mut mailbox = Mailbox::open(settings).expect("an open mailbox");
    let mut reading = mailbox.read(folder, since).expect("a folder");
    let all: Vec<Fetched> = reading.by_ref().collect::<Result<_, _>>().expect("messages");
    assert_eq!(reading.progress().done, reading.progress().of);
    let (position, is_renumbered) = (reading.position(), reading.is_renumbered);
    mailbox.leave().expect("a good-bye");
    (all, position, is_renumbered)
}

fn whole(fetched: &Fetched) -> &[u8] {
    match &fetched.content {
        Content::Whole(bytes) => bytes,
        other => panic!("not whole: {other:?}"),
    }
}

#[test]
fn messages_come_byte_for_byte_and_nothing_changes_in_the_mailbox() {
    let eight_bit =
        b"Subject: Gr\xfc\xdfe\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\nGr\xfc\xdfe\xff\xfe\x80\r\n";
    let malformed = b"no header at all\r\n\x01\x02 (UID 9 BODY[] {3}\r\n* 1 FETCH (UID 1)\r\np5 OK\r\n.\r\n..\r\n";
    let long_line = [b"Subject: long\r\n\r\n".to_vec(), vec![b'x'; 300_000], b"\r\n".to_vec()].concat();
    let large = [b"Subject: large\r\n\r\n".to_vec(), b"Twelve megabytes of such lines.\r\n".repeat(380_000)].concat();
    let messages = [plain(1), eight_bit.to_vec(), malformed.to_vec(), long_line, large, b"\r\n".to_vec(), plain(7)];
    let fill = |mail: &Path| messages.iter().zip(1..).for_each(|(message, number)| put(mail, number, message));
    let Some(dovecot) = Dovecot::start(fill) else { return };
    for tls in [Tls::Implicit, Tls::StartTls, Tls::PlainOnThisMachine] {
        let settings = if tls == Tls::Implicit { reach(&dovecot) } else { reach_with(&dovecot, tls) };
        let (read, position, _) = read(&settings, &inbox(), None);
        assert_eq!(read.len(), messages.len());
        for (message, fetched) in messages.iter().zip(&read) {
            assert!(whole(fetched) == message, "UID {} differs", fetched.uid);
            assert_eq!(fetched.size as usize, message.len());
            assert!(fetched.received.is_some());
        }
        assert_eq!(position.last_uid, 7);
    }
    // Dovecot may move files from new to cur when a client looks; a flag would stand behind ":2,".
    let files = dovecot.files();
    assert_eq!(files.len(), messages.len());
    assert!(files.iter().all(|name| !name.contains(":2,") || name.ends_with(":2,")), "{files:?}");
}

#[test]
fn a_later_run_goes_on_behind_the_last_message_until_the_server_numbers_anew() {
    let Some(dovecot) = Dovecot::start(|mail| (1..=3).for_each(|number| put(mail, number, &plain(number)))) else {
        return;
    };
    let settings = reach(&dovecot);
    let (first, position, _) = read(&settings, &inbox(), None);
    assert_eq!(first.len(), 3);
    let (nothing, same, _) = read(&settings, &inbox(), Some(position));
    assert_eq!((nothing.len(), same), (0, position));
    put(&dovecot.path("mail"), 4, &plain(4));
    if is_root() {
        own(&dovecot.path("mail"), "nobody");
    }
    let (new, position, is_renumbered) = read(&settings, &inbox(), Some(position));
    assert_eq!((new.len(), position.last_uid, is_renumbered), (1, 4, false));
    assert_eq!(whole(&new[0]), plain(4));
    // Somebody rebuilds the index: UIDVALIDITY changes.
    let list = dovecot.path("mail/dovecot-uidlist");
    let text = fs::read_to_string(&list).expect("Dovecot's list");
    let renumbered =
        text.replacen(&format!(" V{}", position.uid_validity), &format!(" V{}", position.uid_validity + 7), 1);
    assert_ne!(text, renumbered);
    fs::write(&list, renumbered).expect("a list");
    for index in ["dovecot.index", "dovecot.index.log", "dovecot.index.cache"] {
        let _ = fs::remove_file(dovecot.path("mail").join(index));
    }
    let (all, anew, is_renumbered) = read(&settings, &inbox(), Some(position));
    assert_eq!((all.len(), is_renumbered), (4, true));
    assert_ne!(anew.uid_validity, position.uid_validity);
}

#[test]
fn of_a_message_above_the_bound_only_the_headers_come() {
    let large = [b"Subject: large\r\nX-Odd: a\r\n b\r\n\r\n".to_vec(), vec![b'x'; 50_000], b"\r\n".to_vec()].concat();
    let fill = |mail: &Path| {
        put(mail, 1, &plain(1));
        put(mail, 2, &large);
        put(mail, 3, &plain(3));
    };
    let Some(dovecot) = Dovecot::start(fill) else { return };
    let mut settings = reach(&dovecot);
    settings.limits.message = 10_000;
    let (read, position, _) = read(&settings, &inbox(), None);
    let contents: Vec<&Content> = read.iter().map(|fetched| &fetched.content).collect();
    let headers = Content::HeadersOnly(b"Subject: large\r\nX-Odd: a\r\n b\r\n\r\n".to_vec());
    assert_eq!(contents, [&Content::Whole(plain(1)), &headers, &Content::Whole(plain(3))]);
    assert_eq!((read[1].size as usize, position.last_uid), (large.len(), 3));
}

#[test]
fn folders_have_their_names_in_any_alphabet() {
    let name = "Gemeldet & geprüft 日本";
    let fill = |mail: &Path| {
        put(mail, 1, &plain(1));
        for part in ["cur", "new", "tmp"] {
            fs::create_dir_all(mail.join(format!(".{}", FolderName::from(name).wire())).join(part)).expect("a folder");
        }
        put(&mail.join(format!(".{}", FolderName::from(name).wire())), 9, &plain(9));
    };
    let Some(dovecot) = Dovecot::start(fill) else { return };
    let mut mailbox = Mailbox::open(&reach(&dovecot)).expect("an open mailbox");
    let folders = mailbox.folders().expect("folders");
    let names: Vec<&str> = folders.folders.iter().map(|folder| folder.name.text()).collect();
    assert!(names.contains(&name) && names.contains(&"INBOX") && folders.unreadable == 0, "{folders:?}");
    // One connection reads several folders; one that is left early does no harm.
    let mut reading = mailbox.read(&inbox(), None).expect("a folder");
    assert!(reading.next().is_some());
    let reported = mailbox.read(&FolderName::from(name), None).expect("a folder");
    let all: Vec<Fetched> = reported.collect::<Result<_, _>>().expect("messages");
    assert_eq!(all.iter().map(whole).collect::<Vec<_>>(), [plain(9)]);
    let absent = mailbox.read(&FolderName::from("Nirgends"), None).expect_err("no such folder");
    assert!(matches!(&absent, MailboxError::NoFolder { folder, .. } if folder == "Nirgends"), "{absent}");
}

#[test]
fn who_is_not_trusted_is_not_told_the_password() {
    let Some(dovecot) = Dovecot::start(|_| {}) else { return };
    let refused = |settings: &ImapSettings| Mailbox::open(settings).expect_err("refused");
    for tls in [Tls::Implicit, Tls::StartTls] {
        let good = if tls == Tls::Implicit { reach(&dovecot) } else { reach_with(&dovecot, tls) };
        let other = refused(&ImapSettings { ca_file: Some(dovecot.path("other.pem")), ..good.clone() });
        assert!(matches!(&other, MailboxError::Certificate { why, .. } if why.contains("other.pem")), "{other}");
        let system = refused(&ImapSettings { ca_file: None, ..good.clone() });
        assert!(matches!(system, MailboxError::Certificate { .. } | MailboxError::NoAuthorities { .. }), "{system}");
        let name = refused(&ImapSettings { host: "127.0.0.2".to_owned(), ..good.clone() });
        assert!(matches!(name, MailboxError::Certificate { .. } | MailboxError::Unreachable { .. }), "{name}");
        let empty = refused(&ImapSettings { ca_file: Some(dovecot.path("users")), ..good });
        assert!(matches!(empty, MailboxError::NoAuthorities { .. }), "{empty}");
    }
    let log = fs::read_to_string(dovecot.path("log")).unwrap_or_default();
    assert!(!log.contains("user=<clerk>"), "{log}");
}

#[test]
fn a_wrong_password_is_said_to_be_wrong_and_never_shown() {
    let Some(dovecot) = Dovecot::start(|_| {}) else { return };
    let file = dovecot.path("wrong");
    write_private(&file, "not-the-password");
    let credential = Credential::Password(SecretPlace::File(file));
    let error = Mailbox::open(&ImapSettings { credential, ..reach(&dovecot) }).expect_err("refused");
    assert!(matches!(&error, MailboxError::WrongPassword { user, .. } if user == "clerk"), "{error}");
    for text in [error.to_string(), format!("{error:?}"), format!("{:?}", reach(&dovecot))] {
        assert!(!text.contains("not-the-password") && !text.contains(PASSWORD), "{text}");
    }
}

#[test]
fn two_thousand_messages_take_seconds() {
    const COUNT: u32 = 2_000;
    let body = "A line of some length, as mail has them.\r\n".repeat(100);
    let message = |number| [plain(number), body.clone().into_bytes()].concat();
    let Some(dovecot) = Dovecot::start(|mail| (1..=COUNT).for_each(|number| put(mail, number, &message(number))))
    else {
        return;
    };
    let start = Instant::now();
    let (all, position, _) = read(&reach(&dovecot), &inbox(), None);
    let seconds = start.elapsed().as_secs_f64();
    println!("{COUNT} messages of 4.4 kB over TLS: {seconds:.2} s, {:.0} messages/s", f64::from(COUNT) / seconds);
    assert_eq!((all.len(), position.last_uid), (COUNT as usize, COUNT));
    assert!(all.iter().zip(1..).all(|(fetched, number)| whole(fetched) == message(number)));
}
