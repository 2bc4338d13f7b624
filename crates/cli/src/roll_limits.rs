//! Detection limits of the sensor `roll`: threats laid upon the office's own extracts and log, and the detectors asked again.

use anyhow::Result;
use arrow::array::RecordBatch;
use pollwarden_core::{Answer, Limit, Scope, Untouched};
use pollwarden_limit::trial_seed;
use pollwarden_roll::simulate::{THREATS, Threat};
use pollwarden_roll::{Comparison, Rehearsal, RollError};

use crate::progress::Progress;
use crate::trials::{self, Measured, untouched};

/// What is to be measured, and with how much effort.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// The same seed makes the same attacks.
    pub(crate) seed: u64,
    /// Attacks that measure each limit.
    pub(crate) trials: u32,
    /// Names of threats; all where empty.
    pub(crate) threats: Vec<String>,
    /// Sizes to measure; searched for where empty.
    pub(crate) sizes: Vec<u64>,
    /// Threats measured at a time.
    pub(crate) threads: usize,
}

impl Wanted {
    /// What an assessment measures without being asked.
    pub(crate) fn by_assessment(threads: usize) -> Self {
        let threats = THREATS.iter().filter(|t| t.assessed).map(|t| t.name.to_owned()).collect();
        Self { seed: 2026, trials: 20, threats, sizes: Vec::new(), threads }
    }
}

/// Names of all threats.
pub(crate) fn names() -> Vec<&'static str> {
    THREATS.iter().map(|threat| threat.name).collect()
}

/// The limits of a comparison, with its log where there is one, and as if there were none.
pub(crate) fn measure(
    comparison: &Comparison<'_>,
    history: &[RecordBatch],
    scope: &Scope,
    answer: &Answer,
    wanted: &Wanted,
    show: &Progress,
) -> Result<Measured> {
    let with_log = Rehearsal::new(comparison, true, history, scope)?;
    let mut rehearsals = vec![Rehearsal::new(comparison, false, history, scope)?];
    if with_log.has_log() {
        rehearsals.insert(0, with_log);
    }
    let is_wanted = |threat: &&Threat| wanted.threats.is_empty() || wanted.threats.iter().any(|n| n == threat.name);
    let works: Vec<(&Rehearsal<'_>, &Threat)> =
        rehearsals.iter().flat_map(|r| THREATS.iter().filter(is_wanted).map(move |threat| (r, threat))).collect();
    let desk = Desk { wanted, untouched: untouched(answer, weeks(answer)) };
    let bar = show.counting("detection limits of the roll", works.len() as u64);
    trials::measure(
        &works,
        wanted.threads,
        &bar,
        || Ok(()),
        |(rehearsal, threat), ()| {
            bar.set_message(threat.name);
            Ok(desk.limit(rehearsal, threat)?)
        },
    )
}

/// How many weeks lie between the extracts.
fn weeks(answer: &Answer) -> f64 {
    const SECONDS_A_WEEK: f64 = 604_800.0;
    let seconds: i64 = answer.coverage.watched.iter().map(|i| i.to.as_second() - i.from.as_second()).sum();
    seconds as f64 / SECONDS_A_WEEK
}

struct Desk<'a> {
    wanted: &'a Wanted,
    untouched: Untouched,
}

impl Desk<'_> {
    /// One threat's limit, or why it can't be measured on this roll.
    fn limit(&self, rehearsal: &Rehearsal<'_>, threat: &Threat) -> Result<Result<Limit, String>, RollError> {
        let most = rehearsal.most(threat);
        if most == 0 {
            let threat = format!("{} voters {}", threat.attack, threat.manner);
            return Ok(Err(format!(
                "No detection limit is given for {threat}: the roll lacks the columns or the voters for it."
            )));
        }
        let mut find = |size, phase, trial| {
            rehearsal.finds(threat, size, trial_seed(self.wanted.seed, threat.name, phase, size, trial))
        };
        let (curve, reached) = trials::curve(&self.wanted.sizes, most, self.wanted.trials, &mut find)?;
        let without = if rehearsal.has_log() { "" } else { ", told from the extracts alone, without a log" };
        Ok(Ok(Limit {
            name: format!("{}{}", threat.name, if rehearsal.has_log() { "" } else { "-without-log" }),
            attack: threat.attack.to_owned(),
            unit: "voters".to_owned(),
            manner: format!("{}{without}", threat.manner),
            curve,
            reached,
            how: threat.how.to_owned(),
            seed: self.wanted.seed,
            untouched: self.untouched,
        }))
    }
}
