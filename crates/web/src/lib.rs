//! Sensor `web`: was anyone in our websites, and how many voters' records left?
//!
//! Formats turn access logs into the table `requests`, judging each request on the way; detectors ask that table and judge
//! who attacked, whether it worked, and how many records left. Finding and opening files is left to `pollwarden-intake`,
//! running plans to the engine.

mod derive;
mod detectors;
pub mod formats;
pub mod request;
pub mod sigma;
pub mod simulate;
mod sizing;
mod tables;

pub use derive::DERIVED;
pub use detectors::DETECTORS;
pub use formats::{FORMATS, PatternError, check_log_format, formats};
pub use tables::{ASKED, CLIENTS, MINUTES, PAGES, REQUESTS, SIGNS, VISITS};
