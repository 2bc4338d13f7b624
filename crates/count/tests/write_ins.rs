//! Write-ins, which records, results and boards name in many ways.

use std::fmt::Write as _;
use std::fs;

use pollwarden_core::{Answer, Verdict};
use pollwarden_count::{Evidence, answer, gather};
use pollwarden_intake::find;

/// Batches of fifty cards.
const BATCHES: u64 = 8;

/// What is on a card, by its position: 30 of fifty for the first choice, 18 for the second, and 2 for the third; or by `votes`.
fn on_card(position: u64, votes: [u64; 3]) -> usize {
    let [first, second, _] = votes;
    usize::from(position > first) + usize::from(position > first + second)
}

/// A folder of an audit of 120 draws; without `choices`, of ballot polling. `read` is what the board typed for each of the choices.
fn audited(
    choices: Option<[&str; 3]>,
    votes: [u64; 3],
    results: &str,
    read: [&str; 3],
    settings: &str,
) -> (Evidence, Answer) {
    let dir = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).expect("a file");
    let rows: String = (1..=BATCHES).map(|batch| format!("T1,{batch},50\n")).collect();
    write("manifest.csv", &format!("Tabulator,Batch Name,Number of Ballots\n{rows}"));
    if let Some(choices) = choices {
        let heading = "Clerk (Vote For=1)";
        let mut file = format!(
            "Town,5.10.50.85,,,,\n,,,{heading},{heading},{heading}\n,,,{}\nTabulatorNum,BatchId,RecordId,,,\n",
            choices.join(",")
        );
        for (batch, position) in (1..=BATCHES).flat_map(|batch| (1..=50).map(move |position| (batch, position))) {
            let marks = ["1,0,0", "0,1,0", "0,0,1"][on_card(position, votes)];
            let _ = writeln!(file, "T1,{batch},{position},{marks}");
        }
        write("records.csv", &file);
    }
    write("results.csv", &format!("contest,choice,votes\n{results}"));
    write(
        "audit.toml",
        &format!(
            "risk_limit = 0.05\nseed = \"20501\"\ndraw = \"consistent\"\nrounds = [120]\n[[contest]]\nname = \"Clerk\"\n{settings}"
        ),
    );
    let gathered = || gather(&find(dir.path()).inputs);
    let audit = gathered().0.audit.expect("an audit");
    let mut cards: Vec<_> = audit.drawn.iter().filter_map(|drawn| audit.paper.position(drawn.card)).collect();
    cards.sort_unstable();
    let typed = cards.iter().map(|at| (at.batch + 1, at.position, read[on_card(at.position, votes)]));
    let rows: String = typed.map(|(batch, position, name)| format!("T1,{batch},{position},,{name}\n")).collect();
    write("board.csv", &format!("tabulator,batch,position,status,Clerk\n{rows}"));
    let (evidence, coverage) = gathered();
    let answer = answer(&evidence, coverage, pollwarden_core::Scope::unnamed(&[7; 32]), false);
    (evidence, answer)
}

const FEW: [u64; 3] = [30, 18, 2];
/// Twelve for the first choice, eight for the second, thirty for whoever was written in.
const MOST: [u64; 3] = [12, 8, 30];

fn nothing_found((evidence, answer): &(Evidence, Answer)) {
    let audit = evidence.audit.as_ref().expect("an audit");
    assert_eq!(answer.verdict(), Verdict::NothingFound, "{:#?} {answer:#?}", audit.contests[0].measured);
}

fn cannot_tell((evidence, answer): &(Evidence, Answer), words: &str) {
    let contest = &evidence.audit.as_ref().expect("an audit").contests[0];
    assert_eq!(answer.verdict(), Verdict::CannotTell, "{answer:#?}");
    assert_eq!(contest.risk(), 1.0);
    let why = contest.measured.as_ref().expect_err("no assertions");
    assert!(why.contains(words), "{why}");
}

#[test]
fn a_write_in_that_won_may_be_named_in_the_results() {
    let won = |settings: &str| {
        let results = "Clerk,Ada,96\nClerk,Ben,64\nClerk,Write-in: Cy Dee,240\n";
        audited(Some(["Ada", "Ben", "Write-in"]), MOST, results, ["Ada", "Ben", "Write-in"], settings)
    };
    let names = ["", "Write-in", "Write-in: Cy Dee", "Cy Dee"];
    for name in names {
        let settings = if name.is_empty() { String::new() } else { format!("reported_winners = [\"{name}\"]\n") };
        nothing_found(&won(&settings));
    }
}

#[test]
fn several_who_were_written_in_are_no_one_winner() {
    let split = |results: &str| {
        let results = format!("Clerk,Ada,96\nClerk,Ben,64\n{results}");
        audited(Some(["Ada", "Ben", "Write-in"]), MOST, &results, ["Ada", "Ben", "Write-in"], "")
    };
    for results in [
        "Clerk,Write-in: Cy,120\nClerk,Write-in: Di,120\n",
        "Clerk,Write-in: Cy,80\n",
        "Clerk,Write-in,100\nClerk,Cy (W),140\n",
    ] {
        cannot_tell(&split(results), "resolve the write-ins by name");
    }
    let few = "Clerk,Ada,240\nClerk,Ben,144\nClerk,Cy Dee (W),9\nClerk,Write-in: Mickey Mouse,4\n";
    nothing_found(&audited(Some(["Ada", "Ben", "Write-in"]), FEW, few, ["Ada", "Ben", "Write-in"], ""));
}

#[test]
fn lines_for_write_ins_are_the_same_in_all_their_names() {
    let results = |name: &str| format!("Clerk,Ada,240\nClerk,Ben,144\nClerk,{name},16\n");
    for (recorded, reported, read) in [
        ("Qualified Write In", "Qualified Write In", "Qualified Write In"),
        ("Qualified Write In", "Write-in", "write in"),
        ("Cy Dee (W)", "Write-in", "Cy Dee (W)"),
        ("Cy Dee (W)", "Write-in: Cy Dee", "Write-in"),
        ("write-in:", "Write-in", "Write-in"),
        ("Write-in", "Write-in", "WRITE IN"),
        ("Write-in", "Write-in", "Write-in: Mickey Mouse"),
    ] {
        nothing_found(&audited(Some(["Ada", "Ben", recorded]), FEW, &results(reported), ["Ada", "Ben", read], ""));
    }
}

#[test]
fn a_write_in_that_no_result_has_is_tested_all_the_same() {
    let results = "Clerk,Ada,240\nClerk,Ben,144\n";
    nothing_found(&audited(None, FEW, results, ["Ada", "Ben", "Write-in"], ""));
    // The wider lead that a rule for rounds needs.
    let (wide, votes) = ("Clerk,Ada,320\nClerk,Ben,64\n", [40, 8, 2]);
    nothing_found(&audited(None, votes, wide, ["Ada", "Ben", "Write-in"], "polling_rule = \"bravo\"\n"));
    let named = format!("{results}Clerk,Write-in: Cy Dee,12\n");
    nothing_found(&audited(None, FEW, &named, ["Ada", "Ben", "Write-in"], ""));
    let (evidence, answer) = audited(None, MOST, "Clerk,Ada,96\nClerk,Ben,10\n", ["Ada", "Ben", "Write-in"], "");
    assert_ne!(answer.verdict(), Verdict::NothingFound);
    let contest = &evidence.audit.expect("an audit").contests[0];
    let measured = contest.measured.as_ref().expect("assertions");
    let against = measured.iter().find(|m| m.says == "Ada got more votes than Write-in").expect("an assertion");
    assert!(against.risk_now() > 0.5, "{}", against.risk_now());
}

#[test]
fn somebody_else_who_was_written_in_is_no_vote_for_a_winner() {
    let results = "Clerk,Ada,96\nClerk,Ben,64\nClerk,Write-in: Cy Dee,240\n";
    let read = |name| audited(Some(["Ada", "Ben", "Write-in: Cy Dee"]), MOST, results, ["Ada", "Ben", name], "");
    nothing_found(&read("Write-in: Cy Dee"));
    for other in ["Write-in", "Write-in: Di Poe"] {
        assert_eq!(read(other).1.verdict(), Verdict::CannotTell, "{other}");
    }
}
