//! Links of a body, and the names of the hosts they lead to.

use linkify::{LinkFinder, LinkKind};
use url::{Host, Url};

/// A body with more links than this is judged by its first ones.
pub(super) const MOST_LINKS: usize = 1_000;
/// Longer targets are cut: no server needs more, and pictures written into an address can be megabytes.
const LONGEST_URL: usize = 4_096;

/// Where a link stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LinkPlace {
    /// Something to click on.
    Anchor,
    /// Where a form sends what is entered.
    Form,
    /// Written out in the text.
    Text,
    /// An address that the page goes to by itself.
    Refresh,
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Link {
    /// What the reader sees of it.
    pub text: String,
    /// Its target, as it is written.
    pub url: String,
    /// The host that it leads to, in lower case and as ASCII (IDNA); empty where it names none.
    pub host: String,
    /// Where it stands.
    pub place: LinkPlace,
}

impl Link {
    /// A link by its target.
    pub(super) fn new(text: String, url: &str, place: LinkPlace) -> Self {
        // A long user-info before the host must not cut it off.
        let host = host(url.trim());
        let url = cut(url.trim(), LONGEST_URL).to_owned();
        Self { text, url, host, place }
    }

    /// Whether it leads to a website.
    pub fn is_web(&self) -> bool {
        !self.host.is_empty() && !self.url.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:"))
    }

    /// The address of a `mailto:` link, in lower case.
    pub fn mail_address(&self) -> Option<String> {
        let (scheme, rest) = self.url.split_once(':')?;
        if !scheme.eq_ignore_ascii_case("mailto") {
            return None;
        }
        let address = rest.split(['?', ',']).next().unwrap_or_default();
        address.contains('@').then(|| address.to_lowercase())
    }
}

/// The domain that somebody registered to get a host's name (Public Suffix List): `example.co.uk` of `a.b.example.co.uk`.
/// The host itself where it is an address or has no such domain.
pub fn registrable(host: &str) -> &str {
    if host.parse::<std::net::Ipv4Addr>().is_ok() {
        return host;
    }
    psl::domain_str(host).unwrap_or(host)
}

/// The host that a target leads to, in lower case and as ASCII; empty where there is none.
fn host(url: &str) -> String {
    let parsed = Url::parse(url).or_else(|_| Url::parse(&format!("http://{url}")));
    match parsed.ok().as_ref().and_then(Url::host) {
        Some(Host::Domain(name)) => name.trim_end_matches('.').to_ascii_lowercase(),
        Some(Host::Ipv4(address)) => address.to_string(),
        Some(Host::Ipv6(address)) => address.to_string(),
        None => String::new(),
    }
}

/// Addresses that are written out in a text.
///
/// `false` where there are more than are taken.
pub(super) fn written_out(text: &str, links: &mut Vec<Link>) -> bool {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]).url_must_have_scheme(false);
    // Anchors have their own bound, and leave room for these.
    let most = links.len() + MOST_LINKS;
    for found in finder.links(text) {
        let written = found.as_str();
        if is_address(written) && !links.iter().any(|link| link.url == written) {
            if links.len() >= most {
                return false;
            }
            links.push(Link::new(written.to_owned(), written, LinkPlace::Text));
        }
    }
    true
}

/// Without a scheme, only names under a known suffix count: `Mr.Smith` and `report.docx` are no addresses.
fn is_address(written: &str) -> bool {
    if written.contains("://") {
        return true;
    }
    let name = written.split(['/', '?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    psl::suffix(name.as_bytes()).is_some_and(|suffix| suffix.is_known()) && psl::domain_str(&name).is_some()
}

/// The first `most` bytes of a text, cut between characters.
pub(super) fn cut(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    let end = (0..=most).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_the_name_that_is_asked_for() {
        for (url, host) in [
            ("https://Accounts.Example.org:8443/a?b=c", "accounts.example.org"),
            ("http://user:word@example.net@203.0.113.7/x", "203.0.113.7"),
            ("http://3405803783/", "203.0.113.7"),
            ("https://xn--exmple-cua.example/", "xn--exmple-cua.example"),
            ("https://exämple.example/", "xn--exmple-cua.example"),
            ("example.org/login", "example.org"),
            (&format!("https://{}@203.0.113.7/", "county.example".repeat(400)), "203.0.113.7"),
            ("mailto:a@example.org", ""),
            ("javascript:void(0)", ""),
        ] {
            assert_eq!(Link::new(String::new(), url, LinkPlace::Anchor).host, host, "{url}");
        }
    }

    #[test]
    fn addresses_in_text_are_links_and_file_names_are_none() {
        let mut links = Vec::new();
        written_out("See www.example.org, http://example.net/x and report.docx of Mr.Smith", &mut links);
        let hosts: Vec<&str> = links.iter().map(|link| link.host.as_str()).collect();
        assert_eq!(hosts, ["www.example.org", "example.net"]);
    }

    #[test]
    fn what_somebody_registered() {
        assert_eq!(registrable("a.b.example.co.uk"), "example.co.uk");
        assert_eq!(registrable("203.0.113.7"), "203.0.113.7");
        assert_eq!(registrable("localhost"), "localhost");
    }
}
