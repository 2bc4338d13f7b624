//! A report as JSON, version 1: an object with named fields. Keys may be added within a version.

use serde::Serialize;

use crate::report::Report;

#[derive(Serialize)]
struct Wire<'r> {
    version: u8,
    subject: &'static str,
    outcome: &'static str,
    exit_code: u8,
    verdict: &'static str,
    headline: &'r str,
    why: &'r [String],
    said: Vec<SaidWire<'r>>,
    proven: &'r [String],
    not_proven: &'r [String],
    time: &'r [String],
    entries: Vec<EntryWire<'r>>,
}

#[derive(Serialize)]
struct SaidWire<'r> {
    heading: &'r str,
    verdict: &'r str,
    question: bool,
    lines: Vec<Line<'r>>,
}

#[derive(Serialize)]
struct EntryWire<'r> {
    index: u64,
    kind: &'r str,
    lines: Vec<Line<'r>>,
    closed: &'r [&'static str],
}

#[derive(Serialize)]
struct Line<'r> {
    label: &'r str,
    text: &'r str,
}

impl Report {
    /// The report as JSON, ended by a line feed.
    pub fn to_json(&self) -> String {
        let said = self.said.iter().map(|said| SaidWire {
            heading: &said.heading,
            verdict: &said.verdict,
            question: said.question,
            lines: lines(&said.lines),
        });
        let entries = self.statements.iter().map(|shown| EntryWire {
            index: shown.index,
            kind: &shown.kind,
            lines: lines(&shown.lines),
            closed: &shown.closed,
        });
        let wire = Wire {
            version: 1,
            subject: self.subject.code(),
            outcome: self.outcome.code(),
            exit_code: self.outcome.exit_code(),
            verdict: self.verdict(),
            headline: &self.headline,
            why: &self.why,
            said: said.collect(),
            proven: &self.proven,
            not_proven: &self.not_proven,
            time: &self.time,
            entries: entries.collect(),
        };
        let mut json = serde_json::to_string_pretty(&wire).expect("texts and numbers can be written as JSON");
        json.push('\n');
        json
    }
}

fn lines(lines: &[(String, String)]) -> Vec<Line<'_>> {
    lines.iter().map(|(label, text)| Line { label, text }).collect()
}
