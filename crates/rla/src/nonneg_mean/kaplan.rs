//! Kaplan's tests: products of padded values over the null's mean.
//!
//! As in Stark 2020, "Sets of Half-Average Nulls Generate Risk-Limiting Audits: SHANGRLA", after H. Kaplan. Kaplan-Markov and
//! Kaplan-Wald take draws as made with replacement. `g` pads values so that a zero does not end the evidence for good.

use super::sample::{Population, Sample};

/// Kaplan-Kolmogorov, with and without replacement.
pub(super) fn kolmogorov(x: f64, g: f64, population: &Population, sample: &Sample) -> f64 {
    // Padding every value moves the null's mean, also of what is left, by as much.
    (x + g) / (population.left(population.null_mean, sample) + g)
}

/// Kaplan-Markov.
pub(super) fn markov(x: f64, g: f64, null_mean: f64) -> f64 {
    (x + g) / (null_mean + g)
}

/// Kaplan-Wald.
pub(super) fn wald(x: f64, g: f64, null_mean: f64) -> f64 {
    (1.0 - g) * x / null_mean + g
}
