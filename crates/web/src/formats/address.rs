//! Addresses of clients as logs write them, and which of several forwarded ones is the client's.
//!
//! Anyone may send `X-Forwarded-For` or `Forwarded` (RFC 7239, section 8.1: "cannot be relied upon to be correct"). Each
//! proxy appends what it saw, so only the end of the list that the office's own proxies wrote is worth anything: the client is
//! the last address that is none of theirs.

use std::net::IpAddr;

use pollwarden_core::Network;

/// Proxies whose word is believed.
#[derive(Debug)]
pub(crate) struct Trusted(pub(crate) Vec<Network>);

impl Trusted {
    /// The client of a request: the peer, unless that is a trusted proxy which says for whom it asks.
    pub(crate) fn client<'a>(&self, peer: &'a str, forwarded: Option<&'a str>) -> &'a str {
        let peer = bare(peer);
        match forwarded {
            Some(list) if self.has(peer) => self.last_stranger(list).unwrap_or(peer),
            _ => peer,
        }
    }

    /// The client of a log that holds the list alone: its end was written by the proxy that wrote the log.
    pub(crate) fn client_of_list<'a>(&self, list: &'a str) -> &'a str {
        self.last_stranger(list).unwrap_or_else(|| bare(list.rsplit(',').next().unwrap_or(list)))
    }

    /// The last address that is no trusted proxy; the first where all are. What stands before an element that is no address
    /// (`unknown`, a pseudonym) was not seen by anyone who is trusted.
    fn last_stranger<'a>(&self, list: &'a str) -> Option<&'a str> {
        let mut nearest = None;
        for element in list.rsplit(',') {
            let address = bare(forwarded_for(element));
            if address.parse::<IpAddr>().is_err() {
                break;
            }
            nearest = Some(address);
            if !self.has(address) {
                break;
            }
        }
        nearest
    }

    fn has(&self, address: &str) -> bool {
        !self.0.is_empty() && address.parse().is_ok_and(|address| self.0.iter().any(|n| n.contains(address)))
    }
}

/// An element of X-Forwarded-For as it stands; of RFC 7239's `for=192.0.2.60;proto=http` the address.
fn forwarded_for(element: &str) -> &str {
    let named = |pair: &'_ &str| pair.trim_start().get(..4).is_some_and(|name| name.eq_ignore_ascii_case("for="));
    element.split(';').find(named).map_or(element, |pair| &pair.trim_start()[4..]).trim().trim_matches('"')
}

/// An address without blanks around it, port, brackets and zone: `[fe80::1%eth0]:443` is `fe80::1`. Names stay as they are.
pub(crate) fn bare(text: &str) -> &str {
    let text = text.trim_matches([' ', ',']);
    if let Some(rest) = text.strip_prefix('[') {
        return without_zone(rest.split(']').next().unwrap_or(rest));
    }
    match text.split_once(':') {
        Some((host, port)) if !port.contains(':') && port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => without_zone(text),
    }
}

/// RFC 4007, section 11: what follows `%` says which of the server's own links, not who.
fn without_zone(address: &str) -> &str {
    match address.split_once('%') {
        Some((host, _)) if host.contains(':') => host,
        _ => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trusted() -> Trusted {
        Trusted(["10.0.0.0/8", "192.0.2.1", "2001:db8:ffff::/48"].iter().map(|n| n.parse().unwrap()).collect())
    }

    #[test]
    fn addresses_are_laid_bare() {
        for (text, address) in [
            ("192.0.2.7", "192.0.2.7"),
            ("192.0.2.7:4711", "192.0.2.7"),
            ("2001:db8::7", "2001:db8::7"),
            ("[2001:db8::7]:443", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("fe80::1%eth0", "fe80::1"),
            ("[fe80::1%25eth0]:80", "fe80::1"),
            ("dial-7.example", "dial-7.example"),
            ("::1,", "::1"),
            ("", ""),
            ("[", ""),
        ] {
            assert_eq!(bare(text), address, "{text}");
        }
    }

    #[test]
    fn the_list_is_believed_from_a_trusted_peer_only() {
        let list = Some("198.51.100.66, 203.0.113.5, 10.1.2.3");
        assert_eq!(trusted().client("10.9.9.9", list), "203.0.113.5");
        assert_eq!(trusted().client("198.51.100.9", list), "198.51.100.9");
        assert_eq!(Trusted(Vec::new()).client("10.9.9.9", list), "10.9.9.9");
        assert_eq!(trusted().client("10.9.9.9", None), "10.9.9.9");
        assert_eq!(trusted().client("192.0.2.1:5", Some("2001:db8::5, [2001:db8:ffff::1]:80")), "2001:db8::5");
    }

    #[test]
    fn what_no_trusted_proxy_saw_is_not_believed() {
        assert_eq!(trusted().client("10.9.9.9", Some("203.0.113.5, unknown, 10.1.2.3")), "10.1.2.3");
        assert_eq!(trusted().client("10.9.9.9", Some("<script>")), "10.9.9.9");
        assert_eq!(trusted().client("10.9.9.9", Some("10.0.0.5, 10.0.0.6")), "10.0.0.5");
        assert_eq!(Trusted(Vec::new()).client_of_list("203.0.113.5, 198.51.100.7"), "198.51.100.7");
        assert_eq!(Trusted(Vec::new()).client_of_list("-"), "-");
    }

    #[test]
    fn the_header_of_rfc_7239() {
        let list = r#"for=203.0.113.5;proto=http;by=10.0.0.1, For="[2001:db8:ffff::9]:4711""#;
        assert_eq!(trusted().client("10.9.9.9", Some(list)), "203.0.113.5");
    }
}
