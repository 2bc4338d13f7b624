//! Contests that people read on cards whose record doesn't hold them.

use pollwarden_core::{About, Confidence, Finding, FindingError, Findings, Measure, Question, Severity, Stability};

use super::{CountDetector, SHANGRLA};
use crate::audit::{Audit, Interpretation};
use crate::evidence::list;
use crate::{ContestId, Evidence};

pub(super) struct ContestNotInRecord;

static ABOUT: About = About {
    id: "count/contest-not-in-record",
    title: "A contest that people read on cards whose record doesn't hold it",
    question: Question::Count,
    since: "0.1.0",
    stability: Stability::Stable,
    tables: &[],
    looks_for: "Rows of the audit board with a vote, or “blank”, in a contest that the card's cast vote record doesn't hold, whichever \
        contest the card was drawn for.",
    why: "A contest taken out of records takes its votes out of the count and, where cards are drawn by style, out of the draw: the \
        audit of that contest never sees them.",
    cannot_see: "Cards that were not drawn for any contest; cells that nobody filled.",
    do_next: "Look at each card again. If the contest is not on it, write “not on card”; else have the vendor export the records \
        again, and count the contest by hand until they hold it.",
    techniques: &[],
    references: &[SHANGRLA],
};

/// As many cards are named as people would look up.
const NAMED: usize = 12;

/// A row, and what it says of the contest.
struct Read<'a> {
    card: u64,
    row: usize,
    names: &'a [String],
}

impl CountDetector for ContestNotInRecord {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, evidence: &Evidence, found: &mut Findings) {
        let Some(audit) = &evidence.audit else { return };
        for name in &evidence.board.contests {
            let Some(id) = evidence.cvrs.find_contest(name) else { continue };
            let read = read_beside(name, id, audit, evidence);
            if !read.is_empty() {
                found.push(finding(name, &read, audit, evidence));
            }
        }
    }
}

fn read_beside<'a>(name: &str, id: ContestId, audit: &Audit, evidence: &'a Evidence) -> Vec<Read<'a>> {
    let rows = audit.replay.rows.iter().filter(|(card, _)| !audit.replay.disputed.contains_key(card));
    let beside = rows.filter_map(|(card, row)| {
        let record = audit.paper.record(*card).and_then(|at| evidence.cvrs.card(at))?;
        if record.marks(id).is_some() {
            return None;
        }
        let audited = evidence.board.cards.get(*row).filter(|audited| audited.votes.is_some())?;
        match evidence.board.read(audited, name) {
            Interpretation::Choices(names) => Some(Read { card: *card, row: *row, names }),
            Interpretation::NotOnCard | Interpretation::NotRead => None,
        }
    });
    beside.collect()
}

fn finding(name: &str, read: &[Read<'_>], audit: &Audit, evidence: &Evidence) -> Result<Finding, FindingError> {
    let title = match read {
        [_] => format!("{name}: people read it on a card whose record doesn't hold it"),
        _ => format!("{name}: people read it on {} cards whose records don't hold it", read.len()),
    };
    // “blank” for “not on card” is a slip of the pen that nobody's vote hangs on.
    let voted = read.iter().filter(|read| !read.names.is_empty()).count();
    let (severity, confidence) =
        if voted > 0 { (Severity::High, Confidence::High) } else { (Severity::Medium, Confidence::Low) };
    let mut draft = Finding::new(ABOUT.id, title, severity, confidence);
    let mut places: Vec<_> = read.iter().filter_map(|read| audit.row_place(read.row)).collect();
    places.sort_unstable();
    for (source, line) in places.into_iter().take(NAMED) {
        draft = draft.at(source, line);
    }
    if let Some(record) = read.first().and_then(|read| audit.paper.record(read.card)) {
        draft = draft.against(evidence.record_file(record), None);
    }
    let seen: Vec<String> = read.iter().map(|read| seen(read, audit, evidence)).collect();
    draft
        .measure(Measure::exact("cards", read.len() as f64, "cards"))
        .measure(Measure::exact("cards-with-a-vote", voted as f64, "cards"))
        .expected_seen("“not on card” in each row whose card has no such contest by its record", list(&seen, NAMED))
        .next_step(ABOUT.do_next)
        .done()
}

fn seen(read: &Read<'_>, audit: &Audit, evidence: &Evidence) -> String {
    let place = audit.paper.position(read.card);
    let card = place.map(|at| format!("card {} of {}", at.position, evidence.batch(at.batch))).unwrap_or_default();
    let what = if read.names.is_empty() { "blank".to_owned() } else { read.names.join("; ") };
    format!("{card} ({what})")
}
