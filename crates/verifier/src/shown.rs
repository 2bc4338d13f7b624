//! Entries as they are shown: what is opened of each, in lines with labels.

use pollwarden_ledger::said::{Bytes, Detail, File, Finding, Measure, Parameters, Shared, Source};

use crate::visible::{name, visible};
use crate::words;

/// More values than these are counted, not shown.
const VALUES: usize = 20;
/// Of a longer text, so many characters are shown.
const LONGEST: usize = 2000;
/// And of a longer label.
const LABEL: usize = 60;

/// The label of whom a finding is for.
pub(crate) const FOR: &str = "For";

/// An entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its place, from 0.
    pub index: u64,
    /// What kind of entry it is.
    pub kind: String,
    /// What it says: pairs of a label and a text.
    pub lines: Vec<(String, String)>,
    /// For whom there are sections that are not opened here.
    pub closed: Vec<&'static str>,
    /// Whether it is a finding for analysts or examiners, of which there may be very many.
    pub minor: bool,
}

/// What has lines to show.
pub(crate) trait Lines {
    fn lines(&self) -> Vec<(String, String)>;
}

pub(crate) fn line(label: &str, text: impl AsRef<str>) -> (String, String) {
    (name(label, LABEL), short(visible(text.as_ref())))
}

/// A value may be as long as its bundle.
pub(crate) fn short(text: String) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}… ({} bytes more)", &text[..at], words::count((text.len() - at) as u64)),
        None => text,
    }
}

impl Lines for Source {
    fn lines(&self) -> Vec<(String, String)> {
        let rows = |n: u64| words::of(usize::try_from(n).unwrap_or(usize::MAX), "row", "rows");
        let rows = format!("{}; {} could not be read", rows(self.rows), rows(self.rejected));
        vec![line("Read for", &self.question), line("As", &self.format), line("Rows", rows)]
    }
}

impl Lines for Bytes {
    fn lines(&self) -> Vec<(String, String)> {
        vec![line("Name", &self.name), line("SHA-256", &self.sha256), line("Bytes", words::count(self.bytes))]
    }
}

impl Lines for File {
    fn lines(&self) -> Vec<(String, String)> {
        vec![line("What it is", &self.label)]
    }
}

impl Lines for Parameters {
    fn lines(&self) -> Vec<(String, String)> {
        let settings = self.settings_sha256.iter().map(|digest| line("SHA-256 of the settings", digest));
        let options = self.options.iter().map(|option| line("Option", option));
        let gaps = self.gaps.iter().map(|gap| line(&format!("Not watched ({})", gap.question), &gap.why));
        let notes = self.notes.iter().map(|note| line("Note", note));
        settings.chain(cut(options)).chain(cut(gaps)).chain(cut(notes)).collect()
    }
}

impl Lines for Finding {
    fn lines(&self) -> Vec<(String, String)> {
        let mut lines = vec![
            line("Severity", &self.severity),
            line("Certainty", format!("{} confidence; {}", self.confidence, outcome(&self.outcome))),
        ];
        lines.extend(match (&self.first, &self.last) {
            (Some(first), Some(last)) => Some(line("When", words::stretch(first, last))),
            (Some(at), None) | (None, Some(at)) => Some(line("When", words::instant(at))),
            (None, None) => None,
        });
        lines.push(line("Found by", &self.detector));
        lines.push(line(FOR, &self.audience));
        lines
    }
}

impl Lines for Shared {
    fn lines(&self) -> Vec<(String, String)> {
        let observables = self.observables.iter().map(|[kind, value]| line(kind, value));
        let measures = self.measures.iter().map(|measure| line(&measure_name(measure), measure_value(measure)));
        let techniques = (!self.techniques.is_empty()).then(|| line("Techniques", self.techniques.join(", ")));
        [line("Finding", &self.title)]
            .into_iter()
            .chain(cut(observables))
            .chain(cut(measures))
            .chain(techniques)
            .collect()
    }
}

impl Lines for Detail {
    fn lines(&self) -> Vec<(String, String)> {
        let mut lines = vec![
            line("Id", &self.id),
            line("Expected", &self.expected),
            line("Seen", &self.seen),
            line("Next step", &self.next_step),
        ];
        lines.extend(cut(self.sites.iter().map(|site| match site.line {
            Some(at) => line("Where", format!("{}, line {at}", site.name)),
            None => line("Where", &site.name),
        })));
        if !self.voter_keys.is_empty() {
            lines.push(line("Voters", format!("{} named by a keyed hash", words::count(self.voter_keys.len() as u64))));
        }
        lines
    }
}

fn cut(lines: impl Iterator<Item = (String, String)>) -> impl Iterator<Item = (String, String)> {
    at_most(VALUES, lines)
}

/// So many lines; further ones are counted.
pub(crate) fn at_most(
    most: usize,
    lines: impl Iterator<Item = (String, String)>,
) -> impl Iterator<Item = (String, String)> {
    let mut lines: Vec<(String, String)> = lines.collect();
    let more = lines.len().saturating_sub(most);
    lines.truncate(most);
    lines.into_iter().chain((more > 0).then(|| line("Also", format!("{} more", words::count(more as u64)))))
}

fn outcome(code: &str) -> &str {
    match code {
        "attempt" => "attempted; nothing read shows that it worked",
        "success" => "it worked",
        "unknown" => "whether it worked can't be told from what was read",
        other => other,
    }
}

pub(crate) fn measure_name(measure: &Measure) -> String {
    words::capital(&name(&measure.name, LABEL).replace('-', " "))
}

/// The number and, where it is estimated, its interval.
pub(crate) fn measure_value(measure: &Measure) -> String {
    let (number, unit) = (words::number(measure.estimate), visible(&measure.unit));
    match measure.high {
        Some(high) if high == measure.low => format!("{number} {unit}"),
        Some(high) => {
            format!("{number} {unit} (at least {}, at most {})", words::number(measure.low), words::number(high))
        }
        None => format!("{number} {unit} (at least {}; no upper bound)", words::number(measure.low)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_without_end_is_cut() {
        let (_, text) = line("Note", "é".repeat(3000));
        assert_eq!(text, format!("{}… (2,000 bytes more)", "é".repeat(2000)));
        assert_eq!(line("\u{7}", "a"), ("‹U+0007›".to_owned(), "a".to_owned()));
    }
}
