//! What has been drawn so far, and what mean the null hypothesis leaves to the values not yet drawn.
//!
//! Stark 2023, "ALPHA: Audit that Learns from Previously Hand-Audited Ballots" (Annals of Applied Statistics 17), section 2.2.

/// Sum, mean and variance of the draws. The sum is compensated (Neumaier 1974): on a tie it must not exceed the null's
/// total by rounding.
#[derive(Debug, Clone, Default)]
pub(super) struct Sample {
    pub(super) drawn: u64,
    total: f64,
    lost: f64,
    pub(super) mean: f64,
    squares: f64,
}

impl Sample {
    pub(super) fn add(&mut self, x: f64) {
        self.drawn += 1;
        let total = self.total + x;
        self.lost += if self.total >= x { (self.total - total) + x } else { (x - total) + self.total };
        self.total = total;
        let before = self.mean;
        self.mean += (x - before) / self.drawn as f64;
        self.squares += (x - before) * (x - self.mean);
    }

    pub(super) fn sum(&self) -> f64 {
        self.total + self.lost
    }

    /// Mean squared distance from the mean, by Welford's recurrence (1962).
    pub(super) fn variance(&self) -> f64 {
        if self.drawn == 0 { 0.0 } else { self.squares / self.drawn as f64 }
    }
}

/// The population: values in `[0, upper]`, as many as `size` where they are drawn without replacement.
#[derive(Debug, Clone, Copy)]
pub(super) struct Population {
    pub(super) size: Option<u64>,
    pub(super) upper: f64,
    pub(super) null_mean: f64,
}

/// What the null hypothesis says of the values not yet drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Null {
    /// Their mean, above 0 and below the upper bound.
    Mean(f64),
    /// True whatever they are, or nothing left to draw.
    CertainlyTrue,
    /// All of them must be 0.
    AllZero,
    /// False whatever they are.
    CertainlyFalse,
}

impl Population {
    /// A mean of all values, carried over to those not yet drawn.
    pub(super) fn left(&self, mean: f64, sample: &Sample) -> f64 {
        match self.size {
            None => mean,
            Some(size) => (size as f64 * mean - sample.sum()) / (size.saturating_sub(sample.drawn)) as f64,
        }
    }

    /// Where bounds and mean are no question at all, nothing can be evidence: the null is taken as true.
    pub(super) fn null(&self, sample: &Sample) -> Null {
        if !(self.null_mean > 0.0 && self.null_mean < self.upper && self.upper.is_finite()) {
            return Null::CertainlyTrue;
        }
        let Some(size) = self.size else { return Null::Mean(self.null_mean) };
        let total = size as f64 * self.null_mean;
        let over = sample.sum() - total;
        let rounding = 4.0 * f64::EPSILON * total;
        let mean = self.left(self.null_mean, sample);
        match over {
            _ if over > rounding => Null::CertainlyFalse,
            _ if sample.drawn >= size => Null::CertainlyTrue,
            _ if over >= -rounding => Null::AllZero,
            _ if mean >= self.upper * (1.0 - 4.0 * f64::EPSILON) => Null::CertainlyTrue,
            _ => Null::Mean(mean),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tie_is_not_exceeded_by_rounding() {
        let population = Population { size: Some(30), upper: 1.0, null_mean: 0.1 };
        let mut sample = Sample::default();
        (0..10).for_each(|_| sample.add(0.3));
        assert_eq!(population.null(&sample), Null::AllZero);
        sample.add(0.1);
        assert_eq!(population.null(&sample), Null::CertainlyFalse);
    }

    #[test]
    fn the_null_is_true_when_what_is_left_cannot_reach_it() {
        let population = Population { size: Some(4), upper: 1.0, null_mean: 0.5 };
        let mut sample = Sample::default();
        sample.add(0.0);
        assert_eq!(population.null(&sample), Null::Mean(2.0 / 3.0));
        sample.add(0.0);
        assert_eq!(population.null(&sample), Null::CertainlyTrue);
    }
}
