//! `mail/threat`: threats to officials and their people.

use arrow::array::RecordBatch;
use pollwarden_core::{
    About, Audience, Columns, Confidence, Detector, DetectorError, Finding, FindingError, Findings, ObservableKind,
    Outcome, Plan, Question, Reference, Scope, Severity, Stability, Tables,
};

use crate::tables::MESSAGES;

pub(super) struct Threat;

static ABOUT: About = About {
    id: "mail/threat",
    title: "Threat to an official",
    question: Question::Mail,
    since: "0.1.0",
    stability: Stability::Preview,
    tables: &["messages"],
    looks_for: "Messages that threaten officials, staff or their families with violence, plainly or veiled; that say where they live or are; bomb threats; harassment. More severe the more is named: a person, a place, a time, a weapon. English and Spanish.",
    why: "Harassment and threats are the other half of what officials report, and a reason why many leave.",
    cannot_see: "Threats in pictures, recordings or other languages; threats that only those can understand who know what happened before; whether the writer means it.",
    do_next: "If danger is near, call 911 now. Don't answer. Keep the message with its whole header, tell the sheriff and the FBI field office's election crimes coordinator, and tell the person named, who should not be alone with it.",
    techniques: &[],
    references: &[Reference { title: "Local election officials survey", place: "Brennan Center for Justice (2024)" }],
};

impl Detector for Threat {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, tables: &Tables, _: &Scope) -> Result<Plan, DetectorError> {
        tables.need(MESSAGES.name)?;
        Ok(Plan::sql(
            "SELECT time, source, line, from_address, recipients, threat_severity, threat_audience, threat_title, threat_words, \
               threat_reasons, threat_next FROM messages WHERE threat <> '' ORDER BY time, source, line",
        ))
    }

    fn judge(&self, rows: &mut dyn Iterator<Item = RecordBatch>, found: &mut Findings) {
        for batch in rows {
            for row in 0..batch.num_rows() {
                found.push(finding(&Columns::of(&batch), row));
            }
        }
    }
}

fn finding(columns: &Columns<'_>, row: usize) -> Result<Finding, FindingError> {
    let text = |name: &str| columns.text(name).or_empty(row).to_owned();
    let severity = severity(&text("threat_severity"));
    let audience = if text("threat_audience") == Audience::Clerk.name() { Audience::Clerk } else { Audience::Analyst };
    let from = text("from_address");
    let to = text("recipients").lines().next().unwrap_or("an unnamed recipient").to_owned();
    let confidence = if severity >= Severity::High { Confidence::High } else { Confidence::Medium };
    let reasons: Vec<String> = text("threat_reasons").lines().map(str::to_owned).collect();
    let mut draft = Finding::new(
        ABOUT.id,
        format!("{}; from {from} to {to}", text("threat_title").trim_end_matches('.')),
        severity,
        confidence,
    )
    .audience(audience)
    .outcome(Outcome::Unknown)
    .expected_seen(
        "People may be angry, and say so, without threatening anybody.",
        format!("\"{}\". {}", text("threat_words"), reasons.join(" ")),
    )
    .observable(ObservableKind::EmailAddress, from)
    .next_step(text("threat_next"));
    if let Some(at) = columns.times("time").get(row) {
        draft = draft.between(at, at).noticed(at);
    }
    let source = text("source");
    match columns.integers("line").get(row).and_then(|line| u64::try_from(line).ok()) {
        Some(line) => draft.at(source, line),
        None => draft.at_source(source),
    }
    .done()
}

fn severity(name: &str) -> Severity {
    [Severity::Critical, Severity::High, Severity::Medium, Severity::Low]
        .into_iter()
        .find(|severity| severity.name() == name)
        .unwrap_or(Severity::Informational)
}
