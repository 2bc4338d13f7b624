//! What one client read out of a database by injection, added up over its requests.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use pollwarden_core::Tally;
use xxhash_rust::xxh3::xxh3_64;

use super::pages::Pages;
use super::place::Place;
use super::{Answers, Reach, Shape, Sizes};

/// Requests about one row after which a blind injection has read it: sqlmap needs about 190 for a record; a single short
/// column takes some tens (seven comparisons a character).
const BLIND_ENOUGH: u32 = 30;
/// Whoever reads a row bit by bit alone asks more about it.
const SHARED_AT_MOST: u64 = 100;
/// Fewer bytes than this beyond the usual answer hold no record.
const FEWEST_EXTRA: f64 = 200.0;

/// Larger than forms and their answers are, whose own size is taken for this where nothing shows it.
const LARGE: u64 = 16 << 10;
const PAGE: f64 = 4_000.0;

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
    pages: Pages,
    blind: HashMap<u64, u32>,
    /// Rows of an answer that is limited by nothing, or by a condition: at least, likely, at most.
    bulk: BTreeMap<Option<u64>, (f64, f64, f64)>,
}

impl Extraction {
    /// Counts one answered request. `usual` is the size of an ordinary answer on its route.
    pub(crate) fn add(&mut self, reach: Reach, bytes: Option<u64>, usual: Option<f64>) {
        // Beside so large an answer the page around it hardly counts.
        let usual = usual.or(bytes.filter(|b| *b >= LARGE).map(|_| PAGE));
        let extra = bytes.zip(usual).map(|(b, u)| b as f64 - u);
        match reach {
            Reach::Nothing => {}
            Reach::Rows { table, from, blind: true, .. } => *self.table(table).blind.entry(from).or_default() += 1,
            Reach::Rows { table, from, count: 1, shape, .. } => {
                // A condition may fit many rows, though it looks as if it picked out one.
                let most = 2.0 * (shape.record.high + shape.once) + FEWEST_EXTRA;
                match extra.filter(|extra| from >= Place::OF_CONDITIONS && *extra > most) {
                    Some(extra) => self.table(table).add_bulk(Some(from), extra, shape),
                    None => {
                        self.sizes.add(bytes);
                        self.table(table).in_band.insert(from, bytes);
                    }
                }
            }
            Reach::Rows { table, from, count, shape, .. } => self.table(table).pages.add(from, count, extra, shape),
            Reach::Bulk { table, part, shape } => match extra {
                Some(extra) if extra >= FEWEST_EXTRA => self.table(table).add_bulk(part, extra, shape),
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
        let tallies = self.tables.iter().map(|(name, rows)| (name.clone(), rows.tally(name, miss.as_ref())));
        tallies
            .filter(|(_, t)| t.measure().high() > 0.0)
            .max_by(|(a, x), (b, y)| x.measure().estimate().total_cmp(&y.measure().estimate()).then_with(|| b.cmp(a)))
    }
}

impl Rows {
    fn join(&mut self, other: Self) {
        self.in_band.extend(other.in_band);
        self.pages.join(other.pages);
        other.blind.into_iter().for_each(|(row, n)| *self.blind.entry(row).or_default() += n);
        other.bulk.into_iter().for_each(|(part, rows)| self.keep_bulk(part, rows));
    }

    fn goes_on_from(&self, other: &Self) -> bool {
        self.shares_questions(other) || self.continues(other)
    }

    /// Whether both ask about the same rows bit by bit, and neither asks enough to read one alone.
    fn shares_questions(&self, other: &Self) -> bool {
        let shared: Vec<u64> = self.blind.keys().filter(|row| other.blind.contains_key(row)).copied().collect();
        let asked = |rows: &Self| shared.iter().map(|row| u64::from(rows.blind[row])).sum::<u64>();
        let alone = SHARED_AT_MOST * shared.len() as u64;
        shared.len() * 2 > self.blind.len().min(other.blind.len()) && asked(self) < alone && asked(other) < alone
    }

    fn continues(&self, other: &Self) -> bool {
        /// So many rows apart is still where the other left off.
        const APART: u64 = 100;
        let place = |rows: &Self| rows.in_band.keys().min().copied().zip(rows.in_band.keys().max().copied());
        let (Some((a_low, a_high)), Some((b_low, b_high))) = (place(self), place(other)) else { return false };
        let shared = self.in_band.keys().filter(|row| other.in_band.contains_key(row)).count();
        let fewer = self.in_band.len().min(other.in_band.len());
        let touch = a_low <= b_high.saturating_add(APART) && b_low <= a_high.saturating_add(APART);
        touch && shared * 20 <= fewer
    }

    fn add_bulk(&mut self, part: Option<u64>, extra: f64, Shape { record, once }: Shape) {
        let extra = (extra - once).max(1.0);
        let rows = (
            (extra / record.high).floor().max(1.0),
            (extra / record.likely).round().max(1.0),
            (extra / record.low).ceil().max(1.0),
        );
        self.keep_bulk(part, rows);
    }

    /// The same rows asked for again are the same rows: the largest answer counts.
    fn keep_bulk(&mut self, part: Option<u64>, (d, e, f): (f64, f64, f64)) {
        let (a, b, c) = self.bulk.entry(part).or_default();
        (*a, *b, *c) = (a.max(d), b.max(e), c.max(f));
    }

    /// Rows in bulk: those of different conditions are likely different, but the largest alone is proven.
    fn in_bulk(&self) -> (f64, f64, f64) {
        let all = self.bulk.get(&None).copied().unwrap_or_default();
        let parts = self.bulk.iter().filter(|(part, _)| part.is_some()).map(|(_, rows)| *rows);
        let (low, likely, high) =
            parts.fold((0.0, 0.0, 0.0), |(a, b, c): (f64, f64, f64), (d, e, f)| (a.max(d), b + e, c + f));
        (low.max(all.0), likely.max(all.1), high.max(all.2))
    }

    fn tally(&self, table: &str, miss: Option<&Sizes>) -> Tally {
        let there = |size: &Option<u64>| !size.zip(miss).is_some_and(|(size, miss)| miss.contains(&size));
        let mut proven: HashSet<u64> = self.in_band.iter().filter(|(_, size)| there(size)).map(|(&r, _)| r).collect();
        proven.extend(self.blind.iter().filter(|&(_, &n)| n >= BLIND_ENOUGH).map(|(&row, _)| row));
        let pages = self.pages.held();
        proven.extend(pages.proven);
        let begun = self.blind.keys().filter(|row| !proven.contains(row)).count() as f64;
        let (in_bulk, more) = (self.in_bulk(), |bulk: f64, pages: f64| (bulk - proven.len() as f64).max(pages));
        let beyond =
            (more(in_bulk.0, pages.beyond.0), more(in_bulk.1, pages.beyond.1), in_bulk.2 + pages.beyond.2 + begun);
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
    use super::super::Width;
    use super::*;

    fn row(from: u64, blind: bool) -> Reach {
        Reach::Rows { table: "people".into(), from, count: 1, blind, shape: SHAPE }
    }

    const SHAPE: Shape = Shape { record: Width { low: 33.0, likely: 68.0, high: 223.0 }, once: 10.0 };

    fn bulk(part: Option<u64>) -> Reach {
        Reach::Bulk { table: "people".into(), part, shape: SHAPE }
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
    fn who_shares_the_questions_about_a_row_is_one() {
        let asking = |rows: std::ops::Range<u64>, questions: u64| {
            let mut read = Extraction::default();
            rows.for_each(|i| (0..questions).for_each(|_| read.add(row(i, true), Some(3_000), None)));
            read
        };
        assert!(asking(0..15, 25).goes_on_from(&asking(0..15, 22)));
        assert!(!asking(0..15, 190).goes_on_from(&asking(0..15, 190)), "each reads it alone");
        assert!(!asking(0..15, 25).goes_on_from(&asking(20..40, 25)));
    }

    #[test]
    fn a_bulk_answer_is_bounded_by_its_size() {
        let mut read = Extraction::default();
        let reach = bulk(None);
        read.add(reach, Some(103_000), Some(3_000.0));
        let measure = read.tally().expect("rows left").1.measure();
        assert!(measure.low() < 1_400.0 && 1_400.0 < measure.high(), "{measure:?}");
        assert!(measure.low() >= 1.0 && measure.estimate() > measure.low());
    }

    #[test]
    fn a_bulk_answer_of_unknown_size_is_said_to_be_unknown() {
        let mut read = Extraction::default();
        read.add(bulk(None), None, None);
        assert!(read.unsized_bulk && read.tally().is_none());
    }

    #[test]
    fn rows_by_other_conditions_are_other_rows() {
        let mut read = Extraction::default();
        for part in 0..26 {
            read.add(bulk(Some(part)), Some(9_810), Some(3_000.0));
            read.add(bulk(Some(part)), Some(9_810), Some(3_000.0));
        }
        let measure = read.tally().expect("rows left").1.measure();
        assert!(measure.low() < 2_600.0 && measure.estimate() == 2_600.0 && measure.high() > 2_600.0, "{measure:?}");
    }

    #[test]
    fn a_condition_that_fits_many_rows_is_sized_and_one_that_fits_one_is_counted() {
        let read = |bytes: u64| {
            let mut read = Extraction::default();
            (0..40).for_each(|i| read.add(row(Place::OF_CONDITIONS + i, false), Some(bytes + i % 7), Some(2_900.0)));
            read.tally().expect("rows left").1.measure()
        };
        let (one, many) = (read(3_000), read(9_710));
        assert_eq!((one.low(), one.estimate(), one.high()), (40.0, 40.0, 40.0));
        assert!(many.estimate() > 3_000.0, "{many:?}");
    }
}
