//! Instant-runoff contests: RAIRE's answers (raire-rs, the C++ RAIRE, "A Guide to RAIRE"), San Francisco 2019, AWAIRE's
//! ballots.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may stop at a fault and says what it measured")]

#[path = "irv/awaire.rs"]
mod awaire;
#[path = "irv/margins.rs"]
mod margins;
#[path = "irv/raire_cpp.rs"]
mod raire_cpp;
#[path = "irv/raire_rs.rs"]
mod raire_rs;
#[path = "irv/texts.rs"]
mod texts;
