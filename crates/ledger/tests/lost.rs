//! Parts of an office's ledger that are lost, or altered by somebody who can write there: nothing is made up in their place.

#![cfg(feature = "store")]
#![allow(clippy::unwrap_used, reason = "a test may stop at a fault")]

use std::fs;
use std::path::Path;

use pollwarden_ledger::Section;
use pollwarden_ledger::office::{Ledger, OfficeError, Settings};
use pollwarden_ledger::said;
use pollwarden_ledger::statements::Draft;

fn open(dir: &Path) -> Result<Ledger, OfficeError> {
    Ledger::open(dir, &Settings { origin: "alder.example/ledger".into(), ..Settings::default() }, 1)
}

fn draft(ledger: &Ledger, label: &str) -> Draft {
    let bytes = said::Bytes { name: "plan.json".into(), sha256: "5f".repeat(32), bytes: 3 };
    ledger.salts().file(label, &bytes)
}

/// A ledger in which one file was entered.
fn entered(dir: &Path) {
    let mut ledger = open(dir).unwrap();
    ledger.enter(&[draft(&ledger, "plan")], 2).unwrap();
}

#[test]
fn a_lost_log_is_not_begun_again_under_the_same_keys() {
    let dir = tempfile::tempdir().unwrap();
    entered(dir.path());
    fs::remove_dir_all(dir.path().join("log")).unwrap();
    let refused = open(dir.path()).err().unwrap();
    assert!(matches!(refused, OfficeError::NoLog(_)) && refused.to_string().contains("backup"), "{refused}");
    fs::remove_file(dir.path().join("salts.secret")).unwrap();
    assert!(matches!(open(dir.path()), Err(OfficeError::NoLog(_))));
}

#[test]
fn a_run_broken_off_before_its_secret_was_made_is_gone_on_with() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()).unwrap());
    fs::remove_file(dir.path().join("salts.secret")).unwrap();
    entered(dir.path());
}

#[test]
fn a_lost_secret_is_not_made_anew() {
    let dir = tempfile::tempdir().unwrap();
    entered(dir.path());
    fs::remove_file(dir.path().join("salts.secret")).unwrap();
    assert!(matches!(open(dir.path()), Err(OfficeError::Secret(_))));
}

#[test]
fn what_is_said_twice_at_one_time_is_entered_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path()).unwrap();
    let (plan, seed) = (draft(&ledger, "plan"), draft(&ledger, "seed"));
    ledger.enter(&[plan.clone(), plan.clone(), seed, plan], 2).unwrap();
    assert_eq!(ledger.log().tree().size, 2);
}

#[test]
fn no_evidence_is_made_from_tiles_that_were_altered() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = open(dir.path()).unwrap();
    let plan = draft(&ledger, "plan");
    for label in ["plan", "seed"] {
        ledger.enter(&[draft(&ledger, label)], 2).unwrap();
    }
    assert!(ledger.evidence(std::slice::from_ref(&plan), Section::Court).is_ok());
    let tile = dir.path().join("log/public/tile/0/000.p/2");
    let mut bytes = fs::read(&tile).unwrap();
    bytes[40] ^= 1;
    fs::write(&tile, bytes).unwrap();
    assert!(ledger.evidence(&[plan], Section::Court).is_err());
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let place = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &place)
        } else {
            _ = fs::copy(entry.path(), place).unwrap()
        }
    }
}

#[test]
fn a_run_broken_off_before_the_log_grew_is_said_to_be_so_and_healed() {
    let (dir, before) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    drop(open(dir.path()).unwrap());
    copy(&dir.path().join("log"), before.path());
    entered(dir.path());
    fs::remove_dir_all(dir.path().join("log")).unwrap();
    copy(before.path(), &dir.path().join("log"));
    let mut ledger = open(dir.path()).unwrap();
    let said = ledger.statements().unwrap();
    assert_eq!((said.len(), said[0].index), (1, None));
    assert!(matches!(ledger.evidence(&said[0].drafts, Section::Court), Err(OfficeError::NotEntered)));
    assert_eq!(ledger.enter(&said[0].drafts, 3).unwrap(), 0);
    assert!(ledger.evidence(&said[0].drafts, Section::Court).is_ok());
}

#[test]
fn a_change_of_keys_broken_off_before_its_entry_takes_no_place() {
    let (dir, before) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    entered(dir.path());
    copy(&dir.path().join("log"), before.path());
    let settings = Settings { origin: "alder.example/ledger".into(), ..Settings::default() };
    let old = {
        let mut ledger = open(dir.path()).unwrap();
        let old = ledger.keys();
        assert_eq!(ledger.rotate(&settings, 3).unwrap(), 1);
        old
    };
    // As it was before the entry: the old keys in their place, the new ones beside them, the place noted.
    let path = |name: &str| dir.path().join(name);
    fs::rename(path("ledger.key"), path("ledger.key.next")).unwrap();
    fs::rename(path("ledger.key.until-1"), path("ledger.key")).unwrap();
    fs::remove_dir_all(path("log")).unwrap();
    copy(before.path(), &path("log"));
    let mut ledger = open(dir.path()).unwrap();
    assert_eq!(ledger.keys(), old);
    // Another entry takes the place that was noted, and the change is made behind it.
    let seed = draft(&ledger, "seed");
    assert_eq!(ledger.enter(std::slice::from_ref(&seed), 4).unwrap(), 1);
    assert_eq!(ledger.rotate(&settings, 5).unwrap(), 2);
    drop(ledger);
    let bundle = open(dir.path()).unwrap().evidence(&[seed], Section::Public).unwrap();
    assert_eq!(bundle.evidence.iter().map(|one| one.index).collect::<Vec<_>>(), [1, 2]);
}
