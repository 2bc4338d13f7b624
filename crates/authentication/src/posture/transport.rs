//! How mail reaches the domain: MX (RFC 5321 §5.1, RFC 7505), MTA-STS (RFC 8461), TLS-RPT (RFC 8460); and BIMI.

use super::{Found, Publish, Severity, Topic, versioned};
use crate::dns::{DnsSnapshot, Record, RecordType, Replay};
use crate::name;
use crate::tags::TagList;

pub(super) fn mx(domain: &str, dns: &Replay<'_>, found: &mut Found) {
    let hosts = match exchanges(domain, dns) {
        Ok(hosts) => hosts,
        Err(why) => return found.cannot_tell(Topic::Mx, why),
    };
    let says = match hosts.as_slice() {
        [] => format!("{domain} names no mail server (MX). If it shall receive no mail, publish the null MX \"0 .\"."),
        [host] if matches!(host.as_str(), "" | ".") => format!("{domain} says that it receives no mail (null MX)."),
        hosts => format!("Mail for {domain} is received by {}.", hosts.join(", ")),
    };
    found.say(Topic::Mx, Severity::Informational, "RFC 5321 §5.1, RFC 7505", says);
}

fn exchanges(domain: &str, dns: &Replay<'_>) -> Result<Vec<String>, String> {
    match dns.records(domain, RecordType::Mx) {
        Ok(records) => {
            let host = |record: &Record| match record {
                Record::Exchange(_, host) => Some(name::canonical(host).into_owned()),
                _ => None,
            };
            Ok(records.iter().filter_map(host).collect())
        }
        Err(lack) if lack.is_void() => Ok(Vec::new()),
        Err(lack) => Err(super::lack_in_words(&lack)),
    }
}

pub(super) fn mta_sts(domain: &str, snapshot: &DnsSnapshot, dns: &Replay<'_>, found: &mut Found) {
    let name = format!("_mta-sts.{domain}");
    let Some(texts) = versioned(&name, "v=STSv1", Topic::MtaSts, dns, found) else { return };
    match texts.as_slice() {
        [] => {
            let says = format!(
                "{domain} publishes no MTA-STS policy: whoever sits on the line can have mail to you sent unencrypted. \
                 Publish the record below and a policy file at https://mta-sts.{domain}/.well-known/mta-sts.txt."
            );
            let publish = Publish { name, text: "v=STSv1; id=1".into() };
            found.say_publish(Topic::MtaSts, Severity::Low, "RFC 8461 §3", says, publish);
        }
        [text] if !TagList::parse_record(text).is_ok_and(|tags| tags.needed("id").is_ok()) => {
            let says = format!("The MTA-STS record of {domain} has no id=. Senders then ignore it.");
            found.say(Topic::MtaSts, Severity::Medium, "RFC 8461 §3.1", says);
        }
        [_] => policy_file(domain, snapshot, dns, found),
        _ => {
            let says = format!("{domain} publishes more than one MTA-STS record. Senders then use none. Keep one.");
            found.say(Topic::MtaSts, Severity::Medium, "RFC 8461 §3.1", says);
        }
    }
}

fn policy_file(domain: &str, snapshot: &DnsSnapshot, dns: &Replay<'_>, found: &mut Found) {
    let text = match snapshot.policy(domain).map(|policy| &policy.text) {
        None => return found.cannot_tell(Topic::MtaSts, "The policy file was not recorded."),
        Some(Err(why)) => {
            let says =
                format!("The MTA-STS policy file of {domain} could not be fetched ({why}). Senders then ignore it.");
            return found.say(Topic::MtaSts, Severity::Medium, "RFC 8461 §3.3", says);
        }
        Some(Ok(text)) => text,
    };
    let fields: Vec<(&str, &str)> =
        text.lines().filter_map(|line| line.split_once(':')).map(|(key, value)| (key.trim(), value.trim())).collect();
    let get = |key: &str| fields.iter().find(|(known, _)| *known == key).map(|(_, value)| *value);
    let (severity, says) = match (get("version"), get("mode")) {
        (Some("STSv1"), Some("enforce")) => (Severity::Informational, "is in force (mode: enforce)."),
        (Some("STSv1"), Some("testing")) => {
            (Severity::Low, "is a test (mode: testing): nothing is refused yet. Change it to enforce.")
        }
        (Some("STSv1"), Some("none")) => (Severity::Low, "is switched off (mode: none)."),
        _ => (Severity::Medium, "can't be used: it needs \"version: STSv1\" and a mode."),
    };
    found.say(Topic::MtaSts, severity, "RFC 8461 §3.2", format!("The MTA-STS policy of {domain} {says}"));
    let patterns: Vec<&str> = fields.iter().filter(|(key, _)| *key == "mx").map(|(_, value)| *value).collect();
    let Ok(hosts) = exchanges(domain, dns) else { return };
    for host in hosts.iter().filter(|host| !patterns.iter().any(|pattern| fits(host, pattern))) {
        let says =
            format!("The MTA-STS policy of {domain} does not name its mail server {host}. Senders will refuse it.");
        found.say(Topic::MtaSts, Severity::High, "RFC 8461 §4.1", says);
    }
}

/// `*.` stands for exactly one label (RFC 8461 §4.1).
fn fits(host: &str, pattern: &str) -> bool {
    let pattern = name::canonical(pattern);
    match pattern.strip_prefix("*.") {
        Some(rest) => host.split_once('.').is_some_and(|(label, tail)| !label.is_empty() && tail == rest),
        None => host == pattern,
    }
}

pub(super) fn tls_rpt(domain: &str, dns: &Replay<'_>, found: &mut Found) {
    let name = format!("_smtp._tls.{domain}");
    let Some(texts) = versioned(&name, "v=TLSRPTv1", Topic::TlsRpt, dns, found) else { return };
    if texts.len() == 1 {
        let says = format!("{domain} asks for reports about failed encryption.");
        return found.say(Topic::TlsRpt, Severity::Informational, "RFC 8460 §3", says);
    }
    let says = format!("{domain} asks for no reports about failed encryption (TLS-RPT), or in more than one record.");
    let text = format!("v=TLSRPTv1; rua=mailto:tls-reports@{domain}");
    found.say_publish(Topic::TlsRpt, Severity::Informational, "RFC 8460 §3", says, Publish { name, text });
}

/// Only said where there is one: it protects nothing.
pub(super) fn bimi(domain: &str, dns: &Replay<'_>, found: &mut Found) {
    let texts = dns.texts(&format!("default._bimi.{domain}")).unwrap_or_default();
    if texts.iter().any(|text| text.starts_with(b"v=BIMI1")) {
        let says = format!("{domain} publishes a logo (BIMI). Receivers show it only while DMARC is in force.");
        found.say(Topic::Bimi, Severity::Informational, "draft-brand-indicators-for-message-identification", says);
    }
}
