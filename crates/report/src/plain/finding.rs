//! Findings in plain text: place, expected, seen, next step.

use std::io;

use pollwarden_core::{Answer, Finding, Severity, Site};

use super::{PlainOptions, page::Page};
use crate::{shorten, visible::visible, words};

const SITES_SHOWN: usize = 3;
const OBSERVABLES_SHOWN: usize = 5;

/// All findings of an answer that the audience is shown, gravest first.
pub(super) fn write_all<W: io::Write>(
    answer: &Answer,
    options: &PlainOptions,
    page: &mut Page<'_, W>,
) -> io::Result<()> {
    let shown = answer.findings.iter().filter(|f| f.audience <= options.audience);
    for (i, finding) in shown.enumerate() {
        page.blank()?;
        write(i + 1, finding, page)?;
    }
    let hidden = answer.findings.iter().filter(|f| f.audience > options.audience).count() as u64;
    if !answer.findings.is_empty() {
        page.blank()?;
    }
    if hidden > 0 {
        let findings = words::of(hidden, "further finding is", "further findings are");
        page.item(1, "Also: ", &format!("{findings} for analysts or examiners; the JSON and HTML reports show them."))?;
    }
    Ok(())
}

fn write<W: io::Write>(number: usize, finding: &Finding, page: &mut Page<'_, W>) -> io::Result<()> {
    let severity = page.severity(finding.severity);
    page.item(1, &format!("{number}. "), &format!("{severity}: {}", words::full_stop(&visible(&finding.title))))?;
    page.item(2, "Certainty: ", &certainty(finding))?;
    if let Some(time) = words::finding_time(finding) {
        page.item(2, "When: ", &time)?;
    }
    if let Some(at) = finding.noticed {
        page.item(2, "Noticeable from: ", &words::moment(at))?;
    }
    page.item(2, "Where: ", &places(finding.sites()))?;
    for (label, text) in [("Expected: ", &finding.expected), ("Seen: ", &finding.seen)] {
        write_said(label, text, page)?;
    }
    for measure in &finding.measures {
        page.item(2, &format!("{}: ", words::measure_name(measure)), &words::measure_value(measure))?;
    }
    for group in shorten::observables(finding, OBSERVABLES_SHOWN) {
        page.item(2, &format!("{}: ", group.kind), &listed(group.values, group.more))?;
    }
    write_said("Next step: ", &finding.next_step, page)?;
    page.item(2, "Finding: ", &format!("{} of {}{}", finding.id(), finding.detector, techniques(finding)))
}

fn write_said<W: io::Write>(label: &str, text: &str, page: &mut Page<'_, W>) -> io::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    page.item(2, label, &words::full_stop(&visible(text)))
}

fn certainty(finding: &Finding) -> String {
    let confidence = finding.confidence.name();
    if finding.severity == Severity::Informational {
        return format!("{confidence} confidence.");
    }
    format!("{confidence} confidence; {}.", words::outcome_words(finding.outcome))
}

fn places(sites: &[Site]) -> String {
    let shown = sites.iter().take(SITES_SHOWN).map(words::site).collect();
    listed(shown, sites.len().saturating_sub(SITES_SHOWN))
}

fn listed(mut values: Vec<String>, more: usize) -> String {
    values.extend(shorten::rest(more));
    values.join("; ")
}

fn techniques(finding: &Finding) -> String {
    if finding.techniques.is_empty() { String::new() } else { format!(" ({})", finding.techniques.join(", ")) }
}
