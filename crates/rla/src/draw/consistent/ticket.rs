//! A ticket as its decimal digits: a fraction of 1 of any precision.

use std::fmt::{self, Display, Formatter};

use crate::draw::digest::Number;

/// A ticket, written `0.2629…`. Tickets compare as the fractions that they are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(String);

impl Ticket {
    pub(super) fn from_digits(digits: &[u8]) -> Self {
        Self::starting("0.", digits)
    }

    fn starting(start: &str, digits: &[u8]) -> Self {
        Self(start.chars().chain(digits.iter().map(|digit| char::from(b'0' + digit))).collect())
    }

    /// All digits, after `0.`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The ticket cut off after so many digits, not counting the nines that it begins with.
    #[must_use]
    pub fn trimmed(&self, digits: usize) -> Self {
        let end = self.nines().saturating_add(digits).min(self.0.len());
        Self(self.0[..end].to_owned())
    }

    /// The ticket that follows this one for the same id: drawn from the fractions above it, by SHA-256 of this ticket and a
    /// counter. It keeps the nines that this one begins with, and the counter goes up until it is above.
    #[must_use]
    pub fn following(&self) -> Self {
        let kept = &self.0[..self.nines()];
        let least = format!("{}0", self.0);
        let drawn = |i: u64| Self::starting(kept, &Number::of(format!("{}:{i}", self.0)).reversed_digits());
        let above = |ticket: &Self| ticket.0 > least;
        (1u64..)
            .map(drawn)
            .find(above)
            .expect("at least one in ten drawn fractions is above: the first digit is below nine")
    }

    /// Where the first digit other than nine is.
    fn nines(&self) -> usize {
        2 + self.0.bytes().skip(2).take_while(|digit| *digit == b'9').count()
    }
}

impl Display for Ticket {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nines_are_not_counted_when_a_ticket_is_cut_off() {
        let ticket = Ticket("0.9991234567890".to_owned());
        assert_eq!(ticket.trimmed(4).as_str(), "0.9991234");
        assert_eq!(ticket.trimmed(usize::MAX), ticket);
        assert_eq!(Ticket("0.99".to_owned()).trimmed(3).as_str(), "0.99");
    }

    #[test]
    fn nothing_but_nines_is_followed_too() {
        let ticket = Ticket("0.999".to_owned());
        assert!(ticket.following() > ticket);
        assert!(ticket.following().as_str().starts_with("0.999"));
    }
}
