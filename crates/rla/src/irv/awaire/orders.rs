//! The orders of elimination with another winner, by their ends, and the capital of the bets against each.

use hashbrown::HashMap;

use super::Bets;
use super::requirement::{Requirement, Share};
use crate::RiskLimit;
use crate::irv::assertion::Claim;
use crate::irv::proof::{longer, starts};
use crate::irv::standing::Standing;

/// More ends are never held, whatever the bets ask for.
const MOST_ORDERS: usize = 1 << 14;

/// Draws between two looks for ends to lengthen.
const LOOK_EVERY: usize = 25;

#[derive(Debug, Clone)]
pub(super) struct Orders {
    candidates: usize,
    cards: u64,
    limit: f64,
    bets: Bets,
    open: Vec<End>,
    /// The largest p-value among rejected ends.
    rejected: f64,
    requirements: Vec<Requirement>,
    known: HashMap<Claim, u32>,
    /// What was drawn: requirements met later learn from it what to weigh.
    drawn: Vec<Option<Vec<u32>>>,
}

/// All orders that end alike.
#[derive(Debug, Clone)]
struct End {
    tail: Vec<u32>,
    requirements: Vec<u32>,
    capital: f64,
    most: f64,
}

impl Orders {
    pub(super) fn new(candidates: usize, winner: u32, cards: u64, limit: RiskLimit, bets: Bets) -> Self {
        let bets = Bets { most_orders: bets.most_orders.min(MOST_ORDERS), ..bets };
        let mut orders = Self {
            candidates,
            cards,
            limit: limit.share(),
            bets,
            open: Vec::new(),
            rejected: 0.0,
            requirements: Vec::new(),
            known: HashMap::new(),
            drawn: Vec::new(),
        };
        let ends = starts(candidates, winner).map(|tail| End { tail, requirements: vec![], capital: 1.0, most: 1.0 });
        orders.open = ends.map(|end| orders.required(end)).collect();
        orders.deepen();
        orders
    }

    pub(super) fn candidates(&self) -> usize {
        self.candidates
    }

    pub(super) fn open(&self) -> usize {
        self.open.len()
    }

    pub(super) fn risk(&self) -> f64 {
        self.open.iter().map(|end| 1.0 / end.most).fold(self.rejected, f64::max)
    }

    pub(super) fn draw(&mut self, ranking: Option<&[u32]>) {
        self.requirements.iter_mut().for_each(|r| r.bet(ranking, self.cards, &self.bets));
        let shares: Vec<Share> = self.requirements.iter().map(Requirement::share).collect();
        for end in &mut self.open {
            let factor = mixed(end.requirements.iter().map(|at| shares[*at as usize]));
            end.capital = if factor.is_infinite() { factor } else { end.capital * factor };
            end.most = end.most.max(end.capital);
        }
        self.requirements.iter_mut().for_each(Requirement::settle);
        self.drawn.push(ranking.map(<[u32]>::to_vec));
        let (limit, rejected) = (self.limit, &mut self.rejected);
        self.open.retain(|end| {
            let stays = 1.0 / end.most > limit;
            *rejected = if stays { *rejected } else { rejected.max(1.0 / end.most) };
            stays
        });
        if self.drawn.len().is_multiple_of(LOOK_EVERY) {
            self.lengthen();
        }
    }

    /// Lengthens all ends alike before the first draw, while few are left to each.
    fn deepen(&mut self) {
        let shortest = |orders: &Self| orders.open.first().map_or(orders.candidates, |end| end.tail.len());
        while shortest(self) < self.candidates
            && self.open.len() * (self.candidates - shortest(self)) <= self.bets.most_orders / 16
        {
            let open = std::mem::take(&mut self.open);
            open.into_iter().for_each(|end| self.replace(end));
        }
    }

    /// Lengthens ends that show nothing to bet on, as far as there is room.
    fn lengthen(&mut self) {
        let open = std::mem::take(&mut self.open);
        let mut room = self.bets.most_orders.saturating_sub(open.len());
        for end in open {
            let more = self.candidates - end.tail.len();
            let dull = end.requirements.iter().all(|at| self.requirements[*at as usize].is_dull());
            if dull && more > 0 && more <= room && self.requirements.len() < 8 * self.bets.most_orders {
                room -= more;
                self.replace(end);
            } else {
                self.open.push(end);
            }
        }
    }

    fn replace(&mut self, end: End) {
        for tail in longer(&end.tail, self.candidates) {
            let lengthened = self.required(End { tail, ..end.clone() });
            self.open.push(lengthened);
        }
    }

    /// Adds what the end's first candidate requires: leads that would rule out the tail.
    fn required(&mut self, mut end: End) -> End {
        let Some((&first, later)) = end.tail.split_first() else { return end };
        let standing = Standing::of(&end.tail);
        let gone = Standing::all(self.candidates).but(standing);
        let stays = later.iter().map(|l| Claim::neb(first, *l));
        let goes = gone.iter().map(|w| Claim::neb(w, first));
        let next = later.iter().map(|l| Claim { continuing: standing, winner: first, loser: *l });
        let claims: Vec<Claim> = stays.chain(goes).chain(next).collect();
        end.requirements.extend(claims.into_iter().map(|claim| self.place(claim)));
        end
    }

    fn place(&mut self, claim: Claim) -> u32 {
        if let Some(at) = self.known.get(&claim) {
            return *at;
        }
        let mut requirement = Requirement::new(claim);
        for ranking in &self.drawn {
            requirement.bet(ranking.as_deref(), self.cards, &self.bets);
            requirement.settle();
        }
        let at = self.requirements.len() as u32;
        self.requirements.push(requirement);
        self.known.insert(claim, at);
        at
    }
}

/// The requirements' factors by their weights, with as much on not betting as a capital of 1 has.
fn mixed(shares: impl Iterator<Item = Share>) -> f64 {
    let start = Share { weight: 1.0, outcome: 1.0 };
    let add = |sum: Share, s: Share| Share { weight: sum.weight + s.weight, outcome: sum.outcome + s.outcome };
    let sum = shares.fold(start, add);
    sum.outcome / sum.weight
}
