//! Numbers on the wire: whole ones without a fraction, and none that JSON can't say.

use serde::{Serialize, Serializer};

/// The greatest number below which every whole number is exact in IEEE 754 double precision (RFC 8259, section 6).
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A number; `null` where it has no bound.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Number(pub(crate) f64);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            value if !value.is_finite() => serializer.serialize_none(),
            value if value.fract() == 0.0 && value.abs() < EXACT => serializer.serialize_i64(value as i64),
            value => serializer.serialize_f64(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_have_no_fraction() {
        let written = |value| serde_json::to_string(&Number(value)).expect("a number");
        assert_eq!(written(12_345.0), "12345");
        assert_eq!(written(-0.0), "0");
        assert_eq!(written(0.25), "0.25");
        assert_eq!(written(f64::INFINITY), "null");
    }
}
