//! The domain's SPF record as a receiver meets it (RFC 7208), with everything it includes.

use super::{Found, Publish, Severity, Topic};
use crate::dns::{Lack, Question, RecordType, Replay};
use crate::spf::{MAX_LOOKUPS, MAX_VOID, MacroString, Mechanism, Qualifier, SpfRecord, is_spf};

/// Records that are followed, at most.
const MAX_RECORDS: usize = 64;

/// What the record and all it includes come to.
#[derive(Default)]
struct Totals {
    lookups: usize,
    voids: Vec<String>,
    addresses: u128,
    widest: Option<(String, u8)>,
    broken: Vec<String>,
    not_recorded: Vec<Question>,
    macros: bool,
    ptr: bool,
    records: usize,
}

pub(super) fn judge(domain: &str, dns: &Replay<'_>, found: &mut Found) {
    let texts = match dns.texts(domain) {
        Ok(texts) => texts.into_iter().filter(|text| is_spf(text)).collect(),
        Err(lack) if lack.is_void() => Vec::new(),
        Err(lack) => return found.cannot_tell(Topic::Spf, super::lack_in_words(&lack)),
    };
    let text = match texts.as_slice() {
        [] => return none(domain, dns, found),
        [text] => *text,
        several => {
            let says = format!(
                "{domain} publishes {} SPF records. Receivers then use none of them. Join them into one.",
                several.len()
            );
            return found.say(Topic::Spf, Severity::High, "RFC 7208 §4.5", says);
        }
    };
    match SpfRecord::parse(text) {
        Ok(record) => judge_record(domain, &record, dns, found),
        Err(why) => {
            let says = format!("The SPF record of {domain} has an error, and receivers then ignore all of it: {why}.");
            found.say(Topic::Spf, Severity::High, "RFC 7208 §4.6", says);
        }
    }
}

fn none(domain: &str, dns: &Replay<'_>, found: &mut Found) {
    let receives = matches!(dns.records(domain, RecordType::Mx), Ok(records) if !records.is_empty());
    let text = if receives { "v=spf1 mx -all" } else { "v=spf1 -all" };
    let says = format!(
        "{domain} publishes no SPF record, so receivers can't tell its mail from a forgery by address. Publish one that \
         names every server that sends for you."
    );
    let publish = Publish { name: domain.into(), text: text.into() };
    found.say_publish(Topic::Spf, Severity::High, "RFC 7208 §3", says, publish);
}

fn judge_record(domain: &str, record: &SpfRecord, dns: &Replay<'_>, found: &mut Found) {
    judge_end(domain, record, found);
    let mut totals = Totals::default();
    totals.add(domain, record, dns, &mut vec![domain.to_owned()]);
    report(domain, &totals, found);
}

/// What is said of everybody who is not named.
fn judge_end(domain: &str, record: &SpfRecord, found: &mut Found) {
    let all = record.terms.iter().find(|term| term.mechanism == Mechanism::All).map(|term| term.qualifier);
    let (severity, says) = match all {
        Some(Qualifier::Pass) => {
            (Severity::Critical, "allows every address in the world to send (+all). End the record in -all instead.")
        }
        Some(Qualifier::Neutral) => {
            (Severity::Medium, "says nothing about other addresses (?all). End it in -all, or ~all while you test.")
        }
        Some(Qualifier::SoftFail) => {
            (Severity::Informational, "marks other addresses as suspicious (~all). With DMARC in force that is enough.")
        }
        Some(Qualifier::Fail) => (Severity::Informational, "refuses other addresses (-all), as it should."),
        None if record.redirect.is_some() => return,
        None => (
            Severity::Medium,
            "has no end, which means that other addresses are neither allowed nor refused. Add -all.",
        ),
    };
    found.say(Topic::Spf, severity, "RFC 7208 §5.1", format!("The SPF record of {domain} {says}"));
}

fn report(domain: &str, totals: &Totals, found: &mut Found) {
    let mut say = |severity, rule, says: String| found.say(Topic::Spf, severity, rule, says);
    if totals.lookups > MAX_LOOKUPS {
        let says = format!(
            "The SPF record of {domain} needs {} DNS lookups; receivers stop at {MAX_LOOKUPS} and then ignore it. Remove \
             senders that you no longer use, or name addresses (ip4:, ip6:) instead of names.",
            totals.lookups
        );
        say(Severity::High, "RFC 7208 §4.6.4", says);
    }
    if totals.voids.len() > MAX_VOID {
        let says = format!(
            "The SPF record of {domain} names {} that do not exist; receivers allow {MAX_VOID}. Remove them: {}.",
            totals.voids.len(),
            totals.voids.join(", ")
        );
        say(Severity::High, "RFC 7208 §4.6.4", says);
    } else if !totals.voids.is_empty() {
        let says = format!("The SPF record of {domain} names what does not exist: {}.", totals.voids.join(", "));
        say(Severity::Low, "RFC 7208 §4.6.4", says);
    }
    for broken in &totals.broken {
        say(Severity::High, "RFC 7208 §5.2", format!("{broken} Receivers then ignore the SPF record of {domain}."));
    }
    if let Some((written, length)) = &totals.widest {
        let severity = if *length <= 8 { Severity::High } else { Severity::Medium };
        let says = format!(
            "The SPF record of {domain} allows a very large range ({written}). Whoever rents one address in it may send \
             in your name. Name only your own senders."
        );
        say(severity, "RFC 7208 §11.4", says);
    }
    if totals.ptr {
        let says = format!("The SPF record of {domain} uses \"ptr\", which is slow and must not be used any more.");
        say(Severity::Low, "RFC 7208 §5.5", says);
    }
    if totals.broken.is_empty() && totals.not_recorded.is_empty() {
        let more = if totals.macros { ", besides those it names by macro" } else { "" };
        let says = format!("{} IPv4 addresses may send for {domain} by number{more}.", totals.addresses);
        say(Severity::Informational, "RFC 7208 §5.6", says);
    }
    for question in &totals.not_recorded {
        found.cannot_tell(Topic::Spf, format!("Part of the SPF record was not recorded ({question})."));
    }
}

impl Totals {
    fn add(&mut self, domain: &str, record: &SpfRecord, dns: &Replay<'_>, path: &mut Vec<String>) {
        self.records += 1;
        for term in &record.terms {
            self.lookups += usize::from(term.mechanism.asks());
            match &term.mechanism {
                Mechanism::All | Mechanism::Exists(_) => (),
                Mechanism::Include(target) => self.follow(target, dns, path),
                Mechanism::A(target, _) => self.ask(domain, target.as_ref(), RecordType::A, dns),
                Mechanism::Mx(target, _) => self.ask(domain, target.as_ref(), RecordType::Mx, dns),
                Mechanism::Ptr(_) => self.ptr = true,
                Mechanism::Ip4(_, length) => {
                    self.addresses += 1_u128 << (32 - u32::from((*length).min(32)));
                    self.range(&term.written, *length, 16);
                }
                Mechanism::Ip6(_, length) => self.range(&term.written, *length, 32),
            }
        }
        let ends = record.terms.iter().any(|term| term.mechanism == Mechanism::All);
        if let (Some(target), false) = (&record.redirect, ends) {
            self.lookups += 1;
            self.follow(target, dns, path);
        }
    }

    fn range(&mut self, written: &str, length: u8, wide: u8) {
        let widest = self.widest.as_ref().is_none_or(|(_, known)| length < *known);
        if length <= wide && widest {
            self.widest = Some((written.to_owned(), length));
        }
    }

    fn follow(&mut self, target: &MacroString, dns: &Replay<'_>, path: &mut Vec<String>) {
        let Some(target) = self.plain(target) else { return };
        if path.contains(&target) || self.records >= MAX_RECORDS {
            self.broken.push(format!("It includes {target} in a circle or too often."));
            return;
        }
        let texts = match dns.texts(&target) {
            Ok(texts) => texts,
            Err(Lack::NotRecorded(question)) => return self.not_recorded.push(question),
            Err(Lack::Failure(why)) => return self.broken.push(format!("The DNS failed for {target} ({why}).")),
            Err(Lack::NoSuchName | Lack::NoData) => Vec::new(),
        };
        let mut records = texts.into_iter().filter(|text| is_spf(text));
        match (records.next().map(SpfRecord::parse), records.next()) {
            (Some(Ok(record)), None) => {
                path.push(target.clone());
                self.add(&target, &record, dns, path);
                path.pop();
            }
            (Some(Err(why)), None) => self.broken.push(format!("The SPF record of {target} has an error: {why}.")),
            (Some(_), Some(_)) => self.broken.push(format!("{target} publishes more than one SPF record.")),
            (None, _) => self.broken.push(format!("It includes {target}, which publishes no SPF record.")),
        }
    }

    fn ask(&mut self, domain: &str, target: Option<&MacroString>, record_type: RecordType, dns: &Replay<'_>) {
        let Some(target) = target.map_or(Some(domain.to_owned()), |target| self.plain(target)) else { return };
        match dns.records(&target, record_type) {
            Err(Lack::NotRecorded(question)) => self.not_recorded.push(question),
            // A name may have addresses of the other family only.
            Err(Lack::NoData) if record_type == RecordType::A && dns.records(&target, RecordType::Aaaa).is_ok() => (),
            Err(lack) if lack.is_void() => self.voids.push(target),
            _ => (),
        }
    }

    /// A target without macros; those with differ per message.
    fn plain(&mut self, target: &MacroString) -> Option<String> {
        let plain = target.as_literal();
        self.macros |= plain.is_none();
        plain
    }
}
