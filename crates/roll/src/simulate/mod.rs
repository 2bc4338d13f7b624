//! Invented rolls with known truth: in bulk for measuring, and a small county with ordinary life and manipulations. And threats of
//! any size upon an office's own records, for the detection limit.

mod bulk;
mod county;
mod dice;
mod person;
mod threats;
mod words;

pub use bulk::{BulkPlan, BulkTruth, write_snapshot};
pub use county::{CountyPlan, CountyScenario, Manipulation, Planted, county};
pub(crate) use threats::{Logged, MadeUp, plant};
pub use threats::{THREATS, Threat};
