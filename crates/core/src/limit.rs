//! The detection limit: how small an attack would have been noticed.

/// How much of one threat is found at which size, by simulation on the office's own rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// The threat's short name, such as `sequential-harvest`.
    pub name: String,
    /// The attack, in words that go before its size: `a theft of`.
    pub attack: String,
    /// What the size counts, such as `records`.
    pub unit: String,
    /// Who and how, in words that go after its size: `by one client that counts through voters' numbers`.
    pub manner: String,
    /// Shares found by size, smallest size first; never empty.
    pub curve: Vec<PowerPoint>,
    /// The place in `curve` of the smallest size that is found with the wanted probability; `None` where none that was
    /// tried is.
    pub reached: Option<usize>,
    /// How the attack is simulated, in a sentence: how stealthy it is.
    pub how: String,
    /// The seed that makes the same attacks again.
    pub seed: u64,
    /// What the detectors find without any simulated attack.
    pub untouched: Untouched,
}

/// The share of attacks of one size that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PowerPoint {
    /// The size.
    pub size: u64,
    /// How many attacks of that size were found.
    pub found: u32,
    /// Of how many.
    pub trials: u32,
    /// Lower end of the probability's 95 % confidence interval (Clopper and Pearson 1934).
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Findings for a clerk on the rows as they are. They are false alarms only as far as nobody attacked.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Untouched {
    /// How many findings.
    pub findings: u64,
    /// How many weeks the rows span.
    pub weeks: f64,
    /// Lower end of the 95 % confidence interval of findings a week (Garwood 1936).
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Limit {
    /// The threat without a size: `a theft of records by one client that counts through voters' numbers`.
    pub fn threat(&self) -> String {
        format!("{} {} {}", self.attack, self.unit, self.manner)
    }

    /// The size at which the threat is found with the wanted probability, with the share found there.
    pub fn at(&self) -> Option<&PowerPoint> {
        self.curve.get(self.reached?)
    }

    /// The largest size tried.
    pub fn most(&self) -> Option<&PowerPoint> {
        self.curve.last()
    }
}

impl PowerPoint {
    /// The share found; 0 where nothing was tried.
    pub fn power(&self) -> f64 {
        f64::from(self.found) / f64::from(self.trials.max(1))
    }
}

impl Untouched {
    /// Findings a week.
    pub fn per_week(&self) -> f64 {
        if self.weeks > 0.0 { self.findings as f64 / self.weeks } else { 0.0 }
    }
}
