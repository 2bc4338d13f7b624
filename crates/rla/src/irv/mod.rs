//! Audits of instant-runoff contests (IRV: one seat, ranked ballots, the last candidate is eliminated until one is left).
//!
//! With cast vote records, RAIRE finds assertions that rule out every other winner (Blom, Stuckey and Teague 2019, "RAIRE:
//! Risk-Limiting Audits for IRV Elections", arXiv:1903.08804); each assertion is then audited as a contest of two. Without
//! them, AWAIRE learns from the ballots drawn which assertions to test (Ek, Stark, Stuckey and Vukcevic 2023, "Adaptively
//! Weighted Audits of Instant-Runoff Voting Elections: AWAIRE", arXiv:2307.10972).
//!
//! Rules of single jurisdictions (write-ins, batch elimination, overvotes) are the crate `count`'s: ballots come here as
//! rankings that are already valid.

mod assertion;
mod awaire;
mod ballots;
mod budget;
mod count;
mod error;
mod leads;
mod margin;
mod proof;
mod raire;
mod standing;
mod trim;

pub use assertion::{Assertion, Kind};
pub use awaire::{Awaire, Bets};
pub use ballots::{Ballots, MOST_CANDIDATES};
pub use budget::Budget;
pub use count::{Count, Round, count, possible_winners};
pub use error::IrvError;
pub use margin::{Margin, margin};
pub use proof::{Proof, gap};
pub use raire::assertions;
