//! Detection limits of the example county, and a check of them with fresh seeds.

use serde_json::Value;

use crate::support::{answer, root, run, text};

const THREATS: [&str; 2] = ["sequential-harvest", "few-clients-harvest"];

/// Limits by threat.
fn limits(seed: &str, more: &[&str]) -> Vec<Value> {
    let county = root().join("examples/county");
    let mut args = vec!["limit", county.to_str().unwrap(), "--seed", seed, "--trials", "20"];
    args.extend(THREATS.iter().flat_map(|threat| ["--threat", threat]));
    args.extend_from_slice(more);
    let (web, code) = answer(&args);
    assert_eq!(code, 0);
    web["limits"].as_array().unwrap().clone()
}

#[test]
fn fresh_seeds_confirm_the_limits_of_the_example() {
    let told = limits("1", &[]);
    assert_eq!(told.len(), THREATS.len());
    let sizes: Vec<u64> = told.iter().map(|limit| limit["size"].as_u64().unwrap()).collect();
    println!("limits: {THREATS:?} {sizes:?}");
    assert!(told.iter().all(|limit| limit["reached"] == true));
    let around: Vec<String> =
        sizes.iter().flat_map(|size| [*size, size / 10]).flat_map(|size| ["--size".into(), size.to_string()]).collect();
    let around: Vec<&str> = around.iter().map(String::as_str).collect();
    for (limit, size) in limits("90210", &around).iter().zip(sizes) {
        let curve = limit["curve"].as_array().unwrap();
        let at = |size: u64| curve.iter().find(|point| point["size"] == size).unwrap();
        let (whole, tenth) = (at(size), at(size / 10));
        println!("{}: {size}: {whole}; a tenth: {tenth}", limit["name"]);
        assert!(whole["high"].as_f64().unwrap() >= 0.95, "found often enough, within the interval");
        assert!(tenth["high"].as_f64().unwrap() < 0.95, "clearly less");
    }
}

#[test]
fn the_same_seed_gives_the_same_limit_and_it_is_told_in_words() {
    let county = root().join("examples/county");
    let args = ["limit", county.to_str().unwrap(), "--threat", "row-by-row-injection", "--size", "2", "--size", "40"];
    let said = |threads| text(&run(&[&args[..], &["--trials", "20", "--threads", threads]].concat()).0);
    let [first, second] = ["1", "2"].map(said);
    assert_eq!(first, second);
    assert!(first.contains("Would have been noticed: a theft of"), "{first}");
    assert!(first.contains("would have been noticed.") && first.contains("seed 2026"), "{first}");
    let (output, code) = run(&["limit", county.join("roll").to_str().unwrap()]);
    assert_eq!(code, 2, "a folder without logs: {}", text(&output));
}
