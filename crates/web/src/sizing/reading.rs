//! What one visitor read on one route: which records, and which answers held one.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;
use pollwarden_core::Tally;
use xxhash_rust::xxh3::xxh3_64;

use super::Answers;

/// Between the identifier-like values of one request.
const BETWEEN: char = '\u{1f}';
/// More identifier-like values than this are not told apart.
const MOST_PARTS: usize = 8;
/// So many distinct records, and a watching office would have been told.
pub(crate) const NOTICED_AT: usize = 50;
/// So many records in order, faster than this (in microseconds) each, are no clerk's work.
const WALKED: usize = 200;
const GLANCE: i64 = 4_000_000;

/// The records that were read on one route, by one visitor or by several together, in order of time.
///
/// Of each read only keys are held, some 40 bytes: a theft may be of millions.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    times: Vec<i64>,
    sizes: Vec<Option<u64>>,
    /// For each of the identifier-like values of a request: one key a read.
    parts: Vec<Vec<Part>>,
    answers: Answers,
}

/// An identifier-like value.
#[derive(Debug, Clone, Copy, Default)]
struct Part {
    key: u64,
    number: Option<u64>,
}

/// What the reads add up to.
#[derive(Debug, Default)]
pub(crate) struct Harvest {
    /// Records that answers held, as keys.
    pub(crate) records: HashSet<u64>,
    /// When each of them left first, in order of time.
    pub(crate) times: Vec<Timestamp>,
    /// Least and greatest number that was asked for, where records have numbers.
    pub(crate) range: Option<(u64, u64)>,
    /// Whether answers' sizes told records from misses.
    pub(crate) sized: bool,
    /// Answers of "no such record".
    pub(crate) misses: usize,
    /// Records that others read who read alike, but may be ordinary people.
    pub(crate) perhaps: usize,
    /// Of `records`, how many may have been read by others who came at the same time: likely, at most.
    pub(crate) of_others: (f64, f64),
    /// The share of records whose number follows the one before.
    pub(crate) in_sequence: f64,
}

impl Reading {
    /// Counts a read; reads come in order of time.
    pub(crate) fn add(&mut self, at: Timestamp, record: &str, bytes: Option<u64>) {
        self.answers.add(bytes);
        let read = self.times.len();
        // Who is looked up by name and birth date is named by all of it: a birth date alone is shared by many. No other
        // value without a digit is part of a record.
        let of_a_person = record.split(BETWEEN).any(|value| !value.bytes().any(|b| b.is_ascii_digit()));
        let values = record.split(if of_a_person { '\0' } else { BETWEEN });
        for (i, value) in values.enumerate().take(MOST_PARTS) {
            if self.parts.len() <= i {
                self.parts.push(Vec::new());
            }
            // A read without this value has the key 0 there.
            self.parts[i].resize(read, Part::default());
            self.parts[i].push(Part { key: xxh3_64(value.as_bytes()), number: value.parse().ok() });
        }
        self.times.push(at.as_microsecond());
        self.sizes.push(bytes);
    }

    /// How many reads there are.
    pub(crate) fn len(&self) -> usize {
        self.times.len()
    }

    /// Takes in another client's reads.
    pub(crate) fn join(&mut self, other: Self) {
        let (ours, theirs) = (self.len(), other.len());
        self.parts.resize(self.parts.len().max(other.parts.len()), Vec::new());
        for (i, part) in self.parts.iter_mut().enumerate() {
            part.resize(ours, Part::default());
            part.extend(other.parts.get(i).into_iter().flatten());
            part.resize(ours + theirs, Part::default());
        }
        self.times.extend(other.times);
        self.sizes.extend(other.sizes);
        self.answers.join(&other.answers);
    }

    /// When the first read was.
    pub(crate) fn first(&self) -> Option<i64> {
        self.times.iter().min().copied()
    }

    /// When reads were, in order.
    pub(crate) fn times(&self) -> Vec<i64> {
        let mut times = self.times.clone();
        times.sort_unstable();
        times
    }

    /// The reads of a stretch of time.
    pub(crate) fn within(&self, (from, to): (i64, i64)) -> Self {
        let mut within = Self { parts: vec![Vec::new(); self.parts.len()], ..Self::default() };
        for read in (0..self.len()).filter(|&read| (from..=to).contains(&self.times[read])) {
            within.times.push(self.times[read]);
            within.sizes.push(self.sizes[read]);
            within.answers.add(self.sizes[read]);
            for (part, all) in within.parts.iter_mut().zip(&self.parts) {
                part.push(all.get(read).copied().unwrap_or_default());
            }
        }
        within
    }

    /// Adds up: which value names the record, which answers were misses.
    pub(crate) fn harvest(&self) -> Harvest {
        let miss = self.answers.miss();
        let (mut harvest, mut follow, mut last) =
            (Harvest { sized: self.answers.tell(), ..Harvest::default() }, 0, None);
        let part = self.naming_part();
        for i in self.in_order().into_iter().filter(|&i| i < part.len()) {
            let (part, bytes, at) = (part[i], self.sizes[i], self.times[i]);
            follow += u32::from(part.number.zip(last).is_some_and(|(n, l): (u64, u64)| n.abs_diff(l) == 1));
            last = part.number.or(last);
            harvest.range = widened(harvest.range, part.number);
            if bytes.zip(miss.as_ref()).is_some_and(|(bytes, miss)| miss.contains(&bytes)) {
                harvest.misses += 1;
            } else if harvest.records.insert(part.key) {
                harvest.times.push(pollwarden_core::from_micros(at));
            }
        }
        harvest.in_sequence = f64::from(follow) / (self.times.len().max(2) - 1) as f64;
        harvest
    }

    /// The places of reads in order of time, and of record within a moment.
    fn in_order(&self) -> Vec<usize> {
        let mut places: Vec<usize> = (0..self.len()).collect();
        if !self.times.is_sorted() {
            places.sort_by_key(|&i| self.times[i]);
        }
        places
    }

    /// Which of a request's identifier-like values names the record. Session numbers stay the same and nonces never do;
    /// of the values that change about as often as any, the one that changes least is counted, so that no record is
    /// counted twice.
    fn naming_part(&self) -> &[Part] {
        let distinct: Vec<usize> = self.parts.iter().map(|part| distinct(part)).collect();
        let most = distinct.iter().copied().max().unwrap_or(0);
        let named = (0..distinct.len()).filter(|&p| distinct[p] * 2 >= most).min_by_key(|&p| (distinct[p], p));
        named.map_or(&[], |p| &self.parts[p])
    }
}

fn distinct(part: &[Part]) -> usize {
    part.iter().map(|p| p.key).collect::<HashSet<u64>>().len()
}

fn widened(range: Option<(u64, u64)>, number: Option<u64>) -> Option<(u64, u64)> {
    match (range, number) {
        (Some((low, high)), Some(n)) => Some((low.min(n), high.max(n))),
        (range, number) => range.or(number.map(|n| (n, n))),
    }
}

impl Harvest {
    /// Takes in what another address read for the same actor.
    pub(crate) fn join(&mut self, other: Self) {
        self.records.extend(other.records);
        self.times.extend(other.times);
        self.times.sort_unstable();
        for n in other.range.into_iter().flat_map(|(low, high)| [low, high]) {
            self.range = widened(self.range, Some(n));
        }
        self.sized &= other.sized;
        self.misses += other.misses;
        self.perhaps += other.perhaps;
        self.of_others = (self.of_others.0 + other.of_others.0, self.of_others.1 + other.of_others.1);
        self.in_sequence = self.in_sequence.min(other.in_sequence);
    }

    /// When a watching office would have been told.
    pub(crate) fn noticed(&self) -> Option<Timestamp> {
        self.times.get(NOTICED_AT - 1).copied()
    }

    /// Whether records were counted through faster than people read. Clerks may well take new registrations in order of
    /// their numbers, but look at each.
    pub(crate) fn is_machine_walk(&self) -> bool {
        let mut pauses: Vec<i64> =
            self.times.windows(2).map(|w| w[1].as_microsecond() - w[0].as_microsecond()).collect();
        pauses.sort_unstable();
        let quick = pauses.get(pauses.len() / 2).is_some_and(|median| *median <= GLANCE);
        self.records.len() >= WALKED && self.in_sequence > 0.5 && quick
    }

    /// Records that left. Without sizes, an answer may have said "no such record": then nothing is proven.
    pub(crate) fn tally(&self, route: &str) -> Tally {
        let count = self.records.len() as f64;
        let perhaps = self.perhaps as f64;
        let (likely, most) = (self.of_others.0.round().min(count), self.of_others.1.min(count));
        let (proven, beyond) = match self.sized {
            true => (self.records_but(most as usize), (0.0, most - likely, most + perhaps)),
            false => (HashSet::new(), (0.0, count - likely, count + perhaps)),
        };
        Tally {
            name: "records-left".into(),
            unit: "voters".into(),
            space: format!("records of {route}"),
            proven: Arc::new(proven),
            beyond,
        }
    }

    /// All records but so many, of which nobody can say which they are.
    fn records_but(&self, others: usize) -> HashSet<u64> {
        if others == 0 {
            return self.records.clone();
        }
        let mut keys: Vec<u64> = self.records.iter().copied().collect();
        keys.sort_unstable();
        keys.into_iter().skip(others).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(reads: impl Iterator<Item = (String, u64)>) -> Reading {
        let mut reading = Reading::default();
        for (i, (record, bytes)) in reads.enumerate() {
            reading.add(pollwarden_core::from_micros(i as i64 * 1_000_000), &record, Some(bytes));
        }
        reading
    }

    #[test]
    fn misses_that_answer_200_are_no_records() {
        let harvest =
            reading((0..400).map(|i| (format!("{i}"), if i % 4 == 0 { 900 } else { 3_000 + i % 60 }))).harvest();
        assert_eq!((harvest.records.len(), harvest.misses), (300, 100));
        assert!(harvest.in_sequence > 0.99 && harvest.sized);
        assert_eq!(harvest.noticed().map(|t| t.as_second()), Some(66));
    }

    #[test]
    fn a_session_or_nonce_beside_the_id_counts_no_record_twice() {
        let harvest = reading((0..400).map(|i| (format!("{}\u{1f}n{i}x", i / 2), 3_000 + i % 60))).harvest();
        assert_eq!(harvest.records.len(), 200);
        let harvest = reading((0..400).map(|i| (format!("s{}\u{1f}{i}", i / 300), 3_000 + i % 60))).harvest();
        assert_eq!(harvest.records.len(), 400);
    }

    #[test]
    fn persons_who_share_a_birth_date_are_two() {
        let harvest = reading((0..400).map(|i| {
            let name = ["Ada", "Bo", "Cy", "Di"][(i % 4) as usize];
            (format!("1956-08-{:02}\u{1f}{name}\u{1f}Doe", i / 4 % 28 + 1), 3_000 + i % 60)
        }))
        .harvest();
        assert_eq!(harvest.records.len(), 112);
    }

    #[test]
    fn an_account_that_counts_is_told_from_a_clerk_who_looks() {
        let walk = |seconds: i64| {
            let mut reading = Reading::default();
            for i in 0..300 {
                reading.add(pollwarden_core::from_micros(i * seconds * 1_000_000), &i.to_string(), Some(3_000));
            }
            reading.harvest().is_machine_walk()
        };
        assert!(walk(1) && !walk(40));
    }

    #[test]
    fn without_sizes_nothing_is_proven() {
        let mut reading = Reading::default();
        (0..60).for_each(|i| reading.add(pollwarden_core::from_micros(i), &i.to_string(), None));
        let measure = reading.harvest().tally("/r").measure();
        assert_eq!((measure.low(), measure.estimate(), measure.high()), (0.0, 60.0, 60.0));
    }
}
