//! JSON v1: frozen copies of what a script may rely on. Its schema is docs/json-v1.schema.json, its words docs/json-v1.md.
//!
//! Nothing here is renamed or removed once released; a key may be added. Times are RFC 3339 in UTC.

use jiff::Timestamp;
use pollwarden_core as core;
use serde::Serialize;

use super::number::Number;
use crate::words;

#[derive(Debug, Serialize)]
pub(crate) struct Report<'a> {
    version: u32,
    office: &'a str,
    verdict: &'static str,
    answers: Vec<Answer<'a>>,
    receipt: Option<Receipt<'a>>,
}

#[derive(Debug, Serialize)]
struct Receipt<'a> {
    origin: &'a str,
    index: u64,
    leaf: &'a str,
    size: u64,
    root: &'a str,
    cosigned: &'a [String],
    refused: &'a [String],
}

#[derive(Debug, Serialize)]
struct Answer<'a> {
    question: &'static str,
    verdict: &'static str,
    coverage: Coverage<'a>,
    measures: Vec<Measure<'a>>,
    limits: Vec<Limit<'a>>,
    findings: Vec<Finding<'a>>,
}

#[derive(Debug, Serialize)]
struct Coverage<'a> {
    watched: Vec<[String; 2]>,
    unwatched: Vec<Gap<'a>>,
    sources: Vec<Source<'a>>,
    rows: u64,
    rejected: u64,
    notes: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Gap<'a> {
    from: Option<String>,
    to: Option<String>,
    why: &'a str,
    needed: bool,
}

#[derive(Debug, Serialize)]
struct Source<'a> {
    name: &'a str,
    digest: String,
    format: &'a str,
    bytes: u64,
    rows: u64,
    rejected: u64,
}

#[derive(Debug, Serialize)]
struct Measure<'a> {
    name: &'a str,
    low: Number,
    estimate: Number,
    high: Number,
    unit: &'a str,
}

#[derive(Debug, Serialize)]
struct Limit<'a> {
    threat: String,
    size: Number,
    unit: &'a str,
    power: Number,
    low: Number,
    high: Number,
    false_alarms_per_week: Number,
    name: &'a str,
    reached: bool,
    how: &'a str,
    trials: u32,
    seed: u64,
    curve: Vec<PowerPoint>,
    untouched: Untouched,
}

#[derive(Debug, Serialize)]
struct PowerPoint {
    size: u64,
    found: u32,
    trials: u32,
    low: Number,
    high: Number,
}

#[derive(Debug, Serialize)]
struct Untouched {
    findings: u64,
    weeks: Number,
    low: Number,
    high: Number,
}

#[derive(Debug, Serialize)]
struct Finding<'a> {
    id: &'a str,
    detector: &'a str,
    title: &'a str,
    severity: &'static str,
    confidence: &'static str,
    audience: &'static str,
    outcome: &'static str,
    first: Option<String>,
    last: Option<String>,
    noticed: Option<String>,
    observables: Vec<Observable<'a>>,
    measures: Vec<Measure<'a>>,
    sites: Vec<Site<'a>>,
    expected: &'a str,
    seen: &'a str,
    next_step: &'a str,
    techniques: &'a [&'static str],
}

#[derive(Debug, Serialize)]
struct Observable<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    value: &'a str,
}

#[derive(Debug, Serialize)]
struct Site<'a> {
    source: Option<String>,
    name: &'a str,
    line: Option<u64>,
}

impl<'a> Report<'a> {
    pub(crate) fn of(assessment: &'a core::Assessment) -> Self {
        Self {
            version: 1,
            office: &assessment.office,
            verdict: assessment.verdict().name(),
            answers: assessment.answers.iter().map(Answer::of).collect(),
            receipt: assessment.receipt.as_ref().map(Receipt::of),
        }
    }
}

impl<'a> Receipt<'a> {
    fn of(receipt: &'a core::Receipt) -> Self {
        let core::Receipt { origin, index, leaf, size, root, cosigned, refused, evidence: _ } = receipt;
        Self { origin, index: *index, leaf, size: *size, root, cosigned, refused }
    }
}

impl<'a> Answer<'a> {
    fn of(answer: &'a core::Answer) -> Self {
        Self {
            question: answer.question.name(),
            verdict: answer.verdict().name(),
            coverage: Coverage::of(&answer.coverage),
            measures: answer.measures.iter().map(Measure::of).collect(),
            limits: answer.limits.iter().filter_map(Limit::of).collect(),
            findings: answer.findings.iter().map(Finding::of).collect(),
        }
    }
}

impl<'a> Coverage<'a> {
    fn of(coverage: &'a core::Coverage) -> Self {
        let complaints = coverage.complaints.iter().map(|c| words::full_stop(&c.to_string()));
        Self {
            watched: coverage.watched.iter().map(|i| [time(i.from), time(i.to)]).collect(),
            unwatched: coverage.unwatched.iter().map(Gap::of).collect(),
            sources: coverage.sources.iter().map(Source::of).collect(),
            rows: coverage.rows,
            rejected: coverage.rejected,
            notes: coverage.notes.iter().cloned().chain(complaints).collect(),
        }
    }
}

impl<'a> Gap<'a> {
    fn of(gap: &'a core::Gap) -> Self {
        Self {
            from: gap.when.map(|i| time(i.from)),
            to: gap.when.map(|i| time(i.to)),
            why: &gap.why,
            needed: gap.needed,
        }
    }
}

impl<'a> Source<'a> {
    fn of(source: &'a core::Source) -> Self {
        Self {
            name: &source.name,
            digest: source.digest.to_string(),
            format: &source.format,
            bytes: source.length,
            rows: source.rows,
            rejected: source.rejected,
        }
    }
}

impl<'a> Measure<'a> {
    fn of(measure: &'a core::Measure) -> Self {
        Self {
            name: measure.name(),
            low: Number(measure.low()),
            estimate: Number(measure.estimate()),
            high: Number(measure.high()),
            unit: measure.unit(),
        }
    }
}

impl<'a> Limit<'a> {
    /// The size found often enough; where none is, the largest tried.
    fn of(limit: &'a core::Limit) -> Option<Self> {
        let point = limit.at().or(limit.most())?;
        Some(Self {
            threat: limit.threat(),
            size: Number(point.size as f64),
            unit: &limit.unit,
            power: Number(point.power()),
            low: Number(point.low),
            high: Number(point.high),
            false_alarms_per_week: Number(limit.untouched.per_week()),
            name: &limit.name,
            reached: limit.reached.is_some(),
            how: &limit.how,
            trials: point.trials,
            seed: limit.seed,
            curve: limit.curve.iter().map(PowerPoint::of).collect(),
            untouched: Untouched::of(&limit.untouched),
        })
    }
}

impl PowerPoint {
    fn of(point: &core::PowerPoint) -> Self {
        let core::PowerPoint { size, found, trials, low, high } = *point;
        Self { size, found, trials, low: Number(low), high: Number(high) }
    }
}

impl Untouched {
    fn of(untouched: &core::Untouched) -> Self {
        let core::Untouched { findings, weeks, low, high } = *untouched;
        Self { findings, weeks: Number(weeks), low: Number(low), high: Number(high) }
    }
}

impl<'a> Finding<'a> {
    fn of(finding: &'a core::Finding) -> Self {
        Self {
            id: finding.id(),
            detector: finding.detector,
            title: &finding.title,
            severity: finding.severity.name(),
            confidence: finding.confidence.name(),
            audience: finding.audience.name(),
            outcome: finding.outcome.name(),
            first: finding.first.map(time),
            last: finding.last.map(time),
            noticed: finding.noticed.map(time),
            observables: finding.observables.iter().map(Observable::of).collect(),
            measures: finding.measures.iter().map(Measure::of).collect(),
            sites: finding.sites().iter().map(Site::of).collect(),
            expected: &finding.expected,
            seen: &finding.seen,
            next_step: &finding.next_step,
            techniques: &finding.techniques,
        }
    }
}

impl<'a> Observable<'a> {
    fn of(observable: &'a core::Observable) -> Self {
        Self { kind: observable.kind.name(), value: &observable.value }
    }
}

impl<'a> Site<'a> {
    fn of(site: &'a core::Site) -> Self {
        Self { source: site.source.map(|d| d.to_string()), name: &site.name, line: site.line }
    }
}

/// RFC 3339 knows the years 0 to 9999 only; earlier times are moved to its beginning.
fn time(at: Timestamp) -> String {
    const YEAR_0: i64 = -62_167_219_200;
    let first = Timestamp::from_second(YEAR_0).unwrap_or(Timestamp::UNIX_EPOCH);
    at.max(first).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_is_rfc_3339() {
        assert_eq!(time(Timestamp::UNIX_EPOCH), "1970-01-01T00:00:00Z");
        assert_eq!(time(Timestamp::MIN), "0000-01-01T00:00:00Z");
        assert!(time(Timestamp::MAX).starts_with("9999-12-30T22:00:00"));
    }
}
