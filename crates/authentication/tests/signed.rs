//! Whole messages, signed here, checked from a snapshot: what holds, what breaks, what can't be told.
#![allow(clippy::unwrap_used, reason = "a test may stop at a fault")]

#[path = "signed/trust.rs"]
mod trust;

use jiff::Timestamp;
use mail_auth::common::crypto::Ed25519Key;
use mail_auth::common::headers::HeaderWriter;
use mail_auth::dkim::DkimSigner;
use pollwarden_authentication::dns::{Answer, Entry, Record};
use pollwarden_authentication::{
    AlignedBy, Basis, DkimResult, DmarcPolicy, DmarcResult, DnsSnapshot, Envelope, EnvelopeSource, Judged, Question,
    RecordType, Settings, SpfResult, Unproven, authenticate, questions,
};

const SIGNED: &str = "From: Ann <ann@office.example>\r\nTo: bob@example.net\r\nSubject: Ballots\r\n\
    Date: Tue, 3 Nov 2026 09:00:00 +0000\r\n\r\nThe ballots are printed.\r\n";
const RECEIVED: i64 = 1_793_696_400;

/// A key pair of RFC 8032 §7.1, test 1: published, so used for nothing but tests.
const SEED: [u8; 32] = [
    0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49, 0xc5,
    0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
];
const KEY: &str = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

fn sign(message: &str, domain: &str, lifetime: u64) -> String {
    sign_with(message, domain, lifetime, false)
}

/// With or without the length of the body that is signed (`l=`).
fn sign_with(message: &str, domain: &str, lifetime: u64, is_open: bool) -> String {
    let public = [
        0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07, 0x3a, 0x0e, 0xe1,
        0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a,
    ];
    let key = Ed25519Key::from_seed_and_public_key(&SEED, &public).unwrap();
    let signer = DkimSigner::from_key(key)
        .domain(domain)
        .selector("s1")
        .headers(["From", "To", "Subject", "Date"])
        .expiration(lifetime)
        .body_length(is_open)
        .sign(message.as_bytes())
        .unwrap();
    signer.to_header() + message
}

fn snapshot(texts: &[(&str, &str)]) -> DnsSnapshot {
    let mut snapshot = DnsSnapshot::new();
    for (name, text) in texts {
        let answer = match *text {
            "" => Answer::NoSuchName,
            "?" => Answer::Failure("timeout".into()),
            text => Answer::Records(vec![Record::Text(text.into())]),
        };
        snapshot.insert(&Question::new(name, RecordType::Txt), Entry { answer, recorded: None, resolver: None });
    }
    snapshot
}

fn full() -> Vec<(&'static str, &'static str)> {
    vec![
        ("s1._domainkey.office.example", KEY),
        ("office.example", "v=spf1 ip4:192.0.2.0/24 -all"),
        ("_dmarc.office.example", "v=DMARC1; p=reject; rua=mailto:r@office.example"),
        ("_dmarc.example", ""),
    ]
}

fn envelope(ip: &str) -> Envelope {
    Envelope {
        client_ip: ip.parse().unwrap(),
        helo: "mail.office.example".into(),
        mail_from: "ann@office.example".into(),
    }
}

fn at(second: i64) -> Option<Timestamp> {
    Some(Timestamp::from_second(second).unwrap())
}

#[test]
fn a_good_message_passes_everything() {
    let message = sign(SIGNED, "office.example", 0);
    let seen = authenticate(
        message.as_bytes(),
        Some(&envelope("192.0.2.1")),
        &snapshot(&full()),
        at(RECEIVED),
        &Settings::default(),
    );
    assert!(seen.spf.result.is(SpfResult::Pass), "{:?}", seen.spf);
    assert!(seen.dkim[0].result.is(DkimResult::Pass), "{:?}", seen.dkim);
    assert!(seen.dmarc.result.is(DmarcResult::Pass));
    assert_eq!(seen.dmarc.policy, Some(DmarcPolicy::Reject));
    let by = [AlignedBy::Spf("office.example".into()), AlignedBy::Dkim("office.example".into())];
    assert_eq!((seen.dmarc.aligned_by.as_slice(), &seen.basis), (&by[..], &Basis::Replayed));
    assert!(seen.not_recorded.is_empty() && seen.gaps.is_empty());
}

#[test]
fn line_ends_of_a_mail_folder_do_not_matter() {
    let message = sign(SIGNED, "office.example", 0).replace("\r\n", "\n");
    let seen = authenticate(message.as_bytes(), None, &snapshot(&full()), at(RECEIVED), &Settings::default());
    assert!(seen.dkim[0].result.is(DkimResult::Pass), "{:?}", seen.dkim);
}

#[test]
fn any_change_of_what_is_signed_breaks_it() {
    let message = sign(SIGNED, "office.example", 0);
    for (from, to) in [
        ("The ballots are printed", "The ballots are lost"),
        ("Subject: Ballots", "Subject: Money"),
        ("ann@office.example>", "eve@office.example>"),
    ] {
        let changed = message.replace(from, to);
        let seen = authenticate(
            changed.as_bytes(),
            Some(&envelope("203.0.113.1")),
            &snapshot(&full()),
            at(RECEIVED),
            &Settings::default(),
        );
        assert!(seen.dkim[0].result.is(DkimResult::Fail), "{to}: {:?}", seen.dkim);
        assert!(seen.dmarc.result.is(DmarcResult::Fail), "{:?}", seen.dmarc);
    }
}

#[test]
fn an_added_second_from_is_not_vouched_for() {
    let message = format!("From: boss@bank.example\r\n{}", sign(SIGNED, "office.example", 0));
    let seen = authenticate(
        message.as_bytes(),
        Some(&envelope("192.0.2.1")),
        &snapshot(&full()),
        at(RECEIVED),
        &Settings::default(),
    );
    assert!(seen.dmarc.result.is(DmarcResult::PermError), "{:?}", seen.dmarc);
    assert_eq!(seen.from_domains, ["bank.example", "office.example"]);
}

#[test]
fn without_the_key_nothing_is_said_and_the_question_is_named() {
    let message = sign(SIGNED, "office.example", 0);
    let known = snapshot(&full()[1..]);
    let seen =
        authenticate(message.as_bytes(), Some(&envelope("203.0.113.1")), &known, at(RECEIVED), &Settings::default());
    assert!(seen.spf.result.is(SpfResult::Fail));
    assert!(matches!(seen.dkim[0].result, Judged::CannotTell(_)));
    assert!(matches!(seen.dmarc.result, Judged::CannotTell(_)), "a key might vouch for it: {:?}", seen.dmarc);
    let missing = Question::new("s1._domainkey.office.example", RecordType::Txt);
    assert_eq!(
        questions(message.as_bytes(), Some(&envelope("203.0.113.1")), &known, None, &Settings::default()),
        [missing]
    );
    // SPF alone may be enough.
    let seen =
        authenticate(message.as_bytes(), Some(&envelope("192.0.2.1")), &known, at(RECEIVED), &Settings::default());
    assert!(seen.dmarc.result.is(DmarcResult::Pass));
}

#[test]
fn a_failure_of_the_dns_is_no_fail() {
    let message = sign(SIGNED, "office.example", 0);
    let mut texts = full();
    texts[0].1 = "?";
    let seen = authenticate(
        message.as_bytes(),
        Some(&envelope("203.0.113.1")),
        &snapshot(&texts),
        at(RECEIVED),
        &Settings::default(),
    );
    assert!(seen.dkim[0].result.is(DkimResult::TempError) && seen.dmarc.result.is(DmarcResult::TempError));
}

#[test]
fn an_end_is_judged_at_the_time_of_receipt() {
    let message = sign(SIGNED, "office.example", 3600);
    let signed = message.split("t=").nth(1).unwrap().split(';').next().unwrap().parse::<i64>().unwrap();
    let judge = |at| {
        let seen = authenticate(message.as_bytes(), None, &snapshot(&full()), at, &Settings::default());
        seen.dkim[0].result.clone()
    };
    assert!(judge(at(signed + 60)).is(DkimResult::Pass));
    assert!(judge(at(signed + 7200)).is(DkimResult::Fail));
    assert!(matches!(judge(None), Judged::CannotTell(_)));
}

#[test]
fn another_domains_signature_does_not_vouch() {
    let message = sign(SIGNED, "sender.example", 0);
    let mut texts = full();
    texts[0].0 = "s1._domainkey.sender.example";
    let seen = authenticate(
        message.as_bytes(),
        Some(&envelope("203.0.113.1")),
        &snapshot(&texts),
        at(RECEIVED),
        &Settings::default(),
    );
    assert!(seen.dkim[0].result.is(DkimResult::Pass) && seen.dmarc.result.is(DmarcResult::Fail));
    // Who delivered it might be the domain itself; without an envelope that stays open.
    let seen = authenticate(message.as_bytes(), None, &snapshot(&texts), at(RECEIVED), &Settings::default());
    assert!(matches!(seen.dmarc.result, Judged::CannotTell(_)));
}

#[test]
fn a_key_for_the_very_domain_does_not_serve_names_below() {
    let message = sign(SIGNED, "office.example", 0).replace("ann@office.example", "ann@mail.office.example");
    assert!(message.contains("d=office.example"));
    let below = sign(&SIGNED.replace("ann@office", "ann@mail.office"), "office.example", 0);
    let mut texts = full();
    texts.push(("_dmarc.mail.office.example", ""));
    let relaxed = authenticate(below.as_bytes(), None, &snapshot(&texts), at(RECEIVED), &Settings::default());
    assert!(relaxed.dmarc.result.is(DmarcResult::Pass), "{:?}", relaxed.dmarc);
    texts[2].1 = "v=DMARC1; p=reject; adkim=s; aspf=s";
    let strict = authenticate(
        below.as_bytes(),
        Some(&envelope("192.0.2.1")),
        &snapshot(&texts),
        at(RECEIVED),
        &Settings::default(),
    );
    assert!(strict.dmarc.result.is(DmarcResult::Fail), "{:?}", strict.dmarc);
}

#[test]
fn answers_recorded_long_after_receipt_are_said_to_be() {
    let message = sign(SIGNED, "office.example", 0);
    let mut dns = snapshot(&full());
    let question = Question::new("s1._domainkey.office.example", RecordType::Txt);
    let answer = Answer::Records(vec![Record::Text(KEY.into())]);
    dns.insert(&question, Entry { answer, recorded: at(RECEIVED + 30 * 86_400), resolver: None });
    let seen = authenticate(message.as_bytes(), Some(&envelope("192.0.2.1")), &dns, at(RECEIVED), &Settings::default());
    assert!(seen.gaps.iter().any(|gap| gap.contains("more than 7 days after receipt")), "{:?}", seen.gaps);
    // What is kept beside a message is enough to check it again.
    let kept = dns.only(&seen.questions);
    assert_eq!(
        authenticate(message.as_bytes(), Some(&envelope("192.0.2.1")), &kept, at(RECEIVED), &Settings::default()),
        seen
    );
}

#[test]
fn a_signature_behind_too_many_others_is_not_called_absent() {
    let noise = "DKIM-Signature: v=1; a=rsa-sha256; d=x; s=s; h=from; bh=YQ==; b=YQ==; v=1\r\n".repeat(20);
    let message = format!("{noise}{}", sign(SIGNED, "office.example", 0));
    let seen = authenticate(
        message.as_bytes(),
        Some(&envelope("203.0.113.1")),
        &snapshot(&full()),
        at(RECEIVED),
        &Settings::default(),
    );
    assert!(matches!(seen.dmarc.result, Judged::CannotTell(_)), "{:?}", seen.dmarc);
}
