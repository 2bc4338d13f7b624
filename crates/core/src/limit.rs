//! The detection limit: how small an attack would have been noticed.

/// The size at which a threat is found with probability `power`, at a stated false-alarm rate.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// The attack, in words.
    pub threat: String,
    /// The size at which it is found.
    pub size: f64,
    /// What the size counts.
    pub unit: String,
    /// The probability of being found at that size, as estimated.
    pub power: f64,
    /// Lower end of the power's confidence interval (Clopper and Pearson 1934).
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// False alarms a week, measured on the untouched rows.
    pub false_alarms_per_week: f64,
}
