//! How often two records of different persons agree, field by field: the u-probabilities of Fellegi and Sunter (1969).
//!
//! Equal values are counted; the other levels are met in pairs drawn at random, with a fixed seed.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::field::{FIELDS, FOLLOWING, Following, HELD, LEVELS, Level, TABLE};
use super::people::{At, People};
use crate::diff::on_all_cores;

/// Pairs looked at.
const PAIRS: u64 = 200_000;
const SEED: u64 = 2026;
/// How many pairs each field's levels are taken to have met before.
const USUAL_COUNTS: f64 = 2.5;

/// How many pairs have each level.
type Met = [u64; LEVELS];

/// Rates by field and level; a level that was never met has a small rate.
pub(super) type Rates = [[f64; LEVELS]; FIELDS];

/// What random pairs of records say.
#[derive(Debug, Clone)]
pub(super) struct Chance {
    pub(super) rates: Rates,
    /// The share of pairs of which both values are known.
    pub(super) known: [f64; FIELDS],
}

/// Counts over pairs of counted records.
pub(super) fn chance(people: &People) -> Chance {
    let all = people.counted();
    let count = all.len() as u64;
    let pairs: Vec<(At, At)> = if count.saturating_mul(count.saturating_sub(1)) / 2 <= PAIRS {
        (0..all.len()).flat_map(|a| (0..a).map(move |b| (all[a], all[b]))).collect()
    } else {
        some_pairs(all)
    };
    let mut met = meet(people, &pairs);
    for (at, following) in FOLLOWING.iter().enumerate() {
        met[HELD + at] = sharing(people, following);
    }
    let mut chance = Chance { rates: [[0.0; LEVELS]; FIELDS], known: [0.0; FIELDS] };
    for (field, met) in met.iter().enumerate() {
        let known: u64 = met[1..].iter().sum();
        chance.known[field] = known as f64 / (known + met[0]).max(1) as f64;
        for (level, rate) in chance.rates[field][1..].iter_mut().enumerate() {
            // What follows from another value is usual, where too few records share one to tell.
            let usual = if field < HELD { 1.0 / (LEVELS - 1) as f64 } else { TABLE[field].one_person[level] };
            *rate = (met[level + 1] as f64 + USUAL_COUNTS * usual) / (known as f64 + USUAL_COUNTS);
        }
    }
    (0..HELD).for_each(|field| count_same(people, field, &mut chance.rates[field]));
    chance
}

/// How many pairs agree how far, on each field: on all cores.
fn meet(people: &People, pairs: &[(At, At)]) -> [Met; FIELDS] {
    let share = |pairs: &[(At, At)]| {
        let mut met = [[0; LEVELS]; FIELDS];
        for (a, b) in pairs {
            for (field, met) in met.iter_mut().enumerate().take(HELD) {
                met[people.level(field, people.number(*a, field), people.number(*b, field)) as usize] += 1;
            }
        }
        met
    };
    let mut all = [[0; LEVELS]; FIELDS];
    for met in on_all_cores(pairs, &share) {
        all.iter_mut().flatten().zip(met.into_iter().flatten()).for_each(|(all, met)| *all += met);
    }
    all
}

/// Random pairs, alike in every run.
fn some_pairs(all: &[At]) -> Vec<(At, At)> {
    let mut dice = ChaCha8Rng::seed_from_u64(SEED);
    let draw = std::iter::repeat_with(|| (dice.random_range(0..all.len()), dice.random_range(0..all.len())));
    draw.filter(|(a, b)| a != b).take(PAIRS as usize).map(|(a, b)| (all[a], all[b])).collect()
}

/// The chance that two records have the same value is known from how often each value stands there.
fn count_same(people: &People, field: usize, rates: &mut [f64; LEVELS]) {
    let (known, counts) = people.known(field);
    let pairs = known * (known - 1.0);
    if pairs <= 0.0 {
        return;
    }
    let same: f64 = counts.iter().skip(1).map(|count| f64::from(*count) * (f64::from(*count) - 1.0)).sum();
    let (old, new) = (rates[Level::Same as usize], ((same + 1.0) / (pairs + 2.0)).min(1.0));
    let rest = (1.0 - new) / (1.0 - old).max(f64::MIN_POSITIVE);
    rates.iter_mut().skip(1).for_each(|rate| *rate *= rest);
    rates[Level::Same as usize] = new;
}

/// Records that share a value, each with the next: how far they agree on what follows from it.
fn sharing(people: &People, following: &Following) -> Met {
    let (sharing, mut met) = (people.by_value(following.from), [0; LEVELS]);
    let number = |at: At, field: usize| people.number(at, field);
    for pair in sharing.windows(2).filter(|pair| number(pair[0], following.from) == number(pair[1], following.from)) {
        let [a, b] = [pair[0], pair[1]].map(|at| number(at, following.field));
        met[people.level(following.field, a, b) as usize] += 1;
    }
    met
}
