//! `web/hidden-payload`: attacks whose payload is not in the log, told by how often one page is asked and how it answers.

use std::collections::HashMap;

use arrow::array::RecordBatch;
use pollwarden_core::{
    About, Audience, Columns, Confidence, Detector, DetectorError, Finding, FindingError, Findings, Integers,
    ObservableKind, Outcome, Plan, Question, Reference, Scope, Severity, Stability, Tables, Text, Times,
};

use super::evidence::{Trail, count, known};
use crate::sizing::{Answering, Dialogue, Peers, READ_AT_MOST};
use crate::tables::{ASKED, VISITS, classes, names};

/// Fewer questions than this to one page are not looked at.
const LOOKED_AT: u64 = 100;
/// A harvester asks at least so many times what nineteen in twenty visitors ask.
const TIMES_ORDINARY: u64 = 10;
/// Fewer visitors than this don't show what is ordinary.
const FEWEST_PEERS: u64 = 20;

pub(super) struct HiddenPayload;

static ABOUT: About = About {
    id: "web/hidden-payload",
    title: "Attack whose payload is not in the log",
    question: Question::Web,
    since: "0.1.0",
    stability: Stability::Stable,
    tables: &["asked", "visits", "clients", "pages"],
    looks_for: "A client that asks one page again and again and opens nothing else, where the log does not say what it asked (the body of a POST request): answers that take one of two sizes, or one of two durations, in no regular order, as those of a blind injection do; or hundreds of answers of differing sizes, as those of a harvest do.",
    why: "The body of a request is never logged. An injection through a form, or a harvest through one URL such as GraphQL, shows only in its answers.",
    cannot_see: "What was asked, and whose records the answers held; a blind injection of fewer than a hundred questions by one address, or in between as many other pages; answers padded to one size and one duration.",
    do_next: "Keep the log. Look at the named page's code for queries put together from what visitors enter, and at the database's own log for the time named. Consider logging the bodies of requests to this page for a while.",
    techniques: &["T1190", "T1213"],
    references: &[
        Reference { title: "OWASP Web Security Testing Guide: Blind SQL Injection", place: "WSTG-INPV-05" },
        Reference {
            title: "Wald and Wolfowitz, On a test whether two samples are from the same population",
            place: "Annals of Mathematical Statistics 11 (1940)",
        },
    ],
};

impl Detector for HiddenPayload {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, tables: &Tables, _: &Scope) -> Result<Plan, DetectorError> {
        tables.need(ASKED.name)?;
        tables.need(VISITS.name)?;
        let nulls: String = (0..=READ_AT_MOST.len()).map(|i| format!(", CAST(0 AS BIGINT) AS c{i}")).collect();
        Ok(Plan::sql(format!(
            "WITH looked_at AS (SELECT *, NOT signed_in AND requests >= {LOOKED_AT} AND reads * 2 < requests \
               AND attacks * 10 < requests AND (answered + moved + failed) * 2 > requests \
               AND (of_who - requests - assets) * 3 < requests AS suspect FROM visits), \
             suspects AS (SELECT visit, who, page FROM looked_at WHERE suspect), \
             {names} \
             SELECT 0 AS kind, a.page, '' AS method, '' AS route, '' AS client, CAST(NULL AS TIMESTAMP) AS time, \
               CAST(NULL AS BIGINT) AS status, CAST(NULL AS BIGINT) AS bytes, CAST(NULL AS BIGINT) AS duration, \
               CAST(NULL AS VARCHAR) AS agent, '' AS source, CAST(0 AS BIGINT) AS line{classes} \
               FROM (SELECT DISTINCT page FROM suspects) s JOIN looked_at a ON s.page = a.page \
               WHERE NOT a.suspect GROUP BY a.page \
             UNION ALL \
             SELECT 1, s.page, s.method, s.route, s.client, CAST(q.time AS TIMESTAMP), CAST(q.status AS BIGINT), \
               CAST(q.bytes AS BIGINT), CAST(q.duration_us AS BIGINT), CAST(s.agent AS VARCHAR), \
               CAST(q.source AS VARCHAR), CAST(q.line AS BIGINT){nulls} \
               FROM names s JOIN asked q ON s.visit = q.visit WHERE s.method <> '' \
             ORDER BY kind, client, method, route, time, source, line",
            classes = classes("a.requests"),
            names = names("suspects", &[])
        )))
    }

    fn judge(&self, rows: &mut dyn Iterator<Item = RecordBatch>, found: &mut Findings) {
        let mut pages: HashMap<i64, Peers> = HashMap::new();
        let mut asker = Asker::default();
        for batch in rows {
            let rows = Rows::of(&batch);
            for row in 0..batch.num_rows() {
                let page = rows.page.get(row).unwrap_or(0);
                if rows.kind.get(row) == Some(0) {
                    let classes = std::array::from_fn(|i| rows.classes[i].count(row));
                    pages.insert(page, Peers { classes, ..Peers::default() });
                    continue;
                }
                if asker.number != page || asker.client != rows.client.or_empty(row) {
                    let next = Asker::begin(page, &rows, row);
                    std::mem::replace(&mut asker, next).conclude(&pages, found);
                }
                asker.add(&rows, row);
            }
        }
        asker.conclude(&pages, found);
    }
}

struct Rows {
    kind: Integers,
    page: Integers,
    method: Text,
    route: Text,
    client: Text,
    time: Times,
    status: Integers,
    bytes: Integers,
    duration: Integers,
    agent: Text,
    source: Text,
    line: Integers,
    classes: Vec<Integers>,
}

impl Rows {
    fn of(batch: &RecordBatch) -> Self {
        let c = Columns::of(batch);
        Self {
            kind: c.integers("kind"),
            page: c.integers("page"),
            method: c.text("method"),
            route: c.text("route"),
            client: c.text("client"),
            time: c.times("time"),
            status: c.integers("status"),
            bytes: c.integers("bytes"),
            duration: c.integers("duration"),
            agent: c.text("agent"),
            source: c.text("source"),
            line: c.integers("line"),
            classes: (0..=READ_AT_MOST.len()).map(|i| c.integers(&format!("c{i}"))).collect(),
        }
    }
}

/// One client that asks one page again and again.
#[derive(Default)]
struct Asker {
    /// The page's key.
    number: i64,
    /// Its method and route.
    page: (String, String),
    client: String,
    dialogue: Dialogue,
    trail: Trail,
}

impl Asker {
    fn begin(number: i64, rows: &Rows, row: usize) -> Self {
        let page = (rows.method.or_empty(row).to_owned(), rows.route.or_empty(row).to_owned());
        Self { number, page, client: rows.client.or_empty(row).to_owned(), ..Self::default() }
    }

    fn add(&mut self, rows: &Rows, row: usize) {
        let Some(at) = rows.time.get(row) else { return };
        let number = |column: &Integers| column.get(row).and_then(|n| u64::try_from(n).ok());
        self.dialogue.add(at, rows.status.get(row), number(&rows.bytes), number(&rows.duration));
        self.trail.add(at, rows.source.or_empty(row), rows.line.count(row), rows.agent.get(row));
    }

    fn conclude(self, pages: &HashMap<i64, Peers>, found: &mut Findings) {
        let nobody = Peers::default();
        let peers = pages.get(&self.number).unwrap_or(&nobody);
        let Some(kind) = self.kind(peers) else { return };
        found.push(self.finding(kind, peers, found.scope()));
    }

    fn kind(&self, peers: &Peers) -> Option<Answering> {
        let kind = self.dialogue.answering()?;
        let far_more =
            peers.readers() >= FEWEST_PEERS && self.dialogue.len() >= LOOKED_AT.max(TIMES_ORDINARY * peers.ordinary());
        (kind != Answering::Varied || (far_more && shows_persons(&self.page))).then_some(kind)
    }

    fn finding(self, kind: Answering, peers: &Peers, scope: &Scope) -> Result<Finding, FindingError> {
        let known = known(scope.office.known(&self.client));
        let (severity, confidence) = match kind {
            Answering::Varied => (Severity::High, Confidence::Medium),
            _ => (Severity::High, Confidence::High),
        };
        let (severity, audience) = known.map_or((severity, Audience::Clerk), |(a, _)| (Severity::Informational, a));
        let page = format!("{} {}", self.page.0, self.page.1);
        let mut draft = Finding::new(ABOUT.id, self.title(kind, &page), severity, confidence)
            .audience(audience)
            .outcome(Outcome::Unknown)
            .expected_seen(expected(kind, peers), self.seen(kind, known))
            .observable(ObservableKind::Url, &self.page.1)
            .next_step(ABOUT.do_next)
            .techniques(ABOUT.techniques);
        if let Some(at) = self.dialogue.noticed() {
            draft = draft.noticed(at);
        }
        if known.is_none() {
            draft = draft.tally(self.dialogue.tally(kind, &page));
        }
        self.trail.onto(draft, &self.client).done()
    }

    fn title(&self, kind: Answering, page: &str) -> String {
        let (client, asked) = (&self.client, count(self.dialogue.len(), "time"));
        match kind {
            Answering::TwoSizes => {
                format!("{client} asked {page} {asked} and got answers of two sizes, as in a blind injection")
            }
            Answering::TwoDurations => {
                format!("{client} asked {page} {asked} and got quick and delayed answers, as in a timed injection")
            }
            Answering::Varied => format!(
                "{client} read {} from {page}; whose records they held is not in the log",
                count(self.dialogue.held(), "answer")
            ),
        }
    }

    fn seen(&self, kind: Answering, known: Option<(Audience, &'static str)>) -> String {
        let mut seen = format!(
            "{} for this page and hardly any for another. {}",
            count(self.dialogue.len(), "request"),
            self.dialogue.seen(kind)
        );
        if let Some((_, said)) = known {
            seen.push(' ');
            seen.push_str(said);
        }
        seen
    }
}

fn expected(kind: Answering, peers: &Peers) -> String {
    match kind {
        Answering::Varied => format!("Nineteen in twenty visitors ask this page at most {}.", count(peers.ordinary(), "time")),
        _ => "People open the pages around a form, and a page that changes does so now and then, not at every other request.".to_owned(),
    }
}

/// Whether a page that hides what is asked is likely to answer with records of persons.
fn shows_persons((method, route): &(String, String)) -> bool {
    let lower = route.to_ascii_lowercase();
    crate::sizing::has_personal_name(route)
        || (method == "POST" && ["graphql", "search", "find", "query", "api"].iter().any(|w| lower.contains(w)))
}
