//! Vote histories: columns of the roll that fill up after an election, histories of several states, and votes taken out of a
//! large one.

#![allow(clippy::print_stdout, reason = "the figures reached are shown with --nocapture")]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use pollwarden_core::{Columns, Office, RollSettings};
use pollwarden_roll::{Held, VOTES, compare_held, snapshot, snapshots, snapshots_in};
use pollwarden_testkit::{data_root, zst};
use support::said;

fn held(a: &Path, b: &Path) -> Held {
    let (a, b, _) = snapshots(a, b, &RollSettings::default()).expect("two snapshots");
    compare_held(&a, &b, None, &Office::default()).expect("a comparison")
}

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(&path, text).expect("a file");
    path
}

/// Ohio's roll with a column an election; `cast` says how each voter took part in the last ones.
fn ohio(elections: &[&str], cast: impl Fn(usize, usize) -> &'static str) -> String {
    let mut text = format!(
        "SOS_VOTERID,COUNTY_NUMBER,COUNTY_ID,LAST_NAME,FIRST_NAME,DATE_OF_BIRTH,REGISTRATION_DATE,VOTER_STATUS,PARTY_AFFILIATION,PRECINCT_CODE,{}\n",
        elections.join(",")
    );
    for voter in 0..400 {
        let votes: Vec<&str> = (0..elections.len()).map(|at| cast(voter, at)).collect();
        text += &format!("OH{voter:08},25,{voter},ALDER,ADA,1970-01-01,2001-05-04,ACTIVE,,25ABC,{}\n", votes.join(","));
    }
    text
}

const ELECTIONS: [&str; 3] = ["GENERAL-11/08/2022", "PRIMARY-03/19/2024", "GENERAL-11/05/2024"];

#[test]
fn columns_that_fill_up_after_an_election_are_ordinary() {
    let folder = tempfile::tempdir().expect("a folder");
    let a = write(folder.path(), "SWVF_2024-10-01.txt", &ohio(&ELECTIONS, |_, at| if at < 2 { "X" } else { "" }));
    let filled = ohio(&[&ELECTIONS[..], &["SPECIAL-08/05/2025"]].concat(), |_, _| "X");
    let b = write(folder.path(), "SWVF_2025-10-01.txt", &filled);
    let held = held(&a, &b);
    let counts: Vec<_> = held.compared.counts.iter().map(|(key, count)| (*key, *count)).collect();
    assert_eq!(counts, [(("history", "explained"), 400)]);
    assert_eq!(said(&held).findings, Vec::<String>::new());
    let notes = held.compared.coverage.notes.join(" ");
    assert!(notes.contains("columns for the elections special-08/05/2025"), "{notes}");
    assert!(held.compared.coverage.unwatched.iter().all(|gap| !gap.why.contains("special")));
}

#[test]
fn votes_gone_from_columns_are_found_also_with_their_column() {
    let folder = tempfile::tempdir().expect("a folder");
    let a = write(folder.path(), "SWVF_2024-12-01.txt", &ohio(&ELECTIONS, |_, _| "X"));
    let gone = ohio(&ELECTIONS, |voter, at| if at == 1 && voter % 50 == 0 { "" } else { "X" });
    let b = write(folder.path(), "SWVF_2025-10-01.txt", &gone);
    let found = said(&held(&a, &b)).findings;
    assert_eq!(found, ["roll/vanished-history 8 of 400 votes of 2024-03-19 are gone from the history (county 25)"]);
    let without = write(folder.path(), "SWVF_2025-11-01.txt", &ohio(&[ELECTIONS[0], ELECTIONS[2]], |_, _| "X"));
    let found = said(&held(&a, &without)).findings;
    assert_eq!(found, ["roll/vanished-history 400 of 400 votes of 2024-03-19 are gone from the history (county 25)"]);
    let retired = write(folder.path(), "SWVF_2025-12-01.txt", &ohio(&ELECTIONS[1..], |_, _| "X"));
    assert_eq!(said(&held(&a, &retired)).findings, Vec::<String>::new());
}

#[test]
fn other_words_for_the_same_vote_are_of_form() {
    let folder = tempfile::tempdir().expect("a folder");
    let a = write(folder.path(), "SWVF_2024-12-01.txt", &ohio(&ELECTIONS, |_, _| "X"));
    let b = write(folder.path(), "SWVF_2025-10-01.txt", &ohio(&ELECTIONS, |_, _| "ABSENTEE"));
    let held = held(&a, &b);
    assert_eq!(held.compared.counts.get(&("history", "format-only")), Some(&1200));
    assert_eq!(said(&held).findings, Vec::<String>::new());
}

#[test]
fn a_last_vote_moves_forward_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let roll = |voted: &str| {
        format!(
            "StateVoterID|FName|LName|birthdate|Gender|CountyCode|PrecinctCode|LastVoted|StatusCode\n1|ADA|ALDER|1970|F|KI|7|{voted}|A\n"
        )
    };
    let path = |day: &str, voted: &str| write(folder.path(), &format!("{day}.txt"), &roll(voted));
    let verdict = |old: &str, new: &str| {
        let held = held(&path("2024-10-01", old), &path("2025-10-01", new));
        held.compared.counts.keys().map(|(class, verdict)| format!("{class} {verdict}")).collect::<Vec<_>>()
    };
    assert_eq!(verdict("11/08/2022", "11/05/2024"), ["history explained"]);
    assert_eq!(verdict("", "11/05/2024"), ["history explained"]);
    assert_eq!(verdict("11/05/2024", "11/08/2022"), ["history unexplained"]);
    assert_eq!(verdict("11/05/2024", ""), ["history unexplained"]);
}

#[test]
fn a_history_in_the_extracts_own_folder_is_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let roll: String = (1..40).map(|n| format!("V{n},ALDER,ADA,1970,P1\n")).collect();
    let history: String = (1..40).map(|n| format!("V{n},1,11/05/2024\n")).collect();
    let of = |name: &str, history: &str| {
        write(
            folder.path(),
            &format!("{name}/roll.csv"),
            &format!("voter_id,last_name,first_name,birth_year,precinct\n{roll}"),
        );
        write(folder.path(), &format!("{name}/votes.csv"), &format!("voter_id,county,election_date\n{history}"));
        folder.path().join(name)
    };
    let (a, b) = (
        of("2026-09-05", &history),
        of("2026-10-03", &history.lines().skip(9).map(|l| format!("{l}\n")).collect::<String>()),
    );
    let found = said(&held(&a, &b)).findings;
    assert_eq!(found, ["roll/vanished-history 9 of 39 votes of 2024-11-05 are gone from the history (county 1)"]);
    let (snapshot, _) = snapshot(&a, &RollSettings::default()).expect("a snapshot");
    assert_eq!((snapshot.inputs.len(), snapshot.histories.len()), (1, 1));
}

#[test]
fn a_key_that_the_history_shares_does_not_make_it_an_extract() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "votes_2026-09-05.csv", "number,county,party,election_date\n1,2,DEM,11/05/2024\n");
    write(folder.path(), "roll_2026-09-05.csv", "number,surname,party\n1,ALDER,DEM\n");
    let settings = RollSettings { key: Some("number".into()), ..RollSettings::default() };
    let (snapshots, complaints) = snapshots_in(folder.path(), &settings);
    let names: Vec<&str> = snapshots.iter().map(|s| s.name.as_str()).collect();
    assert_eq!((names, complaints.len()), (vec!["roll_2026-09-05.csv"], 0));
}

#[test]
fn an_undated_history_is_named_and_not_used() {
    let folder = tempfile::tempdir().expect("a folder");
    let roll = "voter_id,last_name,first_name,birth_year,precinct\nV1,ALDER,ADA,1970,P1\n";
    for name in ["roll_2026-09-05.csv", "roll_2026-10-03.csv"] {
        write(folder.path(), name, roll);
    }
    write(folder.path(), "votes.csv", "voter_id,county,election_date\nV1,1,11/05/2024\n");
    let (snapshots, _) = snapshots_in(folder.path(), &RollSettings::default());
    let held =
        compare_held(&snapshots[0], &snapshots[1], Some(folder.path()), &Office::default()).expect("a comparison");
    let complaints = &held.compared.coverage.complaints;
    assert!(complaints.iter().any(|c| c.to_string().contains("a date in the vote history's name")), "{complaints:?}");
}

/// The shared scenario has one history. With it as the older one, and some votes taken out of the newer one, these and no others
/// are found, but for voters who were removed as well.
#[test]
fn votes_taken_out_of_a_large_history_are_found() {
    let archive = data_root().map(|root| root.join("roll/nc_scenario.tar.zst")).filter(|path| path.exists());
    let Some(archive) = archive else { return println!("skipped: no data sets") };
    let folder = tempfile::tempdir().expect("a folder");
    tar::Archive::new(zst(archive).as_slice()).unpack(folder.path()).expect("an archive");
    let path = |name: &str| folder.path().join(name);
    let history = fs::read_to_string(path("ncvhis_2026-10-03.txt")).expect("the history");
    fs::write(path("ncvhis_2026-09-05.txt"), &history).expect("a file");
    let taken = taken_out(&history);
    let left: String = history.split_inclusive('\n').filter(|line| !taken.contains(voter(line))).collect();
    fs::write(path("ncvhis_2026-10-03.txt"), left).expect("a file");
    let (mut snapshots, _) = snapshots_in(folder.path(), &RollSettings::default());
    let (b, a) = (snapshots.pop().expect("a snapshot"), snapshots.pop().expect("a snapshot"));
    let held = compare_held(&a, &b, Some(folder.path()), &Office::default()).expect("a comparison");
    let found = said(&held).findings;
    let ours: Vec<&String> = found.iter().filter(|f| f.starts_with("roll/vanished-history")).collect();
    println!("{} votes taken out: {ours:?}", taken.len());
    let roll = fs::read(path("ncvoter_2026-10-03.txt")).expect("the roll");
    let removed = |voter: &str| status(&roll, voter).is_none_or(|status| status == "R" || status == "D");
    let staying: BTreeSet<String> =
        taken.iter().filter(|voter| !removed(voter)).map(|voter| (*voter).to_owned()).collect();
    assert_eq!(gone(&held), staying);
    assert_eq!(ours.len(), 1, "{ours:?}");
    assert!(ours[0].contains("(county 2)"), "{ours:?}");
}

fn voter(line: &str) -> &str {
    line.split('\t').nth(10).unwrap_or_default().trim_matches('"')
}

/// A voter's status in North Carolina's layout.
fn status(roll: &[u8], voter: &str) -> Option<String> {
    let quoted = format!("\"{voter}\"");
    let mut lines =
        roll.split(|byte| *byte == b'\n').map(|line| line.split(|byte| *byte == b'\t').take(9).collect::<Vec<_>>());
    let fields = lines.find(|fields| fields.get(3).is_some_and(|id| *id == quoted.as_bytes()))?;
    Some(String::from_utf8_lossy(fields[8]).trim_matches('"').to_owned())
}

/// Every two-hundredth voter of county 2 who voted.
fn taken_out(history: &str) -> BTreeSet<&str> {
    let of_county = history.lines().filter(|line| line.starts_with("\"2\"\t"));
    of_county.map(voter).step_by(200).collect()
}

fn gone(held: &Held) -> BTreeSet<String> {
    let batches = held.tables.iter().filter(|(table, _)| table.name == VOTES.name).flat_map(|(_, batches)| batches);
    let mut voters = BTreeSet::new();
    for batch in batches {
        let columns = Columns::of(batch);
        let (kind, voter) = (columns.text("kind"), columns.text("voter_id"));
        voters.extend(
            (0..batch.num_rows()).filter(|at| kind.or_empty(*at) == "gone").map(|at| voter.or_empty(at).to_owned()),
        );
    }
    voters
}
