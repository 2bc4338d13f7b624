//! The domain's DMARC record (RFC 9989; RFC 7489 for what receivers still do).

use super::{Found, Publish, Severity, Topic};
use crate::dmarc::{self, DmarcPolicy};
use crate::dns::{Lack, Replay};
use crate::name;
use crate::tags::TagList;

const RULE: &str = "RFC 9989 §4.7";

pub(super) fn judge(domain: &str, dns: &Replay<'_>, found: &mut Found) {
    let texts = match dmarc::texts(dns, domain) {
        Ok(texts) => texts,
        Err(lack) if lack.is_void() => Vec::new(),
        Err(lack) => return found.cannot_tell(Topic::Dmarc, super::lack_in_words(&lack)),
    };
    match texts.as_slice() {
        [] => none(domain, dns, found),
        [text] => match TagList::parse_record(text) {
            Ok(tags) => judge_record(domain, &tags, dns, found),
            Err(why) => found.say_publish(
                Topic::Dmarc,
                Severity::High,
                RULE,
                format!("The DMARC record of {domain} can't be read: {why}. Publish it anew."),
                proposal(domain, None),
            ),
        },
        several => {
            let says =
                format!("{domain} publishes {} DMARC records. Receivers then use none. Keep one.", several.len());
            found.say(Topic::Dmarc, Severity::High, "RFC 9989 §4.10.1", says);
        }
    }
}

/// No record of its own: one above may apply.
fn none(domain: &str, dns: &Replay<'_>, found: &mut Found) {
    match dmarc::inherited(domain, dns) {
        Err(Lack::NotRecorded(question)) => {
            found.cannot_tell(Topic::Dmarc, format!("The answer to \"{question}\" was not recorded."));
        }
        Ok(Some((above, policy))) if policy > DmarcPolicy::None => {
            let says =
                format!("{domain} has no DMARC record of its own; that of {above} applies ({}).", policy.as_str());
            found.say(Topic::Dmarc, Severity::Informational, "RFC 9989 §4.10.1", says);
        }
        _ => {
            let says = format!(
                "{domain} publishes no DMARC record in force. Anyone can write a mail with your address in From, and \
                 receivers have no rule to refuse it. Begin with the record below, read the reports, then go on to reject."
            );
            found.say_publish(Topic::Dmarc, Severity::High, RULE, says, proposal(domain, None));
        }
    }
}

fn judge_record(domain: &str, tags: &TagList<'_>, dns: &Replay<'_>, found: &mut Found) {
    let rua = tags.get("rua").unwrap_or_default();
    judge_policy(domain, tags, rua, found);
    judge_share(domain, tags, found);
    judge_subdomains(domain, tags, found);
    judge_reports(domain, rua, dns, found);
}

fn judge_policy(domain: &str, tags: &TagList<'_>, rua: &str, found: &mut Found) {
    let keep = Some(rua).filter(|rua| !rua.is_empty());
    match tags.get("p").and_then(DmarcPolicy::from_word) {
        Some(DmarcPolicy::Reject) => {
            found.say(
                Topic::Dmarc,
                Severity::Informational,
                RULE,
                format!("{domain} has forged mail refused (p=reject)."),
            );
        }
        Some(DmarcPolicy::Quarantine) => {
            let says = format!(
                "{domain} has forged mail treated as suspicious (p=quarantine). When the reports show no sender of yours \
                 failing, go on to reject."
            );
            found.say_publish(Topic::Dmarc, Severity::Low, RULE, says, record(domain, "reject", keep));
        }
        Some(DmarcPolicy::None) => {
            let says = format!(
                "{domain} only watches (p=none): forged mail is delivered like any other. Go on to quarantine, then reject."
            );
            found.say_publish(Topic::Dmarc, Severity::Medium, RULE, says, proposal(domain, keep));
        }
        None => {
            let says = format!("The DMARC record of {domain} has no valid policy (p=). Publish it anew.");
            found.say_publish(Topic::Dmarc, Severity::High, RULE, says, proposal(domain, keep));
        }
    }
}

/// `pct=` is of RFC 7489 and still read by many; `t=y` is its successor.
fn judge_share(domain: &str, tags: &TagList<'_>, found: &mut Found) {
    if let Ok(Some(share)) = tags.number("pct")
        && share < 100
    {
        let says = format!(
            "The policy of {domain} is for {share} of 100 mails only (pct={share}). The rest is delivered. Remove pct=."
        );
        found.say(Topic::Dmarc, Severity::Medium, "RFC 7489 §6.3", says);
    }
    if tags.get("t") == Some("y") {
        let says = format!("The policy of {domain} is marked as a test (t=y) and applied one step weaker. Remove t=y.");
        found.say(Topic::Dmarc, Severity::Medium, RULE, says);
    }
}

fn judge_subdomains(domain: &str, tags: &TagList<'_>, found: &mut Found) {
    let Some(own) = tags.get("p").and_then(DmarcPolicy::from_word) else { return };
    for (tag, which) in [("sp", "below it"), ("np", "below it that do not exist")] {
        if let Some(below) = tags.get(tag).and_then(DmarcPolicy::from_word)
            && below < own
        {
            let says = format!(
                "Names {which} are less protected than {domain} itself ({tag}={}): a forger takes one of those. Remove {tag}=.",
                below.as_str()
            );
            found.say(Topic::Dmarc, Severity::Medium, RULE, says);
        }
    }
}

fn judge_reports(domain: &str, rua: &str, dns: &Replay<'_>, found: &mut Found) {
    let addresses: Vec<&str> = rua.split(',').map(str::trim).filter(|address| !address.is_empty()).collect();
    if addresses.is_empty() {
        let says = format!(
            "{domain} asks for no reports (rua=), so nobody learns who sends in its name. Add rua=mailto: and an address."
        );
        return found.say(Topic::Dmarc, Severity::Medium, RULE, says);
    }
    for address in addresses {
        let target = address.strip_prefix("mailto:").and_then(|a| name::domain_of(a.split('!').next().unwrap_or(a)));
        let Some(target) = target else {
            let says =
                format!("A report address of {domain} is not a mailto: address ({}).", crate::tags::shown(address));
            found.say(Topic::Dmarc, Severity::Low, RULE, says);
            continue;
        };
        if !name::is_within(&target, domain) && !name::is_within(domain, &target) {
            judge_external(domain, &target, dns, found);
        }
    }
}

/// Another domain must agree to receive reports (RFC 9990 §4, before it RFC 7489 §7.1).
fn judge_external(domain: &str, target: &str, dns: &Replay<'_>, found: &mut Found) {
    let name = format!("{domain}._report._dmarc.{target}");
    match dns.texts(&name) {
        Ok(texts) if texts.iter().any(|text| text.starts_with(b"v=DMARC1")) => (),
        Err(Lack::NotRecorded(question)) => {
            found.cannot_tell(Topic::Dmarc, format!("Whether {target} takes reports was not recorded ({question})."));
        }
        Err(Lack::Failure(why)) => found.cannot_tell(Topic::Dmarc, format!("The DNS failed for {name}: {why}.")),
        _ => {
            let says = format!(
                "Reports go to {target}, which does not say that it takes them; senders may then send none. It must \
                 publish the record below."
            );
            let publish = Publish { name, text: "v=DMARC1".into() };
            found.say_publish(Topic::Dmarc, Severity::Low, "RFC 9990 §4", says, publish);
        }
    }
}

fn proposal(domain: &str, rua: Option<&str>) -> Publish {
    record(domain, "quarantine", rua)
}

fn record(domain: &str, policy: &str, rua: Option<&str>) -> Publish {
    let rua = rua.map_or_else(|| format!("mailto:dmarc-reports@{domain}"), str::to_owned);
    Publish { name: format!("_dmarc.{domain}"), text: format!("v=DMARC1; p={policy}; rua={rua}") }
}
