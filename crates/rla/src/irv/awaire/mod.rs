//! Audits of instant-runoff contests without cast vote records: AWAIRE (Ek, Stark, Stuckey and Vukcevic 2023, "Adaptively
//! Weighted Audits of Instant-Runoff Voting Elections: AWAIRE", arXiv:2307.10972).
//!
//! Each order of elimination with another winner implies requirements: leads that the ballots must not show. Each requirement
//! is tested by an ALPHA martingale; an order is tested by a mixture of its requirements' bets, weighted by how well each has
//! done so far. The weights only look back, so the mixture is a supermartingale whenever the order is the true one, and by
//! Ville's inequality it reaches one over the risk limit with at most that chance. The outcome is confirmed once every other
//! order is rejected.
//!
//! Orders are handled by their ends and made longer only where the shorter end shows nothing to bet on (section 5 there;
//! Ek et al. 2024, "Efficient Weighting Schemes for Auditing Instant-Runoff Voting Elections", arXiv:2403.15400). A longer end
//! goes on from the shorter one's capital: it adds requirements, so this is still one bet against each order.

mod orders;
mod requirement;

use orders::Orders;

use super::IrvError;
use super::ballots::{check_candidates, check_ranking};
use crate::RiskLimit;

/// How AWAIRE bets; no choice here can raise the risk.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bets {
    /// Share of votes for the leader that bets start from, above a half (ALPHA's `eta_0`).
    pub start: f64,
    /// After how many ballots the sample weighs as much as the start (ALPHA's `d`).
    pub steady: f64,
    /// How many ends of orders are held at most, of more than 16,384 that many: bounds memory and time. Too few only make the
    /// audit longer.
    pub most_orders: usize,
}

impl Default for Bets {
    /// Starts from a lead of 4 per cent, soon left for what the sample shows; 4,096 ends.
    fn default() -> Self {
        Self { start: 0.52, steady: 50.0, most_orders: 4_096 }
    }
}

/// An audit under way, fed with ballots in the order they are drawn, without replacement.
#[derive(Debug, Clone)]
pub struct Awaire {
    orders: Orders,
    cards: u64,
    drawn: u64,
}

impl Awaire {
    /// An audit of `winner` among `candidates`, of `cards` that could hold the contest.
    ///
    /// # Errors
    /// Where nobody or too many stand, or the winner does not.
    pub fn new(candidates: usize, winner: u32, cards: u64, limit: RiskLimit, bets: Bets) -> Result<Self, IrvError> {
        check_candidates(candidates)?;
        check_ranking(candidates, &[winner])?;
        Ok(Self { orders: Orders::new(candidates, winner, cards, limit, bets), cards, drawn: 0 })
    }

    /// One more card's ranking; empty where the contest is not on it, it is invalid, or the card was not found. For a card
    /// that was not found, say so with [`Awaire::draw_missing`].
    ///
    /// # Errors
    /// Where it is no ranking, or more cards are drawn than there are.
    pub fn draw(&mut self, ranking: &[u32]) -> Result<(), IrvError> {
        check_ranking(self.orders.candidates(), ranking)?;
        self.next()?;
        self.orders.draw(Some(ranking));
        Ok(())
    }

    /// One more card, drawn but not found: it counts against every requirement's rejection (Stark 2020, section 3.4:
    /// phantoms).
    ///
    /// # Errors
    /// Where more cards are drawn than there are.
    pub fn draw_missing(&mut self) -> Result<(), IrvError> {
        self.next()?;
        self.orders.draw(None);
        Ok(())
    }

    /// Whether every order with another winner is rejected at the risk limit.
    pub fn confirmed(&self) -> bool {
        self.orders.open() == 0
    }

    /// The measured risk: the largest p-value of an order with another winner; 1 before the first draw unless nobody else
    /// stands.
    pub fn risk(&self) -> f64 {
        self.orders.risk()
    }

    /// Cards drawn.
    pub fn drawn(&self) -> u64 {
        self.drawn
    }

    /// Ends of orders that are not rejected.
    pub fn open(&self) -> usize {
        self.orders.open()
    }

    fn next(&mut self) -> Result<(), IrvError> {
        if self.drawn >= self.cards {
            return Err(IrvError::TooManyBallots { ballots: self.drawn.saturating_add(1), cards: self.cards });
        }
        self.drawn += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::seq::SliceRandom;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    fn audit(cards: u64) -> Awaire {
        Awaire::new(3, 0, cards, RiskLimit::new(0.05).unwrap(), Bets::default()).unwrap()
    }

    #[test]
    fn no_bets_hold_all_orders_of_many() {
        let bets = Bets { most_orders: usize::MAX, ..Bets::default() };
        let mut many = Awaire::new(40, 0, 1_000, RiskLimit::new(0.05).unwrap(), bets).unwrap();
        assert!(many.open() <= 1 << 14);
        (0..25).for_each(|_| many.draw(&[0]).unwrap());
        assert!(many.open() <= 1 << 14);
    }

    #[test]
    fn a_clear_winner_is_confirmed_and_a_loser_is_not() {
        let mut clear = audit(1_000);
        (0..100).for_each(|_| clear.draw(&[0, 1]).unwrap());
        assert!(clear.confirmed() && clear.risk() <= 0.05);
        let mut wrong = audit(1_000);
        (0..1_000).for_each(|_| wrong.draw(&[1, 2]).unwrap());
        assert!(!wrong.confirmed() && wrong.risk() == 1.0);
        assert!(wrong.draw(&[1]).is_err());
    }

    #[test]
    fn missing_cards_are_no_evidence() {
        let mut missing = audit(1_000);
        (0..900).for_each(|_| missing.draw_missing().unwrap());
        assert!(!missing.confirmed() && missing.risk() == 1.0);
    }

    /// Candidate 1 wins by the fewest votes; 0 is reported. Of audits that could stop early, no more than the risk limit may.
    #[test]
    fn a_wrong_winner_is_seldom_confirmed() {
        let limit = RiskLimit::new(0.1).unwrap();
        let mut cards: Vec<&[u32]> = Vec::new();
        [(&[0u32, 1][..], 99), (&[1, 0], 61), (&[2, 1, 0], 39), (&[3, 1], 1)]
            .iter()
            .for_each(|(ranking, ballots)| cards.extend(std::iter::repeat_n(*ranking, *ballots)));
        let mut random = ChaCha8Rng::seed_from_u64(7);
        let mut confirmed = 0;
        for _ in 0..400 {
            cards.shuffle(&mut random);
            let mut audit = Awaire::new(4, 0, cards.len() as u64, limit, Bets::default()).unwrap();
            confirmed += usize::from(cards.iter().any(|card| audit.draw(card).is_ok() && audit.confirmed()));
        }
        // Three standard errors above one tenth of 400.
        assert!(confirmed <= 58, "{confirmed} of 400");
        assert!(confirmed > 0, "a bet that is never won tests nothing");
    }

    #[test]
    fn what_is_no_contest_is_refused() {
        let limit = RiskLimit::new(0.05).unwrap();
        assert!(Awaire::new(3, 3, 10, limit, Bets::default()).is_err());
        assert!(Awaire::new(0, 0, 10, limit, Bets::default()).is_err());
        assert!(audit(10).draw(&[0, 0]).is_err());
        assert!(Awaire::new(1, 0, 10, limit, Bets::default()).unwrap().confirmed());
    }

    #[test]
    fn a_full_sample_confirms_the_closest_winner() {
        let mut close = audit(201);
        (0..100).for_each(|_| close.draw(&[1]).unwrap());
        (0..101).for_each(|_| close.draw(&[0]).unwrap());
        assert!(close.confirmed());
    }
}
