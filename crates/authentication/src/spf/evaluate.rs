//! `check_host()` (RFC 7208 §4) over a snapshot: first match wins, at most ten terms that ask, at most two void lookups.

use std::cell::{Cell, OnceCell};
use std::net::IpAddr;

use super::macros::{Facts, MacroString, Place};
use super::record::{Mechanism, SpfRecord, Term, is_spf};
use super::{Outcome, Query, SpfResult};
use crate::dns::{Lack, Question, Record, RecordType, Replay};
use crate::name;
use crate::network::Network;

/// Terms that ask the DNS, at most (§4.6.4).
pub(crate) const MAX_LOOKUPS: usize = 10;
/// Answers without a record, at most (§4.6.4).
pub(crate) const MAX_VOID: usize = 2;
/// Names of one mail exchange or address, at most (§4.6.4).
const MAX_NAMES: usize = 10;
/// Octets of a reverse path or a HELO name: mail allows 256 (RFC 5321 §4.5.3.1.3), and macros repeat them.
const MAX_PATH: usize = 512;

/// What ends a check early.
enum Stop {
    Temporary(String),
    Permanent(String),
    NotRecorded(Question),
}

/// Checks a sender. `Err` names the question that the snapshot does not hold.
pub(crate) fn check_host(query: &Query<'_>, dns: &Replay<'_>) -> Result<Outcome, Question> {
    if query.mail_from.len() > MAX_PATH || query.helo.len() > MAX_PATH {
        let why = "the reverse path or the HELO name is longer than mail allows".into();
        return Ok(Outcome { result: SpfResult::None, why, explanation: None });
    }
    let (local, domain) = match query.mail_from.rsplit_once('@') {
        Some(("", domain)) => ("postmaster", domain),
        Some(parts) => parts,
        None if query.mail_from.is_empty() => ("postmaster", query.helo),
        None => ("postmaster", query.mail_from),
    };
    let domain = name::canonical(domain);
    if !name::fits_dns(&domain) || !domain.contains('.') {
        let why = format!("\"{}\" is not a full domain name", domain.escape_debug());
        return Ok(Outcome { result: SpfResult::None, why, explanation: None });
    }
    let ip = query.ip.to_canonical();
    let facts = Facts {
        ip,
        sender_local: local,
        sender_domain: &domain,
        helo: query.helo,
        receiver: query.receiver,
        at: query.at,
    };
    let check = Check { facts: &facts, dns, lookups: Cell::new(0), voids: Cell::new(0), names: OnceCell::new() };
    match check.domain(&domain) {
        Ok(outcome) => Ok(outcome),
        Err(Stop::Temporary(why)) => Ok(Outcome { result: SpfResult::TempError, why, explanation: None }),
        Err(Stop::Permanent(why)) => Ok(Outcome { result: SpfResult::PermError, why, explanation: None }),
        Err(Stop::NotRecorded(question)) => Err(question),
    }
}

struct Check<'a> {
    facts: &'a Facts<'a>,
    dns: &'a Replay<'a>,
    lookups: Cell<usize>,
    voids: Cell<usize>,
    /// The validated names of the address, asked for once.
    names: OnceCell<Vec<String>>,
}

impl Check<'_> {
    fn domain(&self, domain: &str) -> Result<Outcome, Stop> {
        let Some(record) = self.record(domain)? else {
            let why = format!("{domain} publishes no SPF record");
            return Ok(Outcome { result: SpfResult::None, why, explanation: None });
        };
        for term in &record.terms {
            if self.matches(term, domain)? {
                let result = SpfResult::from(term.qualifier);
                let why = format!("{} matches \"{}\" of {domain}", self.facts.ip, term.written);
                let explanation = if result == SpfResult::Fail { self.explain(&record, domain)? } else { None };
                return Ok(Outcome { result, why, explanation });
            }
        }
        let Some(target) = &record.redirect else {
            let why = format!("{} matches no term of {domain}", self.facts.ip);
            return Ok(Outcome { result: SpfResult::Neutral, why, explanation: None });
        };
        self.count_lookup()?;
        let target = self.target(target, domain)?;
        let outcome = self.domain(&target)?;
        if outcome.result == SpfResult::None {
            return Err(Stop::Permanent(format!("{domain} redirects to {target}, which has no SPF record")));
        }
        Ok(outcome)
    }

    /// The one SPF record of a domain (§4.4, §4.5).
    fn record(&self, domain: &str) -> Result<Option<SpfRecord>, Stop> {
        let texts = match self.dns.texts(domain) {
            Ok(texts) => texts,
            Err(lack) if lack.is_void() => return Ok(None),
            Err(lack) => return Err(self.stop(lack, domain)),
        };
        let mut records = texts.into_iter().filter(|text| is_spf(text));
        let Some(text) = records.next() else { return Ok(None) };
        if records.next().is_some() {
            return Err(Stop::Permanent(format!("{domain} publishes more than one SPF record")));
        }
        let parsed = SpfRecord::parse(text);
        parsed.map(Some).map_err(|why| Stop::Permanent(format!("the SPF record of {domain} can't be used: {why}")))
    }

    fn matches(&self, term: &Term, domain: &str) -> Result<bool, Stop> {
        if term.mechanism.asks() {
            self.count_lookup()?;
        }
        match &term.mechanism {
            Mechanism::All => Ok(true),
            Mechanism::Ip4(network, length) => Ok(Network::new((*network).into(), *length).contains(self.facts.ip)),
            Mechanism::Ip6(network, length) => Ok(Network::new((*network).into(), *length).contains(self.facts.ip)),
            Mechanism::A(target, prefixes) => {
                self.has_address(&self.target_or(target.as_ref(), domain)?, prefixes.v4, prefixes.v6)
            }
            Mechanism::Mx(target, prefixes) => {
                self.exchanges_have_address(&self.target_or(target.as_ref(), domain)?, prefixes.v4, prefixes.v6)
            }
            Mechanism::Include(target) => self.include(&self.target(target, domain)?),
            Mechanism::Ptr(target) => {
                let target = self.target_or(target.as_ref(), domain)?;
                Ok(self.validated_names()?.iter().any(|name| name::is_within(name, &name::canonical(&target))))
            }
            Mechanism::Exists(target) => {
                let target = self.target(target, domain)?;
                Ok(!self.ask(&target, RecordType::A)?.is_empty())
            }
        }
    }

    /// §5.2: what the included record says decides whether the term matches.
    fn include(&self, target: &str) -> Result<bool, Stop> {
        let outcome = self.domain(target)?;
        match outcome.result {
            SpfResult::Pass => Ok(true),
            SpfResult::None => Err(Stop::Permanent(format!("{target} is included and has no SPF record"))),
            _ => Ok(false),
        }
    }

    fn has_address(&self, target: &str, v4: u8, v6: u8) -> Result<bool, Stop> {
        let length = if self.facts.ip.is_ipv4() { v4 } else { v6 };
        let records = self.ask(target, self.address_type())?;
        Ok(addresses(records).any(|network| Network::new(network, length).contains(self.facts.ip)))
    }

    fn exchanges_have_address(&self, target: &str, v4: u8, v6: u8) -> Result<bool, Stop> {
        let records = self.ask(target, RecordType::Mx)?;
        if records.len() > MAX_NAMES {
            return Err(Stop::Permanent(format!("{target} has more than {MAX_NAMES} mail exchangers")));
        }
        let mut exchanges: Vec<(u16, &str)> = (records.iter())
            .filter_map(|r| if let Record::Exchange(p, host) = r { Some((*p, host.as_str())) } else { None })
            // RFC 7505: a null MX stands for "no mail here".
            .filter(|(_, host)| !matches!(*host, "" | "."))
            .collect();
        exchanges.sort_by_key(|(preference, _)| *preference);
        for (_, host) in exchanges {
            if self.has_address(host, v4, v6)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// §5.5: names of the address that lead back to it. DNS failures here only mean that nothing is validated.
    fn validated_names(&self) -> Result<&[String], Stop> {
        if let Some(names) = self.names.get() {
            return Ok(names);
        }
        let mut valid = Vec::new();
        let pointers = self.lenient(&reverse_name(self.facts.ip), RecordType::Ptr)?;
        for record in pointers.iter().take(MAX_NAMES) {
            let Record::Name(host) = record else { continue };
            let mut found = addresses(self.lenient(host, self.address_type())?);
            if found.any(|address| address == self.facts.ip) {
                valid.push(name::canonical(host).into_owned());
            }
        }
        Ok(self.names.get_or_init(|| valid))
    }

    fn lenient(&self, name: &str, record_type: RecordType) -> Result<&[Record], Stop> {
        match self.dns.records(name, record_type) {
            Ok(records) => Ok(records),
            Err(Lack::NotRecorded(question)) => Err(Stop::NotRecorded(question)),
            Err(_) => Ok(&[]),
        }
    }

    /// Records for a mechanism. No record counts as a void lookup.
    fn ask(&self, name: &str, record_type: RecordType) -> Result<&[Record], Stop> {
        match self.dns.records(name, record_type) {
            Ok(records) => Ok(records),
            Err(lack) if lack.is_void() => {
                self.voids.set(self.voids.get() + 1);
                if self.voids.get() > MAX_VOID {
                    return Err(Stop::Permanent(format!("more than {MAX_VOID} lookups found nothing")));
                }
                Ok(&[])
            }
            Err(lack) => Err(self.stop(lack, name)),
        }
    }

    fn stop(&self, lack: Lack, name: &str) -> Stop {
        match lack {
            Lack::NotRecorded(question) => Stop::NotRecorded(question),
            Lack::Failure(why) => Stop::Temporary(format!("the DNS failed for {name}: {why}")),
            Lack::NoSuchName | Lack::NoData => Stop::Permanent(format!("{name} has no record")),
        }
    }

    fn count_lookup(&self) -> Result<(), Stop> {
        self.lookups.set(self.lookups.get() + 1);
        if self.lookups.get() > MAX_LOOKUPS {
            return Err(Stop::Permanent(format!("the record needs more than {MAX_LOOKUPS} DNS lookups")));
        }
        Ok(())
    }

    fn target_or(&self, target: Option<&MacroString>, domain: &str) -> Result<String, Stop> {
        target.map_or_else(|| Ok(domain.to_owned()), |target| self.target(target, domain))
    }

    fn target(&self, target: &MacroString, domain: &str) -> Result<String, Stop> {
        let validated = if target.needs_names() { self.name_for(domain)? } else { None };
        Ok(target.expand_name(self.facts, domain, validated))
    }

    /// `%{p}` (§7.3): the domain itself, a name below it, or any validated name.
    fn name_for(&self, domain: &str) -> Result<Option<&str>, Stop> {
        let names = self.validated_names()?;
        let exact = names.iter().find(|name| *name == domain);
        let below = || names.iter().find(|name| name::is_within(name, domain));
        Ok(exact.or_else(below).or(names.first()).map(String::as_str))
    }

    /// §6.2: a fault in the explanation only means that there is none.
    fn explain(&self, record: &SpfRecord, domain: &str) -> Result<Option<String>, Stop> {
        let Some(target) = &record.explanation else { return Ok(None) };
        let target = self.target(target, domain)?;
        let texts = match self.dns.texts(&target) {
            Ok(texts) => texts,
            // An explanation that was not recorded changes no result.
            Err(_) => return Ok(None),
        };
        let [text] = texts.as_slice() else { return Ok(None) };
        let Some(text) = std::str::from_utf8(text).ok().filter(|t| t.is_ascii()) else { return Ok(None) };
        let Ok(parsed) = MacroString::parse(text, Place::Explanation) else { return Ok(None) };
        let validated = if parsed.needs_names() { self.name_for(domain)? } else { None };
        Ok(Some(parsed.expand(self.facts, domain, validated)))
    }

    fn address_type(&self) -> RecordType {
        if self.facts.ip.is_ipv4() { RecordType::A } else { RecordType::Aaaa }
    }
}

fn addresses(records: &[Record]) -> impl Iterator<Item = IpAddr> {
    records.iter().filter_map(|record| if let Record::Address(ip) = record { Some(*ip) } else { None })
}

/// `in-addr.arpa` and `ip6.arpa` (RFC 1035 §3.5, RFC 3596 §2.5).
pub(crate) fn reverse_name(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, d] = ip.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(ip) => {
            let nibbles = ip.octets().into_iter().rev().flat_map(|octet| [octet & 15, octet >> 4]);
            nibbles.map(|nibble| format!("{nibble:x}.")).collect::<String>() + "ip6.arpa"
        }
    }
}
