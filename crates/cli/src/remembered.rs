//! Detection limits remembered beside an office's archive: measured once for the same rows, detectors and effort.

use std::path::Path;

use pollwarden_core::{Coverage, Digest, Limit, PowerPoint, Question, Untouched};
use serde::{Deserialize, Serialize};

use crate::show;
use crate::trials::Measured;

/// A question's file in the archive's folder. It holds no voter's data: sizes and shares only.
fn file(question: Question) -> String {
    format!("{}-limits.json", question.name())
}

/// Everything that limits depend on, as a digest: sources, settings and effort, and this very program.
pub(crate) fn key(coverage: &Coverage, wanted: &impl std::fmt::Debug) -> String {
    let mut sources: Vec<String> = coverage.sources.iter().map(|s| s.digest.to_string()).collect();
    sources.sort_unstable();
    let all = (sources, wanted, program());
    Digest::of(format!("{all:?}").as_bytes()).to_string()
}

/// Its version and, since detectors change between versions while they are worked on, the file's length and time.
fn program() -> (&'static str, Option<u64>, Option<std::time::SystemTime>) {
    let file = std::env::current_exe().ok().and_then(|path| path.metadata().ok());
    (env!("CARGO_PKG_VERSION"), file.as_ref().map(std::fs::Metadata::len), file.and_then(|f| f.modified().ok()))
}

/// What was measured under this key, if anything was.
pub(crate) fn recall(archive: &Path, question: Question, key: &str) -> Option<Measured> {
    let text = std::fs::read(archive.join(file(question))).ok()?;
    let kept: Kept = serde_json::from_slice(&text).ok()?;
    (kept.key == key)
        .then(|| Measured { limits: kept.limits.into_iter().map(Limit::from).collect(), notes: kept.notes })
}

/// Remembers what was measured. Where it can't, the next run measures again.
pub(crate) fn remember(archive: &Path, question: Question, key: &str, measured: &Measured) {
    let limits = measured.limits.iter().map(KeptLimit::from).collect();
    let kept = Kept { key: key.to_owned(), limits, notes: measured.notes.clone() };
    let written = serde_json::to_vec(&kept).map_err(std::io::Error::other);
    if let Err(error) = written.and_then(|bytes| std::fs::write(archive.join(file(question)), bytes)) {
        show::say(&format!("{} could not be written to the archive: {error}", file(question)));
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    key: String,
    limits: Vec<KeptLimit>,
    notes: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct KeptLimit {
    name: String,
    attack: String,
    unit: String,
    manner: String,
    how: String,
    seed: u64,
    reached: Option<usize>,
    /// Size, found, trials, low, high.
    curve: Vec<(u64, u32, u32, f64, f64)>,
    /// Findings, weeks, low, high.
    untouched: (u64, f64, f64, f64),
}

impl From<&Limit> for KeptLimit {
    fn from(limit: &Limit) -> Self {
        let Limit { name, attack, unit, manner, how, seed, reached, curve, untouched: u } = limit.clone();
        let curve = curve.iter().map(|p| (p.size, p.found, p.trials, p.low, p.high)).collect();
        Self { name, attack, unit, manner, how, seed, reached, curve, untouched: (u.findings, u.weeks, u.low, u.high) }
    }
}

impl From<KeptLimit> for Limit {
    fn from(kept: KeptLimit) -> Self {
        let KeptLimit { name, attack, unit, manner, how, seed, reached, curve, untouched } = kept;
        let point = |(size, found, trials, low, high)| PowerPoint { size, found, trials, low, high };
        let (findings, weeks, low, high) = untouched;
        let curve = curve.into_iter().map(point).collect();
        let untouched = Untouched { findings, weeks, low, high };
        Self { name, attack, unit, manner, how, seed, reached, curve, untouched }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_recalled_under_its_key_alone() {
        let dir = tempfile::tempdir().expect("a folder");
        let limit = Limit {
            name: "a".into(),
            attack: "a theft of".into(),
            unit: "records".into(),
            manner: "by one".into(),
            how: "So.".into(),
            seed: 7,
            reached: Some(0),
            curve: vec![PowerPoint { size: 12, found: 19, trials: 20, low: 0.75, high: 0.999 }],
            untouched: Untouched { findings: 2, weeks: 4.5, low: 0.1, high: 1.6 },
        };
        let measured = Measured { limits: vec![limit.clone()], notes: vec!["n".into()] };
        assert!(recall(dir.path(), Question::Web, "k").is_none());
        remember(dir.path(), Question::Web, "k", &measured);
        let recalled = recall(dir.path(), Question::Web, "k").expect("it was remembered");
        assert_eq!((recalled.limits, recalled.notes), (vec![limit], vec!["n".to_owned()]));
        assert!(recall(dir.path(), Question::Web, "other").is_none());
    }
}
