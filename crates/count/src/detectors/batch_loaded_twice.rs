//! Publications of live results that add exactly what an earlier one added.

use pollwarden_core::{About, Audience, Confidence, Finding, Findings, Measure, Question, Severity, Stability};

use super::CountDetector;
use crate::{Evidence, Update};

pub(super) struct BatchLoadedTwice;

static ABOUT: About = About {
    id: "count/batch-loaded-twice",
    title: "The same votes published twice",
    question: Question::Count,
    since: "0.1.0",
    stability: Stability::Stable,
    tables: &[],
    looks_for: "Two publications that add the same number of votes to each of at least two choices, a hundred or more in all.",
    why: "A memory card or file that is loaded twice counts its voters twice. It is an ordinary mistake, usually noticed within \
        hours; if it isn't, the result is wrong.",
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
                let updates = contest.updates();
                for (at, update) in updates.iter().enumerate().filter(|(_, u)| could_be_a_batch(u)) {
                    let Some(first) = updates[..at].iter().find(|e| e.votes == update.votes) else { continue };
                    let between = &updates[..at];
                    let undone = updates.iter().any(|u| update.is_undone_by(u)) || between.iter().any(|u| first.is_undone_by(u));
                    let (state, before) = (&contest.states[update.at], &contest.states[first.at]);
                    let audience = if undone { Audience::Analyst } else { Audience::Clerk };
                    let title = match undone {
                        true => format!("{}: the same votes were published twice and taken back once", contest.name),
                        false => format!("{}: the same votes were published twice", contest.name),
                    };
                    found.push(
                        Finding::new(ABOUT.id, title, Severity::Medium, Confidence::Medium)
                            .at(&feed.source, state.line)
                            .against(&feed.source, Some(before.line))
                            .audience(audience)
                            .between(before.at, state.at)
                            .measure(Measure::exact("votes", update.total as f64, "votes"))
                            .expected_seen(
                                "updates that differ from each other",
                                format!("{} votes, split alike between the choices as in line {}", update.total, before.line),
                            )
                            .next_step(ABOUT.do_next)
                            .done(),
                    );
                }
            }
        }
    }
}

fn could_be_a_batch(update: &Update) -> bool {
    update.votes.iter().all(|v| *v >= 0) && update.choices_changed() >= 2 && update.total >= LEAST
}
