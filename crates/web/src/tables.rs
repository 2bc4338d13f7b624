//! The tables that every access-log format fills, and those that [`derive`](crate::derive) works out from them.
//!
//! Text columns are `Utf8View`: short values (methods, most addresses) lie in the row itself, and the engine filters and
//! groups by them without following offsets.

use std::sync::{Arc, LazyLock};

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use pollwarden_core::Table;

use crate::sizing::READ_AT_MOST;

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
/// | `attack` | what [`classify`](crate::request::classify) says of the request: one bit a class, 0 for most |
/// | `source`, `line` | where the line stands |
pub static REQUESTS: Table = Table {
    name: "requests",
    about: "One row per request that a web server logged.",
    day: Some("time"),
    schema: requests,
};

/// The requests that are a sign of an attack, once more, with what was seen in them: few beside all requests, so that
/// detectors of attacks read little.
///
/// | column | what it holds |
/// | --- | --- |
/// | `score` | how plain the plainest sign is, from 0 to 1 |
/// | `evidence` | where the plainest sign stood, and its decoded text |
///
/// The other columns are those of [`REQUESTS`].
pub static SIGNS: Table = Table {
    name: "signs",
    about: "The requests that are a sign of an attack, with what was seen in them.",
    day: Some("time"),
    schema: signs,
};

/// What one client did on one page: worked out from [`REQUESTS`] before detectors are asked, so that each row of a log is
/// gone through once, however many detectors ask. Pictures, styles and scripts are left out: they count for the client alone.
///
/// | column | what it holds |
/// | --- | --- |
/// | `visit` | a key of client, account, method and route, by which [`ASKED`] names them |
/// | `who`, `page` | keys of rows of [`CLIENTS`] and [`PAGES`] |
/// | `signed_in` | whether the client was signed in |
/// | `of_who`, `assets`, `first`, `last` | the client's requests on all pages, those for pictures and the like, their times |
/// | `requests` | how many requests |
/// | `answered`, `moved`, `refused`, `failed` | how many were answered by 2xx or without a logged status, 3xx, 4xx, 5xx |
/// | `reads` | how many named a record, were answered, and carried no SQL |
/// | `clean`, `clean_bytes` | how many were answered with a logged size and were no attack; the sum of their sizes |
/// | `attacks` | how many were a sign of an attack |
/// | `least_record`, `most_record` | least and greatest key of a record that was read: equal where there was one |
/// | `least_bytes`, `most_bytes` | smallest and largest of all answers |
///
/// Keys are hashes, given as whole numbers: what is grouped by a number is grouped several times as fast as by text.
pub static VISITS: Table =
    Table { name: "visits", about: "What one client did on one page.", day: None, schema: visits };

/// Who asked: a client, or an account of a client. Worked out like [`VISITS`].
///
/// | column | what it holds |
/// | --- | --- |
/// | `who` | a key of client and account |
/// | `client`, `account` | its address or name; as whom it was signed in (empty: nobody) |
/// | `agent` | the browser or tool of the first request |
/// | `first`, `last` | time of the first and of the last request |
/// | `requests`, `assets` | how many requests, and how many of them for pictures, styles and scripts |
pub static CLIENTS: Table = Table { name: "clients", about: "Who asked.", day: None, schema: clients };

/// What was asked for, pictures, styles and scripts left out: `page` is a key of `method` and `route`. Worked out like
/// [`VISITS`]; a page may come in several rows that are alike.
pub static PAGES: Table = Table { name: "pages", about: "What was asked for.", day: None, schema: pages };

/// Requests by the minute, worked out like [`VISITS`]; plans add up rows of one minute.
///
/// | column | what it holds |
/// | --- | --- |
/// | `minute` | the minute's beginning |
/// | `first`, `last` | time of its first and last request |
/// | `requests`, `failed` | how many, and how many were answered by 5xx |
/// | `timed`, `duration_us` | how many have a duration, and the sum of them |
/// | `source` | of the sources that hold its requests, the first by name |
pub static MINUTES: Table = Table { name: "minutes", about: "Requests by the minute.", day: None, schema: minutes };

/// The requests that asked for something: all but pictures, styles and scripts, in few bytes each. Worked out like
/// [`VISITS`].
///
/// | column | what it holds |
/// | --- | --- |
/// | `visit` | whose, and for which page: the key of a row of [`VISITS`] |
/// | `read` | whether it named a record, was answered, and carried no SQL |
/// | `time`, `record`, `status`, `bytes`, `duration_us`, `source`, `line` | as in [`REQUESTS`] |
pub static ASKED: Table = Table {
    name: "asked",
    about: "The requests that asked for something, in few bytes each.",
    day: None,
    schema: asked,
};

fn requests() -> SchemaRef {
    static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
        let fields = [when(), target(), answer(), headers(), named(), place()];
        Arc::new(Schema::new(fields.concat()))
    });
    Arc::clone(&SCHEMA)
}

fn signs() -> SchemaRef {
    static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
        let seen = vec![given("score", DataType::Float32), maybe("evidence", DataType::Utf8View)];
        let fields = [when(), target(), answer(), headers(), named(), seen, place()];
        Arc::new(Schema::new(fields.concat()))
    });
    Arc::clone(&SCHEMA)
}

fn visits() -> SchemaRef {
    static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
        let keys = ["visit", "who", "page"].map(|name| given(name, DataType::Int64));
        let mut of_who = vec![given("signed_in", DataType::Boolean)];
        of_who.extend(["of_who", "assets"].map(|name| given(name, DataType::Int64)));
        of_who.extend(["first", "last"].map(|name| given(name, moment())));
        let counts = ["requests", "answered", "moved", "refused", "failed", "reads", "clean", "attacks"];
        let counts = counts.map(|name| given(name, DataType::Int32));
        let ranges = ["least_record", "most_record", "least_bytes", "most_bytes"];
        let ranges = ranges.map(|name| maybe(name, DataType::Int64));
        let sum = vec![given("clean_bytes", DataType::Int64)];
        Arc::new(Schema::new([keys.to_vec(), of_who, counts.to_vec(), sum, ranges.to_vec()].concat()))
    });
    Arc::clone(&SCHEMA)
}

fn clients() -> SchemaRef {
    static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
        Arc::new(Schema::new(vec![
            given("who", DataType::Int64),
            given("client", DataType::Utf8View),
            given("account", DataType::Utf8View),
            maybe("agent", DataType::Utf8View),
            given("first", moment()),
            given("last", moment()),
            given("requests", DataType::Int64),
            given("assets", DataType::Int64),
        ]))
    });
    Arc::clone(&SCHEMA)
}

fn pages() -> SchemaRef {
    static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
        let text = |name| given(name, DataType::Utf8View);
        Arc::new(Schema::new(vec![given("page", DataType::Int64), text("method"), text("route")]))
    });
    Arc::clone(&SCHEMA)
}

fn minutes() -> SchemaRef {
    static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
        let number = |name| maybe(name, DataType::Int64);
        Arc::new(Schema::new(vec![
            maybe("minute", moment()),
            maybe("first", moment()),
            maybe("last", moment()),
            number("requests"),
            number("failed"),
            number("timed"),
            number("duration_us"),
            maybe("source", DataType::Utf8View),
        ]))
    });
    Arc::clone(&SCHEMA)
}

fn asked() -> SchemaRef {
    static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
        let source = DataType::Dictionary(Box::new(DataType::UInt16), Box::new(DataType::Utf8));
        Arc::new(Schema::new(vec![
            given("visit", DataType::Int64),
            given("read", DataType::Boolean),
            given("time", moment()),
            maybe("record", DataType::Utf8View),
            maybe("status", DataType::UInt16),
            maybe("bytes", DataType::UInt64),
            maybe("duration_us", DataType::UInt64),
            given("source", source),
            given("line", DataType::UInt64),
        ]))
    });
    Arc::clone(&SCHEMA)
}

/// A part of a plan, `names`: the visits of the part `of` (which has `visit`, `who`, `page`) with client, account, agent,
/// method and route, and with the further columns `keep` of that part.
pub(crate) fn names(of: &str, keep: &[&str]) -> String {
    let keep: String = keep.iter().map(|column| format!(", n.{column}")).collect();
    format!(
        "names AS (SELECT n.visit, n.page, p.method, p.route, c.client, c.account, c.agent{keep} \
           FROM {of} n JOIN {PAGES_ONCE} p ON n.page = p.page JOIN clients c ON n.who = c.who)"
    )
}

/// Pages, one row each.
pub(crate) const PAGES_ONCE: &str =
    "(SELECT page, min(method) AS method, min(route) AS route FROM pages GROUP BY page)";

/// Columns `c0`, `c1` …: how many readers there are of each class, by how often they read.
pub(crate) fn classes(reads: &str) -> String {
    let mut sql = String::new();
    let mut above = 0;
    for (i, at_most) in READ_AT_MOST.iter().enumerate() {
        sql.push_str(&format!(", sum(CASE WHEN {reads} > {above} AND {reads} <= {at_most} THEN 1 ELSE 0 END) AS c{i}"));
        above = *at_most;
    }
    sql.push_str(&format!(", sum(CASE WHEN {reads} > {above} THEN 1 ELSE 0 END) AS c{}", READ_AT_MOST.len()));
    sql
}

fn given(name: &str, kind: DataType) -> Field {
    Field::new(name, kind, false)
}

fn maybe(name: &str, kind: DataType) -> Field {
    Field::new(name, kind, true)
}

fn moment() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

fn when() -> Vec<Field> {
    vec![given("time", moment()), given("client", DataType::Utf8View), maybe("user", DataType::Utf8View)]
}

fn target() -> Vec<Field> {
    let text = DataType::Utf8View;
    vec![given("method", text.clone()), given("path", text.clone()), maybe("query", text)]
}

fn answer() -> Vec<Field> {
    let number = DataType::UInt64;
    vec![maybe("status", DataType::UInt16), maybe("bytes", number.clone()), maybe("duration_us", number)]
}

fn headers() -> Vec<Field> {
    ["referer", "agent", "host"].map(|name| maybe(name, DataType::Utf8View)).to_vec()
}

fn named() -> Vec<Field> {
    let text = DataType::Utf8View;
    vec![given("route", text.clone()), maybe("record", text), given("attack", DataType::UInt32)]
}

fn place() -> Vec<Field> {
    vec![given("source", DataType::Utf8View), given("line", DataType::UInt64)]
}
