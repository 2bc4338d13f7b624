//! The table that every access-log format fills and every detector of this sensor asks.
//!
//! Text columns are `Utf8View`: short values (methods, most addresses) lie in the row itself, and the engine filters and
//! groups by them without following offsets.

use std::sync::{Arc, LazyLock};

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use pollwarden_core::Table;

/// One row per request that a web server logged.
///
/// | column | what it holds |
/// | --- | --- |
/// | `time` | when the server says the request was made, in UTC |
/// | `client` | address or name of the client, as logged |
/// | `user` | the authenticated user |
/// | `method` | empty where the request line was no HTTP request |
/// | `path`, `query` | the request target, undecoded; a broken request's whole text is its `path` |
/// | `status`, `bytes` | the answer; null where the log does not hold them |
/// | `duration_us` | how long the answer took |
/// | `referer`, `agent`, `host` | headers |
/// | `route` | the page: path with identifiers replaced by `{}`, and the sorted names of its parameters |
/// | `record` | the identifiers that were replaced or given as parameters, joined by U+001F |
/// | `attack`, `score`, `evidence` | what [`classify`](crate::request::classify) says of the request |
/// | `source`, `line` | where the line stands |
pub static REQUESTS: Table =
    Table { name: "requests", about: "One row per request that a web server logged.", day: Some("time"), schema };

fn schema() -> SchemaRef {
    static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| Arc::new(Schema::new(fields())));
    Arc::clone(&SCHEMA)
}

fn fields() -> Vec<Field> {
    let given = |name: &str, kind: DataType| Field::new(name, kind, false);
    let maybe = |name: &str, kind: DataType| Field::new(name, kind, true);
    vec![
        given("time", DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))),
        given("client", DataType::Utf8View),
        maybe("user", DataType::Utf8View),
        given("method", DataType::Utf8View),
        given("path", DataType::Utf8View),
        maybe("query", DataType::Utf8View),
        maybe("status", DataType::UInt16),
        maybe("bytes", DataType::UInt64),
        maybe("duration_us", DataType::UInt64),
        maybe("referer", DataType::Utf8View),
        maybe("agent", DataType::Utf8View),
        maybe("host", DataType::Utf8View),
        given("route", DataType::Utf8View),
        maybe("record", DataType::Utf8View),
        given("attack", DataType::UInt32),
        given("score", DataType::Float32),
        maybe("evidence", DataType::Utf8View),
        given("source", DataType::Utf8View),
        given("line", DataType::UInt64),
    ]
}
