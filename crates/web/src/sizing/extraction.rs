//! What one client read out of a database by injection, added up over its requests.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use pollwarden_core::Tally;
use xxhash_rust::xxh3::xxh3_64;

use super::{Answers, Reach, Width};

/// Requests about one row after which a blind injection has read it: sqlmap needs about 190 for a record; a single short
/// column takes some tens (seven comparisons a character).
const BLIND_ENOUGH: u32 = 30;
/// Fewer bytes than this beyond the usual answer hold no record.
const FEWEST_EXTRA: u64 = 200;
/// A row of several asked for at once holds at least so many bytes.
const LEAST_ROW: f64 = 2.0;

/// Evidence of rows that left.
#[derive(Debug, Default)]
pub(crate) struct Extraction {
    tables: HashMap<String, Rows>,
    sizes: Answers,
    /// Whether a bulk answer's size was not in the log.
    pub(crate) unsized_bulk: bool,
}

#[derive(Debug, Default)]
struct Rows {
    in_band: HashMap<u64, Option<u64>>,
    asked_many: HashSet<u64>,
    blind: HashMap<u64, u32>,
    bulk: (f64, f64, f64),
}

impl Extraction {
    /// Counts one answered request. `usual` is the size of an ordinary answer on its route.
    pub(crate) fn add(&mut self, reach: Reach, bytes: Option<u64>, usual: Option<f64>) {
        let extra = bytes.zip(usual).map(|(b, u)| b as f64 - u);
        match reach {
            Reach::Nothing => {}
            Reach::Rows { table, from, blind: true, .. } => *self.table(table).blind.entry(from).or_default() += 1,
            Reach::Rows { table, from, count: 1, .. } => {
                self.sizes.add(bytes);
                self.table(table).in_band.insert(from, bytes);
            }
            Reach::Rows { table, from, count, .. } => {
                let rows = from..from.saturating_add(count);
                let held = extra.is_some_and(|e| e >= LEAST_ROW * count as f64);
                let table = self.table(table);
                if held {
                    table.in_band.extend(rows.map(|row| (row, None)));
                } else {
                    table.asked_many.extend(rows);
                }
            }
            Reach::Bulk { table, record } => match extra {
                Some(extra) if extra >= FEWEST_EXTRA as f64 => self.table(table).add_bulk(extra, record),
                Some(_) => {}
                None => self.unsized_bulk = true,
            },
        }
    }

    /// Takes in what another address of the same actor read.
    pub(crate) fn join(&mut self, other: Self) {
        for (name, rows) in other.tables {
            self.table(name).join(rows);
        }
        self.sizes.join(&other.sizes);
        self.unsized_bulk |= other.unsized_bulk;
    }

    /// Whether two read one table with hardly a row in common, the one where the other left off: they divide it.
    pub(crate) fn goes_on_from(&self, other: &Self) -> bool {
        let same = self.tables.iter().filter_map(|(name, rows)| Some((rows, other.tables.get(name)?)));
        same.into_iter().any(|(ours, theirs)| ours.goes_on_from(theirs))
    }

    fn table(&mut self, name: String) -> &mut Rows {
        self.tables.entry(name).or_default()
    }

    /// The table most was read from, and how many of its rows left.
    pub(crate) fn tally(&self) -> Option<(String, Tally)> {
        let miss = self.sizes.miss();
        let tallies = self.tables.iter().map(|(name, rows)| (name.clone(), rows.tally(name, miss)));
        tallies
            .filter(|(_, t)| t.measure().high() > 0.0)
            .max_by(|(a, x), (b, y)| x.measure().estimate().total_cmp(&y.measure().estimate()).then_with(|| b.cmp(a)))
    }
}

impl Rows {
    fn join(&mut self, other: Self) {
        self.in_band.extend(other.in_band);
        self.asked_many.extend(other.asked_many);
        other.blind.into_iter().for_each(|(row, n)| *self.blind.entry(row).or_default() += n);
        let ((a, b, c), (d, e, f)) = (self.bulk, other.bulk);
        self.bulk = (a.max(d), b.max(e), c.max(f));
    }

    fn goes_on_from(&self, other: &Self) -> bool {
        /// So many rows apart is still where the other left off.
        const APART: u64 = 100;
        let place = |rows: &Self| rows.in_band.keys().min().copied().zip(rows.in_band.keys().max().copied());
        let (Some((a_low, a_high)), Some((b_low, b_high))) = (place(self), place(other)) else { return false };
        let shared = self.in_band.keys().filter(|row| other.in_band.contains_key(row)).count();
        let fewer = self.in_band.len().min(other.in_band.len());
        let touch = a_low <= b_high.saturating_add(APART) && b_low <= a_high.saturating_add(APART);
        touch && shared * 20 <= fewer
    }

    fn add_bulk(&mut self, extra: f64, record: Width) {
        let (low, estimate, high) = self.bulk;
        // The same rows asked for again are the same rows: the largest answer counts.
        self.bulk = (
            low.max((extra / record.high).floor()).max(1.0),
            estimate.max((extra / record.likely).round()),
            high.max((extra / record.low).ceil()),
        );
    }

    fn tally(&self, table: &str, miss: Option<u64>) -> Tally {
        let there = |size: &Option<u64>| size.is_none() || *size != miss;
        let mut proven: HashSet<u64> = self.in_band.iter().filter(|(_, size)| there(size)).map(|(&r, _)| r).collect();
        proven.extend(self.blind.iter().filter(|&(_, &n)| n >= BLIND_ENOUGH).map(|(&row, _)| row));
        let begun = self.blind.keys().chain(&self.asked_many).filter(|row| !proven.contains(row)).count() as f64;
        let more = |bulk: f64| (bulk - proven.len() as f64).max(0.0);
        let beyond = (more(self.bulk.0), more(self.bulk.1), self.bulk.2 + begun);
        Tally {
            name: "records-left".into(),
            unit: "voters".into(),
            space: format!("rows of table {table}"),
            proven: Arc::new(proven.into_iter().map(|row| xxh3_64(&row.to_le_bytes())).collect()),
            beyond,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(from: u64, blind: bool) -> Reach {
        Reach::Rows { table: "people".into(), from, count: 1, blind }
    }

    #[test]
    fn a_row_read_twice_counts_once() {
        let mut read = Extraction::default();
        (0..100).chain(50..150).for_each(|i| read.add(row(i, false), Some(3_000 + i % 7), Some(2_900.0)));
        (0..40).for_each(|_| read.add(row(3, true), Some(3_000), None));
        (0..5).for_each(|_| read.add(row(900, true), Some(3_000), None));
        let measure = read.tally().expect("rows left").1.measure();
        assert_eq!((measure.low(), measure.estimate(), measure.high()), (150.0, 150.0, 151.0));
    }

    #[test]
    fn who_goes_on_where_another_left_off_divides_the_table() {
        let read = |rows: std::ops::Range<u64>| {
            let mut read = Extraction::default();
            rows.for_each(|i| read.add(row(i, false), Some(3_000 + i % 7), Some(2_900.0)));
            read
        };
        assert!(read(0..500).goes_on_from(&read(500..900)));
        assert!(!read(0..500).goes_on_from(&read(0..500)), "two who read the same");
        assert!(!read(0..500).goes_on_from(&read(7_000..7_500)));
    }

    #[test]
    fn a_bulk_answer_is_bounded_by_its_size() {
        let mut read = Extraction::default();
        let reach = Reach::Bulk { table: "people".into(), record: Width { low: 33.0, likely: 68.0, high: 223.0 } };
        read.add(reach, Some(103_000), Some(3_000.0));
        let measure = read.tally().expect("rows left").1.measure();
        assert!(measure.low() < 1_400.0 && 1_400.0 < measure.high(), "{measure:?}");
        assert!(measure.low() >= 1.0 && measure.estimate() > measure.low());
    }

    #[test]
    fn a_bulk_answer_of_unknown_size_is_said_to_be_unknown() {
        let mut read = Extraction::default();
        read.add(
            Reach::Bulk { table: "people".into(), record: Width { low: 33.0, likely: 68.0, high: 223.0 } },
            None,
            None,
        );
        assert!(read.unsized_bulk && read.tally().is_none());
    }
}
