//! What a reader asks besides: a file in their hands, and the time by their clock.

#![allow(clippy::unwrap_used, reason = "a test may stop at a fault")]

mod made;

use made::{Log, ORIGIN, TIME, county, log_key, signer, witness};
use pollwarden_ledger::{Algorithm, Policy, Section};
use pollwarden_verifier::{Asked, Held, Outcome, Report, verify};

fn ask(widest: Section, asked: Asked) -> Report {
    let log = Log::new(county());
    let (key, north) = (log_key(11), witness("north.example/witness", 21));
    let checkpoint = log.checkpoint(&[(&key, TIME), (&north, TIME)]);
    let policy = Policy::new(vec![key.key().clone()], vec![north.key().clone()], 1).unwrap();
    verify(log.bundle(&checkpoint, widest).to_json().as_bytes(), &policy, &asked).unwrap()
}

fn held(file: &[u8], bytes: u64) -> Asked {
    Asked { file: Some(Held { bytes, ..Held::of(file) }), ..Asked::default() }
}

#[test]
fn a_file_that_was_entered_is_recognised() {
    let report = ask(Section::Court, held(b"manifest.csv", 51_204));
    assert_eq!(report.outcome, Outcome::Verified);
    assert!(
        report
            .proven
            .iter()
            .any(|line| line.ends_with("is the one that the office entered as manifest.csv (entry 0)."))
    );
    assert_eq!(Held::of(b"manifest.csv").bytes, 12);
}

#[test]
fn another_file_is_denied_where_all_digests_are_opened() {
    let report = ask(Section::Court, held(b"manifest.csv ", 51_204));
    assert_eq!((report.outcome, report.outcome.exit_code()), (Outcome::Refused, 1));
    assert_eq!(report.headline, "The file you hold is none of those that the office committed to here.");
    assert_eq!(ask(Section::Court, held(b"manifest.csv", 5)).outcome, Outcome::Refused);
}

#[test]
fn where_digests_are_closed_nothing_is_said_of_a_file() {
    let report = ask(Section::Office, held(b"manifest.csv", 51_204));
    assert_eq!((report.outcome, report.outcome.exit_code()), (Outcome::CannotTell, 3));
    assert!(report.why[0].contains("entries 0, 1, 2, 3 and 4"), "{:?}", report.why);
}

#[test]
fn a_signature_from_the_future_or_long_ago_is_told() {
    let told = |now| ask(Section::Public, Asked { now: Some(now), ..Asked::default() }).time.pop().unwrap();
    assert!(told(TIME - 86_400).contains("one of the clocks is wrong"));
    assert!(told(TIME + 10 * 86_400).contains("10 days old"));
    assert!(told(TIME + 60).starts_with("How long before that"));
}

#[test]
fn a_cosignature_from_before_the_signature_is_told() {
    let (key, mldsa, north) =
        (log_key(11), signer(ORIGIN, Algorithm::MlDsa44Cosignature, 12), witness("north.example", 21));
    let told = |cosigned: u64| {
        let log = Log::new(county());
        let checkpoint = log.checkpoint(&[(&key, TIME), (&mldsa, TIME), (&north, cosigned)]);
        let keys = vec![key.key().clone(), mldsa.key().clone()];
        let policy = Policy::new(keys, vec![north.key().clone()], 1).unwrap();
        let bundle = log.bundle(&checkpoint, Section::Public).to_json();
        verify(bundle.as_bytes(), &policy, &Asked::default()).unwrap().time.join(" ")
    };
    assert!(told(TIME - 86_400).contains("the earlier time proves nothing"));
    assert!(!told(TIME - 60).contains("proves nothing") && !told(TIME + 86_400).contains("proves nothing"));
}
