//! The page without a browser: nothing in it leads outside, and nothing from outside becomes markup.

mod invented;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use pollwarden_core::{
    Answer, Assessment, Complaint, Confidence, Coverage, Digest, Finding, Interval, Mark, Measure, ObservableKind,
    Picture, Question, RiskCurve, Series, Severity, Source,
};
use pollwarden_report::html;

/// Ends every context a page has: text, attribute, style, comment, script; and turns the direction of reading.
const HOSTILE: &str = "\"'><script>alert(1)</script></style></title><!--<svg onload=alert(1)>&amp;{{7*7}}\u{202e}\u{0}";

fn page(assessment: &Assessment) -> String {
    html(assessment, invented::at("2026-11-05T09:30:00Z"))
}

/// An assessment in which every text is hostile.
fn hostile() -> Assessment {
    let at = invented::at;
    let mut coverage = Coverage { rows: 1, rejected: 1, ..Coverage::default() };
    coverage.sources.push(Source { format: HOSTILE.into(), ..Source::named(HOSTILE) });
    coverage.watched.push(Interval { from: at("2026-10-01T00:00:00Z"), to: at("2026-10-02T00:00:00Z") });
    coverage.blind(Some(Interval { from: at("2026-10-02T00:00:00Z"), to: at("2026-10-03T00:00:00Z") }), HOSTILE);
    coverage.complain(Complaint::about(HOSTILE, HOSTILE, HOSTILE).column(HOSTILE).mend(HOSTILE));
    coverage.notes.push(HOSTILE.into());
    let finding = Finding::new("web/x", HOSTILE, Severity::High, Confidence::Low)
        .at(HOSTILE, 1)
        .against(HOSTILE, None)
        .observable(ObservableKind::UserAgent, HOSTILE)
        .measure(Measure::exact(HOSTILE, 1.0, HOSTILE))
        .expected_seen(HOSTILE, HOSTILE)
        .next_step(HOSTILE)
        .done()
        .expect("names a place");
    let mut answer = Answer::new(Question::Web, coverage, vec![finding]);
    let points = vec![(at("2026-10-01T00:00:00Z"), 1.0), (at("2026-10-02T00:00:00Z"), 2.0)];
    let marks = vec![Mark { at: at("2026-10-01T12:00:00Z"), label: HOSTILE.into() }];
    answer.pictures = vec![
        Picture::Timeline {
            title: HOSTILE.into(),
            unit: HOSTILE.into(),
            series: vec![Series { name: HOSTILE.into(), points }],
            marks,
        },
        Picture::Bars {
            title: HOSTILE.into(),
            unit: HOSTILE.into(),
            parts: vec![HOSTILE.into()],
            bars: vec![(HOSTILE.into(), vec![1.0])],
        },
        Picture::Risk {
            title: HOSTILE.into(),
            limit: 0.05,
            series: vec![RiskCurve { name: HOSTILE.into(), points: vec![(1, 0.9), (40, f64::NAN), (80, 0.01)] }],
        },
    ];
    answer.measures.push(Measure::between(HOSTILE, 1.0, 2.0, f64::INFINITY, HOSTILE));
    Assessment { office: HOSTILE.into(), answers: vec![answer], receipt: None }
}

#[test]
fn nothing_from_outside_becomes_markup() {
    let page = page(&hostile());
    for markup in ["<script", "<svg onload", "<!--"] {
        assert!(!page.contains(markup), "{markup}");
    }
    assert!(page.contains("&#60;script&#62;alert(1)"));
    assert!(page.contains("‹U+202E›‹U+0000›"));
    assert!(!page.contains(['\u{202e}', '\0']));
    assert_eq!(page.matches("</style>").count(), 1);
    assert_eq!(page.matches("</title>").count(), page.matches("<title").count());
}

#[test]
fn nothing_leads_outside() {
    for page in [page(&hostile()), page(&invented::assessment())] {
        for way in ["src=", "href=\"h", "url(h", "@import", "<link", "<iframe", "<script", " style=", "onclick"] {
            let outside = page.replace("src=x onerror=alert(1)", "");
            assert!(!outside.contains(way), "{way}");
        }
    }
}

#[test]
fn the_policy_names_the_style_sheet_by_hash() {
    let page = page(&invented::assessment());
    let (_, rest) = page.split_once("<style>").expect("a style sheet");
    let (style, _) = rest.split_once("</style>").expect("its end");
    let hash = BASE64_STANDARD.encode(Digest::of(style.as_bytes()).0);
    let policy = format!("default-src &#39;none&#39;; style-src &#39;sha256-{hash}&#39;;");
    assert!(page.contains(&policy), "{policy}");
}

#[test]
fn the_gravest_findings_are_open_and_the_others_are_not() {
    let page = page(&invented::assessment());
    assert_eq!(page.matches("<details class=\"finding critical\" open>").count(), 1);
    assert_eq!(page.matches("<details class=\"finding medium\">").count(), 2);
    assert!(page.contains("and 288 more; the JSON report has all"));
}

#[test]
fn ids_on_the_page_are_unique() {
    let page = page(&invented::assessment());
    let mut ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
    assert!(all > 20);
}

#[test]
fn a_page_of_very_many_findings_stays_small() {
    let findings = (0..20_000).map(|i| {
        let draft = Finding::new("web/x", format!("Finding {i}"), Severity::Low, Confidence::Low);
        draft.at("a.log", i + 1).done().expect("names a place")
    });
    let mut coverage = Coverage { rows: 20_000, ..Coverage::default() };
    coverage.sources.push(Source::named("a.log"));
    let answer = Answer::new(Question::Web, coverage, findings.collect());
    let page = page(&Assessment { office: "Alder County".into(), answers: vec![answer], receipt: None });
    assert!(page.contains("19,850 findings are not on this page; the JSON report has all."));
    assert!(page.len() < 500_000, "{}", page.len());
}
