//! Providence's first round as r2b2 (4347925) finds it: bisected by powers of ten, with an odd number of votes against a tie a
//! little below a half.

use crate::polling::law::Law;
use crate::polling::rounds::share;
use crate::polling::rule::{Rule, TIE, fewest_against};
use crate::{Pair, RiskLimit};

/// Ballots of a first round by r2b2's search; `None` where it finds no size below ten million.
pub(super) fn size(pair: Pair, limit: RiskLimit, chance: f64) -> Option<u64> {
    let both = pair.winner_votes + pair.loser_votes;
    let share = share(pair);
    let tie = if both.is_multiple_of(2) { TIE } else { Law::With { share: (both / 2) as f64 / both as f64 } };
    let reaches = |drawn: u64| {
        let votes = fewest_against(tie, Rule::Tails, share, limit.share().ln(), drawn);
        votes.is_some_and(|votes| Law::With { share }.upper(drawn, votes) >= chance)
    };
    if reaches(1) {
        return Some(1);
    }
    let (mut low, mut high) = (1, 10);
    while high < 10_000_000 {
        if let Some(size) = bisection(low, high, &reaches) {
            return Some(size);
        }
        (low, high) = (high, high * 10);
    }
    None
}

fn bisection(mut low: u64, mut high: u64, reaches: &dyn Fn(u64) -> bool) -> Option<u64> {
    while high - low > 1 {
        let middle = (low + high) / 2;
        if reaches(middle) { high = middle } else { low = middle }
    }
    [low, low + 1].into_iter().find(|size| reaches(*size))
}
