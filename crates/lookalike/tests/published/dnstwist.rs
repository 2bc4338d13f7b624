//! What dnstwist makes of a domain, found again: every name of its lists, whatever the domain.

use std::collections::BTreeMap;

use pollwarden_lookalike::{LookalikeClass, Party, PartyKind, Protected, Strength, permutations};
use pollwarden_testkit::zst;

use crate::parties::{file, gov_names, offices, percent, vendors};

/// Names of one class: all, found as an alarm with the right party first, found with it anywhere and however weakly.
#[derive(Default, Clone, Copy)]
struct Count {
    all: usize,
    first: usize,
    anywhere: usize,
}

#[test]
fn dnstwists_names_are_found_with_the_right_party() {
    let Some(path) = file("dnstwist-permutations.json.zst") else { return };
    let lists: BTreeMap<String, Vec<String>> = serde_json::from_slice(&zst(path)).expect("lists of names");
    let parties = parties(lists.keys());
    let cautious = Protected::new(parties.clone());
    let complete = Protected::new(parties).knowing_every(&["gov"]);
    for (domain, names) in &lists {
        let doubtful =
            domain.ends_with(".gov").then(|| report(&cautious, domain, names, "a near .gov name may be an office"));
        let found = report(&complete, domain, names, "every .gov name is known");
        // Of three or four letters, one slip leads to everybody's name: measured, not promised.
        let short = domain.split('.').next().is_some_and(|label| label.len() < 5);
        assert!(found >= if short { 80.0 } else { 99.0 }, "{domain}: {found}, {doubtful:?}");
    }
}

/// Prints the figures of one domain and gives the percentage found as an alarm with the right party first.
fn report(index: &Protected, domain: &str, names: &[String], how: &str) -> f64 {
    let counts = counts(index, domain, names);
    let sum = counts.values().fold(Count::default(), |sum, count| plus(sum, *count));
    println!("{domain}; {how}:");
    for (class, count) in counts.iter().chain([(&"all", &sum)]) {
        let (first, anywhere) = (percent(count.first, count.all), percent(count.anywhere, count.all));
        println!("  {class:14} {:6} names, found {first:6.2} %, with weak likenesses {anywhere:6.2} %", count.all);
    }
    percent(sum.first, sum.all)
}

fn parties<'a>(domains: impl Iterator<Item = &'a String>) -> Vec<Party> {
    let gov = gov_names();
    let mut parties = offices(&gov);
    parties.extend(vendors());
    let known = Protected::new(parties.clone());
    let others = domains.filter(|domain| known.owner(domain).is_none());
    parties.extend(others.map(|domain| Party::new(PartyKind::Vendor, domain, &[domain])));
    parties
}

fn counts(index: &Protected, domain: &str, names: &[String]) -> BTreeMap<&'static str, Count> {
    let classes = classes(domain);
    let right = index.owner(domain).expect("a protected domain");
    let mut counts: BTreeMap<&'static str, Count> = BTreeMap::new();
    for name in names.iter().filter(|name| *name != domain) {
        // A name that another party owns is that party's, whatever it looks like.
        if index.owner(name).is_some() {
            println!("{name} is genuine");
            continue;
        }
        let found = index.candidates(name);
        let first = found.first().is_some_and(|best| best.party == right && best.strength >= Strength::Moderate);
        let anywhere = found.iter().any(|imitation| imitation.party == right);
        if std::env::var_os("POLLWARDEN_SHOW").is_some() && !first {
            println!("{name}: {:?}", found.first().map(|best| (&best.genuine, best.strength, best.class)));
        }
        let count = counts.entry(classes.get(name.as_str()).copied().unwrap_or("homoglyph")).or_default();
        *count = plus(*count, Count { all: 1, first: first.into(), anywhere: anywhere.into() });
    }
    counts
}

/// The class of each name that our own generator makes too; the lists themselves name none.
fn classes(domain: &str) -> BTreeMap<String, &'static str> {
    let classes = LookalikeClass::DNSTWIST.into_iter().rev().filter(|class| *class != LookalikeClass::Homoglyph);
    classes.flat_map(|class| permutations(domain, class).into_iter().map(move |name| (name, class.name()))).collect()
}

fn plus(a: Count, b: Count) -> Count {
    Count { all: a.all + b.all, first: a.first + b.first, anywhere: a.anywhere + b.anywhere }
}
