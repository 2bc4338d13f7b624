//! Mean samples of the recommended tests beside those of SHANGRLA's tests, of Arlo's super-simple and of BRAVO, over simulated
//! audits of right outcomes: `mean_sample [WORK] [SMALLEST_N] [LARGEST_N] [LEAST_MARGIN] [LARGEST_MARGIN]`. WORK is how many draws
//! each test of a cell makes, 5 million if not said, over at least 200 audits.
//!
//! All tests of a cell see the same draws, without replacement. Half of the audits choose the best of the others, the other half
//! compare it with ours: the best of many on the same draws would be too small by chance. The tests' settings are those of
//! SHANGRLA's published p-values.
#![allow(clippy::print_stdout, reason = "an example that prints a table")]

use pollwarden_rla::{
    Assorter, Bet, Comparison, ErrorRates, Estimator, Expected, NonnegMean, RiskLimit, Test, plurality_shares,
};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

const LIMIT: f64 = 0.05;
const SIZES: [usize; 4] = [1_000, 10_000, 100_000, 1_000_000];
const MARGINS: [f64; 6] = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2];
/// Evidence so small never comes back.
const LOST: f64 = -60.0;

fn main() {
    let argument = |at: usize, or: f64| std::env::args().nth(at).and_then(|n| n.parse().ok()).unwrap_or(or);
    let work = argument(1, 5e6);
    let (smallest, largest, least, most) = (argument(2, 0.0), argument(3, 1e9), argument(4, 0.0), argument(5, 1.0));
    println!("| cell | margin | cards | audits | ours | best other | difference (standard error) | |");
    let (mut cells, mut met, mut within) = (0, 0, 0);
    for size in SIZES.into_iter().filter(|size| (smallest..=largest).contains(&(*size as f64))) {
        for margin in MARGINS.into_iter().filter(|margin| (least..=most).contains(margin)) {
            for (name, cell) in cells_of(margin, size) {
                let found = cell.compare(work);
                let sign = if found.difference <= 0.0 { "" } else { "more" };
                cells += 1;
                met += usize::from(found.difference <= 0.0);
                within += usize::from(found.difference > 0.0 && found.difference <= 2.0 * found.error);
                println!(
                    "| {name} | {:.1} % | {size} | {} | {:.1} | {:.1} {} | {:+.2} ({:.2}) | {sign} |",
                    margin * 100.0,
                    found.audits,
                    found.ours,
                    found.other,
                    found.name,
                    found.difference,
                    found.error
                );
            }
        }
    }
    println!("{met} of {cells} cells at most the best other, {within} more within two standard errors");
}

struct Cell {
    cards: Vec<f64>,
    ours: NonnegMean,
    others: Vec<(&'static str, NonnegMean)>,
}

fn cells_of(margin: f64, size: usize) -> Vec<(String, Cell)> {
    let mut cells = Vec::new();
    for undervotes in [0.0, 0.1] {
        cells.push((format!("polling, undervotes {undervotes}"), polling(margin, undervotes, size)));
    }
    for (name, rates) in [("none", ErrorRates::default()), ("usual", ErrorRates::USUAL)] {
        cells.push((format!("comparison, errors {name}"), comparison(margin, &rates, size)));
    }
    cells
}

fn limit() -> RiskLimit {
    RiskLimit::new(LIMIT).expect("a risk limit")
}

/// The margin is diluted by the undervotes.
fn polling(margin: f64, undervotes: f64, size: usize) -> Cell {
    let valid = 1.0 - undervotes;
    let shares = plurality_shares(f64::midpoint(valid, margin), f64::midpoint(valid, -margin));
    let ours = NonnegMean::for_polling(1.0, shares.clone(), Some(size as u64), limit());
    let eta = f64::midpoint(1.0, margin);
    let mut others = others(eta, 1.0, size);
    // BRAVO: a bet by the winner's share of valid votes, with replacement.
    let bravo = NonnegMean {
        test: Test::Betting(Bet::Fixed { lambda: 2.0 * margin / valid }),
        upper: 1.0,
        null_mean: 0.5,
        population: None,
    };
    others.push(("BRAVO", bravo));
    Cell { cards: cards(&shares, size), ours, others }
}

fn comparison(margin: f64, rates: &ErrorRates, size: usize) -> Cell {
    let comparison = Comparison::new(Assorter::Plurality { winner: 0, loser: 1 }, f64::midpoint(1.0, margin), true);
    let expected = comparison.expected(rates);
    let mean = expected.iter().map(|e| e.value * e.share).sum();
    let upper = comparison.upper();
    let mut others = others(mean, upper, size);
    let population = Some(size as u64);
    for error_rate_2 in [rates.o2.max(1e-5), 1e-4, rates.o2 + rates.o1 / 2.0] {
        let test = Test::Alpha(Estimator::OptimalComparison { error_rate_2 });
        others.push(("alpha optimal comparison", NonnegMean { test, upper, null_mean: 0.5, population }));
    }
    let ours = NonnegMean::for_comparison(&comparison, rates, population, limit());
    // Super-simple: Kaplan-Markov with gamma 1.03905 is a bet of 2 / gamma with replacement (Stark 2010).
    let simple = Test::Betting(Bet::Fixed { lambda: 2.0 / 1.03905 });
    others.push(("super-simple", NonnegMean { test: simple, upper, null_mean: 0.5, population: None }));
    Cell { cards: cards(&expected, size), ours, others }
}

fn others(mean: f64, upper: f64, size: usize) -> Vec<(&'static str, NonnegMean)> {
    let shrunk = |d| Estimator::ShrinkTrunc { eta: mean, c: (mean - 0.5) / 2.0, d, f: 0.0, min_sd: 1e-6 };
    let agrapa = |first, c_first, c_last, c_growth| Test::Betting(Bet::Agrapa { first, c_first, c_last, c_growth });
    let tests = vec![
        ("alpha fixed", Test::Alpha(Estimator::Fixed { eta: mean })),
        ("alpha shrink-trunc 10", Test::Alpha(shrunk(10.0))),
        ("alpha shrink-trunc 100", Test::Alpha(shrunk(100.0))),
        ("bet agrapa 0.9", agrapa(1.0, 0.9, 0.99, 10.0)),
        ("bet agrapa 0.6", agrapa(0.1, 0.6, 0.9, 1.0)),
        ("bet fixed 1.5", Test::Betting(Bet::Fixed { lambda: 1.5 })),
        ("kaplan-kolmogorov", Test::KaplanKolmogorov { g: 0.1 }),
        ("kaplan-markov", Test::KaplanMarkov { g: 0.1 }),
        ("kaplan-wald", Test::KaplanWald { g: 0.1 }),
    ];
    let of = |(name, test)| (name, NonnegMean { test, upper, null_mean: 0.5, population: Some(size as u64) });
    tests.into_iter().map(of).collect()
}

fn cards(expected: &[Expected], size: usize) -> Vec<f64> {
    let mut cards = Vec::with_capacity(size);
    for e in &expected[1..] {
        cards.extend(vec![e.value; (e.share * size as f64).round() as usize]);
    }
    cards.resize(size, expected[0].value);
    cards
}

/// What audits of a cell found; means over the second half of them.
struct Found {
    audits: usize,
    ours: f64,
    other: f64,
    name: &'static str,
    difference: f64,
    error: f64,
}

impl Cell {
    fn compare(mut self, work: f64) -> Found {
        let mut chance = ChaCha8Rng::seed_from_u64(self.cards.len() as u64);
        let mut samples = Vec::new();
        let mut draws = 0.0;
        while samples.len() < 200 || (draws < work && samples.len() < 100_000) {
            let sample = self.audit(&mut chance);
            draws += sample[0];
            samples.push(sample);
        }
        let (choosing, comparing) = samples.split_at(samples.len() / 2);
        let mean = |of: &[Vec<f64>], test: usize| of.iter().map(|s| s[test]).sum::<f64>() / of.len() as f64;
        let tests = 1..=self.others.len();
        let best = tests.min_by(|a, b| mean(choosing, *a).total_cmp(&mean(choosing, *b))).expect("other tests");
        let (ours, other) = (mean(comparing, 0), mean(comparing, best));
        let n = comparing.len() as f64;
        let spread = comparing.iter().map(|s| (s[0] - s[best] - (ours - other)).powi(2)).sum::<f64>() / (n - 1.0);
        let name = self.others[best - 1].0;
        Found { audits: samples.len(), ours, other, name, difference: ours - other, error: (spread / n).sqrt() }
    }

    /// One audit by each test: ours first.
    fn audit(&mut self, chance: &mut ChaCha8Rng) -> Vec<f64> {
        let mut order = Order { cards: &mut self.cards, drawn: 0, chance };
        let tests = std::iter::once(&self.ours).chain(self.others.iter().map(|(_, test)| test));
        tests.map(|test| order.sample(test) as f64).collect()
    }
}

/// Cards in random order, as far as any test has looked.
struct Order<'a> {
    cards: &'a mut [f64],
    drawn: usize,
    chance: &'a mut ChaCha8Rng,
}

impl Order<'_> {
    fn card(&mut self, at: usize) -> f64 {
        if at >= self.drawn {
            let other = self.chance.random_range(at..self.cards.len());
            self.cards.swap(at, other);
            self.drawn = at + 1;
        }
        self.cards[at]
    }

    /// Draws until the test ends; all cards where it does not.
    fn sample(&mut self, test: &NonnegMean) -> usize {
        let mut running = test.begin();
        for at in 0..self.cards.len() {
            let card = self.card(at);
            if running.push(card) <= LIMIT {
                return at + 1;
            }
            if running.ln_evidence() < LOST {
                return self.counted_out(test, at + 1);
            }
        }
        self.cards.len()
    }

    /// Draws until the cards seen leave no doubt, for a test without replacement that has lost its evidence.
    fn counted_out(&mut self, test: &NonnegMean, from: usize) -> usize {
        let Some(size) = test.population else { return self.cards.len() };
        let mut sum: f64 = (0..from).map(|at| self.card(at)).sum();
        let needed = size as f64 * test.null_mean * (1.0 + 1e-12);
        for at in from..self.cards.len() {
            sum += self.card(at);
            if sum > needed {
                return at + 1;
            }
        }
        self.cards.len()
    }
}
