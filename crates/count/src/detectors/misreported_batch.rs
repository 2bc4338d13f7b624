//! Batches whose hand count differs from their reported votes.

use pollwarden_core::{
    About, Audience, Confidence, Finding, FindingError, Findings, Measure, Question, Severity, Stability,
};

use super::{CountDetector, GENTLE};
use crate::Evidence;
use crate::audit::{BatchAudit, ContestAudit, names};
use crate::by_part::Part;
use crate::evidence::list;

pub(super) struct MisreportedBatch;

static ABOUT: About = About {
    id: "count/misreported-batch",
    title: "A batch whose hand count differs from its reported votes",
    question: Question::Count,
    since: "0.1.0",
    stability: Stability::Stable,
    tables: &[],
    looks_for: "Batches that people counted by hand with other votes than were reported of them, and whether two choices were \
        exchanged.",
    why: "A tabulator with the wrong ballot definition, a batch entered twice or under another's name, or a changed total alters a \
        batch as a whole. The measured risk has each in it; what made one may have made others that nobody drew.",
    cannot_see: "Batches that were not counted; votes that people and machine count amiss alike.",
    do_next: "Count the batch again. Look at the tabulator's log and ballot definition, and at every other batch of the same \
        machine.",
    techniques: &[],
    references: &[GENTLE],
};

/// People and machine differ on fewer votes than this share of a batch's cards, where all is well (see `altered_batch`).
const ORDINARY: f64 = 0.02;
/// One or two votes are slips of the pen.
const LEAST: u64 = 3;
/// As many choices are named as people would look up.
const NAMED: usize = 8;

impl CountDetector for MisreportedBatch {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, evidence: &Evidence, found: &mut Findings) {
        let Some(audit) = &evidence.audit else { return };
        for contest in &audit.contests {
            let Some(batches) = &contest.batches else { continue };
            for (batch, part) in differing(batches, evidence) {
                found.push(finding(contest, batch, &part, evidence));
            }
        }
    }
}

fn differing(batches: &BatchAudit, evidence: &Evidence) -> Vec<(usize, Part)> {
    let signed = |votes: u64| i64::try_from(votes).unwrap_or(i64::MAX);
    let part = |(batch, counted): (&usize, &Vec<u64>)| {
        let reported = batches.reported.get(batch);
        let reported =
            (0..counted.len()).map(|at| Some(signed(reported.and_then(|r| r.get(at)).copied().unwrap_or(0))));
        let recorded = counted.iter().map(|votes| signed(*votes)).collect();
        (*batch, Part { unit: evidence.batch(*batch), reported: reported.collect(), recorded })
    };
    batches.counted.iter().map(part).filter(|(_, part)| part.choices().next().is_some()).collect()
}

fn finding(contest: &ContestAudit, batch: usize, part: &Part, evidence: &Evidence) -> Result<Finding, FindingError> {
    let name = |at: usize| names(&contest.decided.contest, &[at as u32]).join("");
    let reported = |at: usize| part.reported[at].unwrap_or(0);
    let otherwise: u64 = part.choices().map(|at| reported(at).abs_diff(part.recorded[at])).max().unwrap_or(0);
    let cards = evidence.manifest.batches.get(batch).map_or(0, |b| b.cards);
    let exchanged = part.exchanged().map(|[a, b]| format!("{} and {}", name(a), name(b)));
    let title = match &exchanged {
        Some(pair) => format!("{}: {pair} seem to be exchanged in the reported votes of {}", contest.name(), part.unit),
        None => format!("{}: the reported votes of {} differ from its hand count", contest.name(), part.unit),
    };
    let large = otherwise >= LEAST && otherwise as f64 > ORDINARY * cards as f64;
    let (severity, confidence, audience) = match (exchanged.is_some() && large, large) {
        (true, _) => (Severity::Critical, Confidence::High, Audience::Clerk),
        (_, true) => (Severity::High, Confidence::Medium, Audience::Clerk),
        _ => (Severity::Low, Confidence::Medium, Audience::Analyst),
    };
    let mut draft = Finding::new(ABOUT.id, title, severity, confidence).audience(audience);
    let rows = evidence.board.batches.iter().filter(|row| row.contest == contest.name());
    let key = evidence.manifest.batches.get(batch).map(|b| &b.key);
    match rows.into_iter().find(|row| key.is_some_and(|key| key.batch == row.batch.batch)) {
        Some(row) => draft = draft.at(&row.source, row.line),
        None => draft = draft.at_source(evidence.manifest_file()),
    }
    let each = |votes: &dyn Fn(usize) -> i64| {
        list(&part.choices().map(|at| format!("{} {}", name(at), votes(at))).collect::<Vec<_>>(), NAMED)
    };
    draft
        .measure(Measure::exact("largest-difference", otherwise as f64, "votes"))
        .expected_seen(
            format!("as reported: {}", each(&reported)),
            format!("counted by hand: {}", each(&|at| part.recorded[at])),
        )
        .next_step(ABOUT.do_next)
        .done()
}
