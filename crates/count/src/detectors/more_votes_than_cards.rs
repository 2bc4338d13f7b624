//! More reported votes than the manifest has cards for.

use pollwarden_core::{About, Confidence, Finding, Findings, Question, Severity, Stability};

use super::{CountDetector, GENTLE};
use crate::Evidence;
use crate::audit::beyond_paper;

pub(super) struct MoreVotesThanCards;

static ABOUT: About = About {
    id: "count/more-votes-than-cards",
    title: "More reported votes than the manifest's cards can hold",
    question: Question::Count,
    since: "0.1.0",
    stability: Stability::Stable,
    tables: &[],
    looks_for: "Audited contests with more reported votes than cards in the ballot manifest, times the votes that each voter has; and \
        choices with more votes than there are cards.",
    why: "Cards are drawn from the manifest alone. A manifest that leaves out cards hides them from every draw, and from a full hand \
        count; results with more votes than cards have votes that never were on paper.",
    cannot_see: "Cards left out, or votes added, while there are still more cards than votes.",
    do_next: "Count the cards of each batch and hold the manifest against the poll books. Where a voter may choose several, say \
        `votes_allowed` in audit.toml. Draw again from the whole manifest, with a new seed.",
    techniques: &[],
    references: &[GENTLE],
};

impl CountDetector for MoreVotesThanCards {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, evidence: &Evidence, found: &mut Findings) {
        let Some(audit) = &evidence.audit else { return };
        for contest in &audit.contests {
            let Some(beyond) = beyond_paper(contest, audit, evidence) else { continue };
            let title = format!("{}: more votes are reported than the manifest has cards for", contest.name());
            let finding = Finding::new(ABOUT.id, title, Severity::High, Confidence::High)
                .at_source(&beyond.source)
                .against(evidence.manifest_file(), None)
                .expected_seen(
                    format!("at most {} votes for {} on {} cards", beyond.most, beyond.of, beyond.cards),
                    format!("{} votes", beyond.votes),
                )
                .next_step(ABOUT.do_next)
                .done();
            found.push(finding);
        }
    }
}
