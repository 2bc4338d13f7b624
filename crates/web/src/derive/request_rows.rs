//! The columns of a batch of requests, typed once.

use arrow::array::{
    Array as _, AsArray as _, RecordBatch, StringViewArray, TimestampMicrosecondArray, UInt16Array, UInt32Array,
    UInt64Array,
};
use arrow::datatypes::{TimestampMicrosecondType, UInt16Type, UInt32Type, UInt64Type};

use crate::request::{Class, is_asset};

/// A batch of requests.
pub(super) struct RequestRows<'b> {
    time: &'b TimestampMicrosecondArray,
    pub(super) client: &'b StringViewArray,
    user: &'b StringViewArray,
    pub(super) method: &'b StringViewArray,
    pub(super) route: &'b StringViewArray,
    record: &'b StringViewArray,
    agent: &'b StringViewArray,
    status: &'b UInt16Array,
    bytes: &'b UInt64Array,
    duration_us: &'b UInt64Array,
    attack: &'b UInt32Array,
    source: &'b StringViewArray,
    line: &'b UInt64Array,
}

/// The columns of requests that derived tables are worked out from.
pub const COLUMNS: [&str; 13] = [
    "time",
    "client",
    "user",
    "method",
    "route",
    "record",
    "agent",
    "status",
    "bytes",
    "duration_us",
    "attack",
    "source",
    "line",
];

impl<'b> RequestRows<'b> {
    /// The batch has the columns of [`REQUESTS`](crate::REQUESTS) that are read here.
    pub(super) fn of(batch: &'b RecordBatch) -> Self {
        let column = |name: &str| batch.column_by_name(name).expect("the batch is one of requests");
        Self {
            time: column("time").as_primitive::<TimestampMicrosecondType>(),
            client: column("client").as_string_view(),
            user: column("user").as_string_view(),
            method: column("method").as_string_view(),
            route: column("route").as_string_view(),
            record: column("record").as_string_view(),
            agent: column("agent").as_string_view(),
            status: column("status").as_primitive::<UInt16Type>(),
            bytes: column("bytes").as_primitive::<UInt64Type>(),
            duration_us: column("duration_us").as_primitive::<UInt64Type>(),
            attack: column("attack").as_primitive::<UInt32Type>(),
            source: column("source").as_string_view(),
            line: column("line").as_primitive::<UInt64Type>(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.time.len()
    }

    pub(super) fn time(&self, row: usize) -> i64 {
        self.time.value(row)
    }

    pub(super) fn account(&self, row: usize) -> &'b str {
        if self.user.is_valid(row) { self.user.value(row) } else { "" }
    }

    pub(super) fn record(&self, row: usize) -> Option<&'b str> {
        self.record.is_valid(row).then(|| self.record.value(row))
    }

    pub(super) fn agent(&self, row: usize) -> Option<&'b str> {
        self.agent.is_valid(row).then(|| self.agent.value(row))
    }

    pub(super) fn status(&self, row: usize) -> Option<u16> {
        self.status.is_valid(row).then(|| self.status.value(row))
    }

    pub(super) fn bytes(&self, row: usize) -> Option<u64> {
        self.bytes.is_valid(row).then(|| self.bytes.value(row))
    }

    pub(super) fn duration_us(&self, row: usize) -> Option<u64> {
        self.duration_us.is_valid(row).then(|| self.duration_us.value(row))
    }

    pub(super) fn attack(&self, row: usize) -> u32 {
        self.attack.value(row)
    }

    pub(super) fn source(&self, row: usize) -> &'b str {
        self.source.value(row)
    }

    pub(super) fn line(&self, row: usize) -> u64 {
        self.line.value(row)
    }

    /// Whether it was answered normally, as far as is logged.
    pub(super) fn is_answered(&self, row: usize) -> bool {
        self.status(row).is_none_or(|s| (200..300).contains(&s))
    }

    /// Whether it read a record: it named one, was answered, and carried no SQL.
    pub(super) fn is_read(&self, row: usize) -> bool {
        self.record.is_valid(row) && self.attack(row) & Class::Sqli.bit() == 0 && self.is_answered(row)
    }

    /// Whether it asked for a picture, style or script.
    pub(super) fn is_asset(&self, row: usize) -> bool {
        let route = self.route.value(row);
        is_asset(route.split_once('?').map_or(route, |(path, _)| path))
    }
}
