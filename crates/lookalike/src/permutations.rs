//! Look-alikes of a domain, by class: for exercises, for detection limits and for tests. The first sixteen classes are made
//! as dnstwist makes them (its documentation; own code), the others by the same plain rules that are named with them.
//!
//! Nothing is drawn here: the same domain gives the same names, sorted. [`crate::lookalikes`] draws.

mod edits;
mod glyphs;

use crate::LookalikeClass;
use crate::host::{Host, in_ascii};

/// Words that are put beside a label.
pub(crate) const ADDED: &[&str] = &[
    "account", "login", "mail", "my", "online", "portal", "secure", "security", "support", "update", "verify", "vote",
];

/// Suffixes that anybody can buy.
pub(crate) const BUYABLE: &[&str] = &[
    "com", "net", "org", "us", "info", "co", "biz", "email", "group", "services", "support", "online", "site",
    "online", "live", "vote", "cloud", "top", "xyz", "tk",
];

/// Every look-alike of a domain in one class, in the form that the DNS has, sorted; none where the class doesn't apply.
/// Labels longer than 63 letters are left out, and so is the domain itself. Some thousands at most.
pub fn permutations(domain: &str, class: LookalikeClass) -> Vec<String> {
    let Some(host) = Host::read(domain) else { return Vec::new() };
    let mut names: Vec<String> = hosts(&host, class)
        .into_iter()
        .filter(|name| is_writable(name))
        .map(|name| in_ascii(&name).into_owned())
        .collect();
    names.retain(|name| *name != host.text && is_writable(name));
    names.sort_unstable();
    names.dedup();
    names
}

fn hosts(host: &Host, class: LookalikeClass) -> Vec<String> {
    let (label, suffix) = (host.label(), host.suffix());
    match class {
        LookalikeClass::TldSwap => other_suffixes(label, suffix),
        LookalikeClass::Various => various(label, suffix),
        LookalikeClass::BrandWord => brand_words(label, suffix),
        LookalikeClass::GenuineAsSubdomain => in_front(&host.text),
        LookalikeClass::Combination => combinations(label, suffix),
        LookalikeClass::NameAsDomain
        | LookalikeClass::NameAtFreeMail
        | LookalikeClass::DisplayName
        | LookalikeClass::AddressInDisplayName => Vec::new(),
        _ => labels(label, class).into_iter().map(|label| format!("{label}.{suffix}")).collect(),
    }
}

/// Labels of the classes that change the label alone.
fn labels(label: &str, class: LookalikeClass) -> Vec<String> {
    let letters: Vec<char> = label.chars().collect();
    match class {
        LookalikeClass::Addition => edits::addition(&letters),
        LookalikeClass::Bitsquatting => edits::bitsquatting(&letters),
        LookalikeClass::Cyrillic => glyphs::cyrillic(label),
        LookalikeClass::Dictionary => dictionary(label),
        LookalikeClass::Homoglyph => glyphs::homoglyph(&letters),
        LookalikeClass::Hyphenation => edits::parted(&letters, '-'),
        LookalikeClass::Insertion => edits::insertion(&letters),
        LookalikeClass::Omission => edits::omission(&letters),
        LookalikeClass::Plural => edits::plural(&letters),
        LookalikeClass::Repetition => edits::repetition(&letters),
        LookalikeClass::Replacement => edits::replacement(&letters),
        LookalikeClass::Subdomain => edits::subdomain(&letters),
        LookalikeClass::Transposition => edits::transposition(&letters),
        LookalikeClass::VowelSwap => edits::vowel_swap(&letters),
        _ => Vec::new(),
    }
}

fn dictionary(label: &str) -> Vec<String> {
    let beside = |word: &&str| {
        [format!("{label}-{word}"), format!("{label}{word}"), format!("{word}-{label}"), format!("{word}{label}")]
    };
    ADDED.iter().flat_map(beside).collect()
}

fn other_suffixes(label: &str, suffix: &str) -> Vec<String> {
    BUYABLE.iter().filter(|other| **other != suffix).map(|other| format!("{label}.{other}")).collect()
}

fn various(label: &str, suffix: &str) -> Vec<String> {
    let joined = suffix.replace('.', "");
    let mut names =
        vec![format!("{label}{joined}.{suffix}"), format!("{label}{joined}.com"), format!("{label}-{joined}.com")];
    if let Some((_, last)) = suffix.rsplit_once('.') {
        names.push(format!("{label}.{last}"));
    }
    names
}

/// `my-iri.org`, `adfs-senate.services`, `hudsonorg-my-sharepoint.com`.
fn brand_words(label: &str, suffix: &str) -> Vec<String> {
    let joined = suffix.replace('.', "");
    let mut names = Vec::new();
    for (at, word) in ADDED.iter().enumerate() {
        let (next, other) = (ADDED[(at + 1) % ADDED.len()], BUYABLE[at % BUYABLE.len()]);
        names.push(format!("{word}-{label}-{next}.{suffix}"));
        names.push(format!("{label}-{word}-{next}.{suffix}"));
        names.push(format!("{word}-{label}.{other}"));
        names.push(format!("{label}{joined}-{word}-{next}.com"));
    }
    names
}

/// `vrsystems.com.mail-login.example`.
fn in_front(domain: &str) -> Vec<String> {
    let behind = |(at, word): (usize, &&str)| {
        format!("{domain}.{word}-{}.{}", ADDED[(at + 3) % ADDED.len()], BUYABLE[at % BUYABLE.len()])
    };
    ADDED.iter().enumerate().map(behind).collect()
}

/// Two means at once: a swap and a hyphen, a slip and a word, another suffix and a word.
fn combinations(label: &str, suffix: &str) -> Vec<String> {
    let letters: Vec<char> = label.chars().collect();
    let mut names = Vec::new();
    let mut two = edits::transposition(&letters);
    two.extend(glyphs::ascii(&letters));
    two.retain(|slipped| slipped != label);
    for (at, slipped) in two.iter().enumerate() {
        let (word, other) = (ADDED[at % ADDED.len()], BUYABLE[at % BUYABLE.len()]);
        names.push(format!("{slipped}-{word}.{suffix}"));
        names.push(format!("{slipped}.{other}"));
        names.push(format!("{label}-{word}.{other}"));
        let chars: Vec<char> = slipped.chars().collect();
        let hyphened = edits::parted(&chars, '-');
        names.extend(hyphened.get(at % hyphened.len().max(1)).map(|parted| format!("{parted}.{suffix}")));
    }
    names
}

/// Whether a name can stand in the DNS.
fn is_writable(name: &str) -> bool {
    let fits = |label: &str| !label.is_empty() && label.len() < 64 && !label.starts_with('-') && !label.ends_with('-');
    name.len() < 254 && name.split('.').all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_of_a_host_makes_names() {
        for class in LookalikeClass::DNSTWIST.into_iter().chain(LookalikeClass::BEYOND) {
            let names = permutations("moss-town.com", class);
            let needs_all_letters = class == LookalikeClass::Cyrillic || class == LookalikeClass::NameAsDomain;
            assert!(!names.is_empty() || needs_all_letters, "{}", class.name());
            assert!(names.iter().all(|name| name != "moss-town.com" && name.is_ascii()), "{}", class.name());
            assert!(names.is_sorted());
        }
    }

    #[test]
    fn what_is_no_domain_has_no_look_alikes() {
        assert!(permutations("com", LookalikeClass::Omission).is_empty());
        assert!(permutations("", LookalikeClass::Omission).is_empty());
    }
}
