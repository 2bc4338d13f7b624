//! One question on the page: verdict, coverage, charts, findings, limits.

use pollwarden_core::{Answer, Audience, Finding, Gap, Measure};

use super::{Chart, FindingView, VerdictView, chart};
use crate::{shorten, visible::visible, words};

/// More findings than these make a page that no browser opens quickly; JSON has all.
const FINDINGS_SHOWN: usize = 150;
const GAPS_SHOWN: usize = 100;
/// The gravest findings are open when the page is; at most this many.
const OPEN: usize = 3;

pub(super) struct AnswerView {
    pub(super) name: &'static str,
    pub(super) question: &'static str,
    pub(super) verdict: VerdictView,
    pub(super) summary: String,
    pub(super) coverage: String,
    pub(super) looked: bool,
    pub(super) measures: Vec<MeasureView>,
    pub(super) timeline: Option<Chart>,
    pub(super) gaps: Vec<GapView>,
    pub(super) more_gaps: Option<String>,
    pub(super) charts: Vec<Chart>,
    pub(super) findings: Vec<FindingView>,
    pub(super) others: Vec<FindingView>,
    pub(super) counted: String,
    pub(super) others_counted: String,
    pub(super) left_out: String,
    pub(super) limits: Vec<LimitView>,
    pub(super) limit_chart: Option<Chart>,
    pub(super) untouched: Option<String>,
    pub(super) notes: Vec<String>,
}

/// A number with its interval.
pub(super) struct MeasureView {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) unit: String,
    pub(super) interval: Option<String>,
}

/// One threat's detection limit.
pub(super) struct LimitView {
    pub(super) label: &'static str,
    pub(super) said: String,
    pub(super) how: String,
}

/// Time or input that was not watched.
pub(super) struct GapView {
    pub(super) when: String,
    pub(super) why: String,
    /// What is to be written into a file, as it stands.
    pub(super) lines: String,
    pub(super) bearing: &'static str,
}

impl AnswerView {
    pub(super) fn of(answer: &Answer) -> Self {
        let name = answer.question.name();
        let (clerk, others): (Vec<_>, Vec<_>) = answer.findings.iter().partition(|f| f.audience == Audience::Clerk);
        Self {
            name,
            question: answer.question.text(),
            verdict: VerdictView::of(answer.verdict()),
            summary: summary(answer),
            coverage: words::coverage(answer),
            looked: answer.coverage.rows > 0,
            measures: answer.measures.iter().map(MeasureView::of).collect(),
            timeline: chart::coverage(answer),
            gaps: GapView::all(answer),
            more_gaps: shorten::rest(answer.coverage.unwatched.len().saturating_sub(GAPS_SHOWN)),
            charts: chart::pictures(answer),
            counted: words::by_severity(clerk.iter().copied()),
            others_counted: words::of(others.len() as u64, "further finding", "further findings"),
            left_out: left_out(clerk.len(), others.len()),
            findings: views(&clerk, OPEN),
            others: views(&others, 0),
            limits: LimitView::all(answer),
            limit_chart: chart::power(answer),
            untouched: words::untouched(answer),
            notes: answer.coverage.notes.iter().map(|n| words::full_stop(&visible(n))).collect(),
        }
    }
}

fn views(findings: &[&Finding], open: usize) -> Vec<FindingView> {
    let gravest = findings.iter().map(|f| f.severity).max();
    let shown = findings.iter().take(FINDINGS_SHOWN).enumerate();
    shown.map(|(i, f)| FindingView::of(f, i < open && Some(f.severity) == gravest)).collect()
}

fn left_out(clerk: usize, others: usize) -> String {
    let more = clerk.saturating_sub(FINDINGS_SHOWN) + others.saturating_sub(FINDINGS_SHOWN);
    match more as u64 {
        0 => String::new(),
        more => format!("{} not on this page; the JSON report has all.", words::of(more, "finding is", "findings are")),
    }
}

impl MeasureView {
    pub(super) fn of(measure: &Measure) -> Self {
        Self {
            name: words::measure_name(measure),
            value: words::number(measure.estimate()),
            unit: visible(measure.unit()).into_owned(),
            interval: (!measure.is_exact()).then(|| words::measure_interval(measure)),
        }
    }
}

/// The answer, and the smallest attacks that would have been noticed, in two sentences.
fn summary(answer: &Answer) -> String {
    let noticed = words::noticed(answer).map(|said| format!(" {said}")).unwrap_or_default();
    format!("{}{noticed}", words::summary(answer))
}

impl LimitView {
    fn all(answer: &Answer) -> Vec<Self> {
        let how =
            answer.limits.iter().map(|limit| visible(&limit.how).into_owned()).chain(std::iter::repeat(String::new()));
        words::limits(answer).into_iter().zip(how).map(|((label, said), how)| Self { label, said, how }).collect()
    }
}

impl GapView {
    /// None where the verdict's sentence has said them; else the first, those that the question needs before others.
    fn all(answer: &Answer) -> Vec<Self> {
        if words::reasons_say_all(answer) {
            return Vec::new();
        }
        let gaps = &answer.coverage.unwatched;
        let in_order = gaps.iter().filter(|g| g.needed).chain(gaps.iter().filter(|g| !g.needed));
        in_order.take(GAPS_SHOWN).map(Self::of).collect()
    }

    fn of(gap: &Gap) -> Self {
        Self {
            when: gap.when.map_or_else(|| "Not about time".into(), words::stretch),
            why: words::full_stop(&visible(gap.why.lines().next().unwrap_or_default())),
            lines: words::lines(gap).join("\n"),
            bearing: if gap.needed { "The question needs it" } else { "The answer stands without it" },
        }
    }
}
