//! `web/credential-stuffing`: passwords tried in bulk at a log-in page, by one client or by many together.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use pollwarden_core::{
    About, Audience, Columns, Confidence, Detector, DetectorError, Finding, FindingError, Findings, Integers, Measure,
    ObservableKind, Outcome, Plan, Question, Reference, Scope, Severity, Stability, Tables, Text, Times,
};

use super::evidence::{Trail, count, known};
use crate::sizing::{Logins, Tries};
use crate::tables::{ASKED, VISITS, names};

/// Whoever tries so often is looked at, whatever else he opens.
const OFTEN: usize = 10;
/// So many refused tries by one client are no forgotten password.
const INSISTENT: u64 = 30;
/// So many clients that are refused again and again act together.
const FEWEST_TOGETHER: usize = 10;
/// A watching office would be told of a client after so many refused tries.
const NOTICED_AFTER: usize = 10;
/// So many refused tries of theirs are worth a clerk's time.
const NOTICED_AT: u64 = 50;
/// Words in the names of pages that take a password.
const WORDS: [&str; 12] = [
    "login", "logon", "log-in", "log_in", "signin", "sign-in", "sign_in", "signon", "auth", "session", "token",
    "password",
];

pub(super) struct CredentialStuffing;

static ABOUT: About = About {
    id: "web/credential-stuffing",
    title: "Passwords tried in bulk",
    question: Question::Web,
    since: "0.1.0",
    stability: Stability::Stable,
    tables: &["asked", "visits", "clients", "pages"],
    looks_for: "Clients whose log-ins fail again and again: one that tries many times, or many that each try a few times and open no other page. Which answer means failure is worked out from the log.",
    why: "Passwords stolen elsewhere open the accounts of whoever uses them twice: of voters, and of clerks who can change registrations.",
    cannot_see: "Which accounts were tried, since they are in the body of the request; clients that open the pages around the form as people do and try fewer than ten times; a log-in page whose name has none of the usual words; a log-in whose failure and success have the same status and size.",
    do_next: "Lock or reset the accounts whose log-in succeeded: the application's own log names them. Limit tries per address and account, and ask for a second factor. Look at what was done in those accounts.",
    techniques: &["T1110.004", "T1110.003", "T1078"],
    references: &[Reference {
        title: "OWASP Automated Threat Handbook: OAT-008 Credential Stuffing",
        place: "owasp.org/www-project-automated-threats-to-web-applications",
    }],
};

impl Detector for CredentialStuffing {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, tables: &Tables, _: &Scope) -> Result<Plan, DetectorError> {
        tables.need(ASKED.name)?;
        tables.need(VISITS.name)?;
        let login = WORDS.map(|word| format!("strpos(lower(route), '{word}') > 0")).join(" OR ");
        Ok(Plan::sql(format!(
            "WITH looked_at AS (SELECT v.visit, v.who, v.page FROM \
               (SELECT DISTINCT page FROM pages WHERE method = 'POST' AND ({login})) p JOIN visits v ON p.page = v.page \
               WHERE v.requests >= {OFTEN} OR (v.of_who - v.requests - v.assets) * 2 < v.requests), \
             {names} \
             SELECT k.route, k.client, CAST(q.time AS TIMESTAMP) AS time, CAST(q.status AS BIGINT) AS status, \
               CAST(q.bytes AS BIGINT) AS bytes, CAST(k.agent AS VARCHAR) AS agent, \
               CAST(q.source AS VARCHAR) AS source, CAST(q.line AS BIGINT) AS line \
             FROM names k JOIN asked q ON k.visit = q.visit \
             ORDER BY route, client, time, source, line",
            names = names("looked_at", &[])
        )))
    }

    fn judge(&self, rows: &mut dyn Iterator<Item = RecordBatch>, found: &mut Findings) {
        let mut routes: BTreeMap<String, Guessers> = BTreeMap::new();
        for batch in rows {
            let rows = Rows::of(&batch);
            for row in 0..batch.num_rows() {
                routes.entry(rows.route.or_empty(row).to_owned()).or_default().add(&rows, row);
            }
        }
        for (route, guessers) in routes {
            guessers.conclude(&route, found);
        }
    }
}

struct Rows {
    route: Text,
    client: Text,
    time: Times,
    status: Integers,
    bytes: Integers,
    agent: Text,
    source: Text,
    line: Integers,
}

impl Rows {
    fn of(batch: &RecordBatch) -> Self {
        let c = Columns::of(batch);
        Self {
            route: c.text("route"),
            client: c.text("client"),
            time: c.times("time"),
            status: c.integers("status"),
            bytes: c.integers("bytes"),
            agent: c.text("agent"),
            source: c.text("source"),
            line: c.integers("line"),
        }
    }
}

/// Those who try much at one log-in page.
#[derive(Default)]
struct Guessers {
    clients: BTreeMap<String, (Tries, Trail)>,
    logins: Logins,
}

impl Guessers {
    fn add(&mut self, rows: &Rows, row: usize) {
        let Some(at) = rows.time.get(row) else { return };
        let answer = (rows.status.get(row), rows.bytes.get(row));
        self.logins.add(answer);
        let (tries, trail) = self.clients.entry(rows.client.or_empty(row).to_owned()).or_default();
        tries.add(at, answer);
        trail.add(at, rows.source.or_empty(row), rows.line.count(row), rows.agent.get(row));
    }

    /// Whoever tries most is reported alone; the others together, where they are many.
    fn conclude(self, route: &str, found: &mut Findings) {
        let Some(failure) = self.logins.failure() else { return };
        let (mut together, mut few) = (Vec::new(), Vec::new());
        for (client, (tries, trail)) in self.clients {
            let (failed, opened) = tries.outcome(&failure);
            let (often, stranger) = (tries.len() >= OFTEN, found.scope().office.known(&client).is_none());
            let noticed = tries.nth_failure(&failure, NOTICED_AFTER);
            let guesser = Guesser { clients: vec![client], failed, opened, noticed, trail };
            if guesser.mostly_failed() && failed >= INSISTENT {
                found.push(guesser.finding(route, found.scope()));
            } else if stranger && guesser.mostly_failed() && failed >= 2 {
                together.push(guesser);
            } else if stranger && !often {
                few.push(guesser);
            }
        }
        // Who tries once or twice can't be told from people, but all of them together can.
        let all = together.iter().chain(&few).map(|g: &Guesser| (g.failed, g.opened.len() as u64));
        let (failed, opened) = all.fold((0, 0), |(f, o), (failed, opened)| (f + failed, o + opened));
        if is_mostly(failed, opened) {
            together.append(&mut few);
        }
        if together.len() >= FEWEST_TOGETHER
            && let Some(all) = together.into_iter().reduce(Guesser::join)
            && all.failed >= NOTICED_AT
        {
            found.push(all.finding(route, found.scope()));
        }
    }
}

/// Whether log-ins failed as people's don't, of whom most succeed in the end.
fn is_mostly(failed: u64, opened: u64) -> bool {
    failed > 0 && failed * 5 >= (failed + opened) * 4
}

/// One client, or several together.
struct Guesser {
    clients: Vec<String>,
    failed: u64,
    opened: Vec<jiff::Timestamp>,
    noticed: Option<jiff::Timestamp>,
    trail: Trail,
}

impl Guesser {
    fn mostly_failed(&self) -> bool {
        is_mostly(self.failed, self.opened.len() as u64)
    }

    fn join(mut self, other: Self) -> Self {
        self.clients.extend(other.clients);
        self.failed += other.failed;
        self.opened.extend(other.opened);
        self.noticed = [self.noticed, other.noticed].into_iter().flatten().min();
        self.trail.join(other.trail);
        self
    }

    fn finding(self, route: &str, scope: &Scope) -> Result<Finding, FindingError> {
        let known = known(self.clients.iter().find_map(|c| scope.office.known(c)));
        let opened = self.opened.len() as u64;
        let (severity, outcome) = match opened {
            0 => (Severity::Medium, Outcome::Attempt),
            _ => (Severity::Critical, Outcome::Success),
        };
        let (severity, audience) = known.map_or((severity, Audience::Clerk), |(a, _)| (Severity::Informational, a));
        let mut draft = Finding::new(ABOUT.id, self.title(route), severity, Confidence::High)
            .audience(audience)
            .outcome(outcome)
            .expected_seen("Of people's log-ins most succeed, after a try or two.", self.seen(known))
            .observable(ObservableKind::Url, route)
            .measure(Measure::exact("refused-log-ins", self.failed as f64, "requests"))
            .next_step(ABOUT.do_next)
            .techniques(ABOUT.techniques);
        if opened > 0 && known.is_none() {
            draft = draft.tally(Logins::tally(route, opened));
        }
        if let Some(at) = self.noticed.or(self.trail.span.map(|(_, last)| last)) {
            draft = draft.noticed(at);
        }
        self.trail.of_many(draft, self.clients.iter().map(String::as_str)).done()
    }

    fn title(&self, route: &str) -> String {
        let who = match &self.clients[..] {
            [one] => one.clone(),
            many => format!("{} together", count(many.len() as u64, "client")),
        };
        let tries = count(self.failed + self.opened.len() as u64, "password");
        match self.opened.len() as u64 {
            0 => format!("{who} tried {tries} at {route}; none was right"),
            n => format!("{who} tried {tries} at {route} and opened {}", count(n, "account")),
        }
    }

    fn seen(&self, known: Option<(Audience, &'static str)>) -> String {
        let mut seen = format!(
            "{} from {}; {}.",
            count(self.failed, "refused log-in"),
            count(self.clients.len() as u64, "client"),
            match self.opened.len() as u64 {
                0 => "none was answered otherwise".to_owned(),
                n => format!("{} answered as a success is", count(n, "log-in")),
            }
        );
        if !self.opened.is_empty() {
            seen.push_str(" Which accounts these were is not in the log; an account opened twice would be counted twice in the estimate.");
        }
        if let Some((_, said)) = known {
            seen.push(' ');
            seen.push_str(said);
        }
        seen
    }
}
