//! Sigma rules for web servers and proxies, as a team keeps them (Sigma specification 2, *Sigma Rules*).
//!
//! Reading the rules' files is left to the command. A rule that can't be used is said and stops no other.

mod event;

use std::collections::HashMap;

use pollwarden_core::RuleFile;
use rsigma_eval::Engine;
use rsigma_parser::{Level, SigmaCollection, SigmaRule, Status, parse_sigma_yaml};

pub use self::event::Event;

/// Rules ready to be asked about requests.
pub struct Rules {
    engine: Engine,
    rules: Vec<Rule>,
    by_name: HashMap<(Option<String>, String), usize>,
    /// What can't be used: the file and the problem.
    pub unusable: Vec<String>,
    /// How many rules are for other logs than a web server's.
    pub elsewhere: usize,
}

/// What a rule says of itself.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The file it stands in.
    pub file: String,
    /// Its title.
    pub title: String,
    /// What its author says it finds.
    pub description: String,
    /// How severe its author thinks a match is; medium where he doesn't say.
    pub level: Level,
    /// How far its author trusts it.
    pub status: Option<Status>,
    /// Ids of ATT&CK techniques, such as `T1190`.
    pub techniques: Vec<String>,
    /// What it rests on.
    pub references: Vec<String>,
    /// What its author knows to match it wrongly.
    pub false_positives: Vec<String>,
}

impl Rules {
    /// Reads rules.
    pub fn read(files: &[RuleFile]) -> Self {
        let mut rules = Self {
            engine: Engine::new(),
            rules: Vec::new(),
            by_name: HashMap::new(),
            unusable: Vec::new(),
            elsewhere: 0,
        };
        let mut filters = Vec::new();
        let mut usable = Vec::new();
        for file in files {
            let Some(collection) = rules.parse(file) else { continue };
            for name in collection.correlations.iter().map(|c| &c.title) {
                rules.complain(
                    file,
                    &format!("the correlation \"{name}\" joins several requests, which is not supported"),
                );
            }
            filters.extend(collection.filters.into_iter().map(|filter| (file, filter)));
            usable.extend(collection.rules.into_iter().map(|rule| (file, rule)));
        }
        rules.add(&usable);
        for (file, filter) in filters {
            if let Err(error) = rules.engine.apply_filter(&filter) {
                rules.complain(file, &error.to_string());
            }
        }
        rules
    }

    fn parse(&mut self, file: &RuleFile) -> Option<SigmaCollection> {
        let text = file.text.as_ref().map_err(|why| self.complain(file, why)).ok()?;
        let collection = parse_sigma_yaml(text).map_err(|error| self.complain(file, &error.to_string())).ok()?;
        collection.errors.iter().for_each(|error| self.complain(file, error));
        let nothing =
            collection.rules.is_empty() && collection.correlations.is_empty() && collection.filters.is_empty();
        if nothing && collection.errors.is_empty() {
            self.complain(file, "it holds no rule");
        }
        Some(collection)
    }

    /// Compiles the rules for web logs, all at once: the engine builds one index over them.
    fn add(&mut self, usable: &[(&RuleFile, SigmaRule)]) {
        let web: Vec<_> = usable.iter().filter(|(_, rule)| is_web(rule)).collect();
        self.elsewhere = usable.len() - web.len();
        let failed: HashMap<usize, String> = self
            .engine
            .add_rules(web.iter().map(|(_, rule)| rule))
            .into_iter()
            .map(|(at, error)| (at, error.to_string()))
            .collect();
        for (at, (file, rule)) in web.into_iter().enumerate() {
            match failed.get(&at) {
                Some(error) => self.complain(file, &format!("the rule \"{}\": {error}", rule.title)),
                None => {
                    self.by_name.insert((rule.id.clone(), rule.title.clone()), self.rules.len());
                    self.rules.push(Rule::of(file, rule));
                }
            }
        }
    }

    fn complain(&mut self, file: &RuleFile, problem: &str) {
        const LONGEST: usize = 300;
        let problem: String = problem.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect();
        self.unusable.push(format!("{}: {problem}", file.name));
    }

    /// Whether there is none to ask.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// One of them.
    pub fn rule(&self, at: usize) -> &Rule {
        &self.rules[at]
    }

    /// The rules that a request matches, by their place.
    pub fn matches(&self, event: &Event<'_>) -> Vec<usize> {
        let matched = self.engine.evaluate(event).into_iter().map(|m| (m.header.rule_id, m.header.rule_title));
        matched.filter_map(|name| self.by_name.get(&name).copied()).collect()
    }
}

/// Sigma's categories for what a web server or a proxy before it logs.
fn is_web(rule: &SigmaRule) -> bool {
    let category = rule.logsource.category.as_deref().unwrap_or_default();
    ["webserver", "proxy"].iter().any(|web| web.eq_ignore_ascii_case(category))
}

impl Rule {
    fn of(file: &RuleFile, rule: &SigmaRule) -> Self {
        Self {
            file: file.name.clone(),
            title: rule.title.trim().to_owned(),
            description: rule.description.as_deref().unwrap_or_default().trim().to_owned(),
            level: rule.level.unwrap_or(Level::Medium),
            status: rule.status,
            techniques: rule.tags.iter().filter_map(|tag| technique(tag)).collect(),
            references: rule.references.clone(),
            false_positives: rule.falsepositives.clone(),
        }
    }
}

/// `attack.t1190` is T1190; tactics and other tags are none.
fn technique(tag: &str) -> Option<String> {
    let id = tag.strip_prefix("attack.")?.to_ascii_uppercase();
    let digits = |text: &str, length| text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    let (main, sub) = id.strip_prefix('T')?.split_once('.').map_or((&id[1..], None), |(main, sub)| (main, Some(sub)));
    (digits(main, 4) && sub.is_none_or(|sub| digits(sub, 3))).then(|| id.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> RuleFile {
        RuleFile { name: name.into(), text: Ok(text.into()) }
    }

    const RULE: &str = "title: Admin page from outside\nid: 5a5e6b5c-0000-4000-8000-000000000001\nstatus: stable\n\
        logsource:\n  category: webserver\ntags:\n  - attack.initial-access\n  - attack.t1190\n  - attack.t1595.002\n\
        references:\n  - https://example.org/admin\ndetection:\n  page:\n    cs-uri-stem|startswith: '/admin'\n    \
        sc-status: 200\n  office:\n    c-ip|cidr: 192.0.2.0/24\n  condition: page and not office\nlevel: high\n";

    fn event<'a>(path: &'a str, client: &'a str) -> Event<'a> {
        Event { path, client, status: Some(200), method: "GET", ..Event::default() }
    }

    #[test]
    fn a_rule_matches_what_it_says() {
        let rules = Rules::read(&[file("admin.yml", RULE)]);
        assert_eq!((rules.len(), rules.unusable.as_slice()), (1, [].as_slice()));
        assert_eq!(rules.matches(&event("/admin/x", "198.51.100.9")), [0]);
        assert!(rules.matches(&event("/admin/x", "192.0.2.9")).is_empty());
        assert!(rules.matches(&event("/", "198.51.100.9")).is_empty());
        assert_eq!(rules.rule(0).techniques, ["T1190", "T1595.002"]);
        assert_eq!((rules.rule(0).level, rules.rule(0).status), (Level::High, Some(Status::Stable)));
    }

    #[test]
    fn what_can_not_be_used_is_said_and_stops_no_other() {
        let process = RULE.replace("webserver", "process_creation");
        let rules = Rules::read(&[
            file("broken.yml", "title: [\n"),
            file("regex.yml", &RULE.replace("|startswith: '/admin'", "|re: '('")),
            file("text.yml", "just text"),
            file("empty.yml", ""),
            file("windows.yml", &process),
            RuleFile { name: "secret.yml".into(), text: Err("permission denied".into()) },
            file("admin.yml", RULE),
        ]);
        assert_eq!((rules.len(), rules.elsewhere), (1, 1));
        let named: Vec<&str> = rules.unusable.iter().map(|u| u.split(':').next().unwrap_or_default()).collect();
        assert_eq!(named, ["broken.yml", "text.yml", "empty.yml", "secret.yml", "regex.yml"], "{:?}", rules.unusable);
        assert_eq!(rules.matches(&event("/admin/x", "198.51.100.9")), [0]);
    }

    #[test]
    fn keywords_and_every_name_of_a_field_are_understood() {
        let rule = |detection: &str| {
            let text =
                format!("title: t\nlogsource:\n  category: proxy\ndetection:\n{detection}\n  condition: all of them\n");
            Rules::read(&[file("t.yml", &text)])
        };
        let seen = Event {
            path: "/voter",
            query: Some("id=1%27"),
            agent: Some("sqlmap/1.7"),
            host: Some("vote.example"),
            bytes: Some(5_000),
            duration_us: Some(2_500_000),
            ..event("/voter", "198.51.100.9")
        };
        for detection in [
            "  a:\n    - sqlmap",
            "  a:\n    c-uri|contains: '/voter?id=1%27'",
            "  a:\n    cs-uri: '/voter?id=*'",
            "  a:\n    c-useragent|startswith: sqlmap",
            "  a:\n    cs-user-agent|contains: SQLMAP",
            "  a:\n    cs(User-Agent)|contains: sqlmap",
            "  a:\n    cs-uri-query|endswith: '%27'",
            "  a:\n    sc-bytes|gte: 5000",
            "  a:\n    time-taken|gt: 2000",
            "  a:\n    cs-host: vote.example\n    cs-username: null",
        ] {
            let rules = rule(detection);
            assert_eq!(rules.matches(&seen), [0], "{detection}: {:?}", rules.unusable);
            assert!(
                rules.matches(&Event { path: "/x", method: "GET", user: Some("u"), ..Event::default() }).is_empty()
            );
        }
    }
}
