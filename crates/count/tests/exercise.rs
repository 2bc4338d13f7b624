//! The invented count, read back from its files and audited.

use pollwarden_core::{Answer, Audience, Scope, Verdict};
use pollwarden_count::exercise::{CountPlan, CountScenario, county};
use pollwarden_count::{answer, gather};
use pollwarden_intake::find;

fn answered(change: impl Fn(&mut CountScenario)) -> Answer {
    let mut scenario = county(&CountPlan::default());
    change(&mut scenario);
    let dir = tempfile::tempdir().expect("a folder");
    for (name, text) in &scenario.files {
        std::fs::write(dir.path().join(name), text).expect("a file");
    }
    let (evidence, coverage) = gather(&find(dir.path()).inputs);
    answer(&evidence, coverage, Scope::unnamed(&[7; 32]), true)
}

fn found<'a>(answer: &'a Answer, id: &str) -> Vec<&'a str> {
    answer.findings.iter().filter(|f| f.detector == id).map(|f| f.title.as_str()).collect()
}

#[test]
fn the_switched_batch_is_found() {
    let answer = answered(|_| {});
    assert_eq!(answer.verdict(), Verdict::Found);
    assert_eq!(found(&answer, "count/wrong-outcome"), ["County Clerk: the paper contradicts the reported outcome"]);
    let batch = found(&answer, "count/altered-batch");
    let exchanged =
        "County Clerk: Nadia Quill and Tobias Marsh seem to be exchanged in the records of batch 7 of tabulator 2";
    assert_eq!(batch, [exchanged]);
    let clerk = answer.findings.iter().filter(|f| f.audience == Audience::Clerk);
    assert_eq!(clerk.count(), 2, "{:#?}", answer.findings);
}

/// A board that reads batch by batch has, half-way, read cards that vote otherwise than the whole.
#[test]
fn an_audit_under_way_accuses_nobody_of_what_was_not_read_yet() {
    let answer = answered(|scenario| {
        let (_, board) = scenario.files.iter_mut().find(|(name, _)| name == "audit-board.csv").expect("a sheet");
        *board = board.lines().take(120).map(|line| format!("{line}\n")).collect();
    });
    assert_eq!(answer.verdict(), Verdict::CannotTell, "{:#?}", answer.findings);
    let gaps: Vec<&str> = answer.coverage.unwatched.iter().map(|gap| gap.why.as_str()).collect();
    assert!(gaps.iter().any(|why| why.starts_with("481 drawn cards have no row of the audit board")), "{gaps:#?}");
}

/// Nothing in an answer is a voter's, and no sentence is longer than one can read aloud.
#[test]
fn the_answer_can_be_read_aloud() {
    let answer = answered(|_| {});
    let said = answer.findings.iter().flat_map(|f| [f.title.clone(), f.next_step.clone()]);
    let said = said.chain(answer.limits.iter().map(|limit| limit.how.clone()));
    let said =
        said.chain(answer.coverage.unwatched.iter().map(|gap| gap.why.clone())).chain(answer.coverage.notes.clone());
    for sentence in said.flat_map(|text| text.split(['.', ':', ';']).map(str::to_owned).collect::<Vec<_>>()) {
        assert!(sentence.split_whitespace().count() <= 40, "{sentence}");
    }
    assert!(answer.findings.iter().all(|f| f.observables.is_empty()), "no key and no address of anybody");
}
