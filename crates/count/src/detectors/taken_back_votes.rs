//! Published counts that went down, told apart into corrections that the feed itself explains and those that it doesn't.

use pollwarden_core::{About, Audience, Confidence, Finding, FindingError, Findings, Measure, Question, Reference, Severity, Stability};

use super::CountDetector;
use crate::{Evidence, FeedContest, Update};

pub(super) struct TakenBackVotes;

static ABOUT: About = About {
    id: "count/taken-back-votes",
    title: "Published votes that were taken back",
    question: Question::Count,
    since: "0.1.0",
    stability: Stability::Stable,
    tables: &[],
    looks_for: "Publications of live results in which a choice, or the total, has fewer votes than before; whether an earlier publication \
        is undone by it exactly; and whether votes moved from one choice to another.",
    why: "Corrections are ordinary: of 1,924 publications of state results in November 2020, 91 lowered a total. Each looks like \
        manipulation to those who watch, so an office should know of each, with its reason, before it is asked.",
    cannot_see: "Corrections within one publication, and votes that were added wrongly and never taken back.",
    do_next: "Write down which file or typing mistake was corrected, by whom, and when; publish it beside the results.",
    techniques: &[],
    references: &[FEEDS],
};

const FEEDS: Reference = Reference { title: "State results of 3 November 2020 as they were published", place: "docs/accuracy.md" };

/// A correction of a smaller share of the votes counted so far is for analysts.
const LARGE: f64 = 0.005;
/// Votes that one choice lost and another gained are the same votes, up to this share of them.
const SAME: f64 = 0.02;
/// Fewer moved votes are told as a correction like any other.
const LEAST_MOVED: i64 = 10;

impl CountDetector for TakenBackVotes {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, evidence: &Evidence, found: &mut Findings) {
        for feed in &evidence.feeds {
            for contest in &feed.contests {
                let updates = contest.updates();
                for (at, update) in updates.iter().enumerate() {
                    if update.total < 0 || update.votes.iter().any(|v| *v < 0) {
                        found.push(finding(&feed.source, contest, update, &updates[..at], &updates[at + 1..]));
                    }
                }
            }
        }
    }
}

/// What a correction is.
enum Kind<'a> {
    /// It takes back exactly what an earlier publication added.
    Undoes(&'a Update),
    /// A later publication adds exactly what it takes back.
    UndoneBy(&'a Update),
    /// Votes moved: from a choice, to a choice, how many.
    Moved(usize, usize, i64),
    /// Nothing in the feed explains it.
    Unexplained,
}

fn kind<'a>(update: &Update, earlier: &'a [Update], later: &'a [Update]) -> Kind<'a> {
    if let Some(undone) = earlier.iter().rev().find(|e| e.is_undone_by(update)) {
        return Kind::Undoes(undone);
    }
    if let Some((from, to, votes)) = moved(update) {
        return Kind::Moved(from, to, votes);
    }
    later.iter().find(|l| update.is_undone_by(l)).map_or(Kind::Unexplained, Kind::UndoneBy)
}

fn moved(update: &Update) -> Option<(usize, usize, i64)> {
    let (from, lost) = update.votes.iter().enumerate().min_by_key(|(_, v)| **v)?;
    let (to, gained) = update.votes.iter().enumerate().max_by_key(|(_, v)| **v)?;
    let lost = lost.checked_neg().filter(|lost| *lost >= LEAST_MOVED)?;
    let same = (lost - gained).abs() as f64 <= SAME * lost as f64 && update.total.abs() as f64 <= SAME * lost as f64;
    same.then_some((from, to, lost))
}

fn finding(
    source: &str,
    contest: &FeedContest,
    update: &Update,
    earlier: &[Update],
    later: &[Update],
) -> Result<Finding, FindingError> {
    let (before, after) = (&contest.states[update.at - 1], &contest.states[update.at]);
    let lost = update.votes.iter().copied().chain([update.total]).min().unwrap_or(0).unsigned_abs();
    let counted = before.total.unwrap_or_else(|| before.votes.iter().sum()).max(1);
    let large = lost as f64 >= LARGE * counted as f64;
    let line = |update: &Update| contest.states.get(update.at).map_or(0, |state| state.line);
    let (said, explained) = match kind(update, earlier, later) {
        Kind::Undoes(undone) => (format!("it takes back exactly what line {} added", line(undone)), true),
        Kind::UndoneBy(undone) => (format!("line {} adds exactly the same again", line(undone)), true),
        Kind::Moved(from, to, votes) => {
            (format!("{votes} votes moved from {} to {}", contest.choices[from], contest.choices[to]), false)
        }
        Kind::Unexplained => ("nothing in the feed explains it".to_owned(), false),
    };
    let audience = if large && !explained { Audience::Clerk } else { Audience::Analyst };
    let severity = if large && !explained { Severity::Medium } else { Severity::Informational };
    Finding::new(ABOUT.id, format!("{}: published votes were taken back; {said}", contest.name), severity, Confidence::Medium)
        .at(source, after.line)
        .against(source, Some(before.line))
        .audience(audience)
        .between(before.at, after.at)
        .measure(Measure::exact("votes-taken-back", lost as f64, "votes"))
        .expected_seen("counts that only grow", changes(contest, update))
        .next_step(ABOUT.do_next)
        .done()
}

fn changes(contest: &FeedContest, update: &Update) -> String {
    let each = contest.choices.iter().zip(&update.votes).filter(|(_, v)| **v != 0).map(|(name, v)| format!("{name} {v:+}"));
    let all: Vec<String> = each.chain([format!("all votes {:+}", update.total)]).collect();
    crate::evidence::list(&all, 6)
}
