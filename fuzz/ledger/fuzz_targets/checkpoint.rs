//! Checkpoints, what witnesses are asked, and records of split logs.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pollwarden_ledger::{AddCheckpoint, Algorithm, Checkpoint, Hash, Policy, Signer, SplitView, WitnessedTree, judge};

fn policy() -> Policy {
    let key = |algorithm| Signer::new("example.com/log", algorithm, &[7; 32]).unwrap().key().clone();
    Policy::new(vec![key(Algorithm::Ed25519)], Vec::new(), 0).unwrap()
}

fuzz_target!(|bytes: &[u8]| {
    let policy = policy();
    if let Ok(text) = std::str::from_utf8(bytes) {
        if let Ok(checkpoint) = Checkpoint::parse(text) {
            assert_eq!(checkpoint.to_string(), text);
        }
    }
    assert!(Checkpoint::verify(bytes, &policy).is_err(), "the key signed nothing");
    if let Ok(request) = AddCheckpoint::parse(bytes) {
        assert_eq!(request.to_text().as_bytes(), bytes);
        let known = |_: &str| Some(WitnessedTree { size: request.old, root: Hash::empty() });
        assert!(judge(&request, &policy, known).is_err(), "the key signed nothing");
    }
    if let Ok(view) = SplitView::parse(bytes) {
        assert_eq!(view.to_json().as_bytes(), bytes);
        assert!(view.verify(&policy).is_err(), "the key signed nothing");
    }
});
