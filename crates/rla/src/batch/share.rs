//! Votes as a share of a margin, compared without rounding: a taint of exactly 1 decides an audit.

use std::cmp::Ordering;

/// So many votes of a margin.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share {
    votes: i128,
    margin: u64,
}

impl Share {
    /// None.
    pub(super) const ZERO: Self = Self { votes: 0, margin: 1 };

    /// `votes`, of which at most as many as fit into 66 bits, of a margin above 0.
    pub(super) fn new(votes: i128, margin: u64) -> Self {
        Self { votes, margin: margin.max(1) }
    }

    /// As a number.
    pub(super) fn value(&self) -> f64 {
        self.votes as f64 / self.margin as f64
    }

    /// Whether it is above 0.
    pub(super) fn is_positive(&self) -> bool {
        self.votes > 0
    }
}

impl Ord for Share {
    fn cmp(&self, other: &Self) -> Ordering {
        let cross = |a: &Self, b: &Self| a.votes.checked_mul(i128::from(b.margin));
        match (cross(self, other), cross(other, self)) {
            (Some(left), Some(right)) => left.cmp(&right),
            // Margins of more than 2^60 votes.
            _ => self.value().total_cmp(&other.value()),
        }
    }
}

impl PartialOrd for Share {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Share {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Share {}
