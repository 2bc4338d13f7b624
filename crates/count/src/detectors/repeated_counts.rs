//! Units that report exactly the same counts: one unit's row copied to others, or a whole's numbers given for each part.

use indexmap::IndexMap;
use pollwarden_core::{
    About, Audience, Confidence, Finding, FindingError, Findings, Measure, Question, Reference, Severity, Stability,
};

use super::CountDetector;
use crate::evidence::list;
use crate::{Evidence, ReportedContest};

pub(super) struct RepeatedCounts;

static ABOUT: About = About {
    id: "count/repeated-counts",
    title: "The same counts for several places",
    question: Question::Count,
    since: "0.1.0",
    stability: Stability::Stable,
    tables: &[],
    looks_for: "Precincts or counties of a contest with exactly the same votes for every choice, at least two of which have a hundred \
        votes or more. Two alike (of a thousand votes or more) are shown to analysts, three or more to clerks.",
    why: "A row that was copied, or a state's total that stands for each of its counties, gives sums that nobody counted.",
    cannot_see: "Copies that were changed by a vote, and small precincts, which are alike by chance.",
    do_next: "Look up the places' own tapes. Take the copies out before anything is added up from this file.",
    techniques: &[],
    references: &[ALASKA],
};

const ALASKA: Reference = Reference {
    title: "County results of 2016 in which each of Alaska's boroughs has the state's total",
    place: "https://github.com/tonmcg/US_County_Level_Election_Results_08-24",
};

/// Fewer votes for a choice are alike by chance.
const LEAST: i64 = 100;
/// So are two places with fewer votes in all. Of 6,200 counties of 2016 and 2024 no two were alike; of a state's thousands of
/// precincts some pairs are, so that pairs are for analysts.
const PAIR: i64 = 1000;
/// As many are named as people would look up.
const NAMED: usize = 8;

impl CountDetector for RepeatedCounts {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, evidence: &Evidence, found: &mut Findings) {
        for results in &evidence.results {
            for contest in &results.contests {
                for (votes, units) in repeated(contest) {
                    found.push(finding(contest, &results.source, &votes, &units));
                }
            }
        }
    }
}

/// Votes by choice, and the units that report them.
fn repeated(contest: &ReportedContest) -> impl Iterator<Item = (Vec<i64>, Vec<String>)> {
    let mut units: IndexMap<Vec<i64>, Vec<String>> = IndexMap::new();
    for part in contest.parts.iter().filter(|part| !part.unit.is_empty() && part.group.is_empty()) {
        let votes: Option<Vec<i64>> = part.votes.iter().copied().collect();
        if let Some(votes) = votes.filter(|votes| votes.iter().filter(|v| **v >= LEAST).count() >= 2) {
            units.entry(votes).or_default().push(part.unit.clone());
        }
    }
    units.into_iter().filter(|(votes, units)| {
        let all = votes.iter().fold(0i64, |sum, v| sum.saturating_add(*v));
        units.len() > 2 || (units.len() == 2 && all >= PAIR)
    })
}

fn finding(contest: &ReportedContest, source: &str, votes: &[i64], units: &[String]) -> Result<Finding, FindingError> {
    let each: Vec<String> =
        contest.choices.iter().zip(votes).map(|(choice, v)| format!("{} {v}", choice.name)).collect();
    let (audience, severity, confidence) = match units.len() {
        0..=2 => (Audience::Analyst, Severity::Low, Confidence::Low),
        _ => (Audience::Clerk, Severity::Medium, Confidence::High),
    };
    Finding::new(
        ABOUT.id,
        format!("{}: the same counts for {} places", contest.name, units.len()),
        severity,
        confidence,
    )
    .at_source(source)
    .audience(audience)
    .measure(Measure::exact("places-with-the-same-counts", units.len() as f64, "places"))
    .expected_seen("counts that differ between places", format!("{} in {}", list(&each, NAMED), list(units, NAMED)))
    .next_step(ABOUT.do_next)
    .done()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ReportedPart;

    #[test]
    fn copies_are_found_and_small_precincts_are_not() {
        let part = |(unit, ada, ben): &(&str, i64, i64)| ReportedPart {
            unit: (*unit).into(),
            votes: vec![Some(*ada), Some(*ben)],
            ..ReportedPart::default()
        };
        let found = |rows: &[(&str, i64, i64)]| {
            let contest = ReportedContest { parts: rows.iter().map(part).collect(), ..ReportedContest::default() };
            repeated(&contest).map(|(_, units)| units.len()).collect::<Vec<_>>()
        };
        assert_eq!(found(&[("A", 700, 500), ("B", 700, 500), ("C", 700, 501)]), [2]);
        assert_eq!(found(&[("A", 70, 50), ("B", 70, 50), ("C", 2000, 4), ("D", 2000, 4), ("E", 2000, 4)]), [0; 0]);
        assert_eq!(found(&[("A", 170, 150), ("B", 170, 150), ("C", 170, 150)]), [3]);
    }
}
