//! Arbitrary bytes as two vote histories beside two extracts: compared, or refused with a reason.
#![no_main]

use std::fs;

use libfuzzer_sys::fuzz_target;
use pollwarden_core::Office;
use pollwarden_roll::{compare_held, snapshots};

const ROLL: &str =
    "voter_id,last_name,status,registration_date,precinct,GENERAL-11/05/2024\nA,B,A,2024-12-01,P,X\nC,D,A,,P,\n";
const HEADERS: [&[u8]; 4] = [
    b"",
    b"voter_id,county,election_date\n",
    b"\"county_id\"\t\"election_lbl\"\t\"ncid\"\n",
    b"id_voter|dt_election\nA|11/5/2024\n",
];

fuzz_target!(|input: (u8, Vec<u8>, Vec<u8>, bool)| {
    let dir = tempfile::tempdir().expect("scratch space");
    let path = |name: &str| dir.path().join(name);
    let header = HEADERS[usize::from(input.0) % HEADERS.len()];
    for name in ["roll_2026-09-05.csv", "roll_2026-10-03.csv"] {
        fs::write(path(name), ROLL).expect("scratch space takes it");
    }
    for (name, bytes) in [("votes_2026-09-05.csv", &input.1), ("votes_2026-10-03.csv", &input.2)] {
        fs::write(path(name), [header, bytes].concat()).expect("scratch space takes it");
    }
    let office = Office::default();
    if let Ok((a, b, _)) = snapshots(&path("roll_2026-09-05.csv"), &path("roll_2026-10-03.csv"), &office.roll) {
        let _ = compare_held(&a, &b, input.3.then_some(dir.path()), &office);
    }
});
