//! Large data sets with known truth that stand outside the repository (`POLLWARDEN_DATA`): what is measured is printed.
//! Skipped where they are not there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use pollwarden_testkit::{data_root, zst};
use serde_json::Value;

use crate::support::{answer, measure, run, told};

/// Logs of one kind, unpacked, with the truth about each.
fn exfil() -> Vec<(String, tempfile::TempDir, PathBuf, Value)> {
    let Some(web) = data_root().map(|root| root.join("web")).filter(|web| web.is_dir()) else { return Vec::new() };
    let mut logs = Vec::new();
    for folder in pollwarden_testkit::folders(&web).into_iter().filter(|f| f.is_dir()) {
        let truths = fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path());
        for file in truths.filter(|p| p.extension().is_some_and(|e| e == "json")) {
            let truth: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
            for (name, truth) in truth.as_object().unwrap().iter().filter(|(_, t)| t["records_left"].is_number()) {
                let packed = folder.join(format!("{name}.log.zst"));
                if packed.exists() {
                    let (dir, log) = unpacked(&packed);
                    logs.push((name.clone(), dir, log, truth.clone()));
                }
            }
        }
    }
    logs
}

fn unpacked(packed: &Path) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join(packed.file_stem().unwrap());
    fs::write(&log, zst(packed)).unwrap();
    (dir, log)
}

#[test]
fn thefts_are_found_and_sized() {
    let logs = exfil();
    if logs.is_empty() {
        return println!("skipped: no shared logs");
    }
    for (name, _dir, log, truth) in &logs {
        let (answer, _) = answer(&["web", "scan", log.to_str().unwrap()]);
        let left = truth["records_left"].as_f64().unwrap();
        let (low, estimate, high) = measure(&answer, "records-left").unwrap_or_default();
        println!(
            "{name}: truth {left}, said {estimate} [{low}, {high}], findings for the clerk {}",
            told(&answer).len()
        );
        if left == 0.0 {
            assert!(
                told(&answer).iter().all(|f| measure(f, "records-left").is_none()),
                "{name}: a theft where there is none"
            );
        } else {
            assert!(low <= left && left <= high, "{name}: {left} is not in [{low}, {high}]");
            let ips: BTreeSet<&str> = told(&answer).iter().flat_map(|f| addresses(f)).collect();
            for ip in truth["attacker_ips"].as_array().unwrap() {
                assert!(ips.contains(ip.as_str().unwrap()), "{name}: {ip} is not named");
            }
        }
    }
}

fn addresses(finding: &Value) -> Vec<&str> {
    let all = finding["observables"].as_array().unwrap();
    all.iter().filter(|o| o["type"] == "ip").filter_map(|o| o["value"].as_str()).collect()
}

#[test]
fn a_real_sites_log_holds_no_theft() {
    let real = data_root().map(|root| root.join("web/real_apache_combined_2015.log.zst")).filter(|f| f.exists());
    let Some(real) = real else { return println!("skipped: no real log") };
    let (_dir, log) = unpacked(&real);
    let (answer, _) = answer(&["web", "scan", log.to_str().unwrap()]);
    println!("real log: {} rows, {} findings for the clerk", answer["coverage"]["rows"], told(&answer).len());
    assert!(answer["coverage"]["rows"].as_u64().unwrap() > 5_000);
    assert!(told(&answer).iter().all(|f| measure(f, "records-left").is_none()));
}

#[test]
fn every_manipulated_voter_is_found_and_no_decoy() {
    let Some(roll) = data_root().map(|root| root.join("roll")).filter(|roll| roll.is_dir()) else {
        return println!("skipped: no shared rolls");
    };
    let archives = fs::read_dir(roll).unwrap().map(|e| e.unwrap().path());
    for archive in archives.filter(|p| p.to_string_lossy().ends_with("_scenario.tar.zst")) {
        scenario(&archive);
    }
}

fn scenario(archive: &Path) {
    let dir = tempfile::tempdir().unwrap();
    tar::Archive::new(zst(archive).as_slice()).unpack(dir.path()).unwrap();
    let file = |name: &str| dir.path().join(name);
    let truth: Value = serde_json::from_slice(&fs::read(file("truth.json")).unwrap()).unwrap();
    let mut snapshots: Vec<PathBuf> = fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().path()).collect();
    snapshots.retain(|p| p.file_name().unwrap().to_string_lossy().starts_with("ncvoter_"));
    snapshots.sort();
    let [a, b] = snapshots.as_slice() else { panic!("two snapshots are needed") };
    fs::create_dir(file("log")).unwrap();
    for entry in fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_file()) {
        let name = entry.file_name().unwrap().to_string_lossy().into_owned();
        if !name.starts_with("truth") && !name.starts_with("ncvoter_") {
            fs::rename(&entry, file("log").join(name)).unwrap();
        }
    }
    let out = file("changes.csv");
    let paths = [a, b, &file("log"), &out].map(|p| p.to_str().unwrap().to_owned());
    let (_, code) = run(&["roll", "diff", &paths[0], &paths[1], "--with", &paths[2], "--changes", &paths[3]]);
    assert_eq!(code, 1);

    let (mut changed, mut named) = (BTreeSet::new(), BTreeSet::new());
    for row in csv::Reader::from_path(&out).unwrap().records().map(Result::unwrap) {
        changed.insert(row[0].to_owned());
        if !row[7].is_empty() {
            named.insert(row[0].to_owned());
        }
    }
    let mut expected = BTreeSet::new();
    for row in csv::Reader::from_path(file("truth_changes.csv")).unwrap().records().map(Result::unwrap) {
        expected.insert(row[0].to_owned());
    }
    println!("{}: {} records differ, {} in truth", archive.display(), changed.len(), expected.len());
    assert!(changed == expected, "records that differ are not those of truth_changes.csv");
    let ids = |m: &Value| -> BTreeSet<String> {
        let ids = m["ids"].as_array().or(m["ncids"].as_array()).unwrap();
        ids.iter().map(|i| i.as_str().unwrap().to_owned()).collect()
    };
    let mut bad = BTreeSet::new();
    for m in truth["manipulations"].as_array().unwrap() {
        let ids = ids(m);
        let found = ids.intersection(&named).count();
        println!("  {} {}: {found} of {}", m["id"], m["kind"], ids.len());
        assert!(found * 2 > ids.len(), "{} is missed", m["kind"]);
        bad.extend(ids);
    }
    let strangers = named.difference(&bad).count();
    println!("  named besides: {strangers}");
    assert!(strangers * 20 <= named.len(), "{strangers} innocent voters are named");
}
