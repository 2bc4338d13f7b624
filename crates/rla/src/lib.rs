//! Mathematics of risk-limiting audits (RLAs).
//!
//! Numbers in, numbers out: no file, no clock, no secret, no randomness but draws from a public seed by published rules. Ballots,
//! manifests and their formats are the crate `count`'s.
//!
//! A *risk limit* is the largest chance that an audit stops without a full hand count although the reported outcome is
//! wrong (Lindeman and Stark 2012, "A Gentle Introduction to Risk-Limiting Audits").

mod assorter;
pub mod batch;
mod contest;
pub mod draw;
mod error;
pub mod irv;
mod nonneg_mean;
mod one_audit;
pub mod polling;
pub mod suite;
pub mod super_simple;

pub use assorter::{Assorter, CardRecord, Comparison, Vote};
pub use contest::{Pair, Tally};
pub use error::RlaError;
pub use nonneg_mean::{
    Bet, ErrorRates, Estimator, Expected, Horizon, Kelly, NonnegMean, PValues, Running, Test, plurality_shares,
};
pub use one_audit::Pool;

/// The largest chance that an audit lets a wrong outcome stand; above 0 and below 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct RiskLimit(f64);

impl RiskLimit {
    /// A risk limit as a share: 0.05 for five per cent.
    ///
    /// # Errors
    /// Where it is not above 0 and below 1.
    pub fn new(share: f64) -> Result<Self, RlaError> {
        if share > 0.0 && share < 1.0 { Ok(Self(share)) } else { Err(RlaError::RiskLimit(share)) }
    }

    /// The share, above 0 and below 1.
    pub fn share(self) -> f64 {
        self.0
    }
}
