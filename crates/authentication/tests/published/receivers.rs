//! Messages of other programs whose DNS is not in the archive: what can be judged without it, and what receivers say.

use std::collections::BTreeMap;
use std::time::Instant;

use pollwarden_authentication::{
    Authenticated, Basis, DkimResult, DmarcResult, DnsSnapshot, Settings, SpfResult, authenticate,
};

use super::archive::archive;

fn judge(content: &[u8]) -> Authenticated {
    authenticate(content, None, &DnsSnapshot::new(), None, &Settings::default())
}

/// How the message's signatures stand by what can be told without the key.
fn standing(content: &[u8]) -> String {
    let seen = judge(content);
    let replayed = seen.dkim.iter().filter(|check| !matches!(check.basis, Basis::ReceiversWord { .. }));
    let states: Vec<&str> =
        replayed.map(|check| check.result.known().map_or("key not recorded", DkimResult::as_str)).collect();
    if states.is_empty() { "unsigned".into() } else { states.join(", ") }
}

/// SpamAssassin's DKIM messages. The keys stood in a DNS that is gone: a pass can't be judged, but the text must fit the
/// body's hash, and none of those that should fail may pass.
#[test]
fn spamassassin_dkim_messages() {
    let Some(files) = archive("SpamAssassin DKIM", "spamassassin-test-messages.tar.zst") else { return };
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (path, content) in files.iter().filter(|(path, _)| path.contains("dkim/test-")) {
        let kind = path.split("test-").nth(1).and_then(|rest| rest.split('-').next()).unwrap_or_default();
        let standing = standing(content);
        if kind == "fail" && standing.split(", ").any(|state| state == "pass") {
            wrong.push(path.clone());
        }
        if kind == "pass" && !standing.contains("key not recorded") {
            println!("{path}: {standing}; {:?}", judge(content).dkim.iter().map(|c| c.why.clone()).collect::<Vec<_>>());
        }
        *counts.entry((kind.to_owned(), standing)).or_default() += 1;
    }
    println!("SpamAssassin DKIM messages: {counts:#?}");
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// rspamd's: broken signatures are told from the text alone, the rest needs keys.
#[test]
fn rspamd_signed_messages() {
    let Some(files) = archive("rspamd", "rspamd-functional-messages.tar.zst") else { return };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (path, content) in &files {
        let standing = standing(content);
        if standing.contains("fail") {
            println!("{path}: {:?}", judge(content).dkim.iter().map(|c| c.why.clone()).collect::<Vec<_>>());
        }
        if standing != "unsigned" {
            *counts.entry(standing).or_default() += 1;
        }
    }
    println!("rspamd messages with signatures: {counts:#?}");
}

/// What receivers wrote into SpamAssassin's messages is read as written.
#[test]
fn spamassassin_receivers() {
    let Some(files) = archive("SpamAssassin Received-SPF", "spamassassin-test-messages.tar.zst") else { return };
    let Some((_, content)) = files.iter().find(|(path, _)| path.ends_with("nice/spf3-received-spf")) else {
        println!("spamassassin_receivers: skipped, nice/spf3-received-spf is not there");
        return;
    };
    let seen = judge(content);
    let said: Vec<&str> = seen.words.iter().map(|word| word.results[0].result.as_str()).collect();
    println!("SpamAssassin Received-SPF: {said:?}");
    assert_eq!(said, ["fail", "softfail", "neutral"]);
    let Some((_, content)) = files.iter().find(|(path, _)| path.ends_with("nice/authres")) else { return };
    let seen = judge(content);
    let ids: Vec<&str> = seen.words.iter().map(|word| word.authserv_id.as_str()).collect();
    println!("SpamAssassin Authentication-Results: {ids:?}");
    assert_eq!(seen.words.len(), 8);
    assert!(ids.iter().all(|id| id.starts_with("authrestest")));
}

/// Real phishing: what the receiver at the time said about SPF, DKIM and DMARC.
#[test]
fn phishing_pot_receivers() {
    let Some(files) = archive("phishing-pot", "phishing-pot-NC.tar.zst") else { return };
    let started = Instant::now();
    let judged: Vec<Authenticated> = files.values().map(|content| judge(content)).collect();
    let spent = started.elapsed();
    let words = judged.iter().filter(|seen| !seen.words.is_empty()).count();
    let told = |check: fn(&Authenticated) -> bool| judged.iter().filter(|seen| check(seen)).count();
    let spf = told(|seen| seen.spf.result.known().is_some());
    let changed = told(|seen| seen.dkim.iter().any(|check| check.why.contains("was changed")));
    let dmarc = told(|seen| seen.dmarc.result.known().is_some());
    let all_pass = told(|seen| {
        seen.spf.result.is(SpfResult::Pass)
            && seen.dkim.iter().any(|check| check.result.is(DkimResult::Pass))
            && seen.dmarc.result.is(DmarcResult::Pass)
    });
    println!(
        "phishing-pot: {} messages, {words} with a receiver's word, SPF told for {spf}, DMARC for {dmarc}, all three passing \
         for {all_pass}, body changed since it was signed in {changed}; {} µs each",
        files.len(),
        spent.as_micros() / files.len() as u128
    );
    for seen in judged {
        // Nothing was recorded, so nothing but a word can vouch for a message.
        let replayed_pass = |basis: &Basis, pass: bool| pass && *basis == Basis::Replayed;
        assert!(!replayed_pass(&seen.spf.basis, seen.spf.result.is(SpfResult::Pass)));
        assert!(seen.dkim.iter().all(|check| !replayed_pass(&check.basis, check.result.is(DkimResult::Pass))));
        assert!(!replayed_pass(&seen.dmarc.basis, seen.dmarc.result.is(DmarcResult::Pass)));
    }
}

/// The same with the settings of an office whose mail is received by Exchange Online, where most of these were.
#[test]
fn phishing_pot_as_the_office_would_be_set_up() {
    let Some(files) = archive("phishing-pot, set up", "phishing-pot-NC.tar.zst") else { return };
    let settings = Settings {
        own_receivers: vec!["outlook.com".into(), "outlook.office365.com".into()],
        own_networks: [
            "2603:1000::/24",
            "2a01:111:f400::/48",
            "40.92.0.0/15",
            "40.107.0.0/16",
            "52.100.0.0/14",
            "104.47.0.0/17",
        ]
        .map(|range| range.parse().unwrap())
        .to_vec(),
        ..Settings::default()
    };
    let dns = DnsSnapshot::new();
    let judged: Vec<Authenticated> =
        files.values().map(|content| authenticate(content, None, &dns, None, &settings)).collect();
    let told = |check: fn(&Authenticated) -> bool| judged.iter().filter(|seen| check(seen)).count();
    let trusted = told(|seen| seen.words.iter().any(|word| word.trusted));
    let spf = told(|seen| seen.spf.result.known().is_some());
    let dmarc = told(|seen| seen.dmarc.result.known().is_some());
    let all_pass = told(|seen| {
        seen.spf.result.is(SpfResult::Pass)
            && seen.dkim.iter().any(|check| check.result.is(DkimResult::Pass))
            && seen.dmarc.result.is(DmarcResult::Pass)
    });
    println!(
        "phishing-pot, set up: {} messages, {trusted} with a trusted word, SPF told for {spf}, DMARC for {dmarc}, all three \
         passing for {all_pass}",
        files.len()
    );
    for seen in &judged {
        let unverified = |basis: &Basis| matches!(basis, Basis::ReceiversWord { trusted: false, .. });
        assert!(!unverified(&seen.spf.basis) && !unverified(&seen.dmarc.basis));
    }
}
