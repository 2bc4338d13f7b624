//! Linkage on FEBRL's data sets 1 to 3, where they are at hand (`POLLWARDEN_DATA`): true pairs are told by `rec_id`.
//!
//! P. Christen, "Probabilistic data generation for deduplication and data linkage" (2005). bench/linkage.py measures the
//! same beside Splink and recordlinkage.

#![allow(clippy::print_stdout, reason = "the figures reached are shown with --nocapture")]

mod support;

use std::collections::HashMap;
use std::path::Path;

use pollwarden_core::{RollLayout, RollSettings};
use pollwarden_roll::{duplicates, snapshot};
use pollwarden_testkit::data_root;
use support::pairs::{Scored, scored};

/// As an office would describe its extract.
fn settings() -> RollSettings {
    let roles = [
        ("rec_id", "voter-id"),
        ("surname", "last-name"),
        ("given_name", "first-name"),
        ("date_of_birth", "birth"),
        ("soc_sec_id", "licence"),
        ("street_number", "street"),
        ("address_1", "street"),
        ("suburb", "locality"),
        ("postcode", "locality"),
        ("state", "locality"),
        ("address_2", "other"),
    ];
    let roles = roles.map(|(column, role)| (column.to_owned(), role.to_owned())).to_vec();
    RollSettings { layout: Some(RollLayout { roles, ..RollLayout::default() }), ..RollSettings::default() }
}

/// The person behind a record: `rec-12` of `rec-12-org` and `rec-12-dup-0`.
fn person(id: &str) -> String {
    id.split('-').take(2).collect::<Vec<_>>().join("-")
}

fn true_pairs(ids: impl Iterator<Item = String>) -> u64 {
    let mut records: HashMap<String, u64> = HashMap::new();
    ids.for_each(|id| *records.entry(person(&id)).or_default() += 1);
    records.values().map(|count| count * (count - 1) / 2).sum()
}

#[test]
fn febrl_pairs_are_found_and_probabilities_hold() {
    let Some(root) = data_root().filter(|root| root.join("roll/febrl_dataset1.csv.gz").exists()) else {
        println!("skipped: no data sets");
        return;
    };
    for (set, least) in [(1, 0.99), (2, 0.98), (3, 0.98)] {
        let scored = run(&root.join(format!("roll/febrl_dataset{set}.csv.gz")));
        println!("FEBRL {set}: {scored}");
        assert!(scored.f1 >= least, "FEBRL {set}: {scored}");
        assert!(scored.expected_calibration_error <= 0.01, "FEBRL {set}: {scored}");
    }
}

fn run(path: &Path) -> Scored {
    let (snapshot, _) = snapshot(path, &settings()).expect("an extract");
    let begun = std::time::Instant::now();
    let found = duplicates(&snapshot, &settings(), 0.0001, &|_| {}).expect("pairs");
    println!("{} pairs compared in {:?}; {:?}", found.compared, begun.elapsed(), found.coverage.notes);
    let mut text = String::new();
    std::io::Read::read_to_string(
        &mut flate2::read::GzDecoder::new(std::fs::File::open(path).expect("a file")),
        &mut text,
    )
    .expect("text");
    let ids = text.lines().skip(1).map(|line| line.split(',').next().unwrap_or_default().trim().to_owned());
    scored(&found.pairs, true_pairs(ids), |a, b| person(a) == person(b))
}
