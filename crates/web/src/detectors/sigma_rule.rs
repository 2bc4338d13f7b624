//! `web/sigma-rule`: requests that match the office's own Sigma rules, one finding a rule and client.

use std::collections::{BTreeMap, HashSet};
use std::sync::{LazyLock, Mutex, PoisonError};

use arrow::array::RecordBatch;
use jiff::Timestamp;
use pollwarden_core::{
    About, Audience, Columns, Complaint, Confidence, Detector, DetectorError, Finding, FindingError, Findings, Gap,
    Integers, Measure, Outcome, Plan, Question, Reference, Scope, Severity, Stability, Tables, Text, Times,
};
use rsigma_parser::{Level, Status};

use super::evidence::{Trail, count, known};
use crate::sigma::{Event, Rule, Rules};
use crate::tables::REQUESTS;

/// So many pairs of rule and client are kept; a rule that matches nearly everybody finds nothing.
const MOST: usize = 20_000;
/// So many rules that can't be used are named; all are counted.
const NAMED: usize = 20;

pub(super) struct SigmaRule;

static ABOUT: About = About {
    id: "web/sigma-rule",
    title: "A match of one of your Sigma rules",
    question: Question::Web,
    since: "0.1.0",
    stability: Stability::Stable,
    tables: &["requests"],
    looks_for: "Requests that match the Sigma rules for web servers and proxies in the folder that office.toml names as sigma, or --rules on the command line.",
    why: "A team keeps the rules it has, and shares them with others.",
    cannot_see: "What no rule describes; rules that join several requests (correlations); encoded text where a rule spells it plainly, since rules see text as the log holds it; whatever the log lacks, such as cookies and bodies.",
    do_next: "Read what the rule's author says of it and of innocent matches. Look at the lines named. Mend a rule that matches ordinary requests.",
    techniques: &[],
    references: &[Reference { title: "Sigma specification, version 2", place: "sigmahq.io/sigma-specification" }],
};

impl Detector for SigmaRule {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, tables: &Tables, scope: &Scope) -> Result<Plan, DetectorError> {
        tables.need(REQUESTS.name)?;
        if scope.office.web.sigma.is_empty() || Rules::read(&scope.office.web.sigma).is_empty() {
            return Ok(Plan::sql("SELECT line FROM requests WHERE false"));
        }
        Ok(Plan::sql(
            "SELECT time, client, \"user\", method, path, query, status, bytes, duration_us, referer, agent, host, source, \
             line FROM requests ORDER BY time, source, line",
        ))
    }

    fn judge(&self, rows: &mut dyn Iterator<Item = RecordBatch>, found: &mut Findings) {
        let rules = Rules::read(&found.scope().office.web.sigma);
        say(&rules, found);
        if rules.is_empty() {
            return;
        }
        let mut matches: BTreeMap<(usize, String), Match> = BTreeMap::new();
        let mut beyond = 0_u64;
        for batch in rows {
            let rows = Rows::of(&batch);
            for row in 0..batch.num_rows() {
                for rule in rules.matches(&rows.event(row)) {
                    let key = (rule, rows.client.or_empty(row).to_owned());
                    if matches.len() < MOST || matches.contains_key(&key) {
                        matches.entry(key).or_default().add(&rows, row);
                    } else {
                        beyond += 1;
                    }
                }
            }
        }
        if beyond > 0 {
            found.note(format!(
                "Sigma rules matched more than {MOST} pairs of rule and client; {} beyond them are not shown. A rule that matches so much needs mending.",
                count(beyond, "matching request")
            ));
        }
        for ((rule, client), matched) in matches {
            let known = known(found.scope().office.known(&client));
            found.push(matched.finding(rules.rule(rule), &client, known));
        }
    }
}

/// What was run and what was not.
fn say(rules: &Rules, found: &mut Findings) {
    if rules.len() + rules.elsewhere > 0 {
        let elsewhere = match rules.elsewhere {
            0 => String::new(),
            n => format!("; {} for other logs left aside", count(n as u64, "rule")),
        };
        found.note(format!("{} for web servers and proxies run{elsewhere}.", count(rules.len() as u64, "Sigma rule")));
    }
    let gap = |why: String| Gap { when: None, why, needed: false };
    for problem in rules.unusable.iter().take(NAMED) {
        found.gap(gap(format!("A Sigma rule could not be used. {problem}")));
    }
    if let Some(more) = rules.unusable.len().checked_sub(NAMED).filter(|more| *more > 0) {
        found.gap(gap(format!("{more} more Sigma rules could not be used")));
    }
}

struct Rows {
    time: Times,
    client: Text,
    user: Text,
    method: Text,
    path: Text,
    query: Text,
    status: Integers,
    bytes: Integers,
    duration_us: Integers,
    referer: Text,
    agent: Text,
    host: Text,
    source: Text,
    line: Integers,
}

impl Rows {
    fn of(batch: &RecordBatch) -> Self {
        let c = Columns::of(batch);
        Self {
            time: c.times("time"),
            client: c.text("client"),
            user: c.text("user"),
            method: c.text("method"),
            path: c.text("path"),
            query: c.text("query"),
            status: c.integers("status"),
            bytes: c.integers("bytes"),
            duration_us: c.integers("duration_us"),
            referer: c.text("referer"),
            agent: c.text("agent"),
            host: c.text("host"),
            source: c.text("source"),
            line: c.integers("line"),
        }
    }

    fn event(&self, row: usize) -> Event<'_> {
        Event {
            client: self.client.or_empty(row),
            user: self.user.get(row),
            method: self.method.or_empty(row),
            path: self.path.or_empty(row),
            query: self.query.get(row),
            status: self.status.get(row),
            bytes: self.bytes.get(row),
            duration_us: self.duration_us.get(row),
            referer: self.referer.get(row),
            agent: self.agent.get(row),
            host: self.host.get(row),
        }
    }
}

/// One client's requests that match one rule.
#[derive(Default)]
struct Match {
    trail: Trail,
    noticed: Option<Timestamp>,
    answered: u64,
    example: String,
}

impl Match {
    fn add(&mut self, rows: &Rows, row: usize) {
        let Some(at) = rows.time.get(row) else { return };
        self.trail.add(at, rows.source.or_empty(row), rows.line.count(row), rows.agent.get(row));
        self.noticed = self.noticed.or(Some(at));
        self.answered += u64::from(rows.status.get(row).is_some_and(|s| (200..300).contains(&s)));
        if self.example.is_empty() {
            let target = format!("{}?{}", rows.path.or_empty(row), rows.query.or_empty(row));
            self.example = Complaint::excerpt(target.trim_end_matches('?').as_bytes(), 80);
        }
    }

    fn finding(
        self,
        rule: &Rule,
        client: &str,
        known: Option<(Audience, &'static str)>,
    ) -> Result<Finding, FindingError> {
        let (severity, audience) = weight(rule.level);
        let audience = known.map_or(audience, |(audience, _)| audience);
        let severity = if known.is_some() { Severity::Informational } else { severity };
        let requests = count(self.trail.rows, "request");
        let mut seen =
            format!("{requests} by {client} matched, such as {}; {} answered normally.", self.example, self.answered);
        if let Some((_, said)) = known {
            seen.push_str(&format!(" {said}"));
        }
        let expected =
            format!("No request that matches \"{}\" ({}).{}", rule.title, rule.file, sentence(" ", &rule.description));
        let mut draft = Finding::new(ABOUT.id, format!("{}: {client}", rule.title), severity, confidence(rule.status))
            .audience(audience)
            .outcome(if self.answered == 0 { Outcome::Attempt } else { Outcome::Unknown })
            .expected_seen(expected, seen)
            .measure(Measure::exact("requests", self.trail.rows as f64, "requests"))
            .next_step(next_step(rule))
            .techniques(&techniques(rule));
        if let Some(at) = self.noticed {
            draft = draft.noticed(at);
        }
        self.trail.onto(draft, client).done()
    }
}

/// High and critical rules are for the clerk.
fn weight(level: Level) -> (Severity, Audience) {
    match level {
        Level::Informational => (Severity::Informational, Audience::Analyst),
        Level::Low => (Severity::Low, Audience::Analyst),
        Level::Medium => (Severity::Medium, Audience::Analyst),
        Level::High => (Severity::High, Audience::Clerk),
        Level::Critical => (Severity::Critical, Audience::Clerk),
    }
}

/// The author's own: stable rules have had their innocent matches mended.
fn confidence(status: Option<Status>) -> Confidence {
    match status {
        Some(Status::Stable) => Confidence::High,
        Some(Status::Experimental | Status::Unsupported | Status::Deprecated) => Confidence::Low,
        _ => Confidence::Medium,
    }
}

fn next_step(rule: &Rule) -> String {
    let known = rule.false_positives.join("; ");
    let innocent = if known.is_empty() { String::new() } else { format!(" Known innocent matches: {known}.") };
    let rests_on = rule.references.join(", ");
    let rests_on = if rests_on.is_empty() { String::new() } else { format!(" The rule rests on: {rests_on}.") };
    format!("{}{innocent}{rests_on}", ABOUT.do_next)
}

fn sentence(before: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{before}{text}") }
}

/// Findings name techniques by static text. Ids have five to nine characters of a fixed form, so that few can ever be kept.
fn techniques(rule: &Rule) -> Vec<&'static str> {
    static KEPT: LazyLock<Mutex<HashSet<&'static str>>> = LazyLock::new(Mutex::default);
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let mut keep = |id: &String| match kept.get(id.as_str()) {
        Some(id) => *id,
        None => {
            let id: &'static str = Box::leak(id.clone().into_boxed_str());
            kept.insert(id);
            id
        }
    };
    rule.techniques.iter().map(&mut keep).collect()
}

#[cfg(test)]
mod tests {
    use pollwarden_core::{Known, KnownAs, RuleFile};
    use pollwarden_intake::{Block, Parsed, Sample};

    use super::*;

    const LOG: &str = "\
198.51.100.9 - - [14/Oct/2026:02:26:12 +0000] \"GET /admin?x=1 HTTP/1.1\" 200 5 \"-\" \"Browser\"\n\
198.51.100.9 - - [14/Oct/2026:02:26:13 +0000] \"GET /admin HTTP/1.1\" 403 5 \"-\" \"Browser\"\n\
192.0.2.7 - - [14/Oct/2026:02:26:14 +0000] \"GET /admin HTTP/1.1\" 403 5 \"-\" \"Browser\"\n\
203.0.113.5 - - [14/Oct/2026:02:26:15 +0000] \"GET / HTTP/1.1\" 200 5 \"-\" \"Browser\"\n";

    fn rule(level: &str) -> RuleFile {
        let text = format!(
            "title: Admin page\nstatus: test\nlogsource:\n  category: webserver\ntags: [attack.t1190]\ndetection:\n  \
             a:\n    cs-uri-stem: /admin\n  condition: a\nlevel: {level}\nfalsepositives: [The office's own staff]\n"
        );
        RuleFile { name: "admin.yml".into(), text: Ok(text) }
    }

    fn judged(rules: Vec<RuleFile>) -> Findings {
        let sample = Sample { name: "access.log".into(), bytes: LOG.into(), whole: true };
        let mut parsed = Parsed::default();
        let format = pollwarden_intake::choose(crate::FORMATS, &sample).expect("a log");
        let block = Block { source: "access.log".into(), bytes: LOG.into(), first_line: 1, offset: 0 };
        format.begin(&sample, None).parse(&block, &mut parsed);
        let mut scope = Scope::unnamed(&[7; 32]);
        scope.office.web.sigma = rules;
        let network = "192.0.2.0/24".parse().expect("a network");
        scope.office.web.known.push(Known { network, as_: KnownAs::Office });
        let mut found = Findings::new(scope);
        SigmaRule.judge(&mut parsed.batches.into_iter(), &mut found);
        found
    }

    #[test]
    fn one_finding_a_rule_and_client() {
        let found = judged(vec![rule("high")]);
        let [office, stranger] = found.findings() else { panic!("{:?}", found.findings()) };
        assert_eq!((stranger.title.as_str(), stranger.severity), ("Admin page: 198.51.100.9", Severity::High));
        assert_eq!((stranger.audience, stranger.outcome), (Audience::Clerk, Outcome::Unknown));
        assert_eq!((stranger.techniques.as_slice(), stranger.sites().len()), (["T1190"].as_slice(), 2));
        assert!(stranger.next_step.contains("The office's own staff"));
        assert_eq!((office.audience, office.severity), (Audience::Analyst, Severity::Informational));
        assert!(office.seen.contains("the office's own"));
    }

    #[test]
    fn rules_of_low_and_medium_level_are_for_the_analyst() {
        for level in ["informational", "low", "medium"] {
            let found = judged(vec![rule(level)]);
            assert!(found.findings().iter().all(|f| f.audience == Audience::Analyst), "{level}");
        }
    }

    #[test]
    fn a_rule_that_can_not_be_used_is_a_gap_and_the_others_run() {
        let broken = RuleFile { name: "broken.yml".into(), text: Ok("title: [".into()) };
        let found = judged(vec![broken, rule("critical")]);
        assert_eq!(found.findings().len(), 2);
        let coverage = found.answer(Question::Web, pollwarden_core::Coverage::default()).coverage;
        assert!(coverage.unwatched.iter().any(|gap| gap.why.contains("broken.yml") && !gap.needed));
        assert!(coverage.notes.iter().any(|note| note.starts_with("1 Sigma rule for web servers")));
    }

    #[test]
    fn without_rules_nothing_is_asked_for() {
        let mut tables = Tables::default();
        tables.add(REQUESTS.name, (REQUESTS.schema)());
        let mut scope = Scope::unnamed(&[7; 32]);
        assert!(SigmaRule.ask(&tables, &scope).expect("a plan").sql.ends_with("WHERE false"));
        scope.office.web.sigma = vec![rule("high")];
        assert!(SigmaRule.ask(&tables, &scope).expect("a plan").sql.contains("ORDER BY"));
        assert!(judged(Vec::new()).findings().is_empty());
    }
}
