//! How an outsider checks the report, and the last line's counts.

use std::io;

use pollwarden_core::{Assessment, Receipt, Source, Verdict};

use super::{PlainOptions, page::Page};
use crate::{shorten, visible::visible, words};

const SOURCES_SHOWN: usize = 40;

/// The sources by digest, and what to do with them.
pub(super) fn write<W: io::Write>(assessment: &Assessment, page: &mut Page<'_, W>) -> io::Result<()> {
    let sources: Vec<&Source> = assessment.answers.iter().flat_map(|a| &a.coverage.sources).collect();
    page.heading("How an outsider checks this")?;
    if sources.is_empty() {
        return page.line("Nothing was read, so there is nothing to check.");
    }
    page.line(HOW)?;
    for source in sources.iter().take(SOURCES_SHOWN) {
        page.item(1, "- ", &cited(source))?;
    }
    if let Some(rest) = shorten::rest(sources.len().saturating_sub(SOURCES_SHOWN)) {
        page.item(1, "- ", &format!("{rest}."))?;
    }
    assessment.receipt.as_ref().map_or(Ok(()), |receipt| write_receipt(receipt, page))
}

/// Where it was entered, and the line that checks it.
pub(super) fn write_receipt<W: io::Write>(receipt: &Receipt, page: &mut Page<'_, W>) -> io::Result<()> {
    page.item(1, "Receipt: ", &words::receipt(receipt))?;
    page.item(1, "Witnesses: ", &words::witnesses(receipt))?;
    let Some(command) = words::check_receipt(receipt) else { return Ok(()) };
    page.line("Whoever has the evidence and the log's public keys can check that, without the office and offline:")?;
    page.as_it_stands(1, &command)
}

const HOW: &str = "Take the office's own copy of each file below and compute its SHA-256 (sha256sum FILE): it must be \
    the digest given here. Then open the lines that a finding names, or run the same version of Pollwarden over the \
    same files: the same findings carry the same ids.";

fn cited(source: &Source) -> String {
    let bytes = words::of(source.length, "byte", "bytes");
    let rows = words::of(source.rows, "row", "rows");
    format!("{} ({}, {bytes}, {rows}): {}", visible(&source.name), format(source), source.digest)
}

fn format(source: &Source) -> String {
    if source.format.is_empty() { "format unknown".into() } else { visible(&source.format).into_owned() }
}

/// Everything that can be counted, on one line.
pub(super) fn counts(assessment: &Assessment, options: &PlainOptions) -> String {
    let answers = &assessment.answers;
    let of_verdict = |v| answers.iter().filter(|a| a.verdict() == v).count();
    let findings = || answers.iter().flat_map(|a| &a.findings);
    let shown = findings().filter(|f| f.audience <= options.audience).count();
    format!(
        "{} found, {} nothing found, {} cannot tell; {}, {} not shown; {}, {} rejected.",
        of_verdict(Verdict::Found),
        of_verdict(Verdict::NothingFound),
        of_verdict(Verdict::CannotTell),
        words::of(shown as u64, "finding", "findings"),
        words::count((findings().count() - shown) as u64),
        words::of(answers.iter().map(|a| a.coverage.rows).sum(), "row", "rows"),
        words::count(answers.iter().map(|a| a.coverage.rejected).sum()),
    )
}
