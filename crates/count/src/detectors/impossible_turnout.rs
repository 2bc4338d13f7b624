//! More ballots than registered voters, more votes than ballots, or counts below zero.

use pollwarden_core::{About, Confidence, Finding, FindingError, Findings, Question, Severity, Stability};

use super::CountDetector;
use crate::evidence::{list, of};
use crate::{Evidence, ReportedContest, ReportedPart, Results};

pub(super) struct ImpossibleTurnout;

static ABOUT: About = About {
    id: "count/impossible-turnout",
    title: "More ballots than registered voters, more votes than ballots, or counts below zero",
    question: Question::Count,
    since: "0.1.0",
    stability: Stability::Stable,
    tables: &[],
    looks_for: "Precincts and contests whose reported ballots are more than their registered voters, whose votes are more than their \
        ballots allow, or whose counts are negative.",
    why: "A negative count can't be. The others need a reason: ballots reported in the wrong precinct, a column read amiss, votes that \
        nobody cast; or an innocent one, such as registration on election day, cards counted as ballots where a ballot has several, \
        and units without voters of their own, such as absentee precincts.",
    cannot_see: "Counts that are wrong and possible; and whether a report's ballots are ballots or cards.",
    do_next: "Compare the unit's poll book, its number of ballots and its tape, and ask which of the innocent reasons holds here.",
    techniques: &[],
    references: &[],
};

/// As many parts are named as people would look up.
const NAMED: usize = 10;

impl CountDetector for ImpossibleTurnout {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, evidence: &Evidence, found: &mut Findings) {
        for results in &evidence.results {
            for contest in &results.contests {
                let whole = whole(contest, results);
                let faults: Vec<(Kind, String)> =
                    contest.parts.iter().chain([&whole]).filter_map(|part| fault(contest, part)).collect();
                for kind in [Kind::BelowZero, Kind::Votes, Kind::Ballots] {
                    let said: Vec<String> = faults.iter().filter(|(k, _)| *k == kind).map(|(_, s)| s.clone()).collect();
                    if !said.is_empty() {
                        found.push(finding(kind, contest, &results.source, &said));
                    }
                }
            }
        }
    }
}

/// The contest as one part. The file's own number of ballots is at least the contest's.
fn whole(contest: &ReportedContest, results: &Results) -> ReportedPart {
    let ballots = contest.ballots.or(results.ballots.and_then(|ballots| i64::try_from(ballots).ok()));
    let votes = contest.choices.iter().map(|choice| Some(choice.votes)).collect();
    ReportedPart { unit: "all".to_owned(), votes, ballots, registered: results.registered, ..ReportedPart::default() }
}

/// What is out of the ordinary with a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    BelowZero,
    /// More votes than the ballots allow.
    Votes,
    /// More ballots than registered voters.
    Ballots,
}

fn fault(contest: &ReportedContest, part: &ReportedPart) -> Option<(Kind, String)> {
    let place = if part.group.is_empty() { part.unit.clone() } else { format!("{} ({})", part.unit, part.group) };
    if let Some(negative) = part.votes.iter().flatten().find(|v| **v < 0) {
        return Some((Kind::BelowZero, format!("{place}: {negative} votes")));
    }
    let ballots = part.ballots?;
    // Only where it is known how many a voter may choose.
    let most = contest.votes_allowed.map(|allowed| ballots.saturating_mul(i64::from(allowed)));
    let votes = part.votes.iter().flatten().fold(0i64, |sum, v| sum.saturating_add(*v));
    if most.is_some_and(|most| votes > most) {
        return Some((Kind::Votes, format!("{place}: {votes} votes on {ballots} ballots")));
    }
    // No registered voters at all: the file doesn't know them.
    let registered = part.registered.filter(|registered| *registered > 0 && part.group.is_empty())?;
    let over = u64::try_from(ballots).is_ok_and(|ballots| ballots > registered);
    over.then(|| (Kind::Ballots, format!("{place}: {ballots} ballots, {registered} registered voters")))
}

fn finding(kind: Kind, contest: &ReportedContest, source: &str, said: &[String]) -> Result<Finding, FindingError> {
    let parts = of(said.len() as u64, "part", "parts");
    // Ballots may be cards, of some units only, or of voters who registered on the day; a name may have its votes in two lines.
    let (title, confidence, expected, next) = match kind {
        Kind::BelowZero => {
            ("counts below zero, which can't be,", Confidence::High, "counts of zero or more", BELOW_ZERO)
        }
        Kind::Votes => {
            ("more votes than the ballots allow", Confidence::Medium, "at most as many votes as ballots allow", VOTES)
        }
        Kind::Ballots => {
            let expected = "at most as many ballots as registered voters, unless voters register on election day";
            ("more ballots than registered voters", Confidence::Low, expected, BALLOTS)
        }
    };
    Finding::new(ABOUT.id, format!("{}: {title} in {parts}", contest.name), Severity::Medium, confidence)
        .at_source(source)
        .expected_seen(expected, list(said, NAMED))
        .next_step(next)
        .done()
}

const BELOW_ZERO: &str = "Look up on the unit's tape how many votes there were. A correction that was published as votes of its own makes \
    a count negative: it belongs into the count that it corrects.";
const VOTES: &str = "Compare the unit's number of ballots with its tape. Ballots of some ways of voting may be missing from the report, or \
    votes may stand in it twice, such as those for people written in: by name and all together.";
const BALLOTS: &str = "Ask whether cards were counted as ballots where a ballot has several, whether voters could register on election day \
    and are not among the registered, and whether the unit has no voters of its own, such as an absentee precinct. If not, compare \
    the poll book with the number of ballots.";

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(part: ReportedPart, votes_allowed: Option<u32>) -> Option<(Kind, String)> {
        let contest = ReportedContest { votes_allowed, ..ReportedContest::default() };
        fault(&contest, &ReportedPart { unit: "East".into(), ..part })
    }

    #[test]
    fn what_can_be_is_quiet() {
        let full = || ReportedPart {
            votes: vec![Some(60), Some(40)],
            ballots: Some(50),
            registered: Some(50),
            ..Default::default()
        };
        assert_eq!(faults(full(), Some(2)), None);
        assert_eq!(faults(full(), None), None, "nobody says how many a voter may choose");
        assert_eq!(faults(ReportedPart { registered: Some(0), ..full() }, Some(2)), None, "voters aren't known");
        assert_eq!(faults(ReportedPart { registered: Some(9), group: "Mail".into(), ..full() }, Some(2)), None);
    }

    #[test]
    fn what_needs_a_reason_is_named() {
        let part = |votes: i64, ballots, registered| ReportedPart {
            votes: vec![Some(votes)],
            ballots: Some(ballots),
            registered: Some(registered),
            ..ReportedPart::default()
        };
        assert_eq!(faults(part(-3, 9, 9), None), Some((Kind::BelowZero, "East: -3 votes".into())));
        assert_eq!(faults(part(51, 50, 60), Some(1)), Some((Kind::Votes, "East: 51 votes on 50 ballots".into())));
        let over = "East: 60 ballots, 50 registered voters".into();
        assert_eq!(faults(part(9, 60, 50), Some(1)), Some((Kind::Ballots, over)));
    }

    #[test]
    fn only_counts_below_zero_are_said_to_be_impossible() {
        let of = |votes: i64, ballots: i64| ReportedContest {
            name: "Clerk".into(),
            votes_allowed: Some(1),
            parts: vec![ReportedPart {
                unit: "Campus".into(),
                votes: vec![Some(votes)],
                ballots: Some(ballots),
                registered: Some(100),
                ..ReportedPart::default()
            }],
            ..ReportedContest::default()
        };
        let said = |contest: ReportedContest| {
            let (kind, said) = fault(&contest, &contest.parts[0]).expect("a fault");
            let finding = finding(kind, &contest, "results.csv", &[said]).expect("a finding");
            (finding.title.clone(), finding.confidence)
        };
        let title = |text: &str| format!("Clerk: {text} in 1 part");
        assert_eq!(said(of(-1, 9)), (title("counts below zero, which can't be,"), Confidence::High));
        assert_eq!(said(of(51, 50)), (title("more votes than the ballots allow"), Confidence::Medium));
        // Two cards a ballot, or registration on the day: nothing in the file tells them from a fault.
        assert_eq!(said(of(150, 300)), (title("more ballots than registered voters"), Confidence::Low));
    }
}
