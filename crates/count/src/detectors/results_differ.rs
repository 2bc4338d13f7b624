//! Reported totals that the records don't add up to.

use pollwarden_core::{About, Confidence, Finding, FindingError, Findings, Measure, Question, Severity, Stability};

use super::{CountDetector, GENTLE};
use crate::audit::{ContestSettings, Decided, ElectionRule, recorded_by_batch};
use crate::evidence::list;
use crate::{ContestId, Evidence, ReportedContest};

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
                let differences = differences(reported, &results.source, evidence);
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

fn differences(reported: &ReportedContest, source: &str, evidence: &Evidence) -> Vec<Difference> {
    let Some(id) = evidence.cvrs.find_contest(&reported.name) else { return Vec::new() };
    let contest = evidence.cvrs.contest(id);
    let settings = ContestSettings {
        votes_allowed: contest.votes_allowed.or(reported.votes_allowed),
        rule: if contest.ranks > 1 { ElectionRule::Irv } else { ElectionRule::Plurality },
        ..ContestSettings::default()
    };
    let decided = Decided::new(contest, &settings);
    if let Some(differences) = by_batches(reported, source, &decided, id, evidence) {
        return differences;
    }
    let totals = decided.totals(&decided.ballots(&evidence.cvrs, id));
    // What is on cards without records can only add to the records' votes.
    let partial = evidence.manifest.batches.iter().any(|batch| batch.has_cvrs == Some(false) && batch.cards > 0);
    let named = reported.choices.iter().filter_map(|c| Some((contest.choice(&c.name)?, c)));
    let each = named
        .filter(|(at, choice)| !choice.write_in && !contest.choices[*at].write_in)
        .map(|(at, choice)| Difference { name: choice.name.clone(), reported: choice.votes, recorded: totals[at] });
    each.filter(|d| if partial { d.is_beyond() } else { d.is_any() }).collect()
}

impl Difference {
    fn is_any(&self) -> bool {
        i64::try_from(self.recorded) != Ok(self.reported)
    }

    /// More votes on records than were reported.
    fn is_beyond(&self) -> bool {
        i64::try_from(self.recorded).map_or(true, |recorded| recorded > self.reported)
    }
}

/// Totals by batch, against the records of those batches that have any; `None` where the file doesn't break the contest down to
/// batches.
fn by_batches(
    reported: &ReportedContest,
    source: &str,
    decided: &Decided,
    id: ContestId,
    evidence: &Evidence,
) -> Option<Vec<Difference>> {
    let parts = evidence.manifest.parts(reported, source);
    if parts.is_empty() {
        return None;
    }
    let recorded = recorded_by_batch(&evidence.cvrs, &evidence.manifest, decided, id);
    let both: Vec<_> = parts.iter().filter_map(|(batch, part)| Some((part, recorded.get(batch)?))).collect();
    let contest = &decided.contest;
    let named = reported.choices.iter().enumerate().filter_map(|(place, c)| Some((place, contest.choice(&c.name)?, c)));
    let each = named.filter(|(_, at, choice)| !choice.write_in && !contest.choices[*at].write_in).map(
        |(place, at, choice)| {
            let votes = both.iter().map(|(part, _)| part.votes.get(place).copied().flatten().unwrap_or(0));
            Difference {
                name: choice.name.clone(),
                reported: votes.fold(0i64, i64::saturating_add),
                recorded: both.iter().map(|(_, recorded)| recorded[at]).sum(),
            }
        },
    );
    Some(each.filter(Difference::is_any).collect())
}

fn finding(
    reported: &ReportedContest,
    source: &str,
    differences: &[Difference],
    evidence: &Evidence,
) -> Result<Finding, FindingError> {
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
