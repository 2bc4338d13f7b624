//! Rows of the audit board whose imprinted id is that of another card.

use pollwarden_core::{About, Confidence, Finding, FindingError, Findings, Measure, Question, Severity, Stability};

use super::{CountDetector, ZOMBIES};
use crate::Evidence;
use crate::audit::{Audit, Dispute};
use crate::evidence::{list, of};

pub(super) struct ImprintedMismatch;

static ABOUT: About = About {
    id: "count/imprinted-mismatch",
    title: "Rows whose imprinted id is that of another card",
    question: Question::Count,
    since: "0.1.0",
    stability: Stability::Stable,
    tables: &[],
    looks_for: "Rows of the audit board whose imprinted id is not that of the card's record, and one imprinted id in the rows of several \
        cards. What stands between the parts of an id, and noughts before them, are passed over.",
    why: "The scanner prints the id on the paper that it records. Another id means that another card was looked at: who may choose \
        the cards may choose the audit's outcome.",
    cannot_see: "Cards without an imprinted id, rows in which it was left out, and ids that were copied from the sheet instead of read \
        from the card.",
    do_next: "Fetch the card with the drawn id and read it. Correct the id if it was typed amiss. Until then each such card counts as \
        a vote against every reported winner.",
    techniques: &[],
    references: &[ZOMBIES],
};

/// As many rows are named as people would look up.
const NAMED: usize = 12;

impl CountDetector for ImprintedMismatch {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, evidence: &Evidence, found: &mut Findings) {
        let Some(audit) = &evidence.audit else { return };
        let by_id = audit.replay.disputed.iter().filter(|(_, d)| !matches!(d, Dispute::Contradicted { .. }));
        let mut rows: Vec<(usize, String)> =
            by_id.map(|(card, dispute)| (dispute.row(), says(*card, dispute, audit, evidence))).collect();
        rows.sort();
        if !rows.is_empty() {
            found.push(finding(&rows, audit, evidence));
        }
    }
}

fn says(card: u64, dispute: &Dispute, audit: &Audit, evidence: &Evidence) -> String {
    let place = audit.paper.position(card);
    let name = place.map(|at| format!("card {} of {}", at.position, evidence.batch(at.batch))).unwrap_or_default();
    format!("{name}: {}", dispute.in_words(&evidence.board))
}

fn finding(rows: &[(usize, String)], audit: &Audit, evidence: &Evidence) -> Result<Finding, FindingError> {
    let many = of(rows.len() as u64, "row has the imprinted id", "rows have the imprinted ids");
    let title = format!("{many} of other cards than {}", if rows.len() == 1 { "it names" } else { "they name" });
    let mut draft = Finding::new(ABOUT.id, title, Severity::High, Confidence::High);
    for (source, line) in rows.iter().filter_map(|(row, _)| audit.row_place(*row)).take(NAMED) {
        draft = draft.at(source, line);
    }
    if !evidence.cvrs.is_empty() {
        draft = draft.against(evidence.record_file(0), None);
    }
    let seen: Vec<String> = rows.iter().map(|(_, says)| says.clone()).collect();
    draft
        .measure(Measure::exact("cards", rows.len() as f64, "cards"))
        .expected_seen("in each row the id that the scanner printed on the card by its record", list(&seen, NAMED))
        .next_step(ABOUT.do_next)
        .done()
}
