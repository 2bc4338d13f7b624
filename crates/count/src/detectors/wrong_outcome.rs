//! A reported outcome that records or paper contradict.

use pollwarden_core::{About, Confidence, Finding, Findings, Measure, Question, Severity, Stability};

use super::{CountDetector, GENTLE, SHANGRLA};
use crate::audit::{AUDIT_FILE, Audit, ContestAudit, names};
use crate::{Evidence, percent};

pub(super) struct WrongOutcome;

static ABOUT: About = About {
    id: "count/wrong-outcome",
    title: "A reported outcome that the records or the paper contradict",
    question: Question::Count,
    since: "0.1.0",
    stability: Stability::Stable,
    tables: &[],
    looks_for: "Contests whose cast vote records have other winners than were reported, and contests in whose drawn cards people \
        read so many votes otherwise than the machines did that the reported winners can hardly have won.",
    why: "It is the harm itself: somebody takes office whom the voters did not elect.",
    cannot_see: "An outcome that is wrong by votes that never were on paper, or on paper that is not in the manifest; and nothing \
        in contests that no card was drawn for.",
    do_next: "Stop certification of the contest and count all its cards by hand. Keep machines, memory cards and ballots as \
        they are, sealed, with a record of who had access.",
    techniques: &[],
    references: &[GENTLE, SHANGRLA],
};

impl CountDetector for WrongOutcome {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, evidence: &Evidence, found: &mut Findings) {
        let Some(audit) = &evidence.audit else { return };
        for contest in &audit.contests {
            if let Some(Ok(recorded)) = &contest.recorded_winners
                && *recorded != sorted(&contest.decided.winners)
                && !contest.decided.winners.is_empty()
            {
                found.push(by_records(contest, recorded, evidence));
            }
            if let Some(doubt) = against_paper(contest, audit) {
                found.push(by_paper(contest, doubt, audit));
            }
        }
    }
}

fn sorted(winners: &[u32]) -> Vec<u32> {
    let mut winners = winners.to_vec();
    winners.sort_unstable();
    winners
}

/// The smallest chance of such cards under any of the assertions, where it is within the risk limit.
fn against_paper(contest: &ContestAudit, audit: &Audit) -> Option<f64> {
    let measured = contest.measured.as_ref().ok()?;
    // Each of several assertions has its own chance to be doubted wrongly: Bonferroni.
    let doubt = measured.iter().map(|m| m.doubt).fold(1.0, f64::min) * measured.len().max(1) as f64;
    (doubt <= audit.settings.risk_limit.share()).then_some(doubt)
}

fn by_records(contest: &ContestAudit, recorded: &[u32], evidence: &Evidence) -> Result<Finding, pollwarden_core::FindingError> {
    let reported = contest.winners().join(", ");
    let others = names(&contest.decided.contest, recorded).join(", ");
    Finding::new(ABOUT.id, format!("{}: the records have another winner than was reported", contest.name()), Severity::Critical, Confidence::High)
        .at_source(evidence.record_file(0))
        .against(AUDIT_FILE, None)
        .expected_seen(
            format!("{reported} wins by the cast vote records, as reported"),
            format!("{others} wins by the cast vote records"),
        )
        .next_step(ABOUT.do_next)
        .done()
}

fn by_paper(contest: &ContestAudit, doubt: f64, audit: &Audit) -> Result<Finding, pollwarden_core::FindingError> {
    let rows = contest.discrepancies().filter_map(|(looked, ..)| looked.row);
    let differ = contest.discrepancies().count() as f64;
    let title = format!("{}: the paper contradicts the reported outcome", contest.name());
    let mut draft = Finding::new(ABOUT.id, title, Severity::Critical, Confidence::High).against(AUDIT_FILE, None);
    for (source, line) in rows.filter_map(|row| audit.row_place(row)).take(SITES) {
        draft = draft.at(source, line);
    }
    draft
        .at_source(AUDIT_FILE)
        .measure(Measure::exact("cards-read-otherwise", differ, "cards"))
        .measure(Measure::exact("cards-read", contest.cards_read() as f64, "cards"))
        .expected_seen(
            format!("cards on which people read what bears out that {} won", contest.winners().join(", ")),
            format!("cards that would be drawn in at most {} of audits if that were so", percent(doubt)),
        )
        .next_step(ABOUT.do_next)
        .done()
}

/// As many of the board's rows are named as people would look at.
const SITES: usize = 10;
