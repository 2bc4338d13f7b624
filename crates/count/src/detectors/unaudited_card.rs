//! Drawn cards that nobody looked at, or that were not there.

use pollwarden_core::{About, Confidence, Finding, Findings, Measure, Question, Severity, Stability};

use super::{CountDetector, ZOMBIES};
use crate::Evidence;
use crate::audit::{AUDIT_FILE, Audit, Fate};
use crate::evidence::list;

pub(super) struct UnauditedCard;

static ABOUT: About = About {
    id: "count/unaudited-card",
    title: "Drawn cards that nobody looked at, or that were not there",
    question: Question::Count,
    since: "0.1.0",
    stability: Stability::Stable,
    tables: &[],
    looks_for: "Cards that the public seed draws and that no row of the audit board speaks of, or that the board did not find. The draw is \
        made again here from seed and manifest alone.",
    why: "Leaving out cards that don't fit makes any audit succeed. An audit's statement holds only if exactly the drawn cards were \
        looked at.",
    cannot_see: "Rounds that a board has hardly begun: the answer says that they are under way. Whether the seed was drawn after manifest and records were fixed; the office's ledger shows that.",
    do_next: "Have the board look at each named card and add its row. Each counts as a vote against every reported winner until \
        then.",
    techniques: &[],
    references: &[ZOMBIES],
};

/// As many cards are named as people would look up.
const NAMED: usize = 12;

impl CountDetector for UnauditedCard {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, evidence: &Evidence, found: &mut Findings) {
        let Some(audit) = evidence.audit.as_ref().filter(|audit| !audit.drawn.is_empty()) else { return };
        let drawn = audit.replay.drawn.len() as u64;
        // What a board hasn't come to yet is a gap in coverage, not a fault of the board's.
        let coming = audit.coming();
        let not_audited = cards(audit, evidence, |card, fate| fate == Fate::NotAudited && !coming.contains(&card));
        if !not_audited.is_empty() {
            let title = format!(
                "{} of {drawn} drawn cards {} no row of the audit board",
                not_audited.len(),
                if not_audited.len() == 1 { "has" } else { "have" }
            );
            found.push(finding(title, "no row", &not_audited));
        }
        let missing = cards(audit, evidence, |_, fate| matches!(fate, Fate::NotFound(_)));
        if !missing.is_empty() {
            let title = format!(
                "{} of {drawn} drawn cards {} not found",
                missing.len(),
                if missing.len() == 1 { "was" } else { "were" }
            );
            found.push(finding(title, "not found in its place", &missing));
        }
    }
}

fn cards(audit: &Audit, evidence: &Evidence, which: impl Fn(u64, Fate) -> bool) -> Vec<String> {
    let cards = audit.replay.drawn.iter().filter(|(card, fate)| which(**card, **fate)).map(|(card, _)| *card);
    let named = cards.filter_map(|card| {
        let at = audit.paper.position(card)?;
        let recorded = if audit.paper.record(card).is_none() { " (which has no record either)" } else { "" };
        Some(format!("card {} of {}{recorded}", at.position, evidence.batch(at.batch)))
    });
    named.collect()
}

fn finding(title: String, seen: &str, cards: &[String]) -> Result<Finding, pollwarden_core::FindingError> {
    Finding::new(ABOUT.id, title, Severity::High, Confidence::High)
        .at_source(AUDIT_FILE)
        .measure(Measure::exact("cards", cards.len() as f64, "cards"))
        .expected_seen(
            "one row of the board for each drawn card, and each card in its place",
            format!("{seen}: {}", list(cards, NAMED)),
        )
        .next_step(ABOUT.do_next)
        .done()
}
