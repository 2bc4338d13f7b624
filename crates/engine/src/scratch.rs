//! Rows of a run over plain files: in memory up to a limit, past it in files that vanish with the run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::{array::RecordBatch, datatypes::SchemaRef};
use pollwarden_core::{Derived, Part, Table};
use pollwarden_intake::{Progress, Sink, SinkError};
use tempfile::TempPath;

use crate::EngineError;
use crate::spilled::{self, Spilling};

/// Tables that live as long as one run.
#[derive(Debug)]
pub struct Scratch {
    limit: usize,
    held: usize,
    /// By the table's name; parts that are not settled yet beside it, by their share.
    tables: BTreeMap<Key, ScratchTable>,
}

type Key = (&'static str, Option<usize>);

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

/// Shares of fewer bytes are settled with the next ones: each alone would become a batch of a few rows.
const SETTLED_AT_ONCE: usize = 2 << 20;

impl Scratch {
    /// Scratch space that holds at most about `limit` bytes in memory.
    pub fn new(limit: usize) -> Self {
        Self { limit, held: 0, tables: BTreeMap::new() }
    }

    /// Declares a table, so that it can be asked for even where no row of it comes.
    pub fn declare(&mut self, table: &'static Table) {
        self.table(table, None);
    }

    /// Keeps only these columns of a table from now on: what no plan asks for takes neither memory nor disk.
    pub fn keep(&mut self, table: &'static Table, columns: &BTreeSet<String>) {
        let entry = self.table(table, None);
        let all = (table.schema)();
        let places: Vec<usize> = (0..all.fields().len()).filter(|&i| columns.contains(all.field(i).name())).collect();
        if places.is_empty() {
            // Its rows are let go, but it can still be asked for by name.
            entry.kept = Some(places);
        } else if let Ok(schema) = all.project(&places) {
            entry.schema = Arc::new(schema);
            entry.kept = Some(places);
        }
    }

    /// Takes rows.
    ///
    /// # Errors
    /// Where rows past the limit can't be written to disk.
    pub fn add(&mut self, table: &'static Table, batch: RecordBatch) -> Result<(), EngineError> {
        self.take(table, None, batch)
    }

    /// Takes rows of a derived table.
    ///
    /// # Errors
    /// Where rows past the limit can't be written to disk.
    pub fn add_part(&mut self, part: Part) -> Result<(), EngineError> {
        self.take(part.table, part.share, part.rows)
    }

    /// Puts together what was taken as parts of shares.
    ///
    /// # Errors
    /// Where spilled parts can't be read again, or settled rows past the limit not be written to disk.
    pub fn settle(&mut self, derived: &Derived) -> Result<(), EngineError> {
        let (mut parts, mut bytes) = (Vec::new(), 0);
        for share in 0..Part::SHARES {
            for table in derived.parts {
                let Some(rows) = self.tables.remove(&(table.name, Some(share))) else { continue };
                self.held -= rows.open_bytes;
                for batch in rows.into_chunks(1).into_iter().flat_map(spilled::read) {
                    let batch = batch?;
                    bytes += batch.get_array_memory_size();
                    parts.push((*table, batch));
                }
            }
            if bytes >= SETTLED_AT_ONCE || share + 1 == Part::SHARES {
                let settled = (derived.settle)(&std::mem::take(&mut parts));
                settled.into_iter().try_for_each(|(table, rows)| self.add(table, rows))?;
                bytes = 0;
            }
        }
        Ok(())
    }

    /// The tables, once everything is settled.
    pub(crate) fn into_tables(self) -> impl Iterator<Item = ScratchTable> {
        self.tables.into_values()
    }

    fn take(&mut self, table: &'static Table, share: Option<usize>, batch: RecordBatch) -> Result<(), EngineError> {
        let entry = self.table(table, share);
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
        if self.held > self.limit { self.spill() } else { Ok(()) }
    }

    fn table(&mut self, table: &'static Table, share: Option<usize>) -> &mut ScratchTable {
        self.tables.entry((table.name, share)).or_insert_with(|| ScratchTable {
            table,
            schema: (table.schema)(),
            kept: None,
            chunks: Vec::new(),
            open: Vec::new(),
            open_bytes: 0,
        })
    }

    /// Writes the largest tables out, until half of the limit is free: shares grow alike, and each is a file.
    fn spill(&mut self) -> Result<(), EngineError> {
        let mut largest: Vec<&mut ScratchTable> = self.tables.values_mut().filter(|t| t.open_bytes > 0).collect();
        largest.sort_by_key(|table| std::cmp::Reverse(table.open_bytes));
        for table in largest {
            self.held -= table.open_bytes;
            table.spill().map_err(|cause| EngineError::Scratch { path: std::env::temp_dir(), cause })?;
            if self.held <= self.limit / 2 {
                break;
            }
        }
        Ok(())
    }
}

impl ScratchTable {
    fn spill(&mut self) -> std::io::Result<()> {
        let mut rows = Spilling::new(&self.schema)?;
        self.open.drain(..).try_for_each(|batch| rows.write(&batch))?;
        self.chunks.push(Chunk::Spilled(rows.done()?));
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
