//! Clusters of similar messages.

use std::collections::HashSet;

use jiff::Timestamp;
use pollwarden_core::Confidence;

use super::alike::{Bond, Common, common};
use super::candidates::candidates;
use super::describe::{share, varies};
use super::sketch::Sketch;

/// Members of each cluster that are compared before two clusters are joined.
const SAMPLE: usize = 6;
/// The share of those comparisons that has to agree: a chain of messages that each resemble the next only is no cluster.
const AKIN: f64 = 0.5;

/// Messages that are one mailing: a lure, a newsletter, a kind of notice. Which of these is for others to judge.
#[derive(Debug, Clone, PartialEq)]
pub struct Campaign {
    /// Places in the list of sketches, ascending; at least two.
    pub members: Vec<usize>,
    /// When the first came, where any time is known.
    pub first: Option<Timestamp>,
    /// When the last came.
    pub last: Option<Timestamp>,
    /// How many different recipients it had.
    pub recipients: usize,
    /// What its members have in common, in sentences.
    pub share: Vec<String>,
    /// What differs between them, in sentences.
    pub varies: Vec<String>,
    /// How sure it is that they belong together: low where only their text says so.
    pub confidence: Confidence,
}

/// The campaigns among sketches, the largest first. Messages that are like no other are in none.
///
/// Sketches made under different keys have nothing in common.
pub fn campaigns(sketches: &[Sketch]) -> Vec<Campaign> {
    let all: Vec<&Sketch> = sketches.iter().collect();
    let clusters = clusters(&all, &[]);
    clusters.into_iter().filter(|members| members.len() > 1).map(|members| campaign(sketches, members)).collect()
}

/// All clusters, single messages too, the largest first, members ascending. `known` are places that are one cluster already.
pub(super) fn clusters(sketches: &[&Sketch], known: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut bonds = bonds(sketches);
    bonds.sort_by(|a, b| b.bond.cmp(&a.bond).then(b.strength.total_cmp(&a.strength)).then(a.pair.cmp(&b.pair)));
    let mut union = Union::new(sketches);
    for members in known {
        members.windows(2).for_each(|two| union.join(two[0], two[1]));
    }
    bonds.iter().for_each(|bond| union.consider(bond));
    let mut clusters: Vec<Vec<usize>> = union.members.into_iter().filter(|members| !members.is_empty()).collect();
    clusters.iter_mut().for_each(|members| members.sort_unstable());
    clusters.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
    clusters
}

struct Bound {
    pair: (usize, usize),
    bond: Bond,
    strength: f64,
}

fn bonds(sketches: &[&Sketch]) -> Vec<Bound> {
    let bound = |(a, b): (u32, u32)| {
        let pair = (a as usize, b as usize);
        let common = Common::of(sketches[pair.0], sketches[pair.1]);
        Some(Bound { pair, bond: common.bond()?, strength: common.strength() })
    };
    candidates(sketches).into_iter().filter_map(bound).collect()
}

/// Disjoint sets with their members at hand; the smaller joins the larger.
struct Union<'a> {
    sketches: &'a [&'a Sketch],
    set: Vec<usize>,
    members: Vec<Vec<usize>>,
    /// Pairs of sets, as they were, that did not agree.
    refused: HashSet<(usize, usize, usize)>,
}

impl<'a> Union<'a> {
    fn new(sketches: &'a [&'a Sketch]) -> Self {
        let all = 0..sketches.len();
        Self {
            sketches,
            set: all.clone().collect(),
            members: all.map(|at| vec![at]).collect(),
            refused: HashSet::new(),
        }
    }

    fn consider(&mut self, bound: &Bound) {
        let (a, b) = (self.set[bound.pair.0], self.set[bound.pair.1]);
        if a == b {
            return;
        }
        let (low, high) = (a.min(b), a.max(b));
        // What was refused is asked again once the two have doubled in size together.
        let size = (self.members[a].len() + self.members[b].len()).ilog2() as usize;
        if self.refused.contains(&(low, high, size)) {
            return;
        }
        if self.agree(a, b, bound.bond) {
            self.join(a, b);
        } else {
            self.refused.insert((low, high, size));
        }
    }

    fn agree(&self, a: usize, b: usize, bond: Bond) -> bool {
        let (a, b) = (sample(&self.members[a]), sample(&self.members[b]));
        let pairs = || a.iter().flat_map(|x| b.iter().map(move |y| (self.sketches[*x], self.sketches[*y])));
        let akin = pairs().filter(|(x, y)| Common::of(x, y).is_akin()).count();
        let shares = || pairs().any(|(x, y)| common(&x.clues, &y.clues).any(|clue| clue.kind.weight() >= 1));
        akin as f64 >= AKIN * (a.len() * b.len()) as f64 && (bond == Bond::Firm || shares())
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.set[a], self.set[b]);
        if a == b {
            return;
        }
        let (from, to) = if self.members[a].len() < self.members[b].len() { (a, b) } else { (b, a) };
        let moved = std::mem::take(&mut self.members[from]);
        moved.iter().for_each(|at| self.set[*at] = to);
        self.members[to].extend(moved);
    }
}

/// Some members, evenly over all.
fn sample(members: &[usize]) -> Vec<usize> {
    let step = members.len().div_ceil(SAMPLE).max(1);
    members.iter().step_by(step).copied().collect()
}

fn campaign(sketches: &[Sketch], members: Vec<usize>) -> Campaign {
    let of: Vec<&Sketch> = members.iter().map(|at| &sketches[*at]).collect();
    let times = || of.iter().filter_map(|sketch| sketch.at);
    let (first, last) = (times().min(), times().max());
    Campaign {
        first,
        last,
        recipients: recipients(&of),
        share: share(&of),
        varies: varies(&of),
        confidence: confidence(&of),
        members,
    }
}

/// Different recipients; a message that names none has one.
fn recipients(of: &[&Sketch]) -> usize {
    let known: HashSet<u64> = of.iter().flat_map(|sketch| sketch.recipients.iter().copied()).collect();
    known.len() + of.iter().filter(|sketch| sketch.recipients.is_empty()).count()
}

fn confidence(of: &[&Sketch]) -> Confidence {
    let places: Vec<usize> = (0..of.len()).collect();
    let some = sample(&places);
    let kinds = some.windows(2).map(|two| Common::of(of[two[0]], of[two[1]]).kinds());
    let mut kinds: Vec<usize> = kinds.collect();
    kinds.sort_unstable();
    match kinds.get(kinds.len() / 2) {
        Some(3..) => Confidence::High,
        Some(2) => Confidence::Medium,
        _ => Confidence::Low,
    }
}
