//! The model: rates at which records of one person, of two members of one household, and of two strangers agree, learnt
//! without labels.
//!
//! Fellegi and Sunter (1969) know two kinds of pairs; Larsen and Rubin (2001, Journal of the American Statistical
//! Association 96, 32-41) a third, members of one household, who share name, street and telephone and would pass for one
//! person otherwise. Rates are learnt by expectation and maximisation (Dempster, Laird, Rubin 1977) over patterns of
//! agreement; usual rates count for a few pairs, so that a roll without any duplicate has no other kind taken for one.
//! Pairs that were not compared are taken for strangers.

use super::chance::{Chance, Rates};
use super::field::{ADDRESS, BIRTH, FIELDS, FIRST, HELD, Household, LEVELS, Level, MOST_DIFFERENT, TABLE, Usual};
use super::people::{At, Pattern, People};

/// How many pairs the usual rates count for.
const USUAL_COUNTS: f64 = 20.0;
/// Pairs of one person, and of one household, taken to be there before any is seen.
pub(super) const PAIRS_BEFORE: f64 = 0.5;
const ROUNDS: usize = 200;
/// Learning ends where the number of pairs of one person moves by less than this share.
const STILL: f64 = 1e-4;

/// What was learnt.
#[derive(Debug, Clone)]
pub(super) struct Model {
    one_person: Rates,
    household: Rates,
    strangers: Rates,
    /// The share of all pairs that are of one person, and of one household.
    pub(super) prior_person: f64,
    pub(super) prior_household: f64,
}

/// How much likelier a pair is to be of one person, or of one household, than of strangers, from its agreements alone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ratios {
    pub(super) person: f64,
    pub(super) household: f64,
}

impl Ratios {
    /// The odds of one person against anything else, and the share of household members.
    pub(super) fn odds(self, model: &Model) -> (f64, f64) {
        let (person, household) = (model.prior_person * self.person, model.prior_household * self.household);
        let strangers = (1.0 - model.prior_person - model.prior_household).max(f64::MIN_POSITIVE);
        (person / (household + strangers), household / (person + household + strangers))
    }
}

/// The probability of odds.
pub(super) fn probability(odds: f64) -> f64 {
    if odds.is_finite() { odds / (1.0 + odds) } else { 1.0 }
}

fn usual(of: impl Fn(usize) -> Usual) -> Rates {
    std::array::from_fn(|field| {
        let mut rates = [1.0; LEVELS];
        rates[1..].copy_from_slice(&of(field));
        rates
    })
}

impl Model {
    /// Before any pair is seen; `pairs` are all there could be, `expected` of one person.
    pub(super) fn before(chance: &Chance, pairs: f64, expected: f64) -> Self {
        let mut strangers = chance.rates;
        strangers.iter_mut().for_each(|rates| rates[0] = 1.0);
        Self {
            one_person: usual(|field| TABLE[field].one_person),
            household: usual(|field| match TABLE[field].household {
                Household::Shared(usual) => usual,
                Household::Own(_) => [1.0; LEVELS - 1],
            }),
            strangers,
            prior_person: (expected / pairs).min(0.1),
            prior_household: (expected / pairs).min(0.1),
        }
    }

    /// From the pattern alone, equal values at their average rate.
    fn ratios(&self, pattern: Pattern) -> Ratios {
        self.product(pattern, |field, level| self.strangers[field][level as usize])
    }

    /// As [`Self::ratios`], but an equal value counts by how rare it is on this roll.
    pub(super) fn ratios_of(&self, people: &People, a: At, pattern: Pattern) -> Ratios {
        self.product(pattern, |field, level| match level {
            Level::Same if field == ADDRESS && people.is_crowded(a) => f64::NAN,
            Level::Same if field < HELD => people.share(a, field),
            level => self.strangers[field][level as usize],
        })
    }

    /// Fields taken together; `strangers` gives a level's rate among strangers, or no number where it says nothing.
    fn product(&self, pattern: Pattern, strangers: impl Fn(usize, Level) -> f64) -> Ratios {
        let mut ratios = Ratios { person: 1.0, household: 1.0 };
        for (field, about) in TABLE.iter().enumerate() {
            let level = pattern.level(field);
            let strangers = if level == Level::Unknown { f64::NAN } else { strangers(field, level) };
            if strangers.is_nan() {
                continue;
            }
            ratios.person *= self.one_person[field][level as usize] / strangers;
            ratios.household *= match about.household {
                Household::Shared(_) => self.household[field][level as usize] / strangers,
                Household::Own(alike) if level == Level::Same => 1.0 - alike + alike / strangers,
                Household::Own(alike) => 1.0 - alike,
            };
        }
        ratios
    }

    /// Learns the rates from counted patterns of `pairs` pairs in all. `whole`: whether strangers' rates were counted over
    /// the same pairs, so that those of one person are to be taken out of them.
    pub(super) fn learn(&mut self, patterns: &[(Pattern, u64)], chance: &Chance, pairs: f64, whole: bool) {
        for _ in 0..ROUNDS {
            let before = self.prior_person;
            let (person, household) = self.expect(patterns);
            self.prior_person = ((person.pairs + PAIRS_BEFORE) / pairs).min(0.5);
            self.prior_household = ((household.pairs + PAIRS_BEFORE) / pairs).min(0.4);
            for (field, about) in TABLE.iter().enumerate() {
                self.one_person[field] = mixed(&person.met[field], &about.one_person);
                if matches!(field, FIRST | BIRTH) {
                    bound(&mut self.one_person[field]);
                }
                if let Household::Shared(usual) = &about.household {
                    self.household[field] = mixed(&household.met[field], usual);
                }
                // What follows from another value is met in pairs that share it, not in all.
                if whole && field < HELD {
                    self.strangers[field] = without(chance, field, &person.met[field], pairs);
                }
            }
            if (self.prior_person - before).abs() <= STILL * before {
                break;
            }
        }
    }

    fn expect(&self, patterns: &[(Pattern, u64)]) -> (Met, Met) {
        let (mut person, mut household) = (Met::default(), Met::default());
        for (pattern, count) in patterns {
            let (odds, of_household) = self.ratios(*pattern).odds(self);
            person.add(*pattern, *count as f64 * probability(odds));
            household.add(*pattern, *count as f64 * of_household);
        }
        (person, household)
    }
}

/// Pairs of one kind, as far as they can be told.
#[derive(Default)]
struct Met {
    pairs: f64,
    met: [[f64; LEVELS]; FIELDS],
}

impl Met {
    fn add(&mut self, pattern: Pattern, weight: f64) {
        if weight < 1e-9 {
            return;
        }
        self.pairs += weight;
        for field in 0..FIELDS {
            self.met[field][pattern.level(field) as usize] += weight;
        }
    }
}

fn mixed(met: &[f64; LEVELS], usual: &Usual) -> [f64; LEVELS] {
    let known: f64 = met[1..].iter().sum::<f64>() + USUAL_COUNTS;
    let mut rates = [1.0; LEVELS];
    for (rate, (met, usual)) in rates[1..].iter_mut().zip(met[1..].iter().zip(usual)) {
        *rate = (met + USUAL_COUNTS * usual) / known;
    }
    rates
}

/// Keeps the rate of `Different` within [`MOST_DIFFERENT`].
fn bound(rates: &mut [f64; LEVELS]) {
    let different = rates[Level::Different as usize];
    if different > MOST_DIFFERENT {
        let rest = (1.0 - MOST_DIFFERENT) / (1.0 - different).max(f64::MIN_POSITIVE);
        rates[1..].iter_mut().for_each(|rate| *rate *= rest);
        rates[Level::Different as usize] = MOST_DIFFERENT;
    }
}

/// Strangers' rates, without what pairs of one person added to the counts.
fn without(chance: &Chance, field: usize, person: &[f64; LEVELS], pairs: f64) -> [f64; LEVELS] {
    let known = pairs * chance.known[field];
    let rest = (known - person[1..].iter().sum::<f64>()).max(1.0);
    let mut rates = [1.0; LEVELS];
    for level in 1..LEVELS {
        let counted = chance.rates[field][level];
        // At least one pair, and a hundredth of what was counted: a sample knows no less.
        let least = (0.01 * counted).max(1.0 / known.max(1.0));
        rates[level] = ((known * counted - person[level]) / rest).clamp(least.min(1.0), 1.0);
    }
    rates
}
