//! What a file in a count's folder is for: settings, the board's rows, the count itself, or nothing of it.

use pollwarden_core::Question;
use pollwarden_intake::{Fit, Input, Sample};

use crate::audit::{AUDIT_FILE, is_entry_sheet};
use crate::formats;

/// The headings of the list that `pollwarden count replay` writes.
const REPLAYED: &str = "draw,ticket,jurisdiction,tabulator,batch,position,has_record,fate,row";
/// How far the beginning of an answer is looked into.
const BEGINNING: usize = 4 << 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// audit.toml.
    Settings,
    /// Rows of the audit board.
    Board,
    /// An answer, or a list of drawn cards, that this program wrote.
    Own,
    /// Something for people to read: no format of records, manifests or results is written so.
    Beside,
    /// Manifest, records or results, or what nobody can read.
    Other,
}

pub(crate) fn kind(input: &Input) -> Kind {
    if last(input.name()) == AUDIT_FILE {
        return Kind::Settings;
    }
    // A text document is an archive too: what is in it is read by its own name.
    let is_document = input.name().split('!').next().is_some_and(|outer| has_ending(outer, &["docx", "odt"]));
    let Ok(mut opened) = input.open() else { return Kind::Other };
    let Ok(sample) = opened.sample() else { return Kind::Other };
    let header = sample.bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    let header = String::from_utf8_lossy(header);
    if is_entry_sheet(&header) {
        Kind::Board
    } else if header.trim_end() == REPLAYED || is_answer(&sample.bytes) {
        Kind::Own
    } else if (is_document || is_for_people(input.name())) && fits_nothing(sample) {
        Kind::Beside
    } else {
        Kind::Other
    }
}

/// Whether an input is settings or rows of an audit, or nothing that a count rests on, by name and beginning; else it may be a file of
/// the count itself.
pub fn is_of_audit(input: &Input) -> bool {
    !matches!(kind(input), Kind::Other)
}

/// Whether an input is an answer or a list that this program wrote.
pub fn is_own_output(input: &Input) -> bool {
    kind(input) == Kind::Own
}

fn last(name: &str) -> &str {
    name.rsplit(['/', '!']).next().unwrap_or_default()
}

fn has_ending(name: &str, endings: &[&str]) -> bool {
    last(name).rsplit_once('.').is_some_and(|(_, ending)| endings.iter().any(|e| ending.eq_ignore_ascii_case(e)))
}

/// By its name alone. A text (`.txt`) may be an export; one that is named for being read is none.
fn is_for_people(name: &str) -> bool {
    let is_readme = last(name).to_ascii_lowercase().starts_with("readme");
    has_ending(name, &["md", "pdf"]) || is_readme && (has_ending(name, &["txt"]) || !last(name).contains('.'))
}

/// A file that any format could read is read, whatever its name.
fn fits_nothing(sample: &Sample) -> bool {
    formats::all().iter().all(|format| format.sniff(sample) == Fit::No)
}

/// An answer as text, as JSON, or as a page.
fn is_answer(bytes: &[u8]) -> bool {
    let beginning = String::from_utf8_lossy(&bytes[..bytes.len().min(BEGINNING)]);
    let says = |text: &str| beginning.contains(text);
    if beginning.starts_with("Pollwarden") {
        return Question::ALL.into_iter().any(|question| says(question.text()));
    }
    if beginning.starts_with("{\n  \"version\": 1,\n  \"office\":") {
        return says("\"verdict\":") && says("\"answers\":");
    }
    beginning.get(..15).is_some_and(|begins| begins.eq_ignore_ascii_case("<!doctype html>")) && says("Pollwarden")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_of(name: &str, text: &str) -> Kind {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join(name);
        std::fs::write(&path, text).expect("a file");
        kind(&Input::file(name, path))
    }

    #[test]
    fn what_is_no_count_is_told_from_what_may_be_one() {
        let count = Question::Count.text();
        for (name, text, kind) in [
            ("audit.toml", "risk_limit = 0.05", Kind::Settings),
            ("board.csv", "batch,position,status,Clerk\n", Kind::Board),
            (
                "cards.csv",
                "draw,ticket,jurisdiction,tabulator,batch,position,has_record,fate,row\n1,,,,,,,,\n",
                Kind::Own,
            ),
            ("answer.txt", &format!("Pollwarden for Lake\n\n{count}\n"), Kind::Own),
            (
                "answer.json",
                "{\n  \"version\": 1,\n  \"office\": \"\",\n  \"verdict\": \"found\",\n  \"answers\": []}",
                Kind::Own,
            ),
            ("README.txt", "Read me first", Kind::Beside),
            ("readme", "Read me first", Kind::Beside),
            ("notes.md", "# Notes", Kind::Beside),
            ("plan.PDF", "%PDF-1.7", Kind::Beside),
            ("notes.txt", "Pollwarden will read this", Kind::Other),
            ("readme.csv", "x,y", Kind::Other),
            ("README.txt", "Tabulator,Batch Name,Number of Ballots\n1,1,200\n", Kind::Other),
        ] {
            assert_eq!(kind_of(name, text), kind, "{name}: {text}");
        }
    }
}
