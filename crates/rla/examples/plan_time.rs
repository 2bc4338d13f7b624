//! Time of planning calls by method, margin and number of cards: `cargo run --release -p pollwarden-rla --example plan_time`.
//!
//! CPU time, the mean of 20 calls (the kernel counts in steps of some milliseconds). Arlo's Minerva and Providence take 140 to 830 ms for margins of 2 % to
//! 4 % on 100,000 cards (the vectors' "secs").

#![allow(clippy::print_stdout, reason = "a program that prints its figures")]

use std::fs;

use pollwarden_rla::polling::{Draw, Method, Plan, Rounds, plan};
use pollwarden_rla::{RiskLimit, Tally};

const METHODS: [(&str, Method); 4] = [
    ("BRAVO", Method::Bravo),
    ("Minerva", Method::Minerva),
    ("Athena", Method::Athena { delta: 1.0 }),
    ("Providence", Method::Providence),
];

fn main() {
    println!("method      round  draw     cards       margin    plan cards  hand count   ms");
    let mut longest: f64 = 0.0;
    for (name, method) in METHODS {
        for cards in [10_000u64, 100_000, 1_000_000, 10_000_000] {
            for margin in [0.2, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001] {
                longest = longest.max(contest(name, method, cards, margin));
            }
        }
    }
    println!("longest {longest:.2} ms");
}

/// First three rounds of a contest with 5 % undervotes, in both ways of drawing.
fn contest(name: &str, method: Method, cards: u64, margin: f64) -> f64 {
    let both = cards / 20 * 19;
    let lead = (cards as f64 * margin).round() as u64;
    let tally = Tally::new(cards, 1, 1, vec![(both + lead) / 2, (both - lead) / 2]).expect("a contest");
    let mut longest: f64 = 0.0;
    for draw in [Draw::WithReplacement, Draw::WithoutReplacement] {
        let (first, ms) = timed(method, &tally, &Rounds::none(), 0, draw);
        tell(name, 1, draw, cards, margin, first, ms);
        longest = longest.max(ms);
        if first.hand_count {
            continue;
        }
        // The first round finds half of the reported lead.
        let seen = first.cards / 20 * 19;
        let lead = (first.cards as f64 * margin / 2.0) as u64;
        let found = vec![(seen + lead) / 2, (seen - lead) / 2];
        // The second is as large and finds as much.
        let twice = found.iter().map(|votes| 2 * votes).collect();
        for (round, found) in [(2, vec![found.clone()]), (3, vec![found, twice])] {
            let drawn = first.cards * (round - 1);
            let rounds = Rounds::new(&tally, found).expect("rounds");
            let (next, ms) = timed(method, &tally, &rounds, drawn, draw);
            tell(name, round, draw, cards, margin, next, ms);
            longest = longest.max(ms);
        }
    }
    longest
}

fn timed(method: Method, tally: &Tally, rounds: &Rounds, drawn: u64, draw: Draw) -> (Plan, f64) {
    let limit = RiskLimit::new(0.05).expect("a limit");
    let start = cpu_ms();
    let plans: Vec<Plan> =
        (0..20).map(|_| plan(method, tally, limit, rounds, drawn, 0.9, draw).expect("a plan")).collect();
    (plans[0], (cpu_ms() - start) / plans.len() as f64)
}

/// Milliseconds that this thread ran (Linux, proc(5)).
fn cpu_ms() -> f64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").expect("a Linux kernel with scheduler statistics");
    let nanoseconds = text.split_whitespace().next().and_then(|text| text.parse::<f64>().ok());
    nanoseconds.expect("nanoseconds first") / 1e6
}

fn tell(name: &str, round: u64, draw: Draw, cards: u64, margin: f64, plan: Plan, ms: f64) {
    let draw = if draw == Draw::WithReplacement { "with" } else { "without" };
    let share = margin * 100.0;
    println!(
        "{name:11} {round:5}  {draw:8} {cards:10} {share:7.1} % {:11} {:11} {ms:7.3}",
        plan.cards, plan.hand_count
    );
}
