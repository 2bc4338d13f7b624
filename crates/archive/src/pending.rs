//! Rows taken but not yet committed: in memory up to a bound, beyond it in files that the catalogue does not know yet.

use std::{
    collections::BTreeMap,
    mem,
    path::{Path, PathBuf},
};

use arrow::array::RecordBatch;
use pollwarden_core::Table;

use crate::{ArchiveError, durable, entry::Entry, split, table_file::NewFile};

/// Bytes of rows held in memory.
const MOST_BYTES: usize = 64 << 20;
/// Days of one table in one commit that get files of their own.
const MOST_DAYS: usize = 64;

/// Rows taken but not yet committed.
#[derive(Debug)]
pub(crate) struct Pending {
    dir: PathBuf,
    tables: BTreeMap<&'static str, (&'static Table, Vec<RecordBatch>)>,
    bytes: usize,
    most_bytes: usize,
    next: u64,
    written: Vec<Entry>,
}

impl Pending {
    /// Nothing yet; files will be numbered from `next`.
    pub(crate) fn new(dir: &Path, next: u64) -> Self {
        let dir = dir.to_owned();
        Self { dir, tables: BTreeMap::new(), bytes: 0, most_bytes: MOST_BYTES, next, written: Vec::new() }
    }

    /// Takes rows.
    pub(crate) fn append(&mut self, table: &'static Table, batch: RecordBatch) -> Result<(), ArchiveError> {
        check(table, &batch)?;
        if batch.num_rows() == 0 {
            return Ok(());
        }
        self.bytes += batch.get_array_memory_size();
        self.tables.entry(table.name).or_insert_with(|| (table, Vec::new())).1.push(batch);
        if self.bytes > self.most_bytes { self.write() } else { Ok(()) }
    }

    /// Writes what is in memory to files, and hands out all files written since the last commit.
    pub(crate) fn finish(&mut self) -> Result<Vec<Entry>, ArchiveError> {
        self.write()?;
        Ok(mem::take(&mut self.written))
    }

    /// Drops everything not yet committed.
    pub(crate) fn discard(&mut self) {
        self.tables.clear();
        self.bytes = 0;
        for entry in mem::take(&mut self.written) {
            // A file that can't be removed now is removed at the next opening; the catalogue does not know it.
            let _ = durable::remove_if_there(&entry.path(&self.dir));
        }
    }

    fn write(&mut self) -> Result<(), ArchiveError> {
        self.bytes = 0;
        for (table, batches) in mem::take(&mut self.tables).into_values() {
            let days = split::by_day(batches, table.day, MOST_DAYS)
                .map_err(|error| ArchiveError::Columns { table: table.name, found: error.to_string() })?;
            for (day, batches) in days {
                let (first, last) = (self.next, self.next);
                let file = NewFile { table: table.name, time: table.day, day, first, last };
                self.next += 1;
                self.written.push(file.write(&self.dir, (table.schema)(), batches.into_iter().map(Ok))?);
            }
        }
        Ok(())
    }
}

/// A table's files all have its columns, or no plan could read them as one.
fn check(table: &'static Table, batch: &RecordBatch) -> Result<(), ArchiveError> {
    let declared = (table.schema)();
    if declared.fields() == batch.schema_ref().fields() {
        return Ok(());
    }
    let odd = batch.schema_ref().fields().iter().find(|field| !declared.fields().iter().any(|known| known == *field));
    let found = odd.map_or_else(|| "columns are missing".to_owned(), |field| format!("column {field}"));
    Err(ArchiveError::Columns { table: table.name, found })
}
