//! The domain's DKIM keys (RFC 6376 §3.6.1, RFC 8301): those seen in its own mail and those in the snapshot.

use std::collections::BTreeSet;

use super::{Found, Severity, Topic};
use crate::dkim::{GOOD_RSA, KeyFault, PublicKey, WEAKEST_RSA};
use crate::dns::{DnsSnapshot, Replay};

pub(super) fn judge(domain: &str, selectors: &[String], snapshot: &DnsSnapshot, dns: &Replay<'_>, found: &mut Found) {
    let suffix = format!("._domainkey.{domain}");
    let held = snapshot.questions().into_iter().filter_map(|q| q.name.strip_suffix(&suffix).map(str::to_owned));
    let all: BTreeSet<String> = selectors.iter().map(|s| s.to_ascii_lowercase()).chain(held).collect();
    if all.is_empty() {
        // Selectors can't be listed: without one seen in mail nobody knows where to look.
        found.cannot_tell(Topic::Dkim, "No selector is known. Signed mail of the domain would show one.");
    }
    for selector in all {
        judge_selector(domain, &selector, dns, found);
    }
}

fn judge_selector(domain: &str, selector: &str, dns: &Replay<'_>, found: &mut Found) {
    if !crate::name::fits_dns(&format!("{selector}._domainkey.{domain}")) {
        let why = format!("\"{}\" is no selector that the DNS can hold.", crate::tags::shown(selector));
        return found.cannot_tell(Topic::Dkim, why);
    }
    let texts = match dns.texts(&format!("{selector}._domainkey.{domain}")) {
        Ok(texts) => texts,
        Err(lack) if lack.is_void() => Vec::new(),
        Err(lack) => return found.cannot_tell(Topic::Dkim, super::lack_in_words(&lack)),
    };
    let mut say = |severity, rule, says: String| found.say(Topic::Dkim, severity, rule, says);
    match texts.as_slice() {
        [] => say(
            Severity::Low,
            "RFC 6376 §3.6.2",
            format!("There is no key under the selector {selector} of {domain}. Mail signed with it is not believed."),
        ),
        [text] => match PublicKey::parse(text) {
            Ok(key) => judge_key(domain, selector, &key, &mut say),
            Err(fault) => judge_fault(domain, selector, &fault, &mut say),
        },
        _ => say(
            Severity::Medium,
            "RFC 6376 §3.6.2.2",
            format!("There is more than one record under the selector {selector} of {domain}. Keep one."),
        ),
    }
}

fn judge_key(domain: &str, selector: &str, key: &PublicKey, say: &mut dyn FnMut(Severity, &'static str, String)) {
    let (severity, says) = match key.rsa_bits() {
        Some(bits) if bits < WEAKEST_RSA => (
            Severity::High,
            format!(
                "The key {selector} of {domain} has {bits} bits. It can be broken, and receivers must not believe it. Make one of 2048."
            ),
        ),
        Some(bits) if bits < GOOD_RSA => {
            (Severity::Low, format!("The key {selector} of {domain} has {bits} bits. That is short. Make one of 2048."))
        }
        Some(bits) => (Severity::Informational, format!("The key {selector} of {domain} has {bits} bits.")),
        None => (Severity::Informational, format!("The key {selector} of {domain} is an Ed25519 key.")),
    };
    say(severity, "RFC 8301 §3.2", says);
    if key.testing {
        let says = format!(
            "The key {selector} of {domain} is marked as a test (t=y). Receivers may treat its mail as unsigned. Remove t=y."
        );
        say(Severity::Low, "RFC 6376 §3.6.1", says);
    }
}

fn judge_fault(domain: &str, selector: &str, fault: &KeyFault, say: &mut dyn FnMut(Severity, &'static str, String)) {
    let (severity, says) = match fault {
        KeyFault::Revoked => {
            (Severity::Informational, format!("The key {selector} of {domain} was withdrawn (p= is empty)."))
        }
        KeyFault::NoKey(why) | KeyFault::Unusable(why) => (
            Severity::Medium,
            format!("What is published under the selector {selector} of {domain} can't be used as a key: {why}."),
        ),
    };
    say(severity, "RFC 6376 §3.6.1", says);
}
