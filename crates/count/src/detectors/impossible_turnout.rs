//! More ballots than voters, or more votes than ballots.

use pollwarden_core::{About, Confidence, Finding, FindingError, Findings, Question, Severity, Stability};

use super::CountDetector;
use crate::evidence::list;
use crate::{Evidence, ReportedContest, ReportedPart};

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

impl CountDetector for ImpossibleTurnout {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, evidence: &Evidence, found: &mut Findings) {
        for results in &evidence.results {
            for contest in &results.contests {
                let faults: Vec<String> = contest.parts.iter().filter_map(|part| fault(contest, part)).collect();
                if !faults.is_empty() {
                    found.push(finding(contest, &results.source, &faults));
                }
            }
        }
    }
}

fn fault(contest: &ReportedContest, part: &ReportedPart) -> Option<String> {
    let place = if part.group.is_empty() { part.unit.clone() } else { format!("{} ({})", part.unit, part.group) };
    let votes = part.votes.iter().flatten().fold(0i64, |sum, v| sum.saturating_add(*v));
    let allowed = i64::from(contest.votes_allowed.unwrap_or(1));
    if let Some(negative) = part.votes.iter().flatten().find(|v| **v < 0) {
        return Some(format!("{place}: {negative} votes"));
    }
    let ballots = part.ballots?;
    if let Some(registered) = part.registered.filter(|r| part.group.is_empty() && ballots > i64::try_from(*r).unwrap_or(i64::MAX)) {
        return Some(format!("{place}: {ballots} ballots of {registered} registered voters"));
    }
    // Only where it is known how many a voter may choose.
    let most = contest.votes_allowed.map(|_| ballots.saturating_mul(allowed))?;
    (votes > most).then(|| format!("{place}: {votes} votes on {ballots} ballots"))
}

fn finding(contest: &ReportedContest, source: &str, faults: &[String]) -> Result<Finding, FindingError> {
    let title = format!("{}: counts that can't be, in {}", contest.name, crate::evidence::of(faults.len() as u64, "part", "parts"));
    Finding::new(ABOUT.id, title, Severity::Medium, Confidence::Medium)
        .at_source(source)
        .expected_seen("at most as many ballots as registered voters, and as many votes as ballots allow", list(faults, NAMED))
        .next_step(ABOUT.do_next)
        .done()
}
