//! What is worked out does not depend on how the rows come.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use pollwarden_core::{Columns, Table};

use super::*;
use crate::REQUESTS;

/// Requests as a format reads them from a small log.
fn requests() -> RecordBatch {
    let (combined, sample, block) = log();
    let mut parsed = pollwarden_intake::Parsed::default();
    combined.begin(&sample, None).parse(&block, &mut parsed);
    arrow::compute::concat_batches(&(REQUESTS.schema)(), &parsed.batches).expect("one schema")
}

fn log() -> (&'static dyn pollwarden_intake::Format, pollwarden_intake::Sample, pollwarden_intake::Block) {
    let mut log = Vec::new();
    let start = "2026-03-01T00:00:00Z".parse().expect("a time");
    crate::simulate::write_log(&crate::simulate::PortalPlan::ordinary(3, start, 1, 30.0, 900), &mut log)
        .expect("memory can be written");
    let block = pollwarden_intake::Block { bytes: log, source: "access.log".into(), first_line: 1, offset: 0 };
    let sample = pollwarden_intake::Sample { name: String::new(), bytes: Vec::new(), whole: true };
    let combined = crate::FORMATS.iter().find(|format| format.name() == "combined").expect("it is on the list");
    (*combined, sample, block)
}

fn derived(rows: &RecordBatch, cut: usize) -> Vec<(&'static Table, RecordBatch)> {
    let (mut derive, mut parts) = ((DERIVED.begin)(), Vec::new());
    for from in (0..rows.num_rows()).step_by(cut) {
        derive.add(&rows.slice(from, cut.min(rows.num_rows() - from)), &mut parts);
        if cut < rows.num_rows() {
            derive.finish(&mut parts);
        }
    }
    derive.finish(&mut parts);
    settled(parts)
}

fn settled(parts: Vec<Part>) -> Vec<(&'static Table, RecordBatch)> {
    let mut settled = Vec::new();
    for share in (0..Part::SHARES).map(Some) {
        let parts: Vec<_> = parts.iter().filter(|p| p.share == share).map(|p| (p.table, p.rows.clone())).collect();
        settled.extend((DERIVED.settle)(&parts));
    }
    settled.extend(parts.into_iter().filter(|part| part.share.is_none()).map(|part| (part.table, part.rows)));
    settled
}

/// A table's rows as text, in order.
fn told(out: &[(&'static Table, RecordBatch)], table: &Table) -> Vec<String> {
    let batches: Vec<RecordBatch> =
        out.iter().filter(|(of, _)| of.name == table.name).map(|(_, rows)| rows.clone()).collect();
    let shown = arrow::util::pretty::pretty_format_batches(&batches).expect("rows can be shown").to_string();
    let mut lines: Vec<String> =
        shown.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    lines.retain(|line| !line.starts_with('+'));
    lines.sort_unstable();
    lines
}

#[test]
fn what_comes_out_does_not_depend_on_how_rows_come() {
    let rows = requests();
    let (whole, pieces) = (derived(&rows, rows.num_rows()), derived(&rows, 17));
    for table in [&VISITS, &CLIENTS, &PAGES, &MINUTES] {
        assert_eq!(told(&whole, table), told(&pieces, table));
    }
    let sum = |table: &Table, column: &str| -> i64 {
        let of = |(_, rows): &(_, RecordBatch)| -> i64 {
            let numbers = Columns::of(rows).integers(column);
            (0..rows.num_rows()).filter_map(|row| numbers.get(row)).sum()
        };
        pieces.iter().filter(|(of, _)| of.name == table.name).map(of).sum()
    };
    for table in [&CLIENTS, &MINUTES] {
        assert_eq!(sum(table, "requests") as usize, rows.num_rows());
    }
    let assets = sum(&CLIENTS, "assets");
    assert!(assets > 0);
    assert_eq!(sum(&VISITS, "requests") + assets, sum(&CLIENTS, "requests"));
}

#[test]
fn rows_added_up_as_they_are_read_come_to_the_same() {
    let (combined, sample, block) = log();
    let mut parsed = pollwarden_intake::Parsed::default();
    let mut parser = combined.begin_derived(&sample);
    parser.parse(&block, &mut parsed);
    parser.finish(&mut parsed);
    let rows = requests();
    assert_eq!(parsed.derived_from as usize, rows.num_rows());
    let (added, kept) = (settled(parsed.derived), derived(&rows, rows.num_rows()));
    for table in DERIVED.tables {
        assert_eq!(told(&added, table), told(&kept, table), "{}", table.name);
    }
}

#[test]
fn a_client_is_counted_over_all_its_pages() {
    let out = derived(&requests(), 100);
    let batches = |table: &'static Table| out.iter().filter(move |(of, _)| of.name == table.name).map(|(_, rows)| rows);
    let mut of_client = BTreeMap::new();
    for rows in batches(&CLIENTS) {
        let c = Columns::of(rows);
        let (who, requests) = (c.integers("who"), c.integers("requests"));
        of_client.extend((0..rows.num_rows()).map(|row| (who.get(row), requests.get(row))));
    }
    for rows in batches(&VISITS) {
        let c = Columns::of(rows);
        let (who, of_who) = (c.integers("who"), c.integers("of_who"));
        (0..rows.num_rows()).for_each(|row| assert_eq!(of_client[&who.get(row)], of_who.get(row)));
    }
    assert!(of_client.len() > 10);
}

#[test]
fn what_was_asked_leaves_out_pictures_and_styles() {
    let rows = requests();
    let asked: usize =
        derived(&rows, 500).iter().filter(|(table, _)| table.name == ASKED.name).map(|(_, b)| b.num_rows()).sum();
    let routes = Columns::of(&rows).text("route");
    let assets = (0..rows.num_rows())
        .filter(|&row| crate::request::is_asset(routes.or_empty(row).split('?').next().unwrap_or_default()))
        .count();
    assert_eq!(asked, rows.num_rows() - assets);
    assert!(assets > 0 && asked > 0);
}
