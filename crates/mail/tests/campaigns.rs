//! Campaigns against known truth, within an office and across offices, and among real mail.
//!
//! Figures are printed: `cargo test -p pollwarden-mail --test campaigns -- --nocapture`.

#![allow(clippy::print_stdout, reason = "tests print the figures that they reach")]

#[path = "campaigns/across.rs"]
mod across;
#[path = "campaigns/attached.rs"]
mod attached;
#[path = "campaigns/corpora.rs"]
mod corpora;
#[path = "campaigns/generate.rs"]
mod generate;
#[path = "campaigns/one_lure.rs"]
mod one_lure;
#[path = "campaigns/truth.rs"]
mod truth;
