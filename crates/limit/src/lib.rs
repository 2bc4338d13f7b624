//! Detection limits: the smallest attack that would have been noticed, searched for by simulation.
//!
//! A trial makes one attack of a given size, seeded, and says whether it was found; what an attack is and who looks for it
//! is left to the caller. This crate chooses sizes and seeds, counts, and puts intervals around what was counted. It reads
//! no file, no clock and no chance of its own: the same seed gives the same limit.

mod interval;
mod search;
mod seed;

pub use interval::{poisson_rate, share};
pub use search::{Effort, found_at, sizes, smallest_found};
pub use seed::{Phase, trial_seed};
