//! Look-alikes of our own generator over all .gov names and vendors, found again, by class.

use std::collections::BTreeMap;

use pollwarden_lookalike::{Imitation, LookalikeClass, Party, PartyKind, Protected, Simulated, Strength, lookalikes};

use crate::parties::{gov_names, offices, percent, vendors};

const DRAWN: usize = 10_000;

/// All, with the right party first as an alarm, and with it anywhere however weakly.
type Count = [usize; 3];

#[test]
fn drawn_look_alikes_are_found_with_the_right_party() {
    let parties = parties();
    if parties.is_empty() {
        return;
    }
    let index = Protected::new(parties);
    report("drawn, by name alone; a near .gov name may be an office that isn't known", &counts(&index, by_name));
    let unvouched = counts(&index, |index, seen| index.unvouched_sender(&seen.display_name, &seen.address));
    report("drawn, as senders for whom nobody vouches", &unvouched);
    assert_found(&unvouched);
    let whole = counts(&index.knowing_every(&["gov"]), by_name);
    report("drawn, by name alone; every .gov name is known", &whole);
    assert_found(&whole);
}

fn by_name<'a>(index: &'a Protected, seen: &Simulated) -> Vec<Imitation<'a>> {
    match seen.class {
        LookalikeClass::DisplayName | LookalikeClass::NameAtFreeMail | LookalikeClass::AddressInDisplayName => {
            index.sender(&seen.display_name, &seen.address)
        }
        _ => index.candidates(seen.host()),
    }
}

fn counts(
    index: &Protected,
    ask: impl for<'a> Fn(&'a Protected, &Simulated) -> Vec<Imitation<'a>>,
) -> BTreeMap<&'static str, Count> {
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    let mut drawn = 0;
    // Vendors are few and attacked most: each is drawn from again and again.
    for (turn, party) in spread(index.parties()).enumerate() {
        if drawn >= DRAWN {
            break;
        }
        for lookalike in lookalikes(party, turn as u64) {
            let found = ask(index, &lookalike);
            if index.owner(lookalike.host()).is_some() {
                continue; // Drawn onto somebody's genuine name.
            }
            drawn += 1;
            note(&mut counts, lookalike.class.name(), &found, party, &lookalike.address);
        }
    }
    counts
}

fn parties() -> Vec<Party> {
    let gov = gov_names();
    let mut parties = offices(&gov);
    parties.extend(vendors());
    parties
}

/// Every seventeenth office, and after each all of the vendors in turn.
fn spread(parties: &[Party]) -> impl Iterator<Item = &Party> {
    let (vendors, offices): (Vec<&Party>, Vec<&Party>) =
        parties.iter().partition(|party| party.kind == PartyKind::Vendor);
    let offices: Vec<&Party> = offices.into_iter().step_by(17).collect();
    let rounds = offices.len().max(1);
    (0..rounds).flat_map(move |at| {
        let vendor = vendors.get(at % vendors.len().max(1)).copied();
        offices.get(at).copied().into_iter().chain(vendor).collect::<Vec<_>>()
    })
}

fn note(
    counts: &mut BTreeMap<&'static str, Count>,
    class: &'static str,
    found: &[Imitation<'_>],
    party: &Party,
    seen: &str,
) {
    let first = found.first().is_some_and(|best| best.party == party && best.strength >= Strength::Moderate);
    // Two names may be equally near; either is a right answer to who is imitated.
    let equal =
        found.iter().take_while(|other| other.distance <= found[0].distance && other.strength == found[0].strength);
    let first = first || equal.clone().any(|other| other.party == party && other.strength >= Strength::Moderate);
    let anywhere = found.iter().any(|imitation| imitation.party == party);
    if !first && std::env::var_os("POLLWARDEN_SHOW").is_some() {
        let best = found.first().map(|best| (&best.genuine, best.strength, best.class));
        println!("  {class} {seen} of {:?}: {best:?}", party.domains);
    }
    let count = counts.entry(class).or_default();
    *count = [count[0] + 1, count[1] + usize::from(first), count[2] + usize::from(anywhere)];
}

fn report(title: &str, counts: &BTreeMap<&str, Count>) {
    println!("{title}:");
    for (class, [all, first, anywhere]) in
        counts.iter().map(|(class, count)| (*class, *count)).chain([("all", sum(counts))])
    {
        let (first, anywhere) = (percent(first, all), percent(anywhere, all));
        println!("  {class:24} {all:6} names, found {first:6.2} %, with weak likenesses {anywhere:6.2} %");
    }
}

fn sum(counts: &BTreeMap<&str, Count>) -> Count {
    counts.values().fold([0; 3], |sum, count| [sum[0] + count[0], sum[1] + count[1], sum[2] + count[2]])
}

fn assert_found(counts: &BTreeMap<&str, Count>) {
    let [all, first, _] = sum(counts);
    assert!(all >= DRAWN, "{all} drawn");
    assert!(percent(first, all) >= 99.0, "{first} of {all}");
}
