//! Builds the table `requests`, row by row, one batch per block.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, RecordBatch, StringViewArray, StringViewBuilder, TimestampMicrosecondArray, UInt16Builder, UInt32Array,
    UInt64Array, UInt64Builder,
};

use pollwarden_intake::Parsed;

use super::signs::Signs;
use crate::request::{Judge, Judgement};
use crate::tables::{REQUESTS, SIGNS};

/// One request as a format read it. Text is as logged, with the format's own escapes undone.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Row<'a> {
    /// Microseconds since 1970, UTC.
    pub(crate) time: i64,
    pub(crate) client: &'a str,
    pub(crate) user: Option<&'a str>,
    /// Empty where the request line is no HTTP request; `path` then holds all of it.
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: Option<&'a str>,
    pub(crate) status: Option<u16>,
    pub(crate) bytes: Option<u64>,
    pub(crate) duration_us: Option<u64>,
    pub(crate) referer: Option<&'a str>,
    pub(crate) agent: Option<&'a str>,
    pub(crate) host: Option<&'a str>,
}

/// Bytes of one buffer of text.
const TEXT_BUFFER: u32 = 32 << 10;

/// What takes the rows that a format reads.
pub(crate) trait Take: Default + Send {
    /// Takes a row that was read from a line of that number.
    fn take(&mut self, row: &Row<'_>, source: &str, line: u64);

    /// Hands over the rows of a block, all of that source.
    fn block(&mut self, source: &str, parsed: &mut Parsed);

    /// Hands over what is left.
    fn end(&mut self, _parsed: &mut Parsed) {}
}

/// The rows of one block, judged.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    judge: Judge,
    columns: JudgedRows,
}

impl Take for Rows {
    fn take(&mut self, row: &Row<'_>, _: &str, line: u64) {
        self.columns.push(row, line, self.judge.judge((row.path, row.query), row.status, row.agent, row.referer));
    }

    fn block(&mut self, source: &str, parsed: &mut Parsed) {
        self.columns.finish(source, parsed);
    }
}

/// Rows of the table, column by column.
#[derive(Debug)]
pub(super) struct JudgedRows {
    time: Vec<i64>,
    client: StringViewBuilder,
    user: StringViewBuilder,
    method: StringViewBuilder,
    path: StringViewBuilder,
    query: StringViewBuilder,
    status: UInt16Builder,
    bytes: UInt64Builder,
    duration_us: UInt64Builder,
    referer: StringViewBuilder,
    agent: StringViewBuilder,
    host: StringViewBuilder,
    route: StringViewBuilder,
    record: StringViewBuilder,
    attack: Vec<u32>,
    line: Vec<u64>,
    signs: Signs,
}

impl Default for JudgedRows {
    fn default() -> Self {
        // By default a builder's buffers grow from batch to batch, to 2 MiB for a few bytes of text.
        let text = || StringViewBuilder::new().with_fixed_block_size(TEXT_BUFFER);
        // The same few browsers, pages and referring pages come again and again: each is held once a block.
        let repeated = || text().with_deduplicate_strings();
        Self {
            time: Vec::new(),
            client: text(),
            user: text(),
            method: text(),
            path: text(),
            query: text(),
            status: UInt16Builder::new(),
            bytes: UInt64Builder::new(),
            duration_us: UInt64Builder::new(),
            referer: repeated(),
            agent: repeated(),
            host: repeated(),
            route: repeated(),
            record: text(),
            attack: Vec::new(),
            line: Vec::new(),
            signs: Signs::default(),
        }
    }
}

impl JudgedRows {
    /// Adds a row that was read from a line of that number.
    pub(super) fn push(&mut self, row: &Row<'_>, line: u64, judged: Judgement<'_>) {
        self.time.push(row.time);
        self.client.append_value(row.client);
        self.user.append_option(row.user);
        self.method.append_value(row.method);
        self.path.append_value(row.path);
        self.query.append_option(row.query);
        self.status.append_option(row.status);
        self.bytes.append_option(row.bytes);
        self.duration_us.append_option(row.duration_us);
        self.referer.append_option(row.referer);
        self.agent.append_option(row.agent);
        self.host.append_option(row.host);
        self.line.push(line);
        self.route.append_value(judged.route);
        self.record.append_option(judged.record);
        self.attack.push(judged.attack);
        if judged.attack != 0 {
            self.signs.push(self.attack.len() - 1, judged.score, judged.evidence);
        }
    }

    /// Hands over the rows so far, as one batch, and those that are signs of an attack once more.
    pub(super) fn finish(&mut self, source: &str, parsed: &mut Parsed) {
        if self.time.is_empty() {
            return;
        }
        let rows = self.requests(source);
        parsed.also.extend(self.signs.finish(&rows).map(|signs| (&SIGNS, signs)));
        parsed.batches.push(rows);
    }

    fn requests(&mut self, source: &str) -> RecordBatch {
        let rows = self.time.len();
        let columns: Vec<ArrayRef> = vec![
            Arc::new(TimestampMicrosecondArray::from(std::mem::take(&mut self.time)).with_timezone("UTC")),
            Arc::new(self.client.finish()),
            Arc::new(self.user.finish()),
            Arc::new(self.method.finish()),
            Arc::new(self.path.finish()),
            Arc::new(self.query.finish()),
            Arc::new(self.status.finish()),
            Arc::new(self.bytes.finish()),
            Arc::new(self.duration_us.finish()),
            Arc::new(self.referer.finish()),
            Arc::new(self.agent.finish()),
            Arc::new(self.host.finish()),
            Arc::new(self.route.finish()),
            Arc::new(self.record.finish()),
            Arc::new(UInt32Array::from(std::mem::take(&mut self.attack))),
            Arc::new(repeated(source, rows)),
            Arc::new(UInt64Array::from(std::mem::take(&mut self.line))),
        ];
        RecordBatch::try_new((REQUESTS.schema)(), columns).expect("columns are built as the schema says")
    }
}

fn repeated(text: &str, times: usize) -> StringViewArray {
    let mut builder = StringViewBuilder::with_capacity(times);
    builder.try_append_value_n(text, times).expect("a name is shorter than 4 GiB");
    builder.finish()
}
