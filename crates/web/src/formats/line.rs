//! What all line formats share: lines, encodings, blank lines, rejections, and what a log turned out to hold.

use std::marker::PhantomData;

use pollwarden_core::{Complaint, Table};
use pollwarden_intake::{Block, Fit, Format, Parsed, Parser, Sample};

use super::Settings;
use super::gathered::Gathered;
use super::held::Held;
use super::rows::{Row, Rows, Take};
use crate::tables::REQUESTS;

/// A format of which every line stands for itself.
pub(crate) trait LineFormat: Send + Sync + 'static {
    /// Its name, as shown in coverage.
    const NAME: &'static str;
    type Reader: LineReader + 'static;

    fn reader(settings: &'static Settings) -> Self::Reader;

    fn sniff(sample: &Sample, reader: Self::Reader) -> Fit {
        fit(sample, reader)
    }
}

/// Reads one line at a time, in order.
pub(crate) trait LineReader: Send {
    /// The row a line holds; `None` where it is a directive or a comment.
    fn read<'a>(&'a mut self, line: &'a str) -> Result<Option<Row<'a>>, Unread>;

    /// What must be known to go on after the last line.
    fn state(&self) -> String {
        String::new()
    }

    /// Goes on from a state.
    fn resume(&mut self, _state: &str) {}

    /// What a reader of the answer must know of how the log was read.
    fn notes(&self, _source: &str) -> Vec<String> {
        Vec::new()
    }
}

/// Why a line could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unread {
    /// Byte of the line, from 0, at which it stopped making sense.
    pub(crate) at: usize,
    pub(crate) expected: &'static str,
    pub(crate) mend: &'static str,
}

/// A line format as intake knows it, with the office's settings.
pub(crate) struct Lines<F> {
    settings: &'static Settings,
    format: PhantomData<F>,
}

impl<F> Lines<F> {
    pub(crate) const fn new(settings: &'static Settings) -> Self {
        Self { settings, format: PhantomData }
    }
}

impl<F: LineFormat> Format for Lines<F> {
    fn name(&self) -> &'static str {
        F::NAME
    }

    fn table(&self) -> &'static Table {
        &REQUESTS
    }

    fn sniff(&self, sample: &Sample) -> Fit {
        F::sniff(sample, F::reader(self.settings))
    }

    fn begin(&self, sample: &Sample, state: Option<&[u8]>) -> Box<dyn Parser> {
        let mut parser = self.parser::<Rows>(sample);
        if let Some(state) = state.and_then(|state| std::str::from_utf8(state).ok()) {
            parser.held.resume(state);
            parser.reader.resume(state);
        }
        Box::new(parser)
    }

    fn begin_derived(&self, sample: &Sample) -> Box<dyn Parser> {
        Box::new(self.parser::<Gathered>(sample))
    }
}

impl<F: LineFormat> Lines<F> {
    fn parser<T: Take>(&self, sample: &Sample) -> LineParser<F::Reader, T> {
        let reader = F::reader(self.settings);
        LineParser { reader, rows: T::default(), held: Held::default(), source: sample.name.clone() }
    }
}

/// A [`Parser`] of any line format.
struct LineParser<R, T> {
    reader: R,
    rows: T,
    held: Held,
    source: String,
}

impl<R: LineReader, T: Take> LineParser<R, T> {
    fn line(&mut self, line: &str, number: u64, source: &str, parsed: &mut Parsed) {
        // A log truncated while its server went on writing begins with NULs up to the server's old position.
        let line = line.trim_start_matches('\0');
        match self.reader.read(line) {
            Ok(Some(row)) => {
                self.held.see(&row);
                self.rows.take(&row, source, number);
            }
            Ok(None) => {}
            Err(unread) => parsed.reject(unread.complaint(line, number, source)),
        }
    }
}

impl<R: LineReader, T: Take> Parser for LineParser<R, T> {
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
        self.rows.block(&block.source, parsed);
    }

    fn finish(&mut self, parsed: &mut Parsed) {
        self.rows.end(parsed);
    }

    fn state(&self) -> Vec<u8> {
        format!("{}\n{}", self.held.state(), self.reader.state()).into_bytes()
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = self.reader.notes(&self.source);
        notes.extend(self.held.notes(&self.source));
        notes
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
pub(crate) fn fit(sample: &Sample, mut reader: impl LineReader) -> Fit {
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
