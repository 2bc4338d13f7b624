//! Tabulation: from cast vote records to winners, by the rules of a contest.
//!
//! Ranked-choice counts follow RCTab, the program that many US offices count ranked contests with (BrightSpots/rcv 2.0, its
//! `config_file_documentation.txt`): [`Config`] reads an office's own RCTab configuration, and [`from_config`] counts by it,
//! round by round, in exact decimal numbers.

pub mod plurality;

mod ballots;
mod choose;
mod config;
mod decimal;
mod error;
mod java;
mod outcome;
mod place;
mod ranked;
mod rules;
mod source;
mod tally;
#[cfg(test)]
mod tests;
mod tie;
mod transfer;

pub use ballots::{Ballots, Candidate, SourceRecords};
pub use config::{Config, ConfigSource, Provider, from_config};
pub use decimal::Decimal;
pub use error::TabulateError;
pub use outcome::{Counts, Decision, Inactive, Outcome, Round, Slice, Transfer, TransferEnd};
pub use ranked::ranked;
pub use rules::{ElectionMode, OvervoteRule, Rules, SliceBy, TieRule};
