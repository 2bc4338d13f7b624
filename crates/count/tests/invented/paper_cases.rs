//! Cases in which files, paper and the board's rows aren't of the same cards.

use super::super::invented::{CLERK, CLERKS, Count};
use super::{Case, Files, SEED, clear, file, with, without};

pub(super) fn all() -> Vec<Case> {
    [more_votes_than_cards(), contest_not_in_record(), imprinted_mismatch(), misreported_batch()].concat()
}

fn more_votes_than_cards() -> Vec<Case> {
    let id = "more-votes-than-cards";
    let mut five = clear();
    five.paper.truncate(5);
    five.records.truncate(5);
    let mut hidden = without(&five, "cvrs.csv");
    *file(&mut hidden, "results.csv") = clear().results_file();
    let mut full = clear();
    let voted = |cards: &mut Vec<Vec<[Option<usize>; 2]>>| {
        cards.iter_mut().flatten().flatten().for_each(|mark| *mark = mark.or(Some(0)));
    };
    voted(&mut full.paper);
    voted(&mut full.records);
    vec![
        (id, "a-batch-left-out-of-the-manifest", hidden),
        (id, "a-vote-on-every-card", full.files()),
        (id, "manifest-unreadable", with(&clear(), "ballot-manifest.csv", "1,3,20", "1,3,twenty")),
    ]
}

/// Changes the cells of each line of a file but the first `skip`.
fn cells(files: &mut Files, name: &str, skip: usize, change: impl Fn(&mut Vec<String>)) {
    let text = file(files, name);
    let line = |(at, line): (usize, &str)| {
        let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        if at >= skip {
            change(&mut cells);
        }
        cells.join(",") + "\n"
    };
    *text = text.lines().enumerate().map(line).collect();
}

/// The clerk's contest is not on the records of the second batch, nor in the results of its precinct.
fn taken_out() -> Files {
    let mut files = clear().files();
    cells(&mut files, "cvrs.csv", 4, |cells| {
        if cells[1] == "2" {
            (cells[4], cells[5]) = (String::new(), String::new());
        }
    });
    let results = file(&mut files, "results.csv");
    *results = results
        .lines()
        .filter(|line| !line.starts_with("County Clerk,Precinct 2,"))
        .map(|l| format!("{l}\n"))
        .collect();
    files
}

fn contest_not_in_record() -> Vec<Case> {
    let id = "contest-not-in-record";
    let read = |word: &str, everywhere: bool| {
        let mut files = taken_out();
        cells(&mut files, "audit-board.csv", 1, |cells| {
            if everywhere || cells[1] == "2" {
                word.clone_into(&mut cells[4]);
            }
        });
        files
    };
    vec![
        (id, "a-contest-taken-out-of-a-batch", taken_out()),
        (id, "blank-in-place-of-not-on-card", read("blank", false)),
        (id, "not-on-the-card-either", read("not on card", false)),
        (id, "nobody-read-it", read("", true)),
    ]
}

/// Files whose records and rows have imprinted ids.
fn imprinted(of_row: impl Fn(&[String]) -> String) -> Files {
    let mut files = clear().files();
    let place = |cells: &[String]| cells[..3].join("-");
    cells(&mut files, "cvrs.csv", 4, |cells| cells.insert(3, place(cells)));
    let text = file(&mut files, "cvrs.csv");
    *text = text.replacen("RecordId,", "RecordId,ImprintedId,", 1).replacen("\n,", "\n,,", 2);
    cells(&mut files, "audit-board.csv", 1, |cells| cells.insert(3, of_row(cells)));
    let text = file(&mut files, "audit-board.csv");
    *text = text.replacen("position,", "position,imprinted_id,", 1);
    files
}

fn imprinted_mismatch() -> Vec<Case> {
    let id = "imprinted-mismatch";
    let own = |cells: &[String]| cells[..3].join("-");
    let replaced = imprinted(|cells| if cells[1] == "4" { format!("1-9-9{}", cells[2]) } else { own(cells) });
    let mut no_seed = imprinted(own);
    let settings = file(&mut no_seed, "audit.toml");
    *settings = settings.lines().filter(|line| !line.starts_with("seed")).map(|line| format!("{line}\n")).collect();
    vec![
        (id, "cards-of-one-batch-replaced", replaced),
        (id, "noughts-before-numbers", imprinted(|cells| format!("1/00{}/000{}", cells[1], cells[2]))),
        (id, "no-seed", no_seed),
    ]
}

/// An audit of whole batches, all of them counted; `reported` are the votes by batch.
fn by_batches(reported: &Count) -> Files {
    let on_paper = clear();
    let votes = |count: &Count, at: usize| Count::totals(std::slice::from_ref(&count.records[at]), 0);
    let mut results = "contest,precinct,choice,votes\n".to_owned();
    let mut board = "tabulator,batch,status,contest,choice,votes\n".to_owned();
    for batch in 0..on_paper.paper.len() {
        for (at, choice) in CLERKS.iter().enumerate() {
            results.push_str(&format!("{CLERK},{},{choice},{}\n", batch + 1, votes(reported, batch)[at]));
            board.push_str(&format!("1,{},counted,{CLERK},{choice},{}\n", batch + 1, votes(&on_paper, batch)[at]));
        }
    }
    let settings = format!(
        "risk_limit = 0.05\nseed = \"{SEED}\"\nrounds = [12]\n\n[[contest]]\nname = \"{CLERK}\"\nmethod = \"batch-comparison\"\n"
    );
    let manifest = clear().files().into_iter().find(|(name, _)| *name == "ballot-manifest.csv").expect("a manifest");
    vec![manifest, ("results.csv", results), ("audit.toml", settings), ("audit-board.csv", board)]
}

fn misreported_batch() -> Vec<Case> {
    let id = "misreported-batch";
    let mut slip = clear();
    slip.records[3][1][0] = None;
    let mut begun = by_batches(&clear());
    let board = file(&mut begun, "audit-board.csv");
    *board = board.lines().take(3).map(|line| format!("{line}\n")).collect();
    let mut impossible = by_batches(&clear());
    let board = file(&mut impossible, "audit-board.csv");
    *board = board.replacen("Nadia Quill,", "Nadia Quill,99", 1);
    vec![
        (id, "two-choices-exchanged", by_batches(&clear().exchange(2))),
        (id, "one-vote-more", by_batches(&slip)),
        (id, "as-reported", by_batches(&clear())),
        (id, "one-batch-counted", begun),
        (id, "more-votes-than-cards-counted", impossible),
    ]
}
