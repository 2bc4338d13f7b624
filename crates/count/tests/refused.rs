//! Contests whose rules or winners are not fully known: they are refused with what to write, and never confirmed by a guess.

use std::fs;

use pollwarden_core::{Answer, Scope, Verdict};
use pollwarden_count::audit::ContestAudit;
use pollwarden_count::{answer, gather};
use pollwarden_intake::find;

/// One batch.
const CARDS: usize = 100;

/// A folder's audit; of its first contest.
fn audited(files: &[(&str, String)]) -> (ContestAudit, Answer) {
    let dir = tempfile::tempdir().expect("a folder");
    let manifest = format!("Tabulator,Batch Name,Number of Ballots\nT1,1,{CARDS}\n");
    fs::write(dir.path().join("manifest.csv"), manifest).expect("a file");
    for (name, text) in files {
        fs::write(dir.path().join(name), text).expect("a file");
    }
    let (evidence, coverage) = gather(&find(dir.path()).inputs);
    let answer = answer(&evidence, coverage, Scope::unnamed(&[7; 32]), false);
    let audit = evidence.audit.expect("an audit");
    (audit.contests.into_iter().next().expect("a contest"), answer)
}

fn settings(contest: &str) -> (&'static str, String) {
    ("audit.toml", format!("risk_limit = 0.05\nseed = \"20501\"\nrounds = [60]\n[[contest]]\n{contest}\n"))
}

/// Records of a contest with three choices, in the shape of Dominion's CSV export.
fn records(heading: &str, marks: impl Fn(usize) -> &'static str) -> (&'static str, String) {
    let mut file = format!(
        "Invented Town,5.10.50.85{}\n{lead}{heading},{heading},{heading}\n{lead}Ada Zed,Ben Yew,Cy Xu\n\
         CvrNumber,TabulatorNum,BatchId,RecordId,ImprintedId,CountingGroup,PrecinctPortion,BallotType,,,\n",
        ",".repeat(9),
        lead = ",".repeat(8),
    );
    for card in 1..=CARDS {
        file.push_str(&format!("{card},T1,1,{card},T1-1-{card},Mail,P,S,{}\n", marks(card)));
    }
    ("records.csv", file)
}

/// What was published of the council: the records' own totals.
fn council_results(ben: u64) -> (&'static str, String) {
    ("results.csv", format!("contest,choice,votes\nCouncil,Ada Zed,70\nCouncil,Ben Yew,{ben}\nCouncil,Cy Xu,30\n"))
}

/// What people read on each card.
fn board(contest: &str, read: impl Fn(usize) -> &'static str) -> (&'static str, String) {
    let rows = (1..=CARDS).map(|card| format!("T1,1,{card},,{}\n", read(card)));
    ("board.csv", format!("tabulator,batch,position,status,{contest}\n{}", rows.collect::<String>()))
}

fn refused((contest, answer): &(ContestAudit, Answer), words: &str) {
    let why = contest.measured.as_ref().expect_err("no assertions");
    assert!(why.contains(words), "{why}");
    assert_eq!(contest.risk(), 1.0);
    assert_eq!(answer.verdict(), Verdict::CannotTell, "{answer:#?}");
}

fn confirmed((contest, answer): &(ContestAudit, Answer)) {
    assert_eq!(answer.verdict(), Verdict::NothingFound, "{:?} {answer:#?}", contest.measured);
}

/// Seventy cards for Ada and Ben, thirty for Cy alone.
fn two_of_three(card: usize) -> &'static str {
    if card % 10 < 7 { "1,1,0" } else { "0,0,1" }
}

fn read_two_of_three(card: usize) -> &'static str {
    if card % 10 < 7 { "Ada Zed; Ben Yew" } else { "Cy Xu" }
}

#[test]
fn seats_that_no_file_says_are_asked_for() {
    let council = |settings_text: &str| {
        audited(&[
            settings(settings_text),
            records("Council (Vote For=2)", two_of_three),
            council_results(70),
            board("Council", read_two_of_three),
        ])
    };
    refused(&council("name = \"Council\""), "`winners = 2`");
    confirmed(&council("name = \"Council\"\nwinners = 2"));
}

#[test]
fn several_votes_are_no_overvote_where_no_file_says_how_many_are_allowed() {
    let council = |settings_text: &str, marks: fn(usize) -> &'static str, read: fn(usize) -> &'static str| {
        let files = [settings(settings_text), records("Council", marks), board("Council", read)];
        // Totals that can't be held against unclear records would only be refused for another reason.
        let results = council_results(if settings_text.contains("winners") { 70 } else { 0 });
        let with_results = settings_text.contains("winners") || !marks(1).starts_with("1,1");
        audited(&files.into_iter().chain(Some(results).filter(|_| with_results)).collect::<Vec<_>>())
    };
    refused(&council("name = \"Council\"", two_of_three, read_two_of_three), "70 cards have several votes");
    confirmed(&council("name = \"Council\"\nvotes_allowed = 2\nwinners = 2", two_of_three, read_two_of_three));
    let ada = |card| if card % 10 < 7 { "1,0,0" } else { "0,0,1" };
    let (contest, answer) = council("name = \"Council\"", ada, read_two_of_three);
    let why = contest.measured.as_ref().expect_err("no assertions");
    assert!(why.contains("70 cards were read with several votes"), "{why}");
    assert_eq!(contest.risk(), 1.0);
    assert_ne!(answer.verdict(), Verdict::NothingFound);
    confirmed(&council("name = \"Council\"", ada, |card| if card % 10 < 7 { "Ada Zed" } else { "Cy Xu" }));
}

#[test]
fn several_votes_read_on_paper_are_asked_about_without_records_too() {
    let results = ("results.csv", "contest,choice,votes\nCouncil,Ada Zed,70\nCouncil,Cy Xu,30\n".to_owned());
    let rows = board("Council", |card| if card % 10 < 7 { "Ada Zed; Cy Xu" } else { "Cy Xu" });
    refused(&audited(&[settings("name = \"Council\""), results, rows]), "votes_allowed");
}

#[test]
fn a_comparison_without_records_compares_nothing() {
    let results = ("results.csv", "contest,choice,votes\nClerk,Ada Zed,90\nClerk,Ben Yew,10\n".to_owned());
    // The paper says the contrary, on the drawn cards; not all cards have a row, so that no full hand count decides.
    let rows = board("Clerk", |_| "Ben Yew");
    let rows = (rows.0, rows.1.lines().take(CARDS).map(|line| format!("{line}\n")).collect());
    let audit = audited(&[settings("name = \"Clerk\"\nmethod = \"comparison\""), results, rows]);
    let why = audit.0.measured.as_ref().expect_err("no assertions");
    assert!(why.contains("needs cast vote records of the contest"), "{why}");
    assert_eq!(audit.0.risk(), 1.0);
}

const BOND: &str = "name = \"Bond\"\nrule = \"supermajority\"\nshare = 0.6\nchoices = [\"Yes\", \"No\"]\n";

#[test]
fn a_report_that_cant_be_read_is_not_confirmed_by_a_hand_count() {
    let audit = |more: &str| audited(&[settings(&format!("{BOND}{more}"))]);
    let no = "hand_count = { Yes = 40, No = 60 }\nreported = { Yes = 40, No = 60 }";
    assert_eq!(audit(no).0.risk(), 0.0);
    refused(&audit(&format!("{no}\nreported_winners = [\"yes\"]")), "no choice of the contest is named yes");
}

#[test]
fn a_measure_reported_as_failed_that_passed_is_found() {
    let (contest, answer) = audited(&[settings(&format!(
        "{BOND}hand_count = {{ Yes = 70, No = 30 }}\nreported = {{ Yes = 50, No = 50 }}"
    ))]);
    assert_eq!((contest.decided.winners.as_slice(), contest.risk()), (&[][..], 1.0));
    assert_eq!(answer.verdict(), Verdict::Found);
    let records = records("Bond (Vote For=1)", |card| if card % 10 < 7 { "1,0,0" } else { "0,1,0" });
    let of_choices = "name = \"Bond\"\nrule = \"supermajority\"\nshare = 0.6\n";
    let (_, answer) =
        audited(&[settings(&format!("{of_choices}reported = {{ \"Ada Zed\" = 50, \"Ben Yew\" = 50 }}")), records]);
    assert_eq!(answer.verdict(), Verdict::Found);
}

/// A contest of one seat that Ada won, with what people read.
fn clerk_files(manifest: &str, name: &str, results: &str, read: [&'static str; 2]) -> Vec<(&'static str, String)> {
    vec![
        ("manifest.csv", format!("Tabulator,Batch Name,Number of Ballots\n{manifest}\n")),
        settings(&format!("name = \"{name}\"")),
        records("Clerk (Vote For=1)", |card| if card % 10 < 7 { "1,0,0" } else { "0,1,0" }),
        ("results.csv", format!("contest,choice,votes\n{results}")),
        board(name, move |card| if card % 10 < 7 { read[0] } else { read[1] }),
    ]
}

const CLERK: &str = "Clerk,Ada Zed,70\nClerk,Ben Yew,30\nClerk,Cy Xu,0\n";

#[test]
fn contests_and_choices_are_known_however_they_are_written() {
    for results in
        ["CLERK,ADA ZED,70\nCLERK,Ben  Yew,30\n", "Clerk (Vote For=1),Ada Zed,70\nClerk (Vote For=1),Ben Yew,30\n"]
    {
        for name in ["Clerk", "CLERK"] {
            confirmed(&audited(&clerk_files("T1,1,100", name, results, ["ada zed", "BEN YEW"])));
        }
    }
    let two = "Clerk,ADA ZED,40\nClerk,ada zed,30\nClerk,Ben Yew,30\n";
    let (_, answer) = audited(&clerk_files("T1,1,100", "Clerk", two, ["Ada Zed", "Ben Yew"]));
    assert_ne!(answer.verdict(), Verdict::NothingFound, "two lines that are alike may be two people");
}

#[test]
fn batches_are_known_by_names_written_alike() {
    for manifest in ["Tabulator T1,1,100", "T1,Batch 1,100", "t1,001,100"] {
        let mut files = clerk_files(manifest, "Clerk", CLERK, ["Ada Zed", "Ben Yew"]);
        let (tabulator, batch) = manifest.trim_end_matches(",100").split_once(',').expect("two names");
        let sheet = files[4].1.replace("T1,1,", &format!("{tabulator},{batch},"));
        files[4].1 = sheet;
        let (contest, answer) = audited(&files);
        assert!(answer.findings.is_empty(), "{answer:#?}");
        confirmed(&(contest, answer));
    }
}

#[test]
fn names_are_mended_before_cards_are_counted() {
    let (_, answer) = audited(&clerk_files("ICC01,1,100", "Clerk", CLERK, ["Ada Zed", "Ben Yew"]));
    let titles: Vec<&str> = answer.findings.iter().map(|finding| finding.title.as_str()).collect();
    assert!(titles.iter().any(|title| title.contains("name each otherwise")), "{titles:?}");
    let why = |answer: &Answer| answer.coverage.unwatched.iter().map(|gap| gap.why.clone()).collect::<Vec<_>>();
    assert!(why(&answer).iter().all(|why| !why.contains("by hand")), "{answer:#?}");

    let (_, answer) = audited(&clerk_files("T1,1,100", "Clerk", CLERK, ["Ada Zed / Ben Yew", "Ben Yew"]));
    let why = why(&answer);
    let said = |words: &str| assert!(why.iter().any(|why| why.contains(words)), "{why:?}");
    said("“Ada Zed / Ben Yew”. Correct the rows: write ; between the names");
    said("the full hand count decides nothing");
    assert!(why.iter().all(|why| !why.contains("cards by hand")), "{why:?}");
}

/// What was published of the clerk, by precinct.
fn clerk(rows: &str) -> (&'static str, String) {
    ("results.csv", format!("contest,precinct,choice,votes\n{rows}"))
}

#[test]
fn a_total_row_with_another_winner_than_the_parts_confirms_neither() {
    let parts = "Clerk,P1,Ada Zed,70\nClerk,P1,Ben Yew,30\n";
    let read = |card: usize| if card % 10 < 7 { "Ada Zed" } else { "Ben Yew" };
    let audit = |rows: &str| {
        let results = clerk(&format!("{parts}{rows}"));
        audited(&[settings("name = \"Clerk\""), results, board("Clerk", read)])
    };
    confirmed(&audit("Clerk,Total,Ada Zed,70\nClerk,Total,Ben Yew,30\n"));
    for rows in ["Clerk,Total,Ada Zed,30\nClerk,Total,Ben Yew,70\n", "Clerk,,Ada Zed,1\nClerk,,Ben Yew,60\n"] {
        let (contest, answer) = audit(rows);
        let why = contest.untold.as_ref().expect("a reason");
        assert!(why.contains("says Ben Yew, and the parts say Ada Zed"), "{why}");
        assert_eq!(contest.risk(), 1.0);
        assert_ne!(answer.verdict(), Verdict::NothingFound);
    }
}

#[test]
fn a_row_without_a_unit_is_a_part_where_the_records_say_so() {
    let records = records("Clerk (Vote For=1)", |card| if card % 10 < 7 { "0,1,0" } else { "1,0,0" });
    let read = |card: usize| if card % 10 < 7 { "Ben Yew" } else { "Ada Zed" };
    let rows = "Clerk,P1,Ada Zed,28\nClerk,P1,Ben Yew,20\nClerk,,Ada Zed,2\nClerk,,Ben Yew,50\n";
    confirmed(&audited(&[settings("name = \"Clerk\""), records, clerk(rows), board("Clerk", read)]));
}

#[test]
fn a_measure_that_fails_by_the_results_is_said_in_words() {
    let results = ("results.csv", "contest,choice,votes\nBond,Yes,50\nBond,No,50\n".to_owned());
    let (_, answer) = audited(&[settings(&format!("{BOND}reported_winners = [\"Yes\"]")), results]);
    let said = format!("{answer:?}");
    assert!(said.contains("no choice reaches the share that it needs by the results"), "{said}");
}
