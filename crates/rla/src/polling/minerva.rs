//! Minerva and Athena: Zagorski, McClearn, Morin, McBurnett and Vora (2021), "Minerva: An Efficient Risk-Limiting Ballot Polling
//! Audit", USENIX Security; Athena: the same (2020), arXiv 2008.02315.
//!
//! A round stops when the chance of at least as many votes for the winner is, in a tie, at most the risk limit times that under
//! the tally, both among audits that did not stop before. Chances are with replacement; drawn without, the same rule is
//! cautious. The sizes of rounds must be chosen without regard to what earlier rounds found: that is Minerva's assumption; Providence
//! does without it.

use std::cell::OnceCell;

use super::rounds::{Measured, PairRisk, Rounds, Seen, share};
use super::rule::{self, Rule, ln_wald};
use super::walk::{NEGLIGIBLE, Steps, Walk};
use crate::{Pair, RiskLimit, Tally};

/// The risk of each winner and loser after each round, by Minerva.
pub fn measure(tally: &Tally, limit: RiskLimit, rounds: &Rounds) -> Measured {
    measure_by(tally, limit, rounds, Rule::Tails)
}

/// The same by Athena: Wald's ratio must reach 1 / `delta` besides, and the risk is 1 where it does not. With a `delta` that is not
/// above 0 no number of votes is enough.
pub fn measure_athena(tally: &Tally, limit: RiskLimit, rounds: &Rounds, delta: f64) -> Measured {
    measure_by(tally, limit, rounds, Rule::Athena { delta })
}

fn measure_by(tally: &Tally, limit: RiskLimit, rounds: &Rounds, rule: Rule) -> Measured {
    Measured { pairs: tally.pairs().map(|pair| of_pair(pair, limit, &rounds.of(tally, pair), rule)).collect() }
}

fn of_pair(pair: Pair, limit: RiskLimit, seen: &[Seen], rule: Rule) -> PairRisk {
    let mut past = Past::new(share(pair), limit, rule);
    let mut out = PairRisk { pair, fewest: Vec::new(), risk: Vec::new(), confirmed_in: None };
    for (round, now) in seen.iter().enumerate() {
        // Joining rounds costs most and is left out after the last.
        let next = past.round(now.drawn());
        let fewest = next.fewest();
        out.risk.push(next.risk(now.winner));
        if out.confirmed_in.is_none() && fewest.is_some_and(|fewest| now.winner >= fewest) {
            out.confirmed_in = Some(round);
        }
        out.fewest.push(fewest);
        if round + 1 < seen.len() {
            past = next.went_on(fewest);
        }
    }
    out
}

/// Audits that did not stop in the rounds so far.
pub(crate) struct Past {
    share: f64,
    limit: RiskLimit,
    rule: Rule,
    drawn: u64,
    negligible: f64,
    tie: Walk,
    reported: Walk,
}

impl Past {
    pub(crate) fn new(share: f64, limit: RiskLimit, rule: Rule) -> Self {
        Self { share, limit, rule, drawn: 0, negligible: NEGLIGIBLE, tie: Walk::start(), reported: Walk::start() }
    }

    /// After the rounds of `seen`, to about 1e-4 and much quicker: for planning.
    pub(crate) fn roughly_after(share: f64, limit: RiskLimit, rule: Rule, seen: &[Seen]) -> Self {
        let start = Self { negligible: 1e-9, ..Self::new(share, limit, rule) };
        seen.iter().fold(start, |past, seen| {
            let next = past.round(seen.drawn());
            let past = next.went_on(next.fewest());
            Self { tie: past.tie.thinned(), reported: past.reported.thinned(), ..past }
        })
    }

    /// A next round up to `drawn` votes of the two in all.
    pub(crate) fn round(&self, drawn: u64) -> Next<'_> {
        Next { past: self, drawn: drawn.max(self.drawn), steps: OnceCell::new() }
    }
}

/// A round that is being asked about.
pub(crate) struct Next<'a> {
    past: &'a Past,
    drawn: u64,
    /// Of a tie and under the tally; a first round does without.
    steps: OnceCell<[Steps; 2]>,
}

impl Next<'_> {
    fn steps(&self) -> &[Steps; 2] {
        let new = |share| Steps::new(share, self.drawn - self.past.drawn, self.past.negligible);
        self.steps.get_or_init(|| [0.5, self.past.share].map(new))
    }

    fn tails(&self, votes: u64) -> (f64, f64) {
        let [tie, reported] = self.steps();
        (self.past.tie.upper(tie, votes), self.past.reported.upper(reported, votes))
    }

    /// Ratio of the tails at so many votes for the winner; 1 where Athena's other condition fails, so that a risk within the limit
    /// is one that confirms.
    pub(crate) fn risk(&self, votes: u64) -> f64 {
        if !self.enough_by_wald(votes) {
            return 1.0;
        }
        if self.past.drawn == 0 {
            return rule::ln_tails(self.past.share, self.drawn, votes).exp().min(1.0);
        }
        let (tie, reported) = self.tails(votes);
        if reported > 0.0 {
            return (tie / reported).min(1.0);
        }
        // Only an audit that had stopped before comes here. At the most votes of the others the ratio is one over Wald's, which
        // falls on from there.
        (-ln_wald(self.past.share, votes, self.drawn - votes)).exp().min(1.0)
    }

    fn enough_by_wald(&self, votes: u64) -> bool {
        match self.past.rule {
            Rule::Athena { delta } => ln_wald(self.past.share, votes, self.drawn - votes) >= -delta.ln(),
            _ => true,
        }
    }

    fn confirms(&self, votes: u64) -> bool {
        let (tie, reported) = self.tails(votes);
        self.enough_by_wald(votes) && reported > 0.0 && tie <= self.past.limit.share() * reported
    }

    /// Fewest votes for the winner that confirm.
    pub(crate) fn fewest(&self) -> Option<u64> {
        if self.past.drawn == 0 {
            return rule::fewest(self.past.rule, self.past.share, self.past.limit.share().ln(), self.drawn);
        }
        // Nothing below half the ballots confirms. Wald's number of votes does, Athena's other condition held; where rounding
        // keeps it from that, the next one.
        let half = self.drawn / 2;
        let wald = rule::wald_votes(self.past.share, self.strictest().ln(), self.drawn).ceil() as u64;
        let first = wald.min(self.drawn).max(half + 1).min(self.drawn);
        let enough = |votes: &u64| *votes > half && *votes <= self.drawn && self.confirms(*votes);
        let mut passes = [first, first + 1].into_iter().find(enough)?;
        let mut step = ((self.drawn as f64).sqrt() / 8.0) as u64 + 1;
        let mut fails = passes.saturating_sub(step).max(half);
        while fails > half && self.confirms(fails) {
            (passes, step) = (fails, step * 2);
            fails = passes.saturating_sub(step).max(half);
        }
        while passes - fails > 1 {
            let middle = fails + (passes - fails) / 2;
            if self.confirms(middle) { passes = middle } else { fails = middle }
        }
        Some(passes)
    }

    /// What one over Wald's ratio must not be above.
    fn strictest(&self) -> f64 {
        match self.past.rule {
            Rule::Athena { delta } => self.past.limit.share().min(delta),
            _ => self.past.limit.share(),
        }
    }

    /// The audits that go on after this round.
    pub(crate) fn went_on(&self, fewest: Option<u64>) -> Past {
        let end = fewest.unwrap_or(u64::MAX);
        let [tie, reported] = self.steps();
        Past {
            drawn: self.drawn,
            tie: self.past.tie.then(tie, end),
            reported: self.past.reported.then(reported, end),
            ..*self.past
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally() -> Tally {
        Tally::new(10_000, 1, 1, vec![5_500, 4_500]).expect("a contest")
    }

    fn limit() -> RiskLimit {
        RiskLimit::new(0.1).expect("a limit")
    }

    /// Whoever compares the risk with the limit stops where the rule does, in a first round and in a later one.
    #[test]
    fn athenas_risk_is_within_the_limit_just_where_it_confirms() {
        for (delta, loser) in [(1.0, 100), (0.05, 100), (0.01, 100)] {
            for winner in 100..180 {
                for votes in [vec![vec![winner, loser]], vec![vec![60, 55], vec![winner, loser]]] {
                    let last = votes.len() - 1;
                    let rounds = Rounds::new(&tally(), votes).expect("rounds");
                    let pair = &measure_athena(&tally(), limit(), &rounds, delta).pairs[0];
                    let fewest = pair.fewest[last].expect("some number of votes confirms");
                    assert_eq!(pair.risk[last] <= 0.1, winner >= fewest, "{delta} {winner} {pair:?}");
                    assert_eq!(pair.confirmed_in, (winner >= fewest).then_some(last));
                }
            }
        }
    }
}
