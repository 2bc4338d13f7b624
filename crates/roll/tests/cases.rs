//! Every detector's cases: two extracts and, where it is given, the log; `expected.txt` holds the answer.

use std::fmt::Write as _;

use pollwarden_core::{Detector, Findings, Gap, Office, Question, Scope, Tables};
use pollwarden_roll::{DETECTORS, Held, compare_held, snapshots_in};
use pollwarden_testkit::{Case, assert_list_is_folder, cases, check_golden};

#[test]
fn every_case_is_answered_as_expected() {
    for detector in DETECTORS {
        let name = detector.about().id.trim_start_matches("roll/");
        for case in cases(env!("CARGO_MANIFEST_DIR"), name) {
            check_golden(case.path("expected.txt"), &answer(*detector, &case));
        }
    }
}

#[test]
fn the_list_of_detectors_is_the_folder() {
    assert_list_is_folder(env!("CARGO_MANIFEST_DIR"), "roll", DETECTORS, &[]);
}

fn answer(detector: &'static dyn Detector, case: &Case) -> String {
    let office = Office::default();
    let (snapshots, _) = snapshots_in(&case.dir, &office.roll);
    assert_eq!(snapshots.len(), 2, "{}: two extracts", case.name);
    let beside = ["transactions.csv", "suppression.csv", "history_2026-09-05.csv", "history_2026-10-03.csv"];
    let given = beside.iter().any(|file| case.path(file).exists());
    let log = given.then_some(case.dir.as_path());
    let held = compare_held(&snapshots[0], &snapshots[1], log, &office).expect("a comparison");
    let mut found = Findings::new(Scope::unnamed(&[7; 32]));
    ask(detector, &held, &mut found);
    let answer = found.answer(Question::Roll, held.compared.coverage);
    let mut text = format!("{:?}\n", answer.verdict());
    for gap in &answer.coverage.unwatched {
        let _ = writeln!(text, "gap: {}", gap.why);
    }
    // What histories leave untold is said in notes.
    let notes = answer.coverage.notes.iter().filter(|_| detector.about().tables == ["votes"]);
    notes.for_each(|note| writeln!(text, "note: {note}").expect("text"));
    for finding in &answer.findings {
        let _ = writeln!(text, "finding: {}", finding.title);
        for site in finding.sites().iter().take(2) {
            let _ = writeln!(text, "  at {}:{}", site.name, site.line.unwrap_or_default());
        }
    }
    text
}

/// As the engine does, without running the plan: judges filter for themselves.
fn ask(detector: &'static dyn Detector, held: &Held, found: &mut Findings) {
    let mut tables = Tables::default();
    for (table, _) in &held.tables {
        tables.add(table.name, (table.schema)());
    }
    if let Err(why) = detector.ask(&tables, found.scope()) {
        let why = format!("{} could not be judged: {why}", detector.about().id);
        return found.gap(Gap { when: None, why, needed: true });
    }
    let rows = held.tables.iter().find(|(table, _)| table.name == detector.about().tables[0]);
    let rows = rows.map(|(_, rows)| rows.clone()).unwrap_or_default();
    detector.judge(&mut rows.into_iter(), found);
}
