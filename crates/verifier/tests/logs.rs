//! Published logs, whole and spoiled, and logs compared with an older checkpoint.

#![allow(clippy::unwrap_used, reason = "a test may stop at a fault")]

mod made;

use made::{Log, Made, TIME, county, file, log_key, rotation, witness};
use pollwarden_ledger::{Policy, Signer};
use pollwarden_testkit::check_golden;
use pollwarden_verifier::{Asked, Held, Outcome, Report, Unreadable, verify_growth, verify_log};

/// A log of so many files, with its checkpoint.
fn published(size: usize, by: &Signer) -> Log {
    with_checkpoint(files(size), by)
}

fn files(size: usize) -> Vec<Made> {
    (0..size).map(|at| file(at as u8, "cast vote records", &format!("cvr-{at}.csv"), at as u64)).collect()
}

fn with_checkpoint(entries: Vec<Made>, by: &Signer) -> Log {
    let mut log = Log::new(entries);
    let checkpoint = log.checkpoint(&[(by, TIME), (&witness("north.example/witness", 21), TIME)]);
    log.publish("checkpoint", checkpoint);
    log
}

fn trusting(keys: &[&Signer]) -> Policy {
    Policy::new(keys.iter().map(|signer| signer.key().clone()).collect(), Vec::new(), 0).unwrap()
}

fn audit(log: &Log, policy: &Policy) -> Report {
    verify_log(log, policy, &Asked::default()).unwrap()
}

fn golden(name: &str, report: &Report) {
    check_golden(format!("{}/tests/told/{name}.txt", env!("CARGO_MANIFEST_DIR")), &report.to_text(100));
}

#[test]
fn a_whole_log_is_derived_again() {
    let key = log_key(11);
    let witnessed = Policy::new(vec![key.key().clone()], vec![witness("north.example/witness", 21).key().clone()], 1);
    golden("whole-log", &audit(&with_checkpoint(county(), &key), &witnessed.unwrap()));
    for size in [0, 1, 255, 256, 257, 600] {
        assert_eq!(audit(&published(size, &key), &trusting(&[&key])).outcome, Outcome::Verified, "{size}");
    }
}

#[test]
fn every_file_of_a_log_counts() {
    let key = log_key(11);
    let whole = published(600, &key);
    for path in whole.paths() {
        let length = pollwarden_ledger::Resources::read(&whole, &path).unwrap().len();
        for at in [0, length / 2, length - 1] {
            let mut log = published(600, &key);
            log.flip(&path, at);
            // The name below a signature that is not asked for may be anything.
            if path == "checkpoint" && at > 0 {
                continue;
            }
            assert_eq!(audit(&log, &trusting(&[&key])).outcome, Outcome::Refused, "{path}, byte {at}");
        }
    }
    let mut log = published(600, &key);
    log.flip("tile/entries/001", 70);
    golden("altered-entry", &audit(&log, &trusting(&[&key])));
}

#[test]
fn a_tree_that_does_not_belong_to_the_checkpoint_is_refused() {
    let key = log_key(11);
    let mut log = published(300, &key);
    log.publish("checkpoint", Log::new(county()).checkpoint(&[(&key, TIME)]));
    assert_eq!(audit(&log, &trusting(&[&key])).outcome, Outcome::Refused);
    let mut other = files(300);
    other.swap(0, 1);
    log.publish("checkpoint", Log::new(other).checkpoint(&[(&key, TIME)]));
    golden("other-root", &audit(&log, &trusting(&[&key])));
}

#[test]
fn changes_of_keys_are_followed_through_a_log() {
    let (old, new) = (log_key(11), log_key(31));
    let mut entries = files(400);
    entries.insert(300, rotation(&old, &new));
    let log = with_checkpoint(entries, &new);
    golden("changed-key", &audit(&log, &trusting(&[&old])));
    assert_eq!(audit(&log, &trusting(&[&new])).outcome, Outcome::Verified);
    assert_eq!(audit(&log, &trusting(&[&log_key(99)])).outcome, Outcome::Refused);
    // The checkpoint that ends with the change may still bear the old key alone; the next may not.
    let mut entries = files(3);
    entries.push(rotation(&old, &new));
    assert_eq!(audit(&with_checkpoint(entries.clone(), &old), &trusting(&[&old])).outcome, Outcome::Verified);
    entries.extend(files(1));
    assert_eq!(audit(&with_checkpoint(entries, &old), &trusting(&[&old])).outcome, Outcome::Refused);
}

#[test]
fn a_log_that_only_grew_is_told_from_one_that_did_not() {
    let key = log_key(11);
    let policy = trusting(&[&key]);
    let grew = |old: Vec<Made>, new: usize| {
        let since = Log::new(old).checkpoint(&[(&key, TIME)]);
        verify_growth(since.as_bytes(), &published(new, &key), &policy, &Asked::default()).unwrap()
    };
    golden("grew", &grew(files(300), 600));
    for (old, new) in [(0, 5), (1, 2), (5, 5), (256, 600), (599, 600)] {
        assert_eq!(grew(files(old), new).outcome, Outcome::Verified, "{old} to {new}");
    }
    let mut rewritten = files(300);
    rewritten.swap(10, 11);
    golden("rewritten", &grew(rewritten.clone(), 600));
    assert_eq!(grew(rewritten, 300).outcome, Outcome::Refused);
    for size in [1, 2, 256, 599] {
        let mut rewritten = files(size);
        rewritten[size - 1] = file(99, "ballot manifest", "other.csv", 1);
        let headline = grew(rewritten, 600).headline;
        assert!(headline.contains("did not only grow"), "{size}: {headline}");
    }
    golden("fewer", &grew(files(6), 5));
    // A spoiled copy is no sign that the log is false.
    let since = Log::new(files(300)).checkpoint(&[(&key, TIME)]);
    let mut spoiled = published(600, &key);
    spoiled.flip("tile/0/001", 5);
    golden("spoiled-copy", &verify_growth(since.as_bytes(), &spoiled, &policy, &Asked::default()).unwrap());
}

#[test]
fn a_log_without_a_checkpoint_or_a_key_is_not_judged() {
    let key = log_key(11);
    let unreadable = verify_log(&Log::new(county()), &trusting(&[&key]), &Asked::default());
    assert!(matches!(unreadable, Err(Unreadable::Missing(_))));
    assert_eq!(audit(&published(3, &key), &trusting(&[])).outcome, Outcome::CannotTell);
    let asked = Asked { file: Some(Held::of(b"x")), ..Asked::default() };
    let told = verify_log(&published(3, &key), &trusting(&[&key]), &asked).unwrap();
    assert_eq!(told.outcome, Outcome::CannotTell);
}
