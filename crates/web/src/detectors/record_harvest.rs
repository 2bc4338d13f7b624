//! `web/record-harvest`: one client reading many voters' records through the pages that show one.

use arrow::array::RecordBatch;
use pollwarden_core::{
    About, Audience, Confidence, Detector, DetectorError, Finding, FindingError, Findings, Measure, ObservableKind,
    Outcome, Picture, Plan, Question, Reference, Scope, Severity, Stability, Tables,
};

use super::evidence::{self, ByHour, count, known};
use super::readers::{
    BROWSING, FEWEST_TOGETHER, HARDLY_ELSE, Kind, LOOKED_AT, NOTHING_ELSE, OTHER_PAGES, PICTURES, Readers, SEVERAL,
    Suspect,
};
use super::together::{FEWEST_WALKERS, MISSES_OF_A_WALK};
use crate::sizing::READ_AT_MOST;
use crate::tables::{ASKED, VISITS, classes, names};

pub(super) struct RecordHarvest;

static ABOUT: About = About {
    id: "web/record-harvest",
    title: "Harvest of voters' records",
    question: Question::Web,
    since: "0.1.0",
    stability: Stability::Stable,
    tables: &["asked", "visits", "clients", "pages"],
    looks_for: "A client that reads many different voters' records, far more than other visitors do, without opening the pages that people open in between. Which pages show a record is worked out from the log.",
    why: "A portal that shows a record to anyone who knows its number gives the whole roll to anyone who counts.",
    cannot_see: "A harvest whose every address opens as many other pages as a person does, and reads no more; very many addresses that each follow one link to an existing record, at no set time; a signed-in account that takes its time, or counts in no order; records whose number is in the body of a POST request; whether an answer held a record, where the log has no sizes and misses answer 200, or where all answers have one size.",
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
        tables.need(ASKED.name)?;
        tables.need(VISITS.name)?;
        let nulls: String = (0..=READ_AT_MOST.len()).map(|i| format!(", CAST(0 AS BIGINT) AS c{i}")).collect();
        Ok(Plan::sql(format!(
            "WITH readers AS (SELECT visit, who, page, signed_in, of_who AS requests, first, last, reads, refused, \
               least_bytes AS bytes, least_record AS least, reads >= {SEVERAL} AND least_record <> most_record AS several, \
               CASE WHEN signed_in OR (of_who - reads - refused - assets) * {OTHER_PAGES} >= reads THEN {BROWSING} \
                 WHEN of_who - reads - refused > assets THEN {HARDLY_ELSE} \
                 WHEN assets * {OTHER_PAGES} >= reads AND (reads < {SEVERAL} OR least_record = most_record) THEN {PICTURES} \
                 ELSE {NOTHING_ELSE} END AS bare \
               FROM visits WHERE reads > 0), \
             pages_read AS (SELECT page, count(*) FILTER (WHERE several) >= {FEWEST_TOGETHER} AS together, \
               count(*) FILTER (WHERE several) BETWEEN greatest({FEWEST_TOGETHER}, count(*) / 2) AND count(*) AS few \
               FROM readers WHERE bare IN ({HARDLY_ELSE}, {NOTHING_ELSE}) GROUP BY page), \
             sizes AS (SELECT page, bytes, count(*) AS n, sum(refused) AS refused FROM readers \
               WHERE bare IN ({HARDLY_ELSE}, {NOTHING_ELSE}) AND NOT several GROUP BY 1, 2), \
             walked AS (SELECT page FROM sizes GROUP BY page HAVING sum(n) >= {FEWEST_WALKERS} \
               AND (max(n) * 100 >= sum(n) * {MISSES_OF_A_WALK} AND max(n) * 5 < sum(n) * 4 \
                 OR sum(refused) * 100 >= sum(n) * {MISSES_OF_A_WALK})), \
             marked AS (SELECT p.page, p.together, p.few OR w.page IS NOT NULL AS each \
               FROM pages_read p LEFT JOIN walked w ON p.page = w.page), \
             looked_at AS (SELECT r.visit, r.who, r.page, r.requests, r.bare \
               FROM marked m RIGHT JOIN readers r ON m.page = r.page WHERE r.reads >= {LOOKED_AT} \
               OR (r.bare > 0 AND (r.several OR r.bare = {PICTURES}) AND coalesce(m.together, false)) \
               OR (r.bare IN ({HARDLY_ELSE}, {NOTHING_ELSE}) AND NOT r.several AND coalesce(m.each, false))), \
             {names} \
             SELECT 0 AS kind, page, '' AS route, '' AS client, '' AS account, CAST(0 AS BIGINT) AS requests, bare, \
               CAST(min(first) AS TIMESTAMP) AS time, CAST(max(last) AS TIMESTAMP) AS last, \
               CAST(NULL AS VARCHAR) AS record, CAST(NULL AS BIGINT) AS bytes, CAST(NULL AS VARCHAR) AS agent, \
               '' AS source, CAST(0 AS BIGINT) AS line, signed_in, \
               CAST(approx_distinct(CASE WHEN reads < {LOOKED_AT} THEN least END) AS BIGINT) AS first_records, \
               count(*) FILTER (WHERE reads < {LOOKED_AT}) AS light, \
               count(*) FILTER (WHERE several) AS several, sum(reads) AS reads, sum(refused) AS refused{classes} \
               FROM readers GROUP BY page, signed_in, bare \
             UNION ALL \
             SELECT 1, k.page, k.route, k.client, k.account, k.requests, k.bare, CAST(q.time AS TIMESTAMP), CAST(NULL AS TIMESTAMP), \
               CAST(q.record AS VARCHAR), CAST(q.bytes AS BIGINT), \
               CAST(k.agent AS VARCHAR), CAST(q.source AS VARCHAR), CAST(q.line AS BIGINT), false, 0, 0, 0, 0, 0{nulls} \
               FROM names k JOIN (SELECT * FROM asked WHERE read) q ON k.visit = q.visit \
             ORDER BY kind, client, account, route, page, time, source, line",
            classes = classes("reads"),
            names = names("looked_at", &["requests", "bare"])
        )))
    }

    fn judge(&self, rows: &mut dyn Iterator<Item = RecordBatch>, found: &mut Findings) {
        let mut readers = Readers::new(found.scope().office.clone());
        rows.for_each(|batch| readers.add(&batch));
        report(readers.suspects(), found);
    }
}

/// One finding for each actor.
fn report(suspects: Vec<Suspect>, found: &mut Findings) {
    let mut taken = ByHour::default();
    for suspect in suspects {
        let known = known(suspect.clients.iter().find_map(|c| found.scope().office.known(c)));
        if suspect.kind.is_theft() && known.is_none() {
            suspect.harvest.times.iter().for_each(|&at| taken.add(at));
        }
        found.push(suspect.finding(known));
    }
    if !taken.is_empty() {
        found.picture(Picture::Timeline {
            title: "Voters' records harvested, an hour".into(),
            unit: "records".into(),
            series: vec![taken.series("records read for the first time by a harvester")],
            marks: Vec::new(),
        });
    }
}

impl Suspect {
    fn finding(self, known: Option<(Audience, &'static str)>) -> Result<Finding, FindingError> {
        let records = count(self.harvest.records.len() as u64, "record");
        let (severity, confidence, audience, title) =
            self.kind.words(&evidence::names(&self.clients), &self.account, &records, &self.route);
        let (severity, audience) = known.map_or((severity, audience), |(a, _)| (Severity::Informational, a));
        let mut draft = Finding::new(ABOUT.id, title, severity, confidence)
            .audience(audience)
            .outcome(if self.harvest.sized { Outcome::Success } else { Outcome::Unknown })
            .expected_seen(
                format!("Nineteen in twenty visitors read at most {} here.", count(self.peers.ordinary(), "record")),
                self.seen(known),
            )
            .observable(ObservableKind::Url, &self.route)
            .next_step(ABOUT.do_next)
            .techniques(ABOUT.techniques);
        if !self.account.is_empty() {
            draft = draft.observable(ObservableKind::Account, &self.account);
        }
        if let Some(at) = self.harvest.noticed() {
            draft = draft.noticed(at);
        }
        draft = if self.kind.is_theft() && known.is_none() {
            draft.tally(self.harvest.tally(&self.route))
        } else {
            draft.measure(Measure::exact("records-read", self.harvest.records.len() as f64, "records"))
        };
        self.trail.of_many(draft, self.clients.iter().map(String::as_str)).done()
    }

    fn seen(&self, known: Option<(Audience, &'static str)>) -> String {
        let harvest = &self.harvest;
        let mut seen = format!(
            "{} for {}, {} of other pages.",
            count(self.trail.rows, "request"),
            count(harvest.records.len() as u64, "different record"),
            count(self.requests.saturating_sub(self.trail.rows), "request")
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
        if let Kind::Spread | Kind::Strangers = self.kind {
            seen.push_str(" Each of these clients opened records and hardly any other page, as no browser does.");
        }
        if let Some((_, said)) = known {
            seen.push(' ');
            seen.push_str(said);
        }
        seen
    }
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
            Self::Spread => (
                Severity::Critical,
                Confidence::High,
                Audience::Clerk,
                format!("{client} read {records} of voters through {route}, each only some"),
            ),
            Self::Strangers => (
                Severity::Medium,
                Confidence::Low,
                Audience::Analyst,
                format!("{client} read {records} through {route} and opened no other page; it may be how an app reads"),
            ),
            Self::Account => (
                Severity::Critical,
                Confidence::Medium,
                Audience::Clerk,
                format!("Account {account} counted through {records} of voters at {route}, faster than people read"),
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
