//! Reads logs as a scan does and asks no detector: for profiles of reading, judging and adding up.
//!
//! `read_log FILE…` prints how many rows there were of each table.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use arrow::array::RecordBatch;
use pollwarden_core::{Part, Table};
use pollwarden_intake::{Progress, Sink, SinkError, find, take_in};

#[derive(Default)]
struct Counting(BTreeMap<&'static str, usize>);

impl Sink for Counting {
    fn append(&mut self, table: &'static Table, batch: RecordBatch) -> Result<(), SinkError> {
        *self.0.entry(table.name).or_default() += batch.num_rows();
        Ok(())
    }

    fn wants_derived_alone(&self) -> bool {
        true
    }

    fn derived(&mut self, part: Part) -> Result<(), SinkError> {
        self.append(part.table, part.rows)
    }

    fn commit(&mut self, _: &Progress) -> Result<(), SinkError> {
        Ok(())
    }
}

fn main() -> Result<(), SinkError> {
    let mut rows = Counting::default();
    let mut out = std::io::stdout().lock();
    for path in std::env::args().skip(1) {
        for input in find(Path::new(&path)).inputs {
            let taken = take_in(&input, pollwarden_web::FORMATS, &mut rows, &mut |_| {})?;
            writeln!(out, "{}: {} rows", taken.source.name, taken.source.rows)?;
        }
    }
    for (table, count) in rows.0 {
        writeln!(out, "{table}: {count}")?;
    }
    Ok(())
}
