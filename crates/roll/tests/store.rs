//! Kept snapshots: what is said of them is what is said of the extracts, damage is noticed, and a killed run costs nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{AsArray as _, RecordBatch, UInt64Array};
use arrow::datatypes::{Float64Type, UInt64Type};
use pollwarden_core::{Digest, Office, RollSettings};
use pollwarden_roll::proof::{OfficeSecret, commit};
use pollwarden_roll::{
    Comparison, DETECTORS, Held, Keeping, RollError, Snapshot, Store, compare_held, duplicates, joined_share, snapshot,
    snapshots_in,
};
use pollwarden_testkit::{data_root, folders, zst};
use proptest::prelude::*;

const HEADER: &str = "voter_id,last_name,status,precinct,birth_year\n";

fn read(path: &Path) -> Snapshot {
    snapshot(path, &RollSettings::default()).expect("a snapshot").0
}

fn keep(store: &Store, snapshot: &Snapshot) -> Keeping {
    store.keep(snapshot, &RollSettings::default(), &|_| {}).expect("kept")
}

fn store(folder: &Path) -> Store {
    Store::in_archive(folder, &[7; 32])
}

/// Everything a comparison says.
fn says(held: &Held) -> String {
    let mut all = format!("{:#?}\n{:#?}\n", held.compared.counts, held.compared.coverage);
    held.compared.rejected.iter().for_each(|complaint| all.push_str(&format!("{complaint}\n")));
    for (table, batches) in &held.tables {
        batches.iter().for_each(|batch| all.push_str(&format!("{}: {batch:?}\n", table.name)));
    }
    all
}

fn compared(a: &Snapshot, b: &Snapshot, log: Option<&Path>) -> Result<Held, RollError> {
    compare_held(a, b, log, &Office::default())
}

/// Compares extract with extract, kept with extract, extract with kept, and kept with kept.
fn agree(a: &Snapshot, b: &Snapshot, log: Option<&Path>) {
    let archive = tempfile::tempdir().expect("a folder");
    let store = store(archive.path());
    let (kept_a, kept_b) = (keep(&store, a).snapshot, keep(&store, b).snapshot);
    let expected = says(&compared(a, b, log).expect("a comparison"));
    for (which, a, b) in [("kept, read", &kept_a, b), ("read, kept", a, &kept_b), ("kept, kept", &kept_a, &kept_b)] {
        let said = says(&compared(a, b, log).expect("a comparison"));
        let differs = expected.lines().zip(said.lines()).find(|(expected, said)| expected != said);
        assert!(expected == said, "{which}: {differs:?}");
    }
    for of in [1, 3, 32] {
        let shares: Vec<_> = (0..of).map(|share| share_of(&store, &kept_a, &kept_b, (share, of))).collect();
        let comparison = Comparison::of_shares((&kept_a, &kept_b), log, &Office::default(), &shares, of);
        let said = says(&comparison.expect("a comparison").held().expect("rows"));
        assert!(expected == said, "in {of} shares");
    }
}

fn share_of(store: &Store, a: &Snapshot, b: &Snapshot, share: (usize, usize)) -> RecordBatch {
    let [a, b] = [a, b].map(|snapshot| snapshot.kept.as_ref().expect("it is kept").id());
    joined_share(store, [a, b], share).expect("a share")
}

/// A share with one row altered: the number in `column` of its first row.
fn altered(share: &RecordBatch, column: usize) -> RecordBatch {
    let mut columns = share.columns().to_vec();
    let numbers: Vec<Option<u64>> = columns[column].as_primitive::<UInt64Type>().iter().collect();
    let alter = |(row, number): (usize, Option<u64>)| if row == 0 { number.map(|n| n ^ (1 << 40)) } else { number };
    columns[column] = Arc::new(numbers.into_iter().enumerate().map(alter).collect::<UInt64Array>());
    RecordBatch::try_new(share.schema(), columns).expect("the same columns")
}

#[test]
fn shares_that_do_not_make_up_the_whole_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let (a, b) = extracts(folder.path());
    let store = store(folder.path());
    let [a, b] = [a, b].map(|path| keep(&store, &read(&path)).snapshot);
    let [first, second] = [0, 1].map(|share| share_of(&store, &a, &b, (share, 2)));
    let whole = |shares: &[RecordBatch]| Comparison::of_shares((&a, &b), None, &Office::default(), shares, 2);
    assert!(whole(&[second.clone(), first.clone()]).is_ok());
    let cut = first.slice(1, first.num_rows() - 1);
    for wrong in [
        vec![first.clone()],
        vec![first.clone(), second.clone(), second.clone()],
        vec![first.clone(), share_of(&store, &a, &b, (1, 3))],
        vec![cut, second.clone()],
        vec![altered(&first, 0), second.clone()],
        vec![altered(&first, 2), second.clone()],
        vec![first.project(&[0, 1]).expect("columns"), second.clone()],
    ] {
        assert!(matches!(whole(&wrong), Err(RollError::Shares { .. })), "{wrong:?}");
    }
}

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/formats").join(name)
}

#[test]
fn what_drifts_between_extracts_does_so_between_kept_ones() {
    for (a, b) in [
        ("north-carolina/ncvoter_older_2014-01-01.txt", "north-carolina/ncvoter_2026-09-05.txt"),
        ("washington/VRDB_Extract_2026-09-05.txt", "washington/VRDB_Extract_2026-10-03.txt"),
        ("michigan-fixed/entire_state_v_2014-01-01.lst", "michigan/EntireStateVoters_2026-09-05.csv"),
        ("michigan/EntireStateVoters_2026-09-05.csv", "michigan/EntireStateVoters_header_short_2026-09-05.csv"),
        ("florida/ALA_20260905.txt", "florida/ALA_20260905.txt"),
    ] {
        agree(&read(&sample(a)), &read(&sample(b)), None);
    }
}

#[test]
fn every_case_of_the_detectors_is_told_alike_from_kept_snapshots() {
    for detector in DETECTORS {
        let kind = detector.about().id.trim_start_matches("roll/");
        for case in pollwarden_testkit::cases(env!("CARGO_MANIFEST_DIR"), kind) {
            let (snapshots, _) = snapshots_in(&case.dir, &RollSettings::default());
            match snapshots.as_slice() {
                [one] => same_pairs(one),
                [a, b, ..] => agree(a, b, Some(&case.dir)),
                [] => panic!("{kind}: no snapshot"),
            }
        }
    }
}

/// Pairs of ids, and their probability in millionths.
fn pairs(snapshot: &Snapshot) -> BTreeSet<([String; 2], i64)> {
    let rows = duplicates(snapshot, &RollSettings::default(), 0.05, &|_| {}).expect("pairs").pairs;
    let [one, other] = [0, 1].map(|column| rows.column(column).as_string::<i32>());
    let probabilities = rows.column_by_name("probability").expect("a column").as_primitive::<Float64Type>();
    let pair = |at: usize| {
        let mut ids = [one.value(at).to_owned(), other.value(at).to_owned()];
        ids.sort();
        (ids, (probabilities.value(at) * 1e6).round() as i64)
    };
    (0..rows.num_rows()).map(pair).collect()
}

/// Looks for pairs of one person in an extract, and in what is kept of it.
fn same_pairs(extract: &Snapshot) {
    let archive = tempfile::tempdir().expect("a folder");
    let kept = keep(&store(archive.path()), extract).snapshot;
    assert_eq!(pairs(&kept), pairs(extract));
}

/// Two extracts of three parts each, in which some who are new were there before, and some have two records.
fn second_registrations(folder: &Path) -> (PathBuf, PathBuf) {
    let header = "voter_id,last_name,first_name,birth_date,status,GENERAL-11/05/2024,registration_date\n";
    let row = |id: u32, vote: &str| {
        let (last, first) = (char::from(b'A' + (id % 23) as u8), char::from(b'A' + (id % 19) as u8));
        format!(
            "{id},{last}ARLSTONE,{first}DELIA,19{}-0{}-1{},A,{vote},2020-01-0{}\n",
            30 + id % 67,
            1 + id % 9,
            id % 10,
            1 + id % 9
        )
    };
    for (day, last) in [("2026-09-05", 400), ("2026-10-03", 420)] {
        fs::create_dir(folder.join(day)).expect("a folder");
        for part in 0..3 {
            let rows: String = (0..last)
                .filter(|id| id % 3 == part)
                // Who is new is an older voter again; some votes are gone, in every part.
                .map(|id| match id {
                    400.. => row(id - 300, "V").replacen(&(id - 300).to_string(), &id.to_string(), 1),
                    // Who has two records voted under the second one.
                    _ if id % 50 == 7 => row(id, "") + &row(id, "V"),
                    _ => row(id, if day == "2026-10-03" && id % 10 == 0 { "" } else { "V" }),
                })
                .collect();
            fs::write(folder.join(day).join(format!("part{part}.csv")), format!("{header}{rows}")).expect("a file");
        }
    }
    (folder.join("2026-09-05"), folder.join("2026-10-03"))
}

#[test]
fn parts_and_second_registrations_are_told_alike_from_kept_snapshots() {
    let folder = tempfile::tempdir().expect("a folder");
    let (old, new) = second_registrations(folder.path());
    let (a, b) = (read(&old), read(&new));
    let held = compared(&a, &b, None).expect("a comparison");
    for name in ["resemblances", "votes"] {
        let rows: usize =
            held.tables.iter().filter(|t| t.0.name == name).flat_map(|t| &t.1).map(|b| b.num_rows()).sum();
        assert!(rows >= 10, "{name}: {rows}");
    }
    agree(&a, &b, None);
    same_pairs(&b);
}

#[test]
fn a_commitment_is_not_made_of_a_kept_snapshot() {
    let folder = tempfile::tempdir().expect("a folder");
    let (old, _) = extracts(folder.path());
    let kept = keep(&store(&folder.path().join("archive")), &read(&old)).snapshot;
    let refused = commit(&kept, &RollSettings::default(), &OfficeSecret::new(&[7; 32]), &|_| {});
    let said = refused.expect_err("a refusal").to_string();
    assert!(said.contains("kept snapshot") && said.contains("2026-09-05"), "{said}");
}

#[test]
fn shared_scenarios_are_told_alike_from_kept_snapshots() {
    let archives = data_root().map(|root| folders(root.join("roll"))).unwrap_or_default();
    for archive in archives.iter().filter(|path| path.to_string_lossy().ends_with("_scenario.tar.zst")) {
        let folder = tempfile::tempdir().expect("a folder");
        tar::Archive::new(zst(archive).as_slice()).unpack(folder.path()).expect("an archive");
        let (snapshots, _) = snapshots_in(folder.path(), &RollSettings::default());
        agree(&snapshots[0], &snapshots[1], Some(folder.path()));
    }
}

type Roll = BTreeMap<u16, [String; 4]>;

fn roll() -> impl Strategy<Value = Roll> {
    let fields = ["[ab\u{e9}\n\", ]{0,3}", "[AI]", "[a-c]{0,2}", "19[67][0-9]"];
    prop::collection::btree_map(0..400_u16, fields, 0..200)
}

/// As an extract, with lines that can't be compared here and there.
fn written(roll: &Roll, mess: u8) -> String {
    let mut text = HEADER.to_owned();
    for (at, (id, [last, status, precinct, born])) in roll.iter().enumerate() {
        let last = last.replace('"', "\"\"");
        text.push_str(&format!("{id},\"{last}\",{status},{precinct},{born}\n"));
        match (at as u8 ^ mess) % 61 {
            0 => text.push_str(&format!("{id},AGAIN,A,p,1970\n")),
            1 => text.push_str("1,too short\n"),
            2 => text.push_str(&format!("9{id},NUL\0,A,p,1970\n")),
            3 => text.push_str(",NOBODY,A,p,1970\n"),
            _ => {}
        }
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_kept_difference_is_the_difference(
        a in roll(), edits in roll(), gone in prop::collection::vec(0..400_u16, 0..20), mess in any::<u8>(),
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let (old, new) = (folder.path().join("2026-09-05.csv"), folder.path().join("2026-10-03.csv"));
        let mut b: Roll = a.clone();
        b.extend(edits.into_iter().take(30));
        b.retain(|id, _| !gone.contains(id));
        fs::write(&old, written(&a, mess)).expect("a file");
        fs::write(&new, written(&b, mess.wrapping_add(1))).expect("a file");
        agree(&read(&old), &read(&new), None);
    }
}

/// Two extracts of some hundred voters, of whom a few differ.
fn extracts(folder: &Path) -> (PathBuf, PathBuf) {
    let (old, new) = (folder.join("2026-09-05.csv"), folder.join("2026-10-03.csv"));
    let row = |id: u32, last: &str| format!("{id},{last}{id},A,P{},19{}\n", id % 7, 30 + id % 70);
    let rows = |changed: u32| {
        (0..600).map(|id| row(id, if id % 97 == changed { "VALE" } else { "OKAFOR" })).collect::<String>()
    };
    fs::write(&old, format!("{HEADER}{}", rows(500))).expect("a file");
    fs::write(&new, format!("{HEADER}{}{}", rows(3), row(1000, "NEW"))).expect("a file");
    (old, new)
}

#[test]
fn blocks_are_kept_once_and_dropped_with_the_last_snapshot_that_has_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let (old, new) = extracts(folder.path());
    let store = store(&folder.path().join("archive"));
    let first = keep(&store, &read(&old));
    assert!(!first.already && first.shared == 0 && first.written > 100);
    let second = keep(&store, &read(&new));
    assert!(second.written > 0 && second.written <= 8 && second.shared > first.written - 8, "{second:?}");
    assert!(keep(&store, &read(&new)).already);
    let folder_of = |name: &str| folder.path().join("archive/roll").join(name);
    let count = |name: &str| fs::read_dir(folder_of(name)).expect("a folder").count();
    assert_eq!((count("snapshots"), count("packs")), (6, 2));
    store.forget(first.snapshot.kept.as_ref().expect("kept")).expect("forgotten");
    assert_eq!((count("snapshots"), count("packs")), (3, 2), "the newer snapshot shares blocks with it");
    let found = store.find("2026-10-03").expect("the newer one");
    assert!(compared(&found, &read(&new), None).expect("a comparison").compared.counts.is_empty());
    store.forget(found.kept.as_ref().expect("kept")).expect("forgotten");
    assert_eq!((count("snapshots"), count("packs")), (0, 0));
}

/// Everything of both days, or why not.
fn from_store(store: &Store) -> Result<String, RollError> {
    let (a, b) = (store.find("2026-09-05")?, store.find("2026-10-03")?);
    compared(&a, &b, None).map(|held| says(&held))
}

#[test]
fn damage_is_an_error_that_names_the_file_and_never_an_equal_record() {
    let folder = tempfile::tempdir().expect("a folder");
    let (old, new) = extracts(folder.path());
    let archive = folder.path().join("archive");
    let store = store(&archive);
    keep(&store, &read(&old));
    keep(&store, &read(&new));
    let expected = from_store(&store).expect("a comparison");
    let (mut noticed, mut unread) = (0, 0);
    let files: Vec<PathBuf> =
        ["snapshots", "packs"].into_iter().flat_map(|name| folders(archive.join("roll").join(name))).collect();
    assert_eq!(files.len(), 8);
    for path in files {
        let whole = fs::read(&path).expect("a file");
        let places = (0..24).chain((24..whole.len()).step_by(whole.len() / 50));
        let flipped = places.map(|at| {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x10;
            bytes
        });
        let cut = [0, 1, 30, whole.len() / 2, whole.len() - 1].map(|length| whole[..length].to_vec());
        for damaged in flipped.chain(cut) {
            fs::write(&path, damaged).expect("a file");
            match from_store(&store) {
                Ok(said) => {
                    // A byte of a block that nobody needed.
                    assert_eq!(said, expected, "{}", path.display());
                    unread += 1;
                }
                Err(error) => {
                    let name = path.file_name().expect("a name").to_string_lossy().into_owned();
                    let stem = name.split('.').next().expect("a stem");
                    assert!(error.to_string().contains(stem), "{name}: {error}");
                    noticed += 1;
                }
            }
        }
        fs::write(&path, &whole).expect("a file");
    }
    assert!(noticed > 250, "{noticed} noticed, {unread} in what was not read");
    assert_eq!(from_store(&store).expect("a comparison"), expected);
}

/// Makes a store as it was before records were marked.
fn without_marks(archive: &Path) {
    for path in folders(archive.join("roll/snapshots")) {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        match extension {
            "marks" => fs::remove_file(&path).expect("removed"),
            "json" => {
                let text = fs::read_to_string(&path).expect("a head");
                let (_, json) = text.split_once('\n').expect("a digest before the text");
                let mut head: serde_json::Value = serde_json::from_str(json).expect("JSON");
                let fields = head.as_object_mut().expect("an object");
                assert!(["marks", "plain_ids"].into_iter().all(|name| fields.remove(name).is_some()));
                let json = head.to_string();
                fs::write(&path, format!("{}\n{json}", Digest::of(json.as_bytes()))).expect("a file");
            }
            _ => {}
        }
    }
}

/// Compares as [`agree`] does, from a store without marks.
fn agree_without_marks(a: &Snapshot, b: &Snapshot, log: Option<&Path>) {
    let archive = tempfile::tempdir().expect("a folder");
    let store = store(archive.path());
    [a, b].into_iter().for_each(|snapshot| drop(keep(&store, snapshot)));
    without_marks(archive.path());
    let kept = |snapshot: &Snapshot| store.find(&snapshot.date.expect("a date").to_string()).expect("kept");
    let expected = says(&compared(a, b, log).expect("a comparison"));
    for (a, b) in [(&kept(a), b), (a, &kept(b)), (&kept(a), &kept(b))] {
        assert_eq!(says(&compared(a, b, log).expect("a comparison")), expected);
    }
}

#[test]
fn a_store_without_marks_says_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let (old, new) = second_registrations(folder.path());
    agree_without_marks(&read(&old), &read(&new), None);
    for case in pollwarden_testkit::cases(env!("CARGO_MANIFEST_DIR"), "lost-entry") {
        let (snapshots, _) = snapshots_in(&case.dir, &RollSettings::default());
        if let [a, b] = snapshots.as_slice() {
            agree_without_marks(a, b, Some(&case.dir));
        }
    }
}

#[test]
fn marks_that_are_gone_are_missed() {
    let folder = tempfile::tempdir().expect("a folder");
    let (old, new) = extracts(folder.path());
    let archive = folder.path().join("archive");
    let store = store(&archive);
    keep(&store, &read(&old));
    keep(&store, &read(&new));
    let path = folders(archive.join("roll/snapshots"))
        .into_iter()
        .find(|path| path.extension().is_some_and(|extension| extension == "marks"))
        .expect("marks");
    fs::remove_file(&path).expect("removed");
    let said = from_store(&store).expect_err("an error").to_string();
    assert!(said.contains(".marks"), "{said}");
}

const KEEPING: &str = "killed_while_keeping";

#[test]
fn killed_while_keeping() {
    if let Ok(folder) = std::env::var(KEEPING) {
        let folder = PathBuf::from(folder);
        let store = store(&folder.join("archive"));
        fs::write(folder.join("begun"), "").expect("a file");
        for name in ["2026-09-05.csv", "2026-10-03.csv"] {
            keep(&store, &read(&folder.join(name)));
        }
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let (old, new) = extracts(folder.path());
    let expected = says(&compared(&read(&old), &read(&new), None).expect("a comparison"));
    let store = store(&folder.path().join("archive"));
    let (mut kills, mut pause) = (0, 0);
    for _ in 0..30 {
        let mut child = std::process::Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", KEEPING])
            .env(KEEPING, folder.path())
            .stdout(std::process::Stdio::null())
            .spawn()
            .expect("a child");
        while !folder.path().join("begun").exists() {
            assert!(child.try_wait().expect("a child").is_none(), "the child ended before it began");
            std::thread::yield_now();
        }
        pause = (pause * 7 + 3) % 97;
        std::thread::sleep(std::time::Duration::from_micros(400 * pause));
        child.kill().expect("a kill");
        kills += usize::from(!child.wait().expect("an end").success());
        fs::remove_file(folder.path().join("begun")).expect("a file");
        let (kept, complaints) = store.snapshots().expect("a list");
        assert!(complaints.is_empty(), "{complaints:?}");
        for snapshot in &kept {
            let extract = if snapshot.name.starts_with("2026-09") { &old } else { &new };
            let held = compared(snapshot, &read(extract), None).expect("a comparison");
            assert!(held.compared.counts.is_empty());
        }
        if kept.len() == 2 {
            fs::remove_dir_all(folder.path().join("archive")).expect("removed");
        }
    }
    for path in [&old, &new] {
        keep(&store, &read(path));
    }
    assert_eq!(from_store(&store).expect("a comparison"), expected);
    let left = folders(folder.path().join("archive/roll/packs"));
    assert!(left.len() <= 2, "{left:?}");
    assert!(kills > 0, "no child was killed in time");
}
