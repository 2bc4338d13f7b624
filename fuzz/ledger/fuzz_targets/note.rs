//! Notes, keys and policies: what is read is written again as it was, and no signature is believed that was not made.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pollwarden_ledger::{Algorithm, Policy, SignatureLine, SignedNote, Signer, VerifierKey};

const SIGNED: &str = "This text alone was signed.\n";

fn keys() -> Vec<VerifierKey> {
    let algorithms = [Algorithm::Ed25519, Algorithm::Ed25519Cosignature];
    algorithms.iter().map(|a| Signer::new("example.com/log", *a, &[7; 32]).unwrap().key().clone()).collect()
}

fuzz_target!(|bytes: &[u8]| {
    if let Ok(note) = SignedNote::parse(bytes) {
        assert_eq!(note.to_text().as_bytes(), bytes);
        if let Ok(verified) = note.verify(&keys()) {
            assert_eq!(verified.text(), SIGNED);
        }
    }
    if let Ok(lines) = SignatureLine::parse_all(bytes) {
        let text: String = lines.iter().map(SignatureLine::to_text).collect();
        assert_eq!(text.as_bytes(), bytes);
    }
    let text = String::from_utf8_lossy(bytes);
    if let Ok(key) = VerifierKey::parse(&text) {
        assert_eq!(key.to_string(), text.trim());
    }
    let _ = Policy::parse(&text);
});
