//! Batches whose records differ from the paper far more often than elsewhere.

use std::collections::BTreeMap;

use pollwarden_core::{About, Audience, Confidence, Finding, FindingError, Findings, Measure, Question, Severity, Stability};
use statrs::distribution::{DiscreteCDF, Hypergeometric};

use super::{CountDetector, GENTLE};
use crate::{Evidence, percent};
use crate::audit::{Audit, CardVote, ContestAudit, Looked, names};

pub(super) struct AlteredBatch;

static ABOUT: About = About {
    id: "count/altered-batch",
    title: "A batch whose records differ from its paper",
    question: Question::Count,
    since: "0.1.0",
    stability: Stability::Stable,
    tables: &[],
    looks_for: "Batches in which drawn cards were read otherwise than the machine recorded them, far more often than in other \
        batches; and whether two choices were exchanged throughout.",
    why: "A tabulator with the wrong ballot definition, a file loaded for the wrong batch, or a changed record alters a batch as a \
        whole. It is the commonest way in which a wrong count was made in earnest, and it is mended by counting one batch.",
    cannot_see: "Batches of which no card was drawn; a batch with a single drawn card says too little.",
    do_next: "Count this batch by hand and compare it with the machine's record. Look at the tabulator's log and ballot definition, \
        and at every other batch of the same machine.",
    techniques: &[],
    references: &[GENTLE],
};

/// A batch is told from the others by chance less often than this, for all batches together.
const ALARM: f64 = 0.01;
/// Of one or two cards nobody can say that a batch was altered.
const LEAST: u64 = 2;

impl CountDetector for AlteredBatch {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, evidence: &Evidence, found: &mut Findings) {
        let Some(audit) = &evidence.audit else { return };
        for contest in &audit.contests {
            let batches = by_batch(contest, audit);
            let total = batches.values().fold((0, 0), |sum, b| (sum.0 + b.read, sum.1 + b.differ.len() as u64));
            for (batch, cards) in &batches {
                let chance = by_chance(cards, total) * batches.len() as f64;
                if cards.differ.len() as u64 >= LEAST && chance <= ALARM {
                    found.push(finding(contest, *batch, cards, chance, evidence, audit));
                }
            }
        }
    }
}

/// Cards of a batch that people read.
#[derive(Default)]
struct Cards<'a> {
    read: u64,
    differ: Vec<(&'a Looked, &'a CardVote, &'a CardVote)>,
}

fn by_batch<'a>(contest: &'a ContestAudit, audit: &Audit) -> BTreeMap<usize, Cards<'a>> {
    let mut batches: BTreeMap<usize, Cards<'a>> = BTreeMap::new();
    let batch_of = |looked: &Looked| audit.paper.position(looked.card).map(|at| at.batch);
    for looked in contest.each_card().filter(|looked| looked.read.is_some() && looked.recorded.is_some()) {
        if let Some(batch) = batch_of(looked) {
            batches.entry(batch).or_default().read += 1;
        }
    }
    for differ in contest.discrepancies() {
        if let Some(cards) = batch_of(differ.0).and_then(|batch| batches.get_mut(&batch)) {
            cards.differ.push(differ);
        }
    }
    batches
}

/// The chance that so many of all differing cards fall into this batch if they fell anywhere alike (Fisher 1935).
fn by_chance(cards: &Cards<'_>, (read, differ): (u64, u64)) -> f64 {
    let Some(below) = (cards.differ.len() as u64).checked_sub(1) else { return 1.0 };
    if cards.read == read {
        // Nothing to compare with: a share of differing cards that no hand has.
        return if differ * 5 >= read { ALARM / 2.0 } else { 1.0 };
    }
    Hypergeometric::new(read, differ, cards.read).map_or(1.0, |d| d.sf(below))
}

fn finding(
    contest: &ContestAudit,
    batch: usize,
    cards: &Cards<'_>,
    chance: f64,
    evidence: &Evidence,
    audit: &Audit,
) -> Result<Finding, FindingError> {
    let differ = cards.differ.len() as u64;
    let exchanged = exchanged(cards).map(|pair| names(&contest.decided.contest, &pair).join(" and "));
    let name = evidence.batch(batch);
    let title = match &exchanged {
        Some(pair) => format!("{}: {pair} are exchanged in the records of {name}", contest.name()),
        None => format!("{}: the records of {name} differ from its paper", contest.name()),
    };
    let cards_of = evidence.manifest.batches.get(batch).map_or(0, |b| b.cards);
    let (low, high) = pollwarden_limit::share(differ as u32, cards.read as u32);
    let seen = match &exchanged {
        Some(pair) => format!("{differ} of {} drawn cards read otherwise, each as if {pair} were exchanged", cards.read),
        None => format!("{differ} of {} drawn cards read otherwise", cards.read),
    };
    let mut draft = Finding::new(ABOUT.id, title, Severity::Critical, if exchanged.is_some() { Confidence::High } else { Confidence::Medium })
        .audience(Audience::Clerk);
    for (source, line) in cards.differ.iter().filter_map(|(looked, ..)| audit.row_place(looked.row?)).take(SITES) {
        draft = draft.at(source, line);
    }
    if let Some(record) = audit.paper.record(cards.differ[0].0.card) {
        draft = draft.against(evidence.record_file(record), None);
    }
    let share = differ as f64 / cards.read as f64;
    draft
        .measure(Measure::between(
            "cards-recorded-otherwise",
            low * cards_of as f64,
            share * cards_of as f64,
            high * cards_of as f64,
            "cards",
        ))
        .expected_seen(
            "as few differences as in other batches",
            format!("{seen}; by chance in {} of audits", percent(chance)),
        )
        .next_step(ABOUT.do_next)
        .done()
}

/// The two choices whose exchange explains every differing card.
fn exchanged(cards: &Cards<'_>) -> Option<[u32; 2]> {
    let single = |vote: &CardVote| match vote {
        CardVote::Choices(choices) => choices.first().copied(),
        CardVote::NoContest => None,
    };
    let (a, b) = cards.differ.iter().find_map(|(_, recorded, read)| {
        let (CardVote::Choices(x), CardVote::Choices(y)) = (recorded, read) else { return None };
        let only = |from: &[u32], other: &[u32]| from.iter().copied().find(|c| !other.contains(c));
        Some((only(x, y).or_else(|| single(recorded))?, only(y, x).or_else(|| single(read))?))
    })?;
    let swap = |choice: u32| match choice {
        c if c == a => b,
        c if c == b => a,
        c => c,
    };
    let explains = |recorded: &CardVote, read: &CardVote| match (recorded, read) {
        (CardVote::Choices(recorded), CardVote::Choices(read)) => {
            let mut swapped: Vec<u32> = recorded.iter().map(|c| swap(*c)).collect();
            let in_order = swapped == *read;
            swapped.sort_unstable();
            in_order || swapped == *read
        }
        _ => false,
    };
    let all = a != b && cards.differ.iter().all(|(_, recorded, read)| explains(recorded, read));
    all.then_some([a.min(b), a.max(b)])
}

/// As many of the board's rows are named as people would look at.
const SITES: usize = 10;
