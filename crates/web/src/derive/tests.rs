//! What is worked out does not depend on how the rows come.

use std::collections::BTreeMap;

use arrow::array::{AsArray as _, RecordBatch};
use arrow::datatypes::Int64Type;
use pollwarden_core::Columns;

use super::*;
use crate::REQUESTS;

/// Requests as a format reads them from a small log.
fn requests() -> RecordBatch {
    let mut log = Vec::new();
    let start = "2026-03-01T00:00:00Z".parse().expect("a time");
    crate::simulate::write_log(&crate::simulate::PortalPlan::ordinary(3, start, 1, 30.0, 900), &mut log)
        .expect("memory can be written");
    let block = pollwarden_intake::Block { bytes: log, source: "access.log".into(), first_line: 1, offset: 0 };
    let mut parsed = pollwarden_intake::Parsed::default();
    let sample = pollwarden_intake::Sample { name: String::new(), bytes: Vec::new(), whole: true };
    let combined = crate::FORMATS.iter().find(|format| format.name() == "combined").expect("it is on the list");
    combined.begin(&sample, None).parse(&block, &mut parsed);
    arrow::compute::concat_batches(&(REQUESTS.schema)(), &parsed.batches).expect("one schema")
}

fn derived(rows: &RecordBatch, cut: usize) -> Vec<(&'static Table, RecordBatch)> {
    let (mut derivation, mut out) = (Derivation::default(), Vec::new());
    for from in (0..rows.num_rows()).step_by(cut) {
        derivation.add(&rows.slice(from, cut.min(rows.num_rows() - from)), &mut out);
    }
    derivation.finish(&mut out);
    out
}

/// Sums by visit: as plans add them up.
fn sums(out: &[(&'static Table, RecordBatch)]) -> BTreeMap<i64, [i64; 3]> {
    let mut sums: BTreeMap<i64, [i64; 3]> = BTreeMap::new();
    for (_, batch) in out.iter().filter(|(table, _)| table.name == crate::VISITS.name) {
        let c = Columns::of(batch);
        for row in 0..batch.num_rows() {
            let sum = sums.entry(c.integers("visit").get(row).expect("every visit has a key")).or_default();
            for (sum, name) in sum.iter_mut().zip(["requests", "reads", "clean_bytes"]) {
                *sum += c.integers(name).get(row).unwrap_or(0);
            }
        }
    }
    sums
}

#[test]
fn visits_add_up_to_the_requests_however_they_come() {
    let rows = requests();
    let (whole, pieces) = (derived(&rows, rows.num_rows()), derived(&rows, 17));
    assert_eq!(sums(&whole), sums(&pieces));
    let all: i64 = sums(&whole).values().map(|[requests, ..]| requests).sum();
    assert_eq!(all as usize, rows.num_rows());
    let minutes = |out: &[(&'static Table, RecordBatch)]| {
        let (_, batch) = out.iter().find(|(table, _)| table.name == MINUTES.name).expect("there are minutes").clone();
        batch
    };
    assert_eq!(minutes(&whole), minutes(&pieces));
    let counted: i64 = minutes(&whole)["requests"].as_primitive::<Int64Type>().values().iter().sum();
    assert_eq!(counted as usize, rows.num_rows());
}

#[test]
fn what_was_asked_leaves_out_pictures_and_styles() {
    let rows = requests();
    let asked: usize =
        derived(&rows, 500).iter().filter(|(table, _)| table.name == ASKED.name).map(|(_, b)| b.num_rows()).sum();
    let routes = Columns::of(&rows).text("route");
    let assets = (0..rows.num_rows()).filter(|&row| crate::request::is_asset(routes.or_empty(row))).count();
    assert_eq!(asked, rows.num_rows() - assets);
    assert!(assets > 0 && asked > 0);
}
