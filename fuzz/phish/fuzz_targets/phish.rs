//! A message of arbitrary bytes is read and scored: no panic, and the points are the sum of the reasons.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use pollwarden_lookalike::{Protected, builtin};
use pollwarden_mail::Letter;
use pollwarden_mail::phish::{Alignment, Evidence, Imitated, score};

static PROTECTED: LazyLock<Protected> = LazyLock::new(|| Protected::new(builtin()));

fuzz_target!(|raw: &[u8]| {
    let letter = Letter::read(raw);
    let imitations = Imitated::by(&letter, &PROTECTED);
    let evidence = Evidence { imitations, alignment: Alignment::by_receiver(&letter), ..Evidence::default() };
    let score = score(&letter, &evidence);
    let sum: f64 = score.reasons.iter().map(|reason| reason.weight).sum();
    assert!((sum - score.points).abs() < 1e-6);
    assert!(score.reasons.iter().all(|reason| !reason.said.is_empty()));
});
