//! Ballot polling: marks of drawn ballots alone, no cast vote records.
//!
//! | method | after | assumes |
//! | --- | --- | --- |
//! | [`Method::Bravo`] | Lindeman, Stark and Yates 2012 | draws with replacement; rounds chosen freely |
//! | [`Method::Minerva`], [`Method::Athena`] | Zagorski et al. 2021 and 2020 | draws with replacement; sizes of rounds chosen without regard to what was found |
//! | [`Method::Providence`] | Broadrick et al. 2023 | draws with replacement; rounds chosen freely |
//! | [`bayes`] | Vora 2019 | draws without replacement; one round, no undervotes |
//!
//! With or without replacement: the first four compare binomial chances. Drawn without replacement the votes of a tied contest
//! spread less than these chances, so the rules stay within the limit, and [`plan`] with [`Draw::WithoutReplacement`] counts on
//! the smaller spread of a right tally: it needs fewer cards and never more than exist. Methods whose rule itself uses the
//! finite number of cards (ALPHA) are in the crate's martingales.

pub mod bayes;
pub mod bravo;
mod law;
pub mod minerva;
pub mod peers;
mod plan;
pub mod providence;
mod rounds;
mod rule;
mod search;
mod walk;

pub use plan::{Draw, Method, Plan, plan};
pub use rounds::{Measured, PairRisk, Rounds};

use crate::{RiskLimit, Tally};

impl Method {
    /// The risk of each winner and loser after each round. Rounds made for a tally of another number of candidates say nothing
    /// of this one: no round is measured, and the risk is 1.
    pub fn measure(self, tally: &Tally, limit: RiskLimit, rounds: &Rounds) -> Measured {
        match self {
            Method::Bravo => bravo::measure(tally, limit, rounds),
            Method::Minerva => minerva::measure(tally, limit, rounds),
            Method::Athena { delta } => minerva::measure_athena(tally, limit, rounds, delta),
            Method::Providence => providence::measure(tally, limit, rounds),
        }
    }
}
