//! Runs plans: detectors' and analysts', over the archive's Parquet or over rows just read, in one DataFusion session.
//!
//! The only crate that knows DataFusion, so that the others build and test quickly. It reads no outside bytes: tables
//! come from `intake` through [`Scratch`], or from the archive as Parquet files.

mod ask;
#[cfg_attr(not(feature = "cluster"), path = "no_cluster.rs")]
pub mod cluster;
mod error;
mod rehearsal;
mod scratch;
mod session;
mod spilled;

pub use ask::{columns_read, run};
pub use error::EngineError;
pub use rehearsal::Rehearsal;
pub use scratch::Scratch;
pub use session::{Engine, EngineOptions, Rows};
