//! Stretches of time.

use jiff::Timestamp;

/// From `from` up to `to`, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Interval {
    /// Its start.
    pub from: Timestamp,
    /// Its end.
    pub to: Timestamp,
}

impl Interval {
    /// Merges stretches that overlap or touch, in order of time.
    pub fn union(mut all: Vec<Self>) -> Vec<Self> {
        all.sort();
        let mut merged: Vec<Self> = Vec::with_capacity(all.len());
        for next in all {
            match merged.last_mut() {
                Some(last) if next.from <= last.to => last.to = last.to.max(next.to),
                _ => merged.push(next),
            }
        }
        merged
    }
}

/// Microseconds since 1970 in UTC, as the tables hold them. Values outside jiff's range are moved to its ends.
pub fn from_micros(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(if micros < 0 { Timestamp::MIN } else { Timestamp::MAX })
}
