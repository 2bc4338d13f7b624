//! A sensor's table: what its formats write and its detectors ask.

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

/// A table that is worked out from a sensor's other tables before its detectors are asked, so that several can ask it at
/// the cost of one.
#[derive(Debug, Clone, Copy)]
pub struct Derived {
    /// What it is. Its columns are those of the query, cast to these types.
    pub table: &'static Table,
    /// The query.
    pub sql: fn() -> String,
}
