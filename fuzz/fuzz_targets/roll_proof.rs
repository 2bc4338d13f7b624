//! Arbitrary bytes as a proof, as the tree of one, as a published commitment and as openings: refused, or accepted.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pollwarden_roll::proof::{Proven, Published, RollCommitment, Root, check_openings, verify};

fuzz_target!(|input: (Vec<u8>, [u8; 32])| {
    let (bytes, root) = input;
    let published = Published { root: Root(root), records: 3 };
    let _ = verify(&bytes, published, published);
    let tree = [b"pollwarden roll proof 1\n".as_slice(), &root, &root, &bytes].concat();
    assert!(verify(&tree, published, published).is_err(), "a tree for a root that was drawn before it");
    let _ = RollCommitment::read(&bytes);
    let _ = check_openings(&bytes, &Proven { before: 0, after: 0, same: 0, differences: Vec::new() });
});
