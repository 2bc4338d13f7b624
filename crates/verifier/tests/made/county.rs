//! What the invented county said.

use pollwarden_ledger::leaf_hash;
use pollwarden_ledger::said::{
    Answer, Assessment, Bytes, Detail, Detector, File, Finding, Gap, Limit, Measure, Nothing, Parameters, Reason,
    Shared, Site, Source, kind,
};
use serde::Serialize;

use super::{Made, statement};

/// Three files, two sources, two findings and the assessment that names those.
pub(crate) fn county() -> Vec<Made> {
    let mut entries = vec![
        file(1, "ballot manifest", "manifest.csv", 51_204),
        file(2, "cast vote records", "cvr.zip", 1_203_944),
        file(3, "seed", "seed.txt", 21),
        source(4, "web", "combined", "portal-access.log", 1_204_551, 3),
        source(5, "roll", "extract", "roll-2026-11-01.csv", 84_112, 0),
        finding(6, "high", "success"),
        finding(7, "medium", "attempt"),
    ];
    let hash = |at: usize| leaf_hash(&entries[at].entry.to_bytes()).to_string();
    let answers = vec![web(hash(3), vec![hash(5), hash(6)]), roll(hash(4))];
    entries.push(assessment(8, answers));
    entries
}

fn json(said: &impl Serialize) -> String {
    serde_json::to_string(said).unwrap()
}

fn digest(of: &str) -> String {
    use sha2::{Digest as _, Sha256};
    hex::encode(Sha256::digest(of))
}

fn bytes(name: &str, length: u64) -> String {
    json(&Bytes { name: name.into(), sha256: digest(name), bytes: length })
}

/// A file whose bytes are its name, as far as the digest goes.
pub(crate) fn file(salt: u8, label: &str, name: &str, length: u64) -> Made {
    statement(kind::FILE, salt, [json(&File { label: label.into() }), json(&Nothing {}), bytes(name, length)])
}

fn source(salt: u8, question: &str, format: &str, name: &str, rows: u64, rejected: u64) -> Made {
    let public = Source { question: question.into(), format: format.into(), rows, rejected };
    statement(kind::SOURCE, salt, [json(&public), json(&Nothing {}), bytes(name, rows * 97)])
}

fn finding(salt: u8, severity: &str, outcome: &str) -> Made {
    let public = Finding {
        detector: "web/union-select".into(),
        severity: severity.into(),
        confidence: "high".into(),
        audience: "clerk".into(),
        outcome: outcome.into(),
        first: Some("2026-11-03T02:10:00Z".into()),
        last: Some("2026-11-03T04:55:12.5Z".into()),
    };
    let shared = Shared {
        title: format!("Records were asked for by SQL injection ({outcome})"),
        observables: vec![["ip".into(), "192.0.2.77".into()], ["url".into(), "/lookup?id=1%27+UNION+SELECT".into()]],
        measures: vec![measure("records-left", 11_902.0, 12_345.0, Some(13_001.0), "voters")],
        techniques: vec!["T1190".into()],
    };
    let detail = Detail {
        id: format!("{salt:016x}"),
        expected: "no request that carries SQL".into(),
        seen: "412 requests that carry UNION SELECT".into(),
        next_step: "Take the lookup page off the network and keep its logs.".into(),
        voter_keys: vec!["9f2c".into(), "a001".into()],
        sites: vec![Site {
            name: "portal-access.log".into(),
            sha256: Some(digest("portal-access.log")),
            line: Some(88_123),
        }],
    };
    statement(kind::FINDING, salt, [json(&public), json(&shared), json(&detail)])
}

fn measure(name: &str, low: f64, estimate: f64, high: Option<f64>, unit: &str) -> Measure {
    Measure { name: name.into(), low, estimate, high, unit: unit.into() }
}

fn web(source: String, findings: Vec<String>) -> Answer {
    Answer {
        question: "web".into(),
        text: "Was anyone in our websites, and how many voters' records left?".into(),
        verdict: "found".into(),
        rows: 1_204_551,
        rejected: 3,
        watched: vec![["2026-11-01T00:00:00Z".into(), "2026-11-04T23:59:59Z".into()]],
        unwatched: vec![Gap {
            from: Some("2026-11-02T01:00:00Z".into()),
            to: Some("2026-11-02T03:30:00Z".into()),
            needed: false,
        }],
        measures: vec![measure("records-left", 11_902.0, 12_345.0, Some(13_001.0), "voters")],
        limits: vec![
            limit("a theft of records by one client", 212, true, 97),
            limit("a theft by many clients", 90_000, false, 31),
        ],
        detectors: vec![Detector { id: "web/union-select".into(), since: "0.1.0".into() }],
        sources: vec![source],
        findings,
    }
}

fn limit(threat: &str, size: u64, reached: bool, found: u32) -> Limit {
    // Intervals of an invented office: wide enough for any of its shares.
    let (low, high) = (f64::from(found) / 100.0 - 0.05, (f64::from(found) / 100.0 + 0.02).min(1.0));
    Limit { threat: threat.into(), size, unit: "records".into(), reached, found, trials: 100, low: low.max(0.0), high }
}

fn roll(source: String) -> Answer {
    Answer {
        question: "roll".into(),
        text: "Did any registration change without an authorised cause?".into(),
        verdict: "cannot-tell".into(),
        rows: 84_112,
        rejected: 0,
        watched: Vec::new(),
        unwatched: vec![Gap { from: None, to: None, needed: true }],
        measures: Vec::new(),
        limits: Vec::new(),
        detectors: vec![Detector { id: "roll/mass-edit".into(), since: "0.1.0".into() }],
        sources: vec![source],
        findings: Vec::new(),
    }
}

fn reason(question: &str, why: &str) -> Reason {
    Reason { question: question.into(), from: None, to: None, why: why.into() }
}

fn assessment(salt: u8, answers: Vec<Answer>) -> Made {
    let public = Assessment {
        office: "Example County".into(),
        program: "pollwarden 0.1.0".into(),
        verdict: "found".into(),
        answers,
    };
    let court = Parameters {
        settings_sha256: Some(digest("office.toml")),
        options: vec!["--audience examiner".into()],
        gaps: vec![
            reason("web", "No log of the second server was given"),
            reason("roll", "There is one extract, and changes show between two"),
        ],
        notes: vec!["Times without a zone were taken as America/New_York.".into()],
    };
    statement(kind::ASSESSMENT, salt, [json(&public), json(&Nothing {}), json(&court)])
}

/// Entries that this version does not know, with text that would trick a reader.
pub(crate) fn strange() -> Vec<Made> {
    let hostile = "seed\u{1b}[2J\u{202e}dees".to_owned();
    let later = format!("{{\"label\":{},\"colour\":\"blue\"}}", serde_json::to_string(&hostile).unwrap());
    let texts = |public: &str| [public.to_owned(), "{}".into(), "{}".into()];
    vec![
        statement("weather", 1, texts("{\"sky\":\"grey\\u0007\"}")),
        statement(kind::FILE, 2, texts(&later)),
        statement(kind::SOURCE, 3, texts("not JSON")),
    ]
}
