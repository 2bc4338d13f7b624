//! First tickets, kept as digests: their first nine digits put nearly all of them in order, and only those that are drawn
//! are written out.

use std::cmp::Ordering;

use super::Ticket;
use crate::draw::digest::Number;

/// The first ticket of an id, 36 bytes, in the order of its fraction.
///
/// The fraction's digits are those of a 256-bit number from the last to the first: the first ones of such a number are not
/// equally likely, the last ones are (Rivest's consistent-sampler).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirstTicket {
    lead: u32,
    number: Number,
}

impl FirstTicket {
    pub(super) fn of(number: Number) -> Self {
        Self { lead: lead(number), number }
    }

    /// The ticket written out.
    pub fn ticket(&self) -> Ticket {
        Ticket::from_digits(&self.number.reversed_digits())
    }

    /// The fraction, rounded: above 0 and below 1 but for one ticket in 10^16.
    pub fn fraction(&self) -> f64 {
        self.number.reversed_digits().iter().take(17).rev().fold(0.0, |rest, digit| (rest + f64::from(*digit)) / 10.0)
    }
}

impl Ord for FirstTicket {
    fn cmp(&self, other: &Self) -> Ordering {
        let all_digits = || self.number.reversed_digits().cmp(&other.number.reversed_digits());
        self.lead.cmp(&other.lead).then_with(all_digits)
    }
}

impl PartialOrd for FirstTicket {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The fraction's first nine digits as a number: the last nine of `number`, from the last to the first.
fn lead(number: Number) -> u32 {
    const NINE_DIGITS: u64 = 1_000_000_000;
    let mut last = number.words32().into_iter().fold(0, |rest, word| ((rest << 32) | u64::from(word)) % NINE_DIGITS);
    let mut lead = 0;
    for _ in 0..9 {
        lead = 10 * lead + (last % 10) as u32;
        last /= 10;
    }
    lead
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tickets_come_in_the_order_of_their_digits() {
        let mut firsts: Vec<FirstTicket> = (0..300).map(|i| FirstTicket::of(Number::of(i.to_string()))).collect();
        firsts.sort_unstable();
        let tickets: Vec<Ticket> = firsts.iter().map(FirstTicket::ticket).collect();
        assert!(tickets.is_sorted_by(|a, b| a < b));
        for (first, ticket) in firsts.iter().zip(&tickets) {
            assert_eq!(format!("{:09}", first.lead), ticket.as_str()[2..11]);
        }
    }
}
