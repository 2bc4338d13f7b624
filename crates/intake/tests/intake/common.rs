//! A small format, a sink in memory, and files to read.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use flate2::Compression;
use flate2::write::GzEncoder;
use pollwarden_core::{Complaint, Digest, Table};
use pollwarden_intake::{
    Block, Fit, Format, Opened, Parsed, Parser, Progress, Resume, Sample, Sink, SinkError, Taken, find, take_in, text,
};

/// Lines such as `visit /path`.
pub(crate) struct Visits;

pub(crate) static VISITS: Table = Table { name: "visits", about: "A visit.", day: None, schema: visits_schema };

fn visits_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![Field::new("path", DataType::Utf8, false)]))
}

impl Format for Visits {
    fn name(&self) -> &'static str {
        "visits"
    }

    fn table(&self) -> &'static Table {
        &VISITS
    }

    fn sniff(&self, sample: &Sample) -> Fit {
        if sample.bytes.starts_with(b"visit ") { Fit::Yes } else { Fit::No }
    }

    fn begin(&self, _: &Sample, state: Option<&[u8]>) -> Box<dyn Parser> {
        Box::new(VisitsParser { blocks: state.map_or(0, |s| s.len()) })
    }
}

struct VisitsParser {
    blocks: usize,
}

impl Parser for VisitsParser {
    fn parse(&mut self, block: &Block, parsed: &mut Parsed) {
        self.blocks += 1;
        let mut paths = Vec::new();
        for (number, line) in block.lines() {
            match line.strip_prefix(b"visit ") {
                Some(path) => paths.push(text::decode(path).into_owned()),
                None => parsed.reject(
                    Complaint::about(block.source.as_ref(), "a visit", Complaint::excerpt(line, 80)).line(number),
                ),
            }
        }
        if !paths.is_empty() {
            let column = Arc::new(StringArray::from(paths));
            parsed.batches.push(RecordBatch::try_new(visits_schema(), vec![column]).unwrap());
        }
    }

    fn state(&self) -> Vec<u8> {
        vec![b'x'; self.blocks]
    }
}

/// Keeps what is committed.
#[derive(Default)]
pub(crate) struct Memory {
    pub(crate) durable: bool,
    /// Fails to append after so many rows.
    pub(crate) room: Option<usize>,
    pub(crate) pending: Vec<String>,
    pub(crate) paths: Vec<String>,
    pub(crate) rejected: Vec<Option<u64>>,
    pub(crate) progress: Vec<Progress>,
}

impl Sink for Memory {
    fn resume(&mut self, opened: &mut Opened) -> Result<Resume, SinkError> {
        let Some(last) = self.progress.last() else { return Ok(Resume::default()) };
        if opened.head()? != last.head || opened.prefix(last.offset)? != Some(last.prefix) {
            return Ok(Resume::default());
        }
        Ok(Resume {
            offset: last.offset,
            lines: last.lines,
            rows: last.rows,
            rejected: last.rejected,
            state: Some(last.state.clone()),
        })
    }

    fn waits_for_line_end(&self) -> bool {
        self.durable
    }

    fn append(&mut self, table: &'static Table, batch: RecordBatch) -> Result<(), SinkError> {
        assert_eq!(batch.schema(), (table.schema)());
        if table.name == "rejected" {
            let lines = batch.column(1).as_any().downcast_ref::<arrow::array::UInt64Array>().unwrap();
            self.rejected.extend(lines.iter());
            return Ok(());
        }
        let paths = batch.column(0).as_any().downcast_ref::<StringArray>().unwrap();
        self.pending.extend(paths.iter().map(|p| p.unwrap().to_owned()));
        match self.room {
            Some(room) if self.pending.len() + self.paths.len() > room => Err("no space left on device".into()),
            _ => Ok(()),
        }
    }

    fn commit(&mut self, progress: &Progress) -> Result<(), SinkError> {
        self.paths.append(&mut self.pending);
        self.progress.push(progress.clone());
        Ok(())
    }
}

pub(crate) static FORMATS: [&'static dyn Format; 1] = [&Visits];

/// Takes in one file's worth of bytes.
pub(crate) fn take(name: &str, bytes: &[u8]) -> (Taken, Memory) {
    let folder = tempfile::tempdir().unwrap();
    let path = put(folder.path(), name, bytes);
    let mut sink = Memory::default();
    (take_path(&path, &mut sink), sink)
}

pub(crate) fn take_path(path: &Path, sink: &mut Memory) -> Taken {
    let found = find(path);
    assert_eq!(found.complaints, []);
    assert_eq!(found.inputs.len(), 1);
    take_in(&found.inputs[0], &FORMATS, sink, &mut |_| {}).unwrap()
}

pub(crate) fn put(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, bytes).unwrap();
    path
}

pub(crate) fn visits(numbers: std::ops::Range<usize>) -> Vec<u8> {
    numbers.flat_map(|n| format!("visit /page/{n}\n").into_bytes()).collect()
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// With a checksum, as the program `zstd` writes it.
pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 6);
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

pub(crate) fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (n, (name, bytes)) in members.iter().enumerate() {
        let method = if n % 2 == 0 { zip::CompressionMethod::Deflated } else { zip::CompressionMethod::Stored };
        writer.start_file(*name, zip::write::SimpleFileOptions::default().compression_method(method)).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

pub(crate) fn digest(bytes: &[u8]) -> Digest {
    Digest::of(bytes)
}
