//! The reader of mailboxes against servers that send without end, dawdle, or want the password in plain text.

mod support;

use std::thread;
use std::time::{Duration, Instant};

use pollwarden_exchange::imap::{Credential, ImapSettings, MailboxError, Tls};
use support::imap_server::{SECRET, Server, open, read, serve, settings};

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
fn what_is_slipped_in_before_encryption_does_not_count() {
    let (mut settings, server) = serve(|server| {
        server.say("* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] x\r\n");
        assert_eq!(server.hear(), "p1 STARTTLS");
        server.say("p1 OK go\r\n* OK [CAPABILITY IMAP4rev1] x\r\np1 OK in\r\np2 OK in\r\n");
        let hello = server.hear_bytes(3);
        assert_eq!(hello[..2], [0x16, 3], "a TLS handshake, and no password");
        server.say("+ go on\r\n");
        assert!(!String::from_utf8_lossy(&server.hear_all()).contains("AUTHENTICATE"));
    });
    settings.tls = Tls::StartTls;
    settings.ca_file = Some(authority());
    let error = open(&settings).expect_err("refused");
    assert!(matches!(error, MailboxError::Broken { .. }), "{error}");
    server.join().expect("the server's side");
}

/// A file with an authority's certificate.
fn authority() -> std::path::PathBuf {
    let path = std::env::temp_dir().join(format!("pollwarden-exchange-authority-{}", std::process::id()));
    std::fs::write(&path, rcgen::generate_simple_self_signed(["x.example".to_owned()]).expect("one").cert.pem())
        .expect("a file");
    path
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
