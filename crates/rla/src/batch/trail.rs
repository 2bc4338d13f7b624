//! Risk after each drawn batch.
//!
//! With replacement it is the Kaplan-Markov P-value of Stark 2009: each draw multiplies it by (1 - 1/U) / (1 - taint). Without
//! replacement each draw is a bet at the same stake on what is left (Shekhar, Xu, Lipton, Liang and Ramdas 2023, "Risk-limiting
//! Financial Audits via Weighted Sampling without Replacement", UAI): 1 and U shrink by the overstatements and bounds of the
//! batches drawn before. Both are the inverse of a product whose expectation is at most 1 if the outcome is wrong, so that an
//! audit may look after every draw and stop at the first risk that is at the limit (Ville 1939).

use hashbrown::HashSet;

use super::{BatchComparison, BatchError, BatchTally, Understatements};
use crate::RiskLimit;
use crate::draw::Replacement;

/// The risk after each draw, not capped at 1; infinite from a draw on that no later one can make up for.
#[derive(Debug, Clone, PartialEq)]
pub struct Trail {
    risks: Vec<f64>,
    /// Whether a full count was begun: no further draw at random.
    full_count: bool,
    /// Whether every batch was drawn.
    complete: bool,
}

impl Trail {
    /// The risk after each draw. Where all batches were drawn the last one decides, whatever was measured before.
    pub fn risks(&self) -> &[f64] {
        &self.risks
    }

    /// After how many draws the risk is first at its limit; `None` where all batches were drawn and a winner lost.
    pub fn stop(&self, limit: RiskLimit) -> Option<usize> {
        if self.complete && self.last() > limit.share() {
            return None;
        }
        self.risks.iter().position(|risk| *risk <= limit.share()).map(|last| last + 1)
    }

    /// The risk after all draws, at most 1. Arlo looks at no other, so that draws after the limit was reached can undo it.
    pub fn last(&self) -> f64 {
        self.risks.last().map_or(1.0, |risk| risk.min(1.0))
    }

    /// The risk where the audit stops, after the last draw where it does not or where all batches were drawn; at most 1.
    pub fn risk(&self, limit: RiskLimit) -> f64 {
        match self.stop(limit) {
            Some(stop) if !self.complete => self.risks[stop - 1],
            _ => self.last(),
        }
    }

    /// Whether the draws are a full count, begun or done.
    pub(super) fn is_full_count(&self) -> bool {
        self.full_count
    }
}

impl BatchComparison {
    /// The risk after each of `draws` (places of batches, in their order), by what was `counted` by hand (by batch). The first
    /// `at_random` of them were drawn at random, the rest are a full count in an order that anyone could foretell: nothing is
    /// learnt from them one by one. Once all batches are drawn the outcome is known, and the risk is 0, or infinite where a
    /// winner lost.
    ///
    /// # Errors
    /// Where a drawn batch was not counted, or was drawn twice without replacement.
    pub fn trail(
        &self,
        draws: &[usize],
        at_random: usize,
        counted: &[Option<BatchTally>],
        replacement: Replacement,
        understatements: Understatements,
    ) -> Result<Trail, BatchError> {
        let errors = self.errors(draws, counted, understatements)?;
        let mut drawn = HashSet::new();
        let mut left = Left::new(self, draws, replacement);
        let (mut risk, mut complete) = (1.0, false);
        let mut risks = Vec::with_capacity(draws.len());
        for ((nth, batch), error) in draws.iter().enumerate().zip(errors) {
            if !drawn.insert(*batch) && replacement == Replacement::Without {
                return Err(BatchError::DrawnTwice(*batch));
            }
            complete = drawn.len() == self.batches().len();
            if complete {
                risk = if self.outcome_stands(counted) == Some(true) { 0.0 } else { f64::INFINITY };
            } else if nth < at_random {
                risk = after(risk, left.factor(error));
            }
            risks.push(risk);
        }
        Ok(Trail { risks, full_count: draws.len() > at_random, complete })
    }

    fn errors(
        &self,
        draws: &[usize],
        counted: &[Option<BatchTally>],
        understatements: Understatements,
    ) -> Result<Vec<Error>, BatchError> {
        let error = |batch: &usize| {
            let by_hand = counted.get(*batch).and_then(Option::as_ref).ok_or(BatchError::NotCounted(*batch))?;
            let overstated = self.overstated(*batch, by_hand)?;
            let error = Error { overstated: overstated.value(), taint: self.taint(*batch, overstated) };
            Ok(if understatements == Understatements::Ignored { error.without_understatement() } else { error })
        };
        draws.iter().map(error).collect()
    }
}

/// A drawn batch's error.
struct Error {
    overstated: f64,
    taint: Option<f64>,
}

impl Error {
    fn without_understatement(self) -> Self {
        Self { overstated: self.overstated.max(0.0), taint: self.taint.map(|taint| taint.max(0.0)) }
    }
}

/// What the batches that can still be drawn hold.
enum Left {
    /// Always all.
    All { bound: f64 },
    /// `bounds` after each draw, the next one last; `error` is what they must hold if the outcome is wrong.
    Fewer { error: f64, bounds: Vec<f64> },
}

impl Left {
    fn new(audit: &BatchComparison, draws: &[usize], replacement: Replacement) -> Self {
        if replacement == Replacement::With {
            return Self::All { bound: audit.total_bound() };
        }
        let bounds: Vec<f64> = audit.bounds().collect();
        let drawn: HashSet<usize> = draws.iter().copied().collect();
        // Added up from the end, so that what is left at last is not the rounding of what was there at first.
        let mut sum: f64 = bounds.iter().enumerate().filter(|(batch, _)| !drawn.contains(batch)).map(|(_, b)| b).sum();
        let before_each = draws.iter().rev().map(|batch| {
            sum += bounds[*batch];
            sum
        });
        Self::Fewer { error: 1.0, bounds: before_each.collect() }
    }

    /// What a drawn batch multiplies the risk by.
    fn factor(&mut self, drawn: Error) -> f64 {
        let share = match self {
            Self::All { bound } => 1.0 / *bound,
            Self::Fewer { error, bounds } => {
                let share = *error / bounds.pop().unwrap_or(f64::INFINITY);
                *error -= drawn.overstated;
                share
            }
        };
        drawn.taint.map_or(1.0, |taint| factor(share, taint))
    }
}

/// What is refuted stays so: a batch that held more than its bound leaves no bound to trust, also where the others then could
/// hold too little to make the outcome wrong.
fn after(risk: f64, factor: f64) -> f64 {
    if risk == f64::INFINITY || factor == f64::INFINITY { f64::INFINITY } else { risk * factor }
}

/// `share` is the least mean taint of what can be drawn, if the outcome is wrong.
fn factor(share: f64, taint: f64) -> f64 {
    // More than all that is left would be wrong; a hair is left to rounding.
    const CERTAIN: f64 = 1.0 + 1e-9;
    if taint > 1.0 || share <= 0.0 {
        f64::INFINITY
    } else if share >= CERTAIN {
        // Also where this batch held as much error as it can: it was counted in what is left.
        0.0
    } else if taint >= 1.0 {
        f64::INFINITY
    } else {
        (1.0 - share).max(f64::MIN_POSITIVE) / (1.0 - taint)
    }
}
