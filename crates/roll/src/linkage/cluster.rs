//! Probabilities of pairs that share records, made to agree with each other: who is one person with a second record is so
//! with a third as well, or not at all.
//!
//! Records that are linked by likely pairs form a small group. Every way of dividing the group into persons has a
//! likelihood. That of a person with s records rests on the s-1 comparisons that say most; the others, which repeat what
//! these say, can only speak against it. A pair's probability is the share of divisions that hold both records
//! in one person. Larger groups keep the probabilities of their pairs.

use std::collections::HashMap;

use super::people::At;

/// The largest group that is divided in every way: there are 4,140 ways for eight records (Bell's number).
const LARGEST: usize = 8;
/// Pairs below this probability link no groups.
pub(super) const LINKING: f64 = 0.02;
/// One comparison alone does not rule out what several others say: errors of a record come together.
const LEAST_RATIO: f64 = 1e-6;

/// A pair with the odds that it is of one person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pair {
    pub(super) a: At,
    pub(super) b: At,
    pub(super) odds: f64,
}

/// Hands on new odds for the pairs of small groups; pairs that were not among `pairs` before come along. `prior` is the
/// share of all pairs that are of one person, `odds_of` gives the odds of any pair.
pub(super) fn agree(pairs: &[Pair], prior: f64, odds_of: &dyn Fn(At, At) -> f64, each: &mut dyn FnMut(Pair)) {
    for group in groups(pairs) {
        if !(3..=LARGEST).contains(&group.len()) {
            continue;
        }
        let ratios = ratios(&group, prior, odds_of);
        for (a, b, odds) in divided(group.len(), &ratios, prior) {
            each(Pair { a: group[a], b: group[b], odds });
        }
    }
}

/// Records linked by likely pairs, by union and find.
fn groups(pairs: &[Pair]) -> Vec<Vec<At>> {
    let mut parent: HashMap<At, At> = HashMap::new();
    for pair in pairs.iter().filter(|pair| super::model::probability(pair.odds) >= LINKING) {
        let (a, b) = (root(&mut parent, pair.a), root(&mut parent, pair.b));
        parent.insert(a.max(b), a.min(b));
    }
    let mut members: Vec<At> = parent.keys().copied().collect();
    members.sort_unstable();
    let mut groups: std::collections::BTreeMap<At, Vec<At>> = std::collections::BTreeMap::new();
    for at in members {
        groups.entry(root(&mut parent, at)).or_default().push(at);
    }
    groups.into_values().collect()
}

fn root(parent: &mut HashMap<At, At>, at: At) -> At {
    let mut up = at;
    while let Some(next) = parent.get(&up).copied().filter(|next| *next != up) {
        up = next;
    }
    parent.insert(at, up);
    parent.entry(up).or_insert(up);
    up
}

/// How much likelier each pair of a group is under "one person", as a square.
fn ratios(group: &[At], prior: f64, odds_of: &dyn Fn(At, At) -> f64) -> Vec<Vec<f64>> {
    let ratio = |a: usize, b: usize| (odds_of(group[a], group[b]) / prior).max(LEAST_RATIO);
    (0..group.len())
        .map(|a| (0..group.len()).map(|b| if a == b { 1.0 } else { ratio(a.min(b), a.max(b)) }).collect())
        .collect()
}

/// The odds of each pair, over all divisions.
fn divided(size: usize, ratios: &[Vec<f64>], prior: f64) -> Vec<(usize, usize, f64)> {
    let logs: Vec<Vec<f64>> = ratios.iter().map(|row| row.iter().map(|ratio| ratio.ln()).collect()).collect();
    let mut divisions = Vec::new();
    divide(&mut vec![0; size], (0, 0), &mut |person, persons| {
        let of = |one: usize| (0..size).filter(|at| person[*at] == one).collect::<Vec<usize>>();
        let log: f64 = (0..persons).map(|one| likelihood(&of(one), &logs, prior.ln())).sum();
        divisions.push((person.to_vec(), log));
    });
    let likeliest = divisions.iter().map(|(_, log)| *log).fold(f64::NEG_INFINITY, f64::max);
    let mut odds = Vec::new();
    for (a, b) in (0..size).flat_map(|a| (a + 1..size).map(move |b| (a, b))) {
        let (mut same, mut other) = (0.0, 0.0);
        for (person, log) in &divisions {
            *(if person[a] == person[b] { &mut same } else { &mut other }) += (log - likeliest).exp();
        }
        odds.push((a, b, same / f64::max(other, f64::MIN_POSITIVE)));
    }
    odds
}

/// Every way of giving records to persons: each record joins a person before it, or is a new one.
fn divide(person: &mut Vec<usize>, (at, persons): (usize, usize), each: &mut dyn FnMut(&[usize], usize)) {
    if at == person.len() {
        return each(person, persons);
    }
    for chosen in 0..=persons {
        person[at] = chosen;
        divide(person, (at + 1, persons.max(chosen + 1)), each);
    }
}

/// The logarithm of how much likelier it is that some records are of one person than of as many as there are: the largest
/// tree of comparisons (Prim), the prior for each record beyond the first, and of the other comparisons what speaks against
/// it, on average, for each record beyond the second.
fn likelihood(records: &[usize], logs: &[Vec<f64>], prior: f64) -> f64 {
    let Some((first, mut rest)) = records.split_first().map(|(first, rest)| (*first, rest.to_vec())) else {
        return 0.0;
    };
    let (mut joined, mut log, mut against, mut others) = (vec![first], 0.0, 0.0, 0_u32);
    while !rest.is_empty() {
        let best = |at: usize| joined.iter().map(|other| logs[at][*other]).fold(f64::NEG_INFINITY, f64::max);
        let next = (0..rest.len()).max_by(|a, b| best(rest[*a]).total_cmp(&best(rest[*b]))).unwrap_or(0);
        let tree = best(rest[next]);
        let all: f64 = joined.iter().map(|other| logs[rest[next]][*other].min(0.0)).sum();
        log += prior + tree;
        against += all - tree.min(0.0);
        others += joined.len() as u32 - 1;
        joined.push(rest.swap_remove(next));
    }
    if others > 0 { log + against / f64::from(others) * (records.len() - 2) as f64 } else { log }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRIOR: f64 = 1e-3;

    fn odds(between: [f64; 3]) -> Vec<f64> {
        let odds_of = |a: At, b: At| between[(a + b - 1) as usize];
        let pairs = [(0, 1), (0, 2), (1, 2)].map(|(a, b)| Pair { a, b, odds: odds_of(a, b) });
        let mut all = Vec::new();
        agree(&pairs, PRIOR, &odds_of, &mut |pair| all.push(pair.odds));
        all
    }

    #[test]
    fn two_records_of_one_person_bring_the_third_along() {
        let all = odds([100.0, 0.5, 100.0]);
        assert!(all[1] > 40.0, "{all:?}");
    }

    #[test]
    fn of_two_records_that_exclude_each_other_one_at_most_is_the_person() {
        let all = odds([20.0, 1e-12, 20.0]);
        let together: f64 = [all[0], all[2]].map(super::super::model::probability).iter().sum();
        assert!(together <= 1.0 && all[1] < 0.01, "{all:?}");
    }

    #[test]
    fn a_pair_alone_keeps_its_odds() {
        let mut all = Vec::new();
        agree(&[Pair { a: 0, b: 1, odds: 3.0 }], PRIOR, &|_, _| 3.0, &mut |pair| all.push(pair));
        assert!(all.is_empty());
        let two = divided(2, &[vec![1.0, 3.0 / PRIOR], vec![3.0 / PRIOR, 1.0]], PRIOR);
        assert!((two[0].2 - 3.0).abs() < 1e-9);
    }
}
