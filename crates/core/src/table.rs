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

/// Works further tables out from a table's rows as they come, so that detectors that ask those need not go through every
/// row again. What it gives must not depend on how rows are cut into batches, but for rows that a plan adds up anyway.
pub trait Derive: Send {
    /// Takes rows in; gives rows of derived tables as they get ready.
    fn add(&mut self, rows: &RecordBatch, out: &mut Vec<(&'static Table, RecordBatch)>);

    /// Gives what is left after the last row.
    fn finish(&mut self, out: &mut Vec<(&'static Table, RecordBatch)>);
}
