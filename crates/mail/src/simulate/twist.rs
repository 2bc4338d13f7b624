//! Domains that look like another, as published cases and dnstwist's classes have them.
//!
//! A domain under a name that nobody can own keeps its ending; any other gets `.example`, so that no made-up domain is
//! ever somebody's.

use super::dice::Dice;

/// How a look-alike differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Twist {
    /// Two letters change places, one is left out, doubled or replaced by one that looks like it.
    Letter,
    /// A word after a hyphen: `vendor-support`.
    HyphenWord,
    /// A word without one: `vendorsupport`.
    AddedWord,
    /// `my-vendor`.
    My,
    /// `adfs-vendor`.
    Federation,
    /// `vendor-my-sharepoint`, with the ending's letters kept: `hudsonorg-my-sharepoint`.
    SharePoint,
    /// Another ending.
    Ending,
    /// The whole domain as a sub-domain: `vendor.example.court-notices.example`.
    SubDomain,
    /// A service's name and a word: `office365-onedrive`.
    ServiceWord,
}

/// A domain that looks like this one. From grade 3 on letters are changed where a reader sees it least.
pub(super) fn look_alike(domain: &str, twist: Twist, grade: u8, dice: &mut Dice) -> String {
    let (label, ending) = parts(domain);
    let words = ["support", "online", "portal", "mail", "login", "update"];
    let word = dice.pick(&words);
    match twist {
        Twist::Letter => format!("{}.{ending}", letter(&label, grade, dice)),
        Twist::HyphenWord => format!("{label}-{word}.{ending}"),
        Twist::AddedWord => format!("{label}{word}.{ending}"),
        Twist::My => format!("my-{label}.{ending}"),
        Twist::Federation => format!("adfs-{label}.{ending}"),
        Twist::SharePoint => format!("{label}{}-my-sharepoint.{ending}", old_ending(domain)),
        Twist::Ending => format!("{label}.{}", if ending == "test" { "example" } else { "test" }),
        Twist::SubDomain => format!("{label}.gov.court-notices.{ending}"),
        Twist::ServiceWord => format!("{label}-onedrive.{ending}"),
    }
}

/// The registrable label, and the ending of the made-up domain.
fn parts(domain: &str) -> (String, &'static str) {
    let registrable = psl::domain_str(domain).unwrap_or(domain);
    let label = registrable.split('.').next().unwrap_or(registrable).to_owned();
    (label, if domain.ends_with(".test") { "test" } else { "example" })
}

fn old_ending(domain: &str) -> &str {
    let ending = domain.rsplit('.').next().unwrap_or_default();
    if ending == "example" || ending == "test" { "org" } else { ending }
}

fn letter(label: &str, grade: u8, dice: &mut Dice) -> String {
    let made = match (grade, dice.below(2)) {
        (0..=2, 0) => replaced(label, &[("o", "0"), ("i", "1"), ("e", "3"), ("s", "5"), ("a", "4")]),
        (0..=2, _) => doubled(label, dice),
        (_, 0) => {
            replaced(label, &[("m", "rn"), ("ll", "l"), ("w", "vv"), ("ss", "s"), ("oo", "o"), ("tt", "t"), ("l", "i")])
        }
        _ => swapped(label, dice),
    };
    if made == label { doubled(label, dice) } else { made }
}

fn replaced(label: &str, pairs: &[(&str, &str)]) -> String {
    let found = pairs.iter().find(|(from, _)| label.contains(from));
    found.map_or_else(|| label.to_owned(), |(from, to)| label.replacen(from, to, 1))
}

fn doubled(label: &str, dice: &mut Dice) -> String {
    let at = dice.place(label.len().max(1));
    let mut made = String::new();
    for (n, c) in label.chars().enumerate() {
        made.extend(std::iter::repeat_n(c, if n == at { 2 } else { 1 }));
    }
    made
}

/// Two neighbours inside the word change places; the first and the last stay, as readers look there.
fn swapped(label: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = label.chars().collect();
    let different =
        |n: &usize| letters[*n] != letters[n + 1] && letters[*n].is_alphabetic() && letters[n + 1].is_alphabetic();
    let places: Vec<usize> = (1..letters.len().saturating_sub(2)).filter(different).collect();
    if places.is_empty() {
        return label.to_owned();
    }
    let at = dice.pick(&places);
    letters.swap(at, at + 1);
    letters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Twist; 9] = [
        Twist::Letter,
        Twist::HyphenWord,
        Twist::AddedWord,
        Twist::My,
        Twist::Federation,
        Twist::SharePoint,
        Twist::Ending,
        Twist::SubDomain,
        Twist::ServiceWord,
    ];

    #[test]
    fn every_look_alike_differs_and_is_nobodys() {
        for seed in 0..200 {
            let mut dice = Dice::of(seed, "twist");
            for (twist, domain) in
                ALL.iter().flat_map(|twist| [(twist, "pollbooksystems.example"), (twist, "vrsystems.com")])
            {
                for grade in 1..=4 {
                    let made = look_alike(domain, *twist, grade, &mut dice);
                    assert_ne!(made, domain);
                    assert!(made.ends_with(".example") || made.ends_with(".test"), "{made}");
                }
            }
        }
    }

    #[test]
    fn names_of_the_published_cases_come_out() {
        let mut dice = Dice::of(1, "twist");
        assert_eq!(look_alike("hudson.org", Twist::SharePoint, 4, &mut dice), "hudsonorg-my-sharepoint.example");
        assert_eq!(look_alike("iri.org", Twist::My, 4, &mut dice), "my-iri.example");
        assert_eq!(look_alike("senate.gov", Twist::Federation, 4, &mut dice), "adfs-senate.example");
    }
}
