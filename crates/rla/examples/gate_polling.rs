//! The gate: how many audits of a tied contest stop without a full hand count, by method, undervotes, way of drawing and
//! schedule of rounds. `cargo run --release -p pollwarden-rla --example gate_polling 10000`; the test `published` runs a few.
//!
//! A tie is the wrong outcome that is hardest to tell from the reported one. A cell fails where its share of stopped audits is more
//! than three standard errors above the risk limit.

#![allow(clippy::print_stdout, reason = "a program that prints its figures")]
#![allow(dead_code, reason = "the test includes this file and has no use for main")]

use pollwarden_rla::polling::{Draw, Method, Rounds, plan};
use pollwarden_rla::{RiskLimit, Tally};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const METHODS: [Method; 4] = [Method::Bravo, Method::Minerva, Method::Athena { delta: 1.0 }, Method::Providence];

/// One contest whose reported result is wrong.
#[derive(Debug, Clone, Copy)]
struct Cell {
    method: Method,
    draw: Draw,
    cards: u64,
    /// Cards without a vote for one of the two, of a hundred.
    undervotes: u64,
    /// Reported lead, of a hundred cards.
    lead: u64,
    /// Chance to stop that each round is planned for.
    chance: f64,
    limit: f64,
}

/// A cell's figures.
pub(crate) struct Outcome {
    /// What was simulated.
    pub(crate) cell: String,
    /// Audits that stopped.
    pub(crate) stopped: u64,
    /// All audits.
    pub(crate) audits: u64,
    /// Risk limit.
    pub(crate) limit: f64,
}

impl Outcome {
    /// Whether the share of stopped audits is within the limit and three standard errors.
    pub(crate) fn within(&self) -> bool {
        let n = self.audits as f64;
        self.stopped as f64 / n <= self.limit + 3.0 * (self.limit * (1.0 - self.limit) / n).sqrt()
    }
}

fn main() {
    let audits = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(10_000);
    let outcomes = gate(audits);
    for outcome in &outcomes {
        let share = outcome.stopped as f64 / outcome.audits as f64;
        println!("{share:.4} of {} (limit {}): {}", outcome.audits, outcome.limit, outcome.cell);
    }
    let within = outcomes.iter().filter(|outcome| outcome.within()).count();
    println!("{within} of {} cells within the limit", outcomes.len());
    std::process::exit(i32::from(within < outcomes.len()));
}

/// All cells with so many audits each.
pub(crate) fn gate(audits: u64) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    for method in METHODS {
        for draw in [Draw::WithReplacement, Draw::WithoutReplacement] {
            for (cards, undervotes, lead, chance) in [(1_000, 0, 20, 0.5), (1_000, 30, 10, 0.7), (10_000, 10, 8, 0.9)] {
                for limit in [0.05, 0.1] {
                    let cell = Cell { method, draw, cards, undervotes, lead, chance, limit };
                    outcomes.push(cell.run(audits, outcomes.len() as u64));
                }
            }
        }
    }
    outcomes
}

impl Cell {
    fn run(self, audits: u64, seed: u64) -> Outcome {
        let both = self.cards * (100 - self.undervotes) / 100;
        let lead = self.cards * self.lead / 100;
        let tally = Tally::new(self.cards, 1, 1, vec![(both + lead) / 2, (both - lead) / 2]).expect("a contest");
        let limit = RiskLimit::new(self.limit).expect("a limit");
        let plan = |rounds: &Rounds, drawn| plan(self.method, &tally, limit, rounds, drawn, self.chance, self.draw);
        let first = plan(&Rounds::none(), 0).expect("a plan").cards;
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let stopped = (0..audits).filter(|_| self.stops(&tally, limit, first, both / 2, &mut random)).count();
        Outcome { cell: format!("{self:?}"), stopped: stopped as u64, audits, limit: self.limit }
    }

    /// One audit of a tie: each of the two has `each` votes. Rounds grow by half of all cards drawn until the outcome is confirmed or,
    /// after five rounds or all cards, counted by hand.
    fn stops(&self, tally: &Tally, limit: RiskLimit, first: u64, each: u64, random: &mut ChaCha8Rng) -> bool {
        let mut pile = Pile { left: self.cards, winner: each, loser: each, draw: self.draw };
        let (mut seen, mut drawn, mut cumulative) = ([0u64; 2], 0, Vec::new());
        let mut size = first;
        while cumulative.len() < 5 && drawn + size < self.cards {
            for _ in 0..size {
                pile.draw_card(&mut seen, random);
            }
            drawn += size;
            cumulative.push(seen.to_vec());
            size = drawn / 2 + 1;
        }
        // A round that confirmed the outcome would have ended the audit: to look once at all rounds is to look after each.
        let rounds = Rounds::new(tally, cumulative).expect("cumulative votes");
        !rounds.is_empty() && self.method.measure(tally, limit, &rounds).confirmed()
    }
}

/// The cards not yet drawn.
struct Pile {
    left: u64,
    winner: u64,
    loser: u64,
    draw: Draw,
}

impl Pile {
    fn draw_card(&mut self, seen: &mut [u64; 2], random: &mut ChaCha8Rng) {
        if self.left == 0 {
            return;
        }
        let card = random.random_range(0..self.left);
        let (winner, loser) = (card < self.winner, card >= self.winner && card < self.winner + self.loser);
        seen[0] += u64::from(winner);
        seen[1] += u64::from(loser);
        if self.draw == Draw::WithoutReplacement {
            self.left -= 1;
            self.winner -= u64::from(winner);
            self.loser -= u64::from(loser);
        }
    }
}
