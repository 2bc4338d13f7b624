//! Builds the table `asked`: the requests that asked for something, in few bytes each.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, DictionaryArray, Int64Array, RecordBatch, StringArray, StringViewBuilder,
    TimestampMicrosecondArray, UInt16Builder, UInt64Array, UInt64Builder,
};
use arrow::datatypes::UInt16Type;

use super::Logged;
use crate::tables::ASKED;

/// Bytes of one buffer of text.
const TEXT_BUFFER: u32 = 32 << 10;

/// The requests since the last batch.
pub(super) struct Asked {
    visit: Vec<i64>,
    read: BooleanBuilder,
    time: Vec<i64>,
    record: StringViewBuilder,
    status: UInt16Builder,
    bytes: UInt64Builder,
    duration_us: UInt64Builder,
    /// The sources, and which of them each request is from.
    sources: Vec<String>,
    source: Vec<u16>,
    line: Vec<u64>,
}

impl Default for Asked {
    fn default() -> Self {
        Self::with_room(0)
    }
}

impl Asked {
    fn with_room(rows: usize) -> Self {
        Self {
            visit: Vec::with_capacity(rows),
            read: BooleanBuilder::with_capacity(rows),
            time: Vec::with_capacity(rows),
            record: StringViewBuilder::with_capacity(rows).with_fixed_block_size(TEXT_BUFFER),
            status: UInt16Builder::with_capacity(rows),
            bytes: UInt64Builder::with_capacity(rows),
            duration_us: UInt64Builder::with_capacity(rows),
            sources: Vec::new(),
            source: Vec::with_capacity(rows),
            line: Vec::with_capacity(rows),
        }
    }

    pub(super) fn add(&mut self, visit: i64, request: &Logged<'_>) {
        self.visit.push(visit);
        self.read.append_value(request.is_read());
        self.time.push(request.time);
        self.record.append_option(request.record);
        self.status.append_option(request.status);
        self.bytes.append_option(request.bytes);
        self.duration_us.append_option(request.duration_us);
        let source = self.source_of(request.source);
        self.source.push(source);
        self.line.push(request.line);
    }

    /// The number of a source: nearly always that of the request before.
    fn source_of(&mut self, source: &str) -> u16 {
        let known = self.source.last().filter(|&&last| self.sources[usize::from(last)] == source).copied();
        known.unwrap_or_else(|| {
            let place = self.sources.iter().position(|s| s == source).unwrap_or_else(|| {
                self.sources.push(source.to_owned());
                self.sources.len() - 1
            });
            u16::try_from(place).expect("a batch holds the requests of a few files")
        })
    }

    /// Hands over the requests so far.
    pub(super) fn take(&mut self) -> Option<RecordBatch> {
        if self.visit.is_empty() {
            return None;
        }
        // The next block has about as many.
        let next = Self::with_room(self.visit.len());
        let Self { visit, mut read, time, mut record, mut status, mut bytes, mut duration_us, sources, source, line } =
            std::mem::replace(self, next);
        let sources = Arc::new(StringArray::from(sources));
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Int64Array::from(visit)),
            Arc::new(read.finish()),
            Arc::new(TimestampMicrosecondArray::from(time).with_timezone("UTC")),
            Arc::new(record.finish()),
            Arc::new(status.finish()),
            Arc::new(bytes.finish()),
            Arc::new(duration_us.finish()),
            Arc::new(DictionaryArray::<UInt16Type>::new(source.into(), sources)),
            Arc::new(UInt64Array::from(line)),
        ];
        Some(RecordBatch::try_new((ASKED.schema)(), columns).expect("columns are built as the schema says"))
    }
}
