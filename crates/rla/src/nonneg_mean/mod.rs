//! Tests of the hypothesis that values between 0 and a bound have a mean of at most so much.
//!
//! Every assertion of an audit says that an assorter's mean is above 1/2; an audit ends when the opposite is refuted (Stark
//! 2020, "Sets of Half-Average Nulls Generate Risk-Limiting Audits: SHANGRLA"). Each test multiplies evidence by a factor a
//! draw. Under the hypothesis the product is a nonnegative supermartingale, so that it reaches 1/r with a chance of at most
//! r (Ville 1939): one may look after each draw. Draws must be in random order. How many draws to plan is `sample_size`'s.

mod alpha;
mod betting;
mod horizon;
mod kaplan;
mod kelly;
mod plan;
mod recommended;
mod sample;
mod sample_size;
mod wealth;

pub use alpha::Estimator;
pub use betting::Bet;
pub use horizon::Horizon;
pub use kelly::{Expected, Kelly};
pub use recommended::{ErrorRates, plurality_shares};

use betting::BetState;
use sample::{Null, Population, Sample};
use wealth::Wealth;

/// A test.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// Stark 2023, "ALPHA"; with and without replacement.
    Alpha(Estimator),
    /// Waudby-Smith and Ramdas 2024; with and without replacement.
    Betting(Bet),
    /// Kaplan-Kolmogorov; with and without replacement.
    KaplanKolmogorov {
        /// Padding of values, 0 or more.
        g: f64,
    },
    /// Kaplan-Markov; takes the draws as made with replacement.
    KaplanMarkov {
        /// Padding of values, 0 or more.
        g: f64,
    },
    /// Kaplan-Wald; takes the draws as made with replacement.
    KaplanWald {
        /// Padding of values, 0 to 1.
        g: f64,
    },
    /// Wald's sequential ratio against one alternative mean, for bounded values (Stark 2023, section 2.3); with and without
    /// replacement. The same numbers as ALPHA with a fixed mean.
    WaldSprt {
        /// The alternative's mean.
        eta: f64,
    },
}

/// A test and the population it is made for.
#[derive(Debug, Clone, PartialEq)]
pub struct NonnegMean {
    /// The test.
    pub test: Test,
    /// No value is larger.
    pub upper: f64,
    /// The hypothesis: the mean is at most this, usually 1/2.
    pub null_mean: f64,
    /// How many values there are, drawn without replacement; `None` for draws with replacement. Kaplan-Markov and Kaplan-Wald
    /// have no use for it: to them even all values drawn are a sample, and no certainty.
    pub population: Option<u64>,
}

/// P-values of a sequence of draws.
#[derive(Debug, Clone, PartialEq)]
pub struct PValues {
    /// After each draw.
    pub history: Vec<f64>,
    /// The smallest, at most 1: the measured risk of an audit that looks after each draw.
    pub p: f64,
}

/// A test under way.
#[derive(Debug, Clone)]
pub struct Running {
    step: Step,
    population: Population,
    sample: Sample,
    wealth: Wealth,
    risk: f64,
}

#[derive(Debug, Clone)]
enum Step {
    Alpha(Estimator),
    Betting(BetState),
    Kolmogorov(f64),
    Markov(f64),
    Wald(f64),
}

impl NonnegMean {
    /// No draw made yet.
    pub fn begin(&self) -> Running {
        let with_replacement = matches!(self.test, Test::KaplanMarkov { .. } | Test::KaplanWald { .. });
        let size = if with_replacement { None } else { self.population };
        let population = Population { size, upper: self.upper, null_mean: self.null_mean };
        let step = match &self.test {
            Test::Alpha(estimator) => Step::Alpha(*estimator),
            Test::WaldSprt { eta } => Step::Alpha(Estimator::Fixed { eta: *eta }),
            Test::Betting(bet) => Step::Betting(BetState::new(bet, &population)),
            Test::KaplanKolmogorov { g } => Step::Kolmogorov(g.max(0.0)),
            Test::KaplanMarkov { g } => Step::Markov(g.max(0.0)),
            Test::KaplanWald { g } => Step::Wald(g.clamp(0.0, 1.0)),
        };
        Running { step, population, sample: Sample::default(), wealth: Wealth::ONE, risk: 1.0 }
    }

    /// P-values after each of these draws.
    pub fn p_values(&self, xs: &[f64]) -> PValues {
        let mut running = self.begin();
        let history = xs.iter().map(|x| running.push(*x)).collect();
        PValues { history, p: running.risk() }
    }
}

impl Running {
    /// One more draw; the p-value after it. A value outside the bounds counts as the nearer bound, one that is no number as
    /// 0; draws beyond the population change nothing.
    pub fn push(&mut self, x: f64) -> f64 {
        if self.population.size.is_some_and(|size| self.sample.drawn >= size) {
            return self.p();
        }
        let x = if x.is_nan() { 0.0 } else { x.min(self.population.upper).max(0.0) };
        let null = self.population.null(&self.sample);
        let factor = match null {
            Null::Mean(mean) => self.factor(x, mean),
            Null::CertainlyTrue => 0.0,
            Null::AllZero | Null::CertainlyFalse => 1.0,
        };
        self.wealth.multiply(factor);
        self.sample.add(x);
        if let Step::Betting(bet) = &mut self.step {
            bet.learn(x, null, &self.sample);
        }
        self.risk = self.risk.min(self.p());
        self.p()
    }

    /// The p-value now. 0 where the draws alone refute the hypothesis, whatever is left to draw; 1 where they prove it.
    pub fn p(&self) -> f64 {
        match self.population.null(&self.sample) {
            Null::CertainlyFalse => 0.0,
            Null::CertainlyTrue => 1.0,
            Null::Mean(_) | Null::AllZero => self.wealth.p(),
        }
    }

    /// The smallest p-value so far, at most 1: the measured risk of an audit that looks after each draw.
    pub fn risk(&self) -> f64 {
        self.risk
    }

    /// Whether so many more draws, none above `most`, could still bring the p-value to `p`. `false` is certain; `true` is not:
    /// no bet that loses at most all gains more from a value than its ratio to the mean that is left by the null hypothesis.
    pub fn can_reach(&self, p: f64, draws: u64, most: f64) -> bool {
        let most = most.min(self.population.upper);
        let lowest_mean = match self.population.size {
            None => self.population.null_mean,
            Some(size) => {
                let draws = draws.min(size.saturating_sub(self.sample.drawn)).saturating_sub(1) as f64;
                let left = size as f64 - self.sample.drawn as f64 - draws;
                (size as f64 * self.population.null_mean - self.sample.sum() - draws * most) / left
            }
        };
        // Where the draws could refute the hypothesis outright, no number says that they won't.
        let gain = if lowest_mean > 0.0 { (most / lowest_mean).ln().max(0.0) } else { f64::INFINITY };
        self.risk <= p || draws > 0 && self.wealth.ln() + draws as f64 * gain >= -p.ln() * (1.0 - 1e-9)
    }

    /// Natural logarithm of the evidence, the product of the factors of all draws; what it says of certainty is `p`'s.
    pub fn ln_evidence(&self) -> f64 {
        self.wealth.ln()
    }

    /// How many draws were made.
    pub fn draws(&self) -> u64 {
        self.sample.drawn
    }

    fn factor(&mut self, x: f64, mean: f64) -> f64 {
        let Population { upper, null_mean, .. } = self.population;
        match &mut self.step {
            Step::Alpha(estimator) => {
                let guess = estimator.guess(&self.population, mean, &self.sample);
                alpha::factor(x, guess, mean, upper)
            }
            Step::Betting(bet) => 1.0 + bet.stake(mean, &self.sample, self.wealth.ln()) * (x - mean),
            Step::Kolmogorov(g) => kaplan::kolmogorov(x, *g, &self.population, &self.sample),
            Step::Markov(g) => kaplan::markov(x, *g, null_mean),
            Step::Wald(g) => kaplan::wald(x, *g, null_mean),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn betting(bet: Bet, population: Option<u64>) -> NonnegMean {
        NonnegMean { test: Test::Betting(bet), upper: 1.0, null_mean: 0.5, population }
    }

    fn evidence(test: &NonnegMean, xs: &[f64]) -> f64 {
        let mut running = test.begin();
        for x in xs {
            running.push(*x);
        }
        running.ln_evidence().exp()
    }

    #[test]
    fn a_mixture_is_the_mean_of_its_bets() {
        let xs = [1.0, 1.0, 0.0, 0.5, 1.0, 0.0, 1.0, 1.0];
        let bets = [0.2, 0.9, 1.8].map(|lambda| Bet::Fixed { lambda });
        let mean = bets.iter().map(|bet| evidence(&betting(bet.clone(), Some(40)), &xs)).sum::<f64>() / 3.0;
        let mixed = evidence(&betting(Bet::Mixture(bets.to_vec()), Some(40)), &xs);
        assert!((mixed - mean).abs() < 1e-12 * mean);
    }

    #[test]
    fn a_full_count_decides() {
        let test = betting(Bet::Fixed { lambda: 0.0 }, Some(4));
        assert_eq!(test.p_values(&[1.0, 0.5, 0.5, 0.5]).p, 0.0);
        assert_eq!(test.p_values(&[1.0, 0.0, 1.0, 0.0]).p, 1.0);
        assert_eq!(test.p_values(&[0.0, 0.0, 1.0, 1.0, 1.0, 1.0]).p, 1.0);
    }

    /// Bets that look at reported counts, stake boldly and stop at the limit stay fair: over all orders of a tied population the
    /// evidence after each number of draws has a mean of at most 1.
    #[test]
    fn evidence_of_a_tie_has_a_mean_of_at_most_one() {
        let expected = plurality_shares(0.7, 0.2);
        let hasty = Some(Horizon::new(0.05, 0.25, 8, 0.3));
        for (horizon, counted) in [(None, true), (hasty, true), (None, false)] {
            let kelly = Kelly { expected: expected.clone(), counted, risk_limit: Some(0.3), horizon };
            let test = betting(Bet::Kelly(kelly), Some(8));
            // As many orders with each choice of places for the four ones: all are equally likely.
            let orders = (0u32..256).filter(|order| order.count_ones() == 4);
            let orders: Vec<Vec<f64>> = orders.map(|o| (0..8).map(|at| f64::from(o >> at & 1)).collect()).collect();
            for draws in 1..=8 {
                let mean = orders.iter().map(|xs| evidence(&test, &xs[..draws])).sum::<f64>() / orders.len() as f64;
                assert!(mean <= 1.0 + 1e-9, "{mean} after {draws}");
            }
        }
    }

    proptest! {
        /// What is said to be out of reach is not reached, whatever is drawn next.
        #[test]
        fn out_of_reach_is_never_reached(
            which in 0usize..6,
            drawn in prop::collection::vec(0.0..1.0f64, 0..20),
            next in prop::collection::vec(0.5..0.7f64, 1..20),
            with_replacement: bool,
        ) {
            let test = match which {
                0 => Test::Alpha(Estimator::Fixed { eta: 0.7 }),
                1 => Test::Betting(Bet::Fixed { lambda: 1.9 }),
                2 => Test::Betting(Bet::Agrapa { first: 1.0, c_first: 0.9, c_last: 0.99, c_growth: 10.0 }),
                3 => Test::Betting(Bet::Mixture(vec![Bet::Fixed { lambda: 0.5 }, Bet::Fixed { lambda: 1.9 }])),
                4 => Test::KaplanKolmogorov { g: 0.1 },
                _ => Test::KaplanMarkov { g: 0.1 },
            };
            let population = (!with_replacement).then_some(60);
            let mut running = NonnegMean { test, upper: 1.0, null_mean: 0.5, population }.begin();
            drawn.iter().for_each(|x| { running.push(*x); });
            let most = next.iter().copied().fold(0.0, f64::max);
            let limit = 0.3;
            let could = running.can_reach(limit, next.len() as u64, most);
            next.iter().for_each(|x| { running.push(*x); });
            prop_assert!(could || running.risk() > limit);
        }

        #[test]
        fn whatever_is_drawn_there_is_a_p_value(
            xs in prop::collection::vec(prop::num::f64::ANY, 0..40),
            upper in prop::num::f64::ANY,
            null_mean in prop::num::f64::ANY,
            parameter in prop::num::f64::ANY,
            population in prop::option::of(0u64..30),
        ) {
            let eta = parameter;
            let shrunk = Estimator::ShrinkTrunc { eta, c: eta, d: eta, f: eta, min_sd: eta };
            let agrapa = Bet::Agrapa { first: eta, c_first: eta, c_last: eta, c_growth: eta };
            let expected = vec![Expected { value: eta, share: eta }, Expected { value: 1.0, share: 0.5 }];
            let horizon = Some(Horizon::new(0.01, 0.25, 30, 0.05));
            let kelly = Bet::Kelly(Kelly { expected, counted: true, risk_limit: Some(eta), horizon });
            for test in [
                Test::Alpha(shrunk),
                Test::Alpha(Estimator::OptimalComparison { error_rate_2: eta }),
                Test::Betting(Bet::Mixture(vec![agrapa, kelly])),
                Test::KaplanKolmogorov { g: eta },
                Test::KaplanMarkov { g: eta },
                Test::KaplanWald { g: eta },
                Test::WaldSprt { eta },
            ] {
                let p = NonnegMean { test, upper, null_mean, population }.p_values(&xs);
                prop_assert!((0.0..=1.0).contains(&p.p), "{}", p.p);
                prop_assert!(p.history.iter().all(|p| (0.0..=1.0).contains(p)), "{:?}", p.history);
            }
        }
    }
}
