//! How fast rows become durable: a million rows of twelve columns, as an access log has them, appended in batches of
//! 8,192 and committed every 64 batches. Prints megabytes of rows (as they stand in memory) and rows per second.

#![allow(clippy::print_stdout, reason = "a bench says what it measured")]

use std::{sync::Arc, time::Instant};

use arrow::{
    array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray, UInt16Array, UInt64Array},
    datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit},
};
use pollwarden_archive::Archive;
use pollwarden_core::{Digest, Table};
use pollwarden_intake::{Progress, Sink as _};

const ROWS: u64 = 1_000_000;
const BATCH: u64 = 8_192;
const TEXTS: [&str; 7] = ["source", "client", "method", "path", "query", "referer", "user_agent"];

static REQUESTS: Table = Table { name: "requests", about: "One row per request.", day: Some("time"), schema };

fn schema() -> SchemaRef {
    let time = Field::new("time", DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), false);
    let numbers = [("line", DataType::UInt64), ("status", DataType::UInt16), ("bytes", DataType::Int64)];
    let numbers = numbers.map(|(name, kind)| Field::new(name, kind, false));
    let texts = TEXTS.map(|name| Field::new(name, DataType::Utf8, false));
    let session = Field::new("session", DataType::UInt64, false);
    Arc::new(Schema::new([time].into_iter().chain(numbers).chain(texts).chain([session]).collect::<Vec<_>>()))
}

fn batch(first: u64) -> RecordBatch {
    let rows = || first..(first + BATCH).min(ROWS);
    // Multiplying by an odd constant spreads numbers (Knuth, The Art of Computer Programming 3, 6.4).
    let mixed = |row: u64| row.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
    let text = |say: &dyn Fn(u64) -> String| Arc::new(StringArray::from_iter_values(rows().map(say))) as ArrayRef;
    // Two rows a second: six days.
    let times =
        TimestampMicrosecondArray::from_iter_values(rows().map(|row| 1_790_000_000_000_000 + row as i64 * 500_000));
    let columns: Vec<ArrayRef> = vec![
        Arc::new(times.with_timezone("UTC")),
        Arc::new(UInt64Array::from_iter_values(rows())),
        Arc::new(UInt16Array::from_iter_values(rows().map(|row| [200, 200, 200, 302, 404][(mixed(row) % 5) as usize]))),
        Arc::new(Int64Array::from_iter_values(rows().map(|row| (mixed(row) % 60_000) as i64))),
        text(&|_| "web/access.log".to_owned()),
        text(&|row| format!("198.51.{}.{}", mixed(row) % 100, mixed(row) / 100 % 250)),
        text(&|row| ["GET", "POST"][(mixed(row) % 9 / 8) as usize].to_owned()),
        text(&|row| format!("/voter/{}/status", mixed(row) % 5_000)),
        text(&|row| format!("county={}&id={:012x}", mixed(row) % 100, mixed(row))),
        text(&|row| format!("https://vote.example/search?page={}", mixed(row) % 300)),
        text(&|row| {
            format!("Mozilla/5.0 (X11; Linux x86_64; rv:{0}.0) Gecko/20100101 Firefox/{0}.0", 60 + mixed(row) % 80)
        }),
        Arc::new(UInt64Array::from_iter_values(rows().map(mixed))),
    ];
    RecordBatch::try_new(schema(), columns).expect("columns fit the schema")
}

fn progress(rows: u64) -> Progress {
    let digest = Digest::of(&rows.to_le_bytes());
    let (name, format, head) = ("access.log".into(), "bench".into(), Digest::of(b""));
    let (offset, lines, rejected, state) = (rows * 150, rows, 0, Vec::new());
    Progress { name, format, head, prefix: digest, offset, lines, rows, rejected, state, received: None }
}

fn main() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut archive = Archive::open(dir.path()).expect("an archive");
    let batches: Vec<RecordBatch> = (0..ROWS).step_by(BATCH as usize).map(batch).collect();
    let bytes: usize = batches.iter().map(RecordBatch::get_array_memory_size).sum();
    let begun = Instant::now();
    for some in batches.chunks(64) {
        for batch in some {
            archive.append(&REQUESTS, batch.clone()).expect("rows are taken");
        }
        let last = some.last().and_then(|batch| {
            batch["line"]
                .slice(batch.num_rows() - 1, 1)
                .as_any()
                .downcast_ref::<UInt64Array>()
                .map(|line| line.value(0))
        });
        archive.commit(&progress(last.expect("no chunk is empty") + 1)).expect("rows are committed");
    }
    let seconds = begun.elapsed().as_secs_f64();
    let files = archive.files("requests");
    let stored: u64 = files.iter().map(|file| file.bytes).sum();
    let megabytes = bytes as f64 / 1e6;
    println!(
        "{ROWS} rows of 12 columns, {megabytes:.0} MB in memory: {seconds:.2} s, {:.0} MB/s, {:.0} rows/s; {} files, {:.0} MB",
        megabytes / seconds,
        ROWS as f64 / seconds,
        files.len(),
        stored as f64 / 1e6
    );
}
