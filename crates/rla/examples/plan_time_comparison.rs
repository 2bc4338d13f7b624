//! Time of planning calls for comparison and stratified audits and for tests of a mean, from large margins down to 0.1 % and up to
//! ten million cards.
#![allow(clippy::print_stdout, reason = "an example prints what it measured")]

use std::hint::black_box;
use std::time::Instant;

use pollwarden_rla::suite::{ComparisonStratum, PollingSample, PollingStratum, Suite};
use pollwarden_rla::super_simple::{Misstatements, Rates, SuperSimple};
use pollwarden_rla::{Assorter, Comparison, ErrorRates, NonnegMean, RiskLimit, plurality_shares};

fn main() {
    let limit = RiskLimit::new(0.05).expect("a limit");
    for cards in [1_000u64, 10_000, 100_000, 10_000_000] {
        for margin in [0.2, 0.05, 0.01, 0.002, 0.001] {
            let method = SuperSimple::default();
            let (size, simple) = timed(|| method.plan(limit, margin, Rates::USUAL, cards));
            println!("super-simple  {cards:>9} cards  margin {margin:<5}  {size:>8} cards  {simple:.3} ms");
            means(cards, margin, limit);
            // Of few cards the smallest margins are no vote.
            let shares: &[f64] = if cards < 100_000 { &[] } else { &[0.1, 0.5, 0.9] };
            for &share in shares {
                let fresh = strata(cards, margin, share);
                let (sizes, planned) = timed(|| fresh.plan(limit));
                let (risk, measured) = timed(|| sampled(&fresh).risk());
                println!(
                    "SUITE  {cards:>9} cards, {share} compared  margin {margin:<5}  {sizes:?}  {planned:.3} ms; \
                     risk {risk:.3e}  {measured:.3} ms"
                );
                assert!(sizes.comparison <= fresh.comparison().cards && sizes.polling <= fresh.polling().cards);
            }
        }
    }
}

/// Plans of the recommended tests of a mean, the choice of the test included.
fn means(cards: u64, margin: f64, limit: RiskLimit) {
    let (winner, loser) = (f64::midpoint(1.0, margin), f64::midpoint(1.0, -margin));
    let polling = || NonnegMean::for_polling(1.0, plurality_shares(winner, loser), Some(cards), limit);
    let comparison = Comparison::new(Assorter::Plurality { winner: 0, loser: 1 }, winner, true);
    let compared = || NonnegMean::for_comparison(&comparison, &ErrorRates::USUAL, Some(cards), limit);
    let (polled, poll) = timed(|| polling().planned_draws(limit, 0.9));
    let (drawn, compare) = timed(|| compared().planned_draws(limit, 0.9));
    println!(
        "mean  {cards:>9} cards  margin {margin:<5}  polling {polled:?}  {poll:.3} ms; comparison {drawn:?}  {compare:.3} ms"
    );
}

/// The shortest of 20 calls: longer ones measure the machine's other work.
fn timed<T>(call: impl Fn() -> T) -> (T, f64) {
    let run = || {
        let start = Instant::now();
        let answer = black_box(call());
        (answer, start.elapsed().as_secs_f64() * 1e3)
    };
    let (answer, first) = run();
    (answer, (0..19).map(|_| run().1).fold(first, f64::min))
}

fn strata(cards: u64, margin: f64, share: f64) -> Suite {
    let compared = (cards as f64 * share) as u64;
    let polled = cards - compared;
    let votes = |part: f64| (polled as f64 * 0.95 * part) as u64;
    let comparison = ComparisonStratum {
        cards: compared,
        lead: (compared as f64 * margin) as i64,
        sample: 0,
        found: Misstatements::default(),
    };
    let half = margin / 0.95 / 2.0;
    let polling = PollingStratum {
        cards: polled,
        winner_votes: votes(0.5 + half),
        loser_votes: votes(0.5 - half),
        sample: PollingSample::default(),
    };
    Suite::new(comparison, polling, SuperSimple::default()).expect("two strata")
}

/// A sample of 2,000 compared and 20,000 polled cards, one of each kind misstated.
fn sampled(fresh: &Suite) -> Suite {
    let found = Misstatements { over_by_one: 1, over_by_two: 1, under_by_one: 1, under_by_two: 0 };
    let comparison = ComparisonStratum { sample: 2_000, found, ..*fresh.comparison() };
    let cards = 20_000.min(fresh.polling().cards / 2);
    let part = |votes: u64| cards * votes / fresh.polling().cards;
    let winner = part(fresh.polling().winner_votes);
    let sample = PollingSample { cards, winner, loser: part(fresh.polling().loser_votes) };
    Suite::new(comparison, PollingStratum { sample, ..*fresh.polling() }, SuperSimple::default()).expect("two strata")
}
