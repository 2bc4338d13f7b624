//! NIST's test sets (usnistgov/cdf-test-method): both notations say the same, tabulating the cast vote records gives the
//! results file, and what is written from results is valid by NIST's schemas. Reports of RCTab's own test data
//! (BrightSpots/rcv) check first choices of CVR documents, among them Unisyn's.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use pollwarden_count::tabulate::plurality::{self, Count};
use pollwarden_count::{Contest, ContestId, CvrBuilder, Cvrs, Mark, Records, Results, read_inputs};
use pollwarden_intake::Input;
use pollwarden_testkit::{data_root, folders, zst};

#[test]
fn both_notations_say_the_same() {
    let Some(root) = formats() else { return };
    let files = files(&root.join("nist"));
    let (mut agreed, mut total) = (0, 0);
    for json in files.iter().filter(|path| stem(path).ends_with(".json")) {
        let twin = stem(json).replace(".json", ".xml");
        let twin = files.iter().find(|path| path.parent() == json.parent() && stem(path) == twin);
        let (Some(xml), Some(folder)) = (twin, folder_of(json)) else { continue };
        if !matches!(folder, "cvr_v1" | "err_v2") {
            continue;
        }
        total += 1;
        let (a, b) = (read(&[json]), read(&[xml]));
        let same = match folder {
            "cvr_v1" => said(a.cvrs) == said(b.cvrs),
            _ => a.results == b.results && a.complaints.len() == b.complaints.len(),
        };
        if same { agreed += 1 } else { println!("{} and {} differ", json.display(), xml.display()) }
    }
    report("XML equals JSON", agreed, total);
}

#[test]
fn cast_vote_records_give_the_results_file() {
    let Some(root) = formats() else { return };
    let files = files(&root.join("nist"));
    let (mut agreed, mut total) = (0, 0);
    for cvr in files.iter().filter(|path| stem(path).starts_with("cvr-") && folder_of(path) == Some("cvr_v1")) {
        let (name, ending) = (stem(cvr).replace("cvr-", "err-"), "err_v2");
        let err = files.iter().find(|path| stem(path) == name && folder_of(path) == Some(ending));
        let Some(err) = err.filter(|err| err.ancestors().nth(2) == cvr.ancestors().nth(2)) else { continue };
        let records = read(&[cvr]);
        let cvrs = records.cvrs.finish();
        for results in read(&[err]).results {
            let (a, n) = compare(&cvrs, &results, &cvr.display().to_string());
            (agreed, total) = (agreed + a, total + n);
        }
    }
    report("counts of CVRs equal those reported", agreed, total);
}

/// Every count that the results have, against the cards.
fn compare(cvrs: &Cvrs, results: &Results, name: &str) -> (u32, u32) {
    let (mut agreed, mut total) = (0, 0);
    let mut check = |what: String, ours: u64, theirs: i64| {
        total += 1;
        if i64::try_from(ours) == Ok(theirs) { agreed += 1 } else { println!("{name}: {what}: {ours}, reported {theirs}") }
    };
    for reported in &results.contests {
        let id = cvrs.find_contest(&reported.external_id).expect("the contest is in the records");
        let contest = cvrs.contest(id);
        let place = |choice: &str| contest.choice(choice).expect("the choice is in the records");
        let whole = plurality::count(cvrs, id);
        for choice in &reported.choices {
            check(format!("{} {}", contest.name, choice.name), whole.votes[place(&choice.external_id)], choice.votes);
        }
        check(format!("{} overvotes", contest.name), whole.overvotes, reported.overvotes.unwrap_or(0));
        check(format!("{} undervotes", contest.name), whole.undervotes, reported.undervotes.unwrap_or(0));
        for part in &reported.parts {
            let here = count_in(cvrs, id, &part.unit);
            for (choice, votes) in reported.choices.iter().zip(&part.votes) {
                let what = format!("{} {} in {}", contest.name, choice.name, part.unit);
                check(what, here.votes[place(&choice.external_id)], votes.unwrap_or(0));
            }
            check(format!("{} overvotes in {}", contest.name, part.unit), here.overvotes, part.overvotes.unwrap_or(0));
            let what = format!("{} undervotes in {}", contest.name, part.unit);
            check(what, here.undervotes, part.undervotes.unwrap_or(0));
        }
    }
    (agreed, total)
}

fn count_in(cvrs: &Cvrs, id: ContestId, precinct: &str) -> Count {
    let contest = cvrs.contest(id);
    let mut count = Count::of(contest.choices.len());
    for card in cvrs.cards().filter(|card| card.precinct() == precinct) {
        if let Some(marks) = card.marks(id) {
            count.add(marks, 1, contest.votes_allowed.unwrap_or(1));
        }
    }
    count
}

#[test]
fn first_choices_are_those_of_rctab() {
    let Some(root) = formats() else { return };
    let files = files(&root.join("rctab"));
    let (mut agreed, mut total) = (0, 0);
    for config in files.iter().filter(|path| stem(path).ends_with("_config.json")) {
        let Ok(rules) = serde_json::from_slice::<serde_json::Value>(&zst(config)) else { continue };
        let sources: Vec<_> = rules["cvrFileSources"].as_array().into_iter().flatten().collect();
        if sources.is_empty() || sources.iter().any(|source| source["provider"] != "cdf") {
            continue;
        }
        let expected = stem(config).replace("_config.json", "_expected_detailed_report.json");
        let Some(expected) = files.iter().find(|path| stem(path) == expected) else { continue };
        let expected: serde_json::Value = serde_json::from_slice(&zst(expected)).expect("a report");
        let mut tally = BTreeMap::new();
        for source in &sources {
            let name = Path::new(text(&source["filePath"])).file_name().unwrap_or_default().to_string_lossy().into_owned();
            let Some(file) = files.iter().find(|path| stem(path) == name) else {
                println!("{}: {name} is absent", config.display());
                continue;
            };
            let cvrs = read(&[file]).cvrs.finish();
            let contest = cvrs.find_contest(text(&source["contestId"])).expect("the contest");
            add_first_choices(&cvrs, contest, &rules, &mut tally);
        }
        for (name, votes) in expected["results"][0]["tally"].as_object().into_iter().flatten() {
            total += 1;
            let (ours, theirs) = (tally.get(name).copied().unwrap_or(0).to_string(), text(votes));
            if ours == theirs { agreed += 1 } else { println!("{}: {name}: {ours}, not {theirs}", config.display()) }
        }
    }
    report("first choices equal RCTab's", agreed, total);
}

/// First choices, with what a configuration says of overvotes, skipped ranks and names.
fn add_first_choices(cvrs: &Cvrs, id: ContestId, config: &serde_json::Value, tally: &mut BTreeMap<String, u64>) {
    let contest = cvrs.contest(id);
    let number = |rule: &str| text(&config["rules"][rule]).parse::<u16>().unwrap_or(u16::MAX);
    let goes_on = text(&config["rules"]["overvoteRule"]).contains("kipToNextRank");
    for (marks, cards) in cvrs.ways(id) {
        let mut last = 0;
        for rank in marks.chunk_by(|a, b| a.rank == b.rank) {
            if rank[0].rank - last > number("maxSkippedRanksAllowed").saturating_add(1) {
                break;
            }
            last = rank[0].rank;
            match rank {
                [Mark { votes: 0, .. }] => {}
                [mark] => {
                    if let Some(name) = known_as(config, contest, mark.choice) {
                        *tally.entry(name).or_insert(0) += cards;
                    }
                    break;
                }
                _ if goes_on => {}
                _ => break,
            }
        }
    }
}

fn known_as(config: &serde_json::Value, contest: &Contest, choice: u32) -> Option<String> {
    let name = &contest.choices.get(choice as usize)?.name;
    let candidates = config["candidates"].as_array()?;
    let is = |candidate: &&serde_json::Value| {
        let mut aliases = candidate["aliases"].as_array().into_iter().flatten();
        text(&candidate["name"]) == name || aliases.any(|alias| text(alias) == name)
    };
    Some(text(&candidates.iter().find(is)?["name"]).to_owned())
}

#[test]
fn example_records_read() {
    let Some(root) = formats() else { return };
    let (mut agreed, mut total) = (0, 0);
    for file in files(&root.join("nist/cvr-repo")) {
        total += 1;
        let text = String::from_utf8(zst(&file)).expect("text");
        let cards = text.matches("<CVR>").count() + text.matches(":CVR>").count() / 2;
        let records = read(&[&file]);
        if records.cvrs.cards() == cards && cards > 0 { agreed += 1 } else { println!("{}", file.display()) }
    }
    report("example files have all their cards", agreed, total);
}

fn formats() -> Option<PathBuf> {
    let root = data_root();
    if root.is_none() {
        println!("skipped: no shared data");
    }
    Some(root?.join("count/formats"))
}

fn report(what: &str, agreed: u32, total: u32) {
    println!("{what}: {agreed}/{total}");
    assert_eq!(agreed, total, "{what}");
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let here = folders(folder);
    here.into_iter().flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// A file's name without the ending of its compression.
fn stem(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    name.strip_suffix(".zst").map(str::to_owned).unwrap_or(name)
}

fn folder_of(path: &Path) -> Option<&str> {
    path.parent()?.file_name()?.to_str()
}

fn text(value: &serde_json::Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// What was read; a file that was refused fails the test.
fn read(paths: &[&Path]) -> Records {
    let inputs: Vec<_> = paths.iter().map(|path| Input::file(stem(path), *path)).collect();
    let records = read_inputs(&inputs);
    let refused = records.sources.len() < inputs.len();
    assert!(!refused, "{:?}", records.complaints.iter().map(ToString::to_string).collect::<Vec<_>>());
    records
}

/// What the records say, card by card.
fn said(cvrs: CvrBuilder) -> (Vec<Contest>, Vec<String>) {
    let cvrs = cvrs.finish();
    let card = |card: pollwarden_count::Card<'_>| {
        let votes: Vec<_> = card.votes().map(|(id, marks)| (cvrs.contest(id).name.clone(), marks.to_vec())).collect();
        let place = [card.record(), card.imprinted(), card.precinct(), card.style(), card.group()];
        format!("{:?} {place:?} {votes:?}", card.batch())
    };
    (cvrs.contests().map(|(_, contest)| contest.clone()).collect(), cvrs.cards().map(card).collect())
}
