//! Prints the cost of a reverse lookup: as the number of protected names grows, and for each class of look-alike.
//!
//! `cargo run --release -p pollwarden-lookalike --example lookup [-- LIST.csv]`. The list's first column holds domains, as that of
//! the .gov registry does; names drawn from syllables fill it up.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

mod clock;
mod names;

use std::hint::black_box;
use std::time::Instant;

use pollwarden_lookalike::{Party, Protected};

use clock::{Clock, resident_kib};
use names::{Names, Question};

/// Names in the index of the second table.
const NAMES: usize = 16_000;
/// How often all questions are asked; the quickest time of each counts, so that other work on the machine doesn't.
const ROUNDS: usize = 5;

fn main() {
    let mut names = Names::new(std::env::args().nth(1).as_deref());
    println!(
        "{:>7} {:>9} {:>8} {:>14} {:>11} {:>12}",
        "names", "built ms", "KiB", "look-alike us", "genuine us", "stranger us"
    );
    for size in [1_000, 4_000, NAMES, 4 * NAMES] {
        let parties = names.parties(size);
        let (index, built, kib) = index(&parties);
        let [alike, genuine, strange] = names.mixed(&parties).map(|questions| mean(&index, &questions));
        println!("{size:>7} {built:>9.1} {kib:>8} {alike:>14.2} {genuine:>11.2} {strange:>12.2}");
    }
    let parties = names.parties(NAMES);
    let questions = names.of_each_class(&parties);
    println!("\n{NAMES} names; microseconds of a question, by what is asked:");
    by_class("the list may have gaps", &index(&parties).0, &questions);
    by_class("every .gov name is known", &index(&parties).0.knowing_every(&["gov"]), &questions);
}

/// The index, what it cost to build, and how much larger the process is with it.
fn index(parties: &[Party]) -> (Protected, f64, u64) {
    let parties = parties.to_vec();
    let (clock, before) = (Clock::start(), resident_kib());
    let index = Protected::new(parties);
    (index, clock.seconds() * 1e3, resident_kib().saturating_sub(before))
}

/// Microseconds for one of many.
fn mean(index: &Protected, questions: &[Question]) -> f64 {
    let clock = Clock::start();
    questions.iter().for_each(|question| ask(index, question));
    clock.seconds() * 1e6 / questions.len().max(1) as f64
}

fn ask(index: &Protected, question: &Question) {
    match &question.sender {
        Some(name) => {
            black_box(index.sender(name, &question.address));
        }
        None => {
            black_box(index.lookalike(&question.address));
        }
    }
}

fn by_class(title: &str, index: &Protected, questions: &[Question]) {
    let mut quickest = vec![f64::INFINITY; questions.len()];
    for _ in 0..ROUNDS {
        for (question, best) in questions.iter().zip(&mut quickest) {
            let start = Instant::now();
            ask(index, question);
            *best = best.min(start.elapsed().as_secs_f64() * 1e6);
        }
    }
    println!("{:24} {:>6} {:>7} {:>7} {:>7}   {title}", "", "asked", "mean", "median", "99 %");
    let mut classes: Vec<&str> = questions.iter().map(|question| question.class).collect();
    classes.sort_unstable();
    classes.dedup();
    for class in classes {
        let all = questions.iter().zip(&quickest).filter(|(question, _)| question.class == class);
        let mut times: Vec<f64> = all.map(|(_, time)| *time).collect();
        times.sort_by(f64::total_cmp);
        let (mean, at) =
            (times.iter().sum::<f64>() / times.len() as f64, |part: usize| times[times.len() * part / 100]);
        println!("{class:24} {:>6} {mean:>7.2} {:>7.2} {:>7.2}", times.len(), at(50), at(99));
    }
}
