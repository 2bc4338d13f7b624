//! The SPF record itself (RFC 7208 §4.5, §4.6, §5, §6, §12): terms, qualifiers, modifiers.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::SpfResult;
use super::macros::{MacroString, Place};

/// A parsed record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SpfRecord {
    pub(crate) terms: Vec<Term>,
    pub(crate) redirect: Option<MacroString>,
    pub(crate) explanation: Option<MacroString>,
}

/// A mechanism with its qualifier, and the term as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) qualifier: Qualifier,
    pub(crate) mechanism: Mechanism,
    pub(crate) written: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Qualifier {
    Pass,
    Fail,
    SoftFail,
    Neutral,
}

impl From<Qualifier> for SpfResult {
    fn from(qualifier: Qualifier) -> Self {
        match qualifier {
            Qualifier::Pass => Self::Pass,
            Qualifier::Fail => Self::Fail,
            Qualifier::SoftFail => Self::SoftFail,
            Qualifier::Neutral => Self::Neutral,
        }
    }
}

/// Prefix lengths for both families.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Prefixes {
    pub(crate) v4: u8,
    pub(crate) v6: u8,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mechanism {
    All,
    Include(MacroString),
    A(Option<MacroString>, Prefixes),
    Mx(Option<MacroString>, Prefixes),
    Ptr(Option<MacroString>),
    Ip4(Ipv4Addr, u8),
    Ip6(Ipv6Addr, u8),
    Exists(MacroString),
}

impl Mechanism {
    /// Whether it asks the DNS and so counts against the limit of ten (§4.6.4).
    pub(crate) fn asks(&self) -> bool {
        !matches!(self, Self::All | Self::Ip4(..) | Self::Ip6(..))
    }
}

/// Whether a TXT record is an SPF record: `v=spf1`, then a space or the end (§4.5).
pub(crate) fn is_spf(text: &[u8]) -> bool {
    text.get(..6).is_some_and(|version| version.eq_ignore_ascii_case(b"v=spf1"))
        && matches!(text.get(6), None | Some(b' '))
}

impl SpfRecord {
    /// Parses the whole record; any syntax error spoils it (§4.6). The error says which term and why.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, String> {
        let text =
            std::str::from_utf8(text).ok().filter(|t| t.is_ascii()).ok_or("it holds characters outside ASCII")?;
        let mut record = Self { terms: Vec::new(), redirect: None, explanation: None };
        for term in text.get(6..).unwrap_or_default().split(' ').filter(|term| !term.is_empty()) {
            record.add(term).map_err(|why| format!("the term \"{term}\" is wrong: {why}"))?;
        }
        Ok(record)
    }

    fn add(&mut self, term: &str) -> Result<(), String> {
        if let Some((name, value)) = modifier(term) {
            return self.modify(name, value);
        }
        let (qualifier, rest) = split_qualifier(term);
        let end = rest.find([':', '/']).unwrap_or(rest.len());
        let (name, argument) = rest.split_at(end);
        let mechanism = mechanism(name, argument)?;
        self.terms.push(Term { qualifier, mechanism, written: term.to_owned() });
        Ok(())
    }

    fn modify(&mut self, name: &str, value: &str) -> Result<(), String> {
        let slot = match name.to_ascii_lowercase().as_str() {
            "redirect" => &mut self.redirect,
            "exp" => &mut self.explanation,
            // Unknown modifiers are ignored where they are well formed (§6).
            _ => return MacroString::parse(value, Place::Term).map(|_| ()),
        };
        if slot.is_some() {
            return Err(format!("{name} may stand only once"));
        }
        *slot = Some(MacroString::parse_domain(value)?);
        Ok(())
    }
}

/// `name=value`, where the name is one of §12's; otherwise the term is a mechanism.
fn modifier(term: &str) -> Option<(&str, &str)> {
    let (name, value) = term.split_once('=')?;
    let mut bytes = name.bytes();
    let good = bytes.next().is_some_and(|b| b.is_ascii_alphabetic())
        && bytes.all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    good.then_some((name, value))
}

fn split_qualifier(term: &str) -> (Qualifier, &str) {
    let qualifier = match term.as_bytes().first() {
        Some(b'+') => Qualifier::Pass,
        Some(b'-') => Qualifier::Fail,
        Some(b'~') => Qualifier::SoftFail,
        Some(b'?') => Qualifier::Neutral,
        _ => return (Qualifier::Pass, term),
    };
    (qualifier, &term[1..])
}

fn mechanism(name: &str, argument: &str) -> Result<Mechanism, String> {
    match name.to_ascii_lowercase().as_str() {
        "all" if argument.is_empty() => Ok(Mechanism::All),
        "all" => Err("\"all\" takes no argument".into()),
        "include" => needed(argument).map(Mechanism::Include),
        "exists" => needed(argument).map(Mechanism::Exists),
        "a" => domain_and_prefixes(argument).map(|(domain, prefixes)| Mechanism::A(domain, prefixes)),
        "mx" => domain_and_prefixes(argument).map(|(domain, prefixes)| Mechanism::Mx(domain, prefixes)),
        "ptr" if argument.is_empty() => Ok(Mechanism::Ptr(None)),
        "ptr" => needed(argument).map(|domain| Mechanism::Ptr(Some(domain))),
        "ip4" => network(argument, 32).map(|(ip, prefix)| Mechanism::Ip4(ip, prefix)),
        "ip6" => network(argument, 128).map(|(ip, prefix)| Mechanism::Ip6(ip, prefix)),
        _ => Err("there is no such mechanism".into()),
    }
}

fn needed(argument: &str) -> Result<MacroString, String> {
    MacroString::parse_domain(argument.strip_prefix(':').ok_or("a domain name after a colon is missing")?)
}

/// `[":" domain-spec] [dual-cidr-length]` (§5.3, §5.4). A slash that no digits follow is part of the domain-spec.
fn domain_and_prefixes(argument: &str) -> Result<(Option<MacroString>, Prefixes), String> {
    let (rest, v6) = match split_digits(argument, "//") {
        Some((rest, v6)) => (rest, prefix(v6, 128)?),
        None => (argument, 128),
    };
    let (domain, v4) = match split_digits(rest, "/") {
        Some((domain, v4)) => (domain, prefix(v4, 32)?),
        None => (rest, 32),
    };
    let domain = if domain.is_empty() { None } else { Some(needed(domain)?) };
    Ok((domain, Prefixes { v4, v6 }))
}

fn split_digits<'a>(text: &'a str, slash: &str) -> Option<(&'a str, &'a str)> {
    let (rest, digits) = text.rsplit_once(slash)?;
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then_some((rest, digits))
}

fn network<T: std::str::FromStr>(argument: &str, longest: u8) -> Result<(T, u8), String> {
    let argument = argument.strip_prefix(':').ok_or("an address after a colon is missing")?;
    let (address, length) = match argument.split_once('/') {
        Some((address, length)) => (address, prefix(length, longest)?),
        None => (argument, longest),
    };
    let address = address.parse().map_err(|_| format!("\"{address}\" is not an address of this kind"))?;
    Ok((address, length))
}

/// A prefix length without leading zeros.
fn prefix(text: &str, longest: u8) -> Result<u8, String> {
    let plain = text == "0" || text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0') && !text.is_empty();
    let length = text.parse::<u8>().ok().filter(|length| plain && *length <= longest);
    length.ok_or_else(|| format!("\"{text}\" is not a prefix length up to {longest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_term_by_term() {
        let text = b"v=spf1 a:%{d}/24//64 +mx ip4:192.0.2.0/24 ip6:2001:db8::/32 ?exists:%{i}.x.example ~all exp=why.example.org m-x=y";
        let record = SpfRecord::parse(text).expect("a record");
        assert_eq!(record.terms.len(), 6);
        assert!(record.explanation.is_some() && record.redirect.is_none());
        assert!(matches!(&record.terms[0].mechanism, Mechanism::A(Some(_), Prefixes { v4: 24, v6: 64 })));
        assert_eq!(record.terms[5].qualifier, Qualifier::SoftFail);
    }

    #[test]
    fn an_error_names_the_term() {
        for (text, expected) in [
            ("v=spf1 ip4:192.0.2.300 -all", "ip4:192.0.2.300"),
            ("v=spf1 mx all.", "no such mechanism"),
            ("v=spf1 include -all", "missing"),
            ("v=spf1 ip4:192.0.2.0/33", "prefix length up to 32"),
            ("v=spf1 redirect=a.example redirect=b.example", "only once"),
            ("v=spf1 a:", "missing"),
        ] {
            let error = SpfRecord::parse(text.as_bytes()).expect_err(text);
            assert!(error.contains(expected) || error.contains("wrong"), "{error}");
        }
        assert!(is_spf(b"V=SPF1") && is_spf(b"v=spf1 -all") && !is_spf(b"v=spf10") && !is_spf(b"spf"));
    }
}
