//! Numbers and times as entries write them.

use jiff::Timestamp;
use pollwarden_core::Measure;

use crate::said;

pub(super) fn measure(measure: &Measure) -> said::Measure {
    said::Measure {
        name: measure.name().to_owned(),
        low: measure.low(),
        estimate: measure.estimate(),
        high: Some(measure.high()).filter(|high| high.is_finite()),
        unit: measure.unit().to_owned(),
    }
}

/// RFC 3339 in UTC.
pub(super) fn time(at: Timestamp) -> String {
    at.to_string()
}
