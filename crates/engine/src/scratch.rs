//! Rows of a run over plain files: in memory up to a limit, past it in files that vanish with the run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::{array::RecordBatch, datatypes::SchemaRef, ipc::writer::StreamWriter};
use pollwarden_core::Table;
use pollwarden_intake::{Progress, Sink, SinkError};
use tempfile::{NamedTempFile, TempPath};

use crate::EngineError;

/// Tables that live as long as one run.
#[derive(Debug)]
pub struct Scratch {
    limit: usize,
    held: usize,
    pub(crate) tables: BTreeMap<&'static str, ScratchTable>,
}

/// One table's rows.
#[derive(Debug)]
pub(crate) struct ScratchTable {
    pub(crate) table: &'static Table,
    pub(crate) schema: SchemaRef,
    /// The columns kept, by place; all where `None`.
    kept: Option<Vec<usize>>,
    pub(crate) chunks: Vec<Chunk>,
    open: Vec<RecordBatch>,
    open_bytes: usize,
}

/// Some rows, in memory or on disk.
#[derive(Debug, Clone)]
pub(crate) enum Chunk {
    Held(Vec<RecordBatch>),
    Spilled(Arc<TempPath>),
}

impl Scratch {
    /// Scratch space that holds at most about `limit` bytes in memory.
    pub fn new(limit: usize) -> Self {
        Self { limit, held: 0, tables: BTreeMap::new() }
    }

    /// Declares a table, so that it can be asked for even where no row of it comes.
    pub fn declare(&mut self, table: &'static Table) {
        self.table(table);
    }

    /// Keeps only these columns of a table from now on: what no plan asks for takes neither memory nor disk.
    pub fn keep(&mut self, table: &'static Table, columns: &BTreeSet<String>) {
        let entry = self.table(table);
        let all = (table.schema)();
        let places: Vec<usize> = (0..all.fields().len()).filter(|&i| columns.contains(all.field(i).name())).collect();
        if let Ok(schema) = all.project(&places) {
            entry.schema = Arc::new(schema);
            entry.kept = Some(places);
        }
    }

    /// Takes rows.
    ///
    /// # Errors
    /// Where rows past the limit can't be written to disk.
    pub fn add(&mut self, table: &'static Table, batch: RecordBatch) -> Result<(), EngineError> {
        let entry = self.table(table);
        if batch.num_rows() == 0 || entry.kept.as_ref().is_some_and(Vec::is_empty) {
            return Ok(());
        }
        let batch = match &entry.kept {
            Some(places) => batch.project(places).map_err(|e| EngineError::Failed(e.to_string()))?,
            None => batch,
        };
        let bytes = batch.get_array_memory_size();
        entry.open.push(batch);
        entry.open_bytes += bytes;
        self.held += bytes;
        if self.held > self.limit { self.spill_largest() } else { Ok(()) }
    }

    fn table(&mut self, table: &'static Table) -> &mut ScratchTable {
        self.tables.entry(table.name).or_insert_with(|| ScratchTable {
            table,
            schema: (table.schema)(),
            kept: None,
            chunks: Vec::new(),
            open: Vec::new(),
            open_bytes: 0,
        })
    }

    fn spill_largest(&mut self) -> Result<(), EngineError> {
        let Some(largest) = self.tables.values_mut().max_by_key(|t| t.open_bytes) else { return Ok(()) };
        self.held -= largest.open_bytes;
        largest.spill().map_err(|cause| EngineError::Scratch { path: std::env::temp_dir(), cause })
    }
}

impl ScratchTable {
    fn spill(&mut self) -> std::io::Result<()> {
        let file = NamedTempFile::new()?;
        let mut writer = StreamWriter::try_new_buffered(file, &self.schema).map_err(std::io::Error::other)?;
        for batch in self.open.drain(..) {
            writer.write(&batch).map_err(std::io::Error::other)?;
        }
        writer.finish().map_err(std::io::Error::other)?;
        let file = writer.into_inner().and_then(|w| w.into_inner().map_err(|e| e.into_error().into()));
        self.chunks.push(Chunk::Spilled(Arc::new(file.map_err(std::io::Error::other)?.into_temp_path())));
        self.open_bytes = 0;
        Ok(())
    }

    /// The rows as chunks, those still in memory cut into at least `parts`, so that as many threads can read them.
    pub(crate) fn into_chunks(mut self, parts: usize) -> Vec<Chunk> {
        let size = self.open.len().div_ceil(parts).max(1);
        self.chunks.extend(self.open.chunks(size).map(|batches| Chunk::Held(batches.to_vec())));
        self.chunks
    }
}

impl Sink for Scratch {
    fn append(&mut self, table: &'static Table, batch: RecordBatch) -> Result<(), SinkError> {
        Ok(self.add(table, batch)?)
    }

    fn commit(&mut self, _: &Progress) -> Result<(), SinkError> {
        Ok(())
    }
}
