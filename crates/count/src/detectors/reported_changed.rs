//! Two files of results that report the same contest differently: election night and the canvass, or the office and the state.

use hashbrown::HashSet;
use pollwarden_core::{
    About, Audience, Confidence, Finding, FindingError, Findings, Measure, Question, Severity, Stability,
};

use super::{CountDetector, GENTLE};
use crate::evidence::{list, of};
use crate::{Evidence, ReportedContest, Results};

pub(super) struct ReportedChanged;

static ABOUT: About = About {
    id: "count/reported-changed",
    title: "Two files that report a contest differently",
    question: Question::Count,
    since: "0.1.0",
    stability: Stability::Stable,
    tables: &[],
    looks_for: "Contests of the same name in two files of results of one election whose votes differ, for a choice or in a part; \
        whether another choice leads; and whether counts only grew.",
    why: "Between election night and the certificate counts grow by late ballots and change by corrections. Each correction has a \
        cause that an office can name; one that changes who leads has to be explained before it is certified.",
    cannot_see: "Changes before the first file and after the last. Which file is the later isn't known: they are compared in the \
        order of their names.",
    do_next: "Find the step between the two files: late ballots, a recount, a batch that was mended, a typing mistake. Write down who \
        changed what and why. If the files are of two places or elections, keep them in folders of their own.",
    techniques: &[],
    references: &[GENTLE],
};

/// Smaller losses, as a share of the contest's votes, are for analysts.
const LARGE: f64 = 0.005;
/// As many are named as people would look up.
const NAMED: usize = 8;

impl CountDetector for ReportedChanged {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, evidence: &Evidence, found: &mut Findings) {
        let mut files: Vec<&Results> = evidence.results.iter().collect();
        files.sort_by(|a, b| a.source.cmp(&b.source));
        for (at, after) in files.iter().enumerate() {
            for contest in &after.contests {
                let earlier = files[..at].iter().rev().filter(|before| is_one_election(before, after));
                let same = earlier.filter_map(|before| Some((before, find(contest, before)?)));
                let Some((before, other)) = same.into_iter().next() else { continue };
                if let Some(changes) = Changes::between(other, contest) {
                    found.push(finding(&changes, contest, &before.source, &after.source));
                }
            }
        }
    }
}

fn is_one_election(a: &Results, b: &Results) -> bool {
    a.election.is_empty() || b.election.is_empty() || a.election == b.election
}

/// The same contest there: of those of its name the one with most of its choices, if it was counted and is of the same place.
fn find<'a>(contest: &ReportedContest, there: &'a Results) -> Option<&'a ReportedContest> {
    let counted = |contest: &ReportedContest| contest.choices.iter().any(|c| c.votes != 0);
    let named = there.contests.iter().filter(|other| other.name == contest.name && counted(other) && counted(contest));
    let like: Vec<_> = named.map(|other| (likeness(contest, other), same_id(contest, other), other)).collect();
    let best = like.iter().map(|(shared, same_id, _)| (*shared, *same_id)).max().filter(|(shared, _)| *shared > 0)?;
    let mut others = like.iter().filter(|(shared, same_id, _)| (*shared, *same_id) == best).map(|(_, _, other)| *other);
    // Of several that are alike nobody can say which is meant.
    let only = others.next().filter(|_| others.next().is_none())?;
    is_one_place(contest, only).then_some(only)
}

fn same_id(a: &ReportedContest, b: &ReportedContest) -> bool {
    !a.external_id.is_empty() && a.external_id == b.external_id
}

/// How many choices they share; 0 where they are two contests of one name, such as two parties' primaries.
fn likeness(a: &ReportedContest, b: &ReportedContest) -> usize {
    let names = |contest: &ReportedContest| -> HashSet<String> {
        contest.choices.iter().filter(|c| !c.write_in).map(|c| c.name.clone()).collect()
    };
    let (names_a, names_b) = (names(a), names(b));
    if names_a.is_empty() && names_b.is_empty() {
        return usize::from(same_id(a, b));
    }
    let shared = names_a.intersection(&names_b).count();
    if 2 * shared >= names_a.len().max(names_b.len()) { shared } else { 0 }
}

/// Whether they can be of one place. Files of a county and of its state have other units; where one has none, other sizes.
fn is_one_place(a: &ReportedContest, b: &ReportedContest) -> bool {
    let units = |contest: &ReportedContest| -> HashSet<String> {
        contest.parts.iter().filter(|part| !part.unit.is_empty()).map(|part| part.unit.clone()).collect()
    };
    let (units_a, units_b) = (units(a), units(b));
    if units_a.is_empty() && units_b.is_empty() {
        return true;
    }
    if units_a.is_empty() || units_b.is_empty() {
        let all = |contest: &ReportedContest| contest.choices.iter().fold(0i64, |sum, c| sum.saturating_add(c.votes));
        return all(a).max(all(b)) <= all(a).min(all(b)).saturating_mul(2);
    }
    2 * units_a.intersection(&units_b).count() >= units_a.len().max(units_b.len())
}

/// What differs.
struct Changes {
    /// Choice, before, after.
    choices: Vec<(String, i64, i64)>,
    parts: Vec<String>,
    /// Whether another choice, or other choices, lead.
    another_leads: bool,
    /// Whether no count went down.
    grew: bool,
    largest: u64,
    lost: u64,
}

impl Changes {
    fn between(before: &ReportedContest, after: &ReportedContest) -> Option<Self> {
        let was = before.by_name();
        let shared = after.by_name().into_iter().filter_map(|(name, is)| Some((name.to_owned(), *was.get(name)?, is)));
        let choices: Vec<_> = shared.filter(|(_, was, is)| was != is).collect();
        let (parts, part_lost) = changed_parts(before, after);
        if choices.is_empty() && parts.is_empty() {
            return None;
        }
        let lost = choices.iter().map(|(_, was, is)| was.saturating_sub(*is)).max().unwrap_or(0).max(part_lost);
        Some(Self {
            another_leads: leading(before) != leading(after),
            grew: lost <= 0,
            lost: lost.max(0).unsigned_abs(),
            largest: choices
                .iter()
                .map(|(_, was, is)| was.abs_diff(*is))
                .max()
                .unwrap_or(0)
                .max(part_lost.unsigned_abs()),
            choices,
            parts,
        })
    }

    fn is_large(&self, contest: &ReportedContest) -> bool {
        let all = contest.choices.iter().fold(0i64, |sum, c| sum.saturating_add(c.votes)).max(1);
        self.lost as f64 >= LARGE * all as f64
    }
}

/// Parts whose votes differ, and the most that a choice lost in one.
fn changed_parts(before: &ReportedContest, after: &ReportedContest) -> (Vec<String>, i64) {
    let known: hashbrown::HashMap<_, _> = before.parts.iter().map(|part| ((&part.unit, &part.group), part)).collect();
    let (mut changed, mut lost) = (Vec::new(), 0);
    for part in after.parts.iter().filter(|part| !(part.unit.is_empty() && part.group.is_empty())) {
        let Some(was) = known.get(&(&part.unit, &part.group)) else { continue };
        let was = before.part_by_name(was);
        let pairs = after.part_by_name(part).into_iter().filter_map(|(name, is)| Some((*was.get(name)?, is)));
        let differing: Vec<(i64, i64)> = pairs.filter(|(was, is)| was != is).collect();
        lost = differing.iter().map(|(was, is)| was.saturating_sub(*is)).fold(lost, i64::max);
        if !differing.is_empty() {
            changed.push([part.unit.as_str(), part.group.as_str()].join(" ").trim().to_owned());
        }
    }
    (changed, lost)
}

/// As many choices as are elected, with those that have as many votes as the last of them.
fn leading(contest: &ReportedContest) -> Vec<&str> {
    let all = contest.by_name();
    let mut votes: Vec<i64> = all.values().copied().collect();
    votes.sort_unstable_by(|a, b| b.cmp(a));
    let seats = contest.winners.unwrap_or(1).max(1) as usize;
    let Some(least) = votes.get(seats.min(votes.len()).saturating_sub(1)) else { return Vec::new() };
    all.iter().filter(|(_, votes)| *votes >= least).map(|(name, _)| *name).collect()
}

fn finding(changes: &Changes, contest: &ReportedContest, before: &str, after: &str) -> Result<Finding, FindingError> {
    let (severity, audience, what) = match changes {
        c if c.another_leads => {
            (Severity::High, Audience::Clerk, format!("another choice leads: {}", leading(contest).join(", ")))
        }
        c if c.is_large(contest) => (Severity::Medium, Audience::Clerk, "votes were taken away".to_owned()),
        c if c.grew => (Severity::Informational, Audience::Analyst, "counts grew".to_owned()),
        _ => (Severity::Low, Audience::Analyst, "a few votes were taken away".to_owned()),
    };
    let each = |of: fn(&(String, i64, i64)) -> String| list(&changes.choices.iter().map(of).collect::<Vec<_>>(), NAMED);
    let parts = match changes.parts.len() {
        0 => String::new(),
        n => format!("; in {}: {}", of(n as u64, "part", "parts"), list(&changes.parts, NAMED)),
    };
    let totals =
        if changes.choices.is_empty() { "the same totals".to_owned() } else { each(|(n, _, is)| format!("{n} {is}")) };
    Finding::new(
        ABOUT.id,
        format!("{}: two files report it differently; {what}", contest.name),
        severity,
        Confidence::Medium,
    )
    .at_source(after)
    .against(before, None)
    .audience(audience)
    .measure(Measure::exact("largest-difference", changes.largest as f64, "votes"))
    .expected_seen(format!("in {before}: {}", each(|(n, was, _)| format!("{n} {was}"))), format!("{totals}{parts}"))
    .next_step(ABOUT.do_next)
    .done()
}

#[cfg(test)]
mod tests {
    use pollwarden_core::Scope;

    use super::*;
    use crate::{ReportedChoice, ReportedPart};

    fn file(source: &str, parts: &[(&str, [i64; 2])]) -> Results {
        let total = |at: usize| parts.iter().map(|(_, votes)| votes[at]).sum();
        let choice =
            |(at, name): (usize, &str)| ReportedChoice { name: name.into(), votes: total(at), ..Default::default() };
        let part = |(unit, votes): &(&str, [i64; 2])| ReportedPart {
            unit: (*unit).into(),
            votes: votes.iter().copied().map(Some).collect(),
            ..ReportedPart::default()
        };
        let contest = ReportedContest {
            name: "Clerk".into(),
            choices: ["Ada", "Ben"].into_iter().enumerate().map(choice).collect(),
            parts: parts.iter().map(part).collect(),
            ..ReportedContest::default()
        };
        Results { source: source.into(), contests: vec![contest], ..Results::default() }
    }

    fn found(before: &[(&str, [i64; 2])], after: &[(&str, [i64; 2])]) -> Vec<(String, Severity, Audience)> {
        let evidence =
            Evidence { results: vec![file("1 night", before), file("2 canvass", after)], ..Evidence::default() };
        let mut findings = Findings::new(Scope::unnamed(&[0; 32]));
        ReportedChanged.judge(&evidence, &mut findings);
        findings.findings().iter().map(|f| (f.seen.clone(), f.severity, f.audience)).collect()
    }

    #[test]
    fn alike_not_yet_counted_or_of_another_place_is_quiet() {
        let night = [("East", [500, 400]), ("West", [300, 350])];
        assert_eq!(found(&night, &night), []);
        assert_eq!(found(&[("East", [0, 0]), ("West", [0, 0])], &night), []);
        assert_eq!(found(&[("North", [20, 10]), ("South", [30, 3])], &night), []);
    }

    #[test]
    fn severity_is_by_effect() {
        let night = [("East", [500, 400]), ("West", [300, 350])];
        let grown = found(&night, &[("East", [510, 405]), ("West", [300, 350])]);
        assert_eq!(
            grown,
            [("Ada 810, Ben 755; in 1 part: East".to_owned(), Severity::Informational, Audience::Analyst)]
        );
        let few = found(&night, &[("East", [499, 400]), ("West", [300, 350])]);
        assert_eq!((few[0].1, few[0].2), (Severity::Low, Audience::Analyst));
        let moved = found(&night, &[("East", [480, 400]), ("West", [320, 350])]);
        assert_eq!(moved, [("the same totals; in 2 parts: East, West".to_owned(), Severity::Medium, Audience::Clerk)]);
        let switched = found(&night, &[("East", [400, 500]), ("West", [300, 350])]);
        assert_eq!((switched[0].1, switched[0].2), (Severity::High, Audience::Clerk));
    }
}
