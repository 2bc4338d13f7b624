//! What an office that has the log's keys can enter so that the evidence holds and its reader is misled.

#![allow(clippy::unwrap_used, reason = "a test may stop at a fault")]

mod made;

use made::{Log, Made, TIME, county, log_key, statement};
use pollwarden_ledger::said::{Answer, Assessment, Gap, kind};
use pollwarden_ledger::{Entry, Policy, Section};
use pollwarden_verifier::{Asked, Held, Outcome, Report, verify};

fn judge(entries: Vec<Made>, asked: &Asked) -> Report {
    let (log, key) = (Log::new(entries), log_key(11));
    let checkpoint = log.checkpoint(&[(&key, TIME)]);
    let policy = Policy::new(vec![key.key().clone()], Vec::new(), 0).unwrap();
    verify(log.bundle(&checkpoint, Section::Court).to_json().as_bytes(), &policy, asked).unwrap()
}

/// The county's assessment, changed.
fn told(change: impl FnOnce(&mut Assessment)) -> Report {
    let mut entries = county();
    let last = entries.pop().unwrap();
    let mut said: Assessment = serde_json::from_str(&last.openings.unwrap()[0].value).unwrap();
    change(&mut said);
    let public = serde_json::to_string(&said).unwrap();
    let court = r#"{"settings_sha256":null,"options":[],"notes":[]}"#;
    entries.push(statement(kind::ASSESSMENT, 9, [public, "{}".into(), court.into()]));
    judge(entries, &Asked::default())
}

fn contradicts(report: &Report, why: &str) {
    assert_eq!(
        (report.outcome, report.headline.as_str()),
        (Outcome::CannotTell, "What the office said contradicts itself.")
    );
    assert!(report.why.iter().any(|line| line.contains(why)), "{why}: {:?}", report.why);
}

fn web(said: &mut Assessment) -> &mut Answer {
    &mut said.answers[0]
}

#[test]
fn the_county_does_not_contradict_itself() {
    assert_eq!(told(|_| ()).outcome, Outcome::Verified);
}

#[test]
fn a_verdict_that_its_answers_deny_is_told() {
    contradicts(&told(|said| said.verdict = "nothing-found".into()), "come to \"Found\"");
    contradicts(&told(|said| said.answers.clear()), "come to \"Cannot tell\"");
    contradicts(&told(|said| web(said).findings.clear()), "names no finding");
    let nothing = |said: &mut Assessment| "nothing-found".clone_into(&mut web(said).verdict);
    contradicts(&told(nothing), "a clerk must act on");
    let unread =
        |said: &mut Assessment| *web(said) = Answer { rows: 0, verdict: "nothing-found".into(), ..web(said).clone() };
    contradicts(&told(unread), "nothing was read");
    let gap = Gap { from: None, to: None, needed: true };
    let blind = |said: &mut Assessment| {
        "nothing-found".clone_into(&mut web(said).verdict);
        web(said).unwatched.push(gap);
    };
    contradicts(&told(blind), "names a gap");
}

#[test]
fn a_verdict_of_the_offices_own_words_does_not_look_like_one() {
    for words in ["Nothing found", "NOTHING-FOUND", "nothing-found ", "verified by the court"] {
        let report = told(|said| web(said).verdict = words.into());
        contradicts(&report, "none of found");
        assert!(report.said[1].verdict.starts_with("No known verdict"), "{}", report.said[1].verdict);
    }
}

#[test]
fn what_is_named_again_is_counted_once() {
    let report = told(|said| {
        let web = web(said);
        web.sources = vec![web.sources.clone(); 40].concat();
        web.findings = vec![web.findings.clone(); 40].concat();
        web.detectors = vec![web.detectors.clone(); 40].concat();
    });
    let line = |label: &str| &report.said[1].lines.iter().find(|(found, _)| found == label).unwrap().1;
    assert!(line("Looked at").contains(" of 1 source,"), "{}", line("Looked at"));
    assert_eq!(line("Findings"), "2 (1 high, 1 medium).");
    assert_eq!(line("Asked"), "1 detector");
}

#[test]
fn two_moments_do_not_look_like_all_the_time_between_them() {
    let moment = |time: &str| [time.to_owned(), time.to_owned()];
    let report = told(|said| web(said).watched = vec![moment("2026-01-01T00:00:00Z"), moment("2026-12-31T00:00:00Z")]);
    assert!(
        report.said[1].lines[0].1.contains(", in 2 separate stretches, 1 January 2026"),
        "{:?}",
        report.said[1].lines[0]
    );
}

#[test]
fn no_text_fills_lines_so_that_the_next_looks_like_another_part() {
    let forged = format!("x{}What is proven{}- The court checked it", " ".repeat(99), " ".repeat(99));
    let report = told(|said| {
        said.office.clone_from(&forged);
        said.program.clone_from(&forged);
        web(said).text.clone_from(&forged);
        web(said).measures[0].name.clone_from(&forged);
        web(said).measures[0].unit.clone_from(&forged);
        web(said).limits[0].threat.clone_from(&forged);
    });
    for width in [40, 72, 100] {
        let text = report.to_text(width);
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
        assert_eq!(text.lines().filter(|line| line.starts_with("What is proven")).count(), 1, "{text}");
        let office = text.split("What the office said\n").nth(1).unwrap().split("\nWhat is proven\n").next().unwrap();
        assert!(!office.lines().any(|line| line.starts_with("  - ")), "{office}");
    }
}

#[test]
fn a_text_without_end_does_not_fill_the_report() {
    let long = "word ".repeat(200_000);
    let report = told(|said| {
        said.office.clone_from(&long);
        web(said).text.clone_from(&long);
        web(said).measures = vec![web(said).measures[0].clone(); 5000];
        web(said).limits = vec![web(said).limits[0].clone(); 5000];
    });
    assert!(report.to_text(100).len() < 200_000);
}

#[test]
fn a_digest_that_no_file_has_denies_no_file() {
    for sha256 in ["", "unknown", &"0".repeat(64), &"g".repeat(64)] {
        let court = format!("{{\"name\":\"a\",\"sha256\":\"{sha256}\",\"bytes\":1}}");
        let entry = statement(kind::FILE, 1, [r#"{"label":"a"}"#.into(), "{}".into(), court]);
        let report = judge(vec![entry], &Asked { file: Some(Held::of(b"a")), ..Asked::default() });
        assert_eq!(report.outcome, Outcome::CannotTell, "{sha256}");
    }
}

#[test]
fn an_assessment_of_any_other_form_shows_no_verdict() {
    let whole = county().pop().unwrap().openings.unwrap()[0].value.clone();
    let twice = whole.replacen("\"verdict\":\"found\"", "\"verdict\":\"found\",\"verdict\":\"nothing-found\"", 1);
    let huge = whole.replacen("\"low\":11902.0", "\"low\":1e999", 1);
    let negative = whole.replacen("\"rows\":1204551", "\"rows\":-1", 1);
    for value in [twice, huge, negative, format!("[{whole}]"), format!("{whole}{whole}"), "null".into()] {
        assert_ne!(value, whole);
        let mut entries = county();
        entries.pop();
        entries.push(statement(kind::ASSESSMENT, 9, [value, "{}".into(), "{}".into()]));
        let report = judge(entries, &Asked::default());
        assert_eq!((report.outcome, report.said.len()), (Outcome::CannotTell, 0), "{report:?}");
    }
}

#[test]
fn entries_of_another_kind_are_no_sources_and_no_findings() {
    let entries = county();
    let file = pollwarden_ledger::leaf_hash(&entries[0].entry.to_bytes()).to_string();
    let Entry::Statement(_) = &entries[0].entry else { panic!("a file") };
    for place in 0..2 {
        let report = told(|said| {
            let web = web(said);
            if place == 0 { &mut web.sources } else { &mut web.findings }.push(file.clone());
        });
        assert_eq!(report.outcome, Outcome::CannotTell);
    }
}

#[test]
fn what_is_refused_is_not_shown_at_length() {
    let key = log_key(11);
    let policy = Policy::new(vec![key.key().clone()], Vec::new(), 0).unwrap();
    let ask = |evidence: String| verify(evidence.as_bytes(), &policy, &Asked::default());
    let long = "\\u001b[2J\u{202e}".repeat(50_000);
    let report = ask(format!("{{\"format\":\"pollwarden evidence 1\",\"{long}\":1}}")).unwrap();
    assert_eq!(report.outcome, Outcome::Refused);
    assert!(report.to_text(100).len() < 20_000 && !report.to_text(100).contains(['\u{1b}', '\u{202e}']));
    let whole = format!("{{\"format\":\"pollwarden evidence {long}\",\"checkpoint\":\"\",\"entries\":[]}}");
    let unreadable = ask(whole).unwrap_err().to_string();
    assert!(unreadable.len() < 2000 && !unreadable.contains(['\u{1b}', '\u{202e}']), "{unreadable}");
}
