//! Vendors' exports: what is read from them equals what other programs counted, and what their own files say.

#![allow(clippy::print_stdout, reason = "the figures reached, and what was skipped, are said")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use pollwarden_count::{ContestId, Cvrs, Mark, Records, read, read_inputs};
use pollwarden_intake::Input;
use pollwarden_testkit::{data_root, folders, zst};
use serde_json::Value;

fn formats() -> Option<PathBuf> {
    let root = data_root().map(|root| root.join("count/formats"));
    if root.is_none() {
        println!("skipped: no shared data");
    }
    root
}

fn read_files(paths: &[PathBuf]) -> Records {
    let inputs: Vec<_> = paths.iter().map(|path| Input::file(name_of(path), path)).collect();
    read_inputs(&inputs)
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Votes by choice's name, over all cards.
fn votes(cvrs: &Cvrs, contest: ContestId) -> BTreeMap<String, u64> {
    let mut votes = BTreeMap::new();
    for (marks, cards) in cvrs.ways(contest) {
        for mark in marks.iter().filter(|mark| mark.choice != Mark::OVERVOTE) {
            let name = cvrs.contest(contest).choices[mark.choice as usize].name.clone();
            *votes.entry(name).or_insert(0) += u64::from(mark.votes) * cards;
        }
    }
    votes
}

mod rctab {
    //! First rounds as RCTab counted them.

    use super::*;

    const PROVIDERS: [&str; 3] = ["dominion", "clearBallot", "hart"];

    /// What a way of voting is in the first round.
    enum First {
        Choice(u32),
        Overvote,
        Nothing,
    }

    fn first(marks: &[Mark], ranked: bool, skips_allowed: usize, skip_overvotes: bool) -> First {
        let mut marks: Vec<_> = marks.iter().filter(|mark| mark.votes > 0 || !ranked).copied().collect();
        marks.sort_by_key(|mark| mark.rank);
        let mut before = 0;
        for at_rank in marks.chunk_by(|a, b| a.rank == b.rank) {
            let rank = usize::from(at_rank[0].rank);
            if rank - before > skips_allowed + 1 {
                return First::Nothing;
            }
            before = rank;
            match at_rank {
                [one] if one.choice != Mark::OVERVOTE => return First::Choice(one.choice),
                _ if skip_overvotes => {}
                _ => return First::Overvote,
            }
        }
        First::Nothing
    }

    fn check(folder: &Path, config: &Value, report: &Value) {
        let source = &config["cvrFileSources"][0];
        let path = folder.join(source["filePath"].as_str().expect("a path"));
        let path = if path.exists() { path } else { PathBuf::from(format!("{}.zst", path.display())) };
        if !path.exists() {
            println!("skipped {}: {} is not there", folder.display(), path.display());
            return;
        }
        let records = read(&path);
        assert_eq!(records.complaints, [], "{}", folder.display());
        let cvrs = records.cvrs.finish();
        let contest = cvrs.find_contest(source["contestId"].as_str().expect("a contest")).expect("the contest");
        let rules = &config["rules"];
        let skips = rules["maxSkippedRanksAllowed"].as_str().and_then(|n| n.parse().ok()).unwrap_or(usize::MAX - 1);
        let skip_overvotes = rules["overvoteRule"] == "alwaysSkipToNextRank";
        let (mut tally, mut overvotes) = (BTreeMap::new(), 0);
        let ranked = cvrs.contest(contest).ranks > 0;
        for (marks, cards) in cvrs.ways(contest) {
            match first(marks, ranked, skips, skip_overvotes) {
                First::Choice(choice) => {
                    let choice = &cvrs.contest(contest).choices[choice as usize];
                    let name = candidate(config, source, &choice.name, &choice.external_id);
                    *tally.entry(name).or_insert(0) += cards;
                }
                First::Overvote => overvotes += cards,
                First::Nothing => {}
            }
        }
        let round = &report["results"][0];
        let count = |value: &Value| value.as_str().expect("a count").parse::<u64>().expect("a number");
        for (name, expected) in round["tally"].as_object().expect("a tally") {
            assert_eq!(tally.remove(name).unwrap_or(0), count(expected), "{name} in {}", folder.display());
        }
        assert_eq!(tally, BTreeMap::new(), "{}", folder.display());
        assert_eq!(overvotes, count(&round["inactiveBallots"]["overvotes"]), "{}", folder.display());
        assert_eq!(
            Some(cvrs.cards_with(contest)),
            report["summary"]["totalNumBallots"].as_str().and_then(|n| n.parse().ok())
        );
    }

    fn candidate(config: &Value, source: &Value, name: &str, id: &str) -> String {
        let is = |alias: &Value| alias == name || (!id.is_empty() && alias == id);
        let candidates = config["candidates"].as_array().expect("candidates");
        let found = candidates.iter().find(|candidate| {
            is(&candidate["name"]) || candidate["aliases"].as_array().is_some_and(|all| all.iter().any(is))
        });
        match found {
            Some(candidate) => candidate["name"].as_str().expect("a name").to_owned(),
            None if is(&source["undeclaredWriteInLabel"]) => "Undeclared Write-ins".to_owned(),
            None => format!("{name} ({id})"),
        }
    }

    fn json(path: &Path) -> Option<Value> {
        path.exists().then(|| serde_json::from_slice(&zst(path)).expect("JSON"))
    }

    #[test]
    fn first_rounds_agree() {
        let Some(root) = formats() else { return };
        let mut agreed = 0;
        for folder in folders(root.join("rctab")) {
            let name = name_of(&folder);
            let config = json(&folder.join(format!("{name}_config.json")));
            let report = json(&folder.join(format!("{name}_expected_detailed_report.json")));
            let (Some(config), Some(report)) = (config, report) else { continue };
            let provider = config["cvrFileSources"][0]["provider"].as_str().unwrap_or_default().to_owned();
            if PROVIDERS.contains(&provider.as_str()) {
                check(&folder, &config, &report);
                agreed += 1;
                println!("{name} ({provider}): first round agrees");
            }
        }
        println!("first rounds: {agreed}/{agreed}");
    }
}

mod dominion {
    use super::*;

    #[test]
    fn san_francisco_reads_without_complaint() {
        let Some(root) = formats() else { return };
        let folder = root.join("dominionCVR");
        let exports: Vec<_> = folders(&folder).into_iter().filter(|p| name_of(p).starts_with("CvrExport")).collect();
        if exports.is_empty() {
            println!("skipped: no CvrExport");
            return;
        }
        let records = read(&folder);
        assert_eq!(records.complaints, []);
        assert_eq!(records.sources.len(), folders(&folder).len());
        let cvrs = records.cvrs.finish();
        let (mut sessions, mut marked) = (0, 0);
        let mut expected: BTreeMap<(u64, u64), u64> = BTreeMap::new();
        for export in &exports {
            let export: Value = serde_json::from_slice(&zst(export)).expect("JSON");
            for session in export["Sessions"].as_array().expect("sessions") {
                sessions += 1;
                let side = session.get("Modified").filter(|m| !m.is_null()).unwrap_or(&session["Original"]);
                for card in side["Cards"].as_array().expect("cards") {
                    for contest in card["Contests"].as_array().expect("contests") {
                        for mark in contest["Marks"].as_array().expect("marks") {
                            let id = |v: &Value| v.as_u64().expect("a number");
                            let key = (id(&contest["Id"]), id(&mark["CandidateId"]));
                            *expected.entry(key).or_insert(0) += u64::from(mark["IsVote"] == true);
                            marked += 1;
                        }
                    }
                }
            }
        }
        let plurality = |(contest, _): &(&(u64, u64), &u64)| {
            cvrs.find_contest(&contest.0.to_string()).is_some_and(|id| cvrs.contest(id).ranks == 0)
        };
        let mut agreed = 0;
        for ((contest, candidate), count) in expected.iter().filter(plurality) {
            let id = cvrs.find_contest(&contest.to_string()).expect("the contest");
            let choice = cvrs.contest(id).choice(&candidate.to_string()).expect("the choice");
            let votes: u64 = cvrs
                .ways(id)
                .map(|(marks, cards)| {
                    let here = marks.iter().filter(|mark| mark.choice as usize == choice);
                    here.map(|mark| u64::from(mark.votes)).sum::<u64>() * cards
                })
                .sum();
            assert_eq!(votes, *count, "contest {contest}, candidate {candidate}");
            agreed += 1;
        }
        let names_missing = cvrs.contests().filter(|(_, c)| c.name.parse::<u64>().is_ok()).count();
        assert_eq!(names_missing, 0);
        println!("San Francisco: {sessions} sessions, {} cards, {marked} marks, {agreed} totals agree", cvrs.len());
    }

    #[test]
    fn old_and_new_shapes_are_read() {
        let Some(root) = formats() else { return };
        let folder = root.join("shangrla/Dominion_CVRs");
        let old = folder.join("test_5.2.18.2.Dominion.json");
        if old.exists() {
            let records = read(&old);
            assert_eq!(records.complaints.len(), 1, "{:?}", records.complaints);
            let cvrs = records.cvrs.finish();
            let seen: Vec<_> = cvrs.cards().map(|card| (card.imprinted().into_owned(), card.votes().count())).collect();
            assert_eq!(seen, [("60001-1-1".to_owned(), 1), ("60009-3-21".to_owned(), 2)]);
            let contest = cvrs.find_contest("122").expect("contest 122");
            assert_eq!(votes(&cvrs, contest), BTreeMap::from([("9".to_owned(), 1)]), "the adjudicated marks count");
        }
        let new = folder.join("test_5.10.50.85.Dominion.json");
        if new.exists() {
            let cvrs = read(&new).cvrs.finish();
            let places: Vec<_> = cvrs.cards().map(|c| (c.batch().batch.clone(), c.record().into_owned())).collect();
            assert!(places.contains(&("5".to_owned(), "119".to_owned())), "a blotted record id: {places:?}");
            let parts = folder.join("CVR_Export");
            if parts.exists() {
                let part = read(&parts).cvrs.finish();
                println!("the export has {} cards in one file and {} in parts", cvrs.len(), part.len());
            }
        }
    }
}

mod arlo {
    //! Exports and fixtures of Arlo, by what they evidently say.

    use super::*;

    fn arlo(files: &[&str]) -> Option<Records> {
        let root = formats()?.join("arlo");
        let paths: Vec<_> = files.iter().map(|file| root.join(file)).collect();
        if let Some(absent) = paths.iter().find(|path| !path.exists()) {
            println!("skipped: no {}", absent.display());
            return None;
        }
        Some(read_files(&paths))
    }

    /// Each card as Arlo's CSVs show it: place, then the cells of contest 1 and contest 2.
    fn shown(cvrs: &Cvrs) -> Vec<String> {
        let cells = |card: pollwarden_count::Card<'_>, name: &str, choices: &[&str]| {
            let contest = cvrs.find_contest(name).expect("the contest");
            let Some(marks) = card.marks(contest) else { return "-".repeat(choices.len()) };
            let cell = |choice: &&str| {
                let at = cvrs.contest(contest).choices.iter().position(|c| c.name == **choice);
                let votes = marks.iter().find(|m| at == Some(m.choice as usize)).map_or(0, |m| m.votes);
                char::from_digit(u32::from(votes), 10).expect("a digit")
            };
            choices.iter().map(cell).collect()
        };
        let line = |card: pollwarden_count::Card<'_>| {
            let (one, two) = (["Choice 1-1", "Choice 1-2"], ["Choice 2-1", "Choice 2-2", "Choice 2-3"]);
            let votes = format!("{} {}", cells(card, "Contest 1", &one), cells(card, "Contest 2", &two));
            let batch = card.batch();
            format!("{} {} {} {} {votes}", batch.tabulator, batch.batch, card.record(), card.imprinted())
        };
        cvrs.cards().map(line).collect()
    }

    #[test]
    fn dominion_csv() {
        if let Some(records) = arlo(&["TEST_CVRS.csv"]) {
            assert_eq!(records.complaints, []);
            let cvrs = records.cvrs.finish();
            let cards = shown(&cvrs);
            assert_eq!(cards.len(), 14);
            assert_eq!(cards[0], "TABULATOR1 BATCH1 1 1-1-1 01 110");
            assert_eq!(cards[10], "TABULATOR2 BATCH2 2 2-2-2 11 111", "an overvote is kept as it is written");
            assert_eq!(cards[12], "TABULATOR2 BATCH2 5 2-2-5 -- 000");
            let contest = cvrs.find_contest("Contest 2").expect("contest 2");
            assert_eq!(cvrs.contest(contest).votes_allowed, Some(2));
            assert_eq!(cvrs.contest(contest).choices[0].party, "LBR");
        }
        if let Some(records) = arlo(&["DOMINION_UNIQUE_VOTING_IDENTIFIER_CVR.csv"]) {
            assert_eq!(records.complaints, []);
            let cards = shown(&records.cvrs.finish());
            assert_eq!(cards[6], "TABULATOR2 BATCH1 1 2-1-1 01 110");
            assert_eq!(cards[7], "TABULATOR2 BATCH1 2 56_083-212 10 101");
        }
        if let Some(records) = arlo(&["COUNTING_GROUP_CVR.csv"]) {
            let cvrs = records.cvrs.finish();
            let mail = cvrs.cards().filter(|card| card.group() == "Mail").count();
            assert_eq!((cvrs.len(), mail), (15, 2));
        }
        for (file, choices) in [("TEST_CVRS_WITH_EXTRA_CHOICE.csv", 6), ("TEST_CVRS_WITH_CHOICE_REMOVED.csv", 4)] {
            let Some(records) = arlo(&[file]) else { continue };
            assert_eq!(records.complaints, []);
            let cvrs = records.cvrs.finish();
            assert_eq!(cvrs.contests().map(|(_, contest)| contest.choices.len()).sum::<usize>(), choices, "{file}");
        }
    }

    #[test]
    fn clear_ballot() {
        let Some(records) = arlo(&["CLEARBALLOT_CVRS.csv"]) else { return };
        assert_eq!(records.complaints, []);
        let cards = shown(&records.cvrs.finish());
        assert_eq!(cards[0], "TABULATOR1 BATCH1 1 1-1-1 01 110");
        assert_eq!(cards[13], "TABULATOR2 BATCH2 6 2-2-6 -- 101");
    }

    #[test]
    fn ess_in_every_variant() {
        let variants: [&[&str]; 3] = [
            &["ESS_BALLOTS_1.csv", "ESS_BALLOTS_2.csv", "ESS_CVR.csv"],
            &["ESS_BALLOTS_WITH_NO_METADATA_ROWS.csv", "ESS_CVR.csv"],
            &["ESS_BALLOTS_WITH_MACHINE_COLUMN_AND_NO_METADATA_ROWS.csv", "ESS_CVR.csv"],
        ];
        let mut ways = Vec::new();
        for files in variants {
            let Some(records) = arlo(files) else { continue };
            assert_eq!(records.complaints, [], "{files:?}");
            let cvrs = records.cvrs.finish();
            let cards = shown(&cvrs);
            assert_eq!(cards.len(), 14);
            let contest = cvrs.find_contest("Contest 1").expect("contest 1");
            let marks: Vec<_> = cvrs.cards().map(|card| card.marks(contest).expect("on each card").to_vec()).collect();
            assert_eq!((marks[2].as_slice(), marks[3].as_slice()), (&[][..], &[Mark::overvote(1)][..]));
            assert!(cvrs.cards().all(|card| card.group() == "Election Day" && !card.batch().tabulator.is_empty()));
            assert_eq!(cvrs.cards().nth(13).expect("a card").imprinted(), "0002000175");
            ways.push(marks);
        }
        assert!(ways.windows(2).all(|pair| pair[0] == pair[1]), "all variants say the same votes");
        if let Some(records) = arlo(&["ESS_BALLOTS_1.csv", "ESS_CVR.csv"]) {
            assert_eq!(records.complaints.len(), 1, "{:?}", records.complaints);
            assert!(records.complaints[0].found.starts_with("7 cast vote records"), "{}", records.complaints[0]);
            assert_eq!(records.cvrs.cards(), 14);
        }
    }

    #[test]
    fn hart_scanned_ballot_information() {
        if let Some(records) = arlo(&["HART_SCANNED_BALLOT_INFORMATION.csv"]) {
            assert_eq!(records.complaints.len(), 1, "no records beside it");
            assert_eq!(records.sources[0].rows, 28);
        }
        let files = [
            "HART_SCANNED_BALLOT_INFORMATION_MINIMAL_TABULATOR_1.csv",
            "HART_SCANNED_BALLOT_INFORMATION_CONFLICTING_WITH_MINIMAL.csv",
        ];
        if let Some(records) = arlo(&files) {
            let conflict =
                records.complaints.iter().find(|c| c.found.contains("TABULATOR1") || c.found.contains("CONFLICTING"));
            assert_eq!(conflict.and_then(|c| c.line), Some(3), "{:?}", records.complaints);
        }
    }

    /// Each jurisdiction's CVRs give its candidate totals, batch by batch, and its manifest's cards. The CVRs show every
    /// mark of an overvote, the totals none of them.
    #[test]
    fn small_election_adds_up() {
        let Some(root) = formats() else { return };
        let files = folders(root.join("arlo/small-election"));
        let (mut batches, mut counts) = (0, 0);
        for cvrs in files.iter().filter(|path| name_of(path).ends_with(" - cvrs.csv")) {
            let name = name_of(cvrs);
            let jurisdiction = name.trim_end_matches("cvrs.csv");
            let own: Vec<_> = files.iter().filter(|path| name_of(path).starts_with(jurisdiction)).cloned().collect();
            let records = read_files(&own);
            assert_eq!(records.complaints, [], "{jurisdiction}");
            let cvrs = records.cvrs.finish();
            for batch in &records.manifest.batches {
                let cards = cvrs.cards().filter(|card| *card.batch() == batch.key).count() as u64;
                assert_eq!(cards, batch.cards, "{jurisdiction}{:?}", batch.key);
                batches += 1;
            }
            for contest in records.results.iter().flat_map(|results| &results.contests) {
                let id = cvrs.find_contest(&contest.name).expect("the contest");
                for part in &contest.parts {
                    for (choice, votes) in contest.choices.iter().zip(&part.votes) {
                        let at = cvrs.contest(id).choice(&choice.name).expect("the choice") as u32;
                        let here = cvrs.cards().filter(|card| card.batch().batch == part.unit);
                        let allowed = cvrs.contest(id).votes_allowed.expect("votes allowed");
                        let marks = here.filter_map(|card| card.marks(id));
                        let valid = marks.filter(|m| m.iter().map(|m| u32::from(m.votes)).sum::<u32>() <= allowed);
                        let counted: u64 = valid.flatten().filter(|m| m.choice == at).map(|m| u64::from(m.votes)).sum();
                        assert_eq!(Some(counted as i64), *votes, "{jurisdiction}{} {}", part.unit, choice.name);
                        counts += 1;
                    }
                }
            }
        }
        println!("small election: {batches} batches and {counts} counts agree");
    }
}

mod hart {
    use super::*;

    #[test]
    fn shangrla_sheets_are_read() {
        let Some(root) = formats() else { return };
        let folder = root.join("shangrla/Hart_CVRs");
        if folders(&folder).is_empty() {
            println!("skipped: no {}", folder.display());
            return;
        }
        let records = read(&folder);
        assert_eq!(records.complaints, []);
        let cvrs = records.cvrs.finish();
        assert_eq!(cvrs.len(), folders(&folder).len());
        let president = cvrs.find_contest("PRESIDENT").expect("PRESIDENT");
        let mayor = cvrs.find_contest("MAYOR").expect("MAYOR, though it has the id of PRESIDENT");
        let washington = votes(&cvrs, president).get("George Washington").copied();
        println!("Hart: Washington {washington:?}, mayor {:?}", votes(&cvrs, mayor));
        assert!(cvrs.cards().all(|card| !card.imprinted().is_empty() && !card.batch().batch.is_empty()));
    }
}
