//! End-to-end tests: the real binary, as its user runs it.
#![allow(clippy::unwrap_used, reason = "a test that can't read its input has failed")]
#![allow(clippy::print_stdout, reason = "measured figures are printed, and what was skipped")]

mod bad_input;
mod clerk;
mod command;
mod count;
mod county;
mod databases;
mod duplicates;
mod harvests;
mod kept;
mod ledger;
mod limit;
mod mail;
mod mail_servers;
mod proof;
mod query;
mod resume;
mod same_findings;
mod settings;
mod shared_data;
mod support;
