//! How many batches to draw.

use super::BatchComparison;
use super::trail::Trail;
use crate::RiskLimit;

impl BatchComparison {
    /// Batches to draw with replacement so that the risk is at its limit if none of them shows an error (Stark 2009);
    /// as many as there are means that all are counted.
    pub fn first_size(&self, limit: RiskLimit) -> usize {
        self.clean_draws(limit.share()).min(self.batches().len())
    }

    /// Batches to draw without replacement that are enough whichever are drawn, if none of them shows an error: those with
    /// the smallest bounds leave the most room for error.
    pub fn first_size_without_replacement(&self, limit: RiskLimit) -> usize {
        let mut bounds: Vec<f64> = self.bounds().filter(|bound| *bound > 0.0).collect();
        bounds.sort_by(f64::total_cmp);
        let mut left: Vec<f64> = bounds.iter().rev().scan(0.0, |sum, bound| Some(add(sum, *bound))).collect();
        left.reverse();
        let mut risk = 1.0;
        let enough = left.iter().position(|left| {
            risk *= (1.0 - 1.0 / left).max(0.0);
            risk <= limit.share()
        });
        enough.map_or(bounds.len(), |last| last + 1)
    }

    /// Further batches to draw with replacement after those of `trail`, if they show no error; all `uncounted` ones at most, and
    /// all of them where a full count was begun.
    pub fn next_size(&self, limit: RiskLimit, trail: &Trail, uncounted: usize) -> usize {
        let risk = trail.risks().last().copied().unwrap_or(1.0);
        if trail.stop(limit).is_some() || uncounted == 0 {
            return 0;
        }
        if trail.is_full_count() {
            return uncounted;
        }
        self.clean_draws(limit.share() / risk).clamp(1, uncounted)
    }

    /// Arlo's size of a first round (`risk` 1) or a later one (`risk` after those before): one draw more than enough if no batch
    /// shows an error, as a small one is likely; as many as there are batches at most, also where fewer are left.
    pub fn size_arlo(&self, limit: RiskLimit, risk: f64) -> usize {
        if risk <= limit.share() {
            return 0;
        }
        self.clean_draws(limit.share() / risk.min(1.0)).saturating_add(1).min(self.batches().len())
    }

    pub(super) fn clean_draws(&self, risk: f64) -> usize {
        if self.total_bound() == 0.0 { 0 } else { draws_without_error(risk, self.total_bound()) }
    }
}

fn add(sum: &mut f64, more: f64) -> f64 {
    *sum += more;
    *sum
}

/// Draws until (1 - 1/bound)^draws is at most `risk`.
fn draws_without_error(risk: f64, bound: f64) -> usize {
    if bound <= 1.0 {
        return 1;
    }
    // A risk of 0 takes infinitely many, which the conversion makes the largest number.
    (risk.ln() / (-1.0 / bound).ln_1p()).ceil().max(0.0) as usize
}
