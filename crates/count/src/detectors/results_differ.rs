//! Reported totals that the records don't add up to.

use pollwarden_core::{About, Confidence, Finding, FindingError, Findings, Measure, Question, Severity, Stability};

use super::{CountDetector, GENTLE};
use crate::audit::{ContestSettings, Decided, ElectionRule};
use crate::evidence::list;
use crate::{Evidence, ReportedContest};

pub(super) struct ResultsDiffer;

static ABOUT: About = About {
    id: "count/results-differ",
    title: "Reported totals that the cast vote records don't add up to",
    question: Question::Count,
    since: "0.1.0",
    stability: Stability::Stable,
    tables: &[],
    looks_for: "Contests whose reported votes differ from the sum over the cast vote records, choice by choice.",
    why: "Results pass through reporting systems, spreadsheets and web pages after the count. Whoever changes them there changes what \
        people believe, and perhaps what is certified.",
    cannot_see: "Results that agree with records that are wrong themselves: that is what drawing cards is for. Votes of write-in \
        candidates are reported in too many ways to be held against the records.",
    do_next: "Add up the tabulators' own tapes. Find the step at which the totals part, and keep every file of it.",
    techniques: &[],
    references: &[GENTLE],
};

impl CountDetector for ResultsDiffer {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, evidence: &Evidence, found: &mut Findings) {
        for results in &evidence.results {
            for reported in &results.contests {
                let differences = differences(reported, evidence);
                if !differences.is_empty() {
                    found.push(finding(reported, &results.source, &differences, evidence));
                }
            }
        }
    }
}

/// A choice, its reported votes and those of the records.
struct Difference {
    name: String,
    reported: i64,
    recorded: u64,
}

fn differences(reported: &ReportedContest, evidence: &Evidence) -> Vec<Difference> {
    let Some(id) = evidence.cvrs.find_contest(&reported.name) else { return Vec::new() };
    let contest = evidence.cvrs.contest(id);
    let settings = ContestSettings {
        votes_allowed: contest.votes_allowed.or(reported.votes_allowed),
        rule: if contest.ranks > 1 { ElectionRule::Irv } else { ElectionRule::Plurality },
        ..ContestSettings::default()
    };
    let decided = Decided::new(contest, &settings);
    let totals = decided.totals(&decided.ballots(&evidence.cvrs, id));
    let named = reported.choices.iter().filter(|c| !c.write_in);
    named
        .filter_map(|choice| {
            let at = contest.choice(&choice.name)?;
            let recorded = totals[at];
            let same = contest.choices[at].write_in || i64::try_from(recorded) == Ok(choice.votes);
            (!same).then(|| Difference { name: choice.name.clone(), reported: choice.votes, recorded })
        })
        .collect()
}

fn finding(reported: &ReportedContest, source: &str, differences: &[Difference], evidence: &Evidence) -> Result<Finding, FindingError> {
    let each = |of: fn(&Difference) -> String| list(&differences.iter().map(of).collect::<Vec<_>>(), 8);
    let largest = differences.iter().map(|d| d.reported.abs_diff(i64::try_from(d.recorded).unwrap_or(i64::MAX))).max();
    let title = format!("{}: the reported votes are not those of the records", reported.name);
    Finding::new(ABOUT.id, title, Severity::High, Confidence::High)
        .at_source(source)
        .against(evidence.record_file(0), None)
        .measure(Measure::exact("largest-difference", largest.unwrap_or(0) as f64, "votes"))
        .expected_seen(
            format!("by the records: {}", each(|d| format!("{} {}", d.name, d.recorded))),
            format!("reported: {}", each(|d| format!("{} {}", d.name, d.reported))),
        )
        .next_step(ABOUT.do_next)
        .done()
}
