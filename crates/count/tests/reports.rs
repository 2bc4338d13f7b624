//! Reports that no draw can be held against: an answer is never surer than what was published.

use std::fmt::Write as _;
use std::fs;

use pollwarden_core::{Answer, Scope, Verdict};
use pollwarden_count::{Evidence, answer, gather};
use pollwarden_intake::find;
use tempfile::TempDir;

/// Four batches of fifty cards; 30 of each are Ada's, 20 Ben's.
const BATCHES: u64 = 4;
const CARDS: u64 = 50;

struct Town(TempDir);

impl Town {
    /// A comparison audit of 120 draws, all of them read as they were recorded.
    fn new() -> Self {
        let town = Self(tempfile::tempdir().expect("a folder"));
        let rows = (1..=BATCHES).map(|batch| format!("T1,{batch},{CARDS}\n"));
        town.write("manifest.csv", &format!("Tabulator,Batch Name,Number of Ballots\n{}", rows.collect::<String>()));
        town.records("Ada,Ben", ",");
        town.settings("rounds = [120]\n[[contest]]\nname = \"Clerk\"\n");
        town.results("Clerk,Ada,120\nClerk,Ben,80\n");
        town.board(|position| name(position).to_owned());
        town
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.path().join(name), text).expect("a file");
    }

    fn settings(&self, rest: &str) {
        self.write("audit.toml", &format!("risk_limit = 0.05\nseed = \"20501\"\ndraw = \"consistent\"\n{rest}"));
    }

    fn results(&self, rows: &str) {
        self.write("results.csv", &format!("contest,choice,votes\n{rows}"));
    }

    fn records(&self, choices: &str, parties: &str) {
        let mut file = format!(
            "Invented Town,5.10.50.85,,,\n,,,Clerk (Vote For=1),Clerk (Vote For=1)\n,,,{choices}\n\
             TabulatorNum,BatchId,RecordId,{parties}\n"
        );
        for (batch, position) in every() {
            let _ = writeln!(file, "T1,{batch},{position},{}", if name(position) == "Ada" { "1,0" } else { "0,1" });
        }
        self.write("records.csv", &file);
    }

    /// A row for each drawn card.
    fn board(&self, cell: impl Fn(u64) -> String) {
        let (evidence, _) = self.answered();
        let audit = evidence.audit.expect("an audit");
        let mut cards: Vec<_> = audit.drawn.iter().filter_map(|drawn| audit.paper.position(drawn.card)).collect();
        cards.sort_unstable();
        let row = |at: &pollwarden_count::audit::CardPosition| {
            format!("T1,{},{},,{}\n", at.batch + 1, at.position, cell(at.position))
        };
        let rows: String = cards.iter().map(row).collect();
        self.write("board.csv", &format!("tabulator,batch,position,status,Clerk\n{rows}"));
    }

    fn answered(&self) -> (Evidence, Answer) {
        let (evidence, coverage) = gather(&find(self.0.path()).inputs);
        let answer = answer(&evidence, coverage, Scope::unnamed(&[7; 32]), false);
        (evidence, answer)
    }

    fn answer(&self) -> Answer {
        self.answered().1
    }
}

fn every() -> impl Iterator<Item = (u64, u64)> {
    (1..=BATCHES).flat_map(|batch| (1..=CARDS).map(move |position| (batch, position)))
}

fn name(position: u64) -> &'static str {
    if position % 5 < 3 { "Ada" } else { "Ben" }
}

fn found(answer: &Answer) -> Vec<&str> {
    answer.findings.iter().map(|f| f.detector).collect()
}

fn open(answer: &Answer, why: &str) {
    assert!(found(answer).is_empty(), "{answer:#?}");
    assert_eq!(answer.verdict(), Verdict::CannotTell);
    assert!(answer.coverage.unwatched.iter().any(|gap| gap.needed && gap.why.contains(why)), "{:?}", answer.coverage);
}

#[test]
fn what_was_published_is_confirmed_and_nothing_else() {
    let town = Town::new();
    assert_eq!(town.answer().verdict(), Verdict::NothingFound, "{:#?}", town.answer());
    town.results("");
    open(&town.answer(), "who was published to have won");
    fs::remove_file(town.0.path().join("results.csv")).expect("no results");
    open(&town.answer(), "who was published to have won");
    town.settings("rounds = [120]\n[[contest]]\nname = \"Clerk\"\nreported_winners = [\"Ada\"]\n");
    assert_eq!(town.answer().verdict(), Verdict::NothingFound);
}

#[test]
fn results_that_lack_a_choice_or_have_one_more_differ() {
    let town = Town::new();
    town.results("Clerk,Ada,120\n");
    assert_eq!(found(&town.answer()), ["count/results-differ"]);
    town.results("Clerk,Ada,120\nClerk,Ben,80\nClerk,Write-in,5000\n");
    assert!(found(&town.answer()).contains(&"count/results-differ"));
    assert!(found(&town.answer()).contains(&"count/more-votes-than-cards"));
}

#[test]
fn total_rows_that_are_no_sum_are_found() {
    let town = Town::new();
    let rows: String = (1..=BATCHES).map(|at| format!("Clerk,{at},Ada,30\nClerk,{at},Ben,20\n")).collect();
    let totals = "Clerk,Total,Ada,60\nClerk,Total,Ben,140\n";
    town.write("results.csv", &format!("contest,precinct,choice,votes\n{rows}{totals}"));
    assert!(found(&town.answer()).contains(&"count/parts-dont-add-up"), "{:#?}", town.answer());
}

#[test]
fn settings_and_results_that_name_other_winners_are_found() {
    for typed in ["reported = { Ada = 120, Ben = 80 }", "reported_winners = [\"Ada\"]"] {
        let town = Town::new();
        fs::remove_file(town.0.path().join("records.csv")).expect("no records");
        town.settings(&format!("rounds = [120]\n[[contest]]\nname = \"Clerk\"\n{typed}\n"));
        town.results("Clerk,Ada,70\nClerk,Ben,130\n");
        assert!(found(&town.answer()).contains(&"count/wrong-outcome"), "{typed}: {:#?}", town.answer());
    }
}

#[test]
fn more_votes_than_cards_confirm_nothing() {
    for rule in ["", "polling_rule = \"bravo\"\n", "polling_rule = \"minerva\"\n", "polling_rule = \"providence\"\n"] {
        for rounds in [120, 200] {
            let town = Town::new();
            fs::remove_file(town.0.path().join("records.csv")).expect("no records");
            fs::remove_file(town.0.path().join("board.csv")).expect("no rows");
            town.settings(&format!("rounds = [{rounds}]\n[[contest]]\nname = \"Clerk\"\n{rule}"));
            town.results("Clerk,Ada,480\nClerk,Ben,320\n");
            town.board(|position| name(position).to_owned());
            let (evidence, answer) = town.answered();
            assert_eq!(found(&answer), ["count/more-votes-than-cards"], "{rule}");
            assert_eq!(evidence.audit.map(|audit| audit.contests[0].risk()), Some(1.0), "{rule}{rounds}");
            assert!(!answer.coverage.can_rule_out());
        }
    }
}

#[test]
fn names_of_several_choices_can_not_be_told() {
    let town = Town::new();
    town.records("John Smith,John Smith", "DEM,REP");
    town.write("results.csv", "contest,choice,party,votes\nClerk,John Smith,DEM,120\nClerk,John Smith,REP,80\n");
    town.board(|_| "John Smith".to_owned());
    open(&town.answer(), "John Smith is the name of several choices");
    let town = Town::new();
    town.records("Blank,Ben", ",");
    town.results("Clerk,Blank,120\nClerk,Ben,80\n");
    town.board(|position| name(position).replace("Ada", "Blank"));
    // A row of results that is named so counts cards without a vote.
    let answer = town.answer();
    assert_ne!(answer.verdict(), Verdict::NothingFound);
    let why = "the name of a choice and the sheet's word for none";
    assert!(answer.coverage.unwatched.iter().any(|gap| gap.needed && gap.why.contains(why)), "{:?}", answer.coverage);
}

#[test]
fn rows_that_nobody_filled_are_named() {
    let drawn = |read: fn(u64) -> String| {
        let town = Town::new();
        town.board(read);
        let (evidence, answer) = town.answered();
        assert_eq!(answer.verdict(), Verdict::CannotTell);
        evidence.audit.expect("an audit")
    };
    // A sheet without any reading is passed over: its cards have no row.
    let audit = drawn(|_| String::new());
    assert!(audit.replay.drawn.keys().all(|card| audit.replay.audited(*card).is_none()));
    let audit = drawn(|position| if position % 2 == 0 { name(position).to_owned() } else { String::new() });
    let odd = |card: u64| audit.paper.position(card).is_some_and(|at| at.position % 2 == 1);
    assert!(!audit.unread().is_empty());
    assert!(audit.unread().iter().all(|(card, contest)| odd(*card) && *contest == "Clerk"));
    assert!(Town::new().answered().0.audit.expect("an audit").unread().is_empty());
}

#[test]
fn cards_with_rows_that_contradict_each_other_are_not_looked_at() {
    let town = Town::new();
    let rows = fs::read_to_string(town.0.path().join("board.csv")).expect("rows");
    let other = rows.replace("Ada", "Bob").replace("Ben", "Ada").replace("Bob", "Ben");
    town.write("board.csv", &format!("{rows}{}", other.split_once('\n').expect("a header").1));
    let (evidence, answer) = town.answered();
    // A record of the loser's can't be overstated, whatever is on the card: that alone lowers the risk.
    assert!(evidence.audit.is_some_and(|audit| audit.contests[0].risk() > 0.5));
    assert_eq!(found(&answer), ["count/stray-row"]);
}

#[test]
fn a_large_risk_limit_is_no_audit() {
    let limit = |limit: &str| {
        let town = Town::new();
        let settings = fs::read_to_string(town.0.path().join("audit.toml")).expect("settings");
        town.write("audit.toml", &settings.replace("0.05", limit));
        town.answer()
    };
    open(&limit("0.999"), "is no audit");
    let large = limit("0.3");
    assert_eq!(large.verdict(), Verdict::NothingFound);
    assert!(large.coverage.unwatched.iter().any(|gap| gap.why.contains("a risk limit of 30 %")));
}

#[test]
fn a_contest_taken_out_of_the_losers_records_is_found_by_another_contests_cards() {
    let town = Town::new();
    let mut records =
        "Invented Town,5.10.50.85,,,\n,,,Clerk (Vote For=1),Clerk (Vote For=1),Bond (Vote For=1),Bond (Vote For=1)\n\
         ,,,Ada,Ben,Yes,No\nTabulatorNum,BatchId,RecordId,,,,\n"
            .to_owned();
    // On paper Ben has 30 of each 50; the clerk's contest is on the records of every fourth of his cards alone.
    let ben = |position: u64| position.is_multiple_of(2) || position % 10 == 1;
    for (batch, position) in every() {
        let clerk = match (ben(position), position.is_multiple_of(4)) {
            (false, _) => "1,0",
            (true, true) => "0,1",
            (true, false) => ",",
        };
        let _ = writeln!(records, "T1,{batch},{position},{clerk},1,0");
    }
    town.write("records.csv", &records);
    town.results("Clerk,Ada,80\nClerk,Ben,48\nBond,Yes,200\nBond,No,0\n");
    let settings = |cards: &str| {
        town.settings(&format!(
            "rounds = [60]\nstyle = true\n[[contest]]\nname = \"Clerk\"\n{cards}[[contest]]\nname = \"Bond\"\ncards = 200\n"
        ));
    };
    let rows = || {
        let audit = town.answered().0.audit.expect("an audit");
        let places: std::collections::BTreeSet<_> =
            audit.drawn.iter().filter_map(|drawn| audit.paper.position(drawn.card)).collect();
        let row = |at: &pollwarden_count::audit::CardPosition| {
            let read = if ben(at.position) { "Ben" } else { "Ada" };
            format!("T1,{},{},,{read},Yes\n", at.batch + 1, at.position)
        };
        let rows: String = places.iter().map(row).collect();
        town.write("board.csv", &format!("tabulator,batch,position,status,Clerk,Bond\n{rows}"));
    };
    settings("");
    rows();
    let (evidence, answer) = town.answered();
    assert!(evidence.audit.is_some_and(|audit| audit.contests[0].risk() <= 0.05), "by the records all is well");
    assert!(found(&answer).contains(&"count/contest-not-in-record"), "{answer:#?}");
    let gap = |answer: &Answer| answer.coverage.unwatched.iter().any(|gap| gap.why.contains("Clerk: style = true"));
    assert!(gap(&answer));
    settings("cards = 200\n");
    rows();
    let (evidence, answer) = town.answered();
    assert!(evidence.audit.is_some_and(|audit| audit.contests[0].risk() > 0.05), "phantoms count against the winner");
    assert!(!gap(&answer));
}
