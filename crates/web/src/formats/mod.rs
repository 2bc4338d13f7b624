//! Access-log formats: one file each, and one line in the list below.
//!
//! Every one of them is a line format: a `LineReader` turns a line into a `Row`, or says what is wrong with it. What
//! they share (lines, encodings, blank lines, rejections, the table's columns) is here and in `rows`.

mod clock;
mod combined;
mod escapes;
mod json_lines;
mod request_line;
mod rows;
mod signs;
mod w3c;

use pollwarden_core::{Complaint, Table};
use pollwarden_intake::{Block, Fit, Format, Parsed, Parser, Sample};
pub(crate) use rows::{Row, Rows};

use crate::tables::REQUESTS;

/// Every format of this sensor, in the order they are tried.
pub static FORMATS: &[&dyn Format] = &[&combined::Combined, &json_lines::JsonLines, &w3c::W3c];

/// Reads one line at a time, in order.
trait LineReader: Send {
    /// The row a line holds; `None` where it is a directive or a comment.
    fn read<'a>(&'a mut self, line: &'a str) -> Result<Option<Row<'a>>, Unread>;

    /// What must be known to go on after the last line.
    fn state(&self) -> Vec<u8> {
        Vec::new()
    }
}

/// Why a line could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Unread {
    /// Byte of the line, from 0, at which it stopped making sense.
    at: usize,
    expected: &'static str,
    mend: &'static str,
}

/// A [`Parser`] of any line format.
struct LineParser<R> {
    reader: R,
    rows: Rows,
}

impl<R: LineReader> LineParser<R> {
    fn new(reader: R) -> Self {
        Self { reader, rows: Rows::default() }
    }

    fn line(&mut self, line: &str, number: u64, source: &str, parsed: &mut Parsed) {
        // A log truncated while its server went on writing begins with NULs up to the server's old position.
        let line = line.trim_start_matches('\0');
        match self.reader.read(line) {
            Ok(Some(row)) => self.rows.push(&row, number),
            Ok(None) => {}
            Err(unread) => parsed.reject(unread.complaint(line, number, source)),
        }
    }
}

impl<R: LineReader> Parser for LineParser<R> {
    fn parse(&mut self, block: &Block, parsed: &mut Parsed) {
        // Checked once for the whole block where, as nearly always, all of it is UTF-8.
        let text = std::str::from_utf8(&block.bytes).ok();
        for (number, place) in (block.first_line..).zip(lines(&block.bytes)) {
            match text {
                _ if block.bytes[place.clone()].trim_ascii().is_empty() => {}
                Some(text) => self.line(&text[place], number, &block.source, parsed),
                None => {
                    let line = pollwarden_intake::text::decode(&block.bytes[place]);
                    self.line(&line, number, &block.source, parsed);
                }
            }
        }
        self.rows.finish(&block.source, parsed);
    }

    fn state(&self) -> Vec<u8> {
        self.reader.state()
    }
}

impl Unread {
    fn complaint(&self, line: &str, number: u64, source: &str) -> Complaint {
        let rest = line.as_bytes().get(self.at..).unwrap_or_default();
        let found = if rest.is_empty() { "the end of the line".to_owned() } else { Complaint::excerpt(rest, 60) };
        Complaint::about(source, self.expected, found).line(number).column((self.at + 1).to_string()).mend(self.mend)
    }
}

/// The places of lines, without their ends (LF or CRLF).
fn lines(bytes: &[u8]) -> impl Iterator<Item = std::ops::Range<usize>> {
    let mut ends = memchr::memchr_iter(b'\n', bytes);
    let mut start = 0;
    std::iter::from_fn(move || {
        let end = ends.next().or_else(|| (start < bytes.len()).then_some(bytes.len()))?;
        let place = start..if end > start && bytes[end - 1] == b'\r' { end - 1 } else { end };
        start = end + 1;
        Some(place)
    })
}

/// How well a sample fits a line format: whether most of its first lines can be read.
fn fit(sample: &Sample, mut reader: impl LineReader) -> Fit {
    const ENOUGH: usize = 40;
    let (mut read, mut unread) = (0, 0);
    for place in lines(&sample.bytes).take(ENOUGH) {
        let line = pollwarden_intake::text::decode(&sample.bytes[place]);
        match reader.read(line.trim_start_matches('\0')) {
            _ if line.trim_ascii().is_empty() => {}
            Ok(Some(_)) => read += 1,
            Ok(None) => {}
            Err(_) => unread += 1,
        }
    }
    match (read, unread) {
        (0, _) => Fit::No,
        (read, unread) if read >= unread => Fit::Yes,
        _ => Fit::Maybe,
    }
}

/// The table of all formats here.
fn table() -> &'static Table {
    &REQUESTS
}

/// `-` and nothing at all both say that the server knew no value.
fn known(text: &str) -> Option<&str> {
    (text != "-" && !text.is_empty()).then_some(text)
}

/// A request target's path and query.
fn split_target(target: &str) -> (&str, Option<&str>) {
    match memchr::memchr(b'?', target.as_bytes()) {
        Some(mark) => (&target[..mark], Some(&target[mark + 1..])),
        None => (target, None),
    }
}
