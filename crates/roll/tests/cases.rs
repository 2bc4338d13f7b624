//! Every detector's cases: two extracts (one, for records that stand twice) and, where it is given, the log; `expected.txt` holds the answer.

use std::fmt::Write as _;

use arrow::array::RecordBatch;
use pollwarden_core::{Coverage, Detector, Findings, Gap, Office, Question, Scope, Table, Tables};
use pollwarden_roll::{DETECTORS, DUPLICATES, compare_held, duplicates, snapshots_in};
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
    if detector.about().tables[0] == DUPLICATES.name {
        assert_eq!(snapshots.len(), 1, "{}: one extract", case.name);
        let found = duplicates(&snapshots[0], &office.roll, 0.5, &|_| {}).expect("pairs");
        return text(detector, &[(&DUPLICATES, vec![found.pairs])], found.coverage);
    }
    assert_eq!(snapshots.len(), 2, "{}: two extracts", case.name);
    let beside =
        ["transactions.csv", "AuditLog.csv", "suppression.csv", "history_2026-09-05.csv", "history_2026-10-03.csv"];
    let given = beside.iter().any(|file| case.path(file).exists());
    let log = given.then_some(case.dir.as_path());
    let held = compare_held(&snapshots[0], &snapshots[1], log, &office).expect("a comparison");
    text(detector, &held.tables, held.compared.coverage)
}

type Rows = [(&'static Table, Vec<RecordBatch>)];

fn text(detector: &'static dyn Detector, tables: &Rows, coverage: Coverage) -> String {
    let mut found = Findings::new(Scope::unnamed(&[7; 32]));
    ask(detector, tables, &mut found);
    let answer = found.answer(Question::Roll, coverage);
    let mut said = format!("{:?}\n", answer.verdict());
    // The case's own answer lies beside what it is asked of.
    for gap in answer.coverage.unwatched.iter().filter(|gap| !gap.why.contains("expected.txt")) {
        let _ = writeln!(said, "gap: {}", gap.why);
    }
    // What histories leave untold is said in notes.
    let notes = answer.coverage.notes.iter().filter(|_| detector.about().tables == ["votes"]);
    notes.for_each(|note| writeln!(said, "note: {note}").expect("text"));
    for finding in &answer.findings {
        let _ = writeln!(said, "finding: {}", finding.title);
        for site in finding.sites().iter().take(2) {
            let _ = writeln!(said, "  at {}:{}", site.name, site.line.unwrap_or_default());
        }
    }
    said
}

/// As the engine does, without running the plan: judges filter for themselves.
fn ask(detector: &'static dyn Detector, held: &Rows, found: &mut Findings) {
    let mut tables = Tables::default();
    for (table, _) in held {
        tables.add(table.name, (table.schema)());
    }
    if let Err(why) = detector.ask(&tables, found.scope()) {
        let why = format!("{} could not be judged: {why}", detector.about().id);
        return found.gap(Gap { when: None, why, needed: true });
    }
    let rows = held.iter().find(|(table, _)| table.name == detector.about().tables[0]);
    let rows = rows.map(|(_, rows)| rows.clone()).unwrap_or_default();
    detector.judge(&mut rows.into_iter(), found);
}
