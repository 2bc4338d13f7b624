//! Rows of the audit board for cards that were not drawn, that don't exist, or that have a row already.

use pollwarden_core::{About, Confidence, Finding, FindingError, Findings, Question, Severity, Stability};

use super::{CountDetector, GENTLE};
use crate::Evidence;
use crate::audit::Audit;
use crate::evidence::{in_words, list, of};

pub(super) struct StrayRow;

static ABOUT: About = About {
    id: "count/stray-row",
    title: "Rows of the audit board that belong to no drawn card",
    question: Question::Count,
    since: "0.1.0",
    stability: Stability::Stable,
    tables: &[],
    looks_for: "Rows for cards that the seed doesn't draw, rows that name no card of the manifest, and second rows of one card that say \
        something else.",
    why: "Rows of cards that people chose themselves could make an audit succeed; they take no part in the measured risk. Of rows that \
        contradict each other neither is believed: the card counts as if it had not been found. A row that names no card shows a slip, or a manifest that doesn't describe the paper.",
    cannot_see: "A row with a drawn card's place whose content was read from another card.",
    do_next: "Correct the row's batch and position by the card's label, or take the row out if the card was not drawn.",
    techniques: &[],
    references: &[GENTLE],
};

/// As many rows are named as people would look up.
const NAMED: usize = 12;

impl CountDetector for StrayRow {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, evidence: &Evidence, found: &mut Findings) {
        let Some(audit) = evidence.audit.as_ref().filter(|audit| !audit.drawn.is_empty()) else { return };
        let replay = &audit.replay;
        let extra: Vec<(usize, String)> = replay.extra.iter().map(|row| (*row, card(evidence, *row))).collect();
        let differ =
            |(row, first): &&(usize, usize)| evidence.board.cards[*row].votes != evidence.board.cards[*first].votes;
        let twice: Vec<(usize, String)> = replay
            .twice
            .iter()
            .filter(differ)
            .map(|(row, first)| {
                (*row, format!("line {} says something else of the same card", evidence.board.cards[*first].line))
            })
            .collect();
        let kinds = [
            ("for a card that was not drawn", "for cards that were not drawn", Severity::Medium, extra),
            (
                "names no card of the manifest",
                "name no card of the manifest",
                Severity::Medium,
                replay.unmappable.clone(),
            ),
            ("contradicts another row", "contradict other rows", Severity::High, twice),
        ];
        for (one, many, severity, rows) in kinds {
            if !rows.is_empty() {
                let kind = if rows.len() == 1 { one } else { many };
                found.push(finding(kind, severity, &rows, audit));
            }
        }
    }
}

/// The card that a row names.
fn card(evidence: &Evidence, row: usize) -> String {
    let row = &evidence.board.cards[row];
    match row.position {
        0 => format!("the card with the imprinted id {}", row.imprinted),
        position => format!("card {position} of {}", in_words(&row.batch)),
    }
}

fn finding(kind: &str, severity: Severity, rows: &[(usize, String)], audit: &Audit) -> Result<Finding, FindingError> {
    let title = format!("{} of the audit board {kind}", of(rows.len() as u64, "row", "rows"));
    let mut draft = Finding::new(ABOUT.id, title, severity, Confidence::High);
    for (source, line) in rows.iter().filter_map(|(row, _)| audit.row_place(*row)).take(NAMED) {
        draft = draft.at(source, line);
    }
    let mut why: Vec<String> = rows.iter().map(|(_, why)| why.clone()).collect();
    why.dedup();
    draft.expected_seen("one row for each drawn card, and no other", list(&why, NAMED)).next_step(ABOUT.do_next).done()
}
