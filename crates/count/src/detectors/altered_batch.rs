//! Batches whose records differ from the paper far more often than elsewhere.

use std::collections::BTreeMap;

use pollwarden_core::{
    About, Audience, Confidence, Finding, FindingError, Findings, Measure, Question, Severity, Stability,
};
use statrs::distribution::{Binomial, DiscreteCDF, Hypergeometric};

use super::{CountDetector, GENTLE};
use crate::Evidence;
use crate::answer::at_most;
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
        whole. It is mended by counting one batch.",
    cannot_see: "Batches of which fewer than three drawn cards were read otherwise; and whether the records are wrong, or whether \
        the wrong cards were pulled from the batch.",
    do_next: "Make sure that the right cards were pulled: a batch that was shuffled or counted from the other end looks the same. Then \
        count this batch by hand and compare it with the machine's record. Look at the tabulator's log and ballot definition, and at \
        every other batch of the same machine.",
    techniques: &[],
    references: &[GENTLE],
};

/// A batch is told from the others by chance less often than this, for all batches and contests together (Bonferroni).
const ALARM: f64 = 0.01;
/// Of one or two cards nobody can say that a batch was altered.
const LEAST: u64 = 3;
/// People and machine differ on fewer cards than this, where all is well: twenty times the share of cards that audit software plans
/// for (0.1 %, Arlo's default).
const ORDINARY: f64 = 0.02;
/// An exchange of choices may leave one in so many cards unexplained: pens slip in such a batch too.
const SLIPS: usize = 10;

impl CountDetector for AlteredBatch {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self, evidence: &Evidence, found: &mut Findings) {
        let Some(audit) = &evidence.audit else { return };
        let contests = audit.contests.len() as f64;
        for contest in &audit.contests {
            let batches = by_batch(contest, audit);
            let total = batches.values().fold((0, 0), |sum, b| (sum.0 + b.read, sum.1 + b.differ.len() as u64));
            for (batch, cards) in &batches {
                let chance = by_chance(cards, total) * batches.len() as f64 * contests;
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
    /// Votes on cards that were read as they were recorded.
    agree: Vec<&'a CardVote>,
    differ: Vec<(&'a Looked, &'a CardVote, &'a CardVote)>,
}

fn by_batch<'a>(contest: &'a ContestAudit, audit: &Audit) -> BTreeMap<usize, Cards<'a>> {
    let mut batches: BTreeMap<usize, Cards<'a>> = BTreeMap::new();
    let batch_of = |looked: &Looked| audit.paper.position(looked.card).map(|at| at.batch);
    for looked in contest.each_card().filter(|looked| looked.read.is_some() && looked.recorded.is_some()) {
        if let Some(batch) = batch_of(looked) {
            let cards = batches.entry(batch).or_default();
            cards.read += 1;
            cards.agree.extend(looked.read.as_ref().filter(|_| looked.read == looked.recorded));
        }
    }
    for differ in contest.discrepancies() {
        if let Some(cards) = batch_of(differ.0).and_then(|batch| batches.get_mut(&batch)) {
            cards.differ.push(differ);
        }
    }
    batches
}

/// The chance of so many differing cards in this batch: if all of them fell anywhere alike (Fisher 1935), and if people and machine
/// differed as often as they ordinarily may; the larger of the two.
fn by_chance(cards: &Cards<'_>, (read, differ): (u64, u64)) -> f64 {
    let Some(below) = (cards.differ.len() as u64).checked_sub(1) else { return 1.0 };
    let ordinary = Binomial::new(ORDINARY, cards.read).map_or(1.0, |d| d.sf(below));
    // A batch of which nearly all drawn cards are has no others to be told from.
    if 2 * cards.read >= read {
        return ordinary;
    }
    Hypergeometric::new(read, differ, cards.read).map_or(1.0, |d| d.sf(below)).max(ordinary)
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
        Some(pair) => format!("{}: {pair} seem to be exchanged in the records of {name}", contest.name()),
        None => format!("{}: the records of {name} differ from its paper", contest.name()),
    };
    let cards_of = evidence.manifest.batches.get(batch).map_or(0, |b| b.cards);
    let (low, high) = pollwarden_limit::share(differ as u32, cards.read as u32);
    let seen = match &exchanged {
        Some(pair) => format!("{differ} of {} drawn cards read otherwise, as if {pair} were exchanged", cards.read),
        None if balanced(cards) => {
            let order = "as often one way as the other, as if the cards lay in another order than their records";
            format!("{differ} of {} drawn cards read otherwise, {order}", cards.read)
        }
        None => format!("{differ} of {} drawn cards read otherwise", cards.read),
    };
    // Wrong cards pulled from a batch look like wrong records, but not like an exchange.
    let (severity, confidence) =
        if exchanged.is_some() { (Severity::Critical, Confidence::High) } else { (Severity::High, Confidence::Medium) };
    let mut draft = Finding::new(ABOUT.id, title, severity, confidence).audience(Audience::Clerk);
    let mut places: Vec<_> = cards.differ.iter().filter_map(|(looked, ..)| audit.row_place(looked.row?)).collect();
    places.sort_unstable();
    for (source, line) in places.into_iter().take(SITES) {
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
            "as few differences as in other batches, and no more than people and machines ordinarily have",
            format!("{seen}; chance alone would show so many in one batch in {} of audits", at_most(chance)),
        )
        .next_step(ABOUT.do_next)
        .done()
}

/// Whether each choice was read about as often as it was recorded: within what chance would make of it.
fn balanced(cards: &Cards<'_>) -> bool {
    let mut more: BTreeMap<u32, i64> = BTreeMap::new();
    let mut add = |vote: &CardVote, by: i64| {
        let CardVote::Choices(choices) = vote else { return };
        choices.iter().for_each(|choice| *more.entry(*choice).or_default() += by);
    };
    for (_, recorded, read) in &cards.differ {
        add(recorded, 1);
        add(read, -1);
    }
    more.values().all(|more| more * more <= cards.differ.len() as i64)
}

/// The two choices whose exchange throughout the batch explains what was read.
fn exchanged(cards: &Cards<'_>) -> Option<[u32; 2]> {
    let pairs = cards.differ.iter().filter_map(|(_, recorded, read)| pair(recorded, read));
    pairs.into_iter().find(|pair| holds(*pair, cards))
}

/// The choice that the record has and the card has not, and the other way round; the first of each where both have the same.
fn pair(recorded: &CardVote, read: &CardVote) -> Option<[u32; 2]> {
    let (CardVote::Choices(recorded), CardVote::Choices(read)) = (recorded, read) else { return None };
    let only =
        |from: &[u32], other: &[u32]| from.iter().copied().find(|c| !other.contains(c)).or(from.first().copied());
    let (a, b) = (only(recorded, read)?, only(read, recorded)?);
    (a != b).then_some([a.min(b), a.max(b)])
}

fn holds(pair: [u32; 2], cards: &Cards<'_>) -> bool {
    let explained = cards.differ.iter().filter(|(_, recorded, read)| explains(pair, recorded, read)).count();
    // Cards that an exchange throughout would have altered, and didn't.
    let untouched = cards.agree.iter().filter(|vote| !explains(pair, vote, vote)).count();
    let otherwise = cards.differ.len() - explained + untouched;
    otherwise * SLIPS <= explained
}

fn explains([a, b]: [u32; 2], recorded: &CardVote, read: &CardVote) -> bool {
    let (CardVote::Choices(recorded), CardVote::Choices(read)) = (recorded, read) else { return recorded == read };
    let swap = |choice: &u32| match *choice {
        c if c == a => b,
        c if c == b => a,
        c => c,
    };
    let mut swapped: Vec<u32> = recorded.iter().map(swap).collect();
    let in_order = swapped == *read;
    swapped.sort_unstable();
    in_order || swapped == *read
}

/// As many of the board's rows are named as people would look at.
const SITES: usize = 10;
