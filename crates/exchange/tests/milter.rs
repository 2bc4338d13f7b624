//! The milter against a mail server's side written by hand: packet by packet, sound and broken.

mod support;

use std::io::{Read as _, Write as _};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use pollwarden_exchange::milter::{
    Envelope, Judge, JudgeError, Judgement, Listener, Message, Milter, MilterSettings, Reach, Report, Tag, Tally,
    TooLarge, serve,
};

use support::mail_server::{OFFER, Server, text};

/// Judges as a function does.
struct By<F>(F);

impl<F: Fn(&Envelope, &Message) -> Result<Judgement, JudgeError> + Send + Sync + 'static> Judge for By<F> {
    fn judge(&self, envelope: &Envelope, message: &Message) -> Result<Judgement, JudgeError> {
        self.0(envelope, message)
    }
}

fn start(
    settings: MilterSettings,
    judge: impl Fn(&Envelope, &Message) -> Result<Judgement, JudgeError> + Send + Sync + 'static,
) -> Milter {
    let listener = Listener::bind("inet:127.0.0.1:0", Reach::ThisMachine).expect("a port");
    serve(listener, Arc::new(By(judge)), settings).expect("a milter")
}

fn fine(_: &Envelope, _: &Message) -> Result<Judgement, JudgeError> {
    Ok(Judgement::Deliver(vec![Tag::new("Verdict", "nothing found")]))
}

fn wait_for(milter: &Milter, is_so: impl Fn(&Tally) -> bool) {
    let until = Instant::now() + Duration::from_secs(30);
    while !is_so(&milter.tally()) {
        assert!(Instant::now() < until, "{:?}", milter.tally());
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_message_goes_over_the_wire_as_the_protocol_says() {
    let seen = Arc::new(Mutex::new(None));
    let of_judge = Arc::clone(&seen);
    let milter = start(MilterSettings::default(), move |envelope, message| {
        *of_judge.lock().expect("what was seen") = Some((envelope.clone(), message.clone()));
        Ok(Judgement::Quarantine {
            reason: "a lure\r\n".to_owned(),
            tags: vec![Tag::new("Verdict", "lure"), Tag::new("STATUS:", "judged twice")],
        })
    });
    let mut server = Server::connect(&milter);
    assert_eq!(server.agree(OFFER), [6, 0x31, 0x17_f580]);
    let headers = [
        ("Subject", " a\n\tb"),
        ("X-Pollwarden-Verdict", " x"),
        ("X-POLLWARDEN-verdict", " y"),
        ("X-Pollwarden-A ", ""),
    ];
    let answers = server.message(&headers, b"Body\r\n");
    let expected = [
        "m\0\0\0\u{2}X-Pollwarden-Verdict\0\0",
        "m\0\0\0\u{1}X-Pollwarden-Verdict\0\0",
        "m\0\0\0\u{1}X-Pollwarden-A \0\0",
        "qa lure\0",
        "i\0\0\0\u{1}X-Pollwarden-Verdict\0 lure\0",
        "i\0\0\0\u{1}X-Pollwarden-Held\0 a lure\0",
        "i\0\0\0\u{1}X-Pollwarden-Status\0 judged\0",
    ];
    assert_eq!(text(&answers), expected);
    let (envelope, message) = seen.lock().expect("what was seen").take().expect("a message");
    let expected = Envelope {
        client_ip: "2001:db8::7".parse().ok(),
        client_name: Some("mx.example.net".to_owned()),
        helo: Some("mail.example.net".to_owned()),
        mail_from: "ada@example.org".to_owned(),
        rcpt_to: vec!["clerk@county.example".to_owned()],
        more_recipients: 0,
        login: Some("ada".to_owned()),
        queue_id: Some("3fQ7".to_owned()),
    };
    assert_eq!(envelope, expected);
    let expected =
        "Subject: a\r\n\tb\r\nX-Pollwarden-Verdict: x\r\nX-POLLWARDEN-verdict: y\r\nX-Pollwarden-A :\r\n\r\nBody\r\n";
    assert_eq!(String::from_utf8_lossy(&message.bytes), expected);
    // The next message of the connection begins anew.
    server.say(b'M', b"<>\0");
    server.say(b'A', b"");
    server.say(b'M', b"<>\0");
    server.say(b'L', b"Subject\0 two\0");
    server.say(b'N', b"");
    server.end();
    let (envelope, message) = seen.lock().expect("what was seen").take().expect("a message");
    assert_eq!((envelope.mail_from.as_str(), envelope.login, envelope.rcpt_to.len()), ("", None, 0));
    assert_eq!(message.bytes.as_slice(), b"Subject: two\r\n\r\n");
    server.say(b'Q', b"");
    assert!(server.is_left());
    assert_eq!(milter.tally().broken, 0);
}

#[test]
fn an_old_server_gets_an_answer_to_each_command() {
    let milter = start(MilterSettings::default(), fine);
    let mut server = Server::connect(&milter);
    assert_eq!(server.agree([2, 0x3f, 0x7f]), [2, 0x31, 0]);
    let commands = [
        (b'C', &b"x\0U"[..]),
        (b'H', b"x\0"),
        (b'M', b"<>\0"),
        (b'R', b"<a@example.org>\0"),
        (b'L', b"Subject\0x\0"),
        (b'N', b""),
        (b'B', b"x"),
    ];
    for (command, contents) in commands {
        server.say(command, contents);
        assert_eq!(server.hear(), (b'c', Vec::new()), "{}", char::from(command));
    }
    // Such a server writes the space behind the colon itself.
    assert_eq!(text(&server.end())[1], "i\0\0\0\u{1}X-Pollwarden-Status\0judged\0");
}

#[test]
fn what_is_no_milter_protocol_is_left_and_others_are_still_served() {
    let faults = Arc::new(AtomicUsize::new(0));
    let of_report = Arc::clone(&faults);
    let report = move |report: &Report<'_>| {
        if matches!(report, Report::Broken(_)) {
            of_report.fetch_add(1, Ordering::Relaxed);
        }
    };
    let milter = start(MilterSettings { report: Some(Arc::new(report)), ..MilterSettings::default() }, fine);
    let offer: Vec<u8> = OFFER.into_iter().flat_map(u32::to_be_bytes).collect();
    let hello = [&b"\0\0\0\x0dO"[..], &offer].concat();
    let odd: [&[u8]; 9] = [
        b"\xff\xff\xff\xff",
        b"\0\0\0\0",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\0\0\0\x05Oabc",
        b"\0\0\0\x01E",
        b"\0\0\0\x03Mx\0",
        &[&hello[..], b"\0\0\0\x01z"].concat(),
        &[&hello[..], b"\0\0\0\x01B"].concat(),
        &[&hello[..], b"\0\0\0\x03Mx\0", b"\0\0\0\x04Labc"].concat(),
    ];
    for bytes in odd {
        let mut server = Server::connect(&milter);
        server.0.write_all(bytes).expect("bytes");
        server.0.shutdown(std::net::Shutdown::Write).expect("an end");
        let mut rest = Vec::new();
        let _ = server.0.read_to_end(&mut rest);
    }
    wait_for(&milter, |tally| tally.broken == odd.len() as u64);
    assert_eq!(faults.load(Ordering::Relaxed), odd.len());
    assert_eq!(Server::begin(&milter).message(&[("Subject", " x")], b"x").len(), 2);
}

#[test]
fn a_connection_that_breaks_off_within_a_message_frees_its_place() {
    let milter = start(MilterSettings { at_once: 1, connections: 2, ..MilterSettings::default() }, fine);
    for number in 1..=5 {
        let mut server = Server::begin(&milter);
        server.envelope(&[("Subject", " x")]);
        server.say(b'B', b"half a mess");
        assert_eq!(server.hear().0, b'c');
        drop(server);
        wait_for(&milter, |tally| tally.broken == number);
    }
    let answers = Server::begin(&milter).message(&[], b"x");
    assert_eq!(text(&answers)[1], "i\0\0\0\u{1}X-Pollwarden-Status\0 judged\0");
}

#[test]
fn of_too_many_connections_the_last_are_turned_away() {
    let milter = start(MilterSettings { connections: 2, ..MilterSettings::default() }, fine);
    let (_one, _two) = (Server::begin(&milter), Server::begin(&milter));
    assert!(Server::connect(&milter).is_left());
    wait_for(&milter, |tally| tally.turned_away == 1);
}

#[test]
fn of_too_many_messages_the_last_wait_and_are_then_delivered_unjudged() {
    let judging = Duration::from_secs(2);
    let hangs = Arc::new(AtomicBool::new(true));
    let gate = Arc::clone(&hangs);
    let milter = start(MilterSettings { at_once: 1, judging, ..MilterSettings::default() }, move |_, message| {
        while message.bytes.starts_with(b"Subject: hang") && gate.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(5));
        }
        Ok(Judgement::Deliver(Vec::new()))
    });
    let status = |subject: &str| text(&Server::begin(&milter).message(&[("Subject", subject)], b"x"))[0].clone();
    assert_eq!(status(" hang"), "i\0\0\0\u{1}X-Pollwarden-Status\0 not judged: judging took too long\0");
    // The judge still hangs.
    assert_eq!(status(" next"), "i\0\0\0\u{1}X-Pollwarden-Status\0 not judged: too many messages at once\0");
    // Clients that dawdle before their text hold no place.
    let mut dawdling = Server::begin(&milter);
    dawdling.say(b'M', b"<>\0");
    hangs.store(false, Ordering::Relaxed);
    assert_eq!(status(" later"), "i\0\0\0\u{1}X-Pollwarden-Status\0 judged\0");
    let tally = milter.tally();
    assert_eq!((tally.too_slow, tally.too_busy, tally.delivered), (1, 1, 1));
}

#[test]
fn the_rest_of_a_large_body_is_waived() {
    let settings = MilterSettings { message: 1_000, too_large: TooLarge::DoNotJudge, ..MilterSettings::default() };
    let milter = start(settings, fine);
    let mut server = Server::begin(&milter);
    server.envelope(&[("Subject", " large")]);
    server.say(b'B', &[b'x'; 900]);
    assert_eq!(server.hear().0, b'c');
    server.say(b'B', &[b'x'; 900]);
    assert_eq!(server.hear().0, b's');
    assert_eq!(text(&server.end()), ["i\0\0\0\u{1}X-Pollwarden-Status\0 not judged: too large\0"]);
    assert_eq!(milter.tally().too_large, 1);
}

#[test]
fn a_message_with_more_forged_headers_than_can_be_removed_is_held() {
    let milter = start(MilterSettings::default(), fine);
    let forged = vec![("X-Pollwarden-Verdict", " clean"); 1_500];
    let answers = Server::begin(&milter).message(&forged, b"x");
    assert!(text(&answers).iter().any(|answer| answer.starts_with("qit bears too many headers")), "held");
    let tally = milter.tally();
    assert_eq!((tally.held, tally.delivered, tally.forged), (1, 0, 1_500));
}

#[test]
fn a_milter_that_stops_finishes_the_message_in_hand() {
    let milter = start(MilterSettings::default(), |_, _| {
        thread::sleep(Duration::from_millis(600));
        Ok(Judgement::Deliver(Vec::new()))
    });
    let mut server = Server::begin(&milter);
    server.envelope(&[]);
    server.say(b'B', b"x");
    assert_eq!(server.hear().0, b'c');
    let ending = thread::spawn(move || {
        thread::sleep(Duration::from_millis(100));
        milter.stop(Duration::from_secs(30));
    });
    assert_eq!(text(&server.end()), ["i\0\0\0\u{1}X-Pollwarden-Status\0 judged\0"]);
    ending.join().expect("an end");
    assert!(server.is_left());
}
