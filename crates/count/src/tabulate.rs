//! Counts of cast vote records by the rules of each kind of contest.

pub mod plurality;
