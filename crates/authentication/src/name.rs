//! Domain names as the checks compare them: lower case, A-labels (RFC 5890), no last dot.

use std::borrow::Cow;

/// A name in the form that the snapshot keeps.
pub(crate) fn canonical(name: &str) -> Cow<'_, str> {
    let bare = name.strip_suffix('.').unwrap_or(name);
    if bare.bytes().any(|b| !b.is_ascii()) {
        // UTS 46. What it refuses is kept in lower case: the DNS will not know it either.
        return idna::domain_to_ascii_cow(bare.as_bytes(), idna::AsciiDenyList::EMPTY)
            .map(|ascii| Cow::Owned(ascii.into_owned()))
            .unwrap_or_else(|_| Cow::Owned(bare.to_lowercase()));
    }
    if bare.bytes().any(|b| b.is_ascii_uppercase()) {
        return Cow::Owned(bare.to_ascii_lowercase());
    }
    Cow::Borrowed(bare)
}

/// Whether the DNS could hold the name: labels of 1 to 63 octets, 253 in all (RFC 1035 §2.3.4).
pub(crate) fn fits_dns(name: &str) -> bool {
    let bare = name.strip_suffix('.').unwrap_or(name);
    bare.len() <= 253 && bare.split('.').all(|label| (1..=63).contains(&label.len()))
}

/// Whether `name` is `domain` or stands below it. Both in lower case, as A-labels, without a last dot; nothing
/// stands below the empty name.
pub fn is_within(name: &str, domain: &str) -> bool {
    let rest = name.strip_suffix(domain).filter(|_| !domain.is_empty());
    rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// The domain of an address, canonical; nothing where there is none.
pub(crate) fn domain_of(address: &str) -> Option<Cow<'_, str>> {
    let (_, domain) = address.rsplit_once('@')?;
    (!domain.is_empty()).then(|| canonical(domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_in_one_form() {
        assert_eq!(canonical("MAIL.Example.org."), "mail.example.org");
        assert_eq!(canonical("bücher.example"), "xn--bcher-kva.example");
        assert!(is_within("a.example.org", "example.org") && is_within("example.org", "example.org"));
        assert!(!is_within("badexample.org", "example.org"));
        assert!(fits_dns("example.org.") && !fits_dns("example..org") && !fits_dns(&"a".repeat(64)));
        assert_eq!(domain_of("x@y@Example.org").as_deref(), Some("example.org"));
        assert_eq!(domain_of("nobody@"), None);
    }
}
