//! Whether the sources and findings that an assessment names are among the entries given.

use pollwarden_ledger::Hash;
use pollwarden_ledger::said::{Answer, kind};

use crate::contents::Contents;
use crate::report::Report;
use crate::words;

const HEADLINE: &str = "The assessment rests on more than is given here.";

pub(crate) fn tell(contents: &Contents, report: &mut Report) {
    for (index, assessment) in &contents.assessments {
        let place = words::count(*index);
        let Some(assessment) = assessment else {
            let why =
                format!("What the office said in its assessment (entry {place}) is not opened here, or can't be read.");
            report.lacks("What the office said is not shown here.", vec![why]);
            continue;
        };
        let sources = Cited::of(&assessment.answers, |answer| &answer.sources, kind::SOURCE, contents);
        let findings = Cited::of(&assessment.answers, |answer| &answer.findings, kind::FINDING, contents);
        if sources.missing + findings.missing > 0 {
            let missing = [sources.missing_words("source", "sources"), findings.missing_words("finding", "findings")];
            let missing = words::list(&missing.into_iter().flatten().collect::<Vec<_>>());
            report.lacks(
                HEADLINE,
                vec![format!(
                    "The assessment (entry {place}) names {missing} that can't be checked: they are not given here."
                )],
            );
        } else {
            let named = format!(
                "{} and {}",
                words::of(sources.named, "source", "sources"),
                words::of(findings.named, "finding", "findings")
            );
            report
                .proven
                .push(format!("The assessment (entry {place}) names {named}: every one of them is given here."));
        }
    }
}

struct Cited {
    named: usize,
    missing: usize,
}

impl Cited {
    fn of(answers: &[Answer], which: impl Fn(&Answer) -> &Vec<String>, kind: &str, contents: &Contents) -> Self {
        let mut named: Vec<&String> = answers.iter().flat_map(which).collect();
        named.sort();
        named.dedup();
        let given =
            |text: &&&String| Hash::parse(text).and_then(|hash| contents.kinds.get(&hash)).is_some_and(|k| k == kind);
        Self { missing: named.len() - named.iter().filter(given).count(), named: named.len() }
    }

    fn missing_words(&self, one: &str, many: &str) -> Option<String> {
        let more = if self.missing < self.named {
            format!(" (of {})", words::count(self.named as u64))
        } else {
            String::new()
        };
        (self.missing > 0).then(|| format!("{}{more}", words::of(self.missing, one, many)))
    }
}
