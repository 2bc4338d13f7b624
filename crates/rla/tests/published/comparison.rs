//! Super-simple comparison beside Arlo, rlacalc and the State of Colorado.
#![allow(clippy::print_stdout, reason = "tests say how many vectors agreed")]

#[path = "suite.rs"]
mod suite;

use std::fmt::Debug;
use std::path::PathBuf;

use pollwarden_rla::super_simple::rules::{
    arlo_next, colorado_estimated, rlacalc_polling_size, rlacalc_size, stopping_size,
};
use pollwarden_rla::super_simple::{Misstatements, Rates, SuperSimple, USUAL_GAMMA};
use pollwarden_rla::{RiskLimit, Tally};
use pollwarden_testkit::{data_root, folders, zst};
use serde_json::Value;

/// Files of the shared vectors whose names begin so.
fn vectors(beginning: &str) -> Vec<PathBuf> {
    let Some(root) = data_root() else {
        println!("skipped: no shared data");
        return Vec::new();
    };
    let named = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(beginning));
    folders(root.join("count/vectors")).into_iter().filter(named).collect()
}

fn rows(path: &PathBuf) -> Vec<Value> {
    let file: Value = serde_json::from_slice(&zst(path)).expect("JSON");
    file["rows"].as_array().expect("rows").clone()
}

fn integer(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("no count: {value}"))
}

fn limit(share: f64) -> RiskLimit {
    RiskLimit::new(share).expect("a risk limit")
}

/// What agreed, and what did not.
#[derive(Default)]
struct Tried {
    agreed: usize,
    wrong: Vec<String>,
}

impl Tried {
    fn equal<T: PartialEq + Debug>(&mut self, ours: T, theirs: T, what: impl Fn() -> String) {
        if ours == theirs {
            self.agreed += 1;
        } else {
            self.wrong.push(format!("ours {ours:?}, theirs {theirs:?}: {}", what()));
        }
    }

    fn near(&mut self, ours: f64, theirs: f64, tolerance: f64, what: impl Fn() -> String) {
        if (ours - theirs).abs() <= tolerance {
            self.agreed += 1;
        } else {
            self.wrong.push(format!("ours {ours:e}, theirs {theirs:e}: {}", what()));
        }
    }

    fn report(self, name: &str) {
        println!("{name}: {} of {} agree", self.agreed, self.agreed + self.wrong.len());
        assert!(self.wrong.is_empty(), "{name}:\n{}", self.wrong.join("\n"));
    }
}

fn tally(given: &Value) -> Tally {
    let known = ["ballots", "numWinners", "votesAllowed"];
    let votes = given.as_object().expect("a contest").iter().filter(|(key, _)| !known.contains(&key.as_str()));
    let votes = votes.map(|(_, votes)| integer(votes)).collect();
    let allowed = u32::try_from(integer(&given["votesAllowed"])).expect("votes allowed");
    Tally::new(integer(&given["ballots"]), integer(&given["numWinners"]) as usize, allowed, votes).expect("a contest")
}

#[test]
fn arlo_super_simple_sample_sizes() {
    let mut tried = Tried::default();
    for row in vectors("arlo_supersimple_sample_sizes").iter().flat_map(rows) {
        let contest = tally(&row["in"]);
        let sample = row["sample"].as_object().map(|sample| {
            let found = Misstatements {
                over_by_one: integer(&sample["1-over"]),
                over_by_two: integer(&sample["2-over"]),
                under_by_one: integer(&sample["1-under"]),
                under_by_two: integer(&sample["2-under"]),
            };
            (integer(&sample["sample_size"]), found)
        });
        let limit = limit(row["risk_limit"].as_f64().expect("a limit") / 100.0);
        let size = arlo_next(limit, contest.diluted_margin(), sample, contest.ballots());
        tried.equal(size, integer(&row["n"]), || row.to_string());
    }
    tried.report("arlo_supersimple_sample_sizes");
}

#[test]
fn arlo_super_simple_risk() {
    let mut tried = Tried::default();
    for row in vectors("arlo_supersimple_risk").iter().flat_map(rows) {
        let contest = tally(&row["in"]);
        let found = Misstatements {
            over_by_one: integer(&row["o1"]),
            over_by_two: integer(&row["o2"]),
            under_by_one: integer(&row["u1"]),
            under_by_two: integer(&row["u2"]),
        };
        let sample = integer(&row["n"]);
        let risk = SuperSimple::arlo().risk(contest.diluted_margin(), sample, found);
        // Arlo says 0 after a full count; here that is the caller's to know.
        let risk = if sample >= contest.ballots() { 0.0 } else { risk };
        let theirs = row["p"].as_f64().expect("p");
        tried.near(risk, theirs, 1e-9 * theirs, || row.to_string());
        tried.equal(risk < 0.1, row["done_at_10"].as_bool().expect("done"), || row.to_string());
    }
    tried.report("arlo_supersimple_risk");
}

/// The vectors' keys call the counts "o1u1o2u2", but they were given to rlacalc by place, whose order is o1, o2, u1, u2. Proof:
/// under the key "0,1,0,0" stand larger samples than under "0,0,0,0", and an understatement never makes a sample larger.
#[test]
fn rlacalc_sizes() {
    let mut tried = Tried::default();
    for row in vectors("rlacalc_grid").iter().flat_map(rows) {
        let (limit, margin) = (limit(row["alpha"].as_f64().expect("alpha")), row["margin"].as_f64().expect("margin"));
        for (key, value) in row.as_object().expect("a row") {
            let what = || format!("{key} of {row}");
            if let Some(counts) = key.strip_prefix("nmin_o1u1o2u2=") {
                let found = by_place(counts);
                let size = stopping_size(limit, USUAL_GAMMA, margin, found);
                tried.equal(size, integer(value), what);
                let exact = SuperSimple::default().size(limit, margin, found, u64::MAX).expect("a size");
                assert!(exact <= size, "the exact size {exact} is not above {size}");
            } else if key.starts_with("nminFromRates") {
                let rates = key.split_once('=').map_or(Rates::USUAL, |_| rates(key));
                let ours = rlacalc_size(limit, USUAL_GAMMA, margin, rates);
                match value.as_u64() {
                    Some(size) => tried.equal(ours, Some(size), what),
                    // rlacalc 0.4.0 raised its error on negative counts: no sample is large enough.
                    None => {
                        tried.equal(ours, None, what);
                        let plan = SuperSimple::default().plan(limit, margin, rates, 1_000_000);
                        assert_eq!(plan, 1_000_000, "only a full count: {}", what());
                    }
                }
            } else if key == "findAsn" {
                tried.equal(rlacalc_polling_size(limit, margin), Some(integer(value)), what);
            }
        }
    }
    tried.report("rlacalc_grid");
}

fn by_place(counts: &str) -> Misstatements {
    let counts: Vec<u64> = counts.split(',').map(|count| count.parse().expect("a count")).collect();
    let [over_by_one, over_by_two, under_by_one, under_by_two] = counts[..] else { panic!("four counts: {counts:?}") };
    Misstatements { over_by_one, over_by_two, under_by_one, under_by_two }
}

fn rates(key: &str) -> Rates {
    let after = |name: &str| {
        let value = key.split(['_', ',']).find_map(|part| part.strip_prefix(name));
        value.map_or(0.0, |rate| format!("0{rate}").parse().expect("a rate"))
    };
    Rates {
        over_by_one: after("or1="),
        over_by_two: after("or2="),
        under_by_one: after("ur1="),
        under_by_two: after("ur2="),
    }
}

/// Published by the State of Colorado for its 2024 general and 2025 coordinated audits.
#[test]
fn colorado_contest_samples() {
    let mut tried = Tried::default();
    for path in vectors("colorado_contest_samples") {
        let bytes = zst(&path);
        let mut table = csv::Reader::from_reader(&bytes[..]);
        for row in table.deserialize::<std::collections::HashMap<String, String>>() {
            let row = row.expect("a row");
            let share = |key: &str| row[key].parse::<f64>().expect("a number");
            let count = |key: &str| row[key].parse::<u64>().expect("a count");
            let found = Misstatements {
                over_by_one: count("o1"),
                over_by_two: count("o2"),
                under_by_one: count("u1"),
                under_by_two: count("u2"),
            };
            let margin = share("min_margin") / share("ballot_card_count");
            let (limit, gamma) = (limit(share("risk_limit")), share("gamma"));
            tried.equal(stopping_size(limit, gamma, margin, found), count("optimistic_samples"), || format!("{row:?}"));
            let estimated = colorado_estimated(limit, gamma, margin, count("audited"), found);
            tried.equal(estimated, count("estimated_samples"), || format!("{row:?}"));
        }
    }
    tried.report("colorado_contest_samples");
}
