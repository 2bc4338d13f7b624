//! An office's ledger from end to end: what is said is entered once, opened for three circles under one root, and survives a
//! change of keys.

#![cfg(feature = "store")]
#![allow(clippy::unwrap_used, reason = "a test may stop at a fault")]

use std::path::Path;

use pollwarden_core::{
    Answer, Assessment, Confidence, Coverage, Digest, Finding, ObservableKind, Question, Severity, Source,
};
use pollwarden_ledger::office::{Ledger, OfficeError, Settings};
use pollwarden_ledger::said::{self, Parameters};
use pollwarden_ledger::statements::{Draft, Program, assessment};
use pollwarden_ledger::{
    Bundle, Checkpoint, Entry, Policy, Rotation, Section, VerifierKey, leaf_hash, verify_inclusion,
};

const VOTER: &str = "5f2a00112233445566778899aabbccdd";

fn settings() -> Settings {
    Settings { origin: "alder.example/ledger".into(), ..Settings::default() }
}

fn open(dir: &Path, time: u64) -> Ledger {
    Ledger::open(dir, &settings(), time).unwrap()
}

fn said(rows: u64) -> Assessment {
    let mut coverage = Coverage { rows, ..Coverage::default() };
    let digest = Digest::of(b"a log");
    coverage.sources.push(Source { digest, length: 5, rows, ..Source::named("web/access.log") });
    let finding = Finding::new("web/sql-injection", "203.0.113.9 injected SQL", Severity::High, Confidence::High)
        .at("web/access.log", 7)
        .observable(ObservableKind::Ip, "203.0.113.9")
        .observable(ObservableKind::VoterKey, VOTER)
        .done()
        .unwrap();
    let answer = Answer::new(Question::Web, coverage, vec![finding]);
    Assessment { office: "Alder County".into(), answers: vec![answer], receipt: None }
}

fn drafts(ledger: &Ledger, rows: u64) -> Vec<Draft> {
    let parameters = Parameters { settings_sha256: None, options: Vec::new(), gaps: Vec::new(), notes: Vec::new() };
    let program = Program { version: "pollwarden test", detectors: &|_| Vec::new(), parameters };
    assessment(&said(rows), &program, ledger.salts())
}

fn policy(ledger: &Ledger) -> Policy {
    Policy::new(ledger.keys(), Vec::new(), 0).unwrap()
}

/// Checks a bundle by the formats' own means; the verifier has tests of its own.
fn check(bundle: &Bundle, policy: &Policy) -> Checkpoint {
    let bundle = Bundle::parse(bundle.to_json().as_bytes()).unwrap();
    let checkpoint = Checkpoint::verify(bundle.checkpoint.as_bytes(), policy).unwrap().checkpoint().clone();
    for one in &bundle.evidence {
        let leaf = leaf_hash(&one.entry.to_bytes());
        verify_inclusion(&leaf, one.index, checkpoint.size, &one.proof, &checkpoint.root).unwrap();
        if let Entry::Statement(statement) = &one.entry {
            assert!(one.disclosed().all(|open| statement.opens(open.section, open.opening)));
        }
    }
    checkpoint
}

#[test]
fn the_same_words_are_entered_once_and_others_beside_them() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path().join("ledger");
    let mut ledger = open(&at, 1);
    assert!(ledger.is_new);
    let first = drafts(&ledger, 10);
    assert_eq!(ledger.enter(&first, 2).unwrap(), 2, "a source, a finding, the assessment");
    let root = ledger.log().tree().clone();
    drop(ledger);
    let mut ledger = open(&at, 3);
    assert!(!ledger.is_new);
    let again = drafts(&ledger, 10);
    assert_eq!(again, first, "salts follow from what is said and from the secret");
    assert_eq!(ledger.enter(&again, 4).unwrap(), 2);
    assert_eq!(*ledger.log().tree(), root, "nothing was entered twice");
    // Other rows: another source and assessment, the same finding.
    assert_eq!(ledger.enter(&drafts(&ledger, 11), 5).unwrap(), 4);
    let places: Vec<Option<u64>> = ledger.statements().unwrap().iter().map(|statement| statement.index).collect();
    assert_eq!(places, [Some(2), Some(4)]);
}

#[test]
fn three_circles_see_more_and_more_of_the_same_entries() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path(), 1);
    let drafts = drafts(&ledger, 10);
    ledger.enter(&drafts, 2).unwrap();
    let bundles = Section::ALL.map(|circle| ledger.evidence(&drafts, circle).unwrap());
    let roots = bundles.each_ref().map(|bundle| check(bundle, &policy(&ledger)).root);
    assert_eq!((roots[0], roots[0]), (roots[1], roots[2]));
    let [public, office, court] = bundles.map(|bundle| bundle.to_json());
    for (text, hidden) in [(&public, "203.0.113.9"), (&public, "access.log"), (&office, "access.log")] {
        assert!(!text.contains(hidden), "{hidden} is shown to a circle that may not see it");
    }
    assert!(office.contains("203.0.113.9") && !office.contains(VOTER));
    assert!(court.contains("access.log") && court.contains(VOTER));
    let log = |path: &str| std::fs::read(dir.path().join("log/public").join(path)).unwrap();
    let published = String::from_utf8_lossy(&log("tile/entries/000.p/3")).into_owned();
    assert!(!published.contains("Alder") && !published.contains("high"), "the log itself shows commitments only");
}

#[test]
fn a_bundle_of_later_keys_leads_there_from_the_first_key() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path(), 1);
    let old: Vec<VerifierKey> = ledger.keys();
    ledger.enter(&drafts(&ledger, 10), 2).unwrap();
    let change = ledger.rotate(&settings(), 3).unwrap();
    drop(ledger);
    let mut ledger = open(dir.path(), 4);
    assert!(ledger.keys().iter().all(|key| !old.contains(key)));
    let later = drafts(&ledger, 11);
    ledger.enter(&later, 5).unwrap();
    let bundle = ledger.evidence(&later, Section::Public).unwrap();
    assert!(
        Checkpoint::verify(bundle.checkpoint.as_bytes(), &Policy::new(old.clone(), Vec::new(), 0).unwrap()).is_err()
    );
    let entry = bundle.evidence.iter().find(|one| one.index == change).unwrap();
    let Entry::Rotation(note) = &entry.entry else { panic!("entry {change} is no change of keys") };
    let led = Rotation::verify(note, &old).unwrap();
    assert_eq!(led.keys, ledger.keys());
    check(&bundle, &policy(&ledger));
}

/// Every state that a change of keys can be broken off in.
#[test]
fn a_change_of_keys_that_was_broken_off_is_ended_by_the_next_run() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path(), 1);
    ledger.enter(&drafts(&ledger, 10), 2).unwrap();
    let change = ledger.rotate(&settings(), 3).unwrap();
    let new = ledger.keys();
    drop(ledger);
    let path = |name: &str| dir.path().join(name);
    let old = path(&format!("ledger.key.until-{change}"));
    // After the entry, before the files were exchanged.
    std::fs::rename(path("ledger.key"), path("ledger.key.next")).unwrap();
    std::fs::rename(&old, path("ledger.key")).unwrap();
    assert_eq!(open(dir.path(), 4).keys(), new);
    // Between the two renamings.
    std::fs::rename(path("ledger.key"), path("ledger.key.next")).unwrap();
    assert_eq!(open(dir.path(), 5).keys(), new);
}

#[test]
fn lost_keys_begin_no_second_log_in_its_place() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path(), 1));
    std::fs::remove_file(dir.path().join("ledger.key")).unwrap();
    let refused = Ledger::open(dir.path(), &settings(), 2).err().unwrap();
    assert!(matches!(refused, OfficeError::NoKey { .. }) && refused.to_string().contains("backup"), "{refused}");
}

#[test]
fn files_are_committed_to_by_label_and_opened_by_digest() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path(), 1);
    let bytes = said::Bytes { name: "manifest.csv".into(), sha256: Digest::of(b"x").to_string(), bytes: 1 };
    let draft = ledger.salts().file("ballot manifest", &bytes);
    let place = ledger.enter(std::slice::from_ref(&draft), 2).unwrap();
    let public = ledger.evidence(std::slice::from_ref(&draft), Section::Public).unwrap().to_json();
    assert!(place == 0 && public.contains("ballot manifest") && !public.contains(&bytes.sha256));
    let court = ledger.evidence(&[draft], Section::Court).unwrap().to_json();
    assert!(court.contains(&bytes.sha256));
}
