//! Genuine names stay quiet: all of them when all are known, and each .gov name when a tenth of them are strangers.

use pollwarden_lookalike::{Protected, Strength};

use crate::parties::{GovName, gov_names, offices, vendors};

const FOLDS: usize = 10;

#[test]
fn known_names_imitate_nobody() {
    let gov = gov_names();
    let mut parties = offices(&gov);
    parties.extend(vendors());
    let index = Protected::new(parties);
    let names: Vec<&String> = index.parties().iter().flat_map(|party| &party.domains).collect();
    let alarms: Vec<_> = names.iter().filter_map(|name| index.lookalike(name)).collect();
    println!("all names known: {} genuine names asked, {} false alarms", names.len(), alarms.len());
    assert!(alarms.is_empty(), "{alarms:?}");
}

#[test]
fn strange_offices_are_hardly_taken_for_imitations() {
    let gov = gov_names();
    if gov.is_empty() {
        return;
    }
    let (mut asked, mut alarms, mut weak, mut unvouched) = (0, 0, 0, 0);
    for fold in 0..FOLDS {
        let part = |name: &&GovName| xxh(&name.domain) % FOLDS == fold;
        let mut parties = offices(gov.iter().filter(|name| !part(name)));
        parties.extend(vendors());
        let index = Protected::new(parties);
        for name in gov.iter().filter(part) {
            asked += 1;
            // What it costs that an office's domain vouches for none of its mail: as much as to call a list whole that isn't.
            let found = index.unvouched_sender("", &format!("clerk@{}", name.domain));
            unvouched += usize::from(found.iter().any(|best| best.strength >= Strength::Moderate));
            let Some(best) = index.candidates(&name.domain).into_iter().next() else { continue };
            match best.strength {
                Strength::Weak => weak += 1,
                _ => {
                    alarms += 1;
                    println!("  {} ({}): {} {:?}", name.domain, name.body, best.why, best.class);
                }
            }
        }
    }
    println!(
        "a tenth strangers, ten times: {asked} genuine names asked, {alarms} false alarms, {weak} weak likenesses"
    );
    println!(
        "the same as senders for whom nobody vouches, or with a list that is wrongly called whole: {unvouched} false alarms"
    );
    assert!(alarms * 10_000 <= asked, "{alarms} of {asked}");
}

/// Spreads names over the folds, the same on every machine.
fn xxh(name: &str) -> usize {
    name.bytes().fold(7_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte)) % 1_000_003)
}
