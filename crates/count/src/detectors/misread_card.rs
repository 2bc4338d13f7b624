//! Single cards that people read otherwise than the machine.

use pollwarden_core::{About, Audience, Confidence, Finding, Findings, Measure, Question, Severity, Stability};

use super::{CountDetector, GENTLE};
use crate::Evidence;
use crate::audit::{CardVote, ContestAudit, names};

pub(super) struct MisreadCard;

static ABOUT: About = About {
    id: "count/misread-card",
    title: "Cards that people read otherwise than the machine",
    question: Question::Count,
    since: "0.1.0",
    stability: Stability::Stable,
    tables: &[],
    looks_for: "Drawn cards whose cast vote record says something else than people read on them.",
    why: "A few come from stray marks and slips of the pen, on either side. The audit's measured risk has them in it; each shows \
        what kind of mark the machine takes amiss.",
    cannot_see: "Cards that were not drawn.",
    do_next: "Look at each card again, together with its image. Correct the row if a person erred; else leave it: the measured risk \
        has it in it.",
    techniques: &[],
    references: &[GENTLE],
};

impl CountDetector for MisreadCard {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, evidence: &Evidence, found: &mut Findings) {
        let Some(audit) = &evidence.audit else { return };
        for contest in &audit.contests {
            for (looked, recorded, read) in contest.discrepancies() {
                let Some((source, line)) = looked.row.and_then(|row| audit.row_place(row)) else { continue };
                let place = audit.paper.position(looked.card);
                let card =
                    place.map(|at| format!("card {} of {}", at.position, evidence.batch(at.batch))).unwrap_or_default();
                let title = format!("{}: {card} was read otherwise than it was recorded", contest.name());
                let mut draft = Finding::new(ABOUT.id, title, Severity::Low, Confidence::Medium).at(source, line);
                if let Some(record) = audit.paper.record(looked.card) {
                    draft = draft.against(evidence.record_file(record), None);
                }
                found.push(
                    draft
                        .audience(Audience::Analyst)
                        .measure(Measure::exact("cards-read", contest.cards_read() as f64, "cards"))
                        .expected_seen(in_words(contest, recorded), in_words(contest, read))
                        .next_step(ABOUT.do_next)
                        .done(),
                );
            }
        }
    }
}

fn in_words(contest: &ContestAudit, vote: &CardVote) -> String {
    match vote {
        CardVote::NoContest => "the contest is not on the card".to_owned(),
        CardVote::Choices(choices) if choices.is_empty() => "no valid vote".to_owned(),
        CardVote::Choices(choices) => {
            names(&contest.decided.contest, choices).join(if contest.decided.is_ranked() { ", then " } else { ", " })
        }
    }
}
