//! Places on the web that anybody gets without showing who they are, by the providers' published names.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What kind of place a host is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Place {
    /// Mail accounts for everybody.
    FreeMail,
    /// Pages, forms, files or tunnels under a provider's name.
    AnybodysSite,
    /// Short addresses that hide where they lead.
    Shortener,
}

static PLACES: LazyLock<HashMap<&'static str, Place>> = LazyLock::new(|| {
    let mut places = HashMap::new();
    for (names, place) in [
        (include_str!("hosts/free-mail.txt"), Place::FreeMail),
        (include_str!("hosts/anybodys-sites.txt"), Place::AnybodysSite),
        (include_str!("hosts/shorteners.txt"), Place::Shortener),
    ] {
        places.extend(names.lines().filter(|name| !name.starts_with('#')).map(|name| (name, place)));
    }
    places
});

/// What kind of place a host, or a domain above it, is.
pub(super) fn place(host: &str) -> Option<Place> {
    let mut rest = host;
    loop {
        if let Some(place) = PLACES.get(rest) {
            return Some(*place);
        }
        rest = rest.split_once('.')?.1;
    }
}

/// Whether a domain gives mail accounts to everybody.
pub(super) fn is_free_mail(domain: &str) -> bool {
    place(domain) == Some(Place::FreeMail)
}

/// Endings that are sold for next to nothing and taken for a day (Spamhaus and Interisle report them year after year).
pub(super) fn is_odd_ending(host: &str) -> bool {
    let ending = host.rsplit('.').next().unwrap_or_default();
    ODD_ENDINGS.contains(&ending)
}

const ODD_ENDINGS: &[&str] = &[
    "top", "xyz", "click", "icu", "buzz", "shop", "site", "online", "store", "fun", "space", "website", "tk", "ml",
    "ga", "cf", "gq", "cyou", "cfd", "sbs", "bond", "rest", "monster", "quest", "beauty", "hair", "lol", "live",
    "link", "work", "vip", "win", "bid", "loan", "men", "date", "stream", "review", "download", "racing", "party",
    "trade", "science", "cam", "surf", "autos", "boats", "homes", "makeup", "mom", "pics", "skin", "yachts", "zip",
    "mov", "uno", "ltd", "best", "life", "today", "world", "guru", "host", "press", "pw", "blog", "email", "support",
    "rocks", "su",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_known_by_the_domain_above() {
        assert_eq!(place("login-page.web.app"), Some(Place::AnybodysSite));
        assert_eq!(place("gmail.com"), Some(Place::FreeMail));
        assert_eq!(place("bit.ly"), Some(Place::Shortener));
        assert_eq!(place("www.example.org"), None);
        assert_eq!(place(""), None);
    }

    #[test]
    fn the_lists_are_tidy() {
        for name in PLACES.keys() {
            assert!(name.contains('.') && !name.contains([' ', '/']) && *name == name.to_lowercase(), "{name}");
        }
    }
}
