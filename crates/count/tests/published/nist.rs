//! NIST's test sets (usnistgov/cdf-test-method): both notations say the same, tabulating the cast vote records gives the
//! results file, and what is written from results is valid by NIST's schemas. Reports of RCTab's own test data
//! (BrightSpots/rcv) check first choices of CVR documents, among them Unisyn's.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use pollwarden_count::err_v2::{self, ElectionType, Heading, Status};
use pollwarden_count::tabulate::plurality::{self, Count};
use pollwarden_count::{Card, Contest, ContestId, CvrBuilder, Cvrs, Mark, Nesting, Records, Results, read_inputs};
use pollwarden_intake::Input;
use pollwarden_testkit::{data_root, folders, jsonschema, zst};

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
            _ => a.complaints.len() == b.complaints.len() && same_results(a.results, b.results),
        };
        if same { agreed += 1 } else { println!("{} and {} differ", json.display(), xml.display()) }
    }
    report("XML equals JSON", agreed, total);
}

/// Ids hold within one document: Cambridge's two have `bms-question-1-yes` and `bmc-question-1-yes` for the same selection.
fn same_results(mut a: Vec<Results>, mut b: Vec<Results>) -> bool {
    for choice in a.iter_mut().chain(&mut b).flat_map(|r| &mut r.contests).flat_map(|c| &mut c.choices) {
        choice.external_id.clear();
    }
    a == b
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
        let json = stem(cvr).replace(".xml", ".json");
        let Some(json) = files.iter().find(|path| stem(path) == json) else { continue };
        let cvrs = read(&[cvr]).cvrs.finish();
        let primary = Primary::of(&cvrs, json);
        for results in read(&[err]).results {
            let (a, n) = compare(&cvrs, &primary, &results, &cvr.display().to_string());
            (agreed, total) = (agreed + a, total + n);
        }
    }
    report("counts of CVRs equal those reported", agreed, total);
}

/// Every count that the results have, against the cards.
fn compare(cvrs: &Cvrs, primary: &Primary, results: &Results, name: &str) -> (u32, u32) {
    let (mut agreed, mut total) = (0, 0);
    let mut check = |what: String, ours: u64, theirs: i64| {
        total += 1;
        if i64::try_from(ours) == Ok(theirs) {
            agreed += 1
        } else {
            println!("{name}: {what}: {ours}, reported {theirs}")
        }
    };
    for reported in &results.contests {
        let id = cvrs.find_contest(&reported.external_id).expect("the contest is in the records");
        let contest = cvrs.contest(id);
        let place = |choice: &str| contest.choice(choice).expect("the choice is in the records");
        let whole = plurality::count(cvrs, id).expect("a count");
        for choice in &reported.choices {
            check(format!("{} {}", contest.name, choice.name), whole.votes[place(&choice.external_id)], choice.votes);
        }
        check(format!("{} overvotes", contest.name), whole.overvotes, reported.overvotes.unwrap_or(0));
        let taken_part = count_in(cvrs, id, primary, None);
        check(format!("{} undervotes", contest.name), taken_part.undervotes, reported.undervotes.unwrap_or(0));
        for part in &reported.parts {
            let here = count_in(cvrs, id, primary, Some(&part.unit));
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

fn count_in(cvrs: &Cvrs, id: ContestId, primary: &Primary, precinct: Option<&str>) -> Count {
    let contest = cvrs.contest(id);
    let mut count = Count::of(contest.choices.len());
    for card in cvrs.cards().filter(|card| precinct.is_none_or(|precinct| card.precinct() == precinct)) {
        if let Some(marks) = card.marks(id).filter(|_| primary.takes_part(card, id)) {
            count.add(marks, 1, contest.votes_allowed.unwrap_or(1));
        }
    }
    count
}

/// In a primary whose card holds every party's contests, a voter takes part in those of one party: NIST's cards say no
/// undervote (`Undervotes` 0) for the unmarked contests of the others, though these are on the card.
struct Primary(Vec<Option<String>>);

impl Primary {
    /// The party of each contest, by the JSON of the cast vote records.
    fn of(cvrs: &Cvrs, json: &Path) -> Self {
        let report: serde_json::Value = serde_json::from_slice(&zst(json)).expect("JSON");
        let elections = report["Election"].as_array().into_iter().flatten();
        let contests: Vec<_> = elections.flat_map(|e| e["Contest"].as_array().into_iter().flatten()).collect();
        let party = |contest: &Contest| {
            let there = contests.iter().find(|c| text(&c["@id"]) == contest.external_id)?;
            there["PrimaryPartyId"].as_str().map(str::to_owned)
        };
        Self(cvrs.contests().map(|(_, contest)| party(contest)).collect())
    }

    fn takes_part(&self, card: Card<'_>, id: ContestId) -> bool {
        let Some(party) = &self.0[id.0 as usize] else { return true };
        let of_party = card.votes().filter(|(id, _)| self.0[id.0 as usize].as_ref() == Some(party));
        of_party.into_iter().any(|(_, marks)| !marks.is_empty())
    }
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
            let name =
                Path::new(text(&source["filePath"])).file_name().unwrap_or_default().to_string_lossy().into_owned();
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
fn clarity_and_raire_files_read() {
    let Some(root) = data_root().map(|root| root.join("count")) else { return };
    let files: Vec<_> = [files(&root.join("formats/clarity")), files(&root.join("irv"))].concat();
    let (mut agreed, mut total) = (0, 0);
    for file in files.iter().filter(|path| stem(path).ends_with(".raire")) {
        total += 1;
        let text = String::from_utf8(zst(file)).expect("text");
        let lines = text.lines().filter(|line| !line.starts_with("Contest,") && line.contains(',')).count();
        let cvrs = read(&[file]).cvrs.finish();
        let votes: usize = cvrs.contests().map(|(id, _)| cvrs.cards_with(id) as usize).sum();
        if votes == lines { agreed += 1 } else { println!("{}: {votes}, not {lines}", file.display()) }
    }
    for file in files.iter().filter(|path| stem(path).ends_with(".xml")) {
        total += 1;
        let records = read(&[file]);
        records.complaints.iter().for_each(|complaint| println!("{complaint}"));
        let sums = records.results[0].contests.iter().all(|contest| {
            let whole = contest.parts.iter().filter(|part| part.group.is_empty());
            let votes = |at: usize| whole.clone().filter_map(|part| part.votes[at]).sum::<i64>();
            contest.choices.iter().enumerate().all(|(at, choice)| votes(at) == choice.votes)
        });
        if sums && records.complaints.is_empty() { agreed += 1 } else { println!("{}", file.display()) }
    }
    report("Clarity's and RAIRE's files", agreed, total);
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
    let mut records = read_inputs(&inputs);
    assert_eq!(records.refused, []);
    // Two files of the same results differ in their names.
    records.results.iter_mut().for_each(|results| results.source.clear());
    records
}

/// What the records say, card by card.
fn said(cvrs: CvrBuilder) -> (Vec<Contest>, Vec<String>) {
    let cvrs = cvrs.finish();
    let card = |card: Card<'_>| {
        let votes: Vec<_> = card.votes().map(|(id, marks)| (cvrs.contest(id).name.clone(), marks.to_vec())).collect();
        let place = [card.record(), card.imprinted(), card.precinct(), card.style(), card.group()];
        format!("{:?} {place:?} {votes:?}", card.batch())
    };
    (cvrs.contests().map(|(_, contest)| contest.clone()).collect(), cvrs.cards().map(card).collect())
}

#[test]
fn results_written_are_valid_and_read_back() {
    let Some(root) = formats() else { return };
    let all = [files(&root.join("nist")), files(&root.join("clarity"))].concat();
    let schema = all.iter().find(|path| stem(path) == "NIST_V2_election_results_reporting.json");
    let schema = schema.map(|path| serde_json::from_slice(&zst(path)).expect("a schema"));
    let schema = schema.map(|schema: serde_json::Value| jsonschema::validator_for(&schema).expect("a schema"));
    let xsd = all.iter().find(|path| stem(path) == "NIST_V2_election_results_reporting.xsd");
    let folder = std::env::temp_dir().join(format!("pollwarden-err-v2-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let (mut agreed, mut total) = (0, 0);
    let is_results = |path: &&PathBuf| {
        folder_of(path) == Some("err_v2") || stem(path).ends_with("-3.xml") || stem(path).ends_with("precinct.xml")
    };
    for file in all.iter().filter(is_results) {
        for results in read(&[file]).results {
            let (json, xml) = (err_v2::json(&results, &heading()), err_v2::xml(&results, &heading()));
            total += 1;
            let paths = [folder.join("a.json"), folder.join("a.xml")];
            std::fs::write(&paths[0], &json).expect("written");
            std::fs::write(&paths[1], &xml).expect("written");
            let value = serde_json::from_str(&json).expect("JSON");
            let faults: Vec<_> =
                schema.iter().flat_map(|schema| schema.iter_errors(&value)).map(|e| e.to_string()).collect();
            let valid = faults.is_empty() && xsd.is_none_or(|xsd| valid_by_xsd(&paths[1], xsd, &folder));
            let same = paths.iter().all(|path| same_content(read(&[path]).results.remove(0), results.clone()));
            if valid && same {
                agreed += 1
            } else {
                println!("{}: valid {valid} {faults:?}, same {same}", file.display())
            }
        }
    }
    std::fs::remove_dir_all(&folder).expect("removed");
    report("results written again are valid and the same", agreed, total);
}

#[test]
fn a_report_before_the_election_gives_no_results() {
    let Some(root) = formats() else { return };
    let (mut agreed, mut total) = (0, 0);
    for file in files(&root.join("nist")).iter().filter(|path| stem(path).starts_with("pe-err-")) {
        total += 1;
        let records = read(&[file]);
        let said = records.complaints.iter().filter(|complaint| complaint.expected == "vote counts").count();
        if records.results.is_empty() && said == 1 { agreed += 1 } else { println!("{}", file.display()) }
    }
    report("reports before an election have no counts", agreed, total);
}

/// What is written: the order of parts and ids that are no XML names are not among it, nor are the kinds of units, which tell how
/// they lie in each other.
fn same_content(mut a: Results, mut b: Results) -> bool {
    for contest in a.contests.iter_mut().chain(&mut b.contests) {
        contest.external_id.clear();
        contest.choices.iter_mut().for_each(|choice| choice.external_id.clear());
        contest.parts.iter_mut().for_each(|part| part.nesting = Nesting::Unknown);
        contest.parts.sort_by(|x, y| (&x.unit, &x.group).cmp(&(&y.unit, &y.group)));
    }
    a == b
}

/// By xmllint, where there is one.
fn valid_by_xsd(xml: &Path, xsd: &Path, folder: &Path) -> bool {
    let schema = folder.join("schema.xsd");
    std::fs::write(&schema, zst(xsd)).expect("written");
    let run = std::process::Command::new("xmllint").args(["--noout", "--schema"]).arg(&schema).arg(xml).output();
    let Ok(run) = run else { return true };
    if !run.status.success() {
        println!("{}", String::from_utf8_lossy(&run.stderr).lines().take(5).collect::<Vec<_>>().join("\n"));
    }
    run.status.success()
}

fn heading() -> Heading {
    Heading {
        generated: "2026-11-04T21:00:00-05:00".to_owned(),
        issuer: "Fennmoor County".to_owned(),
        issuer_abbreviation: "FEN".to_owned(),
        application: "Pollwarden".to_owned(),
        start_date: "2026-11-03".to_owned(),
        end_date: "2026-11-03".to_owned(),
        election: ElectionType::General,
        status: Status::UnofficialComplete,
    }
}
