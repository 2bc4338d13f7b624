//! The report as text that a clerk can read aloud: per question first the verdict and the coverage in a sentence, then
//! the findings by severity; then how an outsider checks it. The last line gives the counts.

mod check;
mod finding;
mod page;

use std::io;

use pollwarden_core::{Answer, Assessment, Audience, Receipt, Verdict};

use self::page::Page;
use crate::{shorten, visible::visible, words};

const GAPS_SHOWN: usize = 12;

/// How plain text is to be written.
#[derive(Debug, Clone, Copy)]
pub struct PlainOptions {
    /// Whether verdicts and severities are coloured (ANSI escapes).
    pub colour: bool,
    /// Findings for this audience and those before it are shown; the others are counted.
    pub audience: Audience,
}

impl Default for PlainOptions {
    fn default() -> Self {
        Self { colour: false, audience: Audience::Clerk }
    }
}

/// Writes the assessment as plain text, at most 100 columns wide.
///
/// # Errors
/// Where `out` can't be written to.
pub fn plain(assessment: &Assessment, options: &PlainOptions, out: &mut impl io::Write) -> io::Result<()> {
    let mut page = Page::new(out, options.colour);
    page.line(&heading(assessment))?;
    if assessment.answers.len() > 1 {
        page.line(&words::overall(assessment))?;
    }
    for answer in &assessment.answers {
        page.blank()?;
        write_answer(answer, options, &mut page)?;
    }
    page.blank()?;
    check::write(assessment, &mut page)?;
    page.blank()?;
    page.line(&check::counts(assessment, options))
}

/// Writes where something was entered, and how that is checked.
///
/// # Errors
/// Where `out` can't be written to.
pub fn plain_receipt(receipt: &Receipt, out: &mut impl io::Write) -> io::Result<()> {
    check::write_receipt(receipt, &mut Page::new(out, false))
}

fn heading(assessment: &Assessment) -> String {
    let office = visible(&assessment.office);
    if office.trim().is_empty() { "Pollwarden".into() } else { format!("Pollwarden for {office}") }
}

fn write_answer<W: io::Write>(answer: &Answer, options: &PlainOptions, page: &mut Page<'_, W>) -> io::Result<()> {
    page.heading(answer.question.text())?;
    let verdict = page.verdict(answer.verdict());
    let noticed = words::noticed(answer).map(|said| format!(" {said}")).unwrap_or_default();
    page.line(&format!("{verdict}. {}{noticed}", said(answer)))?;
    page.line(&words::coverage(answer))?;
    for measure in &answer.measures {
        page.item(1, &format!("{}: ", words::measure_name(measure)), &words::measure_value(measure))?;
    }
    write_gaps(answer, page)?;
    finding::write_all(answer, options, page)?;
    write_limits(answer, page)?;
    write_rejected(answer, page)?;
    for note in &answer.coverage.notes {
        page.item(1, "Note: ", &words::full_stop(&visible(note)))?;
    }
    Ok(())
}

/// The summary, without the findings that follow at once.
fn said(answer: &Answer) -> String {
    if answer.verdict() != Verdict::Found {
        return words::summary(answer);
    }
    let findings = words::for_clerk(answer).count() as u64;
    let severities = words::by_severity(words::for_clerk(answer));
    format!("{} ({severities}).", words::of(findings, "finding deserves action", "findings deserve action"))
}

fn write_gaps<W: io::Write>(answer: &Answer, page: &mut Page<'_, W>) -> io::Result<()> {
    if words::reasons_say_all(answer) {
        return Ok(());
    }
    let gaps = &answer.coverage.unwatched;
    // What the question needs comes first: the list is cut at its end.
    let in_order = gaps.iter().filter(|g| g.needed).chain(gaps.iter().filter(|g| !g.needed));
    for gap in in_order.take(GAPS_SHOWN) {
        let bearing = if gap.needed { "" } else { " The answer stands without it." };
        page.item(1, "Not watched: ", &format!("{}{bearing}", words::gap(gap)))?;
        words::lines(gap).iter().try_for_each(|line| page.as_it_stands(3, line))?;
    }
    match shorten::rest(gaps.len().saturating_sub(GAPS_SHOWN)) {
        Some(rest) => page.item(1, "Not watched: ", &format!("{rest}.")),
        None => Ok(()),
    }
}

fn write_limits<W: io::Write>(answer: &Answer, page: &mut Page<'_, W>) -> io::Result<()> {
    if answer.coverage.rows == 0 {
        return Ok(());
    }
    words::limits(answer).iter().try_for_each(|(label, limit)| page.item(1, label, limit))?;
    words::untouched(answer).map_or(Ok(()), |said| page.item(1, "How that is known: ", &said))
}

fn write_rejected<W: io::Write>(answer: &Answer, page: &mut Page<'_, W>) -> io::Result<()> {
    let coverage = &answer.coverage;
    if coverage.rejected > 0 {
        let rows = words::of(coverage.rejected, "row", "rows");
        page.item(1, "Rejected: ", &format!("{rows} could not be read and took no part in this answer."))?;
    }
    for complaint in &coverage.complaints {
        page.item(2, "- ", &words::complaint(complaint))?;
    }
    Ok(())
}
