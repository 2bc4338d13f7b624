//! Prints the cost of a reverse lookup as the number of protected names grows: `cargo run --release -p pollwarden-lookalike --example
//! lookup`.
//!
//! Names are drawn from syllables, as places' names are; a third of the questions are look-alikes, a third genuine, a third
//! strangers.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::time::Instant;

use pollwarden_lookalike::{LookalikeClass, Party, PartyKind, Protected, permutations};
use rand::{RngExt, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;

const SYLLABLES: &[&str] = &[
    "al", "ber", "cam", "don", "el", "fair", "glen", "har", "is", "jes", "ken", "lan", "mar", "nor", "oak", "pen",
    "quin", "ros", "sal", "tam", "ul", "ver", "wil", "york", "zan", "ton", "field", "ford", "ville", "dale", "burg",
    "wood",
];
const STATES: &[&str] = &["al", "fl", "ga", "il", "in", "ny", "oh", "pa", "tx", "wi"];
const QUESTIONS: usize = 10_000;

fn main() {
    let mut draw = ChaCha8Rng::seed_from_u64(1);
    println!("{:>7} {:>10} {:>12} {:>12} {:>12}", "names", "build ms", "look-alike us", "genuine us", "stranger us");
    for size in [1_000, 4_000, 16_000, 64_000] {
        let domains: Vec<String> = (0..size).map(|_| domain(&mut draw)).collect();
        let parties =
            domains.iter().map(|domain| Party::new(PartyKind::Office, &domain.replace(".gov", " office"), &[domain]));
        let parties: Vec<Party> = parties.collect();
        let clock = Clock::start();
        let index = Protected::new(parties);
        let built = clock.seconds() * 1e3;
        let alike: Vec<String> = (0..QUESTIONS).filter_map(|at| look_alike(&domains[at * 7 % size], at)).collect();
        let genuine: Vec<String> = (0..QUESTIONS).map(|at| domains[at * 13 % size].clone()).collect();
        let strange: Vec<String> = (0..QUESTIONS).map(|_| domain(&mut draw).replace(".gov", ".com")).collect();
        let cost = [&alike, &genuine, &strange].map(|hosts| micros(&index, hosts));
        println!("{size:>7} {built:>10.1} {:>12.2} {:>12.2} {:>12.2}", cost[0], cost[1], cost[2]);
    }
}

fn domain(draw: &mut ChaCha8Rng) -> String {
    let parts = draw.random_range(2..4_usize);
    let name: String = (0..parts).filter_map(|_| SYLLABLES.choose(draw)).copied().collect();
    let kind = ["", "county", "cityof", "town"].choose(draw).copied().unwrap_or_default();
    let state = STATES.choose(draw).copied().unwrap_or_default();
    if kind == "cityof" { format!("{kind}{name}{state}.gov") } else { format!("{name}{kind}{state}.gov") }
}

/// One of a domain's look-alikes, of each class in turn.
fn look_alike(domain: &str, turn: usize) -> Option<String> {
    const CHEAP: [LookalikeClass; 6] = [
        LookalikeClass::Omission,
        LookalikeClass::Transposition,
        LookalikeClass::TldSwap,
        LookalikeClass::BrandWord,
        LookalikeClass::Hyphenation,
        LookalikeClass::VowelSwap,
    ];
    let names = permutations(domain, CHEAP[turn % CHEAP.len()]);
    names.get(turn % names.len().max(1)).cloned()
}

/// Microseconds for one lookup.
fn micros(index: &Protected, hosts: &[String]) -> f64 {
    let clock = Clock::start();
    let found = hosts.iter().filter(|host| index.lookalike(host).is_some()).count();
    std::hint::black_box(found);
    clock.seconds() * 1e6 / hosts.len().max(1) as f64
}

/// Time spent on the processor where the system tells it (Linux, proc(5) `schedstat`), so that a busy machine doesn't count;
/// else time passed.
struct Clock {
    wall: Instant,
    busy: Option<u64>,
}

impl Clock {
    fn start() -> Self {
        Self { wall: Instant::now(), busy: busy_nanoseconds() }
    }

    fn seconds(&self) -> f64 {
        match (self.busy, busy_nanoseconds()) {
            (Some(from), Some(to)) => to.saturating_sub(from) as f64 / 1e9,
            _ => self.wall.elapsed().as_secs_f64(),
        }
    }
}

fn busy_nanoseconds() -> Option<u64> {
    std::fs::read_to_string("/proc/thread-self/schedstat").ok()?.split(' ').next()?.parse().ok()
}
