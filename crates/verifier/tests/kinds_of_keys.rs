//! Changes between keys of one kind and of two: none is refused for the kind it left, and no retired key helps out.

#![allow(clippy::unwrap_used, reason = "a test may stop at a fault")]

mod made;

use made::{Log, Made, ORIGIN, TIME, file, log_key, signer};
use pollwarden_ledger::{Algorithm, Entry, Policy, Rotation, Section, SignedNote, Signer};
use pollwarden_verifier::{Asked, Outcome, Report, verify};

fn ml_dsa(seed: u8) -> Signer {
    signer(ORIGIN, Algorithm::MlDsa44Cosignature, seed)
}

fn change(old: &Signer, new: &[&Signer]) -> Made {
    let keys = new.iter().map(|signer| signer.key().clone()).collect();
    let mut note = SignedNote::new(Rotation { origin: ORIGIN.into(), keys }.to_string()).unwrap();
    for by in [old, new[0]] {
        let line = by.sign(&note, 0).unwrap();
        note.push(line);
    }
    Made { entry: Entry::Rotation(note.to_text()), openings: None }
}

/// A change from `old` to `new` and an entry behind it, under a checkpoint that `by` signed, for a reader who trusts `trusted`.
fn judge(old: &Signer, new: &[&Signer], by: &[&Signer], trusted: &[&Signer]) -> Report {
    let log = Log::new(vec![change(old, new), file(1, "plan", "plan.json", 3)]);
    let signed: Vec<(&Signer, u64)> = by.iter().map(|signer| (*signer, TIME)).collect();
    let bundle = log.bundle(&log.checkpoint(&signed), Section::Public).to_json();
    let keys = trusted.iter().map(|signer| signer.key().clone()).collect();
    verify(bundle.as_bytes(), &Policy::new(keys, Vec::new(), 0).unwrap(), &Asked::default()).unwrap()
}

#[test]
fn a_log_may_change_from_two_kinds_of_keys_to_one_and_back() {
    let (old, old_ml, new, new_ml) = (log_key(1), ml_dsa(2), log_key(3), ml_dsa(4));
    let outcome = |new: &[&Signer], trusted: &[&Signer]| judge(&old, new, new, trusted).outcome;
    assert_eq!(outcome(&[&new], &[&old, &old_ml]), Outcome::Verified);
    assert_eq!(outcome(&[&new, &new_ml], &[&old]), Outcome::Verified);
    assert_eq!(outcome(&[&new, &new_ml], &[&old, &old_ml]), Outcome::Verified);
    assert_eq!(outcome(&[&new, &new_ml], &[&new]), Outcome::Verified);
}

#[test]
fn a_retired_key_does_not_stand_in_for_a_new_one() {
    let (old, old_ml, new, new_ml) = (log_key(1), ml_dsa(2), log_key(3), ml_dsa(4));
    for by in [&[&old, &new_ml][..], &[&new, &old_ml], &[&old, &old_ml], &[&new_ml], &[&new]] {
        let report = judge(&old, &[&new, &new_ml], by, &[&old, &old_ml]);
        assert_eq!((report.outcome, report.said.len()), (Outcome::Refused, 0), "{by:?}");
    }
}
