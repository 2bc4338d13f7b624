//! The detectors' cases: which files each folder holds.

use pollwarden_core::Digest;
use pollwarden_count::{COMMITTED_SETTINGS, settings_digest};

use super::invented::{BOND, CLERK, Count, report};

#[path = "paper_cases.rs"]
mod paper_cases;

type Files = Vec<(&'static str, String)>;

/// A detector's case: its folder and its files.
pub(crate) struct Made {
    pub(crate) detector: &'static str,
    pub(crate) case: &'static str,
    pub(crate) files: Files,
}

/// All cases.
pub(crate) fn made() -> Vec<Made> {
    [
        wrong_outcome(),
        not_as_committed(),
        altered_batch(),
        results_differ(),
        record_mismatch(),
        unaudited_card(),
        stray_row(),
        misread_card(),
        forensics(),
        results(),
        paper_cases::all(),
    ]
    .into_iter()
    .flatten()
    .map(|(detector, case, files)| Made { detector, case, files })
    .collect()
}

type Case = (&'static str, &'static str, Files);

const SEED: &str = "61841592034017364822";

/// Six batches of twenty cards, 40 of them drawn: the outcome is clear.
fn clear() -> Count {
    Count::new(5, &[20; 6], 0.8).audit(SEED, &[40])
}

/// The clerk's contest is close, and every card is drawn.
fn close() -> Count {
    Count::new(12, &[20; 6], 0.53).audit(SEED, &[120])
}

/// The batch with the clearest winner decides, and its records are exchanged.
fn switched() -> Count {
    let mut count = Count::new(5, &[20; 6], 0.5).audit(SEED, &[80, 36]);
    let stronghold = Count::new(6, &[20], 0.95);
    count.paper[3].clone_from(&stronghold.paper[0]);
    count.records[3].clone_from(&stronghold.paper[0]);
    count.exchange(3)
}

fn file<'a>(files: &'a mut Files, name: &str) -> &'a mut String {
    files.iter_mut().find(|(n, _)| *n == name).map(|(_, text)| text).expect("a file of that name")
}

/// Changes one file, where the text is there.
fn with(count: &Count, name: &str, from: &str, to: &str) -> Files {
    let mut files = count.files();
    let text = file(&mut files, name);
    assert!(text.contains(from), "{name} has no {from}:\n{text}");
    *text = text.replacen(from, to, 1);
    files
}

fn without(count: &Count, name: &str) -> Files {
    count.files().into_iter().filter(|(n, _)| *n != name).collect()
}

/// Changes lines of a file; `None` takes one out.
fn lines(count: &Count, name: &str, change: impl Fn(usize, &str) -> Option<String>) -> Files {
    let mut files = count.files();
    let text = file(&mut files, name);
    *text = text.lines().enumerate().filter_map(|(at, line)| Some(change(at, line)? + "\n")).collect();
    files
}

fn wrong_outcome() -> Vec<Case> {
    let id = "wrong-outcome";
    let typed = "County Clerk,Precinct 1,Nadia Quill,";
    let other_winner = lines(&clear(), "results.csv", |_, line| {
        Some(
            line.strip_prefix(typed)
                .map_or(line.to_owned(), |_| format!("{typed}0"))
                .replace("Tobias Marsh,4", "Tobias Marsh,91"),
        )
    });
    vec![
        (id, "paper-contradicts-a-switched-batch", switched().files()),
        (id, "results-have-another-winner", other_winner),
        (id, "close-and-right", close().files()),
        (
            id,
            "rows-of-one-batch-only",
            lines(&switched(), "audit-board.csv", |at, line| {
                (at == 0 || line.starts_with("1,4,")).then(|| line.to_owned())
            }),
        ),
        (
            id,
            "records-cut-off",
            lines(&clear(), "cvrs.csv", |at, line| {
                (at < 60).then(|| if at == 59 { line[..6].to_owned() } else { line.to_owned() })
            }),
        ),
    ]
}

/// The files with a list of what was committed to: these very files, changed afterwards by `change`.
fn committed(mut files: Files, change: impl Fn(&mut Files)) -> Files {
    let line = |name: &str, digest: Digest| format!("{digest} {name}\n");
    let of_count = files.iter().filter(|(name, _)| !["audit.toml", "audit-board.csv"].contains(name));
    let mut listed: String = of_count.map(|(name, text)| line(name, Digest::of(text.as_bytes()))).collect();
    let settings = file(&mut files, "audit.toml").clone();
    listed.push_str(&line(COMMITTED_SETTINGS, settings_digest(&settings).expect("settings")));
    change(&mut files);
    files.push(("expected.committed", listed));
    files
}

fn not_as_committed() -> Vec<Case> {
    let id = "not-as-committed";
    let records = |files: &mut Files| file(files, "cvrs.csv").push('\n');
    let settings = |files: &mut Files| {
        let settings = file(files, "audit.toml");
        *settings = settings.replace("0.05", "0.4");
    };
    let gone = |files: &mut Files| files.retain(|(name, _)| *name != "results.csv");
    let few = Count::new(5, &[20; 6], 0.8).audit(SEED, &[2]);
    vec![
        (id, "records-replaced", committed(clear().files(), records)),
        (id, "risk-limit-raised", committed(clear().files(), settings)),
        (id, "results-taken-away", committed(clear().files(), gone)),
        (id, "as-committed", committed(clear().files(), |_| {})),
        (id, "too-few-cards", committed(few.files(), |_| {})),
    ]
}

fn altered_batch() -> Vec<Case> {
    let id = "altered-batch";
    let mut shuffled = close();
    shuffled.paper[2].rotate_left(1);
    let mut misread = close();
    misread.records[1][4][0] = misread.paper[1][4][0].map(|choice| 1 - choice);
    misread.records[1][9][0] = None;
    vec![
        (id, "two-choices-exchanged", clear().exchange(4).files()),
        (id, "paper-of-a-batch-in-another-order", shuffled.files()),
        (id, "two-cards-of-a-batch-misread", misread.files()),
        (
            id,
            "nobody-read-the-contest",
            lines(&clear().exchange(4), "audit-board.csv", |at, line| {
                let cells: Vec<&str> = line.split(',').collect();
                Some(if at == 0 { line.to_owned() } else { format!("{},,{}", cells[..4].join(","), cells[5]) })
            }),
        ),
    ]
}

fn results_differ() -> Vec<Case> {
    let id = "results-differ";
    let exchanged = clear().exchange(1).results_file();
    let mut one_batch = clear().files();
    *file(&mut one_batch, "results.csv") = exchanged;
    let mut loud = clear().files();
    let text = file(&mut loud, "results.csv");
    *text = text.replace("Nadia Quill", "Quill Nadia");
    let mut write_ins = clear().files();
    file(&mut write_ins, "results.csv").push_str(&format!("{CLERK},Precinct 1,Write-in,3\n"));
    vec![
        (id, "one-precinct-exchanged", one_batch),
        (id, "typed-amiss", with(&clear(), "results.csv", "Yes,1", "Yes,11")),
        (id, "write-ins-beside", write_ins),
        (id, "names-written-otherwise", loud),
        (id, "damaged-results", with(&clear(), "results.csv", "Yes,1", "Yes,about 1")),
    ]
}

fn record_mismatch() -> Vec<Case> {
    let id = "record-mismatch";
    vec![
        (
            id,
            "records-missing",
            lines(&clear(), "cvrs.csv", |_, line| {
                (!line.starts_with("1,2,1") || line.starts_with("1,2,1,")).then(|| line.to_owned())
            }),
        ),
        (id, "batch-not-in-the-manifest", with(&clear(), "ballot-manifest.csv", "1,6,20\n", "")),
        (id, "more-records-than-cards", with(&clear(), "ballot-manifest.csv", "1,3,20", "1,3,18")),
        (
            id,
            "zeros-before-numbers",
            lines(&clear(), "ballot-manifest.csv", |at, line| {
                Some(if at == 0 { line.to_owned() } else { format!("0{line}") })
            }),
        ),
        (id, "fewer-records-than-ballots", {
            let mut files = clear().files();
            file(&mut files, "results.csv").push_str("Ballots Cast,,,125\n");
            files
        }),
        (id, "ballots-beyond-cards-without-records", {
            let mut files = without(&clear(), "audit.toml");
            files.retain(|(name, _)| *name != "audit-board.csv");
            let manifest = file(&mut files, "ballot-manifest.csv");
            *manifest = manifest.replace("Ballots\n", "Ballots,CVR\n").replace(",20\n", ",20,Y\n") + "1,7,30,N\n";
            file(&mut files, "results.csv").push_str("Ballots Cast,,,155\n");
            files
        }),
        (id, "no-manifest", without(&clear(), "ballot-manifest.csv")),
        (id, "manifest-without-numbers", with(&clear(), "ballot-manifest.csv", "1,3,20", "1,3,twenty")),
    ]
}

fn unaudited_card() -> Vec<Case> {
    let id = "unaudited-card";
    let two_rounds = clear().audit(SEED, &[40, 30]);
    let mut first_only = two_rounds.files();
    let mut of_first = clear().files();
    std::mem::swap(file(&mut first_only, "audit-board.csv"), file(&mut of_first, "audit-board.csv"));
    let again = Count { settings: clear().settings + "replacement = true\n", ..clear() };
    vec![
        (
            id,
            "three-rows-left-out",
            lines(&clear(), "audit-board.csv", |at, line| (!(4..7).contains(&at)).then(|| line.to_owned())),
        ),
        (
            id,
            "a-card-not-found",
            lines(&clear(), "audit-board.csv", |at, line| {
                let cells: Vec<&str> = line.split(',').collect();
                Some(if at == 5 { format!("{},not found,,", cells[..3].join(",")) } else { line.to_owned() })
            }),
        ),
        (id, "a-card-drawn-twice", again.files()),
        (id, "second-round-not-begun", first_only),
        (id, "no-seed", lines(&clear(), "audit.toml", |_, line| (!line.starts_with("seed")).then(|| line.to_owned()))),
    ]
}

fn stray_row() -> Vec<Case> {
    let id = "stray-row";
    let board = |more: &str| {
        let mut files = clear().files();
        file(&mut files, "audit-board.csv").push_str(more);
        files
    };
    let first = clear()
        .files()
        .into_iter()
        .find(|(name, _)| *name == "audit-board.csv")
        .map(|(_, text)| text)
        .expect("a sheet");
    let first = first.lines().nth(1).expect("a row").to_owned();
    let place = first.split(',').take(3).collect::<Vec<_>>().join(",");
    let drawn: Vec<(usize, u64)> = clear().drawn().iter().map(|row| (row.batch, row.position)).collect();
    let other = (1..=20).find(|position| !drawn.contains(&(0, *position))).expect("a card that was not drawn");
    vec![
        (id, "a-card-that-was-not-drawn", board(&format!("1,1,{other},found,Nadia Quill,Yes\n"))),
        (id, "a-batch-that-is-not-there", board("1,9,3,found,Nadia Quill,Yes\n")),
        (id, "two-rows-that-contradict", board(&format!("{place},found,blank,blank\n"))),
        (id, "one-row-typed-twice", board(&format!("{first}\n"))),
        (id, "position-unreadable", board("1,1,four,found,Nadia Quill,Yes\n")),
    ]
}

fn misread_card() -> Vec<Case> {
    let id = "misread-card";
    let mut misread = close();
    misread.records[1][4][0] = misread.paper[1][4][0].map(|choice| 1 - choice);
    misread.records[4][7][1] = None;
    vec![
        (id, "two-cards", misread.files()),
        (
            id,
            "names-typed-in-capitals",
            lines(&clear(), "audit-board.csv", |at, line| {
                Some(if at == 3 { line.to_uppercase().replace("FOUND", "found") } else { line.to_owned() })
            }),
        ),
        (id, "a-name-that-no-choice-has", with(&clear(), "audit-board.csv", "Nadia Quill", "Nadja Quill")),
    ]
}

fn forensics() -> Vec<Case> {
    let turnout = |ballots: u64, registered: u64, votes: &str| {
        let mut files = clear().files();
        let cards = |precinct: u64| if precinct == 3 { ballots } else { 20 };
        let rows = (1..=6).map(|p| {
            format!("Registered Voters,Precinct {p},,{registered}\nBallots Cast,Precinct {p},,{}\n", cards(p))
        });
        let text = file(&mut files, "results.csv");
        text.push_str(&rows.collect::<String>());
        *text = text.replacen("Yes,1", votes, 1);
        files
    };
    let feed = |rows: &[(&str, i64, i64)]| {
        let mut files = clear().files();
        let row = |(time, a, b): &(&str, i64, i64)| {
            format!("2026-11-03T{time}:00Z,{BOND},Yes,{a}\n2026-11-03T{time}:00Z,{BOND},No,{b}\n")
        };
        files.push((
            "published.csv",
            format!("time,contest,choice,votes\n{}", rows.iter().map(row).collect::<String>()),
        ));
        files
    };
    let mut damaged = feed(&[("20:00", 900, 700)]);
    file(&mut damaged, "published.csv").push_str("shortly after nine,Library Bond,Yes,910\n");
    vec![
        ("impossible-turnout", "more-ballots-than-voters", turnout(21, 20, "Yes,1")),
        ("impossible-turnout", "every-voter-voted", turnout(20, 20, "Yes,1")),
        ("impossible-turnout", "votes-unreadable", turnout(20, 20, "Yes,l")),
        (
            "batch-loaded-twice",
            "never-taken-back",
            feed(&[("20:00", 900, 700), ("20:30", 1213, 918), ("21:00", 1500, 1100), ("21:30", 1813, 1318)]),
        ),
        (
            "batch-loaded-twice",
            "updates-that-differ",
            feed(&[("20:00", 900, 700), ("20:30", 1213, 918), ("21:00", 1500, 1100), ("21:30", 1813, 1319)]),
        ),
        ("batch-loaded-twice", "time-unreadable", damaged.clone()),
        (
            "taken-back-votes",
            "nothing-explains-it",
            feed(&[("20:00", 9000, 7000), ("20:30", 12000, 9000), ("21:00", 11100, 8790), ("21:30", 13000, 9900)]),
        ),
        (
            "taken-back-votes",
            "an-earlier-update-taken-back",
            feed(&[("20:00", 9000, 7000), ("20:30", 12000, 9000), ("21:00", 9000, 7000), ("21:30", 13000, 9900)]),
        ),
        (
            "taken-back-votes",
            "counts-that-only-grow",
            feed(&[("20:00", 9000, 7000), ("20:30", 12000, 9000), ("21:30", 13000, 9900)]),
        ),
        ("taken-back-votes", "time-unreadable", damaged),
    ]
}

/// A contest that only results have: the audit leaves it out by name.
fn beside(reports: &[(&'static str, String)]) -> Files {
    let mut files = clear().files();
    let settings = file(&mut files, "audit.toml");
    *settings = format!("left_out = [\"Sheriff\"]\n{settings}");
    files.extend(reports.iter().cloned());
    files
}

/// Votes for two choices by precinct.
fn by_precinct(votes: impl Fn(usize) -> (i64, i64), precincts: usize) -> String {
    let rows = (0..precincts).map(|at| {
        let (a, b) = votes(at);
        format!("Sheriff,Lena Orr,P{at},{a}\nSheriff,Ivo Ames,P{at},{b}\n")
    });
    format!("contest,choice,precinct,votes\n{}", rows.collect::<String>())
}

fn results() -> Vec<Case> {
    let night = "contest,choice,votes\nSheriff,Lena Orr,1200\nSheriff,Ivo Ames,1100\n";
    let changed = |later: &str| beside(&[("1-night.csv", night.to_owned()), ("2-canvass.csv", later.to_owned())]);
    let sheriff = |table: String| beside(&[("sheriff.csv", table)]);
    let uneven = |at: usize| (100 + 5 * (at as i64 * 7 % 90), 100 + 10 * (at as i64 * 13 % 80));
    let even = |at: usize| (101 + at as i64 * 7, 103 + at as i64 * 9);
    let broken =
        |name: &'static str| beside(&[(name, "contest,choice,precinct,votes\nSheriff,Lena Orr,P1,many\n".to_owned())]);
    vec![
        ("reported-changed", "another-leads-at-the-canvass", changed(&night.replace("1200", "1050"))),
        ("reported-changed", "the-same-twice", changed(&format!("{night}\n"))),
        ("reported-changed", "later-file-unreadable", changed(&night.replace("1200", "many"))),
        ("parts-dont-add-up", "more-than-the-whole", beside(&[("report.json", report::of_precincts(200))])),
        ("parts-dont-add-up", "units-of-unknown-kinds", beside(&[("report.json", report::of(200, report::HALVES))])),
        ("parts-dont-add-up", "absentee-and-its-finer-ways", beside(&[("report.json", report::by_way())])),
        ("parts-dont-add-up", "precincts-of-one-county", beside(&[("report.json", report::of_one_county())])),
        ("parts-dont-add-up", "the-whole", beside(&[("report.json", report::of(240, report::HALVES))])),
        (
            "parts-dont-add-up",
            "report-cut-off",
            beside(&[("report.json", report::of(240, report::HALVES)[..600].to_owned())]),
        ),
        (
            "repeated-counts",
            "three-places-alike",
            sheriff(by_precinct(|at| if at < 3 { (812, 744) } else { even(at) }, 8)),
        ),
        ("repeated-counts", "all-differ", sheriff(by_precinct(even, 8))),
        ("repeated-counts", "votes-unreadable", broken("sheriff.csv")),
        ("uneven-last-digits", "fives-and-noughts", sheriff(by_precinct(uneven, 120))),
        ("uneven-last-digits", "every-digit", sheriff(by_precinct(even, 120))),
        ("uneven-last-digits", "votes-unreadable", broken("sheriff.csv")),
    ]
}
