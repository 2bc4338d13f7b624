//! No byte of evidence can be changed unseen, where the reader asks for every signature that is on it.

#![allow(clippy::unwrap_used, reason = "a test may stop at a fault")]

mod made;

use made::{Log, TIME, county, log_key, witness};
use pollwarden_ledger::{Policy, Section};
use pollwarden_verifier::{Asked, Outcome, verify};

/// Low and high bits, the case of letters, a digit for its neighbour.
const MASKS: [u8; 4] = [0x01, 0x20, 0x80, 0xff];

/// A small log, its public bundle and a policy that asks for all who signed.
fn small() -> (Log, String, Policy) {
    let log = Log::new(county().split_off(5));
    let (key, north) = (log_key(11), witness("north.example/witness", 21));
    let checkpoint = log.checkpoint(&[(&key, TIME), (&north, TIME)]);
    let policy = Policy::new(vec![key.key().clone()], vec![north.key().clone()], 1).unwrap();
    (log, checkpoint, policy)
}

/// Places and masks at which evidence is still accepted.
fn accepted(evidence: &[u8], policy: &Policy) -> Vec<(usize, u8)> {
    let mut spoiled = evidence.to_vec();
    let mut accepted = Vec::new();
    for at in 0..evidence.len() {
        for mask in MASKS {
            spoiled[at] ^= mask;
            let refused =
                verify(&spoiled, policy, &Asked::default()).is_ok_and(|report| report.outcome != Outcome::Refused);
            accepted.extend(refused.then_some((at, mask)));
            spoiled[at] ^= mask;
        }
    }
    accepted
}

#[test]
fn every_flipped_byte_of_a_bundle_is_refused() {
    let (log, checkpoint, policy) = small();
    let bundle = log.bundle(&checkpoint, Section::Office);
    let json = bundle.to_json();
    // Two entries and not three: the assessment's are then lacking, and a flip must be refused all the same.
    assert_eq!(verify(json.as_bytes(), &policy, &Asked::default()).unwrap().outcome, Outcome::CannotTell);
    assert_eq!(accepted(json.as_bytes(), &policy), []);
}

#[test]
fn every_flipped_byte_of_a_proof_and_a_checkpoint_is_refused() {
    let (log, checkpoint, policy) = small();
    for evidence in [log.proof(&checkpoint, 1).to_text(), checkpoint] {
        assert_eq!(verify(evidence.as_bytes(), &policy, &Asked::default()).unwrap().outcome, Outcome::Verified);
        assert_eq!(accepted(evidence.as_bytes(), &policy), []);
    }
}

#[test]
fn evidence_that_is_cut_off_is_refused() {
    let (log, checkpoint, policy) = small();
    let json = log.bundle(&checkpoint, Section::Public).to_json();
    for length in 0..json.len() {
        let judged = verify(&json.as_bytes()[..length], &policy, &Asked::default());
        assert!(judged.is_err() || judged.is_ok_and(|report| report.outcome == Outcome::Refused), "{length}");
    }
}
