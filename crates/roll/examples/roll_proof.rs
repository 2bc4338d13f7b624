//! Times the parts of a proof, for `bench/roll-proof.py`.
//!
//! `roll_proof prove A B DIR` commits to two extracts, proves what differs, and writes `proof`, `a.json` and `b.json` to DIR;
//! `roll_proof verify DIR` verifies them. Each prints what it took as JSON. The secret is no secret: the rolls are invented.

#![allow(clippy::print_stdout, reason = "it prints what it measured")]

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Instant;

use pollwarden_core::RollSettings;
use pollwarden_roll::proof::{OfficeSecret, RollCommitment, commit_both, prove, verify};
use pollwarden_roll::snapshot;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let said = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["prove", a, b, dir] => write(a.as_ref(), b.as_ref(), dir.as_ref())?,
        ["verify", dir] => check(dir.as_ref())?,
        _ => return Err("use prove A B DIR, or verify DIR".into()),
    };
    println!("{said}");
    Ok(())
}

fn write(a: &Path, b: &Path, dir: &Path) -> Result<serde_json::Value, Box<dyn Error>> {
    let (settings, secret) = (RollSettings::default(), OfficeSecret::new(&[7; 32]));
    let (a, b) = (snapshot(a, &settings)?.0, snapshot(b, &settings)?.0);
    let begin = Instant::now();
    let [older, newer] = commit_both([&a, &b], &settings, &secret, &|_| {})?;
    let committed = begin.elapsed();
    let proof = prove(&older, &newer);
    let proven = begin.elapsed() - committed;
    fs::create_dir_all(dir)?;
    fs::write(dir.join("proof"), &proof.bytes)?;
    fs::write(dir.join("a.json"), older.commitment(&a, &secret, false).to_json()?)?;
    fs::write(dir.join("b.json"), newer.commitment(&b, &secret, false).to_json()?)?;
    Ok(serde_json::json!({
        "commit_s": committed.as_secs_f64(), "prove_s": proven.as_secs_f64(), "proof_bytes": proof.bytes.len(),
    }))
}

fn check(dir: &Path) -> Result<serde_json::Value, Box<dyn Error>> {
    let begin = Instant::now();
    let proof = fs::read(dir.join("proof"))?;
    let a = RollCommitment::read(&fs::read(dir.join("a.json"))?)?.published();
    let b = RollCommitment::read(&fs::read(dir.join("b.json"))?)?.published();
    let proven = verify(&proof, a, b)?;
    let took = begin.elapsed().as_secs_f64();
    Ok(serde_json::json!({ "verify_s": took, "differences": proven.differences.len(), "same": proven.same }))
}
