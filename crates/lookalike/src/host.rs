//! A host name taken apart: public suffix, the label in front of it, sub-domains; punycode decoded (RFC 1035 for lengths,
//! RFC 3492 and UTS 46 for punycode, the Public Suffix List for suffixes). Nothing is looked up in the DNS.

use std::borrow::Cow;

/// Longest host name looked at, in bytes (RFC 1035, 2.3.4: 253 readable ones; decoded letters take up to four).
pub(crate) const LONGEST: usize = 1024;

/// A host as people see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Host {
    /// Readable, lower case, without a final dot.
    pub text: String,
    label_at: usize,
    suffix_at: usize,
    /// It was asked who vouches for mail from there, and nobody does.
    pub is_unvouched: bool,
}

impl Host {
    /// `None` for what is no host name: empty, too long, without a dot within, with a space or `@`. A public suffix of several
    /// labels is read like a name: providers own some of them (`azurewebsites.net`).
    pub(crate) fn read(host: &str) -> Option<Self> {
        let text = readable(host)?;
        let domain = registrable(&text).unwrap_or(&text);
        let label_at = text.len() - domain.len();
        let suffix_at = label_at + domain.find('.')? + 1;
        Some(Self { text, label_at, suffix_at, is_unvouched: false })
    }

    /// The public suffix: `com`, `k12.fl.us`.
    pub(crate) fn suffix(&self) -> &str {
        &self.text[self.suffix_at..]
    }

    /// The label in front of it: `vrsystems`.
    pub(crate) fn label(&self) -> &str {
        &self.text[self.label_at..self.suffix_at - 1]
    }

    /// What stands before that, without the dot: `mail.eu`, or nothing.
    pub(crate) fn subdomains(&self) -> &str {
        self.text[..self.label_at].trim_end_matches('.')
    }

    /// Label and suffix.
    pub(crate) fn registrable(&self) -> &str {
        &self.text[self.label_at..]
    }

    /// The name and all names above it, longest first, down to the registrable one.
    pub(crate) fn levels(&self) -> impl Iterator<Item = &str> {
        let dots = self.text[..self.label_at].match_indices('.').map(|(at, _)| at + 1);
        std::iter::once(0).chain(dots).map(|at| &self.text[at..])
    }
}

/// The part of a host that somebody registered, by the Public Suffix List: `vrsystems.com` of `mail.vrsystems.com`. `None` for
/// a public suffix alone. The host must be lower case.
pub fn registrable(host: &str) -> Option<&str> {
    if host.starts_with('.') || host.contains("..") {
        return None;
    }
    psl::domain_str(host)
}

/// Whether an ending is one that names are given out under, by the Public Suffix List: `gov`, `k12.fl.us`. It must be lower case.
pub fn is_public_suffix(ending: &str) -> bool {
    let is_name = ending.split('.').all(|label| !label.is_empty());
    is_name && psl::suffix(ending.as_bytes()).is_some_and(|suffix| suffix.is_known() && suffix == ending)
}

/// Lower case and decoded; `None` where it can't be a host name.
pub(crate) fn readable(host: &str) -> Option<String> {
    let host = host.trim().trim_end_matches('.');
    if host.is_empty() || host.len() > LONGEST || host.contains([' ', '@', '/', '\t', '\n', '\r']) {
        return None;
    }
    let text = match needs_decoding(host) {
        // What UTS 46 refuses is still shown as far as it could be decoded: a refused name can stand in a message.
        true => idna::domain_to_unicode(host).0,
        false => host.to_ascii_lowercase(),
    };
    let whole = !text.starts_with('.') && !text.contains("..") && text.len() <= 2 * LONGEST;
    whole.then_some(text)
}

fn needs_decoding(host: &str) -> bool {
    !host.is_ascii() || host.split('.').any(|label| label.len() > 4 && label[..4].eq_ignore_ascii_case("xn--"))
}

/// A host as it is written in the DNS, for lists that hold it so.
pub(crate) fn in_ascii(host: &str) -> Cow<'_, str> {
    if host.is_ascii() {
        return Cow::Borrowed(host);
    }
    idna::domain_to_ascii(host).map_or(Cow::Borrowed(host), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_taken_apart() {
        let host = Host::read("WWW.Mail.Example.Co.UK.").expect("a host");
        assert_eq!((host.subdomains(), host.label(), host.suffix()), ("www.mail", "example", "co.uk"));
        assert_eq!(host.registrable(), "example.co.uk");
        assert_eq!(
            host.levels().collect::<Vec<_>>(),
            ["www.mail.example.co.uk", "mail.example.co.uk", "example.co.uk"]
        );
    }

    #[test]
    fn a_public_suffix_is_read_like_a_name() {
        assert_eq!(Host::read("azurewebsites.net").expect("a host").label(), "azurewebsites");
        assert_eq!(registrable("azurewebsites.net"), None);
    }

    #[test]
    fn endings_are_told_from_names() {
        assert!(["gov", "mil", "co.uk", "com"].into_iter().all(is_public_suffix));
        for no_ending in ["", ".", ".gov", "gov.", "leoncountyfl.gov", "no-such-ending", "https://gov"] {
            assert!(!is_public_suffix(no_ending), "{no_ending}");
        }
    }

    #[test]
    fn punycode_is_decoded() {
        assert_eq!(Host::read("xn--bcher-kva.example").expect("a host").label(), "bücher");
    }

    #[test]
    fn what_is_no_host_is_none() {
        for text in ["", ".", "com", "..", ".com", "a..com", "a b.com", "x@y.com", &"a.".repeat(600)] {
            assert_eq!(Host::read(text), None, "{text}");
        }
    }
}
