//! Builds the table `signs`: the rows of `requests` that are a sign of an attack, with what was seen in them.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float32Array, RecordBatch, StringViewBuilder, UInt32Array};
use arrow::compute::take;

use crate::tables::SIGNS;

/// The signs of one block, by the place of their rows in it.
#[derive(Debug, Default)]
pub(super) struct Signs {
    rows: Vec<u32>,
    score: Vec<f32>,
    evidence: Vec<Option<String>>,
}

impl Signs {
    /// Notes that a row of the block is a sign.
    pub(super) fn push(&mut self, row: usize, score: f32, evidence: Option<String>) {
        self.rows.push(u32::try_from(row).expect("a block has fewer rows than bytes, and those are few"));
        self.score.push(score);
        self.evidence.push(evidence);
    }

    /// The signs so far as one batch; `None` where there are none.
    pub(super) fn finish(&mut self, requests: &RecordBatch) -> Option<RecordBatch> {
        if self.rows.is_empty() {
            return None;
        }
        let rows = UInt32Array::from(std::mem::take(&mut self.rows));
        let schema = (SIGNS.schema)();
        let columns = schema.fields().iter().map(|field| match requests.column_by_name(field.name()) {
            Some(column) => copied(&take(column, &rows, None).expect("the rows are rows of the block")),
            None if field.name() == "score" => Arc::new(Float32Array::from(std::mem::take(&mut self.score))),
            None => evidence(&std::mem::take(&mut self.evidence)),
        });
        let columns: Vec<ArrayRef> = columns.collect();
        Some(RecordBatch::try_new(schema, columns).expect("columns are built as the schema says"))
    }
}

/// Text taken out of a block without the block's other text: a few signs must not hold all of it in memory.
fn copied(column: &ArrayRef) -> ArrayRef {
    match arrow::array::AsArray::as_string_view_opt(column) {
        Some(text) => Arc::new(text.gc()),
        None => Arc::clone(column),
    }
}

fn evidence(texts: &[Option<String>]) -> ArrayRef {
    let mut builder = StringViewBuilder::with_capacity(texts.len());
    texts.iter().for_each(|text| builder.append_option(text.as_deref()));
    Arc::new(builder.finish())
}
