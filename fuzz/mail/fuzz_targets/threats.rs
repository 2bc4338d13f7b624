//! Messages of any shape, read for threats.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use pollwarden_mail::Letter;
use pollwarden_mail::threat::{Names, Threats};

static THREATS: LazyLock<Threats> = LazyLock::new(|| {
    Threats::of(&Names { people: vec!["Marta Quell".into()], places: vec!["410 Larch Street".into()] })
});

fuzz_target!(|data: &[u8]| {
    let letter = Letter::read(data);
    if let Some(threat) = THREATS.read(&letter).threat {
        assert!(!threat.reasons.is_empty() && threat.excerpt.chars().count() <= 161);
    }
});
