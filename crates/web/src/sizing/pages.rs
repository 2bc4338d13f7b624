//! Answers that hold several rows each: how many rows they held, by their sizes.
//!
//! A query that asks for 500 rows is answered by as many as there are. Where several such answers came, those of a full page
//! are alike in size, and a smaller one was the last; their own size per row is then known, whatever the columns hold. Where
//! there is but one, the columns' widths have to do.

use std::collections::{BTreeMap, HashSet};

use super::{Shape, Width};

/// Answers that are full pages are alike within so much, for pages of one row: rows differ. It falls with the root of the
/// rows, as the spread of their mean does.
const SPREAD: f64 = 0.5;
/// An ordinary answer's size is known to some bytes, since pages differ.
const USUAL_MAY_BE_OFF: f64 = 200.0;
/// Fewer pages than this don't show how large a full one is.
const FEWEST: usize = 3;

/// Pages of several rows, by the first and the number asked for.
#[derive(Debug, Default)]
pub(super) struct Pages(BTreeMap<(u64, u64), Page>);

/// What is known of one page.
#[derive(Debug, Clone, Copy)]
struct Page {
    /// Bytes beyond an ordinary answer and the query's own markers; `None` where the log holds no size.
    extra: Option<f64>,
    record: Width,
}

/// How many rows left.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// Rows of full pages, by their numbers.
    pub(super) proven: HashSet<u64>,
    /// Rows of the other pages: at least, likely, at most.
    pub(super) beyond: (f64, f64, f64),
}

impl Pages {
    /// Counts an answer; asked for again, the larger counts.
    pub(super) fn add(&mut self, from: u64, count: u64, extra: Option<f64>, shape: Shape) {
        let page = Page { extra: extra.map(|e| e - shape.once), record: shape.record };
        let held = self.0.entry((from, count)).or_insert(page);
        if page.extra > held.extra {
            *held = page;
        }
    }

    /// Takes in another's pages.
    pub(super) fn join(&mut self, other: Self) {
        for ((from, count), page) in other.0 {
            self.add(from, count, page.extra, Shape { record: page.record, once: 0.0 });
        }
    }

    /// Adds up.
    pub(super) fn held(&self) -> Held {
        let (mut held, full) = (Held::default(), self.full());
        for (&(from, count), page) in &self.0 {
            let (low, likely, high) = page.rows(count, full);
            if low >= count as f64 {
                held.proven.extend(from..from.saturating_add(count));
            } else {
                let sum = &mut held.beyond;
                *sum = (sum.0 + low, sum.1 + likely, sum.2 + high);
            }
        }
        held
    }

    /// Bytes of a row, by pages that are full: the median of all that hold anything, where they are enough.
    fn full(&self) -> Option<f64> {
        let sized = self.0.iter().filter_map(|((_, count), page)| Some(page.extra? / *count as f64));
        let mut sized: Vec<f64> = sized.filter(|row| *row >= 1.0).collect();
        sized.sort_unstable_by(f64::total_cmp);
        (sized.len() >= FEWEST).then(|| sized[sized.len() / 2])
    }
}

impl Page {
    /// At least, likely, at most.
    fn rows(&self, count: u64, full: Option<f64>) -> (f64, f64, f64) {
        let asked = count as f64;
        let Some(extra) = self.extra else { return (0.0, asked, asked) };
        let (least, most) = ((extra - USUAL_MAY_BE_OFF).max(0.0), extra.max(0.0) + USUAL_MAY_BE_OFF);
        let spread = SPREAD / asked.sqrt();
        match full {
            Some(row) if extra >= row * asked * (1.0 - spread) => (asked, asked, asked),
            Some(row) => {
                let between = |rows: f64| rows.clamp(0.0, asked);
                let low = between((least / (row * (1.0 + spread))).floor());
                (low, between((extra / row).round()), between((most / (row * (1.0 - spread))).ceil()))
            }
            None => {
                let low = (least / self.record.high).floor().min(asked);
                let high = (most / self.record.low.max(1.0)).ceil().min(asked);
                (low, (extra.max(0.0) / self.record.likely).round().clamp(low, high), high)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: Shape = Shape { record: Width { low: 50.0, likely: 100.0, high: 200.0 }, once: 10.0 };

    #[test]
    fn the_last_page_is_told_from_full_ones_by_its_size() {
        let mut pages = Pages::default();
        (0..10).for_each(|i| pages.add(i * 500, 500, Some(37_010.0 + (i % 3) as f64 * 90.0), SHAPE));
        pages.add(5_000, 500, Some(7_410.0), SHAPE);
        pages.add(5_500, 500, Some(12.0), SHAPE);
        let held = pages.held();
        assert_eq!(held.proven.len(), 5_000);
        let (low, likely, high) = held.beyond;
        assert!(low <= 100.0 && (likely - 100.0).abs() < 3.0 && high < 110.0, "{:?}", held.beyond);
    }

    #[test]
    fn one_page_that_asks_for_more_than_there_is_is_sized_by_its_columns() {
        let mut pages = Pages::default();
        pages.add(0, 100_000, Some(300_010.0), SHAPE);
        let held = pages.held();
        assert!(held.proven.is_empty());
        assert!(held.beyond.0 < 3_000.0 && held.beyond.1 == 3_000.0 && held.beyond.2 > 3_000.0, "{:?}", held.beyond);
    }

    #[test]
    fn without_sizes_pages_may_have_been_empty() {
        let mut pages = Pages::default();
        pages.add(0, 500, None, SHAPE);
        assert_eq!(pages.held().beyond, (0.0, 500.0, 500.0));
    }
}
