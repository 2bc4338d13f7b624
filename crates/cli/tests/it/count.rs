//! `pollwarden count`: an audit from plan to answer, and the audit of the audit.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{run, told};

/// 400 cards in two batches: Ada 240, Ben 150, ten blank. The settings have no seed yet.
fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let contest = "Clerk (Vote For=1)";
    let mut records = format!(
        "Lake,5.10.50.85,,,,,,,\n,,,,,,,,{contest},{contest}\n,,,,,,,,Ada Zed,Ben Yew\n\
         CvrNumber,TabulatorNum,BatchId,RecordId,ImprintedId,CountingGroup,PrecinctPortion,BallotType,,\n"
    );
    for card in 0..400 {
        let (batch, record) = (1 + card / 200, 1 + card % 200);
        let marks = ["1,0", "0,1", "1,0", "0,1", "1,0"][card % 5];
        let marks = if card % 40 == 1 { "0,0" } else { marks };
        records.push_str(&format!("{card},1,{batch},{record},1-{batch}-{record},Mail,P1,S1,{marks}\n"));
    }
    let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
    write("records.csv", &records);
    write("manifest.csv", "Tabulator,Batch Name,Number of Ballots\n1,1,200\n1,2,200\n");
    write("results.csv", "contest,choice,votes\nClerk,Ada Zed,240\nClerk,Ben Yew,150\n");
    write("audit.toml", "risk_limit = 0.05\nrounds = [60]\n");
    dir
}

fn seeded(dir: &Path) {
    let file = dir.join("audit.toml");
    let settings = fs::read_to_string(&file).unwrap();
    fs::write(file, format!("seed = \"20260711\"\n{settings}")).unwrap();
}

/// Fills in the sheet as people would who read what the machine read.
fn filled(dir: &Path, sheet: &str) -> Vec<String> {
    let records = fs::read_to_string(dir.join("records.csv")).unwrap();
    let by_id: HashMap<&str, &str> = records
        .lines()
        .skip(4)
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let read = match (cells[8], cells[9]) {
                ("1", _) => "Ada Zed",
                (_, "1") => "Ben Yew",
                _ => "blank",
            };
            (cells[4], read)
        })
        .collect();
    let row = |line: &str| {
        let id = line.split(',').nth(6).unwrap();
        format!("{line}{}", by_id[id])
    };
    sheet.lines().take(1).map(str::to_owned).chain(sheet.lines().skip(1).map(row)).collect()
}

fn text(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn answer(dir: &Path) -> (Value, i32) {
    let (output, code) = run(&["count", "audit", dir.to_str().unwrap(), "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    (report["answers"][0].clone(), code)
}

/// Manifest, records and seed, the sheet drawn and filled in.
fn audited() -> (tempfile::TempDir, Vec<String>) {
    let dir = folder();
    seeded(dir.path());
    let (sheet, code) = run(&["count", "draw", dir.path().to_str().unwrap()]);
    assert_eq!(code, 0, "{}", String::from_utf8_lossy(&sheet.stderr));
    let rows = filled(dir.path(), &text(&sheet));
    assert_eq!(rows.len(), 61);
    fs::write(dir.path().join("board.csv"), rows.join("\n")).unwrap();
    (dir, rows)
}

#[test]
fn an_audit_goes_from_plan_to_a_confirmed_outcome() {
    let dir = folder();
    let at = dir.path().to_str().unwrap();
    let (plan, code) = run(&["count", "plan", at]);
    assert_eq!(code, 0);
    let plan = text(&plan);
    assert!(plan.contains("Clerk: Ada Zed won; the smallest lead is 90 votes, 22.500 % of 400 cards."), "{plan}");
    assert!(plan.contains("BRAVO") && plan.contains("Minerva"), "{plan}");
    let (draw, code) = run(&["count", "draw", at]);
    assert_eq!(code, 2, "without a seed nothing is drawn");
    assert!(String::from_utf8_lossy(&draw.stderr).contains("seed"));
    let (before, code) = answer(dir.path());
    assert_eq!((before["verdict"].as_str(), code), (Some("cannot-tell"), 3));

    let (dir, _) = audited();
    let (after, code) = answer(dir.path());
    assert_eq!((after["verdict"].as_str(), code), (Some("nothing-found"), 0), "{after:#}");
    let (risk, code) = run(&["count", "risk", dir.path().to_str().unwrap()]);
    assert_eq!(code, 0);
    assert!(text(&risk).contains("confirmed"), "{}", text(&risk));
    let (replay, code) = run(&["count", "replay", dir.path().to_str().unwrap()]);
    assert_eq!(code, 0);
    assert!(text(&replay).contains("Everything that was drawn has a row"), "{}", text(&replay));
}

#[test]
fn what_a_draw_rests_on_is_entered_before_the_seed() {
    let (office, dir) = (tempfile::tempdir().unwrap(), folder());
    let args = ["count", "commit", dir.path().to_str().unwrap(), "--office", office.path().to_str().unwrap()];
    let (output, code) = run(&args);
    assert_eq!(code, 0, "{}", String::from_utf8_lossy(&output.stderr));
    let (list, _) = run(&["ledger", "list", office.path().to_str().unwrap()]);
    let list = text(&list);
    assert!(list.contains("6 entries") && list.contains("before an audit's draw, with 5 further entries"), "{list}");
    seeded(dir.path());
    let (late, code) = run(&args);
    assert_eq!(code, 2);
    assert!(String::from_utf8_lossy(&late.stderr).contains("after the draw proves nothing"));
}

#[test]
fn too_few_cards_are_no_answer() {
    let (dir, rows) = audited();
    fs::write(dir.path().join("audit.toml"), "risk_limit = 0.05\nseed = \"20260711\"\nrounds = [8]\n").unwrap();
    let (sheet, _) = run(&["count", "draw", dir.path().to_str().unwrap()]);
    let rows: Vec<String> = filled(dir.path(), &text(&sheet)).into_iter().chain([rows[1].clone()]).take(9).collect();
    fs::write(dir.path().join("board.csv"), rows.join("\n")).unwrap();
    let (answer, code) = answer(dir.path());
    assert_eq!((answer["verdict"].as_str(), code), (Some("cannot-tell"), 3));
    let gaps = answer["coverage"]["unwatched"].to_string();
    assert!(gaps.contains("Clerk: after 8 draws the measured risk is") && gaps.contains("more"), "{gaps}");
    let (_, code) = run(&["count", "risk", dir.path().to_str().unwrap()]);
    assert_eq!(code, 3);
}

#[test]
fn every_card_that_does_not_fit_is_named() {
    let (dir, mut rows) = audited();
    let left_out = rows.remove(5);
    let doubled = rows[7].replace("Ada Zed", "blank").replace("Ben Yew", "Ada Zed");
    rows.push(doubled);
    rows.push(",,,1,9,3,,found,Ada Zed".to_owned());
    fs::write(dir.path().join("board.csv"), rows.join("\n")).unwrap();
    let cards = dir.path().join("cards.csv");
    let (replay, code) = run(&["count", "replay", dir.path().to_str().unwrap(), "--output", cards.to_str().unwrap()]);
    let replay = text(&replay);
    assert_eq!(code, 1);
    let place: Vec<&str> = left_out.split(',').collect();
    assert!(
        replay.contains(&format!("card {} of batch {} of tabulator 1: not audited", place[5], place[4])),
        "{replay}"
    );
    assert!(replay.contains("a second row of the card"), "{replay}");
    assert!(replay.contains("the manifest has no batch"), "{replay}");
    assert_eq!(fs::read_to_string(cards).unwrap().lines().filter(|line| line.contains("not audited")).count(), 1);
    let (answer, code) = answer(dir.path());
    assert_eq!(code, 1);
    let found: Vec<&str> = told(&answer).iter().filter_map(|f| f["detector"].as_str()).collect();
    assert!(found.contains(&"count/unaudited-card") && found.contains(&"count/stray-row"), "{found:?}");
}

#[test]
fn records_are_counted_and_written_as_results() {
    let dir = folder();
    let records = dir.path().join("records.csv");
    let (plain, code) = run(&["count", "tabulate", records.to_str().unwrap()]);
    assert_eq!(code, 0);
    assert!(text(&plain).contains("Ada Zed") && text(&plain).contains("240"), "{}", text(&plain));
    let report = ["count", "tabulate", records.to_str().unwrap(), "--format", "err-json"];
    let (_, code) = run(&report);
    assert_eq!(code, 2, "nobody says which election");
    let (json, code) = run(&[&report[..], &["--date", "2026-11-03", "--type", "special"]].concat());
    assert_eq!(code, 0);
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert!(json.to_string().contains("240"), "{json}");
    let said = |field: &str| json["Election"][0][field].as_str().unwrap_or_default().to_owned();
    assert_eq!([said("StartDate"), said("EndDate"), said("Type")], ["2026-11-03", "2026-11-03", "special"]);
    assert_eq!(json["Status"], "unofficial-complete");
    let (none, code) = run(&["count", "tabulate", dir.path().join("audit.toml").to_str().unwrap()]);
    assert_eq!(code, 2);
    assert!(String::from_utf8_lossy(&none.stderr).contains("no cast vote records"));
}

#[test]
fn totals_beside_a_folder_and_impossible_shares_are_refused() {
    let dir = folder();
    let folder = dir.path().to_str().unwrap();
    for more in [["--winners", "2"], ["--votes-allowed", "2"], ["--votes", "Ada Zed=9"], ["--errors", "0.9"]] {
        let (_, code) = run(&[&["count", "plan", folder][..], &more].concat());
        assert_eq!(code, 2, "{more:?}");
    }
}

#[test]
fn a_slip_in_the_settings_is_shown_with_its_line() {
    let dir = folder();
    fs::write(dir.path().join("audit.toml"), "risk_limit = 0.05\nround = [60]\n").unwrap();
    let (answer, code) = answer(dir.path());
    assert_eq!(code, 3);
    assert!(
        answer["coverage"].to_string().contains("line 2") || answer.to_string().contains("\"line\":2"),
        "{answer:#}"
    );
}

/// Committed to, seeded, drawn and filled in; the office's folder holds the ledger.
fn committed() -> (tempfile::TempDir, tempfile::TempDir) {
    let (office, dir) = (tempfile::tempdir().unwrap(), folder());
    let at = dir.path().to_str().unwrap();
    let (output, code) = run(&["count", "commit", at, "--office", office.path().to_str().unwrap()]);
    assert_eq!(code, 0, "{}", String::from_utf8_lossy(&output.stderr));
    seeded(dir.path());
    let (sheet, code) = run(&["count", "draw", at]);
    assert_eq!(code, 0, "{}", String::from_utf8_lossy(&sheet.stderr));
    fs::write(dir.path().join("board.csv"), filled(dir.path(), &text(&sheet)).join("\n")).unwrap();
    (office, dir)
}

fn entered(dir: &Path, office: &Path) -> (Value, i32) {
    let args = ["count", "audit", dir.to_str().unwrap(), "--format", "json", "--enter", office.to_str().unwrap()];
    let (output, code) = run(&args);
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stderr)));
    (report["answers"][0].clone(), code)
}

#[test]
fn what_was_committed_to_is_held_against_what_is_there() {
    let (office, dir) = committed();
    let (answer, code) = entered(dir.path(), office.path());
    assert_eq!((answer["verdict"].as_str(), code), (Some("nothing-found"), 0), "{answer:#}");

    let changes =
        [("records.csv", "Mail", "Post"), ("audit.toml", "0.05", "0.4"), ("manifest.csv", "1,2,200", "01,2,200")];
    for (name, from, to) in changes {
        let file = dir.path().join(name);
        let before = fs::read_to_string(&file).unwrap();
        fs::write(&file, before.replace(from, to)).unwrap();
        let (answer, code) = entered(dir.path(), office.path());
        let found = told(&answer);
        assert_eq!(code, 1, "{name}: {answer:#}");
        let finding = found.iter().find(|f| f["detector"] == "count/not-as-committed").unwrap();
        assert!(finding["severity"] == "critical" && finding.to_string().contains(name), "{finding:#}");
        fs::write(&file, before).unwrap();
    }
    let settings = dir.path().join("audit.toml");
    let more = fs::read_to_string(&settings).unwrap().replace("[60]", "[59, 1]");
    fs::write(settings, more).unwrap();
    let (_, code) = entered(dir.path(), office.path());
    assert_eq!(code, 0, "rounds are not known before the draw");
}

#[test]
fn a_ledger_without_a_commitment_says_so_and_a_second_commitment_too() {
    let (dir, _) = audited();
    let office = tempfile::tempdir().unwrap();
    let (_, code) = entered(dir.path(), office.path());
    assert_eq!(code, 0);
    let (answer, _) = entered(dir.path(), office.path());
    assert!(answer.to_string().contains("holds no commitment to these files"), "{answer:#}");

    let (office, dir) = committed();
    let records = dir.path().join("records.csv");
    let other = fs::read_to_string(&records).unwrap().replace("Mail", "Post");
    fs::write(records, other).unwrap();
    let settings = dir.path().join("audit.toml");
    let seeded = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, "risk_limit = 0.05\nrounds = [60]\n").unwrap();
    let (_, code) =
        run(&["count", "commit", dir.path().to_str().unwrap(), "--office", office.path().to_str().unwrap()]);
    assert_eq!(code, 0);
    fs::write(&settings, seeded).unwrap();
    let (answer, code) = entered(dir.path(), office.path());
    assert_eq!(code, 0);
    assert!(answer["coverage"].to_string().contains("other files of these names"), "{answer:#}");
}

#[test]
fn an_assessment_holds_the_count_against_its_commitment() {
    let (office, made) = (tempfile::tempdir().unwrap(), committed().1);
    let dir = office.path().join("count");
    fs::create_dir(&dir).unwrap();
    for name in ["records.csv", "manifest.csv", "results.csv"] {
        fs::copy(made.path().join(name), dir.join(name)).unwrap();
    }
    fs::write(dir.join("audit.toml"), "risk_limit = 0.05\nrounds = [60]\n").unwrap();
    let at = office.path().to_str().unwrap();
    let (_, code) = run(&["count", "commit", dir.to_str().unwrap(), "--office", at]);
    assert_eq!(code, 0);
    for name in ["audit.toml", "board.csv"] {
        fs::copy(made.path().join(name), dir.join(name)).unwrap();
    }
    let records = fs::read_to_string(dir.join("records.csv")).unwrap();
    fs::write(dir.join("records.csv"), records.replace("Mail", "Post")).unwrap();
    let (output, code) = run(&["assess", at, "--format", "json"]);
    let report = text(&output);
    assert_eq!(code, 1, "{report}");
    assert!(report.contains("count/not-as-committed"), "{report}");
    let (near, code) = answer(&dir);
    assert_eq!(code, 1, "the ledger of the office whose folder it lies in: {near:#}");
}

#[test]
fn the_risk_is_confirmed_only_where_the_audit_finds_nothing() {
    type Change = fn(String) -> String;
    let spoil: [(&str, Change, i32, &str); 4] = [
        ("records.csv", |text| text[..text.len() / 2].trim_end_matches('0').to_owned() + "\n\"", 3, "none"),
        ("results.csv", |_| "contest,choice,votes\nClerk,Ada Zed,many\n".to_owned(), 3, "ballot comparison"),
        ("board.csv", |text| text.replacen("Ada Zed\n", "Aga Zed\n", 1), 3, "Aga Zed"),
        (
            "board.csv",
            |text| format!("{text}\n,,,1,1,7,,found,Ben Yew\n,,,1,1,7,,found,Ada Zed\n"),
            1,
            "of the audit board",
        ),
    ];
    for (name, change, expected, shown) in spoil {
        let (dir, _) = audited();
        let file = dir.path().join(name);
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, change(text)).unwrap();
        let at = dir.path().to_str().unwrap();
        let (_, code) = run(&["count", "audit", at]);
        assert_eq!(code, expected, "{name}: the audit");
        let (risk, code) = run(&["count", "risk", at]);
        let said = self::text(&risk);
        assert_eq!(code, expected, "{name}: {said}");
        assert!(said.contains("not confirmed: ") && said.contains(shown), "{said}");
    }
}

fn refused(args: &[&str]) -> String {
    let (output, code) = run(args);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(code, 2, "{args:?}: {said}");
    assert!(!said.contains("panicked"), "{said}");
    said
}

#[test]
fn what_people_filled_in_is_not_written_over() {
    let (dir, rows) = audited();
    let at = dir.path().to_str().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    for name in ["board.csv", "manifest.csv"] {
        let before = fs::read_to_string(path(name)).unwrap();
        for command in [["count", "draw", at], ["count", "replay", at], ["count", "tabulate", at]] {
            let said = refused(&[&command[..], &["--output", &path(name)]].concat());
            assert!(said.contains("is there already"), "{said}");
        }
        assert!(refused(&["count", "audit", at, "--output", &path(name)]).contains("files that are to be read"));
        assert_eq!(fs::read_to_string(path(name)).unwrap(), before);
    }
    assert_eq!(rows.len(), 61);
    for _ in 0..2 {
        let (output, code) = run(&["count", "audit", at, "--output", &path("answer.txt")]);
        assert_eq!(code, 0, "an answer may be written again: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn what_is_no_file_of_the_count_changes_no_answer() {
    let (dir, _) = audited();
    let at = dir.path().to_str().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    for (name, format) in [("answer.txt", "plain"), ("answer.json", "json"), ("answer.html", "html")] {
        let (_, code) = run(&["count", "audit", at, "--output", &path(name), "--format", format]);
        assert_eq!(code, 0, "{name}");
    }
    run(&["count", "replay", at, "--output", &path("cards.csv")]);
    run(&["count", "draw", at, "--output", &path("sheet.csv")]);
    fs::write(path("README.txt"), "Our count.").unwrap();
    fs::write(path("notes.md"), "# Notes").unwrap();
    let (answer, code) = answer(dir.path());
    assert_eq!(code, 0, "{answer:#}");
    let coverage = answer["coverage"].to_string();
    for name in ["answer.txt", "answer.json", "answer.html", "cards.csv", "sheet.csv", "README.txt", "notes.md"] {
        assert!(answer.to_string().contains(name), "{name}: {coverage}");
    }
    fs::write(path("export.txt"), "who knows").unwrap();
    assert_eq!(self::answer(dir.path()).1, 3);
}

#[test]
fn outside_names_command_no_terminal_and_no_spreadsheet() {
    let dir = folder();
    let hostile = "\u{1b}]0;x\u{7}Ada\u{202e}";
    for name in ["records.csv", "results.csv"] {
        let file = dir.path().join(name);
        let text = fs::read_to_string(&file).unwrap().replace("Ada Zed", hostile);
        fs::write(&file, text.replace("Clerk", "=Clerk")).unwrap();
    }
    seeded(dir.path());
    let at = dir.path().to_str().unwrap();
    let plan = ["count", "plan", "--cards", "100", "--votes", "\u{1b}[31mAda=60", "--votes", "Ben=30"];
    for args in [&["count", "plan", at][..], &["count", "risk", at], &["count", "tabulate", at], &plan] {
        let (output, _) = run(args);
        let said = text(&output) + &String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("Ada") || args[1] == "risk", "{args:?}: {said}");
        assert!(!said.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{args:?}: {said:?}");
    }
    let (sheet, _) = run(&["count", "draw", at]);
    let sheet = text(&sheet);
    assert!(sheet.lines().next().unwrap().ends_with(",'=Clerk"), "{sheet}");
    let rows = filled(dir.path(), &sheet).join("\n").replace("Ada Zed", hostile);
    fs::write(dir.path().join("board.csv"), rows).unwrap();
    let (answer, code) = answer(dir.path());
    assert_eq!(code, 0, "{answer:#}");
}

#[test]
fn slips_of_the_command_line_are_refused_in_words() {
    let (dir, _) = audited();
    let at = dir.path().to_str().unwrap();
    let most = u64::MAX.to_string();
    let plan = |more: &[&str]| refused(&[&["count", "plan"][..], more].concat());
    let votes = format!("Ada={most}");
    assert!(plan(&["--cards", &most, "--votes", &votes, "--votes", "Ben=1"]).contains("at most 10000000000"));
    for errors in ["NaN", "inf", "0.7", "-1"] {
        let errors = format!("--errors={errors}");
        assert!(plan(&["--cards", "100", "--votes", "Ada=60", "--votes", "Ben=30", &errors]).contains("--errors"));
    }
    assert!(plan(&["--cards", "100", "--votes", "Ada=60", "--votes", "Ada=30"]).contains("given twice"));
    assert!(refused(&["count", "draw", at, "--size", &most, "--skip", &most]).contains("leaves nothing"));
    assert!(refused(&["count", "draw", at, "--skip", "1000"]).contains("leaves nothing"));
    let gone = dir.path().join("gone");
    for command in ["audit", "risk", "draw", "replay", "plan"] {
        assert!(refused(&["count", command, gone.to_str().unwrap()]).contains("is not there"), "{command}");
    }
}

#[test]
fn a_manifest_of_more_cards_than_any_election_is_refused_at_once() {
    for (cards, expected, said) in [("900000000", 3, "than the 100000000"), ("20000000", 1, "there are 400 records")] {
        let (dir, _) = audited();
        let manifest = format!("Tabulator,Batch Name,Number of Ballots\n1,1,200\n1,2,{cards}\n");
        fs::write(dir.path().join("manifest.csv"), manifest).unwrap();
        let (risk, code) = run(&["count", "risk", dir.path().to_str().unwrap()]);
        assert_eq!(code, expected, "{}", text(&risk));
        assert!(text(&risk).contains(said), "{}", text(&risk));
    }
}
