//! Rows of delimited text (RFC 4180) with their lines, in bounded memory, and what to say where a cell is wrong.

use std::io::Cursor;

use csv::{ByteRecord, Reader, ReaderBuilder};
use memchr::{memchr, memchr_iter, memmem};
use pollwarden_core::Complaint;
use pollwarden_intake::text::decode;
use pollwarden_intake::{Block, BlockOptions, Blocks, Input, Received, Sample};

/// The longest row, in bytes. A state's header with thousands of choices stays below.
const LONGEST: usize = 4 << 20;

/// The most columns. A large state has about five thousand choices.
const WIDEST: usize = 20_000;

const UNCLOSED: &str = "A quote is not closed, or the file is cut off: export it again.";

/// A row.
#[derive(Debug, Default)]
pub(crate) struct Row {
    /// The line it begins on, from 1.
    pub(crate) line: u64,
    record: ByteRecord,
}

impl Row {
    /// A cell, without white space around it and without Excel's `="…"`, which keeps `="01"` from becoming 1. Empty where
    /// the row ends before.
    pub(crate) fn get(&self, at: usize) -> &[u8] {
        let cell = self.record.get(at).unwrap_or_default().trim_ascii();
        match cell.strip_prefix(b"=\"").and_then(|rest| rest.strip_suffix(b"\"")) {
            Some(inner) => inner.trim_ascii(),
            None => cell,
        }
    }

    /// A cell's text.
    pub(crate) fn text(&self, at: usize) -> std::borrow::Cow<'_, str> {
        decode(self.get(at))
    }

    /// The cells' texts, instead of what was there.
    pub(crate) fn texts(&self, into: &mut csv::StringRecord) {
        into.clear();
        (0..self.len()).for_each(|at| into.push_field(&self.text(at)));
    }

    /// How many cells there are.
    pub(crate) fn len(&self) -> usize {
        self.record.len()
    }

    /// Whether all cells are empty.
    pub(crate) fn is_blank(&self) -> bool {
        (0..self.len()).all(|at| self.get(at).is_empty())
    }

    /// How many cells there are, without empty ones at the end.
    pub(crate) fn used(&self) -> usize {
        (0..self.len()).rev().find(|at| !self.get(*at).is_empty()).map_or(0, |at| at + 1)
    }
}

/// Where rows come from.
enum Origin {
    Blocks(Blocks),
    /// A text at hand; that is what was received.
    Text(Received),
}

/// An input's rows.
pub(crate) struct Rows {
    name: String,
    from: Origin,
    reader: Option<Reader<Cursor<Vec<u8>>>>,
    /// The line of the row read last, and how far its block's line feeds were counted.
    line: u64,
    counted: usize,
    /// Where that row begins: the place in its block, and the line.
    begins: (usize, u64),
    delimiter: u8,
}

impl Rows {
    /// Opens an input, and finds out what stands between its cells.
    pub(crate) fn open(input: &Input) -> Result<Self, Box<Complaint>> {
        let mut opened = input.open().map_err(|fault| fault.complaint())?;
        let sample = opened.sample().map_err(|fault| fault.complaint())?;
        let delimiter = delimiter(first_line(sample));
        let options = BlockOptions { longest_line: LONGEST, quote: Some(b'"'), ..BlockOptions::default() };
        let from = Origin::Blocks(opened.blocks(options).ahead());
        Ok(Self::new(input.name(), from, None, delimiter))
    }

    /// The rows of a text at hand, which was made of what was received.
    pub(crate) fn of_text(name: &str, text: Vec<u8>, received: Received) -> Self {
        let delimiter = delimiter(text.split(|b| *b == b'\n').next().unwrap_or_default());
        let text = without_equals(text, delimiter);
        Self::new(name, Origin::Text(received), Some(reader(text, delimiter)), delimiter)
    }

    fn new(name: &str, from: Origin, reader: Option<Reader<Cursor<Vec<u8>>>>, delimiter: u8) -> Self {
        Self { name: name.to_owned(), from, reader, line: 1, counted: 0, begins: (0, 1), delimiter }
    }

    /// Reads the next row that is not blank; false at the end. A cell that holds the beginning of another row is refused:
    /// a quote that nobody closes would make many rows one.
    pub(crate) fn next(&mut self, row: &mut Row) -> Result<bool, Box<Complaint>> {
        let there = self.next_filled(row)?;
        if there && memchr(b'\n', row.record.as_slice()).is_some() {
            self.holds_no_rows(row)?;
        }
        Ok(there)
    }

    /// Reads a row that must be there.
    pub(crate) fn header(&mut self, row: &mut Row, what: &str) -> Result<(), Box<Complaint>> {
        if self.next_filled(row)? {
            if row.len() <= WIDEST {
                return Ok(());
            }
            let complaint =
                Complaint::about(self.name.clone(), format!("at most {WIDEST} columns"), row.len().to_string());
            return Err(Box::new(complaint.line(row.line).mend("Look at the file by itself: it is no export.")));
        }
        let complaint = Complaint::about(self.name.clone(), what, "the end of the file");
        Err(Box::new(complaint.mend("The export is cut off: export it again.")))
    }

    /// A complaint about a cell.
    pub(crate) fn complaint(&self, row: &Row, at: usize, column: &str, expected: &str) -> Complaint {
        let found = match row.record.get(at) {
            Some(cell) if !cell.is_empty() => format!("“{}”", Complaint::excerpt(cell, 60)),
            Some(_) => "an empty cell".to_owned(),
            None => format!("a row of {} cells", row.len()),
        };
        let column = if column.is_empty() { (at + 1).to_string() } else { format!("{} ({column})", at + 1) };
        Complaint::about(self.name.clone(), expected, found).line(row.line).column(column)
    }

    /// The input's name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Digest and length of what was received.
    pub(crate) fn received(self) -> Received {
        match self.from {
            Origin::Blocks(blocks) => blocks.received(),
            Origin::Text(received) => received,
        }
    }

    fn next_filled(&mut self, row: &mut Row) -> Result<bool, Box<Complaint>> {
        loop {
            if self.next_of_any(row)? {
                if !row.is_blank() {
                    return Ok(true);
                }
            } else {
                self.ends_outside_quotes()?;
                if !self.next_block()? {
                    return Ok(false);
                }
            }
        }
    }

    fn holds_no_rows(&self, row: &Row) -> Result<(), Box<Complaint>> {
        let holds = |cell: &[u8]| memchr(b'\n', cell).is_some_and(|end| cell[end..].contains(&self.delimiter));
        match row.record.iter().position(holds) {
            Some(at) => {
                Err(Box::new(self.complaint(row, at, "", "a cell of its own, without rows in it").mend(UNCLOSED)))
            }
            None => Ok(()),
        }
    }

    /// A block's last row ends where all its quotes are closed, unless nobody closes them.
    fn ends_outside_quotes(&self) -> Result<(), Box<Complaint>> {
        let Some(reader) = &self.reader else { return Ok(()) };
        let last = reader.get_ref().get_ref().get(self.begins.0..).unwrap_or_default();
        if !ends_in_quotes(last, self.delimiter) {
            return Ok(());
        }
        let complaint = Complaint::about(self.name.clone(), "the end of a quoted cell", "none");
        Err(Box::new(complaint.line(self.begins.1).mend(UNCLOSED)))
    }

    fn next_of_any(&mut self, row: &mut Row) -> Result<bool, Box<Complaint>> {
        let Some(reader) = &mut self.reader else { return Ok(false) };
        let read = reader.read_byte_record(&mut row.record).map_err(|fault| {
            Complaint::about(self.name.clone(), "rows of text", fault.to_string()).mend("Export the file again.")
        })?;
        let bytes = reader.get_ref().get_ref();
        let place = row.record.position().map_or(0, |place| place.byte() as usize).min(bytes.len());
        // The reader counts what ends the row before, and blank lines, as the row's own.
        let blank = bytes[place..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        let passed = &bytes[self.counted.min(place)..place + blank];
        self.line += memchr_iter(b'\n', passed).count() as u64;
        self.counted = place + blank;
        if read {
            self.begins = (place, self.line);
        }
        row.line = self.line;
        Ok(read)
    }

    fn next_block(&mut self) -> Result<bool, Box<Complaint>> {
        let Origin::Blocks(blocks) = &mut self.from else { return Ok(false) };
        if let Some(reader) = self.reader.take() {
            blocks.recycle(Block { bytes: reader.into_inner().into_inner(), ..Block::default() });
        }
        let next = blocks.next();
        if let Some(complaint) = blocks.rejected().pop() {
            return Err(Box::new(complaint));
        }
        let Some(block) = next else { return Ok(false) };
        let block = block.map_err(|fault| fault.complaint())?;
        (self.line, self.counted, self.begins) = (block.first_line, 0, (0, block.first_line));
        self.reader = Some(reader(without_equals(block.bytes, self.delimiter), self.delimiter));
        Ok(true)
    }
}

fn ends_in_quotes(row: &[u8], delimiter: u8) -> bool {
    let (mut quoted, mut before) = (false, delimiter);
    for byte in row {
        // A quote in the middle of a cell that has none around it is itself.
        quoted ^= *byte == b'"' && (quoted || before == b'"' || before == delimiter);
        before = *byte;
    }
    quoted
}

/// Excel's `="a,b"` as the quoted cell `"a,b"`, whose comma is the cell's own.
fn without_equals(text: Vec<u8>, delimiter: u8) -> Vec<u8> {
    let begins = |at: usize| at == 0 || matches!(text[at - 1], b'\n' | b'\r') || text[at - 1] == delimiter;
    let mut equals = memmem::find_iter(&text, b"=\"").filter(|at| begins(*at)).peekable();
    if equals.peek().is_none() {
        drop(equals);
        return text;
    }
    let (mut kept, mut from) = (Vec::with_capacity(text.len()), 0);
    for at in equals {
        kept.extend_from_slice(&text[from..at]);
        from = at + 1;
    }
    kept.extend_from_slice(&text[from..]);
    kept
}

fn reader(text: Vec<u8>, delimiter: u8) -> Reader<Cursor<Vec<u8>>> {
    ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(Cursor::new(text))
}

/// The cells of a sample's row, for sniffing; as [`Row::get`] gives them.
pub(crate) fn cells(sample: &Sample, row: usize) -> Vec<String> {
    first_rows(sample).nth(row).unwrap_or_default()
}

/// The cells of a sample's rows, one after the other.
pub(crate) fn first_rows(sample: &Sample) -> impl Iterator<Item = Vec<String>> + '_ {
    let mut builder = ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(delimiter(first_line(sample)));
    let mut reader = builder.from_reader(sample.bytes.as_slice());
    let mut row = Row::default();
    std::iter::from_fn(move || {
        let there = reader.read_byte_record(&mut row.record).unwrap_or(false);
        there.then(|| (0..row.len()).map(|at| row.text(at).into_owned()).collect())
    })
}

/// A heading in small letters, letters and digits alone: `Batch Name` and `batch_name` are the same.
pub(crate) fn plain(heading: &str) -> String {
    heading.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A whole number; thousands may be set apart by commas.
pub(crate) fn number(cell: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(cell).ok()?;
    let groups = text.split(',').skip(1).all(|group| group.len() == 3) && !text.starts_with(',');
    let digits: String = text.chars().filter(|c| *c != ',').collect();
    let plain = groups && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

fn first_line(sample: &Sample) -> &[u8] {
    sample.bytes.split(|b| *b == b'\n').next().unwrap_or_default()
}

/// What stands most often between the cells of the first line.
pub(crate) fn delimiter(line: &[u8]) -> u8 {
    let count = |byte: u8| line.iter().filter(|b| **b == byte).count();
    let seen = [b';', b',', b'\t'].into_iter().filter(|byte| count(*byte) > 0);
    seen.max_by_key(|byte| count(*byte)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &[u8]) -> Result<Vec<(u64, Vec<String>)>, Box<Complaint>> {
        let file = tempfile(text);
        let mut rows = Rows::open(&Input::file("a.csv", &file))?;
        let (mut row, mut all) = (Row::default(), Vec::new());
        while rows.next(&mut row)? {
            all.push((row.line, (0..row.len()).map(|at| row.text(at).into_owned()).collect()));
        }
        std::fs::remove_file(file).expect("it was there");
        Ok(all)
    }

    fn tempfile(text: &[u8]) -> std::path::PathBuf {
        let name = format!("pollwarden-rows-{}-{}", std::process::id(), pollwarden_core::Digest::of(text));
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, text).expect("the disk takes it");
        path
    }

    fn own(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn cells_lose_what_spreadsheets_add() {
        let text = b"\xef\xbb\xbfa, b ,c\r\n=\"01\",\"=\"\"02\"\"\",\"x\ny\"\r\n,,\r\n\"Zo\xeb\",,\n";
        let expected = [(1, own(&["a", "b", "c"])), (2, own(&["01", "02", "x\ny"])), (5, own(&["Zoë", "", ""]))];
        assert_eq!(rows(text).expect("rows"), expected);
    }

    #[test]
    fn a_comma_in_a_cell_that_excel_keeps_as_text_is_its_own() {
        let text = b"=\"a,b\",x=\"y\",=\"\"\r\n=\"5\"\" pipe\",=7,\n";
        let expected = [(1, own(&["a,b", "x=\"y\"", ""])), (2, own(&["5\" pipe", "=7", ""]))];
        assert_eq!(rows(text).expect("rows"), expected);
    }

    #[test]
    fn a_quote_that_nobody_closes_swallows_no_rows() {
        for (text, why) in [
            ("a,b\n1,\"2\n3,4\n5,6\n", "a.csv, line 2: expected the end of a quoted cell"),
            ("a,b\n1,\"2\n3,4\n5\",6\n7,8\n", "a.csv, line 2, column 2: expected a cell of its own"),
            ("a,b\n1,\"2", "a.csv, line 2: expected the end of a quoted cell"),
        ] {
            let said = rows(text.as_bytes()).expect_err(text).to_string();
            assert!(said.starts_with(why), "{said}");
        }
        assert_eq!(rows(b"a,b\n1,\"2\"\"\"\n").expect("rows")[1].1, own(&["1", "2\""]));
        assert_eq!(rows(b"a,b\n1,2\"").expect("rows")[1].1, own(&["1", "2\""]));
    }

    #[test]
    fn tabs_and_semicolons_are_seen() {
        assert_eq!(rows(b"a\tb, c\n1\t2\n").expect("rows")[0].1, own(&["a", "b, c"]));
        assert_eq!(rows(b"a;b\n1;2\n").expect("rows")[1].1, own(&["1", "2"]));
        assert_eq!(rows(b"alone\n").expect("rows")[0].1, own(&["alone"]));
    }

    #[test]
    fn numbers_are_whole() {
        for (text, expected) in [("7", Some(7)), ("1,234", Some(1234)), ("", None), ("-1", None), ("1.0", None)] {
            assert_eq!(number(text.as_bytes()), expected, "{text}");
        }
        for text in ["1,23", ",123", "12,", "+5", "99999999999999999999"] {
            assert_eq!(number(text.as_bytes()), None, "{text}");
        }
    }
}
