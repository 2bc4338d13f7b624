//! Arbitrary bytes as two extracts and a log: compared, or refused with a reason.
#![no_main]

use std::fs;

use libfuzzer_sys::fuzz_target;
use pollwarden_core::Office;
use pollwarden_roll::{compare_held, snapshots};

fuzz_target!(|input: (Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>)| {
    let dir = tempfile::tempdir().expect("scratch space");
    let path = |name: &str| dir.path().join(name);
    fs::create_dir(path("log")).expect("scratch space");
    let header = b"voter_id,last_name,status,precinct\n";
    for (name, bytes) in [("2026-09-05.csv", &input.0), ("2026-10-03.csv", &input.1)] {
        fs::write(path(name), [header.as_slice(), bytes].concat()).expect("scratch space takes it");
    }
    fs::write(path("log/transactions.csv"), &input.2).expect("scratch space takes it");
    fs::write(path("log/batches.csv"), &input.3).expect("scratch space takes it");
    // Another system's log, whose words and times are read in many forms.
    let header = b"User;Field Changed;Date;Time;Old;New;Voter ID\n";
    fs::write(path("log/audit.csv"), [header.as_slice(), &input.4].concat()).expect("scratch space takes it");
    let office = Office::default();
    if let Ok((a, b, _)) = snapshots(&path("2026-09-05.csv"), &path("2026-10-03.csv"), &office.roll) {
        let _ = compare_held(&a, &b, Some(&path("log")), &office);
    }
});
