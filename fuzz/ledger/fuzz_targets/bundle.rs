//! Bundles and entries, and their judgement: nothing is verified for a key that signed nothing.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pollwarden_ledger::{Algorithm, Bundle, Entry, Policy, Signer};
use pollwarden_verifier::{Asked, Outcome, verify};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(entry) = Entry::parse(bytes) {
        assert_eq!(entry.to_bytes(), bytes);
    }
    if let Ok(bundle) = Bundle::parse(bytes) {
        assert_eq!(bundle.to_json().as_bytes(), bytes);
    }
    let key = Signer::new("example.com/log", Algorithm::Ed25519, &[7; 32]).unwrap().key().clone();
    let policy = Policy::new(vec![key], Vec::new(), 0).unwrap();
    if let Ok(report) = verify(bytes, &policy, &Asked::default()) {
        assert_ne!(report.outcome, Outcome::Verified);
        assert!(!report.to_text(100).contains('\u{1b}'));
    }
});
