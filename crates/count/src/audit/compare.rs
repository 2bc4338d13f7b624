//! Ballot comparison: each drawn card against its record (Stark 2020, "Sets of Half-Average Nulls Generate Risk-Limiting Audits:
//! SHANGRLA", section 3.2).
//!
//! Cards of batches that have no records, and have reported totals, get the batch's mean for a record (Stark 2023,
//! "Overstatement-Net-Equivalent Risk-Limiting Audit: ONEAudit"); cards with neither are phantoms.

use std::collections::BTreeMap;

use pollwarden_rla::{Assorter, CardRecord, Comparison, ErrorRates, NonnegMean, Pool, Vote};

use super::assertions::{Assertion, Ballots};
use super::contest::{Bets, Look, Looked, Measured};

impl Look<'_> {
    /// By comparison: how much each record overstates the assertion.
    pub(super) fn compare(&self, assertion: Assertion, ballots: &Ballots, cards: &[Looked]) -> Measured {
        let Assertion { says, assorter } = assertion;
        let pools = self.pool_means(&assorter);
        let pooled: f64 = pools.values().map(|(mean, cards)| (mean - 0.5) * *cards as f64).sum();
        let margin = self.margin(&assorter, ballots) + 2.0 * pooled / self.cards.max(1) as f64;
        let comparison = Comparison { assorter, margin, use_style: self.style };
        let ranked = self.decided.is_ranked();
        let record = |card: &Looked| pools.get(&self.batch(card)).map_or(CardRecord::Phantom, |(mean, _)| CardRecord::Pool(*mean));
        let value = |card: &Looked| {
            let recorded = card.recorded.as_ref().map_or_else(|| record(card), |vote| CardRecord::Cvr(vote.as_vote(ranked)));
            comparison.value(&recorded, card.read.as_ref().map(|vote| vote.as_vote(ranked)).as_ref())
        };
        let values: Vec<f64> = cards.iter().map(value).collect();
        let test = NonnegMean::for_comparison(&comparison, &ErrorRates::USUAL, self.population(), self.limit);
        let assorter = comparison.assorter;
        let reported = |card: &Looked| match &card.recorded {
            Some(vote) => self.value(&assorter, vote),
            None => pools.get(&self.batch(card)).map_or(0.5, |(mean, _)| *mean),
        };
        let doubt = self.doubt(&assorter, margin, cards, reported);
        let bets = Bets { assorter, test, values };
        // Records that don't bear the assertion out can't be compared with.
        let borne_out = margin > 0.0;
        let risk = if borne_out { bets.risk() } else { vec![1.0; cards.len()] };
        let more = if borne_out { bets.more(self.limit) } else { None };
        Measured { says, margin, risk, doubt, more, bets: Some(bets) }
    }

    fn batch(&self, card: &Looked) -> usize {
        self.paper.position(card.card).map_or(usize::MAX, |at| at.batch)
    }

    /// For each batch without records and with reported totals: the mean of its cards, and how many there are.
    fn pool_means(&self, assorter: &Assorter) -> BTreeMap<usize, (f64, u64)> {
        let mean = |(batch, votes): (&usize, &Vec<u64>)| {
            let cards = self.paper.cards_of(*batch);
            match pool(assorter, votes, cards, self.decided.votes_allowed)?.record() {
                CardRecord::Pool(mean) => Some((*batch, (mean, cards))),
                _ => None,
            }
        };
        self.pools.iter().filter_map(mean).collect()
    }
}

/// What a batch's totals say of an assertion; `None` where totals don't say it (rankings; shares of several votes each), or where
/// its cards can't hold them.
fn pool(assorter: &Assorter, votes: &[u64], cards: u64, votes_allowed: u32) -> Option<Pool> {
    let of = |choice: &u32| votes.get(*choice as usize).copied().unwrap_or(0);
    let all = votes.iter().fold(0u64, |sum, v| sum.saturating_add(*v));
    if votes.iter().any(|v| *v > cards) || all > cards.saturating_mul(u64::from(votes_allowed)) {
        return None;
    }
    match assorter {
        Assorter::Plurality { winner, loser } => Some(Pool::of_totals(cards, of(winner), of(loser))),
        Assorter::Supermajority { .. } | Assorter::NotSupermajority { .. } if votes_allowed == 1 => {
            let mut pool = Pool::new();
            let each = (0u32..).zip(votes);
            each.for_each(|(choice, votes)| pool.add(assorter, &Vote::Choices(&[choice]), *votes));
            pool.add(assorter, &Vote::Choices(&[]), cards - all);
            Some(pool)
        }
        _ => None,
    }
}
