//! Detection limits of the example county, and a check of them with fresh seeds.

use serde_json::Value;

use crate::support::{answer, root, run, text};

const THREATS: [&str; 2] = ["sequential-harvest", "few-clients-harvest"];

/// One threat's limit, measured by twenty attacks.
fn limit(threat: &str, seed: &str, more: &[&str]) -> Value {
    let county = root().join("examples/county");
    let mut args = vec!["limit", county.to_str().unwrap(), "--threat", threat, "--seed", seed, "--trials", "20"];
    args.extend_from_slice(more);
    let (web, code) = answer(&args);
    assert_eq!(code, 0);
    web["limits"][0].clone()
}

#[test]
fn fresh_seeds_confirm_the_limits_of_the_example() {
    for threat in THREATS {
        let told = limit(threat, "1", &[]);
        assert_eq!(told["reached"], true);
        let size = told["size"].as_u64().unwrap();
        let [whole, tenth] = [size, size / 10].map(|size| size.to_string());
        let fresh = limit(threat, "90210", &["--size", &whole, "--size", &tenth]);
        let (tenth, whole) = (&fresh["curve"][0], &fresh["curve"][1]);
        println!("{threat}: {whole}; a tenth: {tenth}");
        assert_eq!(whole["size"], size);
        assert!(whole["high"].as_f64().unwrap() >= 0.95, "found often enough, within the interval");
        assert!(tenth["high"].as_f64().unwrap() < 0.95, "clearly less");
    }
}

#[test]
fn the_rolls_limits_are_told_with_the_log_and_without_it() {
    let roll = root().join("examples/county/roll");
    let [a, b] = ["ncvoter_2026-09-05.txt.zst", "ncvoter_2026-10-03.txt.zst"].map(|name| roll.join(name));
    let [a, b, log] = [&a, &b, &roll].map(|path| path.to_str().unwrap());
    let (answer, code) = answer(&[
        "roll", "limit", a, b, "--with", log, "--threat", "removal", "--size", "2", "--size", "120", "--trials", "20",
    ]);
    assert_eq!(code, 0);
    let found = |limit: usize, size: usize| answer["limits"][limit]["curve"][size]["found"].as_u64().unwrap();
    assert_eq!(answer["limits"][0]["name"], "removal");
    assert_eq!(answer["limits"][1]["name"], "removal-without-log");
    assert_eq!((found(0, 0), found(0, 1)), (20, 20), "any removal is missed by the log");
    assert_eq!((found(1, 0), found(1, 1)), (0, 20), "without the log many of one precinct stand out, two don't");
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
