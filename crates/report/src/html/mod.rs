//! One page that opens from disk: no script, no request to anywhere, everything from outside escaped by its templates.
//!
//! The page's content security policy (W3C CSP Level 3) forbids all but its own style sheet, named by hash; so even a
//! text that slipped through could neither run nor call out. Charts are drawn twice, for wide and for narrow screens,
//! since an SVG that is merely shrunk can't be read on a telephone.

mod answer;
mod chart;
mod finding;

use askama::Template;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use jiff::Timestamp;
use pollwarden_core::{Assessment, Digest, Receipt, Verdict};

use self::{
    answer::AnswerView,
    chart::{Chart, Shape},
    finding::FindingView,
};
use crate::{shorten, visible::visible, words};

/// A roll may come in one file per precinct and year.
const SOURCES_SHOWN: usize = 500;

const STYLE: &str = include_str!("../../templates/style.css");

/// The assessment as one self-contained HTML page, with the time at which it was made.
pub fn html(assessment: &Assessment, generated_at: Timestamp) -> String {
    Page::of(assessment, generated_at).render().expect("writing into a string does not fail")
}

#[derive(Template)]
#[template(path = "page.html")]
struct Page {
    style: &'static str,
    policy: String,
    office: String,
    verdict: VerdictView,
    overall: String,
    generated: String,
    version: &'static str,
    answers: Vec<AnswerView>,
    rejected: Vec<RejectedView>,
    rejected_rows: String,
    sources: Vec<SourceView>,
    more_sources: Option<String>,
    receipt: Option<ReceiptView>,
}

/// Where the assessment was entered.
struct ReceiptView {
    entry: String,
    witnesses: String,
    command: Option<String>,
}

/// A verdict as class, mark and words: never by colour alone.
struct VerdictView {
    class: &'static str,
    mark: &'static str,
    text: &'static str,
}

/// One complaint about an input.
struct RejectedView {
    place: String,
    expected: String,
    found: String,
    mend: String,
}

/// A source cited by digest.
struct SourceView {
    name: String,
    question: &'static str,
    format: String,
    bytes: String,
    rows: String,
    rejected: String,
    digest: String,
}

impl Page {
    fn of(assessment: &Assessment, generated_at: Timestamp) -> Self {
        let answers = &assessment.answers;
        let cited: usize = answers.iter().map(|a| a.coverage.sources.len()).sum();
        Self {
            style: STYLE,
            policy: policy(),
            office: office(assessment),
            verdict: VerdictView::of(assessment.verdict()),
            overall: words::overall(assessment),
            generated: words::moment(generated_at),
            version: env!("CARGO_PKG_VERSION"),
            answers: answers.iter().map(AnswerView::of).collect(),
            rejected: answers.iter().flat_map(|a| &a.coverage.complaints).map(RejectedView::of).collect(),
            rejected_rows: words::of(answers.iter().map(|a| a.coverage.rejected).sum(), "row", "rows"),
            sources: answers.iter().flat_map(SourceView::all).take(SOURCES_SHOWN).collect(),
            more_sources: shorten::rest(cited.saturating_sub(SOURCES_SHOWN)),
            receipt: assessment.receipt.as_ref().map(ReceiptView::of),
        }
    }
}

fn policy() -> String {
    let hash = BASE64_STANDARD.encode(Digest::of(STYLE.as_bytes()).0);
    format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'")
}

fn office(assessment: &Assessment) -> String {
    let name = visible(&assessment.office);
    if name.trim().is_empty() { "An office without a name".into() } else { name.into_owned() }
}

impl VerdictView {
    fn of(verdict: Verdict) -> Self {
        let (class, mark) = match verdict {
            Verdict::Found => ("found", "!"),
            Verdict::NothingFound => ("nothing", "✓"),
            Verdict::CannotTell => ("unknown", "?"),
        };
        Self { class, mark, text: words::verdict(verdict) }
    }
}

impl ReceiptView {
    fn of(receipt: &Receipt) -> Self {
        let entry = format!("Entered as {}", words::receipt(receipt));
        let witnesses = words::capital(&words::witnesses(receipt));
        Self { entry, witnesses, command: words::check_receipt(receipt) }
    }
}

impl RejectedView {
    fn of(complaint: &pollwarden_core::Complaint) -> Self {
        let mut place = visible(&complaint.source).into_owned();
        if let Some(line) = complaint.line {
            place.push_str(&format!(", line {line}"));
        }
        if let Some(column) = &complaint.column {
            place.push_str(&format!(", column {}", visible(column)));
        }
        let [expected, found, mend] =
            [&complaint.expected, &complaint.found, &complaint.mend].map(|t| visible(t).into_owned());
        Self { place, expected, found, mend }
    }
}

impl SourceView {
    fn all(answer: &pollwarden_core::Answer) -> impl Iterator<Item = Self> {
        answer.coverage.sources.iter().map(|source| Self {
            name: visible(&source.name).into_owned(),
            question: answer.question.name(),
            format: visible(&source.format).into_owned(),
            bytes: words::count(source.length),
            rows: words::count(source.rows),
            rejected: words::count(source.rejected),
            digest: source.digest.to_string(),
        })
    }
}
