//! Which of one client's answers held a record: told by size, where a missing record may answer 200.

use std::collections::HashMap;
use std::ops::RangeInclusive;

/// How much more often than any other size an answer of "no such record" comes.
const SPIKE: u64 = 5;
/// Fewer answers than this of one size are no pattern.
const FEWEST: u64 = 5;

/// Sizes of one kind of answer lie within so many bytes: compressed, they vary by a few.
const CLOSE: u64 = 12;
/// Fewer different sizes than this don't show how records' sizes lie.
const FEWEST_SIZES: usize = 10;

/// Sizes from the least to the greatest.
pub(crate) type Sizes = RangeInclusive<u64>;

/// The sizes of one client's answers on one route.
#[derive(Debug, Default, Clone)]
pub(crate) struct Answers {
    sizes: HashMap<u64, u64>,
    unsized_: u64,
}

impl Answers {
    /// Counts an answer; its size may not be in the log.
    pub(crate) fn add(&mut self, bytes: Option<u64>) {
        match bytes {
            Some(bytes) => *self.sizes.entry(bytes).or_default() += 1,
            None => self.unsized_ += 1,
        }
    }

    /// Takes in other answers.
    pub(crate) fn join(&mut self, other: &Self) {
        other.sizes.iter().for_each(|(&size, n)| *self.sizes.entry(size).or_default() += n);
        self.unsized_ += other.unsized_;
    }

    /// The sizes of "no such record": one size that comes far more often than any other, or few sizes close together
    /// (where answers are compressed, or repeat what was asked) that lie apart from all others. They lie outside the range
    /// of all others: records differ in size; the page that says there is none does not.
    pub(crate) fn miss(&self) -> Option<Sizes> {
        self.spike().or_else(|| self.cluster())
    }

    fn spike(&self) -> Option<Sizes> {
        let (&size, &count) = self.sizes.iter().max_by_key(|&(&size, &count)| (count, size))?;
        let others = || self.sizes.iter().filter(|&(&other, _)| other != size);
        let next = others().map(|(_, &count)| count).max()?;
        let (low, high) = (others().map(|(&s, _)| s).min()?, others().map(|(&s, _)| s).max()?);
        let apart = size < low || size > high;
        (apart && count >= FEWEST && count >= SPIKE * next && low != high).then_some(size..=size)
    }

    fn cluster(&self) -> Option<Sizes> {
        let mut sizes: Vec<(u64, u64)> = self.sizes.iter().map(|(&size, &n)| (size, n)).collect();
        sizes.sort_unstable();
        let low = apart(&sizes);
        sizes.reverse();
        low.or_else(|| apart(&sizes))
    }

    /// Whether sizes tell records from misses: there are sizes, and they differ.
    pub(crate) fn tell(&self) -> bool {
        self.unsized_ == 0 && self.sizes.len() > 1
    }

    /// Answers that held something, as far as sizes tell.
    pub(crate) fn held(&self) -> u64 {
        let all = self.sizes.values().sum::<u64>() + self.unsized_;
        let Some(miss) = self.miss() else { return all };
        all - self.sizes.iter().filter(|(size, _)| miss.contains(size)).map(|(_, n)| n).sum::<u64>()
    }

    /// Whether answers differ in size as records do: many sizes, none of which makes up most.
    pub(crate) fn vary(&self) -> bool {
        let all: u64 = self.sizes.values().sum();
        let most = self.sizes.values().max().copied().unwrap_or(0);
        self.sizes.len() >= 20 && most * 2 < all
    }

    /// Two sizes that between them make up nearly all answers, as the answers "true" and "false" of a blind injection do.
    pub(crate) fn two_sided(&self) -> bool {
        let mut counts: Vec<u64> = self.sizes.values().copied().collect();
        counts.sort_unstable_by(|a, b| b.cmp(a));
        let all: u64 = counts.iter().sum();
        let [first, second, ..] = counts[..] else { return false };
        all >= 20 && second * 10 >= all && (first + second) * 10 >= all * 8
    }
}

/// The sizes at the beginning of a list, if they lie close together and well apart from the rest: further than any two
/// neighbours in the rest do, and each of them comes more often than sizes of the rest.
fn apart(sizes: &[(u64, u64)]) -> Option<Sizes> {
    let first = sizes.first()?.0;
    let close = sizes.iter().take_while(|(size, _)| size.abs_diff(first) <= CLOSE).count();
    let (cluster, rest) = sizes.split_at(close);
    let (last, next) = (cluster.last()?.0, rest.first()?.0);
    let gap = last.abs_diff(next);
    let widest = rest.windows(2).map(|w| w[0].0.abs_diff(w[1].0)).max()?;
    let often = |sizes: &[(u64, u64)]| sizes.iter().map(|(_, n)| n).sum::<u64>() as f64 / sizes.len() as f64;
    let held = cluster.iter().map(|(_, n)| n).sum::<u64>();
    let is_miss = held >= FEWEST
        && rest.len() >= FEWEST_SIZES
        && gap > 2 * CLOSE
        && gap >= 2 * widest
        && often(cluster) >= 2.0 * often(rest);
    is_miss.then(|| first.min(last)..=first.max(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(sizes: impl IntoIterator<Item = u64>) -> Answers {
        let mut answers = Answers::default();
        sizes.into_iter().for_each(|s| answers.add(Some(s)));
        answers
    }

    #[test]
    fn a_size_apart_that_comes_most_is_the_miss() {
        let records = (0..300).map(|i| 3_200 + i % 90);
        assert_eq!(answers(records.clone().chain([3_061; 120])).miss(), Some(3_061..=3_061));
        assert_eq!(answers(records.clone()).miss(), None);
        assert_eq!(answers(records.chain([3_240; 120])).miss(), None, "lies among the records' sizes");
        assert_eq!(answers([3_061; 50]).miss(), None, "one size alone tells nothing");
    }

    #[test]
    fn misses_among_few_sizes_or_compressed_lie_together() {
        let records = (0..300).map(|i| 3_200 + i % 20);
        assert_eq!(answers(records.clone().chain([3_061; 40])).miss(), Some(3_061..=3_061), "seldom, but far away");
        let squeezed = (0..160).map(|i| 412 + i % 4);
        assert_eq!(answers(records.clone().chain(squeezed)).miss(), Some(412..=415));
        assert_eq!(answers(records.clone().chain([3_240])).miss(), None, "one long record");
        let two = (0..300).map(|i| if i % 2 == 0 { 3_200 + i % 40 } else { 5_200 + i % 37 });
        assert_eq!(answers(two).miss(), None, "records of two kinds");
    }

    #[test]
    fn blind_answers_have_two_sizes() {
        assert!(answers((0..200).map(|i| if i % 3 == 0 { 3_276 } else { 3_245 })).two_sided());
        assert!(!answers((0..200).map(|i| 3_200 + i % 90)).two_sided());
        assert!(!answers([3_276; 200]).two_sided());
    }
}
