use pollwarden_core::{MailSettings, Office};

use super::*;
use crate::campaign::GroupKey;
use crate::contacts::Contacts;

const ORDINARY: &str = "From: Ada Vale <ada@hall.example>\r\nTo: clerk@county.example\r\nSubject: The hall\r\n\
    Date: Tue, 27 Oct 2026 09:05:00 -0400\r\n\r\nDear Pat,\r\n\r\nthe hall is free on the third of November.\r\n\r\nAda\r\n";

/// What the office's own receiver writes, and everybody who ever got an answer from the office knows how.
const OWN_WORD: &str = "Received: from mail.hall.example (mail.hall.example [203.0.113.5]) by mx1.county.example; \
    Tue, 27 Oct 2026 09:05:02 -0400\r\n\
    Authentication-Results: mx1.county.example; spf=pass smtp.mailfrom=hall.example; dmarc=pass header.from=hall.example\r\n";

fn desk() -> Desk {
    let office = Office {
        name: "Example County".to_owned(),
        domains: vec!["county.example".to_owned()],
        mail: MailSettings { receivers: vec!["mx1.county.example".to_owned()], ..MailSettings::default() },
        ..Office::default()
    };
    Desk::new(&office, Contacts::of(&office.domains), Default::default(), GroupKey::within_office())
}

fn kept(source: &str, raw: &str) -> Kept {
    Kept { source: source.to_owned(), line: None, raw: raw.as_bytes().to_vec(), is_cut: false }
}

fn arrival() -> Arrival {
    let at: Timestamp = "2026-10-27T13:05:02Z".parse().expect("a time");
    Arrival::new("203.0.113.5".parse().ok(), "mail.hall.example", "ada@hall.example", at)
}

fn arriving(raw: &str) -> Judged {
    judge_arriving(&desk(), &kept("", raw), &arrival()).swap_remove(0)
}

fn stored(raw: &str) -> Judged {
    judge(&desk(), &kept("inbox/1.eml", raw)).swap_remove(0)
}

#[test]
fn a_message_that_arrives_does_not_speak_for_itself() {
    let raw = format!("{OWN_WORD}{ORDINARY}");
    assert!(stored(&raw).vouches_for_itself());
    let judged = arriving(&raw);
    assert!(!judged.vouches_for_itself(), "{:?}", judged.authenticated);
    assert_eq!(judged.at, arrival().at);
    assert_eq!(judged.authenticated.envelope.envelope, arrival().envelope);
}

#[test]
fn a_message_within_one_that_arrives_does_not_either() {
    let raw = format!(
        "From: Ann <ann@other.example>\r\nTo: clerk@county.example\r\nSubject: Fwd\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{OWN_WORD}{ORDINARY}\r\n--b--\r\n"
    );
    let all = judge_arriving(&desk(), &kept("", &raw), &arrival());
    assert_eq!(all.len(), 2);
    assert!(!all[1].authenticated.basis.is_trusted(), "{:?}", all[1].authenticated);
    assert!(
        !judge(&desk(), &kept("inbox/1.eml", &raw))[1].vouches_for_itself(),
        "whoever attached it may have written it"
    );
}

#[test]
fn what_a_private_address_brings_has_no_envelope_to_check() {
    for ip in ["127.0.0.1", "10.1.2.3", "::1"] {
        assert_eq!(Arrival::new(ip.parse().ok(), "relay", "ada@hall.example", Timestamp::UNIX_EPOCH).envelope, None);
    }
}

#[test]
fn a_plain_message_hides_nothing_and_is_no_lure() {
    let judged =
        arriving(&format!("Return-Path: <ada@hall.example>\r\nDelivered-To: clerk@county.example\r\n{ORDINARY}"));
    assert!(!judged.hides && judged.lure.is_none() && judged.threat.is_none(), "{:?}", judged.score);
}

#[test]
fn what_could_not_be_looked_at_is_said_to_hide() {
    let cut = Kept { is_cut: true, ..kept("", ORDINARY) };
    assert!(judge_arriving(&desk(), &cut, &arrival())[0].hides);
    let attached = "From: Ann <ann@hall.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
        --b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\n%PDF-1.7\r\nbroken\r\n--b--\r\n";
    let judged = arriving(attached);
    assert!(judged.hides, "{:?}", judged.gaps);
}

#[test]
fn what_of_its_origin_can_not_be_told_is_among_its_gaps() {
    let has = |source: &str| {
        let judged = judge(&desk(), &kept(source, ORDINARY)).swap_remove(0);
        judged.gaps.iter().any(|gap| gap.contains("time of receipt"))
    };
    assert!(has("inbox/1.eml"));
    assert!(!has("Sent/1.eml"), "the office's own copy was never received");
}
