//! Evidence of every kind, whole and spoiled, and what is said of it. `UPDATE_GOLDENS=1` writes evidence and answers anew.

#![allow(clippy::unwrap_used, reason = "a test may stop at a fault")]

mod made;

use std::fs;
use std::path::Path;

use made::{Log, Made, ORIGIN, TIME, county, log_key, rotation, signer, strange, witness};
use pollwarden_ledger::{Algorithm, Policy, Section, Signer, SplitView};
use pollwarden_testkit::{cases, check_golden};
use pollwarden_verifier::{Asked, verify};

const CRATE: &str = env!("CARGO_MANIFEST_DIR");

struct Case {
    name: &'static str,
    evidence: String,
    policy: String,
}

/// Those who sign: the log's key and two witnesses.
struct Signers {
    log: Signer,
    north: Signer,
    south: Signer,
}

impl Signers {
    fn new() -> Self {
        let [north, south] = [("north.example/witness", 21), ("south.example/witness", 22)].map(|(n, s)| witness(n, s));
        Self { log: log_key(11), north, south }
    }

    /// Both witnesses, the second an hour after the first.
    fn all(&self) -> [(&Signer, u64); 3] {
        [(&self.log, TIME), (&self.north, TIME), (&self.south, TIME + 3600)]
    }

    fn policy(&self, logs: &[&Signer], quorum: &str) -> String {
        let logs: String = logs.iter().map(|signer| format!("log {}\n", signer.key())).collect();
        let [north, south] = [self.north.key(), self.south.key()];
        format!("{logs}witness north {north}\nwitness south {south}\ngroup both all north south\nquorum {quorum}\n")
    }

    fn both(&self) -> String {
        self.policy(&[&self.log], "both")
    }
}

fn only(log: &Signer) -> String {
    format!("log {}\nquorum none\n", log.key())
}

fn case(name: &'static str, evidence: String, policy: String) -> Case {
    Case { name, evidence, policy }
}

fn all() -> Vec<Case> {
    let signers = Signers::new();
    [whole(&signers), lacking(&signers), spoiled(&signers), changed_keys(&signers), other_forms(&signers)]
        .into_iter()
        .flatten()
        .collect()
}

fn whole(signers: &Signers) -> Vec<Case> {
    let log = Log::new(county());
    let checkpoint = log.checkpoint(&signers.all());
    let bundle = |widest| log.bundle(&checkpoint, widest).to_json();
    let mldsa = signer(ORIGIN, Algorithm::MlDsa44Cosignature, 12);
    let stated = log.checkpoint(&[(&signers.log, TIME), (&mldsa, TIME)]);
    let two_keys = format!("log {}\nlog {}\nquorum none\n", signers.log.key(), mldsa.key());
    vec![
        case("public", bundle(Section::Public), signers.both()),
        case("office", bundle(Section::Office), signers.both()),
        case("court", bundle(Section::Court), signers.both()),
        case("no-witness-asked", bundle(Section::Public), signers.policy(&[&signers.log], "none")),
        case("no-witness-known", bundle(Section::Public), only(&signers.log)),
        case("own-time", log.bundle(&stated, Section::Public).to_json(), two_keys),
        case("strange", strangers(signers), signers.both()),
    ]
}

fn strangers(signers: &Signers) -> String {
    let log = Log::new(strange());
    log.bundle(&log.checkpoint(&signers.all()), Section::Court).to_json()
}

fn lacking(signers: &Signers) -> Vec<Case> {
    let log = Log::new(county());
    let checkpoint = log.checkpoint(&signers.all());
    let mut missing = log.bundle(&checkpoint, Section::Public);
    missing.evidence.retain(|evidence| ![3, 6].contains(&evidence.index));
    let mut closed = log.bundle(&checkpoint, Section::Public);
    closed.evidence[7].opened = [None, None, None];
    vec![
        case("missing-entries", missing.to_json(), signers.both()),
        case("closed-assessment", closed.to_json(), signers.both()),
        case("no-key", log.bundle(&checkpoint, Section::Public).to_json(), "quorum none\n".into()),
    ]
}

fn spoiled(signers: &Signers) -> Vec<Case> {
    let log = Log::new(county());
    let checkpoint = log.checkpoint(&signers.all());
    let whole = || log.bundle(&checkpoint, Section::Court);
    let mut value = whole();
    let opening = value.evidence[7].opened[0].as_mut().unwrap();
    opening.value = opening.value.replace("\"verdict\":\"found\"", "\"verdict\":\"nothing-found\"");
    let mut place = whole();
    place.evidence[2].index = 3;
    place.evidence.remove(3);
    let few = log.checkpoint(&signers.all()[..2]);
    vec![
        case("altered-value", value.to_json(), signers.both()),
        case("altered-place", place.to_json(), signers.both()),
        case("altered-form", whole().to_json().replace("  \"entries\"", " \"entries\""), signers.both()),
        case("cut-off", whole().to_json()[..4000].to_owned(), signers.both()),
        case("quorum-unmet", log.bundle(&few, Section::Public).to_json(), signers.both()),
        case("wrong-key", whole().to_json(), only(&log_key(99))),
        case("unreadable", "{\"format\": \"something else\"}\n".into(), signers.both()),
    ]
}

/// A log that changed its key at entry 2, signed in the end with `by`.
fn changed(middle: Made, by: &Signer) -> String {
    let mut entries = county();
    entries.insert(2, middle);
    let log = Log::new(entries);
    log.bundle(&log.checkpoint(&[(by, TIME)]), Section::Public).to_json()
}

fn changed_keys(signers: &Signers) -> Vec<Case> {
    let (old, new, third) = (&signers.log, log_key(31), log_key(32));
    let followed = changed(rotation(old, &new), &new);
    let mut twice = county();
    twice.splice(2..2, [rotation(old, &new), rotation(old, &third)]);
    let twice = Log::new(twice);
    let retired = twice.bundle(&twice.checkpoint(&[(&third, TIME)]), Section::Public).to_json();
    vec![
        case("rotation", followed.clone(), only(old)),
        case("rotation-newest-key", followed, only(&new)),
        case("rotation-old-key-signs", changed(rotation(old, &new), old), only(old)),
        case("rotation-retired-key", retired, only(old)),
        case("rotation-of-a-stranger", changed(rotation(&third, &new), old), only(old)),
    ]
}

fn other_forms(signers: &Signers) -> Vec<Case> {
    let log = Log::new(county());
    let other = Log::new(county().into_iter().rev().collect());
    let [first, second] = [&log, &other].map(|log| log.checkpoint(&signers.all()[..1]));
    let checkpoint = log.checkpoint(&signers.all());
    let split = |second: &str| SplitView { first: first.clone(), second: second.to_owned() }.to_json();
    let mut bare = log.proof(&checkpoint, 5);
    bare.extra = None;
    vec![
        case("fork", split(&second), signers.both()),
        case("no-fork", split(&checkpoint), signers.both()),
        case("proof", log.proof(&checkpoint, 5).to_text(), signers.both()),
        case("proof-without-entry", bare.to_text(), signers.both()),
        case("checkpoint", checkpoint, signers.both()),
    ]
}

fn judged(evidence: &[u8], policy: &str) -> String {
    match verify(evidence, &Policy::parse(policy).unwrap(), &Asked::default()) {
        Ok(report) => report.to_text(100),
        Err(why) => format!("UNREADABLE: {why}\n"),
    }
}

#[test]
fn every_case_is_told_as_it_was_found_right() {
    for case in all() {
        let dir = Path::new(CRATE).join("testdata").join(case.name);
        check_golden(dir.join("evidence"), &case.evidence);
        check_golden(dir.join("policy"), &case.policy);
        check_golden(dir.join("expected.txt"), &judged(case.evidence.as_bytes(), &case.policy));
    }
    // What lies there is what a reader of another program's finds, so it is read from there too.
    let made: Vec<&str> = all().iter().map(|case| case.name).collect();
    for case in cases(CRATE, "") {
        assert!(made.contains(&case.name.as_str()), "nothing makes {}", case.name);
        let evidence = fs::read(case.path("evidence")).unwrap();
        assert_eq!(judged(&evidence, &case.text("policy")), case.text("expected.txt"), "{}", case.name);
    }
}

#[test]
fn bundles_for_all_circles_have_one_root() {
    let roots = ["public", "office", "court"].map(|name| {
        let text = fs::read_to_string(Path::new(CRATE).join("testdata").join(name).join("evidence")).unwrap();
        pollwarden_ledger::Bundle::parse(text.as_bytes()).unwrap().checkpoint
    });
    assert!(roots.iter().all(|root| *root == roots[0]));
}

#[test]
fn no_line_is_wider_than_asked_and_none_drives_a_terminal() {
    for case in all() {
        let Ok(report) = verify(case.evidence.as_bytes(), &Policy::parse(&case.policy).unwrap(), &Asked::default())
        else {
            continue;
        };
        for width in [0, 60, 100, 1000] {
            let widest = width.clamp(40, 100);
            let text = report.to_text(width);
            assert!(text.lines().all(|line| line.chars().count() <= widest), "{}: {text}", case.name);
            assert!(!text.contains(|c: char| (c.is_control() && c != '\n') || c == '\u{202e}'), "{}", case.name);
        }
        let json = report.to_json();
        assert!(serde_json::from_str::<serde_json::Value>(&json).unwrap().is_object());
    }
}
