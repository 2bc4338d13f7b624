//! How long a score takes: `cargo run --release -p pollwarden-mail --example phish_speed -- FOLDER…`
//!
//! Each step over the folder's messages, several times, on one core; the median of the rounds.

use std::time::{Duration, Instant};

use pollwarden_lookalike::{Protected, builtin};
use pollwarden_mail::Letter;
use pollwarden_mail::phish::{Alignment, Evidence, Imitated, score};

const ROUNDS: usize = 5;

#[expect(clippy::print_stdout, reason = "the figures are what it is for")]
fn main() -> std::io::Result<()> {
    let mut raw = Vec::new();
    for folder in std::env::args().skip(1) {
        for entry in std::fs::read_dir(folder)? {
            raw.push(std::fs::read(entry?.path())?);
        }
    }
    let protected = Protected::new(builtin());
    let letters: Vec<Letter> = raw.iter().map(|raw| Letter::read(raw)).collect();
    let evidence: Vec<Evidence> = letters.iter().map(|letter| evidence(letter, &protected)).collect();
    let pairs: Vec<(&Letter, &Evidence)> = letters.iter().zip(&evidence).collect();
    println!("{} messages", raw.len());
    print("read", raw.len(), median(|| raw.iter().map(|raw| Letter::read(raw).links.len()).sum()));
    print(
        "imitations",
        raw.len(),
        median(|| letters.iter().map(|letter| Imitated::by(letter, &protected).len()).sum()),
    );
    print(
        "score",
        raw.len(),
        median(|| pairs.iter().map(|(letter, evidence)| score(letter, evidence).reasons.len()).sum()),
    );
    Ok(())
}

fn evidence(letter: &Letter, protected: &Protected) -> Evidence {
    let imitations = Imitated::by(letter, protected);
    Evidence { imitations, alignment: Alignment::by_receiver(letter), ..Evidence::default() }
}

fn median(mut work: impl FnMut() -> usize) -> Duration {
    let mut times: Vec<Duration> = Vec::new();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        std::hint::black_box(work());
        times.push(start.elapsed());
    }
    times.sort_unstable();
    times[ROUNDS / 2]
}

#[expect(clippy::print_stdout, reason = "the figures are what it is for")]
fn print(step: &str, messages: usize, time: Duration) {
    let each = time.as_secs_f64() * 1e6 / messages.max(1) as f64;
    println!("{step}: {each:.1} µs a message");
}
