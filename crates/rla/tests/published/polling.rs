//! Ballot polling against Arlo, athena and r2b2: sizes as integers, risks within 1e-9 (1e-6 where the table prints six digits).

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may stop at a fault and says what it measured")]

use std::path::{Path, PathBuf};

use pollwarden_rla::polling::peers::{ArloBravo, arlo_bravo, first_round, first_round_2020};
use pollwarden_rla::polling::{Draw, Method, Rounds, bayes, bravo, plan};
use pollwarden_rla::{RiskLimit, RlaError, Tally};
use serde_json::{Map, Value};

const CHANCES: [f64; 3] = [0.7, 0.8, 0.9];

/// Agreements counted, disagreements told.
struct Score {
    name: String,
    agreed: usize,
    wrong: Vec<String>,
}

impl Score {
    fn new(path: &Path) -> Self {
        Self { name: path.file_name().unwrap().to_string_lossy().into_owned(), agreed: 0, wrong: Vec::new() }
    }

    fn say(&mut self, agrees: bool, what: impl FnOnce() -> String) {
        if agrees { self.agreed += 1 } else { self.wrong.push(what()) }
    }

    fn done(self) {
        println!("{}: {}/{}", self.name, self.agreed, self.agreed + self.wrong.len());
        assert!(self.wrong.is_empty(), "{}: {:#?}", self.name, &self.wrong[..self.wrong.len().min(20)]);
        assert!(self.agreed > 0, "{}: nothing compared", self.name);
    }
}

/// Files below `count/` whose names begin so.
fn files(folder: &str, begins: &str) -> Vec<(PathBuf, Value)> {
    let Some(root) = pollwarden_testkit::data_root() else {
        println!("skipped");
        return Vec::new();
    };
    let files = pollwarden_testkit::folders(root.join("count").join(folder));
    let named = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(begins));
    files
        .into_iter()
        .filter(named)
        .map(|path| {
            let json = serde_json::from_slice(&pollwarden_testkit::zst(&path)).unwrap();
            (path, json)
        })
        .collect()
}

fn close(a: f64, b: f64, relative: f64) -> bool {
    (a - b).abs() <= relative * b.abs()
}

fn limit_of(share: f64) -> RiskLimit {
    RiskLimit::new(share).unwrap()
}

/// Names and tally of a contest written as Arlo's.
///
/// `None` for a tie: there is nothing to audit, and `Tally` refuses it.
fn arlo_contest(of: &Map<String, Value>) -> Option<(Vec<String>, Tally)> {
    let fixed = ["ballots", "numWinners", "votesAllowed"];
    let names: Vec<String> = of.keys().filter(|key| !fixed.contains(&key.as_str())).cloned().collect();
    let votes = names.iter().map(|name| of[name].as_u64().unwrap()).collect();
    let number = |key: &str| of[key].as_u64().unwrap();
    let tally = Tally::new(number("ballots"), number("numWinners") as usize, number("votesAllowed") as u32, votes);
    match tally {
        Err(RlaError::Tie(_)) => None,
        tally => Some((names, tally.unwrap())),
    }
}

/// Arlo proposes all ballots for a tie, or ends with an error, or (r2b2) finds nothing to do.
fn tie_is_no_audit(row: &Value, sizes: &Value) -> bool {
    let all = |size: &Value| size["size"] == row["in"]["ballots"] || size["size"] == 0;
    sizes.as_object().is_none_or(|sizes| sizes.values().all(all))
}

fn votes_of(sample: &Value, names: &[String]) -> Vec<u64> {
    names.iter().map(|name| sample[name].as_u64().unwrap_or(0)).collect()
}

/// Somebody lost, and no loser has a vote.
fn landslide(tally: &Tally) -> bool {
    !tally.losers().is_empty() && tally.losers().iter().all(|loser| tally.votes()[*loser] == 0)
}

/// A loser without a vote: Arlo's Minerva then says 4 for any contest, its Providence divides by zero.
fn loser_without_votes(tally: &Tally) -> bool {
    tally.losers().iter().any(|loser| tally.votes()[*loser] == 0)
}

/// Arlo takes landslides for confirmed by a fixed number of ballots. Proof that it is not: even if all of them are for the winner,
/// each divides the risk of the closest pair by twice the winner's share at most.
fn fixed_number_is_too_small(tally: &Tally, size: u64, limit: RiskLimit) -> bool {
    let share = |winner: u64, loser: u64| winner as f64 / (winner + loser) as f64;
    let closest = tally.pairs().map(|pair| share(pair.winner_votes, pair.loser_votes)).fold(1.0, f64::min);
    (0.5 / closest).powi(size as i32) > limit.share()
}

#[test]
fn arlo_bravo_sample_sizes() {
    for (path, json) in files("vectors", "arlo_bravo_sample_sizes") {
        let mut score = Score::new(&path);
        for row in json["rows"].as_array().unwrap() {
            let Some((names, tally)) = arlo_contest(row["in"].as_object().unwrap()) else {
                score.say(tie_is_no_audit(row, &row["sample_sizes"]), || row.to_string());
                continue;
            };
            let limit = limit_of(row["risk_limit"].as_f64().unwrap() / 100.0);
            arlo_sizes(&mut score, &row["sample_sizes"], &tally, limit, &vec![0; names.len()], row);
        }
        score.done();
    }
}

fn arlo_sizes(score: &mut Score, sizes: &Value, tally: &Tally, limit: RiskLimit, seen: &[u64], row: &Value) {
    if landslide(tally) {
        let size = sizes["asn"]["size"].as_u64().unwrap();
        let plan = plan(Method::Bravo, tally, limit, &Rounds::none(), 0, 0.9, Draw::WithReplacement).unwrap();
        let enough = !fixed_number_is_too_small(tally, plan.cards, limit);
        score.say(fixed_number_is_too_small(tally, size, limit) && enough, || row.to_string());
        return;
    }
    match arlo_bravo(tally, limit, seen, &CHANCES).expect("one number for each candidate") {
        ArloBravo::AllBallots => score.say(sizes.get("all-ballots").is_some(), || row.to_string()),
        ArloBravo::Over => score.say(sizes.as_str().is_some_and(|text| text.contains("ERR")), || row.to_string()),
        ArloBravo::Sizes { average, average_chance, quantiles } => {
            let asn = &sizes["asn"];
            score.say(asn["size"] == average, || format!("average {average}: {row}"));
            let chance = asn["prob"].as_f64();
            let rounded = chance.zip(average_chance).is_none_or(|(theirs, ours)| (theirs - ours).abs() <= 0.005 + 1e-9);
            score.say(chance.is_some() == average_chance.is_some() && rounded, || format!("{average_chance:?}: {row}"));
            for (chance, size) in CHANCES.iter().zip(quantiles) {
                let theirs = sizes[chance.to_string()]["size"].as_u64().unwrap_or(0);
                score.say(theirs == size, || format!("{chance}: {size}: {row}"));
            }
        }
    }
}

#[test]
fn arlo_bravo_risk() {
    for (path, json) in files("vectors", "arlo_bravo_risk") {
        let mut score = Score::new(&path);
        for row in json["rows"].as_array().unwrap() {
            let Some((names, tally)) = arlo_contest(row["in"].as_object().unwrap()) else {
                score.say(row["done"] != true && tie_is_no_audit(row, &row["next_round"]), || row.to_string());
                continue;
            };
            let limit = limit_of(row["risk_limit"].as_f64().unwrap() / 100.0);
            let seen = votes_of(&row["sample"], &names);
            bravo_risk(&mut score, row, &names, &tally, limit, &seen);
        }
        score.done();
    }
}

fn bravo_risk(score: &mut Score, row: &Value, names: &[String], tally: &Tally, limit: RiskLimit, seen: &[u64]) {
    let measured = bravo::measure(tally, limit, &Rounds::new(tally, vec![seen.to_vec()]).unwrap());
    if row["p"].as_str().is_some() {
        // Arlo's program ends with an error: no next size exists, since the audit is over.
        // Or it divides by a likelihood of zero: a vote was seen for a loser who had none.
        let impossible = measured.pairs.iter().any(|of| of.pair.loser_votes == 0 && seen[of.pair.loser] > 0);
        score.say(measured.confirmed() || impossible, || format!("{measured:?}: {row}"));
        return;
    }
    // Arlo takes as many votes as there are ballots for a full count.
    let counted = seen.iter().sum::<u64>() >= tally.ballots();
    for pair in &measured.pairs {
        let key = format!("{}|{}", names[pair.pair.winner], names[pair.pair.loser]);
        let theirs = row["p"][&key].as_f64().unwrap();
        let ours = if counted { 0.0 } else { pair.least() };
        score.say(close(ours, theirs, 1e-9), || format!("{key} {ours}: {row}"));
    }
    score.say(row["done"] == (counted || measured.confirmed()), || format!("{measured:?}: {row}"));
    if !row["next_round"].is_null() {
        arlo_sizes(score, &row["next_round"], tally, limit, seen, row);
    }
}

fn first_rounds(file: &str, method: Method) {
    for (path, json) in files("vectors", file) {
        let mut score = Score::new(&path);
        for row in json["rows"].as_array().unwrap() {
            let Some((_, tally)) = arlo_contest(row["in"].as_object().unwrap()) else {
                score.say(tie_is_no_audit(row, &row["sample_sizes"]), || row.to_string());
                continue;
            };
            let limit = limit_of(row["risk_limit"].as_f64().unwrap() / 100.0);
            for chance in CHANCES {
                first_size(&mut score, row, method, &tally, limit, chance);
            }
        }
        score.done();
    }
}

fn first_size(score: &mut Score, row: &Value, method: Method, tally: &Tally, limit: RiskLimit, chance: f64) {
    let theirs = row["sample_sizes"][chance.to_string()]["size"].as_u64();
    let ours = first_round(method, tally, limit, chance);
    let plan = plan(method, tally, limit, &Rounds::none(), 0, chance, Draw::WithReplacement).unwrap();
    if tally.losers().is_empty() {
        return score.say(plan.cards == 0 && theirs.is_none(), || format!("{plan:?}: {row}"));
    }
    if loser_without_votes(tally) {
        let small = theirs.is_none_or(|size| size == plan.cards || fixed_number_is_too_small(tally, size, limit));
        return score.say(small && !fixed_number_is_too_small(tally, plan.cards, limit), || format!("{plan:?}: {row}"));
    }
    score.say(ours == theirs, || format!("{chance}: {ours:?}, plan {plan:?}: {row}"));
    score.say(plan.cards <= theirs.unwrap_or(u64::MAX).min(tally.ballots()), || format!("{chance}: {plan:?}: {row}"));
}

#[test]
fn arlo_minerva_sample_sizes() {
    first_rounds("arlo_minerva_sample_sizes", Method::Minerva);
}

#[test]
fn arlo_providence_sample_sizes() {
    first_rounds("arlo_providence_sample_sizes", Method::Providence);
}

#[test]
fn athena_first_rounds_2016() {
    let elections: Vec<Value> = files("tables/athena", "2016_election").into_iter().map(|(_, json)| json).collect();
    for (path, json) in files("tables/athena", "2016_one_round") {
        let mut score = Score::new(&path);
        for test in json.as_object().unwrap().values() {
            let name = test["election"].as_str().unwrap();
            let found =
                elections.iter().find_map(|all| all.get(name).or_else(|| all.get(name.trim_end_matches("2016"))));
            // The other states are on the other side of the split.
            let Some(found) = found else { continue };
            athena_test(&mut score, test, &found["contests"][test["contest"].as_str().unwrap()]);
        }
        score.done();
    }
}

fn athena_test(score: &mut Score, test: &Value, contest: &Value) {
    let votes: Vec<u64> = contest["results"].as_array().unwrap().iter().map(|votes| votes.as_u64().unwrap()).collect();
    let tally = Tally::new(contest["ballots_cast"].as_u64().unwrap(), 1, 1, votes).unwrap();
    let limit = limit_of(test["alpha"].as_f64().unwrap());
    let method = match test["audit_type"].as_str().unwrap() {
        "arlo" | "bravo" | "wald" => Method::Bravo,
        "athena" => Method::Athena { delta: 1.0 },
        "minerva" => Method::Minerva,
        other => panic!("{other}"),
    };
    let chances = test["quants"].as_array().unwrap().iter().map(|chance| chance.as_f64().unwrap());
    for (chance, expected) in chances.zip(test["expected"]["round_candidates"].as_array().unwrap()) {
        let ours = first_round_2020(method, &tally, limit, chance);
        score.say(ours == expected.as_u64(), || format!("{ours:?}: {test} {contest}"));
        let plan = plan(method, &tally, limit, &Rounds::none(), 0, chance, Draw::WithReplacement).unwrap();
        score.say(Some(plan.cards) <= expected.as_u64(), || format!("{plan:?}: {test} {contest}"));
    }
}

/// A contest written as r2b2's: names in the order of the tally, and the tally.
fn r2b2_contest(contest: &Value) -> (Vec<String>, Tally) {
    let votes = contest["tally"].as_object().unwrap();
    let names: Vec<String> = votes.keys().cloned().collect();
    let counts = votes.values().map(|votes| votes.as_u64().unwrap()).collect();
    let winners = contest["num_winners"].as_u64().unwrap() as usize;
    (names, Tally::new(contest["contest_ballots"].as_u64().unwrap(), winners, 1, counts).unwrap())
}

#[test]
fn r2b2_minerva_rounds() {
    for (path, json) in files("tables/r2b2", "arlo_tests") {
        let mut score = Score::new(&path);
        for test in json.as_object().unwrap().values() {
            let (names, tally) = r2b2_contest(&test["contest"]);
            let mut rounds: Vec<(u64, Vec<u64>)> = test["rounds"]
                .as_object()
                .unwrap()
                .iter()
                .map(|(round, of)| (round.parse().unwrap(), votes_of(&of["sample"], &names)))
                .collect();
            rounds.sort();
            let rounds = Rounds::new(&tally, rounds.into_iter().map(|(_, votes)| votes).collect()).unwrap();
            let measured = Method::Minerva.measure(&tally, limit_of(test["alpha"].as_f64().unwrap()), &rounds);
            let expected = &test["expected"];
            let risk = expected["pvalue"].as_f64().unwrap();
            score.say((measured.risk() - risk).abs() < 1e-6, || format!("{measured:?}: {test}"));
            score.say(measured.confirmed() == (expected["stopped"] == 1), || format!("{measured:?}: {test}"));
        }
        score.done();
    }
}

#[test]
fn r2b2_average_sample_numbers() {
    for (path, json) in files("tables/r2b2", "asn_tests") {
        let mut score = Score::new(&path);
        for test in json.as_object().unwrap().values() {
            let number = |key: &str| test[key].as_u64().unwrap();
            let (ballots, winner) = (number("ballots"), number("winner_ballots"));
            let tally = Tally::new(ballots, 1, 1, vec![winner, ballots - winner]).unwrap();
            let ours = bravo::average_sample_number(&tally, limit_of(test["alpha"].as_f64().unwrap()), &[0, 0]);
            score.say(ours == Ok(Some(number("asn"))), || format!("{ours:?}: {test}"));
        }
        score.done();
    }
}

#[test]
fn bayesian_audit_table_3() {
    for (path, json) in files("tables/r2b2", "brla_test_data") {
        let mut score = Score::new(&path);
        let rounds: Vec<u64> = json["rounds"].as_array().unwrap().iter().map(|size| size.as_u64().unwrap()).collect();
        for case in json["test_cases"].as_object().unwrap().values() {
            let limit = limit_of(case["risk"].as_f64().unwrap());
            for (drawn, expected) in rounds.iter().zip(case["kmins"].as_array().unwrap()) {
                // 100,000 ballots for two candidates, as in the paper.
                let ours = bayes::fewest(100_000, limit, *drawn);
                score.say(ours == expected.as_u64(), || format!("{ours:?} of {drawn}: {case}"));
            }
        }
        score.done();
    }
}

#[test]
fn r2b2_trials_2016() {
    for (path, json) in files("tables/r2b2", "2016_pres_trials") {
        let mut score = Score::new(&path);
        for state in json.as_object().unwrap().values() {
            let (_, tally) = r2b2_contest(state);
            let kinds = state.as_object().unwrap().iter().filter(|(key, _)| key.starts_with("underlying"));
            for trial in kinds.flat_map(|(_, trials)| trials.as_array().unwrap()) {
                minerva_trial(&mut score, trial, &tally);
            }
        }
        score.done();
    }
}

fn minerva_trial(score: &mut Score, trial: &Value, tally: &Tally) {
    let number = |key: &str| trial[key].as_u64().unwrap();
    let winner = number("winner_ballots");
    let pair = tally.pairs().next().unwrap();
    let mut votes = vec![0; 2];
    votes[pair.winner] = winner;
    votes[pair.loser] = number("relevant_sample_size") - winner;
    // The file's simulations ran at 10 %.
    let measured = Method::Minerva.measure(tally, limit_of(0.1), &Rounds::new(tally, vec![votes]).unwrap());
    let expected = trial["p_value"].as_f64().unwrap();
    score.say(close(measured.risk(), expected, 1e-9), || format!("{measured:?}: {trial}"));
    score.say(trial["stop"] == measured.confirmed(), || format!("{measured:?}: {trial}"));
}
