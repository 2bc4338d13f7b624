//! Ballot comparison: each drawn card against its record (Stark 2020, "Sets of Half-Average Nulls Generate Risk-Limiting Audits:
//! SHANGRLA", section 3.2).
//!
//! Cards of batches that have no records, and have reported totals, get the batch's mean for a record (Stark 2023,
//! "Overstatement-Net-Equivalent Risk-Limiting Audit: ONEAudit"); cards with neither are phantoms.

use std::collections::BTreeMap;

use pollwarden_rla::{
    Assorter, Bet, CardRecord, Comparison, ErrorRates, Expected, Kelly, NonnegMean, Pool, Test, Vote,
};

use super::assertions::{Assertion, Ballots};
use super::contest::{Bets, Look, Looked, Measured};
use super::sum;

impl Look<'_> {
    /// By comparison: how much each record overstates the assertion.
    pub(super) fn compare(&self, assertion: Assertion, ballots: &Ballots, cards: &[Looked]) -> Measured {
        let Assertion { says, assorter } = assertion;
        let pools = self.pool_means(&assorter);
        let pooled: f64 = pools.values().map(|(mean, cards)| (mean - 0.5) * *cards as f64).sum();
        let margin = self.margin(&assorter, ballots) + 2.0 * pooled / self.cards.max(1) as f64;
        let comparison = Comparison { assorter, margin, use_style: self.style };
        let ranked = self.decided.is_ranked();
        let record = |card: &Looked| {
            pools.get(&self.batch(card)).map_or(CardRecord::Phantom, |(mean, _)| CardRecord::Pool(*mean))
        };
        let value = |card: &Looked| {
            let recorded =
                card.recorded.as_ref().map_or_else(|| record(card), |vote| CardRecord::Cvr(vote.as_vote(ranked)));
            comparison.value(&recorded, card.read.as_ref().map(|vote| vote.as_vote(ranked)).as_ref())
        };
        let values: Vec<f64> = cards.iter().map(value).collect();
        let test = self.comparison_test(&comparison, &pools);
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
        let more = if borne_out { bets.more(self.limit, self.cards, self.replays) } else { None };
        Measured { says, margin, risk, doubt, more, bets: Some(bets) }
    }

    /// Kelly's bets on the usual errors of records, and on what the cards of pools should say: their values differ from card to card
    /// though nothing is wrong.
    fn comparison_test(&self, comparison: &Comparison, pools: &BTreeMap<usize, (f64, u64)>) -> NonnegMean {
        let plain = NonnegMean::for_comparison(comparison, &ErrorRates::USUAL, self.population(), self.limit);
        let cards: u64 = pools.values().map(|(_, cards)| cards).sum();
        if cards == 0 {
            return plain;
        }
        let all = self.cards.max(1) as f64;
        let pooled = cards as f64 / all;
        let of_records = comparison.expected(&ErrorRates::USUAL).into_iter();
        let of_records = of_records.map(|e| Expected { share: e.share * (1.0 - pooled).max(0.0), ..e });
        let mean = pools.values().map(|(mean, cards)| mean * *cards as f64).sum::<f64>() / cards as f64;
        let value = |choices: &[u32]| comparison.value(&CardRecord::Pool(mean), Some(&Vote::Choices(choices)));
        let votes = self.pooled_votes(&comparison.assorter, pools);
        let rest = cards.saturating_sub(votes.iter().map(|(_, votes)| votes).sum());
        let of_votes =
            votes.iter().map(|(choice, votes)| Expected { value: value(&[*choice]), share: *votes as f64 / all });
        let of_rest = Expected { value: value(&[]), share: rest as f64 / all };
        let expected = of_records.chain(of_votes).chain([of_rest]).collect();
        let kelly = Kelly { expected, counted: false, risk_limit: Some(self.limit.share()), horizon: None };
        NonnegMean { test: Test::Betting(Bet::Kelly(kelly)), ..plain }
    }

    /// Votes in all pools for the choices that the assertion is about.
    fn pooled_votes(&self, assorter: &Assorter, pools: &BTreeMap<usize, (f64, u64)>) -> Vec<(u32, u64)> {
        let about = |choice: &u32| match assorter {
            Assorter::Plurality { winner, loser } => choice == winner || choice == loser,
            _ => true,
        };
        let votes = |choice: u32| {
            let each = pools.keys().filter_map(|batch| self.pools.get(batch)?.get(choice as usize));
            (choice, each.fold(0u64, |sum, votes| sum.saturating_add(*votes)))
        };
        (0..self.decided.contest.choices.len() as u32).filter(about).map(votes).collect()
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
    let all = sum(votes);
    if votes.iter().any(|v| *v > cards) || all > cards.saturating_mul(u64::from(votes_allowed)) {
        return None;
    }
    match assorter {
        Assorter::Plurality { winner, loser } => Pool::of_totals(cards, of(winner), of(loser)),
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
