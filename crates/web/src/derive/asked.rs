//! Builds the table `asked`: the requests that asked for something, in few bytes each.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Int64Array, RecordBatch, StringDictionaryBuilder, StringViewBuilder,
    TimestampMicrosecondArray, UInt16Builder, UInt64Array, UInt64Builder,
};
use arrow::datatypes::UInt16Type;

use super::request_rows::RequestRows;
use crate::tables::ASKED;

/// Bytes of one buffer of text.
const TEXT_BUFFER: u32 = 32 << 10;

/// The rows of one batch.
pub(super) struct Asked {
    visit: Vec<i64>,
    read: BooleanBuilder,
    time: Vec<i64>,
    record: StringViewBuilder,
    status: UInt16Builder,
    bytes: UInt64Builder,
    duration_us: UInt64Builder,
    source: StringDictionaryBuilder<UInt16Type>,
    line: Vec<u64>,
}

impl Asked {
    /// Room for so many rows.
    pub(super) fn of(rows: usize) -> Self {
        Self {
            visit: Vec::with_capacity(rows),
            read: BooleanBuilder::with_capacity(rows),
            time: Vec::with_capacity(rows),
            record: StringViewBuilder::with_capacity(rows).with_fixed_block_size(TEXT_BUFFER),
            status: UInt16Builder::with_capacity(rows),
            bytes: UInt64Builder::with_capacity(rows),
            duration_us: UInt64Builder::with_capacity(rows),
            source: StringDictionaryBuilder::new(),
            line: Vec::with_capacity(rows),
        }
    }

    pub(super) fn add(&mut self, visit: i64, rows: &RequestRows<'_>, row: usize) {
        self.visit.push(visit);
        self.read.append_value(rows.is_read(row));
        self.time.push(rows.time(row));
        self.record.append_option(rows.record(row));
        self.status.append_option(rows.status(row));
        self.bytes.append_option(rows.bytes(row));
        self.duration_us.append_option(rows.duration_us(row));
        self.source.append_value(rows.source(row));
        self.line.push(rows.line(row));
    }

    pub(super) fn finish(mut self) -> Option<RecordBatch> {
        if self.visit.is_empty() {
            return None;
        }
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Int64Array::from(self.visit)),
            Arc::new(self.read.finish()),
            Arc::new(TimestampMicrosecondArray::from(self.time).with_timezone("UTC")),
            Arc::new(self.record.finish()),
            Arc::new(self.status.finish()),
            Arc::new(self.bytes.finish()),
            Arc::new(self.duration_us.finish()),
            Arc::new(self.source.finish()),
            Arc::new(UInt64Array::from(self.line)),
        ];
        Some(RecordBatch::try_new((ASKED.schema)(), columns).expect("columns are built as the schema says"))
    }
}
