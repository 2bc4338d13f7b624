//! `mail/open-to-forgery`: what the office's own domains publish, or don't, so that others can write in its name.

use arrow::array::RecordBatch;
use pollwarden_core::{
    About, Audience, Columns, Confidence, Detector, DetectorError, Finding, FindingError, Findings, ObservableKind,
    Outcome, Plan, Question, Reference, Scope, Severity, Stability, Tables,
};

use crate::tables::POSTURE;

pub(super) struct OpenToForgery;

static ABOUT: About = About {
    id: "mail/open-to-forgery",
    title: "Own domain in whose name anybody can write",
    question: Question::Mail,
    since: "0.1.0",
    stability: Stability::Stable,
    tables: &["posture"],
    looks_for: "SPF, DMARC, DKIM keys, MTA-STS and reports of the office's own domains, as a recorded snapshot of the DNS holds them: what is missing, weak or broken.",
    why: "In 2024, 41 in 100 county contact addresses had no DMARC: anybody could write in their name, and receivers could not tell.",
    cannot_see: "What the snapshot does not hold; domains that office.toml does not name.",
    do_next: "Have whoever runs the domain's DNS publish the record that is shown.",
    techniques: &["T1672"],
    references: &[
        Reference { title: "SPF, DMARC, MTA-STS", place: "RFC 7208, RFC 7489, RFC 8461" },
        Reference { title: "Binding Operational Directive 18-01", place: "DHS (2017)" },
    ],
};

impl Detector for OpenToForgery {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, tables: &Tables, _: &Scope) -> Result<Plan, DetectorError> {
        tables.need(POSTURE.name)?;
        Ok(Plan::sql("SELECT domain, about, severity, said, mend, source FROM posture ORDER BY domain, about, said"))
    }

    fn judge(&self, rows: &mut dyn Iterator<Item = RecordBatch>, found: &mut Findings) {
        for batch in rows {
            for row in 0..batch.num_rows() {
                found.push(finding(&Columns::of(&batch), row));
            }
        }
    }
}

/// A weakness is nobody's attack: it is shown to analysts, so that it never makes the answer to who was sent a lure.
fn finding(columns: &Columns<'_>, row: usize) -> Result<Finding, FindingError> {
    let text = |name: &str| columns.text(name).or_empty(row).to_owned();
    let severity = match text("severity").as_str() {
        "critical" => Severity::Critical,
        "high" => Severity::High,
        "medium" => Severity::Medium,
        "low" => Severity::Low,
        _ => Severity::Informational,
    };
    let domain = text("domain");
    Finding::new(ABOUT.id, format!("{domain}: {}", text("said")), severity, Confidence::High)
        .audience(Audience::Analyst)
        .outcome(Outcome::Unknown)
        .expected_seen("Receivers can tell the office's mail from forged mail.", text("said"))
        .observable(ObservableKind::Domain, &domain)
        .next_step(text("mend"))
        .at_source(text("source"))
        .done()
}
