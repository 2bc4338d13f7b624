//! What one visitor read on one route: which records, and which answers held one.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;
use pollwarden_core::Tally;
use xxhash_rust::xxh3::xxh3_64;

use super::Answers;

/// Between the identifier-like values of one request.
const BETWEEN: char = '\u{1f}';
/// So many distinct records, and a watching office would have been told.
pub(crate) const NOTICED_AT: usize = 50;

/// The records that one visitor read on one route, in order of time.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    reads: Vec<Read>,
    answers: Answers,
}

#[derive(Debug)]
struct Read {
    at: Timestamp,
    record: String,
    bytes: Option<u64>,
}

/// What the reads add up to.
#[derive(Debug)]
pub(crate) struct Harvest {
    /// Records that answers held, as keys.
    pub(crate) records: HashSet<u64>,
    /// When each of them left first, in order of time.
    pub(crate) times: Vec<Timestamp>,
    /// Whether answers' sizes told records from misses.
    pub(crate) sized: bool,
    /// Answers of "no such record".
    pub(crate) misses: usize,
    /// The share of records whose number follows the one before.
    pub(crate) in_sequence: f64,
}

impl Reading {
    /// Counts a read; reads come in order of time.
    pub(crate) fn add(&mut self, at: Timestamp, record: &str, bytes: Option<u64>) {
        self.answers.add(bytes);
        self.reads.push(Read { at, record: record.to_owned(), bytes });
    }

    /// Adds up: which value names the record, which answers were misses.
    pub(crate) fn harvest(&self) -> Harvest {
        let part = self.naming_part();
        let miss = self.answers.miss();
        let (mut records, mut times, mut misses, mut follow, mut last) = (HashSet::new(), Vec::new(), 0, 0_u32, None);
        for read in &self.reads {
            let value = read.record.split(BETWEEN).nth(part).unwrap_or(&read.record);
            let number = value.parse::<u64>().ok();
            follow += u32::from(number.zip(last).is_some_and(|(n, l): (u64, u64)| n.abs_diff(l) == 1));
            last = number.or(last);
            if miss.is_some() && read.bytes == miss {
                misses += 1;
            } else if records.insert(xxh3_64(value.as_bytes())) {
                times.push(read.at);
            }
        }
        let in_sequence = f64::from(follow) / (self.reads.len().max(2) - 1) as f64;
        Harvest { records, times, sized: self.answers.tell(), misses, in_sequence }
    }

    /// Which of a request's identifier-like values names the record. Session numbers stay the same and nonces never do;
    /// of the values that change about as often as any, the one that changes least is counted, so that no record is
    /// counted twice.
    fn naming_part(&self) -> usize {
        let parts = self.reads.iter().map(|r| r.record.split(BETWEEN).count()).max().unwrap_or(1);
        let distinct: Vec<usize> = (0..parts).map(|part| self.distinct(part)).collect();
        let most = distinct.iter().copied().max().unwrap_or(0);
        (0..parts).filter(|&p| distinct[p] * 2 >= most).min_by_key(|&p| (distinct[p], p)).unwrap_or(0)
    }

    fn distinct(&self, part: usize) -> usize {
        let values: HashSet<&str> = self.reads.iter().filter_map(|r| r.record.split(BETWEEN).nth(part)).collect();
        values.len()
    }
}

impl Harvest {
    /// When a watching office would have been told.
    pub(crate) fn noticed(&self) -> Option<Timestamp> {
        self.times.get(NOTICED_AT - 1).copied()
    }

    /// Records that left. Without sizes, an answer may have said "no such record": then nothing is proven.
    pub(crate) fn tally(&self, route: &str) -> Tally {
        let count = self.records.len() as f64;
        let (proven, beyond) =
            if self.sized { (self.records.clone(), (0.0, 0.0, 0.0)) } else { (HashSet::new(), (0.0, count, count)) };
        Tally {
            name: "records-left".into(),
            unit: "voters".into(),
            space: format!("records of {route}"),
            proven: Arc::new(proven),
            beyond,
        }
    }
}

/// Upper ends of the classes that readers are counted in by how often they read.
pub(crate) const READ_AT_MOST: [u64; 12] = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64, 128];

/// The readers of one route: how many read how often, and whether each reads records of his own.
#[derive(Debug, Default, Clone)]
pub(crate) struct Peers {
    /// Readers by how often they read; the last class is open.
    pub(crate) classes: [u64; READ_AT_MOST.len() + 1],
    /// Distinct records among the first record of each reader who read little.
    pub(crate) first_records: u64,
    /// Readers who read little.
    pub(crate) light: u64,
}

impl Peers {
    /// How many readers there are.
    pub(crate) fn readers(&self) -> u64 {
        self.classes.iter().sum()
    }

    /// How often nineteen in twenty readers read at most; 1 where there are none.
    pub(crate) fn ordinary(&self) -> u64 {
        let rank = (self.readers() * 19).div_ceil(20).max(1);
        let mut seen = 0;
        for (class, at_most) in self.classes.iter().zip(READ_AT_MOST) {
            seen += class;
            if seen >= rank {
                return at_most;
            }
        }
        READ_AT_MOST[if self.readers() == 0 { 0 } else { READ_AT_MOST.len() - 1 }]
    }

    /// The share of ordinary readers who read a record that no other reader began with: near 1 where each reads his own,
    /// low where all read what is popular.
    pub(crate) fn own_share(&self) -> f64 {
        self.first_records as f64 / self.light.max(1) as f64
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
    fn without_sizes_nothing_is_proven() {
        let mut reading = Reading::default();
        (0..60).for_each(|i| reading.add(pollwarden_core::from_micros(i), &i.to_string(), None));
        let measure = reading.harvest().tally("/r").measure();
        assert_eq!((measure.low(), measure.estimate(), measure.high()), (0.0, 60.0, 60.0));
    }

    #[test]
    fn what_is_ordinary_is_not_moved_by_one_thief() {
        let mut peers = Peers::default();
        (peers.classes[0], peers.classes[1], peers.classes[12]) = (900, 90, 1);
        assert_eq!((peers.ordinary(), peers.readers()), (2, 991));
        assert_eq!(Peers::default().ordinary(), 1);
    }
}
