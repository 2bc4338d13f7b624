//! End-to-end tests: the real binary, as its user runs it.
#![allow(clippy::unwrap_used, reason = "a test that can't read its input has failed")]

mod bad_input;
mod command;
mod county;
mod query;
mod resume;
mod shared_data;
mod support;
