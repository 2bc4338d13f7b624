//! Invented rolls with known truth: in bulk for measuring, and a small county with ordinary life and manipulations.

mod bulk;
mod county;
mod dice;
mod person;
mod words;

pub use bulk::{BulkPlan, BulkTruth, write_snapshot};
pub use county::{CountyPlan, CountyScenario, Manipulation, Planted, county};
