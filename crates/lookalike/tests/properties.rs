//! What holds for any text: genuine names imitate nobody, no text makes a panic, long ones cost no more than short ones.

use std::sync::LazyLock;
use std::time::Instant;

use pollwarden_lookalike::{
    LookalikeClass, Party, PartyKind, Protected, Strength, builtin, lookalikes, permutations, registrable,
};
use proptest::prelude::*;

static INDEX: LazyLock<Protected> = LazyLock::new(|| {
    let mut parties = builtin();
    parties.push(Party::new(PartyKind::Official, "Pat Example", &[]).writing_from(&["pat.example@example.org"]));
    parties.push(Party::new(PartyKind::Own, "Moss County Clerk", &["mosscounty.example"]));
    Protected::new(parties)
});

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_answered(host in any::<String>(), name in any::<String>()) {
        let _ = (INDEX.candidates(&host), INDEX.lookalike(&host), INDEX.owner(&host), INDEX.named_in(&name));
        let _ = (INDEX.sender(&name, &host), INDEX.sender(&host, &format!("{name}@{host}")), registrable(&host));
        for class in LookalikeClass::DNSTWIST {
            let _ = permutations(&host, class);
        }
    }

    #[test]
    fn any_host_is_answered(host in "[a-z0-9а-я.-]{1,80}|(xn--[a-z0-9-]{1,30}\\.){1,3}com|[\\u{80}-\\u{2000}]{1,20}\\.gov") {
        let found = INDEX.candidates(&host);
        prop_assert!(found.len() <= 9);
        if INDEX.owner(&host).is_some() {
            prop_assert_eq!(found.len(), 0);
        }
    }

    #[test]
    fn any_party_can_be_protected(name in any::<String>(), alias in any::<String>(), domain in any::<String>(), at in 0..6_usize) {
        let kinds = [PartyKind::Own, PartyKind::Vendor, PartyKind::Official, PartyKind::Contact, PartyKind::Service, PartyKind::Office];
        let party = Party::new(kinds[at], &name, &[&domain]).known_as(&[&alias]).writing_from(&[&alias]);
        let index = Protected::new([party.clone()]);
        prop_assert_eq!(index.candidates(&domain).len(), 0);
        let _ = (lookalikes(&party, 1), index.sender(&name, &alias), index.named_in(&alias));
    }

    #[test]
    fn sub_domains_of_genuine_names_imitate_nobody(at in any::<prop::sample::Index>(), sub in "[a-z]{1,10}") {
        let domains: Vec<&String> = INDEX.parties().iter().flat_map(|party| &party.domains).collect();
        let domain = domains[at.index(domains.len())];
        prop_assert_eq!(INDEX.candidates(domain), vec![]);
        // A public suffix is not its owner's below.
        if registrable(domain).is_some() {
            prop_assert_eq!(INDEX.candidates(&format!("{sub}.{domain}")), vec![]);
        }
    }
}

#[test]
fn long_texts_are_bounded() {
    let start = Instant::now();
    for unit in ["a", "a.", "a-", "vrsystems-", "vrsystems.com.", "é", "xn--a.", "login", "pat ", "VR Systems, "] {
        let long = unit.repeat(1_000_000 / unit.len());
        let _ = (INDEX.candidates(&long), INDEX.sender(&long, &long), INDEX.named_in(&long), INDEX.owner(&long));
    }
    let label = "a-".repeat(31);
    for _ in 0..200 {
        let _ = INDEX.candidates(&format!("{}{label}b.com", format!("{label}b.").repeat(3)));
    }
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn thousands_of_like_names_are_bounded() {
    let parties =
        (0..5_000).map(|at| Party::new(PartyKind::Office, &format!("Moss {at}"), &[&format!("moss.{at}x.example")]));
    let many = parties
        .chain((0..3_000).map(|at| Party::new(PartyKind::Vendor, "Moss", &[&format!("mosstown.c{at}.example")])));
    let index = Protected::new(many);
    let start = Instant::now();
    for _ in 0..1_000 {
        let _ = index.candidates("mosstowm.com");
    }
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

#[test]
fn senders_are_told_apart() {
    let alarm = |name: &str, address: &str| {
        INDEX
            .sender(name, address)
            .into_iter()
            .find(|imitation| imitation.strength > Strength::Weak)
            .map(|imitation| imitation.party.name.clone())
    };
    for (name, address, party) in [
        ("VR Systems", "x@gmail.com", "VR Systems"),
        ("VR Elections", "x@gmail.com", "VR Systems"),
        ("", "vr.elections@gmail.com", "VR Systems"),
        ("Example, Pat", "pat1970@gmail.com", "Pat Example"),
        ("Pát J. EXAMPLE", "clerk@mail.example", "Pat Example"),
        ("Рat Ехamplе", "pat@mail.example", "Pat Example"),
        ("clerk@mosscounty.example", "x@mail.example", "Moss County Clerk"),
        ("Moss County Clerk", "moss@yahoo.com", "Moss County Clerk"),
        ("Microsoft Account Team", "no-reply@mail.example", "Microsoft"),
        ("PayPal", "service@mail.example", "PayPal"),
        ("Hart Voting Support", "x@gmail.com", "Hart InterCivic"),
        ("", "info@vrsysterns.com", "VR Systems"),
        ("The Gmail Team", "security@gmail.com", "Google"),
        ("US Election Assistance Commission", "notice@court-notices.example", "Election Assistance Commission"),
    ] {
        assert_eq!(alarm(name, address).as_deref(), Some(party), "{name} <{address}>");
    }
    for (name, address) in [
        ("Pat Example", "pat.example@example.org"),
        ("Pat Example", "PAT.EXAMPLE@example.org"),
        ("Hart", "x@gmail.com"),
        ("Lee Hart", "lee.hart@gmail.com"),
        ("Verity Moss", "verity@gmail.com"),
        ("Arlo", "arlo@yahoo.com"),
        ("Dominion Energy", "bill@dominionenergy.com"),
        ("VR Systems", "help@mail.vrsystems.com"),
        ("Robin Example", "robin@gmail.com"),
        ("", ""),
        ("Pat", "x@gmail.com"),
        ("Xfinity", "bill@alerts.comcast.net"),
    ] {
        assert_eq!(alarm(name, address), None, "{name} <{address}>");
    }
}
