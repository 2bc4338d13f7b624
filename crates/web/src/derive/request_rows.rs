//! Requests of a batch, one after the other.

use arrow::array::{Array as _, ArrowPrimitiveType, AsArray as _, PrimitiveArray, RecordBatch, StringViewArray};
use arrow::datatypes::{TimestampMicrosecondType, UInt16Type, UInt32Type, UInt64Type};

use xxhash_rust::xxh3::xxh3_64;

use super::{Logged, answered};
use crate::request::{Class, is_asset};

/// The columns of requests that derived tables are worked out from.
pub(super) const COLUMNS: [&str; 13] = [
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

/// A batch of requests.
pub(super) struct RequestRows<'b>(&'b RecordBatch);

impl<'b> RequestRows<'b> {
    /// The batch has the columns of [`REQUESTS`](crate::REQUESTS) that are read here.
    pub(super) fn of(batch: &'b RecordBatch) -> Self {
        Self(batch)
    }

    pub(super) fn for_each(&self, mut take: impl FnMut(Logged<'b>)) {
        let (client, user, method) = (self.text("client"), self.text("user"), self.text("method"));
        let (route, record, agent) = (self.text("route"), self.text("record"), self.text("agent"));
        let source = self.text("source");
        let time = self.numbers::<TimestampMicrosecondType>("time");
        let (status, attack) = (self.numbers::<UInt16Type>("status"), self.numbers::<UInt32Type>("attack"));
        let (bytes, line) = (self.numbers::<UInt64Type>("bytes"), self.numbers::<UInt64Type>("line"));
        let duration_us = self.numbers::<UInt64Type>("duration_us");
        for row in 0..self.0.num_rows() {
            take(Logged {
                time: time.value(row),
                client: client.value(row),
                account: value(user, row).unwrap_or_default(),
                agent: value(agent, row),
                method: method.value(row),
                route: route.value(row),
                route_key: xxh3_64(route.value(row).as_bytes()),
                asset: is_asset_page(route.value(row)),
                record: value(record, row),
                status: number(status, row),
                bytes: number(bytes, row),
                duration_us: number(duration_us, row),
                attack: attack.value(row),
                source: source.value(row),
                line: line.value(row),
            });
        }
    }

    fn text(&self, name: &str) -> &'b StringViewArray {
        self.0.column_by_name(name).expect("the engine gives the columns that were asked for").as_string_view()
    }

    fn numbers<T: ArrowPrimitiveType>(&self, name: &str) -> &'b PrimitiveArray<T> {
        self.0.column_by_name(name).expect("the engine gives the columns that were asked for").as_primitive()
    }
}

fn value(column: &StringViewArray, row: usize) -> Option<&str> {
    column.is_valid(row).then(|| column.value(row))
}

fn number<T: ArrowPrimitiveType>(column: &PrimitiveArray<T>, row: usize) -> Option<T::Native> {
    column.is_valid(row).then(|| column.value(row))
}

impl Logged<'_> {
    /// Whether it read a record: it named one, was answered, and carried no SQL.
    pub(super) fn is_read(&self) -> bool {
        self.record.is_some() && self.attack & Class::Sqli.bit() == 0 && answered(self.status)
    }
}

/// Whether a page is a picture, style or script.
fn is_asset_page(route: &str) -> bool {
    is_asset(route.split_once('?').map_or(route, |(path, _)| path))
}
