//! Detection limits of the sensor `roll`: threats laid upon the office's own extracts and log, and the detectors asked again.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::{Result, anyhow};
use arrow::array::RecordBatch;
use pollwarden_core::{Answer, Audience, Limit, Scope, Untouched};
use pollwarden_limit::{Effort, found_at, poisson_rate, sizes, smallest_found, trial_seed};
use pollwarden_roll::simulate::{THREATS, Threat};
use pollwarden_roll::{Comparison, Rehearsal, RollError};

use crate::limits::Measured;
use crate::progress::Progress;

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
    let with_log = Rehearsal::new(comparison, true, history)?;
    let mut rehearsals = vec![Rehearsal::new(comparison, false, history)?];
    if with_log.has_log() {
        rehearsals.insert(0, with_log);
    }
    let is_wanted = |threat: &&Threat| wanted.threats.is_empty() || wanted.threats.iter().any(|n| n == threat.name);
    let works: Vec<(&Rehearsal<'_>, &Threat)> =
        rehearsals.iter().flat_map(|r| THREATS.iter().filter(is_wanted).map(move |threat| (r, threat))).collect();
    let desk = Desk { scope, wanted, untouched: untouched(answer) };
    desk.measure(&works, show)
}

/// What the detectors find without any simulated attack.
fn untouched(answer: &Answer) -> Untouched {
    const SECONDS_A_WEEK: f64 = 604_800.0;
    let findings = answer.findings.iter().filter(|f| f.audience == Audience::Clerk).count() as u64;
    let seconds: i64 = answer.coverage.watched.iter().map(|i| i.to.as_second() - i.from.as_second()).sum();
    let weeks = seconds as f64 / SECONDS_A_WEEK;
    let (low, high) = poisson_rate(findings, weeks);
    Untouched { findings, weeks, low, high }
}

struct Desk<'a> {
    scope: &'a Scope,
    wanted: &'a Wanted,
    untouched: Untouched,
}

impl Desk<'_> {
    /// Each threat by itself, several at a time; told in the order of the list.
    fn measure(&self, works: &[(&Rehearsal<'_>, &Threat)], show: &Progress) -> Result<Measured> {
        let bar = show.counting("detection limits of the roll", works.len() as u64);
        let (next, measured) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
        let work = || -> Result<()> {
            loop {
                let place = next.fetch_add(1, Ordering::Relaxed);
                let Some((rehearsal, threat)) = works.get(place) else { return Ok(()) };
                bar.set_message(threat.name);
                let limit = self.limit(rehearsal, threat)?;
                measured.lock().unwrap_or_else(PoisonError::into_inner).push((place, limit));
                bar.inc(1);
            }
        };
        std::thread::scope(|scope| {
            let workers: Vec<_> =
                (0..self.wanted.threads.clamp(1, works.len().max(1))).map(|_| scope.spawn(work)).collect();
            workers.into_iter().try_for_each(|w| w.join().unwrap_or_else(|_| Err(anyhow!("a worker panicked"))))
        })?;
        bar.finish_and_clear();
        let mut measured = measured.into_inner().unwrap_or_else(PoisonError::into_inner);
        measured.sort_unstable_by_key(|(place, _)| *place);
        let (mut limits, mut notes) = (Vec::new(), Vec::new());
        for (_, limit) in measured {
            match limit {
                Ok(limit) => limits.push(limit),
                Err(note) if notes.contains(&note) => {}
                Err(note) => notes.push(note),
            }
        }
        Ok(Measured { limits, notes })
    }

    /// One threat's limit, or why it can't be measured on this roll.
    fn limit(&self, rehearsal: &Rehearsal<'_>, threat: &Threat) -> Result<Result<Limit, String>, RollError> {
        let most = rehearsal.most(threat);
        if most == 0 {
            let threat = format!("{} voters {}", threat.attack, threat.manner);
            return Ok(Err(format!(
                "No detection limit is given for {threat}: the roll lacks the columns or the voters for it."
            )));
        }
        let effort = Effort::of(self.wanted.trials);
        let mut find = |size, phase, trial| {
            rehearsal.finds(threat, size, trial_seed(self.wanted.seed, threat.name, phase, size, trial), self.scope)
        };
        let (curve, reached) = match self.wanted.sizes.as_slice() {
            [] => smallest_found(&sizes(most), effort, &mut find)?,
            sizes => found_at(sizes, effort, &mut find)?,
        };
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
