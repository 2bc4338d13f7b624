//! What the answers to one client's questions show, where the log does not say what was asked.

use std::sync::Arc;

use jiff::Timestamp;
use pollwarden_core::Tally;

use super::Answers;

/// So many answers show a pattern.
const NOTICED_AT: usize = 100;
/// Requests in which a blind injection reads one record: sqlmap needs about 190, seven for each character; a single short
/// column takes some tens.
const BLIND: (f64, f64) = (190.0, 30.0);
/// Microseconds by which a timed injection delays at least: less is lost in the noise of a network.
const DELAY: u64 = 800_000;
/// A delayed answer takes at least so many times as long as a quick one.
const TIMES_QUICK: u64 = 4;

/// How a page answered one client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answering {
    /// By one of two sizes (or statuses), in no regular order: one bit an answer.
    TwoSizes,
    /// At once or after a delay, in no regular order: one bit an answer.
    TwoDurations,
    /// By many sizes.
    Varied,
}

/// One client's requests for one page, in order of time.
#[derive(Debug, Default)]
pub(crate) struct Dialogue {
    times: Vec<Timestamp>,
    /// Size of each answer, or its status where that differs.
    faces: Vec<(i64, u64)>,
    durations: Vec<Option<u64>>,
    answers: Answers,
}

impl Dialogue {
    /// Counts an answer.
    pub(crate) fn add(&mut self, at: Timestamp, status: Option<i64>, bytes: Option<u64>, duration_us: Option<u64>) {
        self.times.push(at);
        self.faces.push((status.unwrap_or(0), bytes.unwrap_or(0)));
        self.durations.push(duration_us);
        if status.is_none_or(|s| (200..300).contains(&s)) {
            self.answers.add(bytes);
        }
    }

    /// How many questions there were.
    pub(crate) fn len(&self) -> u64 {
        self.times.len() as u64
    }

    /// Answers that held something, as far as sizes tell.
    pub(crate) fn held(&self) -> u64 {
        self.answers.held()
    }

    /// How the page answered; `None` where the answers tell nothing.
    pub(crate) fn answering(&self) -> Option<Answering> {
        if self.delays().is_some_and(|delayed| is_irregular(&delayed)) {
            return Some(Answering::TwoDurations);
        }
        if self.faces_of_two().is_some_and(|bits| is_irregular(&bits)) {
            return Some(Answering::TwoSizes);
        }
        self.answers.vary().then_some(Answering::Varied)
    }

    /// Which answers came after a delay: there are quick and slow ones, with nothing between them.
    fn delays(&self) -> Option<Vec<bool>> {
        let known: Vec<u64> = self.durations.iter().copied().flatten().collect();
        if known.len() < NOTICED_AT {
            return None;
        }
        let quick: Vec<u64> = known.iter().copied().filter(|&d| d < DELAY).collect();
        let slowest_quick = percentile(&quick, 95)?;
        let border = DELAY.max(TIMES_QUICK * slowest_quick);
        let slow: Vec<u64> = known.iter().copied().filter(|&d| d >= border).collect();
        // A delay that was asked for is as long as was asked: the middle half of delays are alike.
        let (low, high) = (percentile(&slow, 25)?, percentile(&slow, 75)?);
        let two_sided = slow.len() * 20 >= known.len() && (quick.len() + slow.len()) * 10 >= known.len() * 9;
        let alike = high <= low + low / 2;
        (two_sided && alike).then(|| known.iter().map(|&d| d >= border).collect())
    }

    /// Which of two faces answers had, where two make up nearly all.
    fn faces_of_two(&self) -> Option<Vec<bool>> {
        let mut counts: std::collections::HashMap<(i64, u64), u64> = std::collections::HashMap::new();
        self.faces.iter().for_each(|face| *counts.entry(*face).or_default() += 1);
        let mut counts: Vec<((i64, u64), u64)> = counts.into_iter().collect();
        counts.sort_unstable_by_key(|&(face, n)| (std::cmp::Reverse(n), face));
        let all = self.faces.len() as u64;
        let &[(first, n), (second, m), ..] = &counts[..] else { return None };
        let two_sided = all >= NOTICED_AT as u64 && m * 10 >= all && (n + m) * 10 >= all * 9;
        two_sided.then(|| self.faces.iter().filter(|f| **f == first || **f == second).map(|f| *f == first).collect())
    }

    /// When a watching office would have been told.
    pub(crate) fn noticed(&self) -> Option<Timestamp> {
        self.times.get(NOTICED_AT - 1).copied()
    }

    /// How many records left, as far as can be said: nothing is proven.
    pub(crate) fn tally(&self, kind: Answering, page: &str) -> Tally {
        let asked = self.len() as f64;
        let beyond = match kind {
            Answering::Varied => (0.0, self.held() as f64, self.held() as f64),
            _ => (0.0, (asked / BLIND.0).round(), (asked / BLIND.1).ceil()),
        };
        let space = format!("answers of {page}");
        Tally { name: "records-left".into(), unit: "voters".into(), space, proven: Arc::default(), beyond }
    }

    /// What was seen, in words.
    pub(crate) fn seen(&self, kind: Answering) -> String {
        match kind {
            Answering::TwoSizes => "Nine in ten answers had one of two sizes, alternating in no regular order: each answers one yes-or-no question. A blind injection reads a record in some 30 to 190 of them; none is proven to have left.".to_owned(),
            Answering::TwoDurations => "Answers came either at once or after a delay of one length, in no regular order: each answers one yes-or-no question. A timed injection reads a record in some 30 to 190 of them; none is proven to have left.".to_owned(),
            Answering::Varied => format!("{} of them held something, by their differing sizes; each may have held a voter's record, or more than one.", self.held()),
        }
    }
}

fn percentile(values: &[u64], share: usize) -> Option<u64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted.get((sorted.len() * share / 100).min(sorted.len().saturating_sub(1))).copied()
}

/// Whether two values alternate as if drawn: a page that changes from one state to another does so seldom, so that there are
/// few runs of equal values (Wald and Wolfowitz 1940).
fn is_irregular(bits: &[bool]) -> bool {
    let n = bits.len() as f64;
    let ones = bits.iter().filter(|b| **b).count() as f64;
    let runs = 1.0 + bits.windows(2).filter(|w| w[0] != w[1]).count() as f64;
    let expected = 1.0 + 2.0 * ones * (n - ones) / n;
    expected > 10.0 && runs >= 0.4 * expected
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A number that looks drawn.
    fn drawn(i: u64) -> u64 {
        i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40
    }

    fn dialogue(answers: impl Iterator<Item = (u64, Option<u64>)>) -> Dialogue {
        let mut dialogue = Dialogue::default();
        for (i, (bytes, duration)) in answers.enumerate() {
            dialogue.add(pollwarden_core::from_micros(i as i64 * 1_000_000), Some(200), Some(bytes), duration);
        }
        dialogue
    }

    #[test]
    fn one_bit_an_answer_is_a_blind_injection() {
        let sizes = dialogue((0..400).map(|i| (3_200 + 31 * (drawn(i) % 2), None)));
        assert_eq!(sizes.answering(), Some(Answering::TwoSizes));
        let delays =
            dialogue((0..400).map(|i| (3_200, Some(20_000 + drawn(i) % 9_000 + 5_000_000 * (drawn(i + 7) % 2)))));
        assert_eq!(delays.answering(), Some(Answering::TwoDurations));
        let measure = delays.tally(Answering::TwoDurations, "POST /x").measure();
        assert_eq!((measure.low(), measure.estimate(), measure.high()), (0.0, 2.0, 14.0));
    }

    #[test]
    fn a_page_that_changes_its_state_now_and_then_is_none() {
        assert_eq!(dialogue((0..400).map(|i| (3_200 + 31 * (i / 100 % 2), None))).answering(), None);
        assert_eq!(dialogue((0..400).map(|_| (3_200, Some(90_000)))).answering(), None);
    }

    #[test]
    fn a_slow_server_is_no_timed_injection() {
        let slow = dialogue((0..400).map(|i| (3_200, Some(20_000 + drawn(i) % 4_000_000))));
        assert_eq!(slow.answering(), None);
    }

    #[test]
    fn answers_of_many_sizes_may_be_records() {
        let varied = dialogue((0..400).map(|i| (if i % 8 == 0 { 160 } else { 3_200 + drawn(i) % 90 }, None)));
        assert_eq!(varied.answering(), Some(Answering::Varied));
        assert_eq!(varied.held(), 350);
    }
}
