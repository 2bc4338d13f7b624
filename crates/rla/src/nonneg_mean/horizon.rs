//! How much more than the fastest growth to stake where the cards run out: a full count ends every audit.
//!
//! Of all rules that stop a tied contest with a chance of at most the risk limit, the one with the smallest mean sample under the
//! reported tally stops where the likelihood ratio, times the share of cards that stopping saves, exceeds a price: an optimal
//! stopping problem, solved backwards on a grid (Chow, Robbins and Siegmund 1971, "Great Expectations"). Evidence that
//! follows the chance to stop is what bets can make of it (Browne 1999, "Reaching Goals by a Deadline"). Where cards are plenty this
//! is the fastest growth; where they are few it is bold play (Dubins and Savage 1965). The sum of draws is taken as a Brownian
//! motion in the information drawn: `n` of `N` cards are `n N / (N - n)` draws' worth. What is guessed wrongly costs draws,
//! never risk: the answer only scales a bet.

use std::sync::Arc;

/// Each level of information is so many times the one before.
const GROWTH: f64 = 1.2;
/// Standard deviations of the sum of draws, each way.
const REACH: f64 = 6.5;
/// Steps between values of the standardised sum, and how many values there are.
const STEP: f64 = 0.125;
const NODES: usize = 105;
/// Nodes, each way, that the sum comes to from one level to the next: four standard deviations and more.
const BAND: usize = 14;
/// Information beyond so many times what a draw of all cards with replacement holds is not followed: 1 % of the cards is left.
const LAST: f64 = 100.0;
/// The first level: so much of that information, or a draw's if that is more.
const FIRST: f64 = 1e-3;

/// By how much to raise the bet of the fastest growth, by cards drawn and evidence reached.
#[derive(Debug, Clone, PartialEq)]
pub struct Horizon {
    stopping: Stopping,
    risk_limit: f64,
    /// By level of information, then standardised sum: the chance, in a tie, to stop before the full count.
    stops: Arc<Vec<Vec<f64>>>,
}

impl Horizon {
    /// For `population` draws whose mean is expected `lead` above the null's, with this variance.
    pub(super) fn new(lead: f64, variance: f64, population: u64, risk_limit: f64) -> Self {
        let stopping = Stopping::new(lead * lead / variance, population as f64);
        // The price, as a logarithm, at which a tie stops with the risk limit.
        let (mut low, mut high) = (-1.0f64, 1.0f64);
        while high - low > 0.001 {
            let middle = f64::midpoint(low, high);
            let first = stopping.solve(middle.exp(), |_| {});
            if stopping.at_start(&first) > risk_limit { low = middle } else { high = middle }
        }
        let mut stops = Vec::new();
        stopping.solve(high.exp(), |level| stops.push(level.to_vec()));
        stops.reverse();
        Self { stopping, risk_limit, stops: Arc::new(stops) }
    }

    /// What to multiply the bet of the fastest growth with, after so many draws.
    pub(super) fn haste(&self, drawn: f64, ln_wealth: f64) -> f64 {
        let information = self.stopping.after(drawn);
        let stops = &self.stops[self.stopping.level(information).min(self.stops.len() - 1)];
        // Evidence is the chance to stop over the risk limit.
        let chance = (ln_wealth.exp() * self.risk_limit).min(1.0);
        let above = stops.partition_point(|stop| *stop < chance).clamp(1, NODES - 1);
        let rise = (stops[above] / stops[above - 1]).ln() / STEP;
        if rise.is_finite() { rise / information.sqrt() } else { 1.0 }
    }

    /// Draws after which audits have ended with the given chance under the reported tally; `None` for a full count.
    pub(super) fn draws(&self, chance: f64) -> Option<f64> {
        let mut running: Vec<f64> = self.stopping.start().collect();
        let mut ended = 0.0;
        for (at, stops) in self.stops.iter().enumerate() {
            let information = self.stopping.information(at);
            let before = ended;
            for ((weight, stop), ratio) in running.iter_mut().zip(stops).zip(ratios(information)) {
                if *stop >= 1.0 {
                    ended += std::mem::take(weight) * ratio;
                }
            }
            if ended >= chance {
                let part = (chance - before) / (ended - before);
                return Some(self.stopping.draws_worth(information * GROWTH.powf(part - 1.0)));
            }
            running = self.stopping.forth(&running);
        }
        None
    }
}

/// The grid and the law of a tie's sums on it.
#[derive(Debug, Clone, PartialEq)]
struct Stopping {
    /// Information of a draw with replacement: the square of its mean lead over its variance.
    draw: f64,
    population: f64,
    /// Information of the first level.
    first: f64,
    levels: usize,
    /// From each value, the first that it comes to by the next level, and the chances of that and those above.
    chances: Vec<(usize, [f64; 2 * BAND + 1])>,
}

impl Stopping {
    fn new(draw: f64, population: f64) -> Self {
        let first = draw * (population * FIRST).max(1.0);
        let levels = ((LAST * draw * population / first).ln() / GROWTH.ln()).ceil() as usize + 1;
        Self { draw, population, first, levels, chances: (0..NODES).map(chances_from).collect() }
    }

    /// From the last level to the first: where the payoff of stopping is at least that of going on, audits stop. Hands each
    /// level's chances to stop to `each` and returns the first level's.
    fn solve(&self, price: f64, mut each: impl FnMut(&[f64])) -> Vec<f64> {
        let (mut gains, mut stops) = (vec![0.0; NODES], vec![0.0; NODES]);
        for at in (0..self.levels).rev() {
            let information = self.information(at);
            let saved = 1.0 - self.draws_worth(information) / self.population;
            (gains, stops) = (self.back(&gains), self.back(&stops));
            for ((gain, stop), ratio) in gains.iter_mut().zip(&mut stops).zip(ratios(information)) {
                let payoff = ratio * saved - price;
                if payoff > *gain {
                    (*gain, *stop) = (payoff, 1.0);
                }
            }
            each(&stops);
        }
        stops
    }

    fn back(&self, next: &[f64]) -> Vec<f64> {
        let mean = |(to, chances): &(usize, [f64; 2 * BAND + 1])| {
            chances.iter().zip(&next[*to..]).map(|(chance, value)| chance * value).sum()
        };
        self.chances.iter().map(mean).collect()
    }

    fn forth(&self, running: &[f64]) -> Vec<f64> {
        let mut next = vec![0.0; NODES];
        for ((to, chances), weight) in self.chances.iter().zip(running) {
            next[*to..].iter_mut().zip(chances).for_each(|(sum, chance)| *sum += weight * chance);
        }
        next
    }

    /// Chances of the standardised sum at the first level.
    fn start(&self) -> impl Iterator<Item = f64> {
        (0..NODES).map(|at| normal(value(at), 1.0) * STEP)
    }

    fn at_start(&self, values: &[f64]) -> f64 {
        self.start().zip(values).map(|(chance, value)| chance * value).sum()
    }

    fn information(&self, level: usize) -> f64 {
        self.first * GROWTH.powf(level as f64)
    }

    fn level(&self, information: f64) -> usize {
        ((information / self.first).ln() / GROWTH.ln()).round().max(0.0) as usize
    }

    /// Information of so many draws without replacement, that of the first level at least.
    fn after(&self, drawn: f64) -> f64 {
        let left = (self.population - drawn).max(1.0);
        (self.draw * drawn * self.population / left).max(self.first)
    }

    fn draws_worth(&self, information: f64) -> f64 {
        self.population * information / (information + self.draw * self.population)
    }
}

fn chances_from(node: usize) -> (usize, [f64; 2 * BAND + 1]) {
    let (centre, spread) = (value(node) / GROWTH.sqrt(), (1.0 - 1.0 / GROWTH).sqrt());
    let nearest = ((centre + REACH) / STEP).round() as usize;
    let to = nearest.saturating_sub(BAND).min(NODES - 2 * BAND - 1);
    (to, std::array::from_fn(|at| normal(value(to + at) - centre, spread) * STEP))
}

fn value(node: usize) -> f64 {
    node as f64 * STEP - REACH
}

fn normal(x: f64, spread: f64) -> f64 {
    (-0.5 * (x / spread).powi(2)).exp() / (spread * std::f64::consts::TAU.sqrt())
}

/// Likelihood ratios of the reported tally to a tie, by standardised sum.
fn ratios(information: f64) -> impl Iterator<Item = f64> {
    (0..NODES).map(move |at| (value(at) * information.sqrt() - information / 2.0).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plenty_of_cards_ask_for_no_haste_and_few_for_much() {
        let many = Horizon::new(0.05, 0.25, 100_000, 0.05);
        for (drawn, ln_wealth) in [(0.0, 0.0), (300.0, 1.5), (500.0, -1.0)] {
            assert!((many.haste(drawn, ln_wealth) - 1.0).abs() < 0.2, "{}", many.haste(drawn, ln_wealth));
        }
        assert!(Horizon::new(0.0025, 0.25, 1_000, 0.05).haste(20.0, 0.0) > 5.0);
    }

    #[test]
    fn a_tie_stops_as_often_as_the_risk_limit_allows() {
        // With more cards a full count is not near, and no horizon is asked for.
        for population in [1_000, 10_000] {
            let horizon = Horizon::new(0.01, 0.25, population, 0.1);
            let stops = horizon.stopping.at_start(&horizon.stops[0]);
            assert!((0.08..=0.1).contains(&stops), "{population}: {stops}");
        }
    }
}
