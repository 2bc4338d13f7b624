//! Judges a published log and a bundle with single bytes altered, one after the other: what `bench/interop/tlog.py` holds against
//! another implementation. Arguments: the log's public folder, the bundle, the policy. Reads lines `FILE OFFSET MASK` (FILE is a path in
//! the folder, or `bundle`), and writes for each the exit code of `pollwarden verify`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench's own program, over files that it was just given"
)]

use std::collections::BTreeMap;
use std::io::{BufRead as _, Write as _, stdin, stdout};
use std::path::{Path, PathBuf};
use std::{env, fs};

use pollwarden_verifier::{Asked, Policy, Report, Resources, verify, verify_log};

/// A published folder held in memory.
struct Memory(BTreeMap<String, Vec<u8>>);

impl Resources for Memory {
    fn read(&self, path: &str) -> Result<Vec<u8>, pollwarden_ledger::Missing> {
        let missing = || pollwarden_ledger::Missing { path: path.to_owned(), why: "it is not there".to_owned() };
        self.0.get(path).cloned().ok_or_else(missing)
    }
}

fn main() {
    let arguments: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [folder, bundle, policy] = arguments.as_slice() else { panic!("give folder, bundle and policy") };
    let mut log = Memory(BTreeMap::new());
    read(folder, folder, &mut log.0);
    let mut bundle = fs::read(bundle).unwrap();
    let policy = Policy::parse(&fs::read_to_string(policy).unwrap()).unwrap();
    let mut out = stdout().lock();
    for line in stdin().lock().lines().map(Result::unwrap) {
        let [file, offset, mask]: [&str; 3] = line.split(' ').collect::<Vec<_>>().try_into().unwrap();
        let (offset, mask): (usize, u8) = (offset.parse().unwrap(), mask.parse().unwrap());
        let report = if file == "bundle" {
            bundle[offset] ^= mask;
            let report = verify(&bundle, &policy, &Asked::default());
            bundle[offset] ^= mask;
            report
        } else {
            log.0.get_mut(file).unwrap()[offset] ^= mask;
            let report = verify_log(&log, &policy, &Asked::default());
            log.0.get_mut(file).unwrap()[offset] ^= mask;
            report
        };
        writeln!(out, "{}", report.map_or(2, |report: Report| report.outcome.exit_code())).unwrap();
    }
}

fn read(root: &Path, at: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for path in fs::read_dir(at).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            read(root, &path, files);
        } else {
            files.insert(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap());
        }
    }
}
