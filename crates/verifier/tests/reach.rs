//! What this crate can't do: it has no file, network, process or clock, and nothing below it has one for it.

#![allow(clippy::unwrap_used, reason = "a test may stop at a fault")]

use std::fs;
use std::path::Path;
use std::process::Command;

const CRATE: &str = env!("CARGO_MANIFEST_DIR");

/// All that it is built from. Whoever adds to it asks whether that can write, read files, or call out.
const BUILT_FROM: [&str; 37] = [
    "base64",
    "block-buffer",
    "cfg-if",
    "cmov",
    "const-oid",
    "cpufeatures",
    "crypto-common",
    "ctutils",
    "curve25519-dalek",
    "digest",
    "ed25519",
    "ed25519-dalek",
    "hex",
    "hybrid-array",
    "itoa",
    "keccak",
    "memchr",
    "ml-dsa",
    "module-lattice",
    "num-traits",
    "pollwarden-ledger",
    "pollwarden-verifier",
    "serde",
    "serde_core",
    "serde_json",
    "sha2",
    "shake",
    "signature",
    "sponge-cursor",
    "subtle",
    "textwrap",
    "thiserror",
    "typenum",
    "unicode-width",
    "zeroize",
    "zmij",
    "",
];

#[test]
fn the_source_names_no_file_network_process_or_clock() {
    // In the ledger, what needs the feature `store` is in folders.
    let files = |of: &str| fs::read_dir(Path::new(CRATE).join(of)).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<_> = files("src").chain(files("../ledger/src").filter(|path| path.is_file())).collect();
    assert!(files.len() > 40, "{}", files.len());
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        // The ledger compares a bundle with its one form through `io::Write`, which reaches nothing by itself.
        let io = if path.starts_with(Path::new(CRATE).join("src")) { "std::io" } else { "io::std" };
        for reach in ["std::fs", "std::net", "std::process", "std::time", "std::env", io, "std::thread", "unsafe"] {
            assert!(!text.contains(reach), "{} has {reach}", path.display());
        }
    }
}

#[test]
fn nothing_else_is_built_in() {
    let tree = ["tree", "--offline", "--package", "pollwarden-verifier", "--edges", "normal,no-proc-macro"];
    let output = Command::new(env!("CARGO"))
        .args(tree)
        .args(["--prefix", "none", "--format", "{lib} {p} {f}", "--target", "x86_64-unknown-linux-gnu"])
        .current_dir(CRATE)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let packages: Vec<&str> = text.lines().filter_map(|line| line.split(' ').nth(1)).collect();
    assert!(packages.contains(&"pollwarden-ledger"));
    let unknown: Vec<&&str> = packages.iter().filter(|name| !BUILT_FROM.contains(name)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    let ledger = text.lines().find(|line| line.contains("pollwarden-ledger v")).unwrap();
    assert!(!ledger.contains("store"), "{ledger}");
}
