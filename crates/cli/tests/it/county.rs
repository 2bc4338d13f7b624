//! `examples/county`, as README runs it.

use std::fs;

use serde_json::Value;

use crate::support::{measure, root, run, told};

fn copy(from: &std::path::Path, to: &std::path::Path) {
    fs::create_dir_all(to).unwrap();
    for entry in
        fs::read_dir(from).unwrap().map(Result::unwrap).filter(|e| !e.file_name().to_string_lossy().starts_with('.'))
    {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn the_example_ends_in_the_injection_the_records_and_the_changes_without_cause() {
    let dir = tempfile::tempdir().unwrap();
    copy(&root().join("examples/county"), dir.path());
    let truth: Value = serde_json::from_slice(&fs::read(dir.path().join("truth.json")).unwrap()).unwrap();
    let (output, code) = run(&["assess", dir.path().to_str().unwrap(), "--format", "json"]);
    assert_eq!(code, 1);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let answers = report["answers"].as_array().unwrap();
    assert_eq!(answers.len(), 7);

    let web = &answers[0];
    let left = truth["web"]["records_left"].as_f64().unwrap();
    let (low, estimate, high) = measure(web, "records-left").expect("records left");
    println!("records left: truth {left}, said {estimate} [{low}, {high}]");
    assert!(low <= left && left <= high);
    assert!(told(web).iter().any(|f| f["detector"] == "web/sql-injection" && f["outcome"] == "success"));
    let limits = web["limits"].as_array().unwrap();
    let walk = limits.iter().find(|l| l["name"] == "sequential-harvest").expect("a limit");
    println!("limits: {:?}", limits.iter().map(|l| (l["name"].as_str(), l["size"].as_u64())).collect::<Vec<_>>());
    assert!(walk["reached"] == true && walk["size"].as_u64().unwrap() < 500, "{walk}");
    assert!(!web["coverage"]["unwatched"].as_array().unwrap().is_empty(), "the morning without power is a gap");

    let roll = &answers[1];
    let found: Vec<&str> = told(roll).iter().filter_map(|f| f["detector"].as_str()).collect();
    println!("roll findings: {found:?}");
    assert!(found.contains(&"roll/unexplained-change"));
    let limits = roll["limits"].as_array().unwrap();
    println!("roll limits: {:?}", limits.iter().map(|l| (l["name"].as_str(), l["size"].as_u64())).collect::<Vec<_>>());
    let removal = limits.iter().find(|l| l["name"] == "removal").expect("a limit");
    assert_eq!(removal["size"], 1, "the log misses any removal that it does not hold");
    let count = &answers[4];
    let batch = told(count).into_iter().find(|f| f["detector"] == "count/altered-batch").expect("the batch");
    let named = format!("{}: ", truth["count"]["contest"].as_str().unwrap());
    let title = batch["title"].as_str().unwrap();
    assert!(title.starts_with(&named) && title.ends_with(truth["count"]["altered_batch"].as_str().unwrap()), "{title}");
    assert!(told(count).iter().any(|f| f["detector"] == "count/wrong-outcome"));
    let limits = count["limits"].as_array().unwrap();
    println!("count limits: {:?}", limits.iter().map(|l| (l["name"].as_str(), l["size"].as_u64())).collect::<Vec<_>>());
    let mail = &answers[2];
    let lure = told(mail).into_iter().find(|f| f["detector"] == "mail/impersonation").expect("the lure");
    assert!(lure["title"].as_str().unwrap().contains(truth["mail"]["imitated"].as_str().unwrap()), "{lure}");
    let limits = mail["limits"].as_array().unwrap();
    println!("mail limits: {:?}", limits.iter().map(|l| (l["name"].as_str(), l["size"].as_u64())).collect::<Vec<_>>());
    let vendor = limits.iter().find(|l| l["name"] == "vendor-macro").expect("a limit");
    assert!(vendor["reached"] == true && vendor["size"].as_u64().unwrap() <= 5, "{vendor}");
    for other in [3, 5, 6].map(|at| &answers[at]) {
        assert_eq!(other["verdict"], "cannot-tell");
    }
    let page = fs::read_to_string(dir.path().join(".pollwarden/report.html")).unwrap();
    assert!(page.contains("<svg"), "the page has charts");
    assert!(page.contains("Voters whose registration changed, by day and cause"));
    assert!(page.contains("How many of 100 attacks are found, by their size"));
}
