//! Proofs: read and written again as they were; whatever sizes and hashes are claimed, none proves what is not so.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pollwarden_ledger::{
    Hash, TlogProof, verify_consistency, verify_inclusion, verify_subtree_consistency, verify_subtree_inclusion,
};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(proof) = TlogProof::parse(bytes) {
        assert_eq!(proof.to_text().as_bytes(), bytes);
    }
    let Some((numbers, hashes)) = bytes.split_first_chunk::<24>() else { return };
    let number = |at: usize| u64::from_le_bytes(numbers[at..at + 8].try_into().unwrap());
    let (a, b, c) = (number(0), number(8), number(16));
    let (hashes, _) = hashes.as_chunks::<32>();
    let hashes: Vec<Hash> = hashes.iter().map(|hash| Hash(*hash)).collect();
    let [first, second, proof @ ..] = hashes.as_slice() else { return };
    let _ = verify_inclusion(first, a, b, proof, second);
    let _ = verify_subtree_inclusion(first, a, &(b..c), proof, second);
    let _ = verify_subtree_consistency(&(a..b), c, proof, first, second);
    if verify_consistency(a, b, proof, first, second).is_ok() {
        assert!(a > 0 || a == b, "every log follows from the empty one: that is no proof");
        assert!(a != b || first == second);
    }
});
