//! The log's hash chain and numbering: each entry's digest covers the one before it.
//!
//! `chain = SHA-256(previous chain value, 0x1f, the other columns joined by 0x1f)`; before the first stand 64 zeros.
//! An entry that fails was altered after it was written or put in, or entries before it were taken out.

use sha2::{Digest as _, Sha256};

use super::entries::{CHAIN, Transaction};
use super::sheet::Row;

/// Up to this share, entries without the number or the digest that the others have were added, and numbers that stand twice are at
/// fault; where there are more, the log is kept otherwise, and who added what can't be told.
const FEW: f64 = 0.1;

/// The digests of a file's entries, and what they cover.
#[derive(Debug, Default)]
pub(crate) struct Chain {
    links: Vec<Link>,
}

#[derive(Debug)]
struct Link {
    stored: String,
    /// The other columns, joined by 0x1f.
    covered: String,
}

/// What a whole file's numbers and digests say.
#[derive(Debug, Default)]
pub(crate) struct Chained {
    /// Whether entries have digests.
    pub(crate) digests: bool,
    /// Entries that are missing, told from gaps in the numbers.
    pub(crate) missing: u64,
    /// Why entries that were added could not be told.
    pub(crate) unjudged: Vec<String>,
}

impl Chain {
    /// Keeps what is needed of the file's next entry.
    pub(crate) fn take(&mut self, row: &Row<'_>) {
        let stored = row.get(CHAIN).to_ascii_lowercase();
        let covered = row.all_but(CHAIN).collect::<Vec<_>>().join("\u{1f}");
        self.links.push(Link { covered: if stored.is_empty() { String::new() } else { covered }, stored });
    }

    /// Marks the entries, in the file's order, that do not follow from the others.
    pub(crate) fn mark(&self, all: &mut [Transaction]) -> Chained {
        let mut said = Chained { digests: self.links.iter().any(|link| !link.stored.is_empty()), ..Chained::default() };
        let order = in_order(all);
        let numbered: Vec<usize> = order.iter().copied().filter(|at| all[*at].seq.is_some()).collect();
        said.missing = gaps(all, &numbered);
        self.follow(all, &order);
        repeated(all, &numbered, &mut said);
        let without_number: Vec<bool> = all.iter().map(|t| t.seq.is_none()).collect();
        without(all, &without_number, "number", &mut said);
        let without_digest: Vec<bool> = self.links.iter().map(|link| link.stored.is_empty()).collect();
        without(all, &without_digest, "digest", &mut said);
        said
    }

    /// Holds each digest against the one before it. After a gap that one is missing: this says nothing against the entry.
    fn follow(&self, all: &mut [Transaction], order: &[usize]) {
        let digested = order.iter().filter(|at| !self.links[**at].stored.is_empty());
        let zeros = "0".repeat(64);
        // Before the last one that held may stand one that was put in: what follows it rests on the one before.
        let (mut held, mut last) = (&zeros, &zeros);
        for (place, &at) in digested.enumerate() {
            let link = &self.links[at];
            // A log that begins in the middle (an excerpt) can't be checked at its first entry.
            let excerpt = place == 0 && all[at].seq.is_some_and(|seq| seq > 1);
            let follows = [last, held].into_iter().any(|previous| link.follows(previous));
            all[at].chain_broken = !follows && !excerpt && !all[at].after_gap;
            last = &link.stored;
            if !all[at].chain_broken {
                held = last;
            }
        }
    }
}

impl Link {
    fn follows(&self, previous: &str) -> bool {
        digest(previous, std::iter::once(&*self.covered)) == self.stored
    }
}

/// Places of the entries in order of their numbers; of equal ones, as they stand. One without a number stays behind the one above it.
fn in_order(all: &[Transaction]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..all.len()).collect();
    let falls = all.windows(2).filter(|pair| pair[1].seq.is_some() && pair[1].seq < pair[0].seq).count();
    if falls * 2 > all.len() {
        order.reverse();
    }
    let mut last = None;
    let mut placed: Vec<(Option<u64>, usize)> = Vec::with_capacity(order.len());
    for at in order {
        last = all[at].seq.or(last);
        placed.push((last, at));
    }
    placed.sort_by_key(|(seq, _)| *seq);
    placed.into_iter().map(|(_, at)| at).collect()
}

/// Marks entries after a gap, and counts those that are missing.
fn gaps(all: &mut [Transaction], order: &[usize]) -> u64 {
    let mut missing = 0;
    for pair in order.windows(2) {
        if let (Some(before), Some(now)) = (all[pair[0]].seq, all[pair[1]].seq) {
            let gap = now.saturating_sub(before.saturating_add(1));
            all[pair[1]].after_gap = gap > 0;
            missing += gap;
        }
    }
    missing
}

/// A number that two acts have is one too many. Where a digest tells which of them was put in, the other is not at fault.
fn repeated(all: &mut [Transaction], order: &[usize], said: &mut Chained) {
    let one_act = |a: &Transaction, b: &Transaction| {
        a.voter_id == b.voter_id && a.time == b.time && a.operator == b.operator && a.field != b.field
    };
    let is_repeated = |pair: &&[usize]| {
        let (a, b) = (&all[pair[0]], &all[pair[1]]);
        a.seq.is_some() && a.seq == b.seq && !one_act(a, b)
    };
    let pairs: Vec<[usize; 2]> = order.windows(2).filter(is_repeated).map(|pair| [pair[0], pair[1]]).collect();
    let told = |pair: &[usize; 2]| pair.iter().any(|at| all[*at].chain_broken);
    let untold: Vec<usize> = pairs.iter().filter(|pair| !told(pair)).flatten().copied().collect();
    if pairs.len() as f64 <= FEW * order.len() as f64 {
        untold.into_iter().for_each(|at| all[at].chain_broken = true);
    } else if !untold.is_empty() {
        let why = format!("{} of its {} numbers stand on several acts", pairs.len(), order.len());
        said.unjudged.push(format!("{why}: whether entries were added can't be told"));
    }
}

/// An entry without what nearly all others have was added beside the log.
fn without(all: &mut [Transaction], lacks: &[bool], what: &str, said: &mut Chained) {
    let count = lacks.iter().filter(|lacks| **lacks).count();
    if count == 0 || count == all.len() {
        return;
    }
    if count as f64 <= FEW * all.len() as f64 {
        all.iter_mut().zip(lacks).filter(|(_, lacks)| **lacks).for_each(|(t, _)| t.chain_broken = true);
    } else {
        let why = format!("{count} of its {} entries have no {what}", all.len());
        said.unjudged.push(format!("{why}, and the others have: whether they were added can't be told"));
    }
}

/// The chain value of an entry.
pub(crate) fn digest<'a>(previous: &str, fields: impl Iterator<Item = &'a str>) -> String {
    let mut hasher = Sha256::new();
    hasher.update(previous.as_bytes());
    for field in fields {
        hasher.update([0x1f]);
        hasher.update(field.as_bytes());
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A log of so many entries, and its chain.
    fn log(entries: u64) -> (Vec<Link>, Vec<Transaction>) {
        let mut previous = "0".repeat(64);
        let (mut links, mut all) = (Vec::new(), Vec::new());
        for seq in 1..=entries {
            let covered = format!("{seq}\u{1f}V{seq}");
            previous = digest(&previous, std::iter::once(&*covered));
            links.push(Link { stored: previous.clone(), covered });
            all.push(Transaction { seq: Some(seq), voter_id: format!("V{seq}"), ..Transaction::default() });
        }
        (links, all)
    }

    fn marked(links: Vec<Link>, all: &mut [Transaction]) -> (Vec<String>, Chained) {
        let said = Chain { links }.mark(all);
        (all.iter().filter(|t| t.chain_broken).map(|t| t.voter_id.clone()).collect(), said)
    }

    fn added(seq: Option<u64>) -> Transaction {
        Transaction { seq, voter_id: "ADDED".into(), ..Transaction::default() }
    }

    #[test]
    fn an_entry_put_in_under_anothers_number_and_digest_is_told_and_no_other() {
        for place in [12, 13] {
            let (mut links, mut all) = log(30);
            let stored = links[12].stored.clone();
            links.insert(place, Link { stored, covered: "13\u{1f}ADDED".into() });
            all.insert(place, added(Some(13)));
            assert_eq!(marked(links, &mut all).0, ["ADDED"]);
        }
    }

    #[test]
    fn an_entry_with_neither_number_nor_digest_is_told_where_all_others_have_them() {
        let (mut links, mut all) = log(30);
        links.insert(12, Link { stored: String::new(), covered: String::new() });
        all.insert(12, added(None));
        assert_eq!(marked(links, &mut all).0, ["ADDED"]);
        let (mut links, mut all) = log(4);
        links.insert(2, Link { stored: String::new(), covered: String::new() });
        all.insert(2, added(None));
        let (marked, said) = marked(links, &mut all);
        assert!(marked.is_empty() && said.unjudged.len() == 2, "{said:?}");
    }

    #[test]
    fn a_log_in_any_order_and_one_with_a_gap_are_sound_but_for_what_is_missing() {
        let (mut links, mut all) = log(30);
        links.reverse();
        all.reverse();
        links.swap(3, 4);
        all.swap(3, 4);
        assert!(marked(links, &mut all).0.is_empty());
        let (mut links, mut all) = log(30);
        links.drain(10..15);
        all.drain(10..15);
        let (marked, said) = marked(links, &mut all);
        assert_eq!((marked.len(), said.missing, all[10].after_gap), (0, 5, true));
    }

    #[test]
    fn a_number_twice_without_digests_is_held_against_both() {
        let (_, mut all) = log(30);
        all.insert(13, added(Some(13)));
        let links = all.iter().map(|_| Link { stored: String::new(), covered: String::new() }).collect();
        assert_eq!(marked(links, &mut all).0, ["V13", "ADDED"]);
    }
}
