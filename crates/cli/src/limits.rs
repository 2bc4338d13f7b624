//! Detection limits of the sensor `web`: simulated attacks among the office's own rows, and the detectors asked again.
//!
//! The untouched rows are gone through once. For each simulated attack the detectors see its rows, and what was worked out
//! from the untouched rows together with what is worked out from its own.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result, anyhow};
use arrow::array::RecordBatch;
use pollwarden_core::{Answer, Audience, Limit, Scope, Untouched};
use pollwarden_engine::{Engine, EngineError, Rehearsal};
use pollwarden_limit::{Effort, poisson_rate, sizes, smallest_found, trial_seed};
use pollwarden_web::simulate::{Likeness, THREATS, Threat, Trial};
use pollwarden_web::{DERIVED, DETECTORS, REQUESTS, SIGNS};

use crate::progress::Progress;

/// What is to be measured, and with how much effort.
#[derive(Clone)]
pub(crate) struct Wanted {
    /// The same seed makes the same attacks.
    pub(crate) seed: u64,
    /// Attacks that measure each limit.
    pub(crate) trials: u32,
    /// The threats; all where empty.
    pub(crate) threats: Vec<&'static Threat>,
    /// Threats measured at a time.
    pub(crate) threads: usize,
}

impl Wanted {
    /// What an assessment measures without being asked: one threat of each kind, with few trials.
    pub(crate) fn by_assessment(threads: usize) -> Self {
        const SEED: u64 = 2026;
        const TRIALS: u32 = 20;
        Self { seed: SEED, trials: TRIALS, threats: THREATS.iter().filter(|t| t.assessed).collect(), threads }
    }
}

/// What was measured.
pub(crate) struct Measured {
    pub(crate) limits: Vec<Limit>,
    /// What could not be measured, and why.
    pub(crate) notes: Vec<String>,
}

/// Names of all threats.
pub(crate) fn names() -> Vec<&'static str> {
    THREATS.iter().map(|threat| threat.name).collect()
}

/// The threats of some names.
pub(crate) fn named(names: &[String]) -> Vec<&'static Threat> {
    THREATS.iter().filter(|threat| names.iter().any(|name| name == threat.name)).collect()
}

/// The limits of an answer, whose tables the engine holds.
pub(crate) fn measure(
    engine: &Engine,
    scope: &Scope,
    answer: &Answer,
    wanted: &Wanted,
    show: &Progress,
) -> Result<Measured> {
    let all = |sql: &str| engine.query(sql)?.collect::<Result<Vec<RecordBatch>, EngineError>>();
    let Some(likeness) = Likeness::of(&mut { all }, &scope.office)? else {
        return Ok(Measured { limits: Vec::new(), notes: vec!["There are no rows to measure a detection limit on.".into()] });
    };
    let derived = DERIVED.iter().map(|d| all(&format!("SELECT * FROM {}", d.table.name)));
    let untouched = untouched(answer, likeness.weeks());
    let desk = Desk { likeness: Arc::new(likeness), derived: derived.collect::<Result<_, _>>()?, scope, wanted, untouched };
    desk.measure(show)
}

/// What the detectors find without any simulated attack.
fn untouched(answer: &Answer, weeks: f64) -> Untouched {
    let findings = answer.findings.iter().filter(|f| f.audience == Audience::Clerk).count() as u64;
    let (low, high) = poisson_rate(findings, weeks);
    Untouched { findings, weeks, low, high }
}

/// What all threats are measured with.
struct Desk<'a> {
    likeness: Arc<Likeness>,
    derived: Vec<Vec<RecordBatch>>,
    scope: &'a Scope,
    wanted: &'a Wanted,
    untouched: Untouched,
}

impl Desk<'_> {
    /// Each threat by itself, several at a time; told in the order of the list.
    fn measure(&self, show: &Progress) -> Result<Measured> {
        let threats: Vec<&Threat> =
            if self.wanted.threats.is_empty() { THREATS.iter().collect() } else { self.wanted.threats.clone() };
        let bar = show.counting("detection limits", threats.len() as u64);
        let (next, measured) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
        let work = || -> Result<()> {
            let rehearsal = Rehearsal::new(&[&REQUESTS, &SIGNS], DERIVED, &self.derived, DETECTORS, self.scope)?;
            while let Some((place, threat)) = take(&next, &threats) {
                bar.set_message(threat.name);
                let limit = self.limit(threat, &rehearsal).with_context(|| format!("the limit of {}", threat.name))?;
                measured.lock().unwrap_or_else(PoisonError::into_inner).push((place, limit));
                bar.inc(1);
            }
            Ok(())
        };
        std::thread::scope(|scope| {
            let workers: Vec<_> =
                (0..self.wanted.threads.clamp(1, threats.len().max(1))).map(|_| scope.spawn(work)).collect();
            workers.into_iter().try_for_each(|w| w.join().unwrap_or_else(|_| Err(anyhow!("a worker panicked"))))
        })?;
        bar.finish_and_clear();
        let mut measured = measured.into_inner().unwrap_or_else(PoisonError::into_inner);
        measured.sort_unstable_by_key(|(place, _)| *place);
        let (mut limits, mut notes) = (Vec::new(), Vec::new());
        for (_, limit) in measured {
            match limit {
                Ok(limit) => limits.push(limit),
                Err(note) => notes.push(note),
            }
        }
        Ok(Measured { limits, notes })
    }

    /// One threat's limit, or why it can't be measured on this log.
    fn limit(&self, threat: &Threat, rehearsal: &Rehearsal) -> Result<Result<Limit, String>> {
        let most = match threat.most(&self.likeness) {
            Ok(most) => most,
            Err(why) => return Ok(Err(format!("No detection limit is given for {}: {why}.", threat.words()))),
        };
        let effort = Effort::of(self.wanted.trials);
        let (curve, reached) = smallest_found(&sizes(most), effort, &mut |size, phase, trial| {
            let seed = trial_seed(self.wanted.seed, threat.name, phase, size, trial);
            self.is_found(&Trial::of(threat, size, &self.likeness, seed), rehearsal)
        })?;
        Ok(Ok(Limit {
            name: threat.name.to_owned(),
            attack: threat.attack.to_owned(),
            unit: threat.unit.to_owned(),
            manner: threat.manner.to_owned(),
            curve,
            reached,
            how: threat.how.to_owned(),
            seed: self.wanted.seed,
            untouched: self.untouched,
        }))
    }

    /// Whether a finding for the clerk names one of the attack's addresses.
    fn is_found(&self, trial: &Trial, rehearsal: &Rehearsal) -> Result<bool, EngineError> {
        let found = rehearsal.ask(&trial.rows, self.scope.clone())?;
        Ok(found.findings().iter().any(|f| f.audience == Audience::Clerk && trial.is_in(f)))
    }
}

fn take<'t>(next: &AtomicUsize, threats: &[&'t Threat]) -> Option<(usize, &'t Threat)> {
    let place = next.fetch_add(1, Ordering::Relaxed);
    threats.get(place).map(|threat| (place, *threat))
}
