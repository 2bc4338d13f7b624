//! What the office said: its assessment, question by question, in the words of its own report.

use std::collections::BTreeSet;

use pollwarden_ledger::said::{Answer, Assessment, Finding, Gap, Limit};
use pollwarden_ledger::{Hash, Section};

use crate::consistent;
use crate::contents::Contents;
use crate::shown::{at_most, line, measure_name, measure_value};
use crate::visible::{name, visible};
use crate::words;

/// Gaps that are shown; further ones are counted.
const GAPS: usize = 20;
/// Measures, and limits, that are shown.
const NUMBERS: usize = 200;
/// Of a longer name or question, so many characters are shown.
const HEADING: usize = 300;
const SEVERITIES: [&str; 5] = ["critical", "high", "medium", "low", "informational"];

/// An assessment, or one question of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The office, or the question.
    pub heading: String,
    /// The verdict in words.
    pub verdict: String,
    /// What goes with it: pairs of a label and a text.
    pub lines: Vec<(String, String)>,
    /// Whether this is a question, below the assessment before it.
    pub question: bool,
}

/// For whom a section is.
pub(crate) fn circle(section: Section) -> &'static str {
    match section {
        Section::Public => "anybody",
        Section::Office => "other offices",
        Section::Court => "a court",
    }
}

pub(crate) fn of(contents: &Contents) -> Vec<Said> {
    let read = contents.assessments.iter().filter_map(|(index, said)| Some((*index, said.as_ref()?)));
    read.flat_map(|(index, said)| assessment(index, said, contents)).collect()
}

fn assessment(index: u64, said: &Assessment, contents: &Contents) -> Vec<Said> {
    let lines = vec![("By".to_owned(), format!("{} (entry {})", name(&said.program, HEADING), words::count(index)))];
    let office =
        Said { heading: name(&said.office, HEADING), verdict: words::verdict(&said.verdict), lines, question: false };
    [office].into_iter().chain(said.answers.iter().map(|said| answer(said, contents))).collect()
}

fn answer(said: &Answer, contents: &Contents) -> Said {
    let mut lines = vec![("Looked at".to_owned(), looked_at(said))];
    lines.extend(findings(said, contents).map(|text| ("Findings".to_owned(), text)));
    lines.extend(at_most(NUMBERS, said.measures.iter().map(|measure| (measure_name(measure), measure_value(measure)))));
    lines.extend(gaps(&said.unwatched));
    lines.extend(at_most(NUMBERS, limits(&said.limits).into_iter()));
    lines.push((
        "Asked".into(),
        words::of(different(said.detectors.iter().map(|asked| &asked.id)), "detector", "detectors"),
    ));
    lines.extend(
        consistent::of_answer(said, contents).into_iter().map(|what| ("Contradiction".into(), words::capital(&what))),
    );
    let lines = lines.into_iter().map(|(label, text)| line(&label, text)).collect();
    Said { heading: name(&said.text, HEADING), verdict: words::verdict(&said.verdict), lines, question: true }
}

fn looked_at(said: &Answer) -> String {
    let rows = |n: u64| format!("{} {}", words::count(n), if n == 1 { "row" } else { "rows" });
    let mut looked = format!("{} of {}", rows(said.rows), words::of(different(&said.sources), "source", "sources"));
    let [from, to] = [said.watched.iter().map(|pair| &pair[0]).min(), said.watched.iter().map(|pair| &pair[1]).max()];
    if let (Some(from), Some(to)) = (from, to) {
        // With breaks between them, the first and the last time alone would look like all of it.
        let breaks = if said.watched.len() > 1 {
            format!("in {} separate stretches, ", words::count(said.watched.len() as u64))
        } else {
            String::new()
        };
        looked.push_str(&format!(", {breaks}{}", words::stretch(from, to)));
    }
    looked.push_str(&format!("; {} could not be read", rows(said.rejected)));
    looked.push_str(&match said.unwatched.len() {
        0 => "; the office names no gap.".to_owned(),
        gaps => format!("; {}.", words::of(gaps, "gap is named", "gaps are named")),
    });
    looked
}

/// What is named twice is one.
fn different<'s>(names: impl IntoIterator<Item = &'s String>) -> usize {
    names.into_iter().collect::<BTreeSet<_>>().len()
}

/// Findings by severity, gravest first, as far as they are opened.
fn findings(said: &Answer, contents: &Contents) -> Option<String> {
    let hashes: BTreeSet<&String> = said.findings.iter().collect();
    let named = hashes.len();
    let opened: Vec<&Finding> =
        hashes.into_iter().filter_map(|text| contents.findings.get(&Hash::parse(text)?)).collect();
    let of = |severity: &&str| opened.iter().filter(|finding| finding.severity == **severity).count();
    let counted = SEVERITIES.iter().filter(|s| of(s) > 0).map(|s| format!("{} {s}", words::count(of(s) as u64)));
    let mut counted: Vec<String> = counted.collect();
    let others = named - SEVERITIES.iter().map(of).sum::<usize>();
    if others > 0 {
        counted.push(format!("{} of a severity that is not shown here", words::count(others as u64)));
    }
    (named > 0).then(|| format!("{} ({}).", words::count(named as u64), counted.join(", ")))
}

fn gaps(gaps: &[Gap]) -> Vec<(String, String)> {
    // What the question needs comes first: the list is cut at its end.
    let in_order = gaps.iter().filter(|gap| gap.needed).chain(gaps.iter().filter(|gap| !gap.needed));
    let mut lines: Vec<_> = in_order.take(GAPS).map(|said| ("Not watched".to_owned(), gap(said))).collect();
    if gaps.len() > GAPS {
        lines.push(("Not watched".into(), format!("{} more.", words::count((gaps.len() - GAPS) as u64))));
    }
    lines
}

/// When, and how it bears on the answer. Why is for a court: it may name files, and show pieces of them.
fn gap(gap: &Gap) -> String {
    let bearing = if gap.needed { "the answer needs it" } else { "the answer stands without it" };
    match (&gap.from, &gap.to) {
        (Some(from), Some(to)) => format!("{} ({bearing}).", words::stretch(from, to)),
        _ => format!("something that is not about a time ({bearing})."),
    }
}

fn limits(limits: &[Limit]) -> Vec<(String, String)> {
    if limits.is_empty() {
        let unknown = "No detection limit is given: how small an attack would have gone unnoticed is not known.";
        return vec![("Limit".into(), unknown.into())];
    }
    limits.iter().map(limit).collect()
}

fn limit(limit: &Limit) -> (String, String) {
    let (threat, unit) = (visible(&limit.threat), visible(&limit.unit));
    let size = words::count(limit.size);
    let share = format!(
        "found {} of {} times: {} to {} in 100",
        words::count(limit.found.into()),
        words::count(limit.trials.into()),
        words::number((limit.low * 100.0).floor()),
        words::number((limit.high * 100.0).ceil())
    );
    if limit.reached {
        let unit = if limit.size == 1 { unit.strip_suffix('s').unwrap_or(&unit) } else { &unit };
        ("Would have been noticed".into(), format!("{threat}, from {size} {unit} on ({share})."))
    } else {
        ("Might not have been noticed".into(), format!("{threat}, at any size up to {size} {unit} ({share})."))
    }
}
