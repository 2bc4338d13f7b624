//! Names from published incidents, read from the file of facts: the domains that Microsoft took down in 2018, the vendor's
//! imitator of 2016, the notice of the Election Assistance Commission of 2024.

use pollwarden_lookalike::{Party, PartyKind, Protected, Strength, builtin};
use pollwarden_testkit::zst;
use serde_json::Value;

use crate::parties::{file, vendors};

#[test]
fn domains_taken_down_name_their_victims() {
    let Some(facts) = facts() else { return };
    let domains = facts["microsoft_takedown_2018"]["domains"].as_object().expect("domains");
    let index = index(domains.values().filter_map(Value::as_str));
    for (seen, victim) in domains {
        let victim = victim.as_str().expect("a victim");
        let found = index.candidates(seen);
        let right: Vec<_> = found.iter().filter(|imitation| is_victim(imitation.party, victim)).collect();
        println!("{seen}: {}", right.first().map(|imitation| imitation.why.as_str()).unwrap_or("not found"));
        let alarm = right.iter().any(|imitation| imitation.strength >= Strength::Moderate);
        assert!(alarm, "{seen} for {victim}: {found:?}");
        let best = index.lookalike(seen).expect("an alarm");
        assert!(is_victim(best.party, victim), "{seen}: {}", best.why);
    }
}

#[test]
fn the_vendors_imitator_is_found() {
    let Some(facts) = facts() else { return };
    let sender = &facts["vr_systems_2016"]["officials_campaign"]["sender_address_in_secondary_sources"];
    let address = sender.as_str().expect("an address").split(' ').next().expect("an address");
    let index = index(std::iter::empty());
    for display in ["", "VR Systems", "VR Elections"] {
        let found = index.sender(display, address);
        let best = found.first().expect("an imitation");
        println!("{}: {}", best.seen, best.why);
        assert_eq!(best.party.name, "VR Systems");
        assert!(best.strength >= Strength::Moderate, "{}", best.why);
    }
}

#[test]
fn the_commissions_imitator_is_found() {
    let Some(facts) = facts() else { return };
    let index = index(std::iter::empty());
    for domain in facts["eac_2024"]["domains"].as_array().expect("domains").iter().filter_map(Value::as_str) {
        let address = format!("notice@{domain}");
        let found = index.sender("U.S. Election Assistance Commission", &address);
        let best = found.iter().find(|imitation| imitation.party.domains.iter().any(|own| own == "eac.gov"));
        let best = best.expect("the commission");
        println!("{}: {:?}, {}", best.seen, best.strength, best.why);
        assert!(best.strength >= Strength::Moderate, "{}", best.why);
        // The bare domain names nobody; with gov in front it dresses as a public body.
        let host = index.lookalike(domain);
        assert_eq!(host.is_some(), domain.starts_with("gov."), "{host:?}");
    }
}

fn facts() -> Option<Value> {
    Some(serde_json::from_slice(&zst(file("incident-facts.json")?)).expect("facts"))
}

/// Built-in and listed parties, and one for each domain in a victim's description that none of them owns.
fn index<'a>(victims: impl Iterator<Item = &'a str>) -> Protected {
    let mut parties = builtin();
    let known = Protected::new(parties.clone());
    parties.extend(
        vendors().into_iter().filter(|vendor| vendor.domains.iter().all(|domain| known.owner(domain).is_none())),
    );
    for domain in victims.flat_map(domains_in).filter(|domain| known.owner(domain).is_none()) {
        if !parties.iter().any(|party| party.domains.contains(&domain)) {
            parties.push(Party::new(PartyKind::Contact, &domain, &[&domain]));
        }
    }
    Protected::new(parties)
}

fn domains_in(victim: &str) -> Vec<String> {
    let words = victim.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ','));
    words.filter(|word| word.contains('.')).map(str::to_lowercase).collect()
}

/// Whether a party is one of those described: by its domain, its name, or a service of its.
fn is_victim(party: &Party, victim: &str) -> bool {
    let named = |name: &String| name.len() > 5 && victim.contains(name);
    party.domains.iter().any(|own| domains_in(victim).contains(own))
        || named(&party.name)
        || party.aliases.iter().any(named)
}
