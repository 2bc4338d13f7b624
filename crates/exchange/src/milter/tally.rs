//! What a milter has done so far.

use std::sync::atomic::{AtomicU64, Ordering};

use super::Unjudged;

/// What a milter has done so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Messages delivered with a judgement.
    pub delivered: u64,
    /// Messages held.
    pub held: u64,
    /// Messages delivered unjudged because judging failed.
    pub failed: u64,
    /// … because judging took too long.
    pub too_slow: u64,
    /// … because there were too many at once.
    pub too_busy: u64,
    /// … because they were too large.
    pub too_large: u64,
    /// Forged headers of our names that were removed.
    pub forged: u64,
    /// Connections that were given up.
    pub broken: u64,
    /// Connections that were turned away.
    pub turned_away: u64,
}

/// The same, while it is counted.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) delivered: AtomicU64,
    pub(super) held: AtomicU64,
    failed: AtomicU64,
    too_slow: AtomicU64,
    too_busy: AtomicU64,
    too_large: AtomicU64,
    pub(super) forged: AtomicU64,
    pub(super) broken: AtomicU64,
    pub(super) turned_away: AtomicU64,
}

impl Counts {
    pub(super) fn unjudged(&self, why: Unjudged) -> &AtomicU64 {
        match why {
            Unjudged::Failed => &self.failed,
            Unjudged::TooSlow => &self.too_slow,
            Unjudged::TooBusy => &self.too_busy,
            Unjudged::TooLarge => &self.too_large,
        }
    }

    pub(super) fn so_far(&self) -> Tally {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Tally {
            delivered: of(&self.delivered),
            held: of(&self.held),
            failed: of(&self.failed),
            too_slow: of(&self.too_slow),
            too_busy: of(&self.too_busy),
            too_large: of(&self.too_large),
            forged: of(&self.forged),
            broken: of(&self.broken),
            turned_away: of(&self.turned_away),
        }
    }
}

pub(super) fn count(count: &AtomicU64) {
    add(count, 1);
}

pub(super) fn add(count: &AtomicU64, more: u64) {
    count.fetch_add(more, Ordering::Relaxed);
}
