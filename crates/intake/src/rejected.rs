//! The table of lines that could not be read.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use pollwarden_core::{Complaint, Table};

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

/// Outside text in a row is cut to this many bytes: enough to recognise a line by.
const FOUND_MOST: usize = 240;

/// Complaints as rows of the table; `None` where there are none.
pub(crate) fn rejected_rows(complaints: &[Complaint]) -> Option<RecordBatch> {
    if complaints.is_empty() {
        return None;
    }
    let column = |pick: fn(&Complaint) -> Option<&str>| -> ArrayRef {
        Arc::new(complaints.iter().map(pick).collect::<StringArray>())
    };
    let columns = vec![
        column(|c| Some(&c.source)),
        Arc::new(complaints.iter().map(|c| c.line).collect::<UInt64Array>()),
        column(|c| c.column.as_deref()),
        column(|c| Some(&c.expected)),
        column(|c| Some(shortened(&c.found))),
        column(|c| Some(&c.mend)),
    ];
    Some(RecordBatch::try_new(schema(), columns).expect("the columns are those of the schema"))
}

fn shortened(found: &str) -> &str {
    &found[..found.floor_char_boundary(FOUND_MOST)]
}
