//! Plans against simulated audits: as many end in time as was asked for, and no plan exceeds the population.

use pollwarden_rla::{Assorter, Comparison, ErrorRates, Expected, NonnegMean, RiskLimit, plurality_shares};
use rand::SeedableRng as _;
use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;

const AUDITS: u64 = 200;

fn limit() -> RiskLimit {
    RiskLimit::new(0.05).expect("a risk limit")
}

fn cards(expected: &[Expected], size: usize) -> Vec<f64> {
    let mut cards: Vec<f64> = Vec::with_capacity(size);
    for e in &expected[1..] {
        cards.extend(vec![e.value; (e.share * size as f64).round() as usize]);
    }
    cards.resize(size, expected[0].value);
    cards
}

fn share_in_time(test: &NonnegMean, mut cards: Vec<f64>, draws: usize) -> f64 {
    let in_time = (0..AUDITS).filter(|audit| {
        cards.shuffle(&mut ChaCha8Rng::seed_from_u64(*audit));
        let mut running = test.begin();
        cards[..draws].iter().any(|x| running.push(*x) <= 0.05)
    });
    in_time.count() as f64 / AUDITS as f64
}

#[test]
fn polling_ends_as_often_as_planned() {
    for (winner, loser, size) in [(0.6, 0.4, 1_000), (0.55, 0.45, 5_000), (0.525, 0.475, 3_000), (0.5, 0.4, 10_000)] {
        let shares = plurality_shares(winner, loser);
        let test = NonnegMean::for_polling(1.0, shares.clone(), Some(size as u64), limit());
        for chance in [0.5, 0.8, 0.9] {
            let draws = test.planned_draws(limit(), chance).expect("no full count");
            let share = share_in_time(&test, cards(&shares, size), draws as usize);
            assert!((share - chance).abs() < 0.08, "{winner} {loser} {size} {chance}: {share} after {draws}");
        }
    }
}

#[test]
fn comparisons_end_at_least_as_often_as_planned() {
    let errors = ErrorRates { o1: 0.005, o2: 0.001, u1: 0.002, u2: 0.0 };
    for (mean, size, rates) in [
        (0.51, 10_000, ErrorRates::USUAL),
        (0.525, 5_000, errors),
        (0.51, 20_000, errors),
        (0.505, 20_000, ErrorRates::USUAL),
        (0.6, 1_000, ErrorRates::default()),
    ] {
        let comparison = Comparison::new(Assorter::Plurality { winner: 0, loser: 1 }, mean, true);
        let test = NonnegMean::for_comparison(&comparison, &rates, Some(size as u64), limit());
        for chance in [0.5, 0.8, 0.9] {
            let draws = test.planned_draws(limit(), chance).expect("no full count");
            let share = share_in_time(&test, cards(&comparison.expected(&rates), size), draws as usize);
            // Few errors make steps: the chance can only be exceeded.
            assert!(share > chance - 0.06, "{mean} {size} {chance}: {share} after {draws}");
        }
    }
}

#[test]
fn no_plan_exceeds_the_population() {
    for size in [1, 2, 10, 1_000, 100_000, 10_000_000] {
        for margin in [0.0, 0.001, 0.01, 0.1, 1.0] {
            let polling = plurality_shares(f64::midpoint(1.0, margin), f64::midpoint(1.0, -margin));
            let comparison =
                Comparison::new(Assorter::Plurality { winner: 0, loser: 1 }, f64::midpoint(1.0, margin), true);
            for rates in [ErrorRates::default(), ErrorRates::USUAL, ErrorRates { o1: 0.9, ..ErrorRates::default() }] {
                let tests = [
                    NonnegMean::for_polling(1.0, polling.clone(), Some(size), limit()),
                    NonnegMean::for_comparison(&comparison, &rates, Some(size), limit()),
                ];
                for chance in [0.0, 0.5, 0.99, 1.0, f64::NAN] {
                    let plans = tests.iter().filter_map(|t| t.planned_draws(limit(), chance));
                    plans.for_each(|draws| assert!(draws >= 1 && draws < size, "{draws} of {size}"));
                }
            }
        }
    }
}
