//! One lure is one campaign, several at a time stay apart, by strength of variation and size.

use pollwarden_mail::Letter;
use pollwarden_mail::campaign::{GroupKey, OwnWords, Sketch, campaigns};

use crate::generate::{Chance, LURES, copy, recipients};
use crate::truth::{Pairs, pairs};

/// Sketches of `size` copies of each lure, with labels.
fn lures(size: usize, strength: u8, seed: u64) -> (Vec<Sketch>, Vec<String>) {
    let mut chance = Chance(seed);
    let to = recipients(size, size.div_ceil(2).min(67), &mut chance);
    let (mut sketches, mut labels) = (Vec::new(), Vec::new());
    for (id, text) in LURES {
        for (at, recipient) in to.iter().enumerate() {
            let letter = Letter::read(&copy(text, recipient, strength, at, &mut chance));
            let own = OwnWords::new(&recipient.office, [recipient.domain.as_str()], []);
            sketches.push(Sketch::of(&letter, &own, &GroupKey::within_office()));
            labels.push(id.to_owned());
        }
    }
    (sketches, labels)
}

#[test]
fn copies_of_a_lure_are_one_campaign_and_ten_at_a_time_stay_apart() {
    println!("pairwise F1 by strength of variation; ten lures at the same time");
    println!("{:>8} {:>6} {:>8} {:>8} {:>8} {:>8}", "strength", "size", "F1", "right", "wrong", "missed");
    for strength in 1..=6 {
        let mut all = Pairs::default();
        for (size, rounds) in [(2, 10), (5, 6), (20, 3), (122, 1), (500, u64::from(strength == 4))] {
            if rounds == 0 {
                continue;
            }
            let mut found = Pairs::default();
            for round in 0..rounds {
                let (sketches, labels) = lures(size, strength, round * 1_000 + u64::from(strength) * 77 + size as u64);
                found.add(pairs(&labels, &campaigns(&sketches)));
            }
            println!(
                "{strength:>8} {size:>6} {:>8.4} {:>8} {:>8} {:>8}",
                found.f1(),
                found.right,
                found.wrong,
                found.missed
            );
            assert!(found.wrong == 0, "two lures are one");
            assert!(strength > 4 || size < 20 || found.f1() >= 0.99, "{strength} {size}: {}", found.f1());
            all.add(found);
        }
    }
}

#[test]
fn what_is_shared_and_what_varies_is_said() {
    let (sketches, _) = lures(20, 4, 3);
    let found = campaigns(&sketches[..20]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].recipients, 20);
    println!("{:#?}\n{:#?}", found[0].share, found[0].varies);
    assert!(found[0].share.iter().any(|said| said.starts_with("Their texts are")), "{:?}", found[0].share);
    assert!(found[0].varies.iter().any(|said| said.starts_with("Different subject")), "{:?}", found[0].varies);
}

#[test]
fn by_the_hand_of_others_the_same_theme_is_another_campaign() {
    let (sketches, labels) = lures(60, 4, 9);
    let is_password = |at: &usize| labels[*at].starts_with("password");
    let places: Vec<usize> = (0..labels.len()).filter(is_password).collect();
    let both: Vec<Sketch> = places.iter().map(|at| sketches[*at].clone()).collect();
    let found = campaigns(&both);
    assert_eq!(found.iter().map(|campaign| campaign.members.len()).collect::<Vec<_>>(), [60, 60]);
}
