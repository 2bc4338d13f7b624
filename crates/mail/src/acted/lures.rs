//! The signs of all lures, looked up by host, address, hash and message id.

use std::collections::HashMap;

use jiff::Timestamp;
use url::{Host, Url};

use super::{Acted, How, Indicator, Lure, Order, Place};

/// Lures to look for.
#[derive(Debug, Clone, Default)]
pub struct Lures {
    lures: Vec<Lure>,
    /// Hosts of links: lure, sign, and the path where the sign is a whole link.
    hosts: HashMap<String, Vec<(usize, usize, Option<String>)>>,
    /// Hashes, addresses and message ids.
    others: HashMap<String, Vec<(usize, usize)>>,
}

/// A sign that was found: its lure, its number there, and whether it was seen whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Sign {
    pub(super) lure: usize,
    pub(super) indicator: usize,
    pub(super) is_exact: bool,
}

impl Lures {
    /// Lures to look for. Signs that are no host, link, hash or address are never found.
    pub fn new(lures: Vec<Lure>) -> Self {
        let mut all = Self::default();
        for (number, lure) in lures.iter().enumerate() {
            for (at, indicator) in lure.indicators.iter().enumerate() {
                all.add(number, at, indicator);
            }
        }
        all.lures = lures;
        all
    }

    /// The lures, in the order given.
    pub fn lures(&self) -> &[Lure] {
        &self.lures
    }

    fn add(&mut self, lure: usize, at: usize, indicator: &Indicator) {
        match indicator {
            Indicator::Host(host) => {
                if let Some((host, _)) = split(host) {
                    self.hosts.entry(host).or_default().push((lure, at, None));
                }
            }
            Indicator::Url(url) => {
                if let Some((host, path)) = split(url) {
                    self.hosts.entry(host).or_default().push((lure, at, Some(path)));
                }
            }
            Indicator::Sha256(other) | Indicator::Sender(other) | Indicator::MessageId(other) => {
                let key = other.trim().trim_matches(['<', '>']).to_lowercase();
                if !key.is_empty() {
                    self.others.entry(key).or_default().push((lure, at));
                }
            }
        }
    }

    /// The signs that a visited address has. Whoever only logs hosts gives `https://host/` with `has_path` false.
    pub(super) fn visited(&self, url: &str, has_path: bool) -> Vec<Sign> {
        let Some((host, path)) = split(url) else { return Vec::new() };
        let mut found = Vec::new();
        for (name, is_same) in itself_and_above(&host) {
            for (lure, indicator, wanted) in self.hosts.get(name).into_iter().flatten() {
                let is_exact = match wanted {
                    None => true,
                    Some(wanted) if has_path && is_same && *wanted == path => true,
                    Some(_) if !has_path && is_same => false,
                    Some(_) => continue,
                };
                found.push(Sign { lure: *lure, indicator: *indicator, is_exact });
            }
        }
        found
    }

    /// The signs that a hash, an address or a message id is.
    pub(super) fn other(&self, value: &str) -> Vec<Sign> {
        let key = value.trim().to_lowercase();
        let found = self.others.get(&key).into_iter().flatten();
        found.map(|(lure, indicator)| Sign { lure: *lure, indicator: *indicator, is_exact: true }).collect()
    }

    /// Lures that one of the office's own messages answers, by the addresses and message ids that it is to.
    pub fn answered(&self, to: &[String], when: Option<Timestamp>, who: &str, place: &Place) -> Vec<Acted> {
        let mut told: Vec<Acted> = Vec::new();
        for sign in to.iter().flat_map(|sign| self.other(sign)) {
            let acted = self.acted(sign, when, who, How::Replied, place.clone());
            if !told.iter().any(|known| known.lure == acted.lure) {
                told.push(acted);
            }
        }
        told
    }

    pub(super) fn acted(&self, sign: Sign, when: Option<Timestamp>, who: &str, how: How, place: Place) -> Acted {
        let lure = &self.lures[sign.lure];
        let indicator = lure.indicators[sign.indicator].clone();
        let order = order(lure.arrived, when);
        let (who, is_exact) = (who.to_owned(), sign.is_exact);
        Acted { lure: lure.name.clone(), indicator, when, last: when, times: 1, who, how, order, is_exact, place }
    }

    /// When the last of the lures came: what a year is guessed by.
    pub(super) fn last_arrival(&self) -> Option<Timestamp> {
        self.lures.iter().filter_map(|lure| lure.arrived).max()
    }
}

pub(super) fn order(arrived: Option<Timestamp>, when: Option<Timestamp>) -> Order {
    match (arrived, when) {
        // Logs often hold whole seconds.
        (Some(arrived), Some(when)) if when.as_second() < arrived.as_second() => Order::Before,
        (Some(_), Some(_)) => Order::After,
        _ => Order::Unknown,
    }
}

/// Host and path of an address, without what follows `?`: links carry each recipient's own token there.
fn split(url: &str) -> Option<(String, String)> {
    let url = url.trim();
    let parsed = if url.contains("://") { Url::parse(url) } else { Url::parse(&format!("http://{url}")) };
    let parsed = parsed.ok()?;
    let host = match parsed.host()? {
        Host::Domain(name) => name.trim_end_matches('.').to_ascii_lowercase(),
        Host::Ipv4(address) => address.to_string(),
        Host::Ipv6(address) => address.to_string(),
    };
    (!host.is_empty()).then(|| (host, parsed.path().trim_end_matches('/').to_owned()))
}

/// A host and the domains that it lies in; whether it is the host itself.
fn itself_and_above(host: &str) -> impl Iterator<Item = (&str, bool)> {
    let above = host.match_indices('.').map(|(at, _)| &host[at + 1..]).filter(|name| name.contains('.'));
    std::iter::once((host, true)).chain(above.map(|name| (name, false)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lures() -> Lures {
        let indicators = vec![
            Indicator::Host("login.lure.test".into()),
            Indicator::Url("https://forms.example/d/abc?u=1".into()),
            Indicator::Sender("Help@Lure.test".into()),
            Indicator::MessageId("<one@lure.test>".into()),
        ];
        Lures::new(vec![Lure { name: "lure".into(), arrived: "2026-11-01T00:00:00Z".parse().ok(), indicators }])
    }

    #[test]
    fn hosts_are_met_by_whole_labels() {
        let met = |url: &str| lures().visited(url, true).len();
        assert_eq!(met("http://LOGIN.lure.test/x"), 1);
        assert_eq!(met("https://a.login.lure.test:8443/"), 1);
        assert_eq!(met("http://notlogin.lure.test/"), 0);
        assert_eq!(met("http://lure.test/"), 0);
        assert_eq!(met("http://login.lure.test.example/"), 0);
        assert_eq!(met("http://search.example/?q=http://login.lure.test/"), 0);
        assert_eq!(met("http://login.lure.test@other.example/"), 0);
    }

    #[test]
    fn a_link_on_a_shared_host_is_not_the_host() {
        assert!(lures().visited("https://forms.example/d/abc/?u=2", true)[0].is_exact);
        assert!(lures().visited("https://forms.example/d/other", true).is_empty());
        assert!(!lures().visited("forms.example:443", false)[0].is_exact);
        assert!(lures().visited("x.forms.example:443", false).is_empty());
    }

    #[test]
    fn answers_to_a_lure() {
        let when = "2026-11-02T09:00:00Z".parse().ok();
        let place = Place { source: "Sent".to_owned(), line: 1 };
        let answered = |to: &[&str]| {
            let to: Vec<String> = to.iter().map(|sign| (*sign).to_owned()).collect();
            lures().answered(&to, when, "clerk@example.org", &place)
        };
        let told = answered(&["one@lure.test", "help@lure.test"]);
        assert_eq!(
            (told.len(), told[0].how, told[0].order, told[0].who.as_str()),
            (1, How::Replied, Order::After, "clerk@example.org")
        );
        assert!(answered(&["help@lure.test.example"]).is_empty());
        assert_eq!(answered(&["other@example.net", "zero@example.org", "one@lure.test"]).len(), 1);
    }
}
