//! Reported parts whose sum is another number than the stated total.

use hashbrown::HashMap;
use pollwarden_core::{About, Audience, Confidence, Finding, FindingError, Findings, Question, Severity, Stability};

use super::CountDetector;
use crate::evidence::{list, of};
use crate::{Evidence, ReportedContest, ReportedPart};

pub(super) struct PartsDontAddUp;

static ABOUT: About = About {
    id: "count/parts-dont-add-up",
    title: "Parts that don't add up to the stated total",
    question: Question::Count,
    since: "0.1.0",
    stability: Stability::Stable,
    tables: &[],
    looks_for: "Precincts whose counts don't add up to the contest's total, ways of voting that don't add up to their precinct's count, \
        and choices that together have more votes than were counted for all.",
    why: "A total that isn't the sum of its parts was typed or changed by itself: one of the two is wrong.",
    cannot_see: "Totals and parts that were changed alike. Counts that the file leaves out, and units that lie within each other.",
    do_next: "Add up the tabulators' tapes for the parts named, and mend the file that is wrong.",
    techniques: &[],
    references: &[],
};

/// As many are named as people would look up.
const NAMED: usize = 8;

impl CountDetector for PartsDontAddUp {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, evidence: &Evidence, found: &mut Findings) {
        for results in &evidence.results {
            for contest in &results.contests {
                let more: Vec<String> = too_many(contest).collect();
                if !more.is_empty() {
                    found.push(finding(contest, &results.source, &more, Audience::Clerk));
                }
                let fewer: Vec<String> = too_few(contest).collect();
                if !fewer.is_empty() {
                    found.push(finding(contest, &results.source, &fewer, Audience::Analyst));
                }
            }
        }
    }
}

/// Sums that are more than their whole, which can't be.
fn too_many(contest: &ReportedContest) -> impl Iterator<Item = String> {
    sums(contest).filter(|sum| sum.parts > sum.whole).map(|sum| sum.to_string())
}

/// Sums that are less: a part that the file doesn't list would explain it.
fn too_few(contest: &ReportedContest) -> impl Iterator<Item = String> {
    sums(contest).filter(|sum| sum.parts < sum.whole && sum.all_listed).map(|sum| sum.to_string())
}

/// A whole and the sum of its parts.
struct Sum {
    what: String,
    whole: i64,
    parts: i64,
    /// Whether the file is thought to list every part.
    all_listed: bool,
}

impl std::fmt::Display for Sum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {} stated, {} by its parts", self.what, self.whole, self.parts)
    }
}

fn sums(contest: &ReportedContest) -> impl Iterator<Item = Sum> {
    let choices = choices_of_parts(contest);
    units_of_contest(contest).into_iter().chain(stated(contest)).chain(ways_of_units(contest)).chain(choices)
}

/// What a file states of the whole against the sum of its parts, where a reader kept both.
fn stated(contest: &ReportedContest) -> impl Iterator<Item = Sum> {
    let wholes = contest.parts.iter().filter(|part| part.unit.is_empty() && part.group.is_empty());
    wholes.flat_map(|whole| contest.choices.iter().zip(&whole.votes)).filter_map(|(choice, stated)| {
        Some(Sum { what: choice.name.clone(), whole: (*stated)?, parts: choice.votes, all_listed: true })
    })
}

/// Units against the contest's totals, where no unit lies within another: then some choice would have its votes twice.
fn units_of_contest(contest: &ReportedContest) -> Vec<Sum> {
    let units: Vec<&ReportedPart> = contest.parts.iter().filter(|p| !p.unit.is_empty() && p.group.is_empty()).collect();
    let sum = |at: usize| units.iter().try_fold(0i64, |sum, part| Some(sum.saturating_add((*part.votes.get(at)?)?)));
    let sums = contest.choices.iter().enumerate().filter_map(|(at, choice)| {
        let parts = sum(at).filter(|_| units.len() > 1)?;
        Some(Sum { what: choice.name.clone(), whole: choice.votes, parts, all_listed: true })
    });
    let sums: Vec<Sum> = sums.collect();
    let nested = sums.iter().filter(|s| s.whole > 0).all(|s| s.parts >= s.whole.saturating_mul(2));
    if nested { Vec::new() } else { sums }
}

/// Ways of voting against their unit's count, or the contest's.
fn ways_of_units(contest: &ReportedContest) -> Vec<Sum> {
    let mut units: HashMap<&str, (Option<&ReportedPart>, Vec<&ReportedPart>)> = HashMap::new();
    let mut order = Vec::new();
    for part in &contest.parts {
        let unit = units.entry(&part.unit).or_insert_with(|| {
            order.push(part.unit.as_str());
            (None, Vec::new())
        });
        if part.group.is_empty() { unit.0 = Some(part) } else { unit.1.push(part) }
    }
    let mut sums = Vec::new();
    for unit in order {
        let (whole, ways) = &units[unit];
        for (at, choice) in contest.choices.iter().enumerate().filter(|_| !ways.is_empty()) {
            let stated = if unit.is_empty() {
                Some(choice.votes)
            } else {
                whole.and_then(|w| w.votes.get(at).copied().flatten())
            };
            let Some(whole) = stated else { continue };
            let parts = ways.iter().filter_map(|way| way.votes.get(at).copied().flatten()).fold(0, i64::saturating_add);
            sums.push(Sum {
                what: format!("{} {unit}", choice.name).trim_end().to_owned(),
                whole,
                parts,
                all_listed: true,
            });
        }
    }
    sums
}

/// Choices against the votes for all of them; choices that the file doesn't list have the rest.
fn choices_of_parts(contest: &ReportedContest) -> impl Iterator<Item = Sum> {
    contest.parts.iter().filter_map(|part| {
        let parts = part.votes.iter().flatten().fold(0i64, |sum, v| sum.saturating_add(*v));
        let what = format!("all choices in {} {}", part.unit, part.group).trim_end().to_owned();
        Some(Sum { what, whole: part.total?, parts, all_listed: false })
    })
}

fn finding(
    contest: &ReportedContest,
    source: &str,
    sums: &[String],
    audience: Audience,
) -> Result<Finding, FindingError> {
    let title =
        format!("{}: {} the sum of their parts", contest.name, of(sums.len() as u64, "total isn't", "totals aren't"));
    let (severity, confidence) = match audience {
        Audience::Clerk => (Severity::Medium, Confidence::High),
        _ => (Severity::Low, Confidence::Low),
    };
    Finding::new(ABOUT.id, title, severity, confidence)
        .at_source(source)
        .audience(audience)
        .expected_seen("totals that are the sum of their parts", list(sums, NAMED))
        .next_step(ABOUT.do_next)
        .done()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ReportedChoice;

    fn part(unit: &str, group: &str, votes: [i64; 2], total: Option<i64>) -> ReportedPart {
        let votes = votes.iter().copied().map(Some).collect();
        ReportedPart { unit: unit.into(), group: group.into(), votes, total, ..ReportedPart::default() }
    }

    fn contest(totals: [i64; 2], parts: Vec<ReportedPart>) -> ReportedContest {
        let choice =
            |(name, votes): (&str, i64)| ReportedChoice { name: name.into(), votes, ..ReportedChoice::default() };
        let choices = ["Ada", "Ben"].into_iter().zip(totals).map(choice).collect();
        ReportedContest { name: "Clerk".into(), choices, parts, ..ReportedContest::default() }
    }

    fn found(contest: &ReportedContest) -> (Vec<String>, Vec<String>) {
        (too_many(contest).collect(), too_few(contest).collect())
    }

    #[test]
    fn what_adds_up_is_quiet() {
        let parts = vec![
            part("East", "", [3, 4], Some(9)),
            part("East", "Mail", [1, 1], None),
            part("East", "Polls", [2, 3], None),
        ];
        let nested = [parts.clone(), vec![part("West", "", [5, 1], None)]].concat();
        assert_eq!(found(&contest([8, 5], nested)), (vec![], vec![]));
        let twice =
            vec![part("Lake", "", [3, 4], None), part("East", "", [1, 4], None), part("West", "", [2, 0], None)];
        assert_eq!(found(&contest([3, 4], twice)), (vec![], vec![]), "precincts lie in the county");
    }

    #[test]
    fn what_does_not_is_named() {
        let parts = || vec![part("East", "", [3, 4], None), part("West", "", [5, 1], None)];
        assert_eq!(found(&contest([7, 5], parts())).0, ["Ada: 7 stated, 8 by its parts"]);
        assert_eq!(found(&contest([8, 6], parts())).1, ["Ben: 6 stated, 5 by its parts"]);
        let ways = vec![part("East", "", [3, 4], Some(6)), part("East", "Mail", [1, 5], None)];
        let (more, fewer) = found(&contest([3, 4], ways));
        assert_eq!(more, ["Ben East: 4 stated, 5 by its parts", "all choices in East: 6 stated, 7 by its parts"]);
        assert_eq!(fewer, ["Ada East: 3 stated, 1 by its parts"]);
        let kept = [parts(), vec![part("", "", [5, 8], None)]].concat();
        let (more, fewer) = found(&contest([8, 5], kept));
        assert_eq!(
            (more, fewer),
            (vec!["Ada: 5 stated, 8 by its parts".to_owned()], vec!["Ben: 8 stated, 5 by its parts".to_owned()])
        );
    }
}
