//! Threats of a given size among an invented county's ordinary life: large ones are found, none is found where nothing was done, and what
//! nobody can tell is not.

use std::path::Path;

use jiff::civil::date;
use pollwarden_core::{Office, Scope};
use pollwarden_roll::simulate::{CountyPlan, THREATS, Threat, county};
use pollwarden_roll::{Comparison, Rehearsal, Snapshot, snapshots_in};

fn written() -> tempfile::TempDir {
    let (date_a, date_b) = (date(2026, 9, 5), date(2026, 10, 3));
    let plan = CountyPlan {
        seed: 5,
        voters: 6_000,
        date_a,
        date_b,
        time_zone: "America/New_York".into(),
        manipulations: Vec::new(),
    };
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in county(&plan).files {
        std::fs::write(folder.path().join(name), bytes).expect("a file");
    }
    folder
}

fn snapshots(folder: &Path) -> [Snapshot; 2] {
    let (snapshots, _) = snapshots_in(folder, &Office::default().roll);
    snapshots.try_into().expect("two extracts")
}

fn threat(name: &str) -> &'static Threat {
    THREATS.iter().find(|threat| threat.name == name).expect("a threat")
}

#[test]
fn threats_are_found_by_size_with_and_without_a_log() {
    let folder = written();
    let [a, b] = snapshots(folder.path());
    let comparison = Comparison::new(&a, &b, Some(folder.path()), &Office::default(), &|_| {}).expect("a comparison");
    let scope = Scope::unnamed(&[7; 32]);
    for (with_log, expected) in [
        (
            true,
            [("removal", 3, true), ("one-hand", 40, true), ("mail-redirect", 2, false), ("anybody-moved", 100, false)],
        ),
        (
            false,
            [("removal", 2, false), ("removal", 60, true), ("mail-redirect", 40, true), ("anybody-moved", 100, false)],
        ),
    ] {
        let rehearsal = Rehearsal::new(&comparison, with_log, &[], &scope).expect("a rehearsal");
        assert_eq!(rehearsal.has_log(), with_log);
        for (name, size, expected) in expected {
            let finds = |seed| rehearsal.finds(threat(name), size, seed).expect("asked");
            assert_eq!((finds(1), finds(2)), (expected, expected), "{name} of {size}, log {with_log}");
            assert_eq!(finds(1), expected, "the same seed makes the same attack");
        }
    }
}

#[test]
fn every_threat_can_be_made_of_a_roll_with_its_columns() {
    let folder = written();
    let [a, b] = snapshots(folder.path());
    let comparison = Comparison::new(&a, &b, None, &Office::default(), &|_| {}).expect("a comparison");
    let scope = Scope::unnamed(&[7; 32]);
    let rehearsal = Rehearsal::new(&comparison, true, &[], &scope).expect("a rehearsal");
    assert!(!rehearsal.has_log());
    for threat in THREATS.iter().filter(|threat| threat.name != "false-inactivity") {
        assert!(rehearsal.most(threat) >= 20, "{}: {}", threat.name, rehearsal.most(threat));
    }
    assert_eq!(rehearsal.most(threat("false-inactivity")), 0, "nobody on this roll was ever removed for inactivity");
}
