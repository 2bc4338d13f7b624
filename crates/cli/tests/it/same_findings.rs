//! The same findings, byte for byte, however a log is read: by one thread or two, at once or in a hundred pieces over time.

use std::fs;
use std::io::Write as _;

use pollwarden_web::simulate::{
    Attack, DistributedHarvest, InjectionThenFlood, PortalPlan, SequentialHarvest, write_log,
};

use crate::support::{answer, told};

const PIECES: usize = 100;

/// Two weeks of a small portal with three attacks.
fn log() -> Vec<u8> {
    let at = |text: &str| text.parse().unwrap();
    let mut plan = PortalPlan::ordinary(7, at("2026-03-02T05:00:00Z"), 2, 40.0, 6_000);
    let example = PortalPlan::county_example().attacks.into_iter();
    let injection = example.map(|attack| match attack {
        Attack::InjectionThenFlood(attack) => Attack::InjectionThenFlood(InjectionThenFlood {
            begin: at("2026-03-03T07:00:00Z"),
            flood_at: at("2026-03-09T07:00:00Z"),
            slow_days: 4,
            records: 300,
            ..attack
        }),
        other => other,
    });
    plan.attacks = injection.collect();
    plan.attacks.push(Attack::SequentialHarvest(SequentialHarvest {
        begin: at("2026-03-08T02:00:00Z"),
        first_voter: 900,
        records: 200,
        per_second: 0.5,
    }));
    plan.attacks.push(Attack::DistributedHarvest(DistributedHarvest {
        begin: at("2026-03-11T02:00:00Z"),
        hours: 30,
        first_voter: 2_000,
        records: 400,
        addresses: 60,
    }));
    let mut log = Vec::new();
    write_log(&plan, &mut log).unwrap();
    log
}

fn findings(args: &[&str]) -> String {
    let (answer, code) = answer(args);
    assert_eq!(code, 1);
    assert!(told(&answer).len() >= 3, "the attacks are not all found");
    serde_json::to_string_pretty(&serde_json::json!([answer["findings"], answer["measures"]])).unwrap()
}

#[test]
fn threads_and_pieces_change_nothing() {
    let log = log();
    let dir = tempfile::tempdir().unwrap();
    let folder = |name: &str| {
        let path = dir.path().join(name);
        fs::create_dir_all(path.join("web")).unwrap();
        path
    };
    let whole = folder("whole");
    fs::write(whole.join("web/access.log"), &log).unwrap();
    let scanned = |threads: &str| {
        findings(&["web", "scan", whole.join("web/access.log").to_str().unwrap(), "--threads", threads])
    };
    assert_eq!(scanned("1"), scanned("2"));

    let assessed = findings(&["assess", "--no-limit", whole.to_str().unwrap()]);
    let pieces = folder("pieces");
    let file = fs::OpenOptions::new().create(true).append(true).open(pieces.join("web/access.log"));
    let mut file = file.unwrap();
    let size = log.len().div_ceil(PIECES);
    for (i, piece) in log.chunks(size).enumerate() {
        file.write_all(piece).unwrap();
        // The last look is the one that counts; the others are what an office does every hour.
        if i % 20 == 19 && (i + 1) * size < log.len() {
            crate::support::run(&["assess", "--no-limit", pieces.to_str().unwrap()]);
        }
    }
    assert_eq!(findings(&["assess", "--no-limit", pieces.to_str().unwrap()]), assessed);
}
