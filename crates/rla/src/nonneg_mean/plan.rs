//! How many draws to plan for a Kelly bet, from what the population is expected to hold: no simulation, and no pass over the
//! population.
//!
//! Where nearly all values are alike (a comparison with few errors) the evidence is one sure sum and few errors, whose number
//! is Poisson's. Otherwise its logarithm is close to a Brownian motion with drift, whose time to reach a level is inverse
//! Gaussian (Wald 1947, "Sequential Analysis", appendix A.6). Draws without replacement are worth more the fewer are left:
//! `n` of `N` are worth `n N / (N - n)` (the Brownian bridge as a motion in another time), so that no plan exceeds `N`.

use statrs::distribution::{ContinuousCDF, Discrete, DiscreteCDF, Normal, Poisson};

use super::kelly::{Expected, Kelly, KellyState};
use super::sample::Population;
use crate::RiskLimit;

/// Up to this many expected errors are counted one by one.
const FEW_ERRORS: f64 = 200.0;
/// A longer plan is none: with replacement there is no last card.
const MOST_DRAWS: u64 = 1 << 40;

impl Kelly {
    /// Draws after which the test has refuted a mean of `null_mean` or less with the given `chance`, if the population holds
    /// what is expected. Below the size of the population; `None` where only a full count will do.
    pub fn planned_draws(&self, null_mean: f64, population: Option<u64>, limit: RiskLimit, chance: f64) -> Option<u64> {
        let upper = self.expected.iter().map(|e| e.value).fold(null_mean, f64::max);
        let population = Population { size: population, upper, null_mean };
        let growth = Growth::new(self, population)?;
        let (level, chance) = (-limit.share().ln(), chance.clamp(0.001, 0.999));
        let draws = match growth.few_errors() {
            Some(few) => few.draws(level, chance).or_else(|| growth.drifting(level, chance)),
            None => growth.drifting(level, chance),
        }?;
        population.size.is_none_or(|size| draws < size).then_some(draws)
    }
}

/// Where each expected value leads, along the way on which all come as often as expected.
struct Growth<'a> {
    kelly: &'a Kelly,
    population: Population,
    mean: f64,
}

/// One value that nearly all have, and two kinds of errors at most.
struct FewErrors<'a> {
    growth: &'a Growth<'a>,
    errors: Vec<usize>,
}

impl<'a> Growth<'a> {
    fn new(kelly: &'a Kelly, population: Population) -> Option<Self> {
        let all: f64 = kelly.expected.iter().map(|e| e.share).sum();
        let mean = kelly.expected.iter().map(|e| e.share * e.value).sum::<f64>() / all;
        (mean > population.null_mean && population.null_mean > 0.0).then_some(Self { kelly, population, mean })
    }

    /// The null's mean for what is left after `draws`.
    fn null_after(&self, draws: f64) -> f64 {
        let null = self.population.null_mean;
        let size = self.population.size.map_or(f64::INFINITY, |size| size as f64);
        if size.is_infinite() { null } else { (size * null - draws * self.mean) / (size - draws) }
    }

    /// Logarithms of each expected value's factor where the null's mean is `null`.
    fn logs(&self, bets: &mut KellyState, null: f64) -> Vec<f64> {
        let bet = bets.stake(null, f64::NEG_INFINITY);
        self.kelly.expected.iter().map(|e| (bet * (e.value - null)).ln_1p()).collect()
    }

    fn bets(&self) -> KellyState {
        KellyState::new(&Kelly { risk_limit: None, ..self.kelly.clone() }, &self.population)
    }

    /// The inverse Gaussian's quantile, in draws.
    fn drifting(&self, level: f64, chance: f64) -> Option<u64> {
        let logs = self.logs(&mut self.bets(), self.population.null_mean);
        let over = |f: &dyn Fn(f64) -> f64| -> f64 {
            self.kelly.expected.iter().zip(&logs).map(|(e, log)| e.share * f(*log)).sum()
        };
        let drift = over(&|log| log);
        let spread = over(&|log| (log - drift).powi(2));
        if !drift.is_finite() || drift <= 0.0 {
            return None;
        }
        let worth = worth_for(level, drift, spread, chance);
        let draws = self.population.size.map_or(worth, |size| worth * size as f64 / (size as f64 + worth));
        (draws < MOST_DRAWS as f64).then(|| draws.ceil().max(1.0) as u64)
    }

    fn few_errors(&'a self) -> Option<FewErrors<'a>> {
        let expected = &self.kelly.expected;
        let main = (0..expected.len()).max_by(|a, b| expected[*a].share.total_cmp(&expected[*b].share))?;
        let adverse = |e: &Expected| e.share > 0.0 && e.value < self.population.null_mean;
        let errors: Vec<usize> = (0..expected.len()).filter(|at| adverse(&expected[*at])).collect();
        let sure = expected[main].value > self.population.null_mean && expected[main].share > 0.5;
        (sure && errors.len() <= 2).then_some(FewErrors { growth: self, errors })
    }
}

impl FewErrors<'_> {
    /// Fewest draws that suffice with this chance; `None` where there are too many errors to count.
    fn draws(&self, level: f64, chance: f64) -> Option<u64> {
        let most = self.growth.population.size.unwrap_or(MOST_DRAWS);
        let rate: f64 = self.errors.iter().map(|at| self.growth.kelly.expected[*at].share).sum();
        let most = most.min((FEW_ERRORS / rate.max(1e-12)) as u64);
        let suffices = |draws: u64| self.chance_after(draws, level) >= chance;
        let mut high = 1;
        while !suffices(high) {
            if high >= most {
                return None;
            }
            high = (high * 2).min(most);
        }
        let mut low = high / 2;
        while high - low > 1 {
            let middle = low.midpoint(high);
            if suffices(middle) { high = middle } else { low = middle }
        }
        Some(high)
    }

    /// The chance that the evidence is there after so many draws.
    fn chance_after(&self, draws: u64, level: f64) -> f64 {
        let sums = self.sums(draws);
        let expected = &self.growth.kelly.expected;
        let n = draws as f64;
        let error = |at: usize| (sums[at] / n, n * expected[at].share);
        let others: f64 = (0..sums.len()).filter(|at| !self.errors.contains(at)).map(|at| expected[at].share).sum();
        let sure: f64 = (0..sums.len())
            .filter(|at| !self.errors.contains(at))
            .map(|at| expected[at].share / others * sums[at])
            .sum();
        // An error costs its own factor, and the draw that would have been none.
        let cost = |at: usize| (sure / n - error(at).0, error(at).1);
        let spare = sure - level;
        match self.errors[..] {
            _ if spare < 0.0 => 0.0,
            [] => 1.0,
            [one] => at_most(spare / cost(one).0, cost(one).1),
            _ => {
                let (first, second) = (cost(self.errors[0]), cost(self.errors[1]));
                let (dear, cheap) = if first.0 > second.0 { (first, second) } else { (second, first) };
                two_kinds(spare, dear, cheap)
            }
        }
    }

    /// The sum over the draws of the logarithm of each value's factor, by Simpson's rule: factors change with the share drawn.
    fn sums(&self, draws: u64) -> Vec<f64> {
        let growth = self.growth;
        let mut bets = growth.bets();
        if growth.population.size.is_none() || draws == 1 {
            let logs = growth.logs(&mut bets, growth.population.null_mean);
            return logs.iter().map(|log| log * draws as f64).collect();
        }
        let panels = 32;
        let mut sums = vec![0.0; growth.kelly.expected.len()];
        for node in 0..=panels {
            // Half a draw back: a sum over 0, 1, ... is the integral from -1/2.
            let at = (draws as f64 * node as f64 / panels as f64 - 0.5).clamp(0.0, draws as f64 - 1.0);
            let weight = if node == 0 || node == panels { 1.0 } else { 2.0 + 2.0 * (node % 2) as f64 };
            let null = growth.null_after(at);
            if null <= 0.0 {
                return vec![f64::INFINITY; sums.len()];
            }
            let logs = growth.logs(&mut bets, null);
            sums.iter_mut()
                .zip(logs)
                .for_each(|(sum, log)| *sum += weight * log * draws as f64 / (3.0 * panels as f64));
        }
        sums
    }
}

/// The chance that dear and cheap errors, each with its cost and expected number, cost no more than there is to spare.
fn two_kinds(spare: f64, dear: (f64, f64), cheap: (f64, f64)) -> f64 {
    let Ok(number) = Poisson::new(dear.1.max(1e-300)) else { return 0.0 };
    let most = (spare / dear.0).min(dear.1 + 10.0 * dear.1.sqrt() + 20.0);
    (0..=most as u64).map(|k| number.pmf(k) * at_most((spare - k as f64 * dear.0) / cheap.0, cheap.1)).sum()
}

/// The chance of at most `most` events of which `expected` are expected.
fn at_most(most: f64, expected: f64) -> f64 {
    if most < 0.0 {
        return 0.0;
    }
    Poisson::new(expected.max(1e-300)).map_or(0.0, |number| number.cdf(most.min(1e9) as u64))
}

/// The time by which a Brownian motion with this drift and variance has reached a level, with the given chance.
fn worth_for(level: f64, drift: f64, variance: f64, chance: f64) -> f64 {
    let reached = |time: f64| {
        let sd = (variance * time).sqrt().max(1e-300);
        let back = normal_cdf(-(level + drift * time) / sd);
        let again = (2.0 * drift * level / variance.max(1e-300) + back.ln()).exp();
        normal_cdf((drift * time - level) / sd) + if again.is_finite() { again } else { 0.0 }
    };
    let (mut low, mut high) = (0.0, level / drift);
    while reached(high) < chance && high < MOST_DRAWS as f64 {
        high *= 2.0;
    }
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if reached(middle) < chance { low = middle } else { high = middle }
    }
    high
}

fn normal_cdf(x: f64) -> f64 {
    Normal::standard().cdf(x)
}
