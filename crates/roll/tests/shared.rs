//! The comparison and the detectors on data sets with known truth, where they are at hand (`POLLWARDEN_DATA`).

#![allow(clippy::print_stdout, reason = "the figures reached are shown with --nocapture")]

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use pollwarden_core::Office;
use pollwarden_roll::{compare_held, snapshots_in};
use pollwarden_testkit::{data_root, folders, zst};
use support::{Said, said};

/// One scenario, extracted.
struct Scenario {
    name: String,
    /// Extracts and log, without the truth.
    folder: tempfile::TempDir,
    truth: serde_json::Value,
    /// Voter and field of every changed cell.
    cells: BTreeSet<(String, String)>,
}

fn scenarios() -> Vec<Scenario> {
    let Some(root) = data_root() else {
        println!("skipped: no data sets");
        return Vec::new();
    };
    let archives = folders(root.join("roll"));
    archives.iter().filter(|path| path.to_string_lossy().ends_with("_scenario.tar.zst")).map(|p| extract(p)).collect()
}

fn extract(archive: &Path) -> Scenario {
    let folder = tempfile::tempdir().expect("a folder");
    tar::Archive::new(zst(archive).as_slice()).unpack(folder.path()).expect("an archive");
    let truth = find(folder.path(), "truth.json");
    let cells = find(folder.path(), "truth_changes.csv");
    let scenario = Scenario {
        name: archive.file_name().expect("a name").to_string_lossy().into_owned(),
        truth: serde_json::from_slice(&std::fs::read(&truth).expect("truth")).expect("JSON"),
        cells: read_cells(&cells),
        folder,
    };
    for file in [truth, cells] {
        std::fs::remove_file(file).expect("removed");
    }
    scenario
}

fn find(folder: &Path, name: &str) -> PathBuf {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => folders.push(path),
                false if path.file_name().is_some_and(|n| n == name) => return path,
                false => {}
            }
        }
    }
    panic!("no {name}");
}

fn read_cells(path: &Path) -> BTreeSet<(String, String)> {
    let mut reader = csv::Reader::from_path(path).expect("a file");
    let field = reader.headers().expect("a header").iter().position(|h| h == "field").expect("a column");
    let cells = reader.records().map(|r| r.expect("a row")).map(|r| (r[0].to_owned(), r[field].to_owned()));
    visible(cells.collect())
}

/// A record that is gone has no fields left that could differ, whatever was done to it before.
fn visible(mut cells: BTreeSet<(String, String)>) -> BTreeSet<(String, String)> {
    let whole: BTreeSet<String> = cells.iter().filter(|(_, field)| field == "*").map(|(id, _)| id.clone()).collect();
    let all = cells.len();
    cells.retain(|(id, field)| field == "*" || !whole.contains(id));
    println!("  {} true cells; {} more are of records that are new or gone", cells.len(), all - cells.len());
    cells
}

fn ids(group: &serde_json::Value) -> BTreeSet<String> {
    let ids = group.get("ids").or_else(|| group.get("ncids")).and_then(|ids| ids.as_array().cloned());
    ids.unwrap_or_default().iter().filter_map(|id| id.as_str().map(str::to_owned)).collect()
}

#[test]
fn every_manipulation_is_found_and_no_decoy() {
    for scenario in scenarios() {
        let office = Office::default();
        let (mut snapshots, _) = snapshots_in(scenario.folder.path(), &office.roll);
        assert_eq!(snapshots.len(), 2, "{}: snapshots", scenario.name);
        let b = snapshots.pop().expect("a snapshot");
        let a = snapshots.pop().expect("a snapshot");
        let begun = Instant::now();
        let held = compare_held(&a, &b, Some(scenario.folder.path()), &office).expect("a comparison");
        let seconds = begun.elapsed().as_secs_f64();
        let said = said(&held);
        println!("{}: compared in {seconds:.1} s", scenario.name);
        for ((class, verdict), count) in &held.compared.counts {
            println!("  {class} {verdict}: {count}");
        }
        for finding in &said.findings {
            println!("  {finding}");
        }
        for gap in &held.compared.coverage.unwatched {
            println!("  gap: {}", gap.why);
        }
        score(&scenario, &said);
    }
}

/// Manipulations that leave a trace in the extracts themselves.
const TRACED: [&str; 10] = [
    "unlogged-removal",
    "forged-batch-removal",
    "slow-drip-address",
    "mail-redirect",
    "precinct-without-order",
    "name-corruption",
    "dob-shift",
    "ghost-registrations",
    "duplicate-identity",
    "identity-swap",
];

#[test]
fn without_a_log_what_leaves_a_trace_is_found() {
    for scenario in scenarios() {
        let office = Office::default();
        let (snapshots, _) = snapshots_in(scenario.folder.path(), &office.roll);
        let held = compare_held(&snapshots[0], &snapshots[1], None, &office).expect("a comparison");
        let said = said(&held);
        println!("{} without its log", scenario.name);
        for finding in &said.findings {
            println!("  {finding}");
        }
        assert!(held.compared.coverage.unwatched.iter().any(|gap| gap.needed), "without a log causes can't be judged");
        for group in scenario.truth["manipulations"].as_array().cloned().unwrap_or_default() {
            let all = ids(&group);
            let found = all.iter().filter(|id| said.named.contains_key(*id)).count();
            let kind = group["kind"].as_str().unwrap_or_default();
            println!("  {} {kind}: {found} of {}", group["id"], all.len());
            let traced = TRACED.contains(&kind);
            assert!(!traced || found as f64 >= 0.9 * all.len() as f64, "{kind} is missed");
        }
    }
}

fn score(scenario: &Scenario, said: &Said) {
    let named: BTreeSet<&String> = said.named.keys().collect();
    let groups = |kind: &str| scenario.truth[kind].as_array().cloned().unwrap_or_default();
    let bad: BTreeSet<String> = groups("manipulations").iter().flat_map(ids).collect();
    let hits = named.iter().filter(|id| bad.contains(**id)).count() as f64;
    let (recall, precision) = (hits / bad.len() as f64, hits / named.len().max(1) as f64);
    println!("  records: recall {recall:.4}, precision {precision:.4}");
    for group in groups("manipulations") {
        let all = ids(&group);
        let found = all.iter().filter(|id| named.contains(id)).count();
        println!("  {} {}: {found} of {}", group["id"], group["kind"], all.len());
        assert!(found as f64 >= 0.9 * all.len() as f64, "{} is missed", group["id"]);
    }
    for group in groups("decoys") {
        let alarms: Vec<String> =
            ids(&group).into_iter().filter(|id| named.contains(id) && !bad.contains(id)).collect();
        assert!(alarms.is_empty(), "{} is innocent: {alarms:?}", group["id"]);
    }
    assert!(recall >= 0.98 && precision >= 0.95);
    let missing: Vec<_> = scenario.cells.difference(&said.cells).take(5).collect();
    let invented: Vec<_> = said.cells.difference(&scenario.cells).take(5).collect();
    assert!(missing.is_empty() && invented.is_empty(), "missing {missing:?}, invented {invented:?}");
}
