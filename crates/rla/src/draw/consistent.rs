//! Consistent sampling with replacement (Rivest 2018, "Consistent Sampling with Replacement", arXiv:1808.10016), with the
//! ticket numbers of the Python package consistent-sampler 1.0.10.
//!
//! Each id has a ticket, a fraction of 1 that only its text and the seed decide; things are drawn in the order of their tickets.
//! What is drawn with replacement gets a new ticket above its last one. So a draw from some of the ids is the draw from all of
//! them without the others.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt::{Display, Write};

use sha2::{Digest, Sha256};

pub use first::FirstTicket;
pub use ticket::Ticket;

use super::digest::Number;
use super::{DrawError, Replacement};

mod first;
mod ticket;

/// What gives first tickets under one seed.
#[derive(Debug, Clone)]
pub struct Tickets {
    /// The seed's digest in hexadecimal has 64 letters, one block of SHA-256: it is hashed once for all ids.
    seeded: Sha256,
    text: String,
}

impl Tickets {
    /// Tickets under a seed.
    pub fn new(seed: &str) -> Self {
        Self { seeded: Sha256::new_with_prefix(Number::of(seed).hex()), text: String::new() }
    }

    /// The first ticket of an id, which is known by its text.
    pub fn first(&mut self, id: &impl Display) -> FirstTicket {
        self.text.clear();
        // A String takes all that is written.
        let _ = write!(self.text, "{id}");
        FirstTicket::of(Number::ending(self.seeded.clone().chain_update(&self.text)))
    }
}

/// A drawn thing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticketed<I> {
    /// Its ticket in this drawing.
    pub ticket: Ticket,
    /// What was drawn.
    pub id: I,
    /// How often it was drawn until now.
    pub generation: u32,
}

/// The longest draw with replacement, where there are not more ids than that.
const MOST_REPLACED: usize = 1_000_000;

/// Draws the first `size` by their tickets, in order: fewer where there are fewer ids and none is replaced.
///
/// Ids are taken one by one and only `size` of them kept.
///
/// # Errors
/// Where one of the drawn ids was given twice, or with replacement more draws are asked for than there are ids and than a million.
pub fn draw<I: Display + Clone + Ord>(
    ids: impl IntoIterator<Item = I>,
    seed: &str,
    size: usize,
    replacement: Replacement,
) -> Result<Vec<Ticketed<I>>, DrawError> {
    let first = smallest(ids, seed, size);
    if let Some(pair) = first.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(DrawError::DuplicateId(pair[0].1.to_string()));
    }
    let most = MOST_REPLACED.max(first.len());
    if replacement == Replacement::With && size > most && !first.is_empty() {
        return Err(DrawError::TooLong { wanted: size as u64, most: most as u64 });
    }
    let first = first.into_iter().map(|(ticket, id)| Ticketed { ticket: ticket.ticket(), id, generation: 1 });
    Ok(match replacement {
        Replacement::Without => first.collect(),
        Replacement::With => replaced(first.map(Reverse).collect(), size),
    })
}

/// The `size` ids with the lowest first tickets. With replacement too no other id can be drawn: a later ticket is above the first.
fn smallest<I: Display + Ord>(ids: impl IntoIterator<Item = I>, seed: &str, size: usize) -> Vec<(FirstTicket, I)> {
    let mut tickets = Tickets::new(seed);
    let mut kept: BinaryHeap<(FirstTicket, I)> = BinaryHeap::new();
    for id in ids {
        let ticket = tickets.first(&id);
        if kept.len() < size {
            kept.push((ticket, id));
        } else if let Some(mut last) = kept.peek_mut()
            && ticket < last.0
        {
            *last = (ticket, id);
        }
    }
    kept.into_sorted_vec()
}

fn replaced<I: Clone + Ord>(mut basket: BinaryHeap<Reverse<Ticketed<I>>>, size: usize) -> Vec<Ticketed<I>> {
    let mut drawn = Vec::new();
    while drawn.len() < size {
        let Some(Reverse(lowest)) = basket.pop() else { break };
        basket.push(Reverse(Ticketed {
            ticket: lowest.ticket.following(),
            id: lowest.id.clone(),
            generation: lowest.generation.saturating_add(1),
        }));
        drawn.push(lowest);
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::{ArloBallot, ArloBatch};
    use proptest::prelude::*;

    fn ids(n: u32) -> impl Iterator<Item = String> {
        (1..=n).map(|i| format!("Cedar-{i}"))
    }

    fn drawn(n: u32, size: usize, replacement: Replacement) -> Vec<Ticketed<String>> {
        draw(ids(n), "01382438112797316654", size, replacement).expect("ids that differ")
    }

    #[test]
    fn an_id_given_twice_is_named() {
        let twice = draw(["Cedar-1", "Cedar-2", "Cedar-1"], "1", 3, Replacement::Without);
        assert_eq!(twice, Err(DrawError::DuplicateId("Cedar-1".to_owned())));
    }

    #[test]
    fn nothing_is_drawn_from_nothing() {
        assert!(drawn(0, 9, Replacement::With).is_empty());
        assert!(drawn(9, 0, Replacement::With).is_empty());
        assert_eq!(drawn(9, 99, Replacement::Without).len(), 9);
        assert_eq!(drawn(9, 99, Replacement::With).len(), 99);
    }

    #[test]
    fn generations_count_up_and_tickets_rise() {
        let draw = drawn(5, 200, Replacement::With);
        assert!(draw.is_sorted_by(|a, b| a.ticket < b.ticket));
        for id in ids(5) {
            let generations = draw.iter().filter(|t| t.id == id).map(|t| t.generation);
            assert!(generations.enumerate().all(|(before, generation)| generation as usize == before + 1));
        }
    }

    #[test]
    fn names_with_quotes_and_invisible_letters_are_drawn_as_by_consistent_sampler() {
        let ann = ArloBatch { jurisdiction: "Saint Ann's", batch: "Back\\up \"2\"" };
        let canon = ArloBatch { jurisdiction: "Ca\u{f1}on\u{2028}Q's", batch: "\u{6f22}\u{5b57} \u{1f5f3}\u{200b}" };
        let ids = ann.ballots(3).chain(canon.ballots(2));
        let drawn = draw(ids, "Walnut \u{e9} 42", 60, Replacement::With).expect("ids that differ");
        // Of the sixty that consistent-sampler 1.0.10 drew under Python 3.11.7.
        for (at, ticket, batch, position, generation) in [
            (0, "0.350888834848073910", canon, 1, 1),
            (1, "0.502815544920819959", ann, 3, 1),
            (4, "0.787287646542718389", ann, 1, 1),
            (57, "0.99999572045183162755483", canon, 1, 9),
            (58, "0.99999662257697843565355", ann, 3, 14),
            (59, "0.99999681009435407574966", canon, 2, 14),
        ] {
            let expected = (ticket, ArloBallot { batch, position }, generation);
            let shown = drawn[at].ticket.trimmed(18);
            assert_eq!((shown.as_str(), drawn[at].id, drawn[at].generation), expected);
        }
    }

    #[test]
    fn a_draw_without_end_is_refused() {
        let endless = draw(ids(3), "1", usize::MAX, Replacement::With);
        assert_eq!(endless, Err(DrawError::TooLong { wanted: usize::MAX as u64, most: MOST_REPLACED as u64 }));
        assert_eq!(draw(ids(3), "1", usize::MAX, Replacement::Without).expect("all").len(), 3);
        assert_eq!(draw(ids(0), "1", usize::MAX, Replacement::With), Ok(Vec::new()));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn a_longer_draw_goes_on_from_a_shorter(n in 1u32..60, short in 0usize..40, more in 0usize..40) {
            for replacement in [Replacement::With, Replacement::Without] {
                let long = drawn(n, short + more, replacement);
                prop_assert_eq!(&long[..short.min(long.len())], &drawn(n, short, replacement)[..]);
            }
        }

        #[test]
        fn a_draw_from_some_is_the_draw_from_all_without_the_others(n in 2u32..60, some in 1u32..60) {
            let some = some.min(n);
            let mut from_all = drawn(n, 4000, Replacement::Without);
            let theirs: Vec<String> = ids(some).collect();
            from_all.retain(|t| theirs.contains(&t.id));
            prop_assert_eq!(from_all, drawn(some, 4000, Replacement::Without));
        }
    }
}
