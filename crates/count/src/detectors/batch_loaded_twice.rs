//! Publications of live results that add exactly what an earlier one added.

use hashbrown::HashMap;
use pollwarden_core::{
    About, Audience, Confidence, Finding, FindingError, Findings, Measure, Question, Severity, Stability,
};

use super::CountDetector;
use crate::{Evidence, FeedContest, Update};

pub(super) struct BatchLoadedTwice;

static ABOUT: About = About {
    id: "count/batch-loaded-twice",
    title: "Two publications that add the same counts",
    question: Question::Count,
    since: "0.1.0",
    stability: Stability::Stable,
    tables: &[],
    looks_for: "Two publications that add the same number of votes to each of at least two choices, a hundred or more in all.",
    why: "A memory card or file that is loaded twice counts its voters twice. It is an ordinary mistake, and \
        if nobody notices, the result is wrong.",
    cannot_see: "A second load together with other votes in one publication.",
    do_next: "Look up which batches were loaded at both times. If one was loaded twice, take it back and publish that.",
    techniques: &[],
    references: &[],
};

/// Smaller updates are alike by chance.
const LEAST: i64 = 100;

impl CountDetector for BatchLoadedTwice {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, evidence: &Evidence, found: &mut Findings) {
        for feed in &evidence.feeds {
            for contest in &feed.contests {
                for twice in loaded_twice(&contest.updates()) {
                    found.push(finding(&feed.source, contest, &twice));
                }
            }
        }
    }
}

/// Two publications that add the same.
struct Twice {
    first: usize,
    second: usize,
    votes: i64,
    /// The publication that takes one of them back.
    undone: Option<usize>,
}

fn loaded_twice(updates: &[Update]) -> Vec<Twice> {
    let mut before: HashMap<&[(usize, i64)], usize> = HashMap::new();
    let mut undoing: HashMap<Vec<(usize, i64)>, Vec<usize>> = HashMap::new();
    for update in updates.iter().filter(|u| u.votes.iter().all(|(_, v)| *v < 0)) {
        undoing.entry(update.undoing().0).or_default().push(update.at);
    }
    let mut twice = Vec::new();
    for update in updates.iter().filter(|u| could_be_a_batch(u)) {
        if let Some(first) = before.get(update.votes.as_slice()).copied() {
            let undone = undoing.get(&update.votes).and_then(|places| places.iter().find(|at| **at > first)).copied();
            twice.push(Twice { first, second: update.at, votes: update.total, undone });
        }
        before.insert(&update.votes, update.at);
    }
    twice
}

fn could_be_a_batch(update: &Update) -> bool {
    update.votes.iter().all(|(_, v)| *v > 0) && update.votes.len() >= 2 && update.total >= LEAST
}

fn finding(source: &str, contest: &FeedContest, twice: &Twice) -> Result<Finding, FindingError> {
    let (first, second) = (&contest.states[twice.first], &contest.states[twice.second]);
    let (audience, severity, rest) = match twice.undone {
        Some(_) => (Audience::Analyst, Severity::Informational, ", taken back once"),
        None => (Audience::Clerk, Severity::Medium, ""),
    };
    let title = format!("{}: two publications add the same counts, {} votes{rest}", contest.name, twice.votes);
    let line = |at: usize| contest.states[at].line;
    let undone = twice.undone.map(|at| format!("; line {} takes them back", line(at))).unwrap_or_default();
    Finding::new(ABOUT.id, title, severity, Confidence::Medium)
        .at(source, second.line)
        .against(source, Some(first.line))
        .audience(audience)
        .between(first.at, second.at)
        .measure(Measure::exact("votes", twice.votes as f64, "votes"))
        .expected_seen(
            "updates that differ from each other",
            format!("{} votes, split between the choices as in line {}{undone}", twice.votes, first.line),
        )
        .next_step(ABOUT.do_next)
        .done()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn update(at: usize, ada: i64, ben: i64) -> Update {
        Update { at, votes: vec![(0, ada), (1, ben)], total: ada + ben, counted: 0, leading: None }
    }

    #[test]
    fn the_same_votes_twice_are_found_and_whether_they_were_taken_back() {
        let once = [update(1, 70, 40), update(2, 71, 40), update(3, 7, 4), update(4, 7, 4)];
        assert!(loaded_twice(&once).is_empty(), "nothing is alike, or it is small");
        let mut updates = vec![update(1, 70, 40), update(2, 9, 9), update(3, 70, 40)];
        let places = |updates: &[Update]| {
            loaded_twice(updates).iter().map(|t| (t.first, t.second, t.undone)).collect::<Vec<_>>()
        };
        assert_eq!(places(&updates), [(1, 3, None)]);
        updates.push(update(4, -70, -40));
        assert_eq!(places(&updates), [(1, 3, Some(4))]);
    }
}
