//! How clusters compare with the truth: pairs.

use std::collections::HashMap;

use pollwarden_mail::campaign::Campaign;

/// Pairs found and missed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Pairs {
    pub(crate) right: u64,
    pub(crate) wrong: u64,
    pub(crate) missed: u64,
}

impl Pairs {
    /// The harmonic mean of precision and recall.
    pub(crate) fn f1(self) -> f64 {
        2.0 * self.right as f64 / (2 * self.right + self.wrong + self.missed).max(1) as f64
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.right += other.right;
        self.wrong += other.wrong;
        self.missed += other.missed;
    }
}

/// Compares clusters with labels: those with the same label belong together.
pub(crate) fn pairs(labels: &[String], found: &[Campaign]) -> Pairs {
    let mut truth: HashMap<&str, u64> = HashMap::new();
    labels.iter().for_each(|label| *truth.entry(label).or_default() += 1);
    let (mut right, mut clustered) = (0, 0);
    for campaign in found {
        let mut inside: HashMap<&str, u64> = HashMap::new();
        campaign.members.iter().for_each(|at| *inside.entry(&labels[*at]).or_default() += 1);
        right += inside.values().map(|n| of_two(*n)).sum::<u64>();
        clustered += of_two(campaign.members.len() as u64);
    }
    let true_pairs: u64 = truth.values().map(|n| of_two(*n)).sum();
    Pairs { right, wrong: clustered - right, missed: true_pairs - right }
}

fn of_two(n: u64) -> u64 {
    n * n.saturating_sub(1) / 2
}
