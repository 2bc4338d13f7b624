//! Policies that somebody else wrote: none takes the stack or the time, and none asks for less than it seems to.

#![allow(clippy::unwrap_used, reason = "a test may stop at a fault")]

use pollwarden_ledger::{Algorithm, MAX_POLICY, Policy, PolicyError, Signer, VerifierKey};

fn key(name: &str, algorithm: Algorithm, seed: u8) -> VerifierKey {
    Signer::new(name, algorithm, &[seed; 32]).unwrap().key().clone()
}

fn witness(seed: u8) -> VerifierKey {
    key("w.example", Algorithm::Ed25519Cosignature, seed)
}

#[test]
fn groups_without_end_are_refused() {
    let mut text = format!("witness g0 {}\n", witness(1));
    for level in 1..30_000 {
        text.push_str(&format!("group g{level} any g{}\n", level - 1));
        if level == 8 {
            assert!(Policy::parse(&format!("{text}quorum g8\n")).is_ok());
        }
    }
    text.push_str("quorum g29999\n");
    assert!(matches!(Policy::parse(&text), Err(PolicyError::Line { .. })));
}

#[test]
fn a_policy_without_end_is_refused() {
    let long = format!("quorum none\n{}", "#\n".repeat(MAX_POLICY / 2));
    assert_eq!(Policy::parse(&long).err(), Some(PolicyError::TooLong));
}

#[test]
fn a_rule_asks_for_what_it_says() {
    let keys: String = (1..4).map(|n| format!("witness w{n} {}\n", witness(n))).collect();
    for rule in [
        "group g 0 w1 w2\nquorum g",
        "group g 3 w1 w2\nquorum g",
        "group g +1 w1 w2\nquorum g",
        "group g 01 w1 w2\nquorum g",
        "group g any\nquorum g",
        "group g all w1 w1\nquorum g",
        "group g all g\nquorum g",
        "group g any w1\ngroup h all g w1\nquorum h",
        "group none any w1\nquorum none",
        "quorum w1\nquorum none",
        "quorum none\nquorum w1",
        "group g any w1\nquorum w1",
        "Quorum w1",
        "quorum\u{a0}w1",
        "quorum w4",
        "",
    ] {
        assert!(Policy::parse(&format!("{keys}{rule}\n")).is_err(), "{rule}");
    }
}

#[test]
fn one_secret_is_one_signer_whatever_it_is_called() {
    let log = key("log.example", Algorithm::Ed25519, 9);
    let same = [
        vec![key("a.example", Algorithm::Ed25519Cosignature, 1), key("b.example", Algorithm::Ed25519Cosignature, 1)],
        vec![key("log.example", Algorithm::Ed25519Cosignature, 9)],
        vec![witness(1), witness(1)],
        vec![key("w.example", Algorithm::Ed25519, 1)],
    ];
    for witnesses in same {
        assert!(Policy::new(vec![log.clone()], witnesses, 1).is_err());
    }
    let two = vec![witness(1), key("w.example", Algorithm::MlDsa44Cosignature, 1)];
    assert!(Policy::new(vec![log.clone()], two.clone(), 1).is_ok());
    assert!(Policy::new(vec![log], two, 2).is_err(), "two keys of one name are one witness");
}
