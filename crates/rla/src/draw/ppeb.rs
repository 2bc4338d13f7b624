//! Batches with replacement, with chances as the error that each can hold at most (Aslam, Popa and Rivest 2008, "On Auditing
//! Elections When Precincts Have Different Sizes"; Stark 2009, "Risk-limiting post-election audits: conservative P-values from
//! common probability inequalities"), as Arlo draws them: by numpy's generator, with tickets to put the draws in order.

use hashbrown::{HashMap, HashSet};

use super::consistent::{Ticket, Tickets};
use super::digest::Number;
use super::numpy::{Choice, Pcg64};
use super::{ArloBatch, DrawError};

/// A drawn batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawnBatch {
    /// Its ticket in this drawing: 18 digits, as Arlo keeps them. Batches are given in the order of their draw, which is the
    /// order to measure risk in; Arlo itself sorts them by ticket first.
    pub ticket: Ticket,
    /// The batch's place among all.
    pub batch: usize,
}

/// What one round draws.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DrawnRound {
    /// The batches, in the order of their draw.
    pub batches: Vec<DrawnBatch>,
    /// Whether they are all that were left, by name. That is no random draw: no risk may be measured from them before all are
    /// counted (see [`BatchComparison::trail`](crate::batch::BatchComparison::trail)).
    pub full_count: bool,
}

/// Digits of a ticket that Arlo keeps. A later ticket of the same batch follows from the digits kept.
const DIGITS: usize = 18;

/// Draws `size` batches after those `drawn` in earlier rounds (places, in the order of their draw). `batches` have their
/// bounds with them, in the order in which the results list them: this order is part of the rule.
///
/// Where all rounds together would draw as many as there are batches, each batch not yet drawn is drawn once, by name: a full
/// count.
///
/// # Errors
/// Where a bound is negative or no number, or none is above 0.
pub fn draw(
    seed: &str,
    batches: &[(ArloBatch<'_>, f64)],
    drawn: &[usize],
    size: usize,
) -> Result<DrawnRound, DrawError> {
    let all_rounds = drawn.len().saturating_add(size);
    let full_count = all_rounds >= batches.len();
    let places = if full_count {
        drawn.iter().copied().chain(not_drawn_by_name(batches, drawn)).collect()
    } else {
        chosen(seed, batches, all_rounds)?
    };
    let mut tickets = with_tickets(seed, batches, places);
    Ok(DrawnRound { batches: tickets.split_off(drawn.len().min(tickets.len())), full_count })
}

fn not_drawn_by_name(batches: &[(ArloBatch<'_>, f64)], drawn: &[usize]) -> Vec<usize> {
    let drawn: HashSet<usize> = drawn.iter().copied().collect();
    let mut left: Vec<usize> = (0..batches.len()).filter(|place| !drawn.contains(place)).collect();
    left.sort_by_key(|place| batches[*place].0);
    left
}

fn chosen(seed: &str, batches: &[(ArloBatch<'_>, f64)], size: usize) -> Result<Vec<usize>, DrawError> {
    let bounds: Vec<f64> = batches.iter().map(|(_, bound)| *bound).collect();
    let all: f64 = bounds.iter().sum();
    let choice = Choice::new(&bounds.iter().map(|bound| bound / all).collect::<Vec<f64>>())?;
    let mut seed = Number::of(seed).words32();
    seed.reverse();
    let mut generator = Pcg64::new(&seed);
    Ok((0..size).map(|_| choice.draw(&mut generator)).collect())
}

fn with_tickets(seed: &str, batches: &[(ArloBatch<'_>, f64)], places: Vec<usize>) -> Vec<DrawnBatch> {
    let mut first = Tickets::new(seed);
    let mut last: HashMap<usize, Ticket> = HashMap::new();
    let draws = places.into_iter().filter_map(|batch| Some((batch, batches.get(batch)?.0)));
    draws
        .map(|(batch, id)| {
            let ticket = last.get(&batch).map_or_else(|| first.first(&id).ticket(), Ticket::following).trimmed(DIGITS);
            last.insert(batch, ticket.clone());
            DrawnBatch { ticket, batch }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BATCHES: [(ArloBatch<'static>, f64); 4] = [
        (ArloBatch { jurisdiction: "Elm", batch: "2" }, 0.5),
        (ArloBatch { jurisdiction: "Elm", batch: "10" }, 0.25),
        (ArloBatch { jurisdiction: "Ash", batch: "1" }, 1.25),
        (ArloBatch { jurisdiction: "Oak", batch: "1" }, 0.0),
    ];

    fn drawn(already: &[usize], size: usize) -> Vec<usize> {
        draw("20 dice", &BATCHES, already, size).expect("bounds").batches.into_iter().map(|b| b.batch).collect()
    }

    #[test]
    fn a_full_count_takes_what_is_left_by_name() {
        assert_eq!(drawn(&[], 4), [2, 1, 0, 3]);
        assert_eq!(drawn(&[1, 1], 2), [2, 0, 3]);
        assert_eq!(drawn(&[0, 1, 2, 3], 1), [0usize; 0]);
    }

    #[test]
    fn a_round_says_whether_it_was_drawn_at_random() {
        let full = |already: &[usize], size| draw("20 dice", &BATCHES, already, size).expect("bounds").full_count;
        assert_eq!([full(&[], 3), full(&[], 4), full(&[2, 2], 1), full(&[2, 2], 2)], [false, true, false, true]);
    }

    #[test]
    fn rounds_go_on_from_each_other() {
        let all = draw("20 dice", &BATCHES, &[], 3).expect("bounds").batches;
        let first: Vec<usize> = all.iter().take(1).map(|b| b.batch).collect();
        assert_eq!(draw("20 dice", &BATCHES, &first, 2).expect("bounds").batches, all[1..]);
        assert!(all.iter().all(|b| b.batch != 3));
    }

    #[test]
    fn a_batch_without_error_bound_is_no_chance() {
        let none = BATCHES.map(|(id, _)| (id, 0.0));
        assert!(draw("20 dice", &none, &[], 2).is_err());
        assert!(draw("20 dice", &[], &[7], 2).expect("nothing to draw").batches.is_empty());
    }
}
