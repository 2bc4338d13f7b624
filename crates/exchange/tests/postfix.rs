//! The milter against a real server: Postfix, with mail that comes by SMTP and ends in a Maildir.

#![allow(clippy::print_stdout, reason = "figures are printed")]

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use pollwarden_exchange::milter::{
    Envelope, Judge, JudgeError, Judgement, Listener, Message, Milter, MilterSettings, Reach, Tag, serve,
};
use pollwarden_testkit::postfix::{CLERK, Postfix};
use pollwarden_testkit::servers::{is_root, own};

/// Judges by the subject, and remembers what it saw.
#[derive(Default)]
struct BySubject(Mutex<Vec<(Envelope, Message)>>);

impl Judge for BySubject {
    fn judge(&self, envelope: &Envelope, message: &Message) -> Result<Judgement, JudgeError> {
        self.0.lock().expect("what was seen").push((envelope.clone(), message.clone()));
        let has = |words: &str| message.bytes.windows(words.len()).any(|window| window == words.as_bytes());
        if has("Subject: fail") {
            return Err("no rules were loaded".into());
        }
        assert!(!has("Subject: panic"), "a fault of ours");
        if has("Subject: slow") {
            thread::sleep(Duration::from_secs(6));
        }
        let tags = vec![Tag::new("Verdict", "lure"), Tag::new("Why", "Anzeigename ahmt Wählerverzeichnis nach")];
        Ok(match has("Subject: hold") {
            true => Judgement::Quarantine { reason: "imitates the vendor".to_owned(), tags },
            false => Judgement::Deliver(tags),
        })
    }
}

impl BySubject {
    fn seen(&self) -> Vec<(Envelope, Message)> {
        self.0.lock().expect("what was seen").clone()
    }
}

fn start(settings: MilterSettings) -> Option<(Arc<BySubject>, Milter, Postfix)> {
    let listener = Listener::bind("inet:127.0.0.1:0", Reach::ThisMachine).expect("a port");
    let judge = Arc::<BySubject>::default();
    let milter = serve(listener, Arc::<BySubject>::clone(&judge), settings).expect("a milter");
    let postfix = Postfix::start(milter.address())?;
    Some((judge, milter, postfix))
}

fn headers_named<'a>(message: &'a str, prefix: &str) -> Vec<&'a str> {
    let headers = message.split("\n\n").next().unwrap_or_default();
    headers.lines().filter(|line| line.to_ascii_lowercase().starts_with(&prefix.to_ascii_lowercase())).collect()
}

const WHY: &str = "X-Pollwarden-Why: =?UTF-8?B?QW56ZWlnZW5hbWUgYWhtdCBXw6RobGVydmVyemVpY2huaXMgbmFjaA==?=";

#[test]
fn a_message_is_tagged_and_forged_tags_are_gone() {
    let Some((judge, milter, postfix)) = start(MilterSettings::default()) else { return };
    let mut client = postfix.client();
    client.come_from("192.0.2.7", "mx.example.net");
    let message = b"From: Ada <ada@example.org>\r\nX-Pollwarden-Verdict: clean\r\nDKIM-Signature:  v=1;\r\n\tb=x\r\n  y\r\nSubject: Gr\xfc\xdfe\r\n\
        x-pollwarden-status: judged\r\nX-Pollwarden-Verdict: clean again\r\nX-Pollwarden-Verdict : and again\r\nX-POLLWARDEN-WHY:nothing\r\nTo: clerk@county.example\r\n\
        Message-ID: <1@example.org>\r\nDate: Tue, 3 Nov 2026 08:00:00 -0500\r\n\r\nBody \xff\xfe\r\n..dots\r\n";
    client.send("ada@example.org", &[CLERK, "deputy@county.example"], message);
    client.send("", &[CLERK], b"Subject: second\r\n\r\n");
    client.say("QUIT");
    let delivered = postfix.delivered(3);
    let first = delivered.iter().find(|message| message.contains("Body")).expect("the first message");
    let ours = headers_named(first, "x-pollwarden");
    assert_eq!(ours, ["X-Pollwarden-Status: judged", "X-Pollwarden-Verdict: lure", WHY], "{first}");
    assert!(first.find("X-Pollwarden-Status") < first.find("From: Ada"), "ours stand before the sender's: {first}");

    let seen = judge.seen();
    let (envelope, judged) = &seen[0];
    assert_eq!(envelope.client_ip, "192.0.2.7".parse().ok());
    assert_eq!(envelope.client_name.as_deref(), Some("mx.example.net"));
    assert_eq!(envelope.helo.as_deref(), Some("mail.example.net"));
    assert_eq!(envelope.mail_from, "ada@example.org");
    assert_eq!(envelope.rcpt_to, [CLERK, "deputy@county.example"]);
    assert!(envelope.queue_id.as_ref().is_some_and(|id| postfix.log().contains(id.as_str())), "{envelope:?}");
    // Postfix takes one dot away (RFC 5321, section 4.5.2); everything else is as it was sent, the forged headers too.
    let sent = String::from_utf8_lossy(message).replace("\r\n..dots", "\r\n.dots");
    assert_eq!(
        String::from_utf8_lossy(&judged.bytes).replace("Verdict : ", "Verdict: "),
        sent.replace("Verdict : ", "Verdict: ")
    );
    assert!(judged.is_whole && judged.bytes.windows(4).any(|window| window == b"Gr\xfc\xdf"));
    assert_eq!((seen[1].0.mail_from.as_str(), seen.len()), ("", 2));
    assert_eq!((milter.tally().delivered, milter.tally().forged), (2, 5));
}

#[test]
fn a_message_is_held_until_somebody_lets_it_go() {
    let Some((_, milter, postfix)) = start(MilterSettings::default()) else { return };
    postfix.send(b"From: ada@example.org\r\nSubject: hold this\r\n\r\nPlease log in.\r\n");
    postfix.wait_for("milter-hold: END-OF-MESSAGE");
    let queue = String::from_utf8_lossy(&postfix.run("postqueue", &["-p"]).stdout).into_owned();
    assert!(queue.lines().any(|line| line.contains('!') && line.contains("ada@example.org")), "{queue}");
    assert!(postfix.delivers_nothing());
    assert_eq!((milter.tally().held, milter.tally().delivered), (1, 0));
    assert!(postfix.run("postsuper", &["-H", "ALL"]).status.success());
    postfix.run("postqueue", &["-f"]);
    let delivered = postfix.delivered(1);
    let ours = headers_named(&delivered[0], "X-Pollwarden");
    assert_eq!(ours[..2], ["X-Pollwarden-Status: judged", "X-Pollwarden-Held: imitates the vendor"], "{delivered:?}");
}

#[test]
fn where_nobody_can_judge_the_message_is_delivered_and_says_so() {
    let settings = MilterSettings { judging: Duration::from_secs(4), ..MilterSettings::default() };
    let Some((_, milter, postfix)) = start(settings) else { return };
    for subject in ["fail", "panic", "slow"] {
        let message = format!(
            "From: ada@example.org\r\nX-Pollwarden-Status: judged\r\nSubject: {subject}\r\n\r\nBody of {subject}.\r\n"
        );
        postfix.send(message.as_bytes());
    }
    let delivered = postfix.delivered(3);
    let cases = [("fail", "judging failed"), ("panic", "judging failed"), ("slow", "judging took too long")];
    for (subject, why) in cases {
        let body = format!("Body of {subject}.\n");
        let message = delivered.iter().find(|message| message.ends_with(&body)).expect("a message");
        assert_eq!(headers_named(message, "X-Pollwarden"), [format!("X-Pollwarden-Status: not judged: {why}")]);
        assert!(message.contains(&format!("\nFrom: ada@example.org\nSubject: {subject}\n")), "{message}");
    }
    let tally = milter.tally();
    assert_eq!((tally.failed, tally.too_slow, tally.delivered, tally.forged), (2, 1, 0, 3));
}

#[test]
fn without_a_milter_mail_is_delivered_all_the_same() {
    let Some((_, milter, postfix)) = start(MilterSettings::default()) else { return };
    milter.stop(Duration::ZERO);
    postfix.send(b"Subject: nobody is there\r\n\r\nBody\r\n");
    let delivered = postfix.delivered(1);
    assert!(headers_named(&delivered[0], "X-Pollwarden").is_empty() && delivered[0].ends_with("\n\nBody\n"));
    assert!(postfix.log().contains("connect to Milter service"), "{}", postfix.log());
}

#[test]
fn a_milter_that_ends_within_a_message_loses_none() {
    let Some((_, milter, postfix)) = start(MilterSettings::default()) else { return };
    let ending = thread::spawn(move || {
        thread::sleep(Duration::from_millis(700));
        milter.stop(Duration::ZERO);
    });
    postfix.send(b"Subject: slow\r\n\r\nBody\r\n");
    ending.join().expect("an end");
    let delivered = postfix.delivered(1);
    assert!(headers_named(&delivered[0], "X-Pollwarden").is_empty() && delivered[0].ends_with("\n\nBody\n"));
}

#[test]
fn of_a_large_message_the_beginning_is_judged_and_all_is_delivered() {
    let settings = MilterSettings { message: 100_000, ..MilterSettings::default() };
    let Some((judge, _milter, postfix)) = start(settings) else { return };
    // Postfix writes the headers that are missing.
    let headers =
        "From: ada@example.org\r\nDate: Tue, 3 Nov 2026 08:00:00 -0500\r\nMessage-ID: <1@example.org>\r\n\r\n";
    let message = [headers.as_bytes().to_vec(), b"A line of it.\r\n".repeat(1_000_000)].concat();
    postfix.send(&message);
    let delivered = postfix.delivered(1);
    assert_eq!(
        headers_named(&delivered[0], "X-Pollwarden-S"),
        ["X-Pollwarden-Status: judged by its first 100000 bytes"]
    );
    assert!(delivered[0].matches("A line of it.\n").count() == 1_000_000);
    let (_, judged) = &judge.seen()[0];
    assert!(!judged.is_whole && message.starts_with(&judged.bytes) && judged.bytes.len() == 100_000);
}

#[test]
fn mail_comes_through_a_unix_socket_by_many_clients_at_once() {
    const CLIENTS: usize = 8;
    const EACH: usize = 25;
    let folder = tempfile::tempdir().expect("a folder");
    let address = format!("unix:{}/milter", folder.path().display());
    let listener = Listener::bind(&address, Reach::ThisMachine).expect("a socket");
    if is_root() {
        own(folder.path(), "postfix");
    }
    let milter = serve(listener, Arc::<BySubject>::default(), MilterSettings::default()).expect("a milter");
    let Some(postfix) = Postfix::start(&address) else { return };
    let start = Instant::now();
    thread::scope(|scope| {
        for number in 0..CLIENTS {
            let mut client = postfix.client();
            scope.spawn(move || {
                let message = format!("Subject: {number}\r\n\r\n{}", "A line.\r\n".repeat(500));
                (0..EACH).for_each(|_| client.send("ada@example.org", &[CLERK], message.as_bytes()));
                client.say("QUIT");
            });
        }
    });
    let seconds = start.elapsed().as_secs_f64();
    let count = CLIENTS * EACH;
    println!("{count} messages of 4.5 kB taken by Postfix in {seconds:.2} s: {:.0} messages/s", count as f64 / seconds);
    assert!(postfix.delivered(count).iter().all(|message| headers_named(message, "X-Pollwarden").len() == 3));
    assert_eq!(milter.tally().delivered as usize, count);
}
