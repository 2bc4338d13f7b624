//! Linkage on invented rolls of households: known second records among twins, family members of one name, and namesakes.

#![allow(clippy::print_stdout, reason = "the figures reached are shown with --nocapture")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use pollwarden_core::{Columns, RollSettings};
use pollwarden_roll::simulate::{Doubles, DoublesPlan, doubles};
use pollwarden_roll::{Duplicates, duplicates, snapshot};
use proptest::prelude::*;
use support::pairs::{Scored, scored};

fn written(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ncvoter_2026-09-05.txt");
    std::fs::write(&path, bytes).expect("a file");
    (folder, path)
}

fn linked(bytes: &[u8], at_least: f64) -> Duplicates {
    let (_folder, path) = written(bytes);
    let (snapshot, _) = snapshot(&path, &RollSettings::default()).expect("an extract");
    duplicates(&snapshot, &RollSettings::default(), at_least, &|_| {}).expect("pairs")
}

fn score(made: &Doubles, found: &Duplicates) -> Scored {
    let truth: BTreeSet<(&str, &str)> = made.pairs.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    scored(&found.pairs, truth.len() as u64, |a, b| truth.contains(&(a, b)) || truth.contains(&(b, a)))
}

#[test]
fn probabilities_hold_on_a_roll_of_households() {
    for (seed, people, twice) in [(1, 20_000, 400), (2, 20_000, 60), (3, 30_000, 150)] {
        let made = doubles(&DoublesPlan { seed, people, twice });
        let scored = score(&made, &linked(&made.extract, 0.001));
        println!(
            "{people} people, {twice} twice, {} twins, {} of one name: {scored}",
            made.twins, made.namesakes_in_family
        );
        assert!(scored.f1 >= 0.9, "{scored}");
        assert!(scored.expected_calibration_error <= 0.05, "{scored}");
        // Three standard deviations of as many independent events, and a few for what the model leaves out.
        let (expected, wrong) = scored.wrong;
        assert!(wrong as f64 <= expected + 3.0 * expected.sqrt() + 5.0, "{scored}");
    }
}

#[test]
fn a_roll_without_second_records_has_hardly_a_pair() {
    let made = doubles(&DoublesPlan { seed: 7, people: 20_000, twice: 0 });
    let found = linked(&made.extract, 0.5);
    println!("no second record: {} pairs at 0.5 or more", found.pairs.num_rows());
    assert!(found.pairs.num_rows() <= 5, "{}", found.pairs.num_rows());
}

#[test]
fn the_order_of_records_changes_no_probability() {
    let made = doubles(&DoublesPlan { seed: 4, people: 2_000, twice: 60 });
    let text = String::from_utf8(made.extract.clone()).expect("text");
    let (header, rest) = text.split_once("\r\n").expect("a header");
    let mut lines: Vec<&str> = rest.lines().collect();
    lines.reverse();
    let turned = format!("{header}\r\n{}\r\n", lines.join("\r\n"));
    let (one, two) = (table(&linked(&made.extract, 0.2)), table(&linked(turned.as_bytes(), 0.2)));
    assert_eq!(one, table(&linked(&made.extract, 0.2)), "another run");
    assert!(!one.is_empty() && one.keys().eq(two.keys()), "{one:?}\n{two:?}");
    // Other random pairs are drawn, so that rates differ in their last digits.
    for (pair, p) in &one {
        assert!((p - two[pair]).abs() < 0.01, "{pair:?}: {p} and {}", two[pair]);
    }
}

/// Probabilities by pairs of ids.
fn table(found: &Duplicates) -> BTreeMap<(String, String), f64> {
    let columns = Columns::of(&found.pairs);
    let (a, b, p) = (columns.text("voter_id"), columns.text("other_id"), columns.numbers("probability"));
    let row = |at: usize| {
        let (a, b) = (a.or_empty(at), b.or_empty(at));
        ((a.min(b).to_owned(), a.max(b).to_owned()), p.get(at).expect("a probability"))
    };
    (0..found.pairs.num_rows()).map(row).collect()
}

#[test]
fn an_extract_without_names_is_not_judged() {
    let found = linked(b"voter_id,county_id,last_name,party_cd,status_cd\nA1,1,SMITH,X,A\nA2,1,SMITH,X,A\n", 0.5);
    assert!(!found.coverage.can_rule_out(), "{:?}", found.coverage);
    assert_eq!(found.pairs.num_rows(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn no_value_stops_the_comparison(values in prop::collection::vec("[\\PC&&[^\",\\r\\n]]{0,12}", 24)) {
        let rows: Vec<String> =
            values.chunks(6).enumerate().map(|(id, row)| format!("A{id},{}", row.join(","))).collect();
        let header = "voter_id,last_name,first_name,birth_date,gender_code,res_street_address,zip_code";
        let found = linked(format!("{header}\n{}\n", rows.join("\n")).as_bytes(), 0.001);
        let columns = Columns::of(&found.pairs);
        let probabilities = columns.numbers("probability");
        for at in 0..found.pairs.num_rows() {
            prop_assert!(probabilities.get(at).is_some_and(|p| (0.0..=1.0).contains(&p)));
        }
    }
}
