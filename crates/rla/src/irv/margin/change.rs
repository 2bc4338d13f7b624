//! How many ballots must change for an order of elimination to come true: the linear program of Magrino, Rivest, Shen and
//! Wagner 2011, "Computing the Margin of Victory in IRV Elections", section 4, and its relaxation to the end of an order
//! (Blom, Stuckey, Teague and Tidhar 2016, "Efficient Computation of Exact IRV Margins").
//!
//! Under one order a ballot is told by those it comes to: of its ranking, each who stays longer than all before. Ballots
//! that come to the same candidates are alike, so at most 2^n kinds of ballots are taken away or added.

use hashbrown::HashMap;

use super::simplex::{Program, solve};
use crate::irv::{Ballots, Budget, IrvError};

/// Longest ends that are solved: 4,096 kinds of ballots, a second or so.
const LONGEST: usize = 12;

/// At least and at most how many ballots must change.
pub(super) struct Changes {
    pub(super) at_least: u64,
    pub(super) at_most: u64,
}

/// The changes that make candidates go in the order `tail` once all others are gone. `None` where that is too much to solve.
///
/// # Errors
/// Where `budget` is used up.
pub(super) fn changes(ballots: &Ballots, tail: &[u32], budget: &mut Budget) -> Result<Option<Changes>, IrvError> {
    if tail.len() > LONGEST {
        return Ok(None);
    }
    let kinds = kinds(ballots, tail);
    let (rows, columns) = (tail.len() * (tail.len() - 1) / 2 + 2, kinds.len() + (1 << tail.len()));
    let pivots = 20 * rows;
    budget.spend(ballots.steps() + (rows * columns) as u64)?;
    let Some(values) = solve(program(&kinds, tail.len()), pivots, budget)? else { return Ok(None) };
    let added: f64 = values[kinds.len()..].iter().sum();
    let at_least = (added - 1e-6).ceil().max(0.0) as u64;
    Ok(Some(Changes { at_least, at_most: rounded(&kinds, tail.len(), &values).unwrap_or(u64::MAX) }))
}

/// A kind of ballots: bit i where it comes to the candidate at place i of the tail.
type Mask = u32;

fn kinds(ballots: &Ballots, tail: &[u32]) -> Vec<(Mask, u64)> {
    let mut kinds: HashMap<Mask, u64> = HashMap::new();
    for (ballots, ranking) in ballots.rankings() {
        *kinds.entry(mask(ranking, tail)).or_default() += ballots;
    }
    let mut kinds: Vec<(Mask, u64)> = kinds.into_iter().filter(|(_, n)| *n > 0).collect();
    kinds.sort_unstable();
    kinds
}

fn mask(ranking: &[u32], tail: &[u32]) -> Mask {
    let places = ranking.iter().filter_map(|c| tail.iter().position(|t| t == c));
    places.fold(0, |mask, place| if mask >> place == 0 { mask | 1 << place } else { mask })
}

/// What a ballot of this kind adds to the lead of `stays` over `goes` in the round when `goes` is eliminated.
fn effect(mask: Mask, goes: usize, stays: usize) -> i64 {
    let left = mask >> goes;
    if left == 0 {
        return 0;
    }
    let holder = goes + left.trailing_zeros() as usize;
    i64::from(holder == stays) - i64::from(holder == goes)
}

/// The leads the order needs, as (who goes, who stays).
fn leads(long: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..long).flat_map(move |goes| (goes + 1..long).map(move |stays| (goes, stays)))
}

/// Variables: ballots taken away of each kind there is, then ballots added of each kind. As many are added as taken away.
fn program(kinds: &[(Mask, u64)], long: usize) -> Program {
    let all = 1usize << long;
    let mut rows = Vec::new();
    let mut slack = Vec::new();
    for (goes, stays) in leads(long) {
        let taken = kinds.iter().map(|(mask, _)| -effect(*mask, goes, stays) as f64);
        let added = (0..all as Mask).map(|mask| effect(mask, goes, stays) as f64);
        rows.push(taken.chain(added).collect());
        slack.push(kinds.iter().map(|(mask, n)| effect(*mask, goes, stays) * *n as i64).sum::<i64>() as f64);
    }
    for sign in [1.0, -1.0] {
        rows.push((0..kinds.len()).map(|_| sign).chain((0..all).map(|_| -sign)).collect());
        slack.push(0.0);
    }
    let most = kinds.iter().map(|(_, n)| *n as f64).chain((0..all).map(|_| f64::INFINITY)).collect();
    let cost = kinds.iter().map(|_| 0.0).chain((0..all).map(|_| 1.0)).collect();
    Program { cost, most, rows, slack }
}

/// Whole changes near the program's answer that fulfil all leads, counted; `None` where that does not go well.
fn rounded(kinds: &[(Mask, u64)], long: usize, values: &[f64]) -> Option<u64> {
    let mut left: Vec<(Mask, u64)> = kinds.to_vec();
    let whole = |value: &f64| (value + 1e-6).floor().max(0.0) as u64;
    let mut held: HashMap<Mask, u64> = HashMap::new();
    let mut taken = 0;
    for ((_, n), value) in left.iter_mut().zip(values) {
        let take = whole(value).min(*n);
        *n -= take;
        taken += take;
    }
    let mut added = 0;
    for (mask, value) in values[kinds.len()..].iter().enumerate() {
        *held.entry(mask as Mask).or_default() += whole(value);
        added += whole(value);
    }
    let now = leads(long).map(|(goes, stays)| {
        let lead = |(mask, n): (&Mask, &u64)| effect(*mask, goes, stays) * *n as i64;
        left.iter().map(|(mask, n)| lead((mask, n))).sum::<i64>() + held.iter().map(lead).sum::<i64>()
    });
    let mut now: Vec<i64> = now.collect();
    // What rounding left undone is done one ballot at a time, each where it helps most.
    for _ in 0..4 * long * long {
        if taken == added && now.iter().all(|lead| *lead >= 0) {
            return Some(taken);
        }
        if taken <= added {
            let of = (0..left.len()).filter(|at| left[*at].1 > 0);
            let at = of.min_by_key(|at| want(&now, left[*at].0, long, -1))?;
            shift(&mut now, left[at].0, long, -1);
            left[at].1 -= 1;
            taken += 1;
        } else {
            let mask = (0..1 << long).min_by_key(|mask| want(&now, *mask, long, 1))?;
            shift(&mut now, mask, long, 1);
            added += 1;
        }
    }
    None
}

/// How far leads fall short after one ballot more (`sign` 1) or less (-1) of this kind; then how little they are above.
fn want(now: &[i64], mask: Mask, long: usize, sign: i64) -> (i64, i64) {
    let after = leads(long).zip(now).map(|((goes, stays), lead)| lead + sign * effect(mask, goes, stays));
    after.fold((0, 0), |(short, above), lead| (short + (-lead).max(0), above - lead.clamp(0, 2)))
}

fn shift(now: &mut [i64], mask: Mask, long: usize, sign: i64) {
    leads(long).zip(now).for_each(|((goes, stays), lead)| *lead += sign * effect(mask, goes, stays));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ballot_comes_to_those_who_stay_longer() {
        assert_eq!(mask(&[7, 2, 1, 0], &[0, 1, 2]), 0b100);
        assert_eq!(mask(&[0, 2], &[0, 1, 2]), 0b101);
        assert_eq!((effect(0b101, 0, 2), effect(0b101, 1, 2), effect(0b100, 0, 1)), (-1, 1, 0));
    }

    #[test]
    fn two_candidates_need_half_the_lead() {
        let ballots = Ballots::new(2, [(10, vec![0]), (5, vec![1])]).unwrap();
        let changes = changes(&ballots, &[0, 1], &mut Budget::default()).unwrap().unwrap();
        assert_eq!((changes.at_least, changes.at_most), (3, 3));
    }
}
