//! Which records may be of one person, with a probability for each pair: leads for people to look into, never a list of
//! removals.
//!
//! Record linkage after Fellegi and Sunter (1969): blocks (`block`), levels of agreement (`level`), rates at which
//! strangers agree (`chance`) and one person's records do (`model`), equal values weighed by how rare they are on this
//! roll, and pairs that share records made to agree with each other (`cluster`). No labels are used. Goel et al. (2020,
//! American Political Science Review 114, 456-469) show what a list of matches on name and birth date does: most are two
//! people, and a wrong match costs a citizen the vote.
//!
//! The crate weldrs (0.2.2) does this over Polars frames in memory; it has no weights for rare values, no kind for
//! households, and no bound on a block, and would bring a second engine for tables beside Arrow and DataFusion.

mod block;
mod chance;
mod cluster;
mod field;
mod level;
mod likeness;
mod line;
mod marks;
mod meeting;
mod model;
mod newcomers;
pub(crate) mod pair;
mod people;
mod value;
mod within;

use std::collections::{BTreeMap, HashMap};

pub(crate) use line::{FORMS, Liner};
pub(crate) use marks::{Marker, Marks, marks};
pub(crate) use newcomers::resemblances;
pub use within::{Duplicates, duplicates};

use chance::{Chance, chance};
use cluster::Pair;
use model::{Model, probability};
use people::{At, Pattern, People};

/// Pairs with lower odds, as far as usual rates can tell, are counted but not kept.
const KEPT_ODDS: f64 = 1e-7;
/// Pairs kept: where they are more, the less likely half goes. What is likely enough to show is far fewer.
const MOST_KEPT: usize = 4_000_000;
/// Rounds in which the number of pairs of one person is learnt with rare values weighed.
const ROUNDS: usize = 30;

/// Two records that may be of one person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Linked {
    pub(crate) a: At,
    pub(crate) b: At,
    /// That they are of one person.
    pub(crate) probability: f64,
    pattern: Pattern,
}

impl Linked {
    /// What they agree on, and on what they differ.
    pub(crate) fn in_words(&self) -> (String, String) {
        people::in_words(self.pattern)
    }
}

/// What there is to be compared.
struct Asked {
    /// How many pairs could be of one person.
    pairs: f64,
    /// How many are taken to be before any is looked at.
    expected: f64,
}

/// How many pairs have each pattern.
type Patterns = HashMap<Pattern, u64>;

/// A pair that is worth more than a glance.
struct Kept {
    a: At,
    b: At,
    pattern: Pattern,
    /// As far as usual rates can tell.
    odds: f64,
}

/// Hands on pairs to be compared, one by one.
type Pairs<'a> = &'a mut dyn FnMut(&mut dyn FnMut(At, At));

/// Compares pairs and gives those of at least some probability, the likeliest first.
fn link(people: &People, asked: &Asked, pairs: Pairs<'_>, at_least: f64) -> Vec<Linked> {
    let learning = Learning::begin(people, asked);
    let (mut patterns, mut kept, mut least) = (Patterns::new(), Vec::new(), KEPT_ODDS);
    pairs(&mut |a, b| {
        let pattern = people.compare(a, b);
        *patterns.entry(pattern).or_default() += 1;
        let odds = learning.model.ratios_of(people, a, pattern).odds(&learning.model).0;
        if odds >= least {
            kept.push(Kept { a, b, pattern, odds });
        }
        if kept.len() == MOST_KEPT {
            least = likelier_half(&mut kept);
        }
    });
    let model = learning.end(people, patterns, &kept);
    linked(&model, people, &kept, at_least)
}

/// What is known before pairs are compared.
struct Learning {
    chance: Chance,
    model: Model,
    pairs: f64,
}

impl Learning {
    fn begin(people: &People, asked: &Asked) -> Self {
        let chance = chance(people);
        let model = Model::before(&chance, asked.pairs, asked.expected);
        Self { chance, model, pairs: asked.pairs }
    }

    /// What the pairs teach.
    fn end(self, people: &People, patterns: Patterns, kept: &[Kept]) -> Model {
        let Self { chance, mut model, pairs } = self;
        let mut patterns: Vec<(Pattern, u64)> = patterns.into_iter().collect();
        patterns.sort_unstable();
        model.learn(&patterns, &chance, pairs, people.counts_all());
        learn_priors(&mut model, people, kept, pairs);
        model
    }
}

/// Pairs of at least some probability, the likeliest first.
fn linked(model: &Model, people: &People, kept: &[Kept], at_least: f64) -> Vec<Linked> {
    let linked = odds(model, people, kept);
    let mut linked: Vec<Linked> = linked
        .into_iter()
        .map(|((a, b), odds)| Linked { a, b, probability: probability(odds), pattern: people.compare(a, b) })
        .filter(|pair| pair.probability >= at_least)
        .collect();
    linked.sort_by(|one, two| two.probability.total_cmp(&one.probability).then((one.a, one.b).cmp(&(two.a, two.b))));
    linked
}

/// Drops the less likely half, and says which odds the others have at least.
fn likelier_half(kept: &mut Vec<Kept>) -> f64 {
    kept.sort_by(|one, two| two.odds.total_cmp(&one.odds).then((one.a, one.b).cmp(&(two.a, two.b))));
    kept.truncate(kept.len() / 2);
    kept.last().map_or(KEPT_ODDS, |last| last.odds)
}

/// How many pairs of each kind there are, with rare values weighed.
fn learn_priors(model: &mut Model, people: &People, kept: &[Kept], pairs: f64) {
    let ratios: Vec<_> = kept.iter().map(|pair| model.ratios_of(people, pair.a, pair.pattern)).collect();
    for _ in 0..ROUNDS {
        let person: f64 = ratios.iter().map(|ratios| probability(ratios.odds(model).0)).sum();
        model.prior_person = ((person + model::PAIRS_BEFORE) / pairs).min(0.5);
    }
}

/// The odds of every kept pair, and of pairs that follow from them.
fn odds(model: &Model, people: &People, kept: &[Kept]) -> BTreeMap<(At, At), f64> {
    let of = |a: At, b: At, pattern: Pattern| model.ratios_of(people, a.min(b), pattern).odds(model).0;
    let pairs: Vec<Pair> =
        kept.iter().map(|pair| Pair { a: pair.a, b: pair.b, odds: of(pair.a, pair.b, pair.pattern) }).collect();
    let mut odds: BTreeMap<(At, At), f64> = pairs.iter().map(|pair| ((pair.a, pair.b), pair.odds)).collect();
    let known: HashMap<(At, At), f64> = odds.iter().map(|(pair, odds)| (*pair, *odds)).collect();
    let odds_of = |a: At, b: At| known.get(&(a, b)).copied().unwrap_or_else(|| of(a, b, people.compare(a, b)));
    cluster::agree(&pairs, model.prior_person, &odds_of, &mut |pair| {
        odds.insert((pair.a, pair.b), pair.odds);
    });
    odds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_too_many_pairs_the_likelier_stay() {
        let pattern = Pattern::default();
        let mut kept: Vec<Kept> = (0..10).map(|n| Kept { a: n, b: 99, pattern, odds: f64::from(n) }).collect();
        assert_eq!(likelier_half(&mut kept), 5.0);
        assert_eq!(kept.iter().map(|pair| pair.a).collect::<Vec<_>>(), [9, 8, 7, 6, 5]);
    }
}
