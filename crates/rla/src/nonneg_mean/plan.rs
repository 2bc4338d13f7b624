//! How many draws to plan for a Kelly bet, from what the population is expected to hold: no simulation, and no pass over the
//! population.
//!
//! Where nearly all values are alike (a comparison with few errors) the evidence is one sure sum and few errors, whose number
//! is Poisson's and is followed through the draws. Otherwise its logarithm is close to a Brownian motion with drift, whose time to reach a level is inverse
//! Gaussian (Wald 1947, "Sequential Analysis", appendix A.6). Draws without replacement are worth more the fewer are left:
//! `n` of `N` are worth `n N / (N - n)` (the Brownian bridge as a motion in another time), so that no plan exceeds `N`.

use statrs::distribution::{ContinuousCDF, Normal};

use super::kelly::{Expected, Kelly, KellyState};
use super::sample::Population;
use crate::RiskLimit;

/// Errors are followed one by one where no larger share of the draws is expected to be one.
const FEW_ERRORS: f64 = 0.05;
/// In how many units the cheapest kind of error is counted.
const UNITS: f64 = 5.0;
/// How many units of cost are followed.
const COSTS: usize = 480;
/// A longer plan is none: with replacement there is no last card.
const MOST_DRAWS: u64 = 1 << 40;

impl Kelly {
    /// Draws after which the test has refuted a mean of `null_mean` or less with the given `chance`, if the population holds
    /// what is expected. Below the size of the population; `None` where only a full count will do, or `chance` is no number.
    pub fn planned_draws(&self, null_mean: f64, population: Option<u64>, limit: RiskLimit, chance: f64) -> Option<u64> {
        if chance.is_nan() {
            return None;
        }
        let (level, chance) = (-limit.share().ln(), chance.clamp(0.001, 0.999));
        if let Some(horizon) = &self.horizon {
            return horizon
                .draws(chance)
                .map(|draws| draws.ceil().max(1.0) as u64)
                .filter(|draws| Some(*draws) < population);
        }
        let upper = self.expected.iter().map(|e| e.value).fold(null_mean, f64::max);
        let population = Population { size: population, upper, null_mean };
        let growth = Growth::new(self, population)?;
        let draws = match growth.few_errors() {
            Some(few) => few.draws(level, chance).or_else(|| growth.drifting(level, chance)),
            None => growth.drifting(level, chance),
        }?;
        population.size.is_none_or(|size| draws < size).then_some(draws)
    }
}

/// Where each expected value leads.
struct Growth<'a> {
    kelly: &'a Kelly,
    population: Population,
}

/// One value that nearly all have, and few errors.
struct FewErrors<'a> {
    growth: &'a Growth<'a>,
    main: usize,
    errors: Vec<usize>,
}

/// A kind of error: its share of the draws, what it costs (its own factor, that of the draw that would have been none, and what
/// later draws lose), and by how much it is short of the value that nearly all have.
struct Cost {
    share: f64,
    cost: f64,
    lost: f64,
}

impl<'a> Growth<'a> {
    fn new(kelly: &'a Kelly, population: Population) -> Option<Self> {
        let all: f64 = kelly.expected.iter().map(|e| e.share).sum();
        let mean = kelly.expected.iter().map(|e| e.share * e.value).sum::<f64>() / all;
        (mean > population.null_mean && population.null_mean > 0.0).then_some(Self { kelly, population })
    }

    /// The null's mean for what is left after so many draws with this sum.
    fn null_after(&self, draws: f64, sum: f64) -> f64 {
        let null = self.population.null_mean;
        self.population.size.map_or(null, |size| (size as f64 * null - sum) / (size as f64 - draws))
    }

    /// Logarithms of each expected value's factor where the null's mean is `null`.
    fn logs(&self, bets: &mut KellyState, null: f64) -> Vec<f64> {
        let bet = bets.stake(null, 0, f64::NEG_INFINITY);
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
        let errors: Vec<usize> = (0..expected.len()).filter(|at| *at != main && expected[*at].share > 0.0).collect();
        let sure = expected[main].value > self.population.null_mean && expected[main].share > 0.5;
        let rate: f64 = errors.iter().map(|at| expected[*at].share).sum();
        (sure && rate <= FEW_ERRORS).then_some(FewErrors { growth: self, main, errors })
    }
}

impl FewErrors<'_> {
    /// Follows the cost of the errors so far, in units, from one draw to the next at which it would be paid off; `None` where
    /// it grows too large to follow, or the cards are used up.
    fn draws(&self, level: f64, chance: f64) -> Option<u64> {
        let start = self.sure_draws(level)?;
        let costs = self.costs(start);
        let cheapest = costs.iter().filter(|kind| kind.cost > 0.0).min_by(|a, b| a.cost.total_cmp(&b.cost));
        let (unit, lost) = cheapest.map_or((1.0, 0.0), |kind| (kind.cost / UNITS, kind.lost / UNITS));
        let units = |cost: f64| if cost > 0.0 { (cost / unit).round() } else { (cost / unit).ceil() };
        let kinds: Vec<(f64, isize)> =
            costs.iter().map(|kind| (kind.share, units(kind.cost).clamp(-1e6, 1e6) as isize)).collect();
        let mut running = vec![0.0; COSTS];
        running[0] = 1.0;
        (0..32).for_each(|_| spend(&mut running, &kinds, start / 32.0));
        let (mut draws, mut ended, mut bets) = (start, 0.0, self.growth.bets());
        for paid in 0..COSTS {
            ended += std::mem::take(&mut running[paid]);
            if ended >= chance {
                return Some(draws.ceil().max(1.0) as u64);
            }
            let null = self.growth.null_after(draws, draws * self.value() - paid as f64 * lost);
            let step = unit / self.growth.logs(&mut bets, null)[self.main];
            draws += step;
            if !step.is_finite() || step <= 0.0 || !self.is_left(draws) {
                return None;
            }
            spend(&mut running[paid + 1..], &kinds, step);
        }
        None
    }

    /// What nearly all draws are.
    fn value(&self) -> f64 {
        self.growth.kelly.expected[self.main].value
    }

    /// Draws that are enough without an error.
    fn sure_draws(&self, level: f64) -> Option<f64> {
        let enough = |draws: f64| !self.is_left(draws) || self.sure(draws) >= level;
        let mut high = 1.0;
        while !enough(high) && high < MOST_DRAWS as f64 {
            high *= 2.0;
        }
        let mut low = high / 2.0;
        for _ in 0..40 {
            let middle = f64::midpoint(low, high);
            if enough(middle) { high = middle } else { low = middle }
        }
        // A whole draw, but for what rounding adds.
        let draws = (high - 1e-6).ceil();
        self.is_left(draws).then_some(draws)
    }

    /// Whether, after so many draws without an error, the null's mean still leaves anything to the other cards.
    fn is_left(&self, draws: f64) -> bool {
        let size = self.growth.population.size.map_or(MOST_DRAWS as f64, |size| size as f64);
        draws < size && self.growth.null_after(draws, draws * self.value()) > 0.0
    }

    fn costs(&self, draws: f64) -> Vec<Cost> {
        let null = self.growth.null_after(draws, draws * self.value());
        let logs = self.growth.logs(&mut self.growth.bets(), null);
        let bet = logs[self.main].exp_m1() / (self.value() - null);
        // What the sum lost raises the null's mean at all later draws: of half of them, on average.
        let later = self.growth.population.size.map_or(0.0, |size| draws / 2.0 / (size as f64 - draws / 2.0));
        let cost = |at: &usize| {
            let Expected { value, share } = self.growth.kelly.expected[*at];
            let lost = self.value() - value;
            Cost { share, cost: logs[self.main] - logs[*at] + lost * bet * later, lost }
        };
        self.errors.iter().map(cost).collect()
    }

    /// The sum over the draws of the sure value's logarithm, by Simpson's rule: factors change with the share drawn.
    fn sure(&self, draws: f64) -> f64 {
        let mut bets = self.growth.bets();
        let mut log = |at: f64| self.growth.logs(&mut bets, self.growth.null_after(at, at * self.value()))[self.main];
        if self.growth.population.size.is_none() || draws <= 1.0 {
            return log(0.0) * draws;
        }
        let panels = 16;
        let node = |node: usize| {
            // Half a draw back: a sum over 0, 1, ... is the integral from -1/2.
            let at = (draws * node as f64 / panels as f64 - 0.5).max(0.0);
            let weight = if node == 0 || node == panels { 1.0 } else { 2.0 + 2.0 * (node % 2) as f64 };
            weight * log(at)
        };
        (0..=panels).map(node).sum::<f64>() * draws / (3.0 * panels as f64)
    }
}

/// Errors of so many more draws: of each kind none, one or two at a time. A cost beyond the last is never paid off; what is
/// less than the first counts as the first.
fn spend(running: &mut [f64], kinds: &[(f64, isize)], draws: f64) {
    for (share, cost) in kinds {
        let expected = share * draws;
        let (none, one) = ((-expected).exp(), expected * (-expected).exp());
        let two = (1.0 - none - one).max(0.0);
        if *cost < 0 {
            gain(running, cost.unsigned_abs(), [none, one, two]);
            continue;
        }
        let cost = cost.unsigned_abs();
        for at in (0..running.len()).rev() {
            let before = |steps: usize| at.checked_sub(steps * cost).map_or(0.0, |from| running[from]);
            running[at] = none * running[at] + one * before(1) + two * before(2);
        }
    }
}

/// Errors in the assertion's favour pay off what others cost.
fn gain(running: &mut [f64], steps: usize, [none, one, two]: [f64; 3]) {
    let first = |n: usize| running.iter().take(n).sum::<f64>();
    let paid = one * first(steps) + two * first(2 * steps);
    for at in 0..running.len() {
        let after = |n: usize| running.get(at + n * steps).copied().unwrap_or(0.0);
        running[at] = none * running[at] + one * after(1) + two * after(2);
    }
    if let Some(least) = running.first_mut() {
        *least += paid;
    }
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
