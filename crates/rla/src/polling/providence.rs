//! Providence: Broadrick, Vora and Zagorski (2023), "Providence: a Flexible Round-by-Round Risk-Limiting Audit", USENIX Security.
//!
//! Minerva's ratio of tails for the newest round, times Wald's ratio of what all earlier rounds found: sizes of rounds may be
//! chosen by what was found before. Chances are with replacement; drawn without, the same rule is cautious.

use super::rounds::{Measured, PairRisk, Rounds, Seen, share};
use super::rule::{Rule, fewest, ln_tails, ln_wald};
use crate::{Pair, RiskLimit, Tally};

/// The risk of each winner and loser after each round.
pub fn measure(tally: &Tally, limit: RiskLimit, rounds: &Rounds) -> Measured {
    Measured { pairs: tally.pairs().map(|pair| of_pair(pair, limit, &rounds.of(tally, pair))).collect() }
}

fn of_pair(pair: Pair, limit: RiskLimit, seen: &[Seen]) -> PairRisk {
    let share = share(pair);
    let ln_limit = limit.share().ln();
    let mut out = PairRisk { pair, fewest: Vec::new(), risk: Vec::new(), confirmed_in: None };
    let mut before = Seen::default();
    for (round, now) in seen.iter().enumerate() {
        let (more, votes) = (now.drawn() - before.drawn(), now.winner - before.winner);
        let ln_before = ln_wald(share, before.winner, before.loser);
        let ln_risk = ln_tails(share, more, votes) - ln_before;
        out.risk.push(ln_risk.exp().min(1.0));
        if out.confirmed_in.is_none() && ln_risk <= ln_limit {
            out.confirmed_in = Some(round);
        }
        let of_round = fewest(Rule::Tails, share, ln_limit + ln_before, more);
        out.fewest.push(of_round.map(|votes| votes + before.winner));
        before = *now;
    }
    out
}
