//! The table of lines that could not be read.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use pollwarden_core::Table;

/// What can't be parsed goes here with source, place and reason: counted in coverage, never dropped.
pub static REJECTED: Table = Table {
    name: "rejected",
    about: "One row per line of any input that could not be read, with its place and what was wrong.",
    day: None,
    schema,
};

fn schema() -> SchemaRef {
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    Arc::new(Schema::new(vec![
        text("source"),
        Field::new("line", DataType::UInt64, true),
        Field::new("column", DataType::Utf8, true),
        text("expected"),
        text("found"),
        text("mend"),
    ]))
}
