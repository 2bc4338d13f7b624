//! `pollwarden mail fetch` and `pollwarden mail milter` with the servers that offices have: Dovecot and Postfix.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use pollwarden_testkit::dovecot::{Dovecot, USER};
use pollwarden_testkit::postfix::{CLERK, Postfix};
use pollwarden_testkit::servers::free_port;

use crate::support::{answer, run, text, told};

const OFFICE: &str = "\
name = \"Example County Elections\"
domains = [\"county.example\"]

[[vendors]]
name = \"Pollbook Systems\"
domains = [\"pollbooksystems.example\"]
";

/// A vendor's name at a swapped-letter domain, as in 2016.
const LURE: &str = "\
From: Pollbook Systems Support <support@pollbooksystmes.example>\r\n\
To: clerk@county.example\r\n\
Subject: New user guides\r\n\
Message-ID: <1@pollbooksystmes.example>\r\n\
Date: Tue, 27 Oct 2026 09:00:00 -0400\r\n\r\n\
Dear customer,\r\n\r\nplease log in with your password at https://pollbooksystmes.example/login to read the new guides today.\r\n";

const ORDINARY: &str = "\
From: Ada Vale <ada@example.org>\r\n\
To: clerk@county.example\r\n\
Subject: The hall on Oak Street\r\n\
Message-ID: <2@example.org>\r\n\
Date: Tue, 27 Oct 2026 09:05:00 -0400\r\n\r\n\
Dear Pat,\r\n\r\nthe hall is free on the third of November from six in the morning. Shall I bring the keys by?\r\n\r\nAda\r\n";

fn office(at: &Path) -> String {
    let path = at.join("office.toml");
    fs::write(&path, OFFICE).unwrap();
    path.display().to_string()
}

#[test]
fn a_mailbox_is_fetched_and_scanned() {
    let fill = |mail: &Path| {
        for (number, message) in [LURE, ORDINARY].iter().enumerate() {
            fs::write(mail.join(format!("new/{}.M{number}P1.mx.example", 1_700_000_000 + number)), message).unwrap();
        }
    };
    let Some(dovecot) = Dovecot::start(fill) else { return };
    let folder = tempfile::tempdir().unwrap();
    let (office, into) = (office(folder.path()), folder.path().join("reported").display().to_string());
    let [ca, password] = ["authority.pem", "password"].map(|name| dovecot.path(name).display().to_string());
    let port = dovecot.tls_port.to_string();
    let fetch = |into: &str, folder: &str| {
        let place = ["mail", "fetch", "--host", "localhost", "--port", &port, "--ca", &ca, "--user", USER];
        run(&[&place[..], &["--password-file", &password, "--into", into, "--folder", folder]].concat())
    };
    let (output, code) = fetch(&into, "INBOX");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(code == 0 && said.contains("2 new messages"), "{code}: {said}");
    let (answer, code) = answer(&["mail", "scan", &into, "--office", &office]);
    let found = told(&answer);
    assert_eq!((code, found.len()), (1, 1), "{found:?}");
    assert!(found[0]["title"].as_str().unwrap().contains("Pollbook Systems"), "{found:?}");
    let (output, code) = fetch(&into, "INBOX");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(code == 0 && said.contains("0 new messages"), "{code}: {said}");
    let (output, code) = fetch(&format!("{into}-2"), "Reported");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(code == 2 && said.contains("INBOX"), "{code}: {said}");
    assert!(!said.contains("panicked") && text(&output).is_empty(), "{said}");
}

#[test]
fn a_message_too_large_to_be_fetched_is_said_and_not_written() {
    let fill = |mail: &Path| {
        let large = format!("{ORDINARY}{}", "The hall on Oak Street, once more.\r\n".repeat(1 << 20));
        for (number, message) in [large.as_str(), LURE].iter().enumerate() {
            fs::write(mail.join(format!("new/{}.M{number}P1.mx.example", 1_700_000_000 + number)), message).unwrap();
        }
    };
    let Some(dovecot) = Dovecot::start(fill) else { return };
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("reported");
    let [ca, password] = ["authority.pem", "password"].map(|name| dovecot.path(name).display().to_string());
    let (port, at) = (dovecot.tls_port.to_string(), into.display().to_string());
    let place = ["mail", "fetch", "--host", "localhost", "--port", &port, "--ca", &ca, "--user", USER];
    let fetch = || {
        let (output, code) = run(&[&place[..], &["--password-file", &password, "--into", &at]].concat());
        (code, String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, said) = fetch();
    assert!(code == 3 && said.contains("1 new messages") && said.contains("too large"), "{code}: {said}");
    let is_message = |path: &Path| path.extension().is_some_and(|ending| ending == "eml");
    let kept = fs::read_dir(&into).unwrap().filter(|entry| is_message(&entry.as_ref().unwrap().path())).count();
    assert_eq!(kept, 1);
    // It is said again until somebody brings the message, under the name that is told.
    let (code, said) = fetch();
    assert!(code == 3 && said.contains("0 new messages") && said.contains("too large"), "{code}: {said}");
    let name = said.split(['(', ' ']).find(|word| word.ends_with(".eml")).expect("a name");
    fs::write(name, ORDINARY).unwrap();
    let (code, said) = fetch();
    assert!(code == 0 && !said.contains("too large"), "{code}: {said}");
}

/// The program, judging mail as it arrives until the test is over.
struct Milter {
    program: Child,
    place: String,
}

impl Milter {
    fn start(office: &str, extra: &[&str]) -> Self {
        let place = format!("127.0.0.1:{}", free_port());
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("pollwarden"));
        command.args(["mail", "milter", "--listen", &place, "--office", office, "--no-progress"]).args(extra);
        let mut program = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let mut said = BufReader::new(program.stderr.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        assert!(line.contains(&place), "{line}");
        // What it says later is read, so that it never waits for a reader.
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        Self { program, place: format!("inet:{place}") }
    }
}

impl Drop for Milter {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

fn verdicts(messages: &[String]) -> Vec<(&str, &str)> {
    let mut all: Vec<(&str, &str)> = messages
        .iter()
        .map(|message| {
            let value = |name: &str| message.lines().find_map(|line| line.strip_prefix(name)).unwrap_or("none");
            (value("Subject: "), value("X-Pollwarden-Verdict: "))
        })
        .collect();
    all.sort_unstable();
    all
}

#[test]
fn mail_is_judged_as_it_arrives() {
    let folder = tempfile::tempdir().unwrap();
    let office = office(folder.path());
    let milter = Milter::start(&office, &[]);
    let Some(postfix) = Postfix::start(&milter.place) else { return };
    let mut client = postfix.client();
    client.send("support@pollbooksystmes.example", &[CLERK], LURE.as_bytes());
    client.send("ada@example.org", &[CLERK], ORDINARY.as_bytes());
    client.say("QUIT");
    let delivered = postfix.delivered(2);
    assert_eq!(
        verdicts(&delivered),
        [("New user guides", "imitation"), ("The hall on Oak Street", "nothing-found")],
        "{delivered:?}"
    );
    let reasons = delivered.iter().find(|message| message.contains("New user guides")).unwrap();
    assert!(reasons.contains("X-Pollwarden-Reason: Imitates Pollbook Systems"), "{reasons}");
}

#[test]
fn a_lure_is_set_aside_where_that_is_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let office = office(folder.path());
    let milter = Milter::start(&office, &["--quarantine"]);
    let Some(postfix) = Postfix::start(&milter.place) else { return };
    let mut client = postfix.client();
    client.send("support@pollbooksystmes.example", &[CLERK], LURE.as_bytes());
    client.send("ada@example.org", &[CLERK], ORDINARY.as_bytes());
    client.say("QUIT");
    let delivered = postfix.delivered(1);
    assert_eq!(verdicts(&delivered), [("The hall on Oak Street", "nothing-found")]);
    postfix.wait_for("milter-hold: END-OF-MESSAGE");
    let queue = String::from_utf8_lossy(&postfix.run("postqueue", &["-p"]).stdout).into_owned();
    assert!(queue.contains("support@pollbooksystmes.example"), "{queue}");
}

/// A name server that knows one name: the vendor's, who asks receivers to refuse what is not its own. All others there are
/// not (RFC 1035, section 4.1).
fn name_server() -> String {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        let mut query = [0; 1500];
        while let Ok((length, from)) = socket.recv_from(&mut query) {
            let name_ends = query[12..length].iter().position(|byte| *byte == 0).unwrap() + 13;
            let question = &query[12..name_ends + 4];
            let is_known = question.starts_with(b"\x06_dmarc\x0fpollbooksystems\x07example\0\0\x10");
            let (flags, answers): (&[u8], u8) = if is_known { (b"\x81\x80", 1) } else { (b"\x81\x83", 0) };
            let mut reply = [&query[..2], flags, &[0, 1, 0, answers, 0, 0, 0, 0], question].concat();
            if is_known {
                let text = b"v=DMARC1; p=reject";
                let length = u8::try_from(text.len()).unwrap();
                reply.extend([b"\xc0\x0c\0\x10\0\x01\0\0\0\x3c\0", &[length + 1, length][..], text].concat());
            }
            socket.send_to(&reply, from).unwrap();
        }
    });
    address
}

/// The vendor's own address, forged: only its records tell.
const FORGED: &str = "\
Return-Path: <bounce@bulk.example>\r\n\
Received: from mail.bulk.example (mail.bulk.example [192.0.2.44]) by mx.county.example; Tue, 27 Oct 2026 09:00:02 -0400\r\n\
From: Pollbook Systems <support@pollbooksystems.example>\r\n\
To: clerk@county.example\r\n\
Subject: New user guides\r\n\
Date: Tue, 27 Oct 2026 09:00:00 -0400\r\n\r\n\
Dear customer,\r\n\r\nthe new guides are at https://guides.bulk.example/a today.\r\n";

#[test]
fn what_the_dns_says_is_kept_and_a_forged_sender_is_told_by_it() {
    let folder = tempfile::tempdir().unwrap();
    let office = office(folder.path());
    fs::write(&office, format!("{OFFICE}\n[mail]\nreceivers = [\"mx.county.example\"]\n")).unwrap();
    let mail = folder.path().join("mail");
    fs::create_dir(&mail).unwrap();
    fs::write(mail.join("1.eml"), FORGED).unwrap();
    let (mail, dns) = (mail.display().to_string(), mail.join("dns.json").display().to_string());
    let server = name_server();
    let record = || run(&["mail", "record", &mail, "--office", &office, "--resolver", &server, "--output", &dns]);
    let (before, _) = answer(&["mail", "scan", &mail, "--office", &office]);
    assert!(told(&before).is_empty(), "{before:?}");
    let (output, code) = record();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(code == 0 && said.contains("for 1 messages") && !said.contains("Asked 0"), "{code}: {said}");
    let (after, code) = answer(&["mail", "scan", &mail, "--office", &office]);
    let found = told(&after);
    assert_eq!((code, found.len()), (1, 1), "{after:?}");
    assert!(found[0]["title"].as_str().unwrap().contains("Pollbook Systems"), "{found:?}");
    let (output, _) = record();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("Asked 0 questions"), "what is kept is not asked again: {said}");
}
