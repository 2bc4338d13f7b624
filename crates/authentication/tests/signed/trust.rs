//! Whose word counts: of receivers, of the sender about the way a message took, of a signature that covers half of it.

use super::*;

const WORDS: &str = "Received: from mail.sender.example (mail.sender.example [203.0.113.5]) by mx.clerk.example; \
    Tue, 3 Nov 2026 09:00:01 +0000\r\n\
    Authentication-Results: mx.clerk.example; spf=fail smtp.mailfrom=office.example; dkim=none; \
    dmarc=fail (p=REJECT) header.from=office.example\r\n\
    Received: from inner.sender.example by mail.sender.example; Tue, 3 Nov 2026 08:59:59 +0000\r\n\
    Authentication-Results: mx.clerk.example; spf=pass smtp.mailfrom=office.example; dmarc=pass header.from=office.example\r\n";

#[test]
fn the_own_receivers_word_counts_and_a_forged_one_below_does_not() {
    let message = format!("{WORDS}{SIGNED}");
    let settings = Settings { trusted_authserv_ids: vec!["mx.clerk.example".into()], ..Settings::default() };
    let seen = authenticate(message.as_bytes(), None, &DnsSnapshot::new(), None, &settings);
    let word = Basis::ReceiversWord { authserv_id: "mx.clerk.example".into(), trusted: true };
    assert!(seen.spf.result.is(SpfResult::Fail), "{:?}", seen.spf);
    assert!(seen.dmarc.result.is(DmarcResult::Fail), "{:?}", seen.dmarc);
    assert_eq!((&seen.dmarc.basis, &seen.basis), (&word, &word));
    assert_eq!(seen.dmarc.policy, Some(DmarcPolicy::Reject));
    assert_eq!(seen.words.iter().map(|word| word.trusted).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn a_word_under_another_name_is_not_taken_where_names_are_set() {
    let message = format!("{WORDS}{SIGNED}");
    let settings = Settings { trusted_authserv_ids: vec!["mx.elsewhere.example".into()], ..Settings::default() };
    let seen = authenticate(message.as_bytes(), None, &DnsSnapshot::new(), None, &settings);
    assert!(matches!(seen.dmarc.result, Judged::CannotTell(_)), "{:?}", seen.dmarc);
    assert!(seen.words.iter().all(|word| !word.trusted));
}

#[test]
fn without_settings_the_word_is_taken_as_unverified() {
    let message = format!("{WORDS}{SIGNED}");
    let seen = authenticate(message.as_bytes(), None, &DnsSnapshot::new(), None, &Settings::default());
    let word = Basis::ReceiversWord { authserv_id: "mx.clerk.example".into(), trusted: false };
    assert!(seen.dmarc.result.is(DmarcResult::Fail));
    assert_eq!(seen.dmarc.basis, word);
    assert!(seen.dmarc.why.contains("nobody can say who wrote that"), "{}", seen.dmarc.why);
}

/// What an outsider writes directly below the Received field of the office's own receiver.
fn below_the_own_hop(forged: &str, rest: &str) -> String {
    let hop = "Received: from mail.bulk.example (mail.bulk.example [203.0.113.5]) by mx.clerk.example; \
        Tue, 3 Nov 2026 09:00:01 +0000\r\n";
    format!("{hop}{forged}{rest}")
}

fn own_receiver() -> Settings {
    Settings { own_receivers: vec!["mx.clerk.example".into()], ..Settings::default() }
}

#[test]
fn a_strangers_word_below_the_own_receiver_is_not_the_offices() {
    for id in ["mx.bulk.example; ", "clerk.example; ", ""] {
        let forged = format!("Authentication-Results: {id}spf=pass smtp.mailfrom=office.example; dmarc=pass\r\n");
        let message = below_the_own_hop(&forged, SIGNED);
        let seen = authenticate(message.as_bytes(), None, &DnsSnapshot::new(), None, &own_receiver());
        assert!(seen.words.iter().all(|word| !word.trusted), "{:?}", seen.words);
        assert!(seen.spf.result.known().is_none() && seen.dmarc.result.known().is_none(), "{:?}", seen.dmarc);
    }
}

#[test]
fn a_receiver_that_writes_below_its_own_hop_is_believed_under_its_name() {
    let word = "Authentication-Results: mx.clerk.example; dmarc=pass header.from=office.example\r\n";
    let message = below_the_own_hop(word, SIGNED);
    let seen = authenticate(message.as_bytes(), None, &DnsSnapshot::new(), None, &own_receiver());
    assert!(seen.dmarc.result.is(DmarcResult::Pass) && seen.basis.is_trusted(), "{:?}", seen.dmarc);
    // Where its word stands above the hop, one below it is not heard, whatever host of the office it names.
    let above = "Authentication-Results: mx.clerk.example; dmarc=fail header.from=office.example\r\n";
    let message = format!("{above}{}", below_the_own_hop(&word.replace("mx.", "a.mx."), SIGNED));
    let seen = authenticate(message.as_bytes(), None, &DnsSnapshot::new(), None, &own_receiver());
    assert!(seen.dmarc.result.is(DmarcResult::Fail), "{:?}", seen.dmarc);
}

#[test]
fn a_forged_hop_below_one_that_names_no_address_is_not_followed() {
    let forged = "Authentication-Results: mx.bulk.example; dmarc=pass header.from=office.example\r\n\
        Received: from a.example (a.example [203.0.113.9]) by mx.clerk.example; Tue, 3 Nov 2026 09:00:00 +0000\r\n";
    for (from, is_believed) in [("mail.bulk.example", false), ("mx.clerk.example", true)] {
        let hop = format!("Received: from {from} by store.mx.clerk.example; Tue, 3 Nov 2026 09:00:01 +0000\r\n");
        let message = format!("{hop}{forged}{SIGNED}");
        let seen = authenticate(message.as_bytes(), None, &DnsSnapshot::new(), None, &own_receiver());
        assert_eq!(seen.words[0].trusted, is_believed, "{from}");
    }
}

#[test]
fn the_reverse_path_below_the_own_hop_is_the_senders_claim() {
    let message = below_the_own_hop("Return-Path: <ann@office.example>\r\n", SIGNED);
    let seen = authenticate(message.as_bytes(), None, &snapshot(&full()), None, &own_receiver());
    assert_eq!(seen.envelope.source, EnvelopeSource::Unverified);
}

#[test]
fn no_word_undoes_a_signature_that_fails() {
    let changed = sign(SIGNED, "office.example", 0).replace("The ballots", "Other ballots");
    let word = "Authentication-Results: mx.clerk.example; dkim=pass header.d=office.example header.s=s1\r\n";
    for settings in [own_receiver(), Settings::default()] {
        let message = below_the_own_hop(word, &changed);
        let seen = authenticate(message.as_bytes(), None, &snapshot(&full()), None, &settings);
        assert!(seen.dkim[0].result.is(DkimResult::Fail), "{:?}", seen.dkim);
        assert!(!seen.dmarc.result.is(DmarcResult::Pass), "{:?}", seen.dmarc);
    }
}

#[test]
fn no_word_is_believed_of_a_message_that_arrives() {
    // The sender knows how the office's receiver writes.
    let word = "Authentication-Results: mx.clerk.example; spf=pass smtp.mailfrom=office.example; dmarc=pass\r\n";
    let message = format!("{word}{}", below_the_own_hop(word, SIGNED));
    let delivered = envelope("203.0.113.1");
    let arriving = Settings { is_arriving: true, ..Settings::default() };
    for (envelope, settings) in
        [(Some(&delivered), own_receiver()), (Some(&delivered), Settings::default()), (None, arriving)]
    {
        let seen = authenticate(message.as_bytes(), envelope, &DnsSnapshot::new(), None, &settings);
        assert!(seen.words.iter().all(|word| !word.trusted), "{:?}", seen.words);
        assert!(seen.spf.result.known().is_none() && seen.dmarc.result.known().is_none(), "{:?}", seen.dmarc);
        assert_eq!(seen.envelope.at, None, "the time in a trace field is the sender's");
        assert!(!seen.basis.is_trusted());
    }
    let seen = authenticate(message.as_bytes(), Some(&delivered), &snapshot(&full()), None, &own_receiver());
    assert!(seen.spf.result.is(SpfResult::Fail) && seen.spf.basis == Basis::Replayed, "{:?}", seen.spf);
}

#[test]
fn a_pass_of_spf_over_the_senders_own_claim_proves_nothing() {
    let claim = "Return-Path: <ann@office.example>\r\n\
        Received: from mail.office.example (mail.office.example [192.0.2.1]) by mx.clerk.example; \
        Tue, 3 Nov 2026 09:00:01 +0000\r\n";
    let message = format!("{claim}{SIGNED}");
    let seen = authenticate(message.as_bytes(), None, &snapshot(&full()), None, &Settings::default());
    assert!(seen.spf.result.is(SpfResult::Pass) && seen.dmarc.result.is(DmarcResult::Pass), "{:?}", seen.spf);
    let unproven = Basis::Unproven(Unproven::Envelope);
    assert_eq!([&seen.spf.basis, &seen.dmarc.basis, &seen.basis], [&unproven; 3]);
    assert!(!unproven.is_trusted());
    let seen = authenticate(message.as_bytes(), None, &snapshot(&full()), None, &own_receiver());
    assert_eq!([&seen.spf.basis, &seen.dmarc.basis], [&Basis::Replayed; 2]);
    // A signature proves what the claim doesn't.
    let signed = format!("{claim}{}", sign(SIGNED, "office.example", 0));
    let seen = authenticate(signed.as_bytes(), None, &snapshot(&full()), None, &Settings::default());
    assert_eq!((&seen.spf.basis, &seen.dmarc.basis), (&unproven, &Basis::Replayed));
}

#[test]
fn a_signature_that_leaves_the_body_open_does_not_prove_dmarc() {
    let message = sign_with(SIGNED, "office.example", 0, true) + "Send the ballots elsewhere.\r\n";
    assert!(message.contains("l="), "{message}");
    let outside = envelope("203.0.113.1");
    let seen = authenticate(message.as_bytes(), Some(&outside), &snapshot(&full()), at(RECEIVED), &Settings::default());
    assert!(seen.dkim[0].result.is(DkimResult::Pass) && seen.dkim[0].body_may_grow, "{:?}", seen.dkim);
    assert_eq!(seen.dmarc.basis, Basis::Unproven(Unproven::OpenBody));
    // The server's own word about it is worth no more.
    let word = "Authentication-Results: mx.clerk.example; dkim=pass header.d=office.example; dmarc=pass\r\n";
    let message = below_the_own_hop(word, &message);
    let seen = authenticate(message.as_bytes(), None, &DnsSnapshot::new(), None, &own_receiver());
    assert!(seen.dkim[0].result.is(DkimResult::Pass) && seen.dmarc.result.is(DmarcResult::Pass), "{:?}", seen.dmarc);
    assert!(!seen.dkim[0].basis.is_trusted() && !seen.dmarc.basis.is_trusted(), "{:?}", seen.dmarc.basis);
}

#[test]
fn an_open_signature_of_a_strangers_does_not_weaken_a_failure() {
    let message = sign_with(SIGNED, "sender.example", 0, true);
    let mut texts = full();
    texts[0].0 = "s1._domainkey.sender.example";
    let outside = envelope("203.0.113.1");
    let seen = authenticate(message.as_bytes(), Some(&outside), &snapshot(&texts), at(RECEIVED), &Settings::default());
    assert!(seen.dmarc.result.is(DmarcResult::Fail) && seen.dmarc.basis == Basis::Replayed, "{:?}", seen.dmarc);
}

#[test]
fn a_second_from_field_of_the_same_domain_is_not_vouched_for() {
    let message = format!("From: Boss <boss@office.example>\r\n{}", sign(SIGNED, "office.example", 0));
    let inside = envelope("192.0.2.1");
    let seen = authenticate(message.as_bytes(), Some(&inside), &snapshot(&full()), at(RECEIVED), &Settings::default());
    assert!(seen.dmarc.result.is(DmarcResult::PermError), "{:?}", seen.dmarc);
    assert_eq!((seen.from_fields, seen.from_domains.len()), (2, 1));
}
