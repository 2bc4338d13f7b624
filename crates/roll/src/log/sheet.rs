//! Rows of a delimited file by column name, whatever the office calls its columns.

use std::io::Read;

use pollwarden_core::{Complaint, Source};
use pollwarden_intake::{BlockOptions, Blocks, Input, Received, Sample};

use crate::diff::says_total;
use crate::formats::{Header, beginnings};

/// Where a sheet begins: its header, and how many lines stand above that.
#[derive(Debug)]
pub(crate) struct Beginning {
    pub(crate) header: Header,
    above: u64,
}

impl Beginning {
    /// The first line that is a header, and those below it that may be the header instead: titles may stand above.
    pub(crate) fn all(sample: &Sample) -> impl Iterator<Item = Self> {
        let below = beginnings(sample);
        let first = Header::read(&sample.bytes).map(|header| Self { header, above: 0 });
        first
            .into_iter()
            .chain(below.filter_map(|(above, rest)| Header::read(&rest.bytes).map(|header| Self { header, above })))
    }
}

/// A row with its line.
pub(crate) struct Row<'a> {
    pub(crate) line: u64,
    header: &'a [String],
    fields: &'a csv::StringRecord,
}

impl<'a> Row<'a> {
    /// The first column of one of these names, trimmed; empty where there is none.
    pub(crate) fn get(&self, names: &[&str]) -> &'a str {
        let at = names.iter().find_map(|name| self.header.iter().position(|h| h == name));
        at.and_then(|at| self.fields.get(at)).unwrap_or_default().trim()
    }

    /// The column at a place, trimmed; empty where there is none.
    pub(crate) fn at(&self, place: Option<usize>) -> &'a str {
        self.as_it_stands(place).trim()
    }

    /// The column at a place, as it stands.
    pub(crate) fn as_it_stands(&self, place: Option<usize>) -> &'a str {
        place.and_then(|at| self.fields.get(at)).unwrap_or_default()
    }

    /// All columns but those of these names, as they stand, in order.
    pub(crate) fn all_but(&self, names: &'static [&'static str]) -> impl Iterator<Item = &'a str> {
        let columns = self.header.iter().zip(self.fields.iter());
        columns.filter(move |(header, _)| !names.contains(&header.as_str())).map(|(_, field)| field)
    }
}

/// What became of a file.
pub(crate) struct SheetRead {
    pub(crate) source: Source,
    pub(crate) complaints: Vec<Complaint>,
}

/// Hands on every row of a delimited file. Rows of another width are rejected; a file that breaks off is complained about.
pub(crate) fn read(input: &Input, beginning: &Beginning, format: &str, each: &mut dyn FnMut(&Row<'_>)) -> SheetRead {
    let mut read = SheetRead { source: Source::named(&input.name), complaints: Vec::new() };
    read.source.format = format.to_owned();
    let blocks = match input.open().map(|opened| opened.blocks(BlockOptions::default())) {
        Ok(blocks) => blocks,
        Err(cause) => {
            read.complaints.push(Complaint::about(&input.name, "a readable file", cause.to_string()));
            return read;
        }
    };
    let bytes = Bytes { blocks, held: Vec::new(), at: 0, skip: beginning.above };
    let mut reader = csv::ReaderBuilder::new().delimiter(beginning.header.delimiter).flexible(true).from_reader(bytes);
    rows(&mut reader, beginning.above, &mut read, each);
    let received = reader.into_inner().received();
    (read.source.digest, read.source.length) = (received.digest, received.length);
    read
}

fn rows(reader: &mut csv::Reader<Bytes>, above: u64, read: &mut SheetRead, each: &mut dyn FnMut(&Row<'_>)) {
    let name = read.source.name.clone();
    let header: Vec<String> = match reader.byte_headers() {
        Ok(header) => header.iter().map(|raw| plain_name(&String::from_utf8_lossy(raw))).collect(),
        Err(cause) => return read.complaints.push(Complaint::about(name, "a header line", cause.to_string())),
    };
    let mut record = csv::ByteRecord::new();
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(true) if says_nothing(&record) => {}
            Ok(true) => {
                let line = above + record.position().map_or(0, csv::Position::line);
                if !fits(&record, header.len()) {
                    let expected = format!("{} columns, as in the header", header.len());
                    read.reject(Complaint::about(&name, expected, record.len().to_string()).line(line));
                    continue;
                }
                let fields = record.iter().map(pollwarden_intake::text::decode).collect();
                each(&Row { line, header: &header, fields: &fields });
                read.source.rows += 1;
            }
            Ok(false) => return,
            Err(cause) => {
                let line = above + cause.position().map_or(0, csv::Position::line);
                let complaint = Complaint::about(&name, "rows to the end of the file", cause.to_string());
                read.reject(complaint.line(line));
                if cause.is_io_error() {
                    return;
                }
            }
        }
    }
}

impl SheetRead {
    fn reject(&mut self, complaint: Complaint) {
        self.source.rejected += 1;
        self.complaints.push(complaint.mend("Ask for the file again, or mend the row."));
    }
}

/// Lower case, with low lines for blanks: `Batch ID` is `batch_id`.
pub(super) fn plain_name(name: &str) -> String {
    name.trim().to_ascii_lowercase().replace(' ', "_")
}

/// Whether a row has the header's columns; empty ones too many are a spreadsheet's.
fn fits(record: &csv::ByteRecord, columns: usize) -> bool {
    record.len() >= columns && record.iter().skip(columns).all(|field| field.trim_ascii().is_empty())
}

/// An empty row, or the line of totals below the others.
fn says_nothing(record: &csv::ByteRecord) -> bool {
    let mut said = record.iter().map(<[u8]>::trim_ascii).filter(|field| !field.is_empty());
    said.next().is_none_or(|first| says_total(first) && said.count() < 2)
}

/// A file's blocks as one stream of bytes.
struct Bytes {
    blocks: Blocks,
    held: Vec<u8>,
    at: usize,
    /// Lines above the header that are still to be left out.
    skip: u64,
}

impl Bytes {
    fn received(self) -> Received {
        self.blocks.received()
    }
}

impl Read for Bytes {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.at == self.held.len() || self.skip > 0 {
            if self.at < self.held.len() {
                self.at = memchr::memchr(b'\n', &self.held[self.at..]).map_or(self.held.len(), |end| self.at + end + 1);
                self.skip -= 1;
                continue;
            }
            match self.blocks.next() {
                None => return Ok(0),
                Some(block) => (self.held, self.at) = (block.map_err(std::io::Error::other)?.bytes, 0),
            }
        }
        let length = buffer.len().min(self.held.len() - self.at);
        buffer[..length].copy_from_slice(&self.held[self.at..self.at + length]);
        self.at += length;
        Ok(length)
    }
}
