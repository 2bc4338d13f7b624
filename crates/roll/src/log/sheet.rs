//! Rows of a delimited file by column name, whatever the office calls its columns.

use std::io::Read;

use pollwarden_core::{Complaint, Source};
use pollwarden_intake::{BlockOptions, Blocks, Input, Received};

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

    /// The first column of one of these names, as it stands.
    pub(crate) fn raw(&self, names: &[&str]) -> &'a str {
        let at = names.iter().find_map(|name| self.header.iter().position(|h| h == name));
        at.and_then(|at| self.fields.get(at)).unwrap_or_default()
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
pub(crate) fn read(input: &Input, format: &str, each: &mut dyn FnMut(&Row<'_>)) -> SheetRead {
    let mut read = SheetRead { source: Source::named(&input.name), complaints: Vec::new() };
    read.source.format = format.to_owned();
    let blocks = match input.open().map(|opened| opened.blocks(BlockOptions::default())) {
        Ok(blocks) => blocks,
        Err(cause) => {
            read.complaints.push(Complaint::about(&input.name, "a readable file", cause.to_string()));
            return read;
        }
    };
    let mut reader = csv::ReaderBuilder::new().from_reader(Bytes { blocks, held: Vec::new(), at: 0 });
    rows(&mut reader, &mut read, each);
    let received = reader.into_inner().received();
    (read.source.digest, read.source.length) = (received.digest, received.length);
    read
}

fn rows(reader: &mut csv::Reader<Bytes>, read: &mut SheetRead, each: &mut dyn FnMut(&Row<'_>)) {
    let name = read.source.name.clone();
    let header: Vec<String> = match reader.byte_headers() {
        Ok(header) => header.iter().map(|h| String::from_utf8_lossy(h).trim().to_ascii_lowercase()).collect(),
        Err(cause) => return read.complaints.push(Complaint::about(name, "a header line", cause.to_string())),
    };
    let mut record = csv::ByteRecord::new();
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(true) => {
                let line = record.position().map_or(0, csv::Position::line);
                let fields = record.iter().map(pollwarden_intake::text::decode).collect();
                each(&Row { line, header: &header, fields: &fields });
                read.source.rows += 1;
            }
            Ok(false) => return,
            Err(cause) => {
                read.source.rejected += 1;
                let line = cause.position().map_or(0, csv::Position::line);
                let complaint = match cause.kind() {
                    csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                        Complaint::about(&name, format!("{expected_len} columns, as in the header"), format!("{len}"))
                    }
                    _ => Complaint::about(&name, "rows to the end of the file", cause.to_string()),
                };
                read.complaints.push(complaint.line(line).mend("Ask for the file again, or mend the row."));
                if cause.is_io_error() {
                    return;
                }
            }
        }
    }
}

/// A file's blocks as one stream of bytes.
struct Bytes {
    blocks: Blocks,
    held: Vec<u8>,
    at: usize,
}

impl Bytes {
    fn received(self) -> Received {
        self.blocks.received()
    }
}

impl Read for Bytes {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.at == self.held.len() {
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
