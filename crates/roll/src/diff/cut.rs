//! Cuts blocks of bytes into records: a line ends a record unless a quote is open (RFC 4180).
//!
//! A stray quote must not swallow the rest of a file: where joining lines does not give a record of the right width,
//! the first line alone is handed on as it is, and reading goes on with the next line.

use memchr::{memchr, memchr_iter};

use crate::fields;
use crate::layout::{Cut, Layout};

/// The most lines one record may span.
const MOST_LINES: usize = 64;

/// A record as it stands in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Raw<'a> {
    /// Without its line end.
    pub(crate) bytes: &'a [u8],
    /// Where it begins in the decompressed file.
    pub(crate) offset: u64,
    /// Its first line, from 1.
    pub(crate) line: u64,
    /// Whether its quotes are in pairs.
    pub(crate) balanced: bool,
    /// How many quotes it has, where the layout knows quotes.
    pub(crate) quotes: usize,
}

/// Cuts one file's blocks, which come in order.
#[derive(Debug)]
pub(crate) struct Cutter<'l> {
    layout: &'l Layout,
    carried: Vec<u8>,
    carried_offset: u64,
    carried_line: u64,
}

impl<'l> Cutter<'l> {
    pub(crate) fn new(layout: &'l Layout) -> Self {
        Self { layout, carried: Vec::new(), carried_offset: 0, carried_line: 1 }
    }

    /// Takes a block of whole lines, hands on its records, and keeps a record that goes on in the next block.
    pub(crate) fn feed(&mut self, bytes: &[u8], offset: u64, line: u64, each: &mut impl FnMut(Raw<'_>)) {
        if self.carried.is_empty() {
            self.cut(bytes, offset, line, false, each);
        } else {
            let mut joined = std::mem::take(&mut self.carried);
            joined.extend_from_slice(bytes);
            self.cut(&joined, self.carried_offset, self.carried_line, false, each);
        }
    }

    /// Hands on what was kept.
    pub(crate) fn end(&mut self, each: &mut impl FnMut(Raw<'_>)) {
        let carried = std::mem::take(&mut self.carried);
        self.cut(&carried, self.carried_offset, self.carried_line, true, each);
    }

    fn cut(&mut self, bytes: &[u8], offset: u64, mut line: u64, last: bool, each: &mut impl FnMut(Raw<'_>)) {
        let mut at = 0;
        while at < bytes.len() {
            let rest = &bytes[at..];
            let Found { length, lines, balanced, quotes } = match self.record(rest, last) {
                End::Record(found) => found,
                End::GoesOn => {
                    self.carried.extend_from_slice(rest);
                    (self.carried_offset, self.carried_line) = (offset + at as u64, line);
                    return;
                }
            };
            let raw = without_line_end(&rest[..length]);
            if !is_blank(raw, &self.layout.cut) {
                each(Raw { bytes: raw, offset: offset + at as u64, line, balanced, quotes });
            }
            at += length;
            line += lines;
        }
    }

    fn record(&self, rest: &[u8], last: bool) -> End {
        let first = line_length(rest);
        let Cut::At(delimiter) = self.layout.cut else { return End::line(first, true, 0) };
        let quotes = memchr_iter(b'"', &rest[..first]).count();
        if quotes.is_multiple_of(2) {
            return End::line(first, true, quotes);
        }
        self.joined(rest, (first, quotes), last, delimiter)
    }

    /// A record over several lines.
    fn joined(&self, rest: &[u8], (first, of_first): (usize, usize), last: bool, delimiter: u8) -> End {
        let (mut length, mut lines, mut quotes) = (first, 1, of_first);
        while length < rest.len() && lines < MOST_LINES {
            let next = line_length(&rest[length..]);
            let more = memchr_iter(b'"', &rest[length..length + next]).count();
            length += next;
            lines += 1;
            quotes += more;
            if more % 2 == 1 {
                let record = without_line_end(&rest[..length]);
                let fits = self.layout.fits(record) && fields::well_quoted(record, delimiter);
                let found = Found { length, lines: lines as u64, balanced: true, quotes };
                return if fits { End::Record(found) } else { End::line(first, false, of_first) };
            }
        }
        if lines < MOST_LINES && !last { End::GoesOn } else { End::line(first, false, of_first) }
    }
}

enum End {
    Record(Found),
    /// It goes on in the next block.
    GoesOn,
}

/// A record's extent.
struct Found {
    /// With line end.
    length: usize,
    lines: u64,
    balanced: bool,
    quotes: usize,
}

impl End {
    fn line(length: usize, balanced: bool, quotes: usize) -> Self {
        Self::Record(Found { length, lines: 1, balanced, quotes })
    }
}

/// Whether a line holds nothing: spreadsheets leave rows of delimiters alone.
fn is_blank(line: &[u8], cut: &Cut) -> bool {
    match cut {
        Cut::At(delimiter) => line.iter().all(|byte| byte == delimiter || b" \t\"".contains(byte)),
        Cut::Fixed(_) => line.is_empty(),
    }
}

fn line_length(rest: &[u8]) -> usize {
    memchr(b'\n', rest).map_or(rest.len(), |at| at + 1)
}

fn without_line_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(blocks: &[&str], columns: usize) -> Vec<(String, u64, u64, bool)> {
        let names: Vec<String> = (0..columns).map(|at| format!("c{at}")).collect();
        let columns = crate::formats::names::columns(&names);
        let layout = Layout { name: "test", cut: Cut::At(b','), above: 0, columns, key: 0, bare_ids: false };
        let (mut cutter, mut records) = (Cutter::new(&layout), Vec::new());
        let mut each = |raw: Raw<'_>| {
            records.push((String::from_utf8_lossy(raw.bytes).into(), raw.offset, raw.line, raw.balanced))
        };
        let (mut offset, mut line) = (0, 1);
        for block in blocks {
            cutter.feed(block.as_bytes(), offset, line, &mut each);
            offset += block.len() as u64;
            line += block.matches('\n').count() as u64;
        }
        cutter.end(&mut each);
        records
    }

    #[test]
    fn a_record_may_span_lines_and_blocks() {
        let records = cut(&["a,b\r\n1,\"x\n", "y\"\n2,z"], 2);
        let expected = [("a,b", 0, 1), ("1,\"x\ny\"", 5, 2), ("2,z", 13, 4)];
        assert_eq!(records, expected.map(|(text, offset, line)| (text.to_owned(), offset, line, true)));
    }

    #[test]
    fn a_stray_quote_costs_one_line() {
        let records = cut(&["1,\"x\n2,y\n3,z\n4,\"w\n5,v\n"], 2);
        let balanced: Vec<_> = records.iter().map(|r| (r.2, r.3)).collect();
        assert_eq!(balanced, [(1, false), (2, true), (3, true), (4, false), (5, true)]);
    }
}
