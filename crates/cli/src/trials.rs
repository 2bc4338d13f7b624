//! What the detection limits of all sensors share: threats measured several at a time, and the search for a size.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::{Result, anyhow};
use indicatif::ProgressBar;
use pollwarden_core::{Answer, Audience, Limit, PowerPoint, Untouched};
use pollwarden_limit::{Effort, Phase, found_at, poisson_rate, sizes, smallest_found};

/// What was measured.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) limits: Vec<Limit>,
    /// What could not be measured, and why.
    pub(crate) notes: Vec<String>,
}

/// Measures each of some works by itself, so many at a time, each thread with a worker of its own; told in the works' order. `limit` gives a
/// threat's limit, or why it can't be measured.
pub(crate) fn measure<T: Sync, W>(
    works: &[T],
    threads: usize,
    bar: &ProgressBar,
    worker: impl Fn() -> Result<W> + Sync,
    limit: impl Fn(&T, &mut W) -> Result<Result<Limit, String>> + Sync,
) -> Result<Measured> {
    let (next, measured) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || -> Result<()> {
        let mut worker = worker()?;
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(work) = works.get(place) else { return Ok(()) };
            let limit = limit(work, &mut worker)?;
            measured.lock().unwrap_or_else(PoisonError::into_inner).push((place, limit));
            bar.inc(1);
        }
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.clamp(1, works.len().max(1))).map(|_| scope.spawn(work)).collect();
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

/// Shares found at these sizes, or around the smallest that is found often enough where none is given.
pub(crate) fn curve<E>(
    at: &[u64],
    most: u64,
    trials: u32,
    find: &mut dyn FnMut(u64, Phase, u32) -> Result<bool, E>,
) -> Result<(Vec<PowerPoint>, Option<usize>), E> {
    let effort = Effort::of(trials);
    match at {
        [] => smallest_found(&sizes(most), effort, find),
        at => found_at(at, effort, find),
    }
}

/// What the detectors find without any simulated attack.
pub(crate) fn untouched(answer: &Answer, weeks: f64) -> Untouched {
    let findings = answer.findings.iter().filter(|f| f.audience == Audience::Clerk).count() as u64;
    let (low, high) = poisson_rate(findings, weeks);
    Untouched { findings, weeks, low, high }
}
