//! Mean samples of the recommended tests beside those of SHANGRLA's tests, of Kaplan and Markov, and of BRAVO, over simulated
//! audits without replacement of right outcomes: `mean_sample [AUDITS] [LARGEST] [SMALLEST_MARGIN]
//! [LARGEST_MARGIN]`, 200 audits a cell, at most 100,000 cards and all margins if not said. All tests of a cell see the same draws. Prints, for each cell, ours, the best other and its name.
#![allow(clippy::print_stdout, reason = "an example that prints a table")]

use pollwarden_rla::{
    Assorter, Bet, Comparison, ErrorRates, Estimator, Expected, NonnegMean, RiskLimit, Test, plurality_shares,
};
use rand::SeedableRng as _;
use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;

const LIMIT: f64 = 0.05;
const MARGINS: [f64; 6] = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2];

fn main() {
    let argument = |at: usize, or: usize| std::env::args().nth(at).and_then(|n| n.parse().ok()).unwrap_or(or);
    let (audits, largest) = (argument(1, 200), argument(2, 100_000));
    let margin_of = |at: usize, or: f64| std::env::args().nth(at).and_then(|n| n.parse().ok()).unwrap_or(or);
    let (least, most) = (margin_of(3, 0.0), margin_of(4, 1.0));
    let sizes = [1_000, 10_000, 100_000, 1_000_000].into_iter().filter(|size| *size <= largest);
    let (mut cells, mut won) = (0, 0);
    for size in sizes {
        for margin in MARGINS.into_iter().filter(|margin| (least..=most).contains(margin)) {
            for (name, cell) in cells_of(margin, size) {
                let (ours, (best, test)) = cell.compare(audits);
                let better = ours <= best;
                cells += 1;
                won += usize::from(better);
                let sign = if better { "<=" } else { "> " };
                println!("{name:28} margin {margin:<5} N {size:<8} {ours:10.1} {sign} {best:10.1} {test}");
            }
        }
    }
    println!("{won} of {cells} cells at most the best other");
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
    for (o1, o2) in [(0.0, 0.0), (0.001, 0.0001), (0.005, 0.0005)] {
        // Error rates that use up most of the margin end in a full count by any test.
        if o1 + 2.0 * o2 < margin / 1.5 {
            let rates = ErrorRates { o1, o2, u1: o1, u2: o2 };
            cells.push((format!("comparison, o1 {o1} o2 {o2}"), comparison(margin, &rates, size)));
        }
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
        ("alpha shrink-trunc 1000", Test::Alpha(shrunk(1000.0))),
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

impl Cell {
    /// The mean sample of ours, and the least mean of the others with its test's name.
    fn compare(mut self, audits: usize) -> (f64, (f64, &'static str)) {
        let mut sums = vec![0; self.others.len() + 1];
        for audit in 0..audits {
            self.cards.shuffle(&mut ChaCha8Rng::seed_from_u64(audit as u64));
            sums[0] += sample(&self.ours, &self.cards);
            for (sum, (_, test)) in sums[1..].iter_mut().zip(&self.others) {
                *sum += sample(test, &self.cards);
            }
        }
        let mean = |sum: usize| sum as f64 / audits as f64;
        let best = sums[1..].iter().zip(&self.others).map(|(sum, (name, _))| (mean(*sum), *name));
        (mean(sums[0]), best.min_by(|a, b| a.0.total_cmp(&b.0)).expect("there are other tests"))
    }
}

/// Draws until the test ends; all cards where it does not.
fn sample(test: &NonnegMean, cards: &[f64]) -> usize {
    let mut running = test.begin();
    cards.iter().position(|x| running.push(*x) <= LIMIT).map_or(cards.len(), |at| at + 1)
}
