//! Batches without replacement, each time one of those that are left, with chances as their bounds (Efraimidis and Spirakis
//! 2006, "Weighted Random Sampling with a Reservoir", Information Processing Letters 97(5)).
//!
//! A thing's waiting time is exponential at the rate of its weight, and the first to come is drawn. The time is computed
//! from the thing's first ticket (see [`super::consistent`]), so that a draw from some of the things is the draw from all without
//! the others.

use std::fmt::Display;

use super::DrawError;
use super::consistent::{FirstTicket, Tickets};

/// Places of all things with a weight above 0, in the order of the draw.
///
/// # Errors
/// Where a weight is negative or no number.
pub fn order(things: &[(impl Display, f64)], seed: &str) -> Result<Vec<usize>, DrawError> {
    let mut tickets = Tickets::new(seed);
    let mut waiting: Vec<(f64, FirstTicket, usize)> = Vec::with_capacity(things.len());
    for (place, (id, weight)) in things.iter().enumerate() {
        if !(weight.is_finite() && *weight >= 0.0) {
            return Err(DrawError::NoChance { place, chance: *weight });
        }
        if *weight > 0.0 {
            let ticket = tickets.first(id);
            waiting.push((-(-ticket.fraction()).ln_1p() / weight, ticket, place));
        }
    }
    waiting.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
    Ok(waiting.into_iter().map(|(_, _, place)| place).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_comes_as_often_as_its_weight_says() {
        let things = [("Ash", 1.0), ("Birch", 3.0), ("Cedar", 0.0), ("Dogwood", 6.0)];
        let mut first = [0u32; 4];
        for seed in 0..2000 {
            let order = order(&things, &seed.to_string()).expect("weights");
            assert_eq!(order.len(), 3);
            first[order[0]] += 1;
        }
        // Within four standard deviations of 200, 600 and 1200.
        assert!(
            first[0].abs_diff(200) < 54 && first[1].abs_diff(600) < 82 && first[3].abs_diff(1200) < 88,
            "{first:?}"
        );
    }

    #[test]
    fn a_draw_from_some_is_the_draw_from_all_without_the_others() {
        let things: Vec<(String, f64)> = (1..=40).map(|i| (format!("Batch {i}"), f64::from(i))).collect();
        let mut all = order(&things, "2718281828").expect("weights");
        all.retain(|place| *place < 15);
        assert_eq!(all, order(&things[..15], "2718281828").expect("weights"));
    }

    #[test]
    fn what_is_no_weight_is_refused() {
        assert!(order(&[("Ash", -1.0)], "1").is_err());
        assert!(order(&[("Ash", f64::NAN)], "1").is_err());
    }
}
