//! How long sketches and campaigns take, from 1,000 to 100,000 messages: `cargo run --release --example campaign_curve`.
//!
//! A tenth of the messages are copies of lures to 50 recipients each, a fifth are issues of newsletters, the rest is each by itself.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::time::Instant;

use pollwarden_mail::Letter;
use pollwarden_mail::campaign::{GroupKey, OwnWords, Sketch, campaigns};

fn main() {
    println!("{:>9} {:>14} {:>12} {:>10}", "messages", "µs per sketch", "campaigns s", "found");
    for count in [1_000, 3_000, 10_000, 30_000, 100_000] {
        let letters: Vec<Letter> = (0..count).map(|at| Letter::read(message(at).as_bytes())).collect();
        let (own, key) = (OwnWords::new("Alder County", ["alder.example.org"], []), GroupKey::within_office());
        let start = Instant::now();
        let sketches: Vec<Sketch> = letters.iter().map(|letter| Sketch::of(letter, &own, &key)).collect();
        let sketching = start.elapsed().as_secs_f64() * 1e6 / count as f64;
        let start = Instant::now();
        let found = campaigns(&sketches);
        println!("{count:>9} {sketching:>14.1} {:>12.2} {:>10}", start.elapsed().as_secs_f64(), found.len());
    }
}

fn message(at: u64) -> String {
    let (seed, host, words) = match at % 10 {
        0 => (at / 500, format!("lure{}.test", at / 500), 120),
        1 | 2 => (1_000_000 + at % 10, format!("news{}.example", at % 10), 150),
        _ => (2_000_000 + at, format!("host{}.example", at % 3_000), 100),
    };
    let text = text(seed, words);
    format!(
        "From: Writer <a{}@{host}>\r\nTo: b{at}@alder.example.org\r\nSubject: {}\r\nDate: Mon, 31 Oct 2016 08:00:00 +0000\r\n\r\nDear reader {at},\r\n\r\n{text}\r\nhttps://{host}/r/{at}\r\n",
        seed % 97,
        &text[..20],
    )
}

/// Sentences of words, the common ones more often.
fn text(seed: u64, words: usize) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut out = String::new();
    for at in 1..=words {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let share = (state >> 40) as f64 / (1 << 24) as f64;
        let number = (share * share * share * 4_000.0) as usize;
        for letter in [number % 20, number / 20 % 20, number / 400, number % 7] {
            out.push(char::from(b"abcdefghiklmnoprstuv"[letter % 20]));
        }
        out.push_str(if at % 12 == 0 { ".\r\n" } else { " " });
    }
    out
}
