//! Policies, organisations and alignment over small zones (RFC 9989 §4.10).

use super::*;
use crate::dns::{Answer, DnsSnapshot, Entry, Question, Record, RecordType};

/// A zone: DMARC records by name; every other `_dmarc` name asked for below `top` is not there.
fn zone(records: &[(&str, &str)], absent: &[&str]) -> DnsSnapshot {
    let mut snapshot = DnsSnapshot::new();
    let mut add = |name: String, record_type, answer| {
        snapshot.insert(&Question::new(&name, record_type), Entry { answer, recorded: None, resolver: None });
    };
    for name in absent {
        add(format!("_dmarc.{name}"), RecordType::Txt, Answer::NoSuchName);
    }
    for (name, text) in records {
        let answer = match *text {
            "?" => Answer::Failure("timeout".into()),
            "A" => Answer::Records(vec![Record::Address("192.0.2.1".parse().expect("an address"))]),
            "-" => Answer::NoSuchName,
            text => Answer::Records(vec![Record::Text(text.into())]),
        };
        match *text {
            "A" | "-" => add((*name).into(), RecordType::A, answer),
            _ => add(format!("_dmarc.{name}"), RecordType::Txt, answer),
        }
    }
    snapshot
}

fn judge(author: &str, passed: &[AlignedBy], snapshot: &DnsSnapshot) -> Outcome {
    let identifiers: Vec<Identifier> =
        passed.iter().map(|by| Identifier { aligned_by: by.clone(), standing: Standing::Passed }).collect();
    evaluate(&[author.into()], &identifiers, None, &Replay::new(snapshot))
}

fn dkim(domain: &str) -> [AlignedBy; 1] {
    [AlignedBy::Dkim(domain.into())]
}

#[test]
fn the_own_record_counts_before_the_organisations() {
    let dns = zone(
        &[("mail.a.example", "v=DMARC1; p=none"), ("a.example", "v=DMARC1; p=reject; sp=quarantine")],
        &["x.mail.a.example", "example", "b.a.example"],
    );
    let own = judge("mail.a.example", &[], &dns);
    assert_eq!((own.result, own.policy), (Some(DmarcResult::Fail), Some(DmarcPolicy::None)));
    assert_eq!(own.record_at.as_deref(), Some("mail.a.example"));
    let below = judge("b.a.example", &[], &dns);
    assert_eq!((below.policy, below.record_at.as_deref()), (Some(DmarcPolicy::Quarantine), Some("a.example")));
}

#[test]
fn names_that_are_not_there_have_their_own_policy() {
    let record = "v=DMARC1; p=none; sp=none; np=reject";
    let base = [("a.example", record), ("there.a.example", "A"), ("gone.a.example", "-")];
    let dns = zone(&base, &["there.a.example", "gone.a.example", "open.a.example", "example"]);
    assert_eq!(judge("there.a.example", &[], &dns).policy, Some(DmarcPolicy::None));
    assert_eq!(judge("gone.a.example", &[], &dns).policy, Some(DmarcPolicy::Reject));
    // Whether the name is there was not recorded: the result stands, the policy is open.
    let open = judge("open.a.example", &[], &dns);
    assert_eq!((open.result, open.policy), (Some(DmarcResult::Fail), None));
}

#[test]
fn relaxed_alignment_goes_by_the_organisation() {
    let dns =
        zone(&[("a.example", "v=DMARC1; p=reject")], &["mail.a.example", "news.a.example", "example", "b.example"]);
    assert_eq!(judge("news.a.example", &dkim("mail.a.example"), &dns).result, Some(DmarcResult::Pass));
    assert_eq!(judge("a.example", &dkim("b.example"), &dns).result, Some(DmarcResult::Fail));
    assert_eq!(judge("a.example", &dkim("bad-a.example"), &dns).result, Some(DmarcResult::Fail));
}

#[test]
fn a_public_suffix_does_not_join_its_customers() {
    let dns =
        zone(&[("gov.example", "v=DMARC1; p=reject; psd=y")], &["county.gov.example", "other.gov.example", "example"]);
    let county = judge("county.gov.example", &dkim("other.gov.example"), &dns);
    assert_eq!(county.result, Some(DmarcResult::Fail));
    // The suffix's record still applies to customers without one.
    assert_eq!((county.policy, county.record_at.as_deref()), (Some(DmarcPolicy::Reject), Some("gov.example")));
    assert_eq!(judge("county.gov.example", &dkim("county.gov.example"), &dns).result, Some(DmarcResult::Pass));
}

#[test]
fn an_organisation_may_be_marked_below_another() {
    let records = [("city.a.example", "v=DMARC1; p=reject; psd=n"), ("a.example", "v=DMARC1; p=none")];
    let dns = zone(&records, &["mail.city.a.example", "example"]);
    assert_eq!(judge("mail.city.a.example", &dkim("a.example"), &dns).result, Some(DmarcResult::Fail));
    assert_eq!(judge("mail.city.a.example", &dkim("city.a.example"), &dns).result, Some(DmarcResult::Pass));
}

#[test]
fn a_long_name_is_walked_in_eight_questions() {
    let long = "a.b.c.d.e.f.g.h.i.j.mail.example.com";
    let empty = DnsSnapshot::new();
    let replay = Replay::new(&empty);
    // Nothing is recorded: the walk stops at its first question.
    assert!(evaluate(&[long.into()], &[], None, &replay).result.is_none());
    let absent = ["a.b.c.d.e.f.g.h.i.j.mail.example.com", "g.h.i.j.mail.example.com", "h.i.j.mail.example.com"];
    let more = ["i.j.mail.example.com", "j.mail.example.com", "mail.example.com", "com"];
    let dns = zone(&[("example.com", "v=DMARC1; p=reject")], &[&absent[..], &more].concat());
    let found = judge(long, &[], &dns);
    assert_eq!((found.result, found.record_at.as_deref()), (Some(DmarcResult::Fail), Some("example.com")));
}

#[test]
fn failures_of_the_dns_are_temporary_and_gaps_stay_open() {
    let dns = zone(&[("a.example", "?")], &[]);
    assert_eq!(judge("a.example", &dkim("a.example"), &dns).result, Some(DmarcResult::TempError));
    assert_eq!(judge("a.example", &dkim("a.example"), &DnsSnapshot::new()).result, None);
    let none = zone(&[], &["a.example", "example"]);
    assert_eq!(judge("a.example", &dkim("a.example"), &none).result, Some(DmarcResult::None));
}
