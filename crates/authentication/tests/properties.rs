//! Whatever the bytes: a message, a snapshot or a report is judged or complained of, and never believed more for being
//! damaged.
#![allow(clippy::unwrap_used, reason = "a test may stop at a fault")]

use pollwarden_authentication::{Basis, DnsSnapshot, Settings, authenticate, posture, report};
use proptest::prelude::*;

const MESSAGE: &[u8] =
    b"Received: from a.example ([192.0.2.1]) by mx.office.example; Tue, 3 Nov 2026 09:00:00 +0000\r\n\
    Authentication-Results: mx.office.example; spf=pass smtp.mailfrom=a.example; dkim=pass header.d=a.example\r\n\
    Received-SPF: pass (mx.office.example: ok) client-ip=192.0.2.1; envelope-from=\"x@a.example\"\r\n\
    ARC-Seal: i=1; a=rsa-sha256; cv=none; d=a.example; s=s; t=1; b=AAAA\r\n\
    ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed; d=a.example; s=s; h=from; bh=AAAA; b=AAAA\r\n\
    ARC-Authentication-Results: i=1; a.example; spf=pass\r\n\
    DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple; d=a.example; s=s; h=From:To; l=3; x=9; bh=AAAA; b=AAAA\r\n\
    Return-Path: <x@a.example>\r\nFrom: \"A\" <x@a.example>\r\nTo: y@b.example\r\n\r\nbody\r\n";

const REPORT: &[u8] =
    b"<?xml version=\"1.0\"?><feedback><report_metadata><org_name>R</org_name><report_id>1</report_id>\
    <date_range><begin>1</begin><end>2</end></date_range></report_metadata><policy_published><domain>a.example</domain>\
    </policy_published><record><row><source_ip>192.0.2.1</source_ip><count>2</count><policy_evaluated><dkim>pass</dkim>\
    </policy_evaluated></row><identifiers><header_from>a.example</header_from></identifiers></record></feedback>";

fn judge(raw: &[u8]) {
    let settings = Settings { own_receivers: vec!["office.example".into()], ..Settings::default() };
    let seen = authenticate(raw, None, &DnsSnapshot::new(), None, &settings);
    // Nothing was recorded, so no signature can be found good.
    let passes = seen.dkim.iter().filter(|check| check.result.known().is_some_and(|r| r.as_str() == "pass"));
    assert!(passes.into_iter().all(|check| check.basis != Basis::Replayed));
}

fn flipped(from: &[u8], flips: &[(prop::sample::Index, u8)], keep: prop::sample::Index) -> Vec<u8> {
    let mut bytes = from.to_vec();
    for (at, with) in flips {
        let at = at.index(bytes.len());
        bytes[at] ^= with;
    }
    bytes.truncate(keep.index(bytes.len() + 1));
    bytes
}

fn flips() -> impl Strategy<Value = Vec<(prop::sample::Index, u8)>> {
    prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_judged(raw in prop::collection::vec(any::<u8>(), 0..2000)) {
        judge(&raw);
    }

    #[test]
    fn a_damaged_message_is_judged(flips in flips(), keep in any::<prop::sample::Index>()) {
        judge(&flipped(MESSAGE, &flips, keep));
    }

    #[test]
    fn a_damaged_report_is_read_or_complained_of(flips in flips(), keep in any::<prop::sample::Index>()) {
        let reading = report::read("a", &flipped(REPORT, &flips, keep));
        prop_assert!(!reading.reports.is_empty() || !reading.complaints.is_empty());
        report::summarise(&reading.reports);
    }

    #[test]
    fn a_domain_of_any_name_has_a_posture(domain in ".{0,80}", selector in ".{0,40}") {
        let posture = posture::posture(&domain, &[selector], &DnsSnapshot::new());
        prop_assert!(posture.statements.is_empty());
    }

    #[test]
    fn any_bytes_are_a_snapshot_or_an_error(raw in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(DnsSnapshot::from_json("dns.json", &raw).is_err());
    }
}

#[test]
fn a_message_cut_anywhere_is_judged() {
    for cut in 0..=MESSAGE.len() {
        judge(&MESSAGE[..cut]);
    }
}

/// Many signatures, long lists, deep comments: the time stays within bounds.
#[test]
fn hostile_sizes_stay_quick() {
    let names = "from:".repeat(20_000);
    let signature = format!("DKIM-Signature: v=1; a=rsa-sha256; d=a.example; s=s; h={names}; bh=AAAA; b=AAAA\r\n");
    let many = "DKIM-Signature: v=1; a=rsa-sha256; d=a.example; s=s; h=from; l=5; bh=AAAA; b=AAAA\r\n".repeat(3_000);
    let comments = format!("Authentication-Results: {}\r\n", "(".repeat(200_000));
    let chain = (1..=60).map(|i| format!("ARC-Seal: i={i}; cv=pass; d=a.example; s=s; a=rsa-sha256; b=AAAA\r\n"));
    let fields = "X: y\r\n".repeat(100_000);
    let hostile = [signature, many, comments, chain.collect(), fields];
    let started = std::time::Instant::now();
    for header in &hostile {
        judge(format!("{header}From: a@a.example\r\n\r\n{}", "x".repeat(100_000)).as_bytes());
    }
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}
