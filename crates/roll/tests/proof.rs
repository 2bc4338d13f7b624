//! Commitments, proofs and openings over extracts as files, with a second verifier as the oracle.

#![allow(clippy::print_stdout, reason = "what was skipped is said")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use pollwarden_core::RollSettings;
use pollwarden_roll::proof::{
    Committed, OfficeSecret, OpenError, Opened, OpeningRefusal, Proof, Proven, Refusal, check_openings, commit, open,
    prove, verify,
};
use pollwarden_roll::simulate::{BulkPlan, write_snapshot};
use pollwarden_roll::{Snapshot, diff, snapshot};
use proptest::prelude::*;

const HEADER: &str = "voter_id,last_name,party\n";

/// A header as short as this is told by its key only.
fn settings() -> RollSettings {
    RollSettings { key: Some("voter_id".to_owned()), ..RollSettings::default() }
}

struct Office {
    folder: tempfile::TempDir,
    secret: OfficeSecret,
}

impl Office {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder"), secret: OfficeSecret::new(&[7; 32]) }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn extract(&self, name: &str, bytes: &[u8]) -> Snapshot {
        std::fs::write(self.path(name), bytes).expect("written");
        snapshot(&self.path(name), &settings()).expect("an extract").0
    }

    fn csv(&self, name: &str, rows: &str) -> Snapshot {
        self.extract(name, format!("{HEADER}{rows}").as_bytes())
    }

    fn commit(&self, snapshot: &Snapshot) -> Committed {
        commit(snapshot, &settings(), &self.secret, &|_| {}).expect("an extract")
    }

    fn proof(&self, older: &Snapshot, newer: &Snapshot) -> (Proof, Proven) {
        let proof = prove(&self.commit(older), &self.commit(newer));
        let [a, b] = proof.published;
        let proven = verify(&proof.bytes, a, b).expect("an honest proof");
        (proof, proven)
    }

    fn open(&self, voter_ids: &[&str], snapshots: [&Snapshot; 2], proven: &Proven) -> Result<String, OpenError> {
        let ids: Vec<String> = voter_ids.iter().map(|&id| id.to_owned()).collect();
        open(&ids, snapshots, &settings(), &self.secret, proven)
    }

    /// What the second verifier says of files: the differences, or why it refuses. `None` where there is no Python.
    fn python(&self, proof: &[u8], of: [&Snapshot; 2], openings: Option<&str>) -> Option<Result<Vec<String>, String>> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verify_proof.py");
        let mut command = Command::new("python3");
        command.arg(script).arg(self.path("proof"));
        std::fs::write(self.path("proof"), proof).expect("written");
        for (name, snapshot) in ["a.json", "b.json"].into_iter().zip(of) {
            let json = self.commit(snapshot).commitment(snapshot, &self.secret, false).to_json().expect("JSON");
            std::fs::write(self.path(name), json).expect("written");
            command.arg(self.path(name));
        }
        if let Some(openings) = openings {
            std::fs::write(self.path("openings.json"), openings).expect("written");
            command.arg(self.path("openings.json"));
        }
        let Ok(output) = command.output() else {
            println!("skipped: no python3");
            return None;
        };
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Some(match output.status.success() {
            true => Ok(text(&output.stdout).lines().map(str::to_owned).collect()),
            false => Err(text(&output.stderr)),
        })
    }
}

fn listed(proven: &Proven) -> Vec<String> {
    let kind = |before: bool, after: bool| match (before, after) {
        (true, true) => "changed",
        (true, false) => "gone",
        _ => "new",
    };
    let line =
        |d: &pollwarden_roll::proof::Difference| format!("{} {}", kind(d.before.is_some(), d.after.is_some()), d.key);
    proven.differences.iter().map(line).collect()
}

#[test]
fn a_proof_shows_a_changed_a_gone_and_a_new_record_and_no_others() {
    let office = Office::new();
    let older = office.csv("a.csv", "1,ADAMS,D\n2,BROWN,R\n3,COLE,U\n4,DIAZ,D\n");
    let newer = office.csv("b.csv", "5,EVANS,U\n1,ADAMS,R\n\"3\",\"COLE \",U\n4,DIAZ,D\n");
    let (proof, proven) = office.proof(&older, &newer);
    assert_eq!((proven.before, proven.after, proven.same), (4, 4, 2), "quotes and blanks are no change");
    let kinds: BTreeSet<(bool, bool)> =
        proven.differences.iter().map(|d| (d.before.is_some(), d.after.is_some())).collect();
    assert_eq!(kinds, BTreeSet::from([(true, true), (true, false), (false, true)]));

    let openings = office.open(&["1", "2", "5"], [&older, &newer], &proven).expect("differences");
    let opened = check_openings(openings.as_bytes(), &proven).expect("honest openings");
    let party = |opened: &Opened, at: usize| {
        let side = [&opened.before, &opened.after][at].as_ref()?;
        side.values.get("party").cloned()
    };
    let shown: Vec<_> = opened.iter().map(|o| (o.voter_id.as_str(), party(o, 0), party(o, 1))).collect();
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(shown, [("1", some("D"), some("R")), ("2", some("R"), None), ("5", None, some("U"))]);
    if let Some(said) = office.python(&proof.bytes, [&older, &newer], Some(&openings)) {
        assert_eq!(said, Ok(listed(&proven)));
    }
}

#[test]
fn tampered_openings_are_refused() {
    let office = Office::new();
    let (older, newer) = (office.csv("a.csv", "1,ADAMS,D\n2,BROWN,R\n"), office.csv("b.csv", "1,ADAMS,R\n2,BROWN,D\n"));
    let (proof, proven) = office.proof(&older, &newer);
    let openings = office.open(&["1"], [&older, &newer], &proven).expect("a difference");
    let refused = |changed: String| {
        assert_ne!(changed, openings);
        if let Some(said) = office.python(&proof.bytes, [&older, &newer], Some(&changed)) {
            assert!(said.is_err(), "{changed}");
        }
        check_openings(changed.as_bytes(), &proven).expect_err("tampered").to_string()
    };
    assert!(refused(openings.replace("ADAMS", "ADAMSON")).contains("altered"));
    assert!(refused(openings.replacen("\"voter_id\": \"1\"", "\"voter_id\": \"3\"", 1)).contains("altered"));
    assert!(refused(openings.replace("\"D\"", "\"R\"")).contains("altered"), "what it was before");
    let exchanged =
        openings.replace("\"before\"", "\"x\"").replace("\"after\"", "\"before\"").replace("\"x\"", "\"after\"");
    assert!(refused(exchanged).contains("altered"));
    let key = |json: &str| json.split("\"key\": \"").nth(1).map(|rest| rest[..32].to_owned()).expect("a key");
    let other = key(&office.open(&["2"], [&older, &newer], &proven).expect("a difference"));
    assert!(refused(openings.replace(&key(&openings), &other)).contains("altered"));
    assert!(refused(openings.replace(&key(&openings), &"0".repeat(32))).contains("not among the differences"));
    assert!(matches!(check_openings(b"{}", &proven), Err(OpeningRefusal::NoOpenings(_))));
}

#[test]
fn what_did_not_change_is_not_opened() {
    let office = Office::new();
    let (older, newer) = (office.csv("a.csv", "1,ADAMS,D\n2,BROWN,R\n"), office.csv("b.csv", "1,ADAMS,R\n2,BROWN,R\n"));
    let (_, proven) = office.proof(&older, &newer);
    for id in ["2", "3"] {
        let refused = office.open(&["1", id], [&older, &newer], &proven);
        assert!(matches!(&refused, Err(OpenError::NoDifference(named)) if named == id), "{refused:?}");
    }
}

#[test]
fn a_record_tampered_with_after_the_commitment_is_refused() {
    let office = Office::new();
    let (older, newer) = (office.csv("a.csv", "1,ADAMS,D\n2,BROWN,R\n"), office.csv("b.csv", "1,ADAMS,R\n2,BROWN,R\n"));
    let [a, b] = office.proof(&older, &newer).0.published;
    let tampered = office.csv("b.csv", "1,ADAMS,R\n2,BROWN,D\n");
    let proof = office.proof(&older, &tampered).0;
    assert!(matches!(verify(&proof.bytes, a, b), Err(Refusal::OtherSnapshot { which: "newer", .. })));
    let mut forged = proof.bytes.clone();
    let root = forged.windows(32).position(|bytes| bytes == proof.published[1].root.0).expect("the root");
    forged[root..root + 32].copy_from_slice(&b.root.0);
    assert_eq!(verify(&forged, a, b), Err(Refusal::WrongRoot("newer")));
}

#[test]
fn rows_that_are_left_out_are_counted_and_named() {
    let office = Office::new();
    let extract = office.csv("a.csv", "1,ADAMS,D\n1,ADAMS,R\n2,BROWN\n,COLE,U\n3,D\0IAZ,U\n4,\"EVANS,U\n");
    let committed = office.commit(&extract);
    let said: Vec<String> = committed.complaints().iter().map(ToString::to_string).collect();
    assert_eq!((committed.left_out(), said.len()), (5, 5), "{said:?}");
    for place in ["line 3: expected every voter's id once", "line 4: expected 3 columns", "line 5, column voter_id"] {
        assert!(said.iter().any(|complaint| complaint.contains(place)), "{place}: {said:?}");
    }
    let commitment = committed.commitment(&extract, &office.secret, false);
    assert_eq!((commitment.records, commitment.left_out), (1, 5));
}

#[test]
fn a_commitment_holds_no_voters_data_and_is_the_same_each_time() {
    let office = Office::new();
    let extract = office.csv("roll_2026-09-05.csv", "AA1,ADAMS,D\n");
    let json = |publish| office.commit(&extract).commitment(&extract, &office.secret, publish).to_json().expect("JSON");
    let digest = pollwarden_core::Digest::of(&std::fs::read(office.path("roll_2026-09-05.csv")).expect("a file"));
    assert_eq!(json(false), json(false));
    assert!(json(false).contains("2026-09-05") && json(true).contains(&digest.to_string()));
    for hidden in ["AA1", "ADAMS", &digest.to_string()] {
        assert!(!json(false).contains(hidden), "{hidden}");
    }
}

#[test]
fn the_records_that_differ_are_those_of_the_comparison() {
    let office = Office::new();
    let plan = BulkPlan { rows: 3_000, seed: 5, changed: 0.02, gone: 0.004, new: 0.006 };
    let made = |newer| {
        let mut bytes = Vec::new();
        let truth = write_snapshot(&mut bytes, &plan, newer).expect("written");
        (bytes, truth)
    };
    let (older, (newer, truth)) = (made(false).0, made(true));
    let (older, newer) = (office.extract("a.txt", &older), office.extract("b.txt", &newer));
    let (proof, proven) = office.proof(&older, &newer);
    let compared = diff(&older, &newer, &settings(), &|_| {}).expect("a comparison");
    let mut records = 0;
    compared
        .changes(&mut |_| {
            records += 1;
            Ok(())
        })
        .expect("changes");
    assert_eq!(proven.differences.len(), records);
    assert_eq!(records as u64, truth.changed + truth.gone + truth.new);
    if let Some(said) = office.python(&proof.bytes, [&older, &newer], None) {
        assert_eq!(said, Ok(listed(&proven)));
    }
}

fn rows() -> impl Strategy<Value = Vec<(u8, String, char)>> {
    prop::collection::btree_map(0..30_u8, ("[A-C]{1,2}", prop::sample::select(vec!['D', 'R'])), 0..20)
        .prop_map(|rows| rows.into_iter().map(|(id, (name, party))| (id, name, party)).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    /// Both verifiers say the same of honest proofs, and of proofs with one byte altered.
    #[test]
    fn two_verifiers_agree(older in rows(), newer in rows(), at in any::<prop::sample::Index>(), bit in 0..8_u32) {
        let office = Office::new();
        let text = |rows: &[(u8, String, char)]| rows.iter().map(|(id, name, party)| format!("{id},{name},{party}\n")).collect::<String>();
        let (older, newer) = (office.csv("a.csv", &text(&older)), office.csv("b.csv", &text(&newer)));
        let (proof, proven) = office.proof(&older, &newer);
        let mut bad = proof.bytes.clone();
        bad[at.index(proof.bytes.len())] ^= 1 << bit;
        prop_assert!(verify(&bad, proof.published[0], proof.published[1]).is_err());
        if let Some(said) = office.python(&proof.bytes, [&older, &newer], None) {
            prop_assert_eq!(said, Ok(listed(&proven)));
            let refused = office.python(&bad, [&older, &newer], None);
            prop_assert!(matches!(&refused, Some(Err(why)) if why.contains("refused:")), "{:?}", refused);
        }
    }
}
