//! Writes and reads one Parquet file of a table.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use arrow::{array::RecordBatch, compute, datatypes::SchemaRef};
use parquet::{
    arrow::{
        ArrowWriter,
        arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder},
    },
    basic::{Compression, ZstdLevel},
    errors::ParquetError,
    file::properties::{EnabledStatistics, WriterProperties},
};
use pollwarden_core::Digest;
use sha2::{Digest as _, Sha256};

use crate::{ArchiveError, durable, entry, entry::Entry, split::times};

/// Rows in a row group: what DataFusion reads, prunes and spreads over cores at a time.
const ROW_GROUP: usize = 128 << 10;

/// A file to be written.
pub(crate) struct NewFile<'a> {
    pub(crate) table: &'a str,
    /// The column whose time is noted in the catalogue.
    pub(crate) time: Option<&'a str>,
    pub(crate) day: Option<i32>,
    pub(crate) first: u64,
    pub(crate) last: u64,
}

impl NewFile<'_> {
    /// Writes the file, durably. It exists for readers once the catalogue has the entry.
    pub(crate) fn write(
        &self,
        dir: &Path,
        schema: SchemaRef,
        batches: impl Iterator<Item = Result<RecordBatch, ArchiveError>>,
    ) -> Result<Entry, ArchiveError> {
        let path = entry::path(dir, self.table, self.day, self.first, self.last);
        let part = part(&path);
        durable::create_folder(path.parent().unwrap_or(dir))?;
        let written = self.encode(&path, &part, schema, batches).inspect_err(|_| {
            // What is left is no harm: the next opening removes it.
            let _ = fs::remove_file(&part);
        })?;
        durable::publish(&part, &path)?;
        Ok(written)
    }

    fn encode(
        &self,
        path: &Path,
        part: &Path,
        schema: SchemaRef,
        batches: impl Iterator<Item = Result<RecordBatch, ArchiveError>>,
    ) -> Result<Entry, ArchiveError> {
        let file = File::create(part).map_err(ArchiveError::write(path, None))?;
        let out = Digesting { out: file, digest: Sha256::new(), bytes: 0, wanted: 0 };
        let mut writer = ArrowWriter::try_new(io::BufWriter::with_capacity(1 << 18, out), schema, Some(properties()))
            .map_err(|error| ArchiveError::encoding(path.to_owned(), 0, error))?;
        let mut span = Span::default();
        for batch in batches {
            let batch = batch?;
            span.take(&batch, self.time);
            writer.write(&batch).map_err(|error| failed(path, &writer, error))?;
        }
        writer.finish().map_err(|error| failed(path, &writer, error))?;
        let out = writer.inner_mut();
        out.flush().map_err(|source| ArchiveError::write(path, Some(out.get_ref().wanted))(source))?;
        let out = out.get_ref();
        out.out.sync_all().map_err(ArchiveError::write(path, Some(out.bytes)))?;
        let (bytes, digest) = (out.bytes, out.digest.clone());
        Ok(self.entry(span, bytes, Digest(digest.finalize().into())))
    }

    fn entry(&self, span: Span, bytes: u64, digest: Digest) -> Entry {
        Entry {
            first: self.first,
            last: self.last,
            table: self.table.to_owned(),
            day: self.day,
            rows: span.rows,
            from: span.from,
            to: span.to,
            bytes,
            digest,
        }
    }
}

/// Opens a file of the archive to read its rows in order.
pub(crate) fn read(path: &Path) -> Result<ParquetRecordBatchReader, ArchiveError> {
    let file = File::open(path).map_err(ArchiveError::read(path))?;
    ParquetRecordBatchReaderBuilder::try_new(file)
        .and_then(|builder| builder.with_batch_size(8192).build())
        .map_err(|source| ArchiveError::Parquet { path: path.to_owned(), source })
}

/// The name of a file while it is written.
fn part(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(durable::PART);
    name.into()
}

fn properties() -> WriterProperties {
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1).expect("zstd has a level 1")))
        .set_dictionary_enabled(true)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .set_created_by(concat!("pollwarden ", env!("CARGO_PKG_VERSION")).to_owned())
        .build()
}

fn failed(path: &Path, writer: &ArrowWriter<io::BufWriter<Digesting>>, error: ParquetError) -> ArchiveError {
    let wanted = writer.inner().get_ref().wanted.max(writer.bytes_written() as u64);
    ArchiveError::encoding(path.to_owned(), wanted, error)
}

/// What is noted of the rows that pass.
#[derive(Default)]
struct Span {
    rows: u64,
    from: Option<i64>,
    to: Option<i64>,
}

impl Span {
    fn take(&mut self, batch: &RecordBatch, time: Option<&str>) {
        self.rows += batch.num_rows() as u64;
        if let Some(times) = times(batch, time) {
            self.from = [self.from, compute::min(times)].into_iter().flatten().min();
            self.to = [self.to, compute::max(times)].into_iter().flatten().max();
        }
    }
}

/// Digests what passes through to a file.
struct Digesting {
    out: File,
    digest: Sha256,
    bytes: u64,
    /// Bytes that were to be written, those that failed included.
    wanted: u64,
}

impl Write for Digesting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.wanted = self.bytes + bytes.len() as u64;
        let written = self.out.write(bytes)?;
        self.digest.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
