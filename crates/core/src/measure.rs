//! A number with its unit and its interval.

/// `low ≤ estimate ≤ high`, always.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    name: String,
    low: f64,
    estimate: f64,
    high: f64,
    unit: String,
}

impl Measure {
    /// A counted number: no interval.
    pub fn exact(name: impl Into<String>, value: f64, unit: impl Into<String>) -> Self {
        Self::between(name, value, value, value, unit)
    }

    /// An estimated number. The estimate is moved into the interval where it lies outside; a `NaN` counts as 0.
    pub fn between(name: impl Into<String>, low: f64, estimate: f64, high: f64, unit: impl Into<String>) -> Self {
        let [low, estimate, high] = [low, estimate, high].map(|v| if v.is_nan() { 0.0 } else { v });
        let high = high.max(low);
        Self { name: name.into(), low, estimate: estimate.clamp(low, high), high, unit: unit.into() }
    }

    /// What is measured, such as `records-left`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What is proven.
    pub fn low(&self) -> f64 {
        self.low
    }

    /// What is likely.
    pub fn estimate(&self) -> f64 {
        self.estimate
    }

    /// What can't be ruled out.
    pub fn high(&self) -> f64 {
        self.high
    }

    /// What one is, such as `voters`.
    pub fn unit(&self) -> &str {
        &self.unit
    }

    /// Whether the number is counted rather than estimated.
    pub fn is_exact(&self) -> bool {
        self.low == self.high
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_estimate_lies_in_its_interval(low in any::<f64>(), estimate in any::<f64>(), high in any::<f64>()) {
            let m = Measure::between("m", low, estimate, high, "u");
            prop_assert!(m.low() <= m.estimate() && m.estimate() <= m.high());
        }
    }
}
