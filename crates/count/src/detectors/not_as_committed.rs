//! Files or settings other than those that were entered in the ledger before the draw.

use pollwarden_core::{About, Confidence, Finding, FindingError, Findings, Question, Severity, Stability};

use super::{CountDetector, GENTLE};
use crate::evidence::list;
use crate::{Commitment, Evidence};

pub(super) struct NotAsCommitted;

static ABOUT: About = About {
    id: "count/not-as-committed",
    title: "Files that are not those committed to before the draw",
    question: Question::Count,
    since: "0.1.0",
    stability: Stability::Stable,
    tables: &[],
    looks_for: "Manifest, records, results and settings (without seed, rounds and hand counts) whose digests are not those that the \
        office's ledger holds from before the draw.",
    why: "Whoever knows which cards are drawn can make the records of just those cards right and all others wrong. The measured risk \
        is worth nothing unless everything was fixed before the seed.",
    cannot_see: "Whether the seed was known before the commitment, and files that were false when they were committed to.",
    do_next: "Put the committed files back and audit again. If the committed ones were wrong, correct them, commit again with witnesses, \
        and draw by a new seed.",
    techniques: &[],
    references: &[GENTLE],
};

/// As many files are named as people would look up.
const NAMED: usize = 12;

impl CountDetector for NotAsCommitted {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, evidence: &Evidence, found: &mut Findings) {
        let Some(commitment) = &evidence.commitment else { return };
        let is_feed = |name: &&str| evidence.feeds.iter().any(|feed| feed.source == *name);
        // Live results come in as long as ballots are counted, and no audit rests on them.
        let added: Vec<&str> = commitment.added().into_iter().filter(|name| !is_feed(name)).collect();
        let settings = if commitment.has_other_settings() { vec!["audit.toml"] } else { Vec::new() };
        let kinds = [
            (
                "Files are not those that were committed to before the draw",
                "other bytes",
                Severity::Critical,
                commitment.changed(),
            ),
            (
                "Files that were committed to before the draw are not here",
                "no such file",
                Severity::Critical,
                commitment.gone(),
            ),
            (
                "The settings are not those that were committed to before the draw",
                "other settings, beside seed, rounds and hand counts",
                Severity::Critical,
                settings,
            ),
            ("Files that nobody committed to before the draw", "files that it does not hold", Severity::High, added),
        ];
        for (title, seen, severity, names) in kinds {
            if !names.is_empty() {
                found.push(finding(title, seen, severity, &names, commitment));
            }
        }
    }
}

fn finding(
    title: &str,
    seen: &str,
    severity: Severity,
    names: &[&str],
    commitment: &Commitment,
) -> Result<Finding, FindingError> {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut draft = Finding::new(ABOUT.id, title, severity, Confidence::High);
    for name in names.iter().take(NAMED) {
        draft = draft.at_source(name.clone());
    }
    let expected = format!("the digests in {}", commitment.place);
    draft.expected_seen(expected, format!("{seen}: {}", list(&names, NAMED))).next_step(ABOUT.do_next).done()
}
