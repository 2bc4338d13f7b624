//! The difference of two snapshots against a plain comparison of two maps, and on damaged extracts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use pollwarden_core::RollSettings;
use pollwarden_roll::{Diff, Kind, RollError, diff, snapshot};
use proptest::prelude::*;

type Roll = BTreeMap<u8, [String; 3]>;
type Cells = BTreeSet<(String, String, String, String)>;

const COLUMNS: [&str; 3] = ["last_name", "party", "street"];

fn compare(a: &Path, b: &Path) -> Result<Diff, RollError> {
    let settings = RollSettings::default();
    let (a, b) = (snapshot(a, &settings)?.0, snapshot(b, &settings)?.0);
    diff(&a, &b, &settings, &|_| {})
}

fn cells(diff: &Diff) -> Cells {
    let mut cells = Cells::new();
    diff.changes(&mut |change| {
        let id = change.record().voter_id().into_owned();
        match change.kind {
            Kind::New => drop(cells.insert((id, "*".into(), String::new(), "new".into()))),
            Kind::Gone => drop(cells.insert((id, "*".into(), "gone".into(), String::new()))),
            Kind::Changed => cells.extend(change.cells.iter().map(|cell| {
                let name = diff.columns()[cell.column].name.clone();
                (id.clone(), name, cell.old.clone().into_owned(), cell.new.clone().into_owned())
            })),
        }
        Ok(())
    })
    .expect("changes");
    cells
}

fn naive(a: &Roll, b: &Roll) -> Cells {
    let mut cells = Cells::new();
    for id in a.keys().chain(b.keys()) {
        match (a.get(id), b.get(id)) {
            (Some(_), None) => drop(cells.insert((id.to_string(), "*".into(), "gone".into(), String::new()))),
            (None, _) => drop(cells.insert((id.to_string(), "*".into(), String::new(), "new".into()))),
            (Some(old), Some(new)) => cells.extend(
                (0..3)
                    .filter(|&at| old[at] != new[at])
                    .map(|at| (id.to_string(), COLUMNS[at].to_owned(), old[at].clone(), new[at].clone())),
            ),
        }
    }
    cells
}

/// Writes a roll; `order` permutes the columns, as another year's extract may.
fn write(path: &Path, roll: &Roll, order: [usize; 3], always: bool) {
    let style = if always { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
    let mut writer = csv::WriterBuilder::new().quote_style(style).from_path(path).expect("a file");
    writer.write_record(std::iter::once("voter_id").chain(order.map(|at| COLUMNS[at]))).expect("written");
    for (id, fields) in roll {
        let id = id.to_string();
        writer.write_record(std::iter::once(id.as_str()).chain(order.map(|at| fields[at].as_str()))).expect("written");
    }
    writer.flush().expect("written");
}

fn roll() -> impl Strategy<Value = Roll> {
    prop::collection::btree_map(0..40_u8, ["[ab\u{e9}\n\", ]{0,3}", "[ab]", "[a-c]{0,2}"], 0..30)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_difference_is_that_of_two_maps(
        a in roll(), b in roll(), turned in any::<bool>(), always in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let (old, new) = (folder.path().join("a.csv"), folder.path().join("b.csv"));
        write(&old, &a, [0, 1, 2], false);
        write(&new, &b, if turned { [2, 0, 1] } else { [0, 1, 2] }, always);
        let there = compare(&old, &new).expect("a comparison");
        prop_assert_eq!(cells(&there), naive(&a, &b));
        prop_assert_eq!(there.rejected(), 0);
        let back = compare(&new, &old).expect("a comparison");
        prop_assert_eq!((there.counts().new, there.counts().gone), (back.counts().gone, back.counts().new));
        prop_assert!(cells(&compare(&old, &old).expect("a comparison")).is_empty());
    }
}

const HEADER: &str = "voter_id,last_name,party,street\n";

fn damaged(a: &str, b: &[u8]) -> (Diff, Vec<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    let (old, new) = (folder.path().join("a.csv"), folder.path().join("b.csv"));
    std::fs::write(&old, format!("{HEADER}{a}")).expect("a file");
    std::fs::write(&new, [HEADER.as_bytes(), b].concat()).expect("a file");
    let diff = compare(&old, &new).expect("a comparison");
    let complaints = diff.complaints().map(ToString::to_string).collect();
    (diff, complaints)
}

#[test]
fn rows_that_can_not_be_compared_are_counted_and_named() {
    let (diff, complaints) = damaged("1,A,X,S\n", b"1,A,X,S\n2,B\n,C,X,S\n3,D\0,X,S\n4,\"E,X,S\n5,F,X,S\n");
    assert_eq!((diff.rejected(), diff.rows()), (4, 3));
    assert_eq!(complaints.len(), 4, "{complaints:?}");
    assert!(complaints[0].contains("line 3: expected 4 columns, as in the header, found 2"), "{complaints:?}");
    assert!(complaints[1].contains("line 4, column voter_id"), "{complaints:?}");
    assert!(complaints[2].contains("NUL") && complaints[3].contains("never closed"), "{complaints:?}");
    assert_eq!(cells(&diff).len(), 1);
}

#[test]
fn of_two_records_with_one_id_the_first_is_compared() {
    let (diff, complaints) = damaged("1,A,X,S\n", b"1,A,Y,S\n1,A,Z,S\n");
    assert_eq!(diff.rejected(), 1);
    assert!(complaints[0].contains("line 3") && complaints[0].contains("line 2"), "{complaints:?}");
    let cell = ("1".to_owned(), "party".to_owned(), "X".to_owned(), "Y".to_owned());
    assert_eq!(cells(&diff), Cells::from([cell]));
}

#[test]
fn encodings_and_quotes_are_no_changes() {
    let (diff, _) = damaged("1,N\u{d1},X,S\n", b"\"1\",\"N\xd1\",X,S\r\n");
    assert!(cells(&diff).is_empty());
    assert_eq!(diff.counts().compared, 1);
}

#[test]
fn what_is_no_roll_is_refused_in_words() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in
        [("empty.csv", &b""[..]), ("noise.bin", &[0, 159, 146, 150, 10]), ("log.csv", b"seq,ts\n1,2\n")]
    {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("a file");
        let error = compare(&path, &path).expect_err("no roll").to_string();
        assert!(error.contains("no voter-roll extract"), "{name}: {error}");
    }
    assert!(compare(&folder.path().join("absent"), folder.path()).is_err());
}

#[test]
fn part_files_and_archives_are_snapshots_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    std::fs::create_dir_all(path("parts")).expect("a folder");
    std::fs::write(path("whole.csv"), format!("{HEADER}1,A,X,S\n2,B,X,S\n3,C,X,S\n")).expect("a file");
    std::fs::write(path("parts/1.csv"), format!("{HEADER}3,C,Y,S\n")).expect("a file");
    std::fs::write(path("parts/2.csv"), format!("{HEADER}1,A,X,S\n")).expect("a file");
    let mut tar = tar::Builder::new(std::fs::File::create(path("parts.tar")).expect("a file"));
    tar.append_dir_all("in", path("parts")).expect("an archive");
    tar.finish().expect("an archive");
    let parts = cells(&compare(&path("whole.csv"), &path("parts")).expect("a comparison"));
    assert_eq!(parts.len(), 2);
    assert_eq!(cells(&compare(&path("whole.csv"), &path("parts.tar")).expect("a comparison")), parts);
}
