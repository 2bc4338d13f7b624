//! What states are known to change about their extracts from one to the next is no change of any voter.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use pollwarden_core::{Columns, Office, RollSettings};
use pollwarden_roll::{CHANGES, Compared, compare_held, snapshots};

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/formats").join(name)
}

fn compared(a: &Path, b: &Path) -> Compared {
    let (a, b, complaints) = snapshots(a, b, &RollSettings::default()).expect("two snapshots");
    assert!(complaints.is_empty(), "{complaints:?}");
    compare_held(&a, &b, None, &Office::default()).expect("a comparison").compared
}

/// How many fields changed other than in form, and how many rows were compared.
fn changed(compared: &Compared) -> (u64, u64) {
    assert_eq!(compared.coverage.rejected, 0, "{:?}", compared.rejected);
    let of_meaning = compared.counts.iter().filter(|((class, _), _)| *class != "format-only");
    (of_meaning.map(|(_, count)| count).sum(), compared.coverage.rows)
}

fn unmatched(compared: &Compared) -> String {
    compared.coverage.unwatched.iter().map(|gap| gap.why.as_str()).collect::<Vec<_>>().join("; ")
}

#[test]
fn north_carolinas_columns_were_renamed() {
    let compared = compared(
        &sample("north-carolina/ncvoter_older_2014-01-01.txt"),
        &sample("north-carolina/ncvoter_2026-09-05.txt"),
    );
    assert_eq!(changed(&compared), (0, 6), "{:?}", compared.counts);
    let unmatched = unmatched(&compared);
    assert!(unmatched.contains("absent_ind") && !unmatched.contains("midl_name"), "{unmatched}");
}

#[test]
fn washington_changes_encodings_and_hides_birthdays() {
    let compared =
        compared(&sample("washington/VRDB_Extract_2026-09-05.txt"), &sample("washington/VRDB_Extract_2026-10-03.txt"));
    assert_eq!(changed(&compared), (0, 6), "{:?}", compared.counts);
    assert!(unmatched(&compared).contains("birthdate"));
}

#[test]
fn michigan_went_from_fixed_width_to_commas() {
    let compared = compared(
        &sample("michigan-fixed/entire_state_v_2014-01-01.lst"),
        &sample("michigan/EntireStateVoters_2026-09-05.csv"),
    );
    // The registration date that the newer sample masks is the only difference of meaning.
    assert_eq!(changed(&compared), (1, 6), "{:?}", compared.counts);
}

#[test]
fn a_header_that_lacks_a_name_is_made_whole() {
    let compared = compared(
        &sample("michigan/EntireStateVoters_2026-09-05.csv"),
        &sample("michigan/EntireStateVoters_header_short_2026-09-05.csv"),
    );
    assert_eq!(changed(&compared), (0, 6), "{:?}", compared.counts);
}

#[test]
fn a_county_file_may_be_renamed_and_split() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let alachua = std::fs::read(sample("florida/ALA_20260905.txt")).expect("a sample");
    let lines: Vec<&[u8]> = alachua.split_inclusive(|byte| *byte == b'\n').collect();
    for (name, lines) in [
        ("2026-09-05/ALA_20260905.txt", &lines[..]),
        ("2026-10-03/01_Alachua_20261003.txt", &lines[..1]),
        ("2026-10-03/67_Washington_20261003.txt", &lines[1..]),
    ] {
        std::fs::create_dir_all(path(name).parent().expect("a folder")).expect("a folder");
        std::fs::write(path(name), lines.concat()).expect("a file");
    }
    assert_eq!(changed(&compared(&path("2026-09-05"), &path("2026-10-03"))), (0, 6));
}

#[test]
fn colorados_parts_come_in_zips_within_a_zip() {
    let folder = tempfile::tempdir().expect("a folder");
    let part = sample("colorado/Registered_Voters_List_Part1_2026-09-05.txt");
    let text = std::fs::read(&part).expect("a sample");
    let inner = zipped("Registered_Voters_List_Part1.txt", &text);
    let outer = folder.path().join("EX-002_Public_Voters_List_2026-10-03.zip");
    std::fs::write(&outer, zipped("Registered_Voters_List_Part1.zip", &inner)).expect("a file");
    assert_eq!(changed(&compared(&part, &outer)), (0, 6));
}

/// New records at one house are seen together, however its ZIP code is written and its street is cut.
#[test]
fn one_house_is_one_address() {
    for (header, house) in [
        (
            "voter_id,last_name,status,res_street_address,res_city_desc,zip_code",
            ["9 HERON CT,LOWMERE,27002", "9 HERON CT,LOWMERE,27002-1234"],
        ),
        (
            "StateVoterID,LName,StatusCode,RegStNum,RegStName,RegStType,RegCity,RegZipCode,LegislativeDistrict",
            ["9,HERON,CT,LOWMERE,98001,1", "9,HERON,CT,LOWMERE,98002,1"],
        ),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        let [one, other] = house;
        std::fs::write(path("2026-09-05.csv"), format!("{header}\n1,VALE,A,{one}\n")).expect("a file");
        let rows = format!("{header}\n1,VALE,A,{one}\n2,OKAFOR,A,{one}\n3,MARLSTONE,A,{other}\n");
        std::fs::write(path("2026-10-03.csv"), rows).expect("a file");
        let settings = RollSettings::default();
        let (a, b, _) = snapshots(&path("2026-09-05.csv"), &path("2026-10-03.csv"), &settings).expect("two snapshots");
        let held = compare_held(&a, &b, None, &Office::default()).expect("a comparison");
        let changes = held.tables.iter().find(|(table, _)| table.name == CHANGES.name).expect("changes");
        let targets: Vec<String> = changes
            .1
            .iter()
            .flat_map(|batch| {
                let targets = Columns::of(batch).text("target");
                (0..batch.num_rows()).map(|row| targets.or_empty(row).to_owned()).collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(targets, ["9 HERON CT LOWMERE"; 2], "{header}");
    }
}

fn zipped(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("memory");
    zip.write_all(bytes).expect("memory");
    zip.finish().expect("memory").into_inner()
}
