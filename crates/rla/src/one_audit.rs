//! Pools of cards whose tally is known and whose cards have no record of their own.
//!
//! Stark 2023, "Overstatement-Net-Equivalent Risk-Limiting Audit: ONEAudit". Each card of a pool gets the pool's mean as its
//! record. The overstatements of a pool then add up to those of any records with the same tally ("overstatement-net
//! equivalent"), so the assertion is true just where the overstatement assorter's mean is above 1/2, whatever cards have
//! records and whatever have none. Drawing and comparing is as with records (`Comparison`).

use crate::{Assorter, CardRecord, Comparison, Vote};

/// What a batch reported, as the assorter sees it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Pool {
    cards: u64,
    sum: f64,
}

impl Pool {
    /// A pool with no card.
    pub fn new() -> Self {
        Self::default()
    }

    /// `cards` more cards that all held `vote`. With plurality of one vote a batch's tally is one call for each candidate and
    /// one for the cards without a valid vote.
    pub fn add(&mut self, assorter: &Assorter, vote: &Vote<'_>, cards: u64) {
        self.cards += cards;
        self.sum += assorter.value(vote) * cards as f64;
    }

    /// The pool of a batch of which only totals are known, also where a voter has several votes: `winner` and `loser` votes for
    /// the two sides of a plurality assertion on `cards` cards. Plurality's number is half of one more than the difference of
    /// the two, so the sum needs no more than these. `None` where either side has more votes than there are cards: the mean of
    /// such totals is none that cards can have, and what they overstate no card could show.
    pub fn of_totals(cards: u64, winner: u64, loser: u64) -> Option<Self> {
        let held = winner <= cards && loser <= cards;
        held.then_some(Self { cards, sum: 0.5 * (cards as f64 + winner as f64 - loser as f64) })
    }

    /// How many cards.
    pub fn cards(&self) -> u64 {
        self.cards
    }

    /// The record that each card of the pool gets.
    pub fn record(&self) -> CardRecord<'static> {
        if self.cards == 0 { CardRecord::Phantom } else { CardRecord::Pool(self.sum / self.cards as f64) }
    }
}

impl Comparison {
    /// A comparison over pools, cards with records and phantoms: `cvrs` are the cards with records, as a pool.
    pub fn of_pools(assorter: Assorter, cvrs: &Pool, pools: &[Pool], phantoms: u64, use_style: bool) -> Self {
        let parts = || std::iter::once(cvrs).chain(pools);
        let cards = parts().map(|p| p.cards).sum::<u64>() + phantoms;
        let sum = parts().map(|p| p.sum).sum::<f64>() + 0.5 * phantoms as f64;
        Self::new(assorter, sum / cards.max(1) as f64, use_style)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn card(at: u32) -> Vec<u32> {
        if at < 3 { vec![at] } else { Vec::new() }
    }

    #[test]
    fn totals_are_enough_for_plurality() {
        let assorter = Assorter::Plurality { winner: 0, loser: 1 };
        let mut pool = Pool::new();
        pool.add(&assorter, &Vote::Choices(&[0, 1]), 3);
        pool.add(&assorter, &Vote::Choices(&[0, 2]), 5);
        pool.add(&assorter, &Vote::Choices(&[1]), 2);
        pool.add(&assorter, &Vote::Choices(&[]), 1);
        assert_eq!(Some(pool), Pool::of_totals(11, 8, 5));
    }

    #[test]
    fn totals_of_more_votes_than_cards_are_no_pool() {
        assert_eq!(Pool::of_totals(100, 150, 10), None);
        assert_eq!(Pool::of_totals(100, 10, 150), None);
        assert_eq!(Pool::of_totals(100, 100, 0).expect("a pool").record(), CardRecord::Pool(1.0));
        assert_eq!(Pool::of_totals(0, 0, 0).expect("a pool").record(), CardRecord::Phantom);
    }

    proptest! {
        /// The definition: with pools, the mean of the overstatement assorter is what the tallies of the batches and the votes on
        /// the cards imply, and the same as with any records that have those tallies.
        #[test]
        fn overstatements_are_net_equivalent(
            pools in prop::collection::vec(prop::collection::vec((0u32..4, 0u32..4), 1..20), 1..6),
            single in prop::collection::vec((0u32..4, 0u32..4), 0..20),
            missing in 0u64..3,
            share in prop::option::of(0.2f64..0.8),
        ) {
            let assorter = share.map_or(Assorter::Plurality { winner: 0, loser: 1 }, |share| Assorter::Supermajority { choice: 0, share });
            let value = |at: u32| assorter.value(&Vote::Choices(&card(at)));
            let pooled = |cards: &[(u32, u32)]| {
                let mut pool = Pool::new();
                cards.iter().for_each(|(reported, _)| pool.add(&assorter, &Vote::Choices(&card(*reported)), 1));
                pool
            };
            let tallies: Vec<Pool> = pools.iter().map(|cards| pooled(cards)).collect();
            let comparison = Comparison::of_pools(assorter.clone(), &pooled(&single), &tallies, missing, true);

            let b = |record: CardRecord<'_>, seen: u32| comparison.value(&record, Some(&Vote::Choices(&card(seen))));
            let alone: f64 = single.iter().map(|(r, seen)| b(CardRecord::Cvr(Vote::Choices(&card(*r))), *seen)).sum();
            let zombies = missing as f64 * comparison.value(&CardRecord::Phantom, None);
            let in_pools: f64 = pools.iter().zip(&tallies).flat_map(|(cards, pool)| cards.iter().map(|(_, seen)| b(pool.record(), *seen))).sum();
            let with_records: f64 = pools.iter().flatten().map(|(r, seen)| b(CardRecord::Cvr(Vote::Choices(&card(*r))), *seen)).sum();
            prop_assert!((in_pools - with_records).abs() < 1e-9);

            let all: Vec<(u32, u32)> = pools.iter().flatten().chain(&single).copied().collect();
            let cards = all.len() as f64 + missing as f64;
            let seen = all.iter().map(|(_, seen)| value(*seen)).sum::<f64>() / cards;
            let reported = (all.iter().map(|(r, _)| value(*r)).sum::<f64>() + 0.5 * missing as f64) / cards;
            let upper = assorter.upper();
            let implied = (1.0 - (reported - seen) / upper) / (2.0 - (2.0 * reported - 1.0) / upper);
            let mean = (alone + zombies + in_pools) / cards;
            prop_assert!((mean - implied).abs() < 1e-9);
            prop_assume!((seen - 0.5).abs() > 1e-9);
            prop_assert_eq!(mean > 0.5, seen > 0.5);
        }
    }
}
