//! Words and numbers as entries write them.

use jiff::Timestamp;
use pollwarden_core::{Audience, Confidence, Measure, Outcome, Severity, Verdict};

use crate::said;

pub(super) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Found => "found",
        Verdict::NothingFound => "nothing-found",
        Verdict::CannotTell => "cannot-tell",
    }
}

pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Informational => "informational",
        Severity::Low => "low",
        Severity::Medium => "medium",
        Severity::High => "high",
        Severity::Critical => "critical",
    }
}

pub(super) fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Low => "low",
        Confidence::Medium => "medium",
        Confidence::High => "high",
    }
}

pub(super) fn audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Clerk => "clerk",
        Audience::Analyst => "analyst",
        Audience::Examiner => "examiner",
    }
}

pub(super) fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Attempt => "attempt",
        Outcome::Success => "success",
        Outcome::Unknown => "unknown",
    }
}

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
