//! What a file in a count's folder is for: settings, the board's rows, the count itself, or nothing of it.

use pollwarden_core::Question;
use pollwarden_intake::{Fit, Input, Sample};

use crate::audit::{AUDIT_FILE, is_entry_sheet};
use crate::formats::{self, ess_xlsx};

/// The headings of the list that `pollwarden count replay` writes.
const REPLAYED: &str = "draw,ticket,jurisdiction,tabulator,batch,position,has_record,fate,row";
const TEXT: &str = "a text for people";
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
    /// What no format of records, manifests or results is written as, in words.
    Beside(&'static str),
    /// Manifest, records or results, or what nobody can read.
    Other,
}

pub(crate) fn kind(input: &Input) -> Kind {
    if is_settings(input) {
        return Kind::Settings;
    }
    // A text document is an archive too: what is in it is read by its own name.
    let is_document = input.name().split('!').next().is_some_and(|outer| has_ending(outer, &["docx", "odt"]));
    let Ok(mut opened) = input.open() else { return Kind::Other };
    let Ok(sample) = opened.sample() else { return Kind::Other };
    let header = sample.bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    let header = String::from_utf8_lossy(header);
    if is_entry_sheet(&header) || is_spreadsheet(&sample.bytes) && ess_xlsx::is_entry_sheet(input) {
        Kind::Board
    } else if header.trim_end() == REPLAYED || is_answer(&sample.bytes) {
        Kind::Own
    } else if (is_document || is_for_people(input.name())) && fits_nothing(sample) {
        Kind::Beside(TEXT)
    } else {
        beside(input.name(), &sample.bytes).filter(|_| fits_nothing(sample)).map_or(Kind::Other, Kind::Beside)
    }
}

/// Whether bytes are those of an archive, as modern spreadsheets are.
pub(crate) fn is_spreadsheet(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// What lies beside a count and can be told by its first bytes: pictures by these alone, whatever else by its name too.
fn beside(name: &str, bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"\xff\xd8\xff") || bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some("a picture");
    }
    let begins = |text: &str| bytes.get(..text.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(text.as_bytes()));
    if has_ending(name, &["html", "htm"]) && (begins("<!doctype html") || begins("<html")) {
        return Some(TEXT);
    }
    if has_ending(name, &["sig", "asc", "minisig"]) {
        let texts = ["-----BEGIN PGP SIGNATURE", "-----BEGIN SSH SIGNATURE", "untrusted comment:"];
        // The first bytes of a signature that OpenPGP doesn't write as text (RFC 9580, packet type 2).
        let is_packet = matches!(bytes.first(), Some(0x88..=0x8a | 0xc2));
        return (is_packet || texts.into_iter().any(begins)).then_some("a signature");
    }
    let is_listed = last(name).to_ascii_lowercase().ends_with("sums") || has_ending(name, &["sha256", "sha512", "md5"]);
    (is_listed && is_digest_line(bytes)).then_some("a list of checksums")
}

/// Hexadecimal digits of a digest, and a space.
fn is_digest_line(bytes: &[u8]) -> bool {
    let digits = bytes.iter().take_while(|b| b.is_ascii_hexdigit()).count();
    matches!(digits, 32 | 40 | 64 | 96 | 128) && bytes.get(digits).is_none_or(u8::is_ascii_whitespace)
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

/// Whether an input is audit.toml.
pub fn is_settings(input: &Input) -> bool {
    last(input.name()) == AUDIT_FILE
}

/// A file's name without its folders and archives.
pub fn last(name: &str) -> &str {
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

    #[test]
    fn pictures_are_told_by_their_bytes() {
        for bytes in [&b"\xff\xd8\xff\xe0\0\x10JFIF\0"[..], b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"] {
            assert_eq!(kind_of("dice", bytes), Kind::Beside("a picture"));
        }
        assert_eq!(kind_of("signed.sig", b"\x89\x01\x33\x04"), Kind::Beside("a signature"));
    }

    fn kind_of(name: &str, text: impl AsRef<[u8]>) -> Kind {
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
            ("README.txt", "Read me first", Kind::Beside(TEXT)),
            ("readme", "Read me first", Kind::Beside(TEXT)),
            ("notes.md", "# Notes", Kind::Beside(TEXT)),
            ("plan.PDF", "%PDF-1.7", Kind::Beside(TEXT)),
            ("scan.png", "\u{89}PNG", Kind::Other),
            ("index.html", "<!DOCTYPE html>\n<p>Read me", Kind::Beside(TEXT)),
            ("SHA256SUMS", &format!("{}  results.csv\n", "0a".repeat(32)), Kind::Beside("a list of checksums")),
            ("SHA256SUMS", "Tabulator,Batch Name,Number of Ballots\n", Kind::Other),
            ("results.csv.asc", "-----BEGIN PGP SIGNATURE-----\n", Kind::Beside("a signature")),
            ("results.sig", "Ada,Ben\n1,2\n", Kind::Other),
            ("notes.txt", "Pollwarden will read this", Kind::Other),
            ("readme.csv", "x,y", Kind::Other),
            ("README.txt", "Tabulator,Batch Name,Number of Ballots\n1,1,200\n", Kind::Other),
        ] {
            assert_eq!(kind_of(name, text), kind, "{name}: {text}");
        }
    }
}
