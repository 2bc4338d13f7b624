//! Reported totals that the records don't add up to.

use std::collections::BTreeSet;

use pollwarden_core::{About, Confidence, Finding, FindingError, Findings, Measure, Question, Severity, Stability};

use super::{CountDetector, GENTLE};
use crate::audit::{ContestSettings, Decided, ElectionRule, recorded_by_batch};
use crate::by_name::{Difference, Votes};
use crate::by_part::{Part, differing};
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
    looks_for: "Contests whose reported votes differ from the sum over the cast vote records, choice by choice; choices with recorded \
        votes and no reported row; reported votes for names that no record has; and, where the \
        results are broken down by the records' precincts or batches, the parts in which they do.",
    why: "Results pass through reporting systems, spreadsheets and web pages after the count. Whoever changes them there changes what \
        people believe, and perhaps what is certified.",
    cannot_see: "Results that agree with records that are wrong themselves: that is what drawing cards is for. Votes of write-in \
        candidates are reported in too many ways to be held against the records, but for more of them than cards have room for. A name \
        written otherwise, with the same votes: the answer says that it can't tell. Parts are looked at only where totals differ. Where \
        the manifest says that cards have no records, only what these cards can't explain.",
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
                let Some((id, decided)) = recorded(reported, evidence) else { continue };
                if decided.unclear_records(&evidence.cvrs, id).is_some() {
                    continue;
                }
                let differences = by_batches(reported, &results.source, &decided, id, evidence)
                    .unwrap_or_else(|| differences(reported, &decided, id, evidence));
                if !differences.is_empty() && !explained(&differences, &decided, evidence) {
                    let parts = differing(reported, &decided, &evidence.cvrs, id);
                    found.push(finding(reported, &results.source, &differences, &parts, evidence));
                }
            }
        }
    }
}

/// Why reported totals can't be held against the records, by contest: cards whose votes may be overvotes can't be added up.
pub(crate) fn not_compared(evidence: &Evidence) -> BTreeSet<String> {
    let reported = evidence.results.iter().flat_map(|results| &results.contests);
    let why = |contest: &ReportedContest| {
        let (id, decided) = recorded(contest, evidence)?;
        let why = decided.unclear_records(&evidence.cvrs, id)?;
        Some(format!("{}: the reported votes can't be held against the records: {why}", contest.name))
    };
    reported.filter_map(why).collect()
}

fn recorded(reported: &ReportedContest, evidence: &Evidence) -> Option<(ContestId, Decided)> {
    let id = evidence.cvrs.find_contest(&reported.name)?;
    let contest = evidence.cvrs.contest(id);
    // audit.toml may say what no file does.
    let audited = evidence.audit.as_ref().and_then(|a| a.contests.iter().find(|c| c.name() == contest.name));
    let allowed = audited.and_then(|audited| audited.decided.contest.votes_allowed);
    let settings = ContestSettings {
        votes_allowed: allowed.or(contest.votes_allowed).or(reported.votes_allowed),
        rule: match audited.map(|audited| audited.decided.rule) {
            _ if contest.ranks > 1 => ElectionRule::Irv,
            Some(ElectionRule::Approval) => ElectionRule::Approval,
            _ => ElectionRule::Plurality,
        },
        ..ContestSettings::default()
    };
    Some((id, Decided::new(contest, &settings)))
}

fn differences(reported: &ReportedContest, decided: &Decided, id: ContestId, evidence: &Evidence) -> Vec<Difference> {
    let ballots = decided.ballots(&evidence.cvrs, id);
    let votes = Votes {
        reported: reported.choices.iter().map(|choice| choice.votes).collect(),
        recorded: decided.totals(&ballots),
    };
    let room = evidence.cvrs.cards_with(id).saturating_mul(u64::from(decided.votes_allowed));
    let mut differences = votes.differences(reported, &decided.contest);
    differences.extend(votes.write_ins_beyond(reported, &decided.contest, room));
    differences
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
    let of_choice =
        |place: usize| both.iter().map(move |(part, _)| part.votes.get(place).copied().flatten().unwrap_or(0));
    let votes = Votes {
        reported: (0..reported.choices.len()).map(|place| of_choice(place).fold(0i64, i64::saturating_add)).collect(),
        recorded: (0..decided.contest.choices.len()).map(|at| both.iter().map(|(_, votes)| votes[at]).sum()).collect(),
    };
    Some(votes.differences(reported, &decided.contest))
}

/// Whether cards that have no records by the manifest's own word can make up all differences.
fn explained(differences: &[Difference], decided: &Decided, evidence: &Evidence) -> bool {
    let most = evidence.cards_without_records().saturating_mul(u64::from(decided.votes_allowed));
    let more = |d: &Difference| u64::try_from(d.reported?).ok().and_then(|reported| reported.checked_sub(d.recorded));
    let all = differences.iter().try_fold(0u64, |sum, d| sum.checked_add(more(d)?));
    all.is_some_and(|all| all <= most)
}

fn finding(
    reported: &ReportedContest,
    source: &str,
    differences: &[Difference],
    parts: &[Part],
    evidence: &Evidence,
) -> Result<Finding, FindingError> {
    let each = |of: fn(&Difference) -> String| list(&differences.iter().map(of).collect::<Vec<_>>(), 8);
    let largest = differences
        .iter()
        .map(|d| d.reported.unwrap_or(0).abs_diff(i64::try_from(d.recorded).unwrap_or(i64::MAX)))
        .max();
    let title = match parts {
        [part] => format!("{}: the reported votes of {} are not those of the records", reported.name, part.unit),
        _ => format!("{}: the reported votes are not those of the records", reported.name),
    };
    Finding::new(ABOUT.id, title, Severity::High, Confidence::High)
        .at_source(source)
        .against(evidence.record_file(0), None)
        .measure(Measure::exact("largest-difference", largest.unwrap_or(0) as f64, "votes"))
        .expected_seen(
            format!("by the records: {}", each(|d| format!("{} {}", d.name, d.recorded))),
            format!("reported: {}{}", each(Difference::as_reported), in_words(reported, parts, evidence)),
        )
        .next_step(ABOUT.do_next)
        .done()
}

/// As many parts are named as people would look up.
const NAMED: usize = 6;

/// The parts in which the totals part.
fn in_words(reported: &ReportedContest, parts: &[Part], evidence: &Evidence) -> String {
    let contest = evidence.cvrs.find_contest(&reported.name).map(|id| evidence.cvrs.contest(id));
    let Some(contest) = contest.filter(|_| !parts.is_empty()) else { return String::new() };
    let name = |at: usize| contest.choices.get(at).map_or("?", |c| c.name.as_str());
    let each = parts.iter().map(|part| match part.exchanged() {
        Some([a, b]) => format!("{} (as if {} and {} were exchanged)", part.unit, name(a), name(b)),
        None => {
            let of = |at: usize| format!("{} {} for {}", name(at), part.reported[at].unwrap_or(0), part.recorded[at]);
            format!("{} ({})", part.unit, list(&part.choices().map(of).collect::<Vec<_>>(), NAMED))
        }
    });
    format!("; they part in {}", list(&each.collect::<Vec<_>>(), NAMED))
}
