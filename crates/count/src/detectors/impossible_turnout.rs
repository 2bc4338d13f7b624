//! More ballots than voters, or more votes than ballots.

use pollwarden_core::{About, Confidence, Finding, FindingError, Findings, Question, Severity, Stability};

use super::CountDetector;
use crate::evidence::list;
use crate::{Evidence, ReportedContest, ReportedPart, Results};

pub(super) struct ImpossibleTurnout;

static ABOUT: About = About {
    id: "count/impossible-turnout",
    title: "More ballots than registered voters, or more votes than ballots",
    question: Question::Count,
    since: "0.1.0",
    stability: Stability::Stable,
    tables: &[],
    looks_for: "Precincts and contests whose reported ballots are more than their registered voters, whose votes are more than their \
        ballots allow, or whose counts are negative.",
    why: "None of these can be. They come from ballots reported in the wrong precinct, from registration on the day that was not \
        added, from a column read amiss, or from votes that nobody cast.",
    cannot_see: "Counts that are wrong and possible.",
    do_next: "Compare the precinct's poll book, its number of ballots and its tape. Same-day registration explains a turnout above \
        the registration of the day before.",
    techniques: &[],
    references: &[],
};

/// As many parts are named as people would look up.
const NAMED: usize = 10;

/// Registration on election day adds up to about this share to the rolls of the day before. In Minnesota, which has had it for
/// longest, about one voter in five registered so in 2008 (Secretary of State).
const SAME_DAY: f64 = 0.25;

impl CountDetector for ImpossibleTurnout {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, evidence: &Evidence, found: &mut Findings) {
        for results in &evidence.results {
            for contest in &results.contests {
                let whole = whole(contest, results);
                let faults: Vec<Fault> =
                    contest.parts.iter().chain([&whole]).filter_map(|part| fault(contest, part)).collect();
                if !faults.is_empty() {
                    found.push(finding(contest, &results.source, &faults));
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

/// What can't be, and whether registration on the day could explain it.
struct Fault {
    said: String,
    registration: bool,
}

fn fault(contest: &ReportedContest, part: &ReportedPart) -> Option<Fault> {
    let place = if part.group.is_empty() { part.unit.clone() } else { format!("{} ({})", part.unit, part.group) };
    let cannot_be = |said: String| Some(Fault { said: format!("{place}: {said}"), registration: false });
    if let Some(negative) = part.votes.iter().flatten().find(|v| **v < 0) {
        return cannot_be(format!("{negative} votes"));
    }
    let ballots = part.ballots?;
    // Only where it is known how many a voter may choose.
    let most = contest.votes_allowed.map(|allowed| ballots.saturating_mul(i64::from(allowed)));
    let votes = part.votes.iter().flatten().fold(0i64, |sum, v| sum.saturating_add(*v));
    if most.is_some_and(|most| votes > most) {
        return cannot_be(format!("{votes} votes on {ballots} ballots"));
    }
    // No registered voters at all: the file doesn't know them.
    let registered = part.registered.filter(|registered| *registered > 0 && part.group.is_empty())?;
    let over = ballots as f64 - registered as f64;
    let said = format!("{place}: {ballots} ballots of {registered} registered voters");
    (over > 0.0).then_some(Fault { said, registration: over <= SAME_DAY * registered as f64 })
}

fn finding(contest: &ReportedContest, source: &str, faults: &[Fault]) -> Result<Finding, FindingError> {
    let said: Vec<String> = faults.iter().map(|fault| fault.said.clone()).collect();
    let parts = crate::evidence::of(faults.len() as u64, "part", "parts");
    let by_registration = faults.iter().all(|fault| fault.registration);
    let (title, confidence) = match by_registration {
        true => (format!("{}: more ballots than registered voters in {parts}", contest.name), Confidence::Low),
        false => (format!("{}: counts that can't be, in {parts}", contest.name), Confidence::High),
    };
    Finding::new(ABOUT.id, title, Severity::Medium, confidence)
        .at_source(source)
        .expected_seen(
            "at most as many ballots as registered voters, and as many votes as ballots allow",
            list(&said, NAMED),
        )
        .next_step(if by_registration { REGISTRATION } else { ABOUT.do_next })
        .done()
}

const REGISTRATION: &str = "Ask whether voters could register on election day: if the registered voters are those of the day before, that \
    explains it, and the number should be brought up to date. Otherwise compare the poll book with the number of ballots.";

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(part: ReportedPart, votes_allowed: Option<u32>) -> Option<(String, bool)> {
        let contest = ReportedContest { votes_allowed, ..ReportedContest::default() };
        fault(&contest, &ReportedPart { unit: "East".into(), ..part }).map(|f| (f.said, f.registration))
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
    fn what_cannot_be_is_named() {
        let part = |votes: i64, ballots, registered| ReportedPart {
            votes: vec![Some(votes)],
            ballots: Some(ballots),
            registered: Some(registered),
            ..ReportedPart::default()
        };
        assert_eq!(faults(part(-3, 9, 9), None), Some(("East: -3 votes".into(), false)));
        assert_eq!(faults(part(51, 50, 60), Some(1)), Some(("East: 51 votes on 50 ballots".into(), false)));
        assert_eq!(faults(part(9, 60, 50), Some(1)), Some(("East: 60 ballots of 50 registered voters".into(), true)));
        assert_eq!(faults(part(9, 90, 50), Some(1)).map(|f| f.1), Some(false));
    }
}
