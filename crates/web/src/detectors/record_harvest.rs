//! `web/record-harvest`: one client reading many voters' records through the pages that show one.

use std::collections::{BTreeMap, HashMap};

use arrow::array::RecordBatch;
use pollwarden_core::{
    About, Audience, Columns, Confidence, Detector, DetectorError, Finding, FindingError, Findings, Integers, Measure,
    ObservableKind, Outcome, Picture, Plan, Question, Reference, Scope, Severity, Stability, Tables, Text, Times,
};

use super::evidence::{ByHour, Trail, count, known};
use crate::request::Class;
use crate::sizing::{Harvest, NOTICED_AT, Peers, READ_AT_MOST, Reading};
use crate::tables::REQUESTS;

/// Readers of fewer records than this are not looked at one by one.
const LOOKED_AT: u32 = 30;
/// A harvester reads at least so many times what nineteen in twenty visitors read.
const TIMES_ORDINARY: u64 = 10;
/// Many people behind one address open other pages between records; so many times more before they are reported.
const TIMES_SHARED: u64 = 20;
/// Fewer readers than this don't show what is ordinary.
const FEWEST_PEERS: u64 = 20;
/// Of the records that ordinary readers read, the share that nobody else read: high where each reads his own.
const OWN_RECORDS: f64 = 0.5;

/// Words in the names of pages that show one voter's record, in English and Spanish.
const PERSONAL: [&str; 22] = [
    "voter",
    "votante",
    "elector",
    "regist",
    "record",
    "person",
    "citizen",
    "account",
    "cuenta",
    "profile",
    "perfil",
    "status",
    "ballot",
    "boleta",
    "absentee",
    "applica",
    "solicitud",
    "lookup",
    "member",
    "customer",
    "user",
    "constituent",
];

pub(super) struct RecordHarvest;

static ABOUT: About = About {
    id: "web/record-harvest",
    title: "Harvest of voters' records",
    question: Question::Web,
    since: "0.1.0",
    stability: Stability::Stable,
    tables: &["requests"],
    looks_for: "A client that reads many different voters' records, far more than other visitors do, without opening the pages that people open in between. Which pages show a record is worked out from the log.",
    why: "A portal that shows a record to anyone who knows its number gives the whole roll to anyone who counts.",
    cannot_see: "A harvest spread over many addresses; records whose number is in the body of a POST request; whether an answer held a record, where the log has no sizes and misses answer 200.",
    do_next: "Keep the log. Limit how many records one visitor may open, and ask for more than a number to open one. Find out who uses the address. Consider whether the voters must be told.",
    techniques: &["T1213", "T1119"],
    references: &[Reference {
        title: "OWASP Automated Threat Handbook: OAT-011 Scraping",
        place: "owasp.org/www-project-automated-threats-to-web-applications",
    }],
};

impl Detector for RecordHarvest {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, tables: &Tables, _: &Scope) -> Result<Plan, DetectorError> {
        tables.need(REQUESTS.name)?;
        let sqli = Class::Sqli.bit();
        let read =
            format!("record IS NOT NULL AND (attack & {sqli}) = 0 AND (status IS NULL OR status BETWEEN 200 AND 299)");
        let nulls: String = (0..=READ_AT_MOST.len()).map(|i| format!(", CAST(0 AS BIGINT) AS c{i}")).collect();
        Ok(Plan::sql(format!(
            "WITH readers AS (SELECT route, client, coalesce(\"user\", '') AS account, count(*) AS reads, \
               min(record) AS first_record FROM requests WHERE {read} GROUP BY 1, 2, 3), \
             heavy AS (SELECT DISTINCT client, account FROM readers WHERE reads >= {LOOKED_AT}) \
             SELECT 0 AS kind, route, '' AS client, '' AS account, CAST(NULL AS TIMESTAMP) AS time, \
               CAST(NULL AS VARCHAR) AS record, CAST(NULL AS BIGINT) AS bytes, CAST(NULL AS VARCHAR) AS agent, \
               '' AS source, CAST(0 AS BIGINT) AS line, account <> '' AS signed_in, \
               CAST(approx_distinct(CASE WHEN reads < {LOOKED_AT} THEN first_record END) AS BIGINT) AS first_records, \
               sum(CASE WHEN reads < {LOOKED_AT} THEN 1 ELSE 0 END) AS light{classes} \
               FROM readers GROUP BY route, account <> '' \
             UNION ALL \
             SELECT 1, q.route, q.client, h.account, CAST(q.time AS TIMESTAMP), \
               CASE WHEN {read} THEN CAST(q.record AS VARCHAR) END, CAST(q.bytes AS BIGINT), \
               CAST(q.agent AS VARCHAR), q.source, CAST(q.line AS BIGINT), false, 0, 0{nulls} \
               FROM requests q JOIN heavy h ON q.client = h.client AND coalesce(q.\"user\", '') = h.account \
             ORDER BY kind, client, account, time, source, line",
            classes = classes()
        )))
    }

    fn judge(&self, rows: &mut dyn Iterator<Item = RecordBatch>, found: &mut Findings) {
        let mut peers: Routes = HashMap::new();
        let mut visitor = Visitor::default();
        let mut taken = ByHour::default();
        for batch in rows {
            let rows = Rows::of(&batch);
            for row in 0..batch.num_rows() {
                if rows.kind.get(row) == Some(0) {
                    let key = (rows.route.or_empty(row).to_owned(), rows.signed_in.get(row) == Some(1));
                    peers.insert(key, rows.peers(row));
                    continue;
                }
                if visitor.client != rows.client.or_empty(row) || visitor.account != rows.account.or_empty(row) {
                    let next = Visitor::new(rows.client.or_empty(row), rows.account.or_empty(row));
                    std::mem::replace(&mut visitor, next).conclude(&peers, found, &mut taken);
                }
                visitor.add(&rows, row);
            }
        }
        visitor.conclude(&peers, found, &mut taken);
        if !taken.is_empty() {
            found.picture(Picture::Timeline {
                title: "Voters' records harvested, an hour".into(),
                unit: "records".into(),
                series: vec![taken.series("records read for the first time by a harvester")],
                marks: Vec::new(),
            });
        }
    }
}

/// One column for each class of readers by how often they read.
fn classes() -> String {
    let mut sql = String::new();
    let mut above = 0;
    for (i, at_most) in READ_AT_MOST.iter().enumerate() {
        sql.push_str(&format!(", sum(CASE WHEN reads > {above} AND reads <= {at_most} THEN 1 ELSE 0 END) AS c{i}"));
        above = *at_most;
    }
    sql.push_str(&format!(", sum(CASE WHEN reads > {above} THEN 1 ELSE 0 END) AS c{}", READ_AT_MOST.len()));
    sql
}

/// How much is ordinarily read on a route, by strangers and by people signed in.
type Routes = HashMap<(String, bool), Peers>;

struct Rows {
    kind: Integers,
    route: Text,
    client: Text,
    account: Text,
    time: Times,
    record: Text,
    bytes: Integers,
    agent: Text,
    source: Text,
    line: Integers,
    signed_in: Integers,
    first_records: Integers,
    light: Integers,
    classes: Vec<Integers>,
}

impl Rows {
    fn of(batch: &RecordBatch) -> Self {
        let c = Columns::of(batch);
        Self {
            kind: c.integers("kind"),
            route: c.text("route"),
            client: c.text("client"),
            account: c.text("account"),
            time: c.times("time"),
            record: c.text("record"),
            bytes: c.integers("bytes"),
            agent: c.text("agent"),
            source: c.text("source"),
            line: c.integers("line"),
            signed_in: c.integers("signed_in"),
            first_records: c.integers("first_records"),
            light: c.integers("light"),
            classes: (0..=READ_AT_MOST.len()).map(|i| c.integers(&format!("c{i}"))).collect(),
        }
    }

    fn peers(&self, row: usize) -> Peers {
        Peers {
            classes: std::array::from_fn(|i| self.classes[i].count(row)),
            first_records: self.first_records.count(row),
            light: self.light.count(row),
        }
    }
}

/// One client, or one account of a client, with all its requests in order of time.
#[derive(Default)]
struct Visitor {
    client: String,
    account: String,
    requests: u64,
    routes: BTreeMap<String, (Reading, Trail)>,
}

impl Visitor {
    fn new(client: &str, account: &str) -> Self {
        Self { client: client.to_owned(), account: account.to_owned(), ..Self::default() }
    }

    fn add(&mut self, rows: &Rows, row: usize) {
        self.requests += 1;
        let (Some(at), Some(record)) = (rows.time.get(row), rows.record.get(row)) else { return };
        let bytes = rows.bytes.get(row).and_then(|b| u64::try_from(b).ok());
        let (reading, trail) = self.routes.entry(rows.route.or_empty(row).to_owned()).or_default();
        reading.add(at, record, bytes);
        trail.add(at, rows.source.or_empty(row), rows.line.count(row), rows.agent.get(row));
    }

    fn conclude(mut self, peers: &Routes, found: &mut Findings, taken: &mut ByHour) {
        for (route, (reading, trail)) in std::mem::take(&mut self.routes) {
            let harvest = reading.harvest();
            let nobody = Peers::default();
            let peers = peers.get(&(route.clone(), !self.account.is_empty())).unwrap_or(&nobody);
            let Some(kind) = self.judge(&route, &harvest, trail.rows, peers) else { continue };
            let known = known(found.scope().office.known(&self.client));
            if kind == Kind::Theft && known.is_none() {
                harvest.times.iter().for_each(|&at| taken.add(at));
            }
            found.push(self.finding(&route, &harvest, trail, peers, (kind, known)));
        }
    }

    fn judge(&self, route: &str, harvest: &Harvest, reads: u64, peers: &Peers) -> Option<Kind> {
        let records = harvest.records.len() as u64;
        let ordinary = peers.ordinary();
        if records < NOTICED_AT as u64 || records < TIMES_ORDINARY * ordinary {
            return None;
        }
        if !self.account.is_empty() {
            return (peers.readers() >= 5).then_some(Kind::Colleague);
        }
        // People open the pages around a record: the search, pictures, styles. Whoever only opens records is a machine.
        let machine = (self.requests - reads) * 3 < reads;
        if !machine && records < TIMES_SHARED * TIMES_ORDINARY * ordinary {
            return Some(Kind::Shared);
        }
        Some(if is_personal(route, peers) { Kind::Theft } else { Kind::Pages })
    }

    fn finding(
        &self,
        route: &str,
        harvest: &Harvest,
        trail: Trail,
        peers: &Peers,
        (kind, known): (Kind, Option<(Audience, &'static str)>),
    ) -> Result<Finding, FindingError> {
        let records = count(harvest.records.len() as u64, "record");
        let client = self.client.as_str();
        let (severity, confidence, audience, title) = kind.words(client, &self.account, &records, route);
        let (severity, audience) = known.map_or((severity, audience), |(a, _)| (Severity::Informational, a));
        let mut draft = Finding::new(ABOUT.id, title, severity, confidence)
            .audience(audience)
            .outcome(if harvest.sized { Outcome::Success } else { Outcome::Unknown })
            .expected_seen(
                format!("Nineteen in twenty visitors read at most {} here.", count(peers.ordinary(), "record")),
                self.seen(harvest, &trail, known),
            )
            .observable(ObservableKind::Url, route)
            .next_step(ABOUT.do_next)
            .techniques(ABOUT.techniques);
        if !self.account.is_empty() {
            draft = draft.observable(ObservableKind::Account, &self.account);
        }
        if let Some(at) = harvest.noticed() {
            draft = draft.noticed(at);
        }
        draft = if kind == Kind::Theft && known.is_none() {
            draft.tally(harvest.tally(route))
        } else {
            draft.measure(Measure::exact("records-read", harvest.records.len() as f64, "records"))
        };
        trail.onto(draft, client).done()
    }

    fn seen(&self, harvest: &Harvest, trail: &Trail, known: Option<(Audience, &'static str)>) -> String {
        let mut seen = format!(
            "{} for {}, {} of other pages.",
            count(trail.rows, "request"),
            count(harvest.records.len() as u64, "different record"),
            count(self.requests.saturating_sub(trail.rows), "request")
        );
        if harvest.misses > 0 {
            let misses = count(harvest.misses as u64, "answer");
            seen.push_str(&format!(" {misses} had the one size of \"no such record\" and are not counted."));
        }
        if !harvest.sized {
            seen.push_str(" The log's sizes don't tell records from misses: any of the answers may have held none.");
        }
        if harvest.in_sequence > 0.5 {
            seen.push_str(" The numbers were asked for in sequence.");
        }
        if let Some((_, said)) = known {
            seen.push(' ');
            seen.push_str(said);
        }
        seen
    }
}

/// What many reads by one visitor are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Voters' records, read by a machine.
    Theft,
    /// Somebody signed in reads far more than colleagues do.
    Colleague,
    /// Perhaps many people behind one address.
    Shared,
    /// Numbered pages that nothing shows to be voters' records.
    Pages,
}

impl Kind {
    fn words(
        self,
        client: &str,
        account: &str,
        records: &str,
        route: &str,
    ) -> (Severity, Confidence, Audience, String) {
        match self {
            Self::Theft => (
                Severity::Critical,
                Confidence::High,
                Audience::Clerk,
                format!("{client} read {records} of voters through {route}"),
            ),
            Self::Colleague => (
                Severity::Medium,
                Confidence::Low,
                Audience::Analyst,
                format!("Account {account} read {records} through {route}, far more than other accounts"),
            ),
            Self::Shared => (
                Severity::Low,
                Confidence::Low,
                Audience::Analyst,
                format!("{client} read {records} through {route}; it may be many people behind one address"),
            ),
            Self::Pages => (
                Severity::Low,
                Confidence::Low,
                Audience::Analyst,
                format!("{client} read {records} through {route}; nothing shows that these are voters' records"),
            ),
        }
    }
}

/// Whether a route shows records of persons: by its name, or because ordinary readers each read few.
fn is_personal(route: &str, peers: &Peers) -> bool {
    let lower = route.to_ascii_lowercase();
    PERSONAL.iter().any(|word| lower.contains(word))
        || (peers.readers() >= FEWEST_PEERS && peers.own_share() >= OWN_RECORDS && peers.ordinary() <= 3)
}
