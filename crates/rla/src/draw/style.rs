//! Cards for several contests at once, by what each card holds (Glazer, Spertus and Stark 2021, "More Style, Less Work:
//! Card-style Data Decrease Risk-limiting Audit Sample Sizes", Digital Threats 2(4)).
//!
//! Cards are in the order of their tickets. A contest needs the first so many cards that hold it; drawn is what any contest
//! needs, so that one card serves all of its contests. Contests are numbers here: their names are `count`'s.

use std::collections::{BTreeMap, BinaryHeap};

/// Drawn cards, by style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StyleSample<T> {
    /// Each drawn card's ticket and place among all cards, from 0, in the order of tickets.
    pub cards: Vec<(T, u64)>,
    /// What each contest got, in the contests' order.
    pub contests: Vec<Needed<T>>,
}

/// A contest's share of the sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needed<T> {
    /// How many of the cards it uses. Fewer than it needs only where no other card holds it.
    pub cards: usize,
    /// The last ticket it uses: cards of the sample that hold the contest and come later were drawn for other contests, and
    /// this one must not use them. `None` where it uses no card.
    pub last: Option<T>,
}

/// Draws for each contest the first `sizes` cards that hold it. `cards` are a ticket and the numbers of the card's contests;
/// numbers beyond `sizes` are contests that are not audited. Memory grows with the sum of `sizes`, not with the cards.
pub fn by_style<T, C>(cards: impl IntoIterator<Item = (T, C)>, sizes: &[usize]) -> StyleSample<T>
where
    T: Ord + Clone,
    C: IntoIterator<Item = usize>,
{
    let mut contests: Vec<Lowest<T>> = sizes.iter().map(|size| Lowest::new(*size)).collect();
    for (place, (ticket, held)) in (0u64..).zip(cards) {
        for contest in held {
            if let Some(lowest) = contests.get_mut(contest) {
                lowest.offer(&ticket, place);
            }
        }
    }
    let needed = contests.iter().map(Lowest::needed).collect();
    let drawn: BTreeMap<(T, u64), ()> = contests.into_iter().flat_map(|c| c.kept).map(|card| (card, ())).collect();
    StyleSample { cards: drawn.into_keys().collect(), contests: needed }
}

/// The cards with the lowest tickets, so many at most.
struct Lowest<T> {
    size: usize,
    kept: BinaryHeap<(T, u64)>,
    seen: Option<u64>,
}

impl<T: Ord + Clone> Lowest<T> {
    fn new(size: usize) -> Self {
        Self { size, kept: BinaryHeap::new(), seen: None }
    }

    /// A card that names a contest twice holds it once.
    fn offer(&mut self, ticket: &T, place: u64) {
        if self.seen.replace(place) == Some(place) {
            return;
        }
        if self.kept.len() < self.size {
            self.kept.push((ticket.clone(), place));
        } else if let Some(mut last) = self.kept.peek_mut()
            && *ticket < last.0
        {
            *last = (ticket.clone(), place);
        }
    }

    fn needed(&self) -> Needed<T> {
        Needed { cards: self.kept.len(), last: self.kept.peek().map(|(ticket, _)| ticket.clone()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_card_serves_all_of_its_contests() {
        // Tickets 10 to 60; contest 0 on all cards, contest 1 on two of them.
        let cards =
            [(30, vec![0]), (10, vec![0, 1]), (20, vec![0]), (60, vec![1, 0, 1]), (50, vec![0, 7]), (40, vec![])];
        let sample = by_style(cards, &[2, 5]);
        assert_eq!(sample.cards, [(10, 1), (20, 2), (60, 3)]);
        assert_eq!(sample.contests[0], Needed { cards: 2, last: Some(20) });
        assert_eq!(sample.contests[1], Needed { cards: 2, last: Some(60) });
    }

    #[test]
    fn a_contest_that_needs_none_gets_none() {
        let sample = by_style([(1, [0usize]), (2, [0])], &[0]);
        assert_eq!(sample, StyleSample { cards: vec![], contests: vec![Needed { cards: 0, last: None }] });
    }

    /// Goes through the cards in the order of their tickets and takes each that a contest still waits for.
    fn one_by_one(cards: &[(u32, Vec<usize>)], sizes: &[usize]) -> Vec<(u32, u64)> {
        let mut order: Vec<usize> = (0..cards.len()).collect();
        order.sort_by_key(|at| cards[*at].0);
        let mut waiting = sizes.to_vec();
        let mut taken = Vec::new();
        for at in order {
            let waited = cards[at].1.iter().filter(|contest| waiting[**contest] > 0).count() > 0;
            if waited {
                taken.push((cards[at].0, at as u64));
                cards[at].1.iter().for_each(|contest| waiting[*contest] = waiting[*contest].saturating_sub(1));
            }
        }
        taken
    }

    proptest! {
        #[test]
        fn drawn_is_what_going_through_the_cards_would_draw(
            held in prop::collection::vec(prop::collection::btree_set(0usize..4, 0..4), 1..60),
            sizes in prop::array::uniform4(0usize..20),
            salt in any::<u32>(),
        ) {
            // Tickets that differ: multiplication by an odd number is one to one.
            let ticket = |at: usize| (at as u32).wrapping_mul(2_654_435_761).wrapping_add(salt);
            let cards: Vec<(u32, Vec<usize>)> =
                held.into_iter().enumerate().map(|(at, held)| (ticket(at), held.into_iter().collect())).collect();
            prop_assert_eq!(by_style(cards.clone(), &sizes).cards, one_by_one(&cards, &sizes));
        }
    }
}
