//! Invented counties from beginning to end: every manipulation is found, and ordinary life is not.

mod support;

use std::collections::BTreeSet;

use jiff::civil::date;
use pollwarden_core::Office;
use pollwarden_roll::simulate::{CountyPlan, Manipulation, county};
use pollwarden_roll::{compare_held, snapshots_in};
use support::said;

fn plan(seed: u64, manipulations: Vec<(Manipulation, u64)>) -> CountyPlan {
    let (date_a, date_b) = (date(2026, 9, 5), date(2026, 10, 3));
    CountyPlan { seed, voters: 6_000, date_a, date_b, time_zone: "America/New_York".into(), manipulations }
}

#[test]
fn every_manipulation_is_found_and_ordinary_life_is_not() {
    for seed in [1, 2] {
        let scenario = county(&plan(seed, Manipulation::ALL.map(|m| (m, 30)).into()));
        let (changed, said) = compare(&scenario.files, true);
        assert_eq!(changed, scenario.changed, "seed {seed}: records that differ");
        let mut innocent: BTreeSet<&String> = said.named.keys().collect();
        for planted in &scenario.planted {
            let found = planted.voters.iter().filter(|voter| said.named.contains_key(*voter)).count();
            let name = planted.manipulation.name();
            assert!(found * 10 >= planted.voters.len() * 9, "seed {seed}: {name}: {found}; {:?}", said.findings);
            innocent.retain(|voter| !planted.voters.contains(voter));
        }
        assert!(innocent.len() <= 3, "seed {seed}: {} innocent voters named: {:?}", innocent.len(), said.findings);
    }
}

#[test]
fn an_honest_county_raises_nothing() {
    let (_, said) = compare(&county(&plan(5, Vec::new())).files, true);
    assert!(said.findings.is_empty(), "{:?}", said.findings);
}

#[test]
fn an_honest_county_raises_nothing_without_its_log() {
    let mut alarms = Vec::new();
    for seed in 20..30 {
        let (_, said) = compare(&county(&plan(seed, Vec::new())).files, false);
        alarms.extend(said.findings);
    }
    assert!(alarms.len() <= 1, "{alarms:?}");
}

#[test]
fn without_a_log_causes_are_not_judged() {
    let folder = written(&county(&plan(5, Vec::new())).files);
    let (snapshots, _) = snapshots_in(folder.path(), &Office::default().roll);
    let held = compare_held(&snapshots[0], &snapshots[1], None, &Office::default()).expect("a comparison");
    assert!(!held.compared.coverage.can_rule_out());
    assert!(held.tables.iter().all(|(table, _)| table.name != "transactions"));
    assert!(held.compared.counts.keys().all(|(_, verdict)| *verdict != "explained"), "{:?}", held.compared.counts);
}

fn written(files: &[(String, Vec<u8>)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).expect("a file");
    }
    folder
}

fn compare(files: &[(String, Vec<u8>)], with_log: bool) -> (BTreeSet<String>, support::Said) {
    let folder = written(files);
    let (snapshots, complaints) = snapshots_in(folder.path(), &Office::default().roll);
    assert_eq!((snapshots.len(), complaints.len()), (2, 0));
    let with = with_log.then(|| folder.path());
    let held = compare_held(&snapshots[0], &snapshots[1], with, &Office::default()).expect("a comparison");
    let gaps: Vec<&str> = held.compared.coverage.unwatched.iter().map(|gap| gap.why.as_str()).collect();
    assert_eq!(gaps.is_empty(), with_log, "{gaps:?}");
    let said = said(&held);
    (said.cells.iter().map(|(voter, _)| voter.clone()).collect(), said)
}
