//! An invented office's assessment, rich enough to show every part of a report. People, addresses and files are invented;
//! addresses are from the ranges kept for documentation (RFC 5737).

use jiff::{SignedDuration, Timestamp};
use pollwarden_core::{
    Answer, Assessment, Audience, Complaint, Confidence, Coverage, Digest, Finding, Interval, Limit, Mark, Measure,
    ObservableKind, Outcome, Picture, PowerPoint, Question, Receipt, Series, Severity, Source, Untouched,
};

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn between(from: &str, to: &str) -> Interval {
    Interval { from: at(from), to: at(to) }
}

/// Two questions with findings, one without, four that can't be told.
pub(crate) fn assessment() -> Assessment {
    Assessment {
        office: "Alder County Board of Elections".into(),
        answers: vec![
            web(),
            roll(),
            Answer::cannot_tell(Question::Mail, "The office's folder has no folder mail/, so no message was read"),
            Answer::cannot_tell(Question::Software, "This release has no sensor for software yet"),
            count(),
            Answer::cannot_tell(Question::Discourse, "This release has no sensor for public posts yet"),
            Answer::cannot_tell(
                Question::Across,
                "This release does not compare findings with those of other offices yet",
            ),
        ],
        receipt: Some(receipt()),
    }
}

fn receipt() -> Receipt {
    Receipt {
        origin: "alder.example/ledger".into(),
        index: 1_058,
        leaf: "b9Az23NHQabMTi1cxguajtHr8wWYCLAHMdjgUWh7p8A=".into(),
        size: 1_059,
        root: "V8FKj6sAF8gOooaqU7jR/p/TFYKV2dGzyOBmfjGfYmM=".into(),
        cosigned: vec!["birch.example/witness".into()],
        refused: vec!["cedar.example/witness (it did not answer within 10 seconds)".into()],
        evidence: Some(("alder/.pollwarden/evidence.json".into(), "alder/.pollwarden/ledger/public-keys.txt".into())),
    }
}

fn source(name: &str, format: &str, length: u64, rows: u64, rejected: u64) -> Source {
    Source { digest: Digest::of(name.as_bytes()), length, format: format.into(), rows, rejected, ..Source::named(name) }
}

fn web() -> Answer {
    let mut coverage = Coverage { rows: 1_204_332, rejected: 12, ..Coverage::default() };
    coverage.sources = vec![
        source("web/portal-access.log.1.gz", "combined", 18_204_551, 803_112, 3),
        source("web/portal-access.log", "combined", 61_998_100, 401_220, 9),
    ];
    coverage.watched = vec![
        between("2026-10-01T00:00:04Z", "2026-10-12T18:02:51Z"),
        between("2026-10-13T03:40:12Z", "2026-11-04T23:59:58Z"),
    ];
    coverage.dim(
        Some(between("2026-10-12T18:02:51Z", "2026-10-13T03:40:12Z")),
        "The log is silent for 9 hours in which about 9,100 requests were to be expected",
    );
    coverage.complain(
        Complaint::about("web/portal-access.log", "a request in quotes", r#""\x16\x03\x01\x02\x00\x01\xfc" 400 157"#)
            .line(88_214)
            .column(48.to_string())
            .mend("Nothing to mend: the client spoke TLS to a plain port"),
    );
    coverage.complain(
        Complaint::about("web/portal-access.log.1.gz", "a time such as 03/Nov/2026:04:05:06 +0000", "[-]")
            .line(7)
            .mend("Ask the web host for the original log"),
    );
    coverage.notes.push("The portal's clock was taken to be right; no other source could confirm it".into());
    let mut answer = Answer::new(Question::Web, coverage, vec![injection(), scan(), odd_request()]);
    answer.measures = vec![Measure::between("records-left", 11_902.0, 12_345.0, 13_001.0, "voters")];
    answer.pictures = vec![requests()];
    answer
}

fn injection() -> Finding {
    Finding::new(
        "web/sql-injection",
        "One client read the voter table through the search form of the portal",
        Severity::Critical,
        Confidence::High,
    )
    .at("web/portal-access.log", 211_876)
    .at("web/portal-access.log", 211_940)
    .at("web/portal-access.log", 212_003)
    .at("web/portal-access.log", 212_377)
    .between(at("2026-10-21T01:14:09Z"), at("2026-11-02T05:48:31Z"))
    .noticed(at("2026-10-21T01:22:40Z"))
    .outcome(Outcome::Success)
    .observable(ObservableKind::Ip, "203.0.113.77")
    .observable(ObservableKind::Url, "/voter/search")
    .observable(ObservableKind::UserAgent, "sqlmap/1.8 (https://sqlmap.org)")
    .measure(Measure::between("records-left", 11_902.0, 12_345.0, 13_001.0, "voters"))
    .measure(Measure::exact("requests", 41_822.0, "requests"))
    .expected_seen(
        "The parameter county holds one of the county's names",
        "Parameter county, decoded: x' UNION ALL SELECT NULL,CONCAT(id,0x3a,last_name,0x3a,birth_date) FROM voters \
         LIMIT 200,100-- - ; 5,118 answers of 48,000 to 52,000 bytes where 2,300 are usual",
    )
    .next_step(
        "Take the search form off the network, keep the log as it is, and call the state's election security desk",
    )
    .techniques(&["T1190", "T1213"])
    .done()
    .expect("names a place")
}

fn scan() -> Finding {
    Finding::new(
        "web/vulnerability-scan",
        "One client tried 412 addresses of pages that the portal never had",
        Severity::Medium,
        Confidence::High,
    )
    .at("web/portal-access.log.1.gz", 10_455)
    .between(at("2026-10-05T11:00:00Z"), at("2026-10-05T11:06:12Z"))
    .noticed(at("2026-10-05T11:00:21Z"))
    .outcome(Outcome::Attempt)
    .observable(ObservableKind::Ip, "198.51.100.23")
    .measure(Measure::exact("pages-tried", 412.0, "pages"))
    .expected_seen("Visitors ask for pages that exist", "411 of 412 were answered with 404, one with 403")
    .next_step("Block the address, and see that none of the pages tried exists")
    .techniques(&["T1595.002"])
    .done()
    .expect("names a place")
}

/// What a request may hold, and a page must survive.
fn odd_request() -> Finding {
    Finding::new(
        "web/odd-request",
        "A request asked for <script>alert(\"1\")</script> & 'more'",
        Severity::Low,
        Confidence::Low,
    )
    .at("web/portal-access.log", 399)
    .between(at("2026-10-07T08:00:00Z"), at("2026-10-07T08:00:00Z"))
    .audience(Audience::Analyst)
    .outcome(Outcome::Attempt)
    .observable(ObservableKind::UserAgent, "\"><img src=x onerror=alert(1)>")
    .observable(ObservableKind::Url, format!("/{}", "a".repeat(300)))
    .expected_seen("Printable text", "invoice\u{202e}fdp.exe \u{1b}[2J {{ 7*7 }} </style><style>body{display:none}")
    .next_step("None by itself")
    .done()
    .expect("names a place")
}

fn requests() -> Picture {
    let start = at("2026-10-01T00:00:00Z");
    let silent = between("2026-10-12T18:00:00Z", "2026-10-13T03:59:00Z");
    let hours: Vec<(i64, Timestamp)> = (0..35 * 24)
        .map(|h| (h, start + SignedDuration::from_hours(h)))
        .filter(|(_, t)| *t < silent.from || *t > silent.to)
        .collect();
    let flood = between("2026-11-01T22:00:00Z", "2026-11-02T05:00:00Z");
    let requests = |(h, t): &(i64, Timestamp)| {
        let ordinary = [400, 260, 200, 900, 1900, 2400, 2100, 1300][(h % 24 / 3) as usize] + (h * 7919 % 211);
        (*t, ordinary as f64 + if flood.from <= *t && *t <= flood.to { 5200.0 } else { 0.0 })
    };
    let records = |(h, t): &(i64, Timestamp)| {
        let begun = *t >= at("2026-10-21T01:00:00Z") && *t <= flood.to;
        let left =
            if flood.from <= *t && *t <= flood.to { 1400 + h * 31 % 97 } else { i64::from(begun && h % 6 == 1) * 12 };
        (*t, left as f64)
    };
    Picture::Timeline {
        title: "Requests and records that left, by hour".into(),
        unit: "requests or records an hour".into(),
        series: vec![
            Series { name: "Requests".into(), points: hours.iter().map(requests).collect() },
            Series { name: "Records that left".into(), points: hours.iter().map(records).collect() },
        ],
        marks: vec![
            Mark { at: at("2026-10-21T01:14:09Z"), label: "The injection begins, a few records an hour".into() },
            Mark { at: at("2026-10-21T01:22:40Z"), label: "A watching office would have been told".into() },
            Mark { at: at("2026-11-01T22:00:00Z"), label: "The flood begins".into() },
        ],
    }
}

fn roll() -> Answer {
    let mut coverage = Coverage { rows: 166_054, rejected: 1, ..Coverage::default() };
    coverage.sources = vec![
        source("roll/2026-10-01.zip!alder.txt", "north-carolina", 48_200_113, 82_990, 0),
        source("roll/2026-11-01.zip!alder.txt", "north-carolina", 48_311_870, 83_064, 1),
        source("roll/transactions.csv", "transactions", 1_204_000, 6_120, 0),
    ];
    coverage.watched = vec![between("2026-10-01T04:00:00Z", "2026-11-01T04:00:00Z")];
    coverage.blind(None, "The list of court orders is missing, so changes by order can't be told from others");
    coverage.complain(
        Complaint::about("roll/2026-11-01.zip!alder.txt", "67 columns", "66 columns")
            .line(40_021)
            .mend("Export the extract again; the row's last field is missing"),
    );
    let mut answer = Answer::new(Question::Roll, coverage, vec![mass_edit(), unexplained()]);
    answer.measures = vec![Measure::exact("unexplained-changes", 329.0, "records")];
    answer.pictures = vec![by_precinct()];
    answer
}

fn mass_edit() -> Finding {
    let mut draft = Finding::new(
        "roll/mass-edit",
        "In 26 minutes one account set 300 voters of three precincts to inactive, without a batch that says so",
        Severity::High,
        Confidence::High,
    )
    .at("roll/transactions.csv", 5_001)
    .against("roll/2026-11-01.zip!alder.txt", Some(71_220))
    .between(at("2026-10-25T02:10:00Z"), at("2026-10-25T02:36:00Z"))
    .noticed(at("2026-10-25T02:11:30Z"))
    .outcome(Outcome::Success)
    .observable(ObservableKind::Account, "op-17")
    .observable(ObservableKind::Field, "voter_status_desc")
    .measure(Measure::exact("records-changed", 300.0, "records"))
    .expected_seen(
        "Status changes come in batches signed by two operators, on working days",
        "300 changes from ACTIVE to INACTIVE on a Saturday night, none of them in a batch",
    )
    .next_step(
        "Suspend the account op-17, set the 300 records aside, and restore them after a second person has looked",
    )
    .techniques(&["T1565.001"]);
    for i in 0..300_u64 {
        draft = draft.observable(ObservableKind::VoterKey, Digest::of(&i.to_le_bytes()).to_string()[..32].to_owned());
    }
    draft.done().expect("names a place")
}

fn unexplained() -> Finding {
    Finding::new(
        "roll/unexplained-change",
        "29 records changed without an entry in the transaction log",
        Severity::Medium,
        Confidence::Medium,
    )
    .at_source("roll/2026-11-01.zip!alder.txt")
    .measure(Measure::exact("records-changed", 29.0, "records"))
    .expected_seen("Every change has a transaction, a batch or an order", "29 changes of mailing address have none")
    .next_step("Ask the operators on duty from 12 to 16 October for the forms")
    .done()
    .expect("names a place")
}

fn by_precinct() -> Picture {
    let bars = (0..14).map(|i| {
        let unexplained = [140.0, 96.0, 64.0, 9.0, 7.0, 5.0, 4.0, 2.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0][i];
        let explained = 210.0 - 13.0 * i as f64;
        (
            format!("{:02}-{} Ward", i + 1, ["Oak", "Elm", "Mill", "Ferry", "Hill"][i % 5]),
            vec![explained, unexplained, 6.0],
        )
    });
    Picture::Bars {
        title: "Changes by precinct".into(),
        unit: "records".into(),
        parts: vec!["Explained".into(), "Unexplained".into(), "Format only".into()],
        bars: bars.collect(),
    }
}

fn count() -> Answer {
    let mut coverage = Coverage { rows: 48_211, ..Coverage::default() };
    coverage.sources = vec![source("count/manifest.csv", "ballot-manifest", 60_120, 48_211, 0)];
    let mut answer = Answer::new(Question::Count, coverage, vec![]);
    answer.limits = vec![limit("swapped-batch", vec![(4, 3, 12), (20, 29, 40), (40, 192, 200)], Some(2))];
    answer
}

/// A limit with its curve: size, found, of how many.
fn limit(name: &str, curve: Vec<(u64, u32, u32)>, reached: Option<usize>) -> Limit {
    let point = |(size, found, trials): (u64, u32, u32)| {
        let share = f64::from(found) / f64::from(trials);
        PowerPoint { size, found, trials, low: (share - 0.1).max(0.0), high: (share + 0.03).min(1.0) }
    };
    Limit {
        name: name.into(),
        attack: "a swap of".into(),
        unit: "ballots".into(),
        manner: "counted for another contest".into(),
        curve: curve.into_iter().map(point).collect(),
        reached,
        how: "One batch's ballots are counted for another contest.".into(),
        seed: 7,
        untouched: Untouched { findings: 1, weeks: 50.0, low: 0.0005, high: 0.11 },
    }
}
