//! Every detector's cases: an office's folder each, and the answer in `expected.txt`. The inputs are invented by `invented/`;
//! `UPDATE_GOLDENS=1` writes them too.

mod invented;
#[path = "invented/cases.rs"]
mod made;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use pollwarden_core::{Answer, Digest, Finding, Measure, Scope, Verdict};
use pollwarden_count::{COMMITTED_SETTINGS, Commitment, DETECTORS, answer, gather, settings_digest};
use pollwarden_intake::{Input, find};
use pollwarden_testkit::{Case, cases, check_golden};

#[test]
fn every_case_is_answered_as_expected() {
    for made in made::made() {
        let folder = testdata().join(made.detector).join(made.case);
        for (name, text) in &made.files {
            check_golden(folder.join(name), text);
        }
    }
    let answers = |id| of(id).into_iter().map(|case| (case.clone(), answered(&case, false))).collect::<Vec<_>>();
    let all: Vec<_> = DETECTORS.iter().map(|detector| (detector.about().id, answers(detector.about().id))).collect();
    for (case, answer) in all.iter().flat_map(|(_, answers)| answers) {
        check_golden(case.path("expected.txt"), &shown(answer));
    }
    for (id, answers) in all {
        let found = |answer: &Answer| answer.findings.iter().any(|f| f.detector == id);
        assert!(answers.iter().any(|(_, answer)| found(answer)), "{id}: a case fires");
        assert!(
            answers.iter().any(|(_, a)| !found(a) && a.verdict() == Verdict::NothingFound),
            "{id}: a near miss stays quiet"
        );
        assert!(
            answers.iter().any(|(_, a)| !found(a) && a.verdict() == Verdict::CannotTell),
            "{id}: a case can't be told"
        );
    }
}

#[test]
fn no_case_is_left_over() {
    let made: BTreeSet<String> = made::made().iter().map(|made| format!("{}/{}", made.detector, made.case)).collect();
    let there = DETECTORS
        .iter()
        .flat_map(|d| of(d.about().id).into_iter().map(|case| format!("{}/{}", folder(d.about().id), case.name)));
    assert_eq!(made, there.collect());
}

#[test]
fn the_list_of_detectors_is_the_folder() {
    let files = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/detectors")).expect("the folder");
    let files =
        files.map(|entry| entry.expect("an entry").path().file_stem().expect("a name").to_string_lossy().into_owned());
    let listed: BTreeSet<String> = DETECTORS.iter().map(|d| folder(d.about().id).replace('-', "_")).collect();
    assert_eq!(
        listed,
        files.filter(|name| name != "mod").collect(),
        "the list of detectors (left) is not the folder (right)"
    );
    assert_eq!(listed.len(), DETECTORS.len(), "two detectors share an id");
}

#[test]
fn the_same_files_in_another_order_are_answered_alike() {
    let said = |answer: &Answer| answer.findings.iter().map(|f| f.id().to_owned()).collect::<Vec<_>>();
    for case in ["count/wrong-outcome", "count/stray-row", "count/results-differ"].into_iter().flat_map(of) {
        assert_eq!(said(&answered(&case, false)), said(&answered(&case, true)), "{}", case.name);
    }
}

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

fn folder(id: &str) -> &str {
    id.strip_prefix("count/").expect("the sensor's name")
}

fn of(id: &str) -> Vec<Case> {
    cases(env!("CARGO_MANIFEST_DIR"), folder(id))
}

fn answered(case: &Case, backwards: bool) -> Answer {
    let mut inputs: Vec<Input> = case.inputs().iter().flat_map(|path| find(path).inputs).collect();
    if backwards {
        inputs.reverse();
    }
    let (mut evidence, coverage) = gather(&inputs);
    evidence.commitment = commitment(case);
    answer(&evidence, coverage, Scope::unnamed(&[7; 32]), false)
}

/// What a ledger would hold of a case whose `expected.committed` lists names and digests, beside what is there.
fn commitment(case: &Case) -> Option<Commitment> {
    let listed = std::fs::read_to_string(case.path("expected.committed")).ok()?;
    let digest = |hex: &str| {
        Digest(std::array::from_fn(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("a digest")))
    };
    let committed =
        listed.lines().filter_map(|line| line.split_once(' ')).map(|(hex, name)| (name.to_owned(), digest(hex)));
    let (settings, files) = committed.partition::<Vec<_>, _>(|(name, _)| name == COMMITTED_SETTINGS);
    let name = |path: &PathBuf| path.file_name().expect("a name").to_string_lossy().into_owned();
    let now =
        case.inputs().into_iter().filter(|path| !["audit.toml", "audit-board.csv"].contains(&name(path).as_str()));
    let files_now = now.map(|path| (name(&path), Digest::of(&std::fs::read(&path).expect("a file")))).collect();
    Some(Commitment {
        place: "entry 3 of the ledger county.example/0".to_owned(),
        files,
        settings: settings.into_iter().map(|(_, digest)| digest).collect(),
        files_now,
        settings_now: settings_digest(&case.text("audit.toml")).into_iter().collect(),
        others: Vec::new(),
    })
}

fn shown(answer: &Answer) -> String {
    let mut text = format!("{:?}\n", answer.verdict());
    for gap in &answer.coverage.unwatched {
        let _ = writeln!(text, "{}: {}", if gap.needed { "gap" } else { "beside" }, gap.why);
    }
    for measure in &answer.measures {
        let _ = writeln!(text, "{}", measured(measure));
    }
    answer.findings.iter().for_each(|finding| finding_shown(&mut text, finding));
    text
}

fn finding_shown(text: &mut String, finding: &Finding) {
    let Finding { detector, severity, audience, title, expected, seen, .. } = finding;
    let _ = writeln!(text, "\n{title}\n  {detector}, {}, for the {}", severity.name(), audience.name());
    let _ = writeln!(text, "  expected: {expected}\n  seen: {seen}");
    for measure in &finding.measures {
        let _ = writeln!(text, "  {}", measured(measure));
    }
    let sites: Vec<String> = finding
        .sites()
        .iter()
        .map(|s| format!("{}{}", s.name, s.line.map(|l| format!(":{l}")).unwrap_or_default()))
        .collect();
    let _ = writeln!(text, "  at {}", sites.join(", "));
}

fn measured(measure: &Measure) -> String {
    let number = |value: f64| format!("{value:.3}").trim_end_matches('0').trim_end_matches('.').to_owned();
    let [low, estimate, high] = [measure.low(), measure.estimate(), measure.high()].map(number);
    let between = if low == high { String::new() } else { format!(" ({low} to {high})") };
    format!("{}: {estimate}{between} {}", measure.name(), measure.unit())
}
