//! `web/sql-injection`: SQL in requests, whether it worked, and how many records it read.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use arrow::array::RecordBatch;
use jiff::Timestamp;
use pollwarden_core::{
    About, Audience, Columns, Complaint, Confidence, Detector, DetectorError, Finding, Findings, ObservableKind,
    Outcome, Picture, Plan, Question, Reference, Scope, Severity, Stability, Tables,
};

use super::actors::{self, Traces};
use super::evidence::{ByHour, Trail, count, known, names};
use crate::request::{Class, decoded};
use crate::sizing::{Answers, Extraction, Reach, reach};
use crate::tables::{PAGES_ONCE, SIGNS, VISITS};

/// The score from which one request is an injection rather than an odd value.
const STRONG: f64 = 0.8;
/// So many strong requests of one client deserve a clerk's action even where nothing shows that they worked.
const INSISTENT: u64 = 3;
/// So many strong requests to one page do, however many addresses they come from.
const INSISTENT_ALL: u64 = 10;
/// Of so many pages of one client ordinary sizes are remembered.
const MOST_PAGES: usize = 64;

pub(super) struct SqlInjection;

static ABOUT: About = About {
    id: "web/sql-injection",
    title: "SQL injection",
    question: Question::Web,
    since: "0.1.0",
    stability: Stability::Stable,
    tables: &["signs", "visits", "pages"],
    looks_for: "Requests that carry pieces of a database query where a value belongs, however they are encoded; grouped by client, with what the answers show of their success and how many rows they read.",
    why: "In 2016 a state's voter database was read in this way for three weeks before anyone noticed.",
    cannot_see: "Injection in the body of a POST request or in headers that the log does not hold; rows read by a query whose shape names no rows, or through a view, a procedure or an encoded text; how many rows one answer held, where the log has no sizes or the rows are compressed; that two conditions (WHERE) pick out the same rows.",
    do_next: "Keep the logs of web server and database. Take the named page offline or put a filter before it. Have its code changed to parameterised queries. Compare the voter roll with the last extract from before the first request.",
    techniques: &["T1190"],
    references: &[
        Reference { title: "Illinois State Board of Elections, report on the 2016 breach", place: "26 August 2016" },
        Reference {
            title: "Senate Select Committee on Intelligence, report on Russian active measures",
            place: "volume 1, page 23",
        },
    ],
};

impl Detector for SqlInjection {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, tables: &Tables, _: &Scope) -> Result<Plan, DetectorError> {
        tables.need(SIGNS.name)?;
        tables.need(VISITS.name)?;
        Ok(Plan::sql(format!(
            "WITH usual AS (SELECT p.route, CAST(sum(v.bytes) AS DOUBLE) / sum(v.n) AS usual FROM \
               (SELECT page, sum(clean_bytes) AS bytes, sum(clean) AS n FROM visits GROUP BY page) v \
               JOIN {PAGES_ONCE} p ON v.page = p.page \
               GROUP BY p.route HAVING sum(v.n) > 0) \
             SELECT q.time, q.client, q.path, q.query, q.status, q.bytes, q.agent, q.score, q.evidence, \
               q.source, q.line, u.usual \
             FROM usual u RIGHT JOIN (SELECT * FROM signs WHERE (attack & {sqli}) <> 0) q ON u.route = q.route \
             ORDER BY q.time, q.source, q.line",
            sqli = Class::Sqli.bit()
        )))
    }

    fn judge(&self, rows: &mut dyn Iterator<Item = RecordBatch>, found: &mut Findings) {
        let mut attacks: BTreeMap<String, Attack> = BTreeMap::new();
        let mut taken = ByHour::default();
        for batch in rows {
            let rows = Rows::of(&batch);
            for row in 0..batch.num_rows() {
                let attack = attacks.entry(rows.client.or_empty(row).to_owned()).or_default();
                attack.add(&rows, row, &mut taken);
            }
        }
        if !taken.is_empty() {
            found.picture(Picture::Timeline {
                title: "Rows read by SQL injection, an hour".into(),
                unit: "answered requests".into(),
                series: vec![taken.series("requests that read rows")],
                marks: Vec::new(),
            });
        }
        let besieged = besieged(&attacks);
        for (clients, attack) in put_together(attacks) {
            attack.conclude(&clients, &besieged, found);
        }
    }
}

/// Injections by addresses that act as one become one.
fn put_together(attacks: BTreeMap<String, Attack>) -> Vec<(Vec<String>, Attack)> {
    let (clients, attacks): (Vec<String>, Vec<Attack>) = attacks.into_iter().unzip();
    let traces =
        |i: usize| Traces { client: &clients[i], agents: &attacks[i].trail.agents, span: attacks[i].trail.span };
    let same = |a: usize, b: usize| {
        let in_earnest = |i: usize| attacks[i].strong >= INSISTENT;
        in_earnest(a)
            && in_earnest(b)
            && !attacks[a].pages.is_disjoint(&attacks[b].pages)
            && (actors::neighbours(traces(a), traces(b))
                || actors::successors(traces(a), traces(b))
                || attacks[a].read.goes_on_from(&attacks[b].read))
    };
    let groups = actors::groups(attacks.len(), same);
    let mut attacks: Vec<Option<Attack>> = attacks.into_iter().map(Some).collect();
    let one = |group: Vec<usize>| {
        let names = group.iter().map(|&i| clients[i].clone()).collect();
        let attack = group.into_iter().filter_map(|i| attacks[i].take()).reduce(Attack::join);
        attack.map(|attack| (names, attack))
    };
    groups.into_iter().filter_map(one).collect()
}

/// Pages that were attacked insistently, by one client or by many together.
fn besieged(attacks: &BTreeMap<String, Attack>) -> BTreeSet<String> {
    let mut strong: BTreeMap<&str, u64> = BTreeMap::new();
    for attack in attacks.values().filter(|a| a.answered > 0) {
        attack.pages.iter().for_each(|page| *strong.entry(page).or_default() += attack.strong);
    }
    strong.into_iter().filter(|&(_, n)| n >= INSISTENT_ALL).map(|(page, _)| page.to_owned()).collect()
}

struct Rows {
    time: pollwarden_core::Times,
    client: pollwarden_core::Text,
    path: pollwarden_core::Text,
    query: pollwarden_core::Text,
    status: pollwarden_core::Integers,
    bytes: pollwarden_core::Integers,
    agent: pollwarden_core::Text,
    score: pollwarden_core::Numbers,
    evidence: pollwarden_core::Text,
    source: pollwarden_core::Text,
    line: pollwarden_core::Integers,
    usual: pollwarden_core::Numbers,
}

impl Rows {
    fn of(batch: &RecordBatch) -> Self {
        let c = Columns::of(batch);
        Self {
            time: c.times("time"),
            client: c.text("client"),
            path: c.text("path"),
            query: c.text("query"),
            status: c.integers("status"),
            bytes: c.integers("bytes"),
            agent: c.text("agent"),
            score: c.numbers("score"),
            evidence: c.text("evidence"),
            source: c.text("source"),
            line: c.integers("line"),
            usual: c.numbers("usual"),
        }
    }
}

/// One client's injections.
#[derive(Default)]
struct Attack {
    trail: Trail,
    pages: BTreeSet<String>,
    strong: u64,
    noticed: Option<Timestamp>,
    answered: u64,
    blind: Answers,
    read: Extraction,
    /// The smallest answer of each page so far.
    least: HashMap<String, f64>,
    worst: (f64, String),
}

impl Attack {
    fn add(&mut self, rows: &Rows, row: usize, taken: &mut ByHour) {
        let Some(at) = rows.time.get(row) else { return };
        self.trail.add(at, rows.source.or_empty(row), rows.line.count(row), rows.agent.get(row));
        if self.pages.len() < 5 {
            self.pages.insert(Complaint::excerpt(rows.path.or_empty(row).as_bytes(), 120));
        }
        let score = rows.score.get(row).unwrap_or_default();
        if score > self.worst.0 {
            self.worst = (score, rows.evidence.or_empty(row).to_owned());
        }
        if score >= STRONG {
            self.strong += 1;
            // A watching office is told when it no longer looks like a slip of the keyboard.
            if self.strong <= INSISTENT {
                self.noticed = Some(at);
            }
        }
        if rows.status.get(row).is_none_or(|s| (200..300).contains(&s)) {
            self.answered(rows, row, at, taken);
        }
    }

    fn answered(&mut self, rows: &Rows, row: usize, at: Timestamp, taken: &mut ByHour) {
        self.answered += 1;
        let bytes = rows.bytes.get(row).and_then(|b| u64::try_from(b).ok());
        let reach = reach(&decoded(rows.query.get(row).unwrap_or_else(|| rows.path.or_empty(row))));
        if !matches!(reach, Reach::Nothing) {
            taken.add(at);
        }
        if !matches!(reach, Reach::Bulk { .. } | Reach::Rows { blind: false, .. }) {
            self.blind.add(bytes);
        }
        // Where nobody else asks the page, its ordinary size is that of the smallest answer to the attacker's own tries.
        let own = self.least.get(rows.path.or_empty(row)).copied();
        self.read.add(reach, bytes, rows.usual.get(row).or(own));
        if let (Some(bytes), true) = (bytes, self.least.len() < MOST_PAGES) {
            let least = self.least.entry(rows.path.or_empty(row).to_owned()).or_insert(bytes as f64);
            *least = least.min(bytes as f64);
        }
    }

    /// Takes in what another address of the same actor did.
    fn join(mut self, other: Self) -> Self {
        let told = |a: &Self| a.noticed.filter(|_| a.strong >= INSISTENT);
        self.noticed = [told(&self), told(&other)].into_iter().flatten().min().or(self.noticed).or(other.noticed);
        self.trail.join(other.trail);
        self.pages.extend(other.pages);
        self.strong += other.strong;
        self.answered += other.answered;
        self.blind.join(&other.blind);
        self.read.join(other.read);
        if other.worst.0 > self.worst.0 {
            self.worst = other.worst;
        }
        self
    }

    fn conclude(self, clients: &[String], besieged: &BTreeSet<String>, found: &mut Findings) {
        if self.read.unsized_bulk {
            let who = &clients[0];
            found.gap(pollwarden_core::Gap {
                when: None,
                why: format!("The log has no answer sizes: how many records {who} got in bulk can't be told"),
                needed: true,
            });
        }
        let office = &found.scope().office;
        let known = known(clients.iter().find_map(|client| office.known(client)));
        let insistent = self.strong >= INSISTENT || (self.answered > 0 && !self.pages.is_disjoint(besieged));
        found.push(self.finding(clients, insistent, known));
    }

    fn outcome(&self, reads: bool) -> Outcome {
        if reads || self.blind.two_sided() {
            Outcome::Success
        } else if self.answered == 0 {
            Outcome::Attempt
        } else {
            Outcome::Unknown
        }
    }

    fn finding(
        self,
        clients: &[String],
        insistent: bool,
        known: Option<(Audience, &'static str)>,
    ) -> Result<Finding, pollwarden_core::FindingError> {
        let tally = self.read.tally();
        let outcome = self.outcome(tally.is_some());
        let severity = match outcome {
            Outcome::Success if tally.is_some() => Severity::Critical,
            Outcome::Success => Severity::High,
            Outcome::Unknown => Severity::Medium,
            Outcome::Attempt => Severity::Low,
        };
        let confidence = if self.strong > 0 { Confidence::High } else { Confidence::Low };
        let audience = match known {
            Some((audience, _)) => audience,
            None if outcome == Outcome::Success || insistent => Audience::Clerk,
            None => Audience::Analyst,
        };
        let title = title(&names(clients), outcome, tally.as_ref().map(|(table, t)| (table.as_str(), t.measure())));
        let mut draft = Finding::new(ABOUT.id, title, severity, confidence)
            .audience(audience)
            .outcome(outcome)
            .expected_seen("Values such as names, numbers and dates in requests.", self.seen(known))
            .next_step(ABOUT.do_next)
            .techniques(ABOUT.techniques);
        for page in &self.pages {
            draft = draft.observable(ObservableKind::Url, page);
        }
        if let Some(at) = self.noticed {
            draft = draft.noticed(at);
        }
        if let Some((_, tally)) = tally.filter(|_| known.is_none()) {
            draft = draft.tally(tally);
        }
        self.trail.of_many(draft, clients.iter().map(String::as_str)).done()
    }

    fn seen(&self, known: Option<(Audience, &'static str)>) -> String {
        let mut seen = format!(
            "{} with SQL in them, {} of them answered normally. The plainest: {}.",
            count(self.trail.rows, "request"),
            count(self.answered, "request").trim_end_matches(" requests").trim_end_matches(" request"),
            self.worst.1
        );
        if self.blind.two_sided() {
            seen.push_str(" The answers fall into two sizes, as those of a blind injection do: each answers one yes-or-no question.");
        }
        if let Some((_, said)) = known {
            seen.push(' ');
            seen.push_str(said);
        }
        seen
    }
}

fn title(client: &str, outcome: Outcome, read: Option<(&str, pollwarden_core::Measure)>) -> String {
    match (outcome, read) {
        (_, Some((table, m))) if m.is_exact() => {
            format!("{client} read {} from the database table {table} by SQL injection", count(m.low() as u64, "row"))
        }
        (_, Some((table, m))) => format!(
            "{client} read between {} and {} from the database table {table} by SQL injection",
            count(m.low() as u64, "row").trim_end_matches(" rows"),
            count(m.high() as u64, "row")
        ),
        (Outcome::Success, None) => format!("{client} got answers from the database by SQL injection"),
        (Outcome::Attempt, None) => format!("{client} tried SQL injection; every answer was an error"),
        (Outcome::Unknown, None) => format!("{client} tried SQL injection; the log does not show whether it worked"),
    }
}
