//! The plain and the JSON report of one invented office, word for word. `cargo insta review` or `INSTA_UPDATE=always`
//! refreshes them; read them before they are kept.

mod invented;

use pollwarden_core::{Answer, Assessment, Audience, Coverage, Question, Source};
use pollwarden_report::{PlainOptions, json_v1, plain, write_json_v1};

fn plain_text(assessment: &Assessment, options: &PlainOptions) -> String {
    let mut out = Vec::new();
    plain(assessment, options, &mut out).expect("memory can be written to");
    String::from_utf8(out).expect("text")
}

#[test]
fn plain_for_a_clerk() {
    insta::assert_snapshot!(plain_text(&invented::assessment(), &PlainOptions::default()));
}

#[test]
fn plain_for_an_examiner_shows_everything_and_drives_no_terminal() {
    let options = PlainOptions { audience: Audience::Examiner, ..PlainOptions::default() };
    let text = plain_text(&invented::assessment(), &options);
    assert!(text.contains("asked for <script>"));
    assert!(text.contains("invoice‹U+202E›fdp.exe ‹U+001B›[2J"));
    assert!(!text.contains(['\u{1b}', '\u{202e}']));
    assert!(text.trim_end().ends_with("5 findings, 0 not shown; 1,418,597 rows, 13 rejected."));
}

#[test]
fn plain_lines_fit_and_colour_comes_only_when_asked() {
    let options = PlainOptions { colour: true, audience: Audience::Examiner };
    let coloured = plain_text(&invented::assessment(), &options);
    assert!(coloured.contains("\u{1b}[1m\u{1b}[31mFOUND\u{1b}[0m"));
    let plain = plain_text(&invented::assessment(), &PlainOptions { colour: false, ..options });
    assert!(!plain.contains('\u{1b}'));
    for line in plain.lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
}

#[test]
fn json() {
    insta::assert_snapshot!(json_v1(&invented::assessment()));
}

#[test]
fn json_is_the_same_however_it_is_written() {
    let mut written = Vec::new();
    write_json_v1(&invented::assessment(), &mut written).expect("memory can be written to");
    assert_eq!(String::from_utf8(written).expect("text"), json_v1(&invented::assessment()));
}

#[test]
fn nothing_found_never_overclaims() {
    let mut coverage = Coverage { rows: 10, ..Coverage::default() };
    coverage.sources.push(Source { rows: 10, ..Source::named("web/access.log") });
    let clean = Assessment {
        office: String::new(),
        answers: vec![Answer::new(Question::Web, coverage, vec![])],
        receipt: None,
    };
    let text = plain_text(&clean, &PlainOptions::default());
    assert!(text.contains("NOTHING FOUND. Nothing that deserves action was found in 10 rows of 1 source."), "{text}");
    assert!(text.contains("No detection limit was measured"), "{text}");
    assert!(
        text.trim_end()
            .ends_with("0 found, 1 nothing found, 0 cannot tell; 0 findings, 0 not shown; 10 rows, 0 rejected.")
    );
}

#[test]
fn an_empty_assessment_is_no_all_clear() {
    let nothing = Assessment { office: "Nowhere".into(), answers: vec![], receipt: None };
    assert!(json_v1(&nothing).contains(r#""verdict": "cannot-tell""#));
    assert!(plain_text(&nothing, &PlainOptions::default()).contains("Nothing was read, so there is nothing to check."));
}

#[test]
fn many_gaps_are_cut_after_those_that_matter() {
    let mut coverage = Coverage { rows: 10, ..Coverage::default() };
    coverage.sources.push(Source::named("web/access.log"));
    for i in 0..40 {
        coverage.dim(None, format!("a minute without rows, number {i:02}"));
    }
    coverage.blind(None, "the log of the second server is missing");
    let answers = vec![Answer::new(Question::Web, coverage, vec![])];
    let text =
        plain_text(&Assessment { office: "Alder County".into(), answers, receipt: None }, &PlainOptions::default());
    assert!(text.contains("CANNOT TELL. the log of the second server is missing."), "{text}");
    assert!(text.contains("Not watched: the log of the second server is missing."), "{text}");
    assert!(text.contains("Not watched: and 29 more; the JSON report has all."), "{text}");
}
