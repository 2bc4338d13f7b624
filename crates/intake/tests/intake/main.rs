//! Intake from outside: what a caller sees of good and bad input.
#![allow(clippy::unwrap_used, reason = "tests")]

mod bad_input;
mod blocks;
mod common;
mod find;
mod take_in;
