//! A product of many factors that neither overflows nor vanishes.

/// One step of the scale.
const STEP: f64 = 1.157_920_892_373_162e77; // 2^256

/// `part` times 2^256 to the power of `steps`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wealth {
    part: f64,
    steps: i32,
}

impl Wealth {
    pub(super) const ONE: Self = Self { part: 1.0, steps: 0 };

    /// A factor below 0 can come from rounding alone and counts as 0, as does one that is no number; no factor counts for more
    /// than the next step.
    pub(super) fn multiply(&mut self, factor: f64) {
        self.part *= if factor.is_nan() { 0.0 } else { factor.clamp(0.0, STEP) };
        while self.part >= STEP && self.part.is_finite() {
            self.part /= STEP;
            self.steps += 1;
        }
        while self.part <= 1.0 / STEP && self.part > 0.0 {
            self.part *= STEP;
            self.steps -= 1;
        }
    }

    /// One over the product, at most 1 (Ville 1939: a p-value, where the product is a test supermartingale).
    pub(super) fn p(&self) -> f64 {
        match self.steps {
            0 => (1.0 / self.part).min(1.0),
            steps if steps < 0 => 1.0,
            steps => (1.0 / self.part * STEP.powi(-steps.min(8))).min(1.0),
        }
    }

    pub(super) fn ln(&self) -> f64 {
        self.part.ln() + f64::from(self.steps) * STEP.ln()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fell_far_below_the_smallest_number_comes_back() {
        let mut wealth = Wealth::ONE;
        (0..3000).for_each(|_| wealth.multiply(0.5));
        assert_eq!(wealth.p(), 1.0);
        assert!((wealth.ln() + 3000.0 * 2f64.ln()).abs() < 1e-9);
        (0..3004).for_each(|_| wealth.multiply(2.0));
        assert_eq!(wealth.p(), 1.0 / 16.0);
        (0..3000).for_each(|_| wealth.multiply(2.0));
        assert_eq!(wealth.p(), 0.0);
    }
}
