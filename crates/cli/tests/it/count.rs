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
    assert!(text(&replay).contains("Everything that was drawn has one row"), "{}", text(&replay));
}

#[test]
fn what_a_draw_rests_on_is_entered_before_the_seed() {
    let (office, dir) = (tempfile::tempdir().unwrap(), folder());
    let args = ["count", "commit", dir.path().to_str().unwrap(), "--office", office.path().to_str().unwrap()];
    let (output, code) = run(&args);
    assert_eq!(code, 0, "{}", String::from_utf8_lossy(&output.stderr));
    let (list, _) = run(&["ledger", "list", office.path().to_str().unwrap()]);
    let list = text(&list);
    assert!(list.contains("4 entries") && list.contains("before an audit's draw, with 3 further entries"), "{list}");
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
