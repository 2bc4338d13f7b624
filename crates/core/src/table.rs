//! A sensor's table: what its formats write and its detectors ask.

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

/// Declared once by a sensor; the archive partitions by it and `pollwarden query --list` shows it.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// The name in SQL.
    pub name: &'static str,
    /// What a row is, in a sentence.
    pub about: &'static str,
    /// The column of type `Timestamp(Microsecond, UTC)` whose day the archive partitions by; `None` for rows without a time.
    pub day: Option<&'static str>,
    /// The columns.
    pub schema: fn() -> SchemaRef,
}

/// Further tables that are worked out from one table's rows as they come, so that detectors that ask those need not go
/// through every row again.
///
/// First, rows are taken in stretches that fit into a core's cache, which gives [`Part`]s; then the parts of one share at
/// a time are settled: put together into the derived tables' rows, of which there is one for each key. So memory is bounded
/// however many keys there are, and what comes out does not depend on how rows were cut into batches.
#[derive(Debug, Clone, Copy)]
pub struct Derived {
    /// The table that is gone through.
    pub from: &'static Table,
    /// Its columns that are read.
    pub columns: &'static [&'static str],
    /// The tables that come of it.
    pub tables: &'static [&'static Table],
    /// The tables that [`Part`]s of shares are of: those above, or some that only `settle` knows.
    pub parts: &'static [&'static Table],
    /// Begins to add rows up.
    pub begin: fn() -> Box<dyn Derive>,
    /// Puts together all parts of one share.
    pub settle: fn(&[TableRows]) -> Vec<TableRows>,
}

/// Some rows of a table.
pub type TableRows = (&'static Table, RecordBatch);

/// Rows of a derived table, as they come.
#[derive(Debug, Clone)]
pub struct Part {
    /// The table.
    pub table: &'static Table,
    /// The share that the rows must be settled with, below [`Part::SHARES`]; `None` where they are the table's rows as they
    /// stand.
    pub share: Option<usize>,
    /// The rows.
    pub rows: RecordBatch,
}

impl Part {
    /// How many shares there are: ten million clients' visits, the most that is planned for, are settled within 100 MiB.
    pub const SHARES: usize = 128;
}

/// Adds rows up.
pub trait Derive: Send {
    /// Takes rows in; gives parts as they get ready.
    fn add(&mut self, rows: &RecordBatch, out: &mut Vec<Part>);

    /// Gives what is left after the last row.
    fn finish(&mut self, out: &mut Vec<Part>);
}
