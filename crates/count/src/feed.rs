//! Live results as they were published one after the other.

use jiff::Timestamp;
use pollwarden_core::{Mark, Picture, Series};

/// A feed, from one file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Feed {
    /// The file.
    pub source: String,
    /// Contests (or places), in the order of the file.
    pub contests: Vec<FeedContest>,
}

/// A contest's counts as they were published.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FeedContest {
    /// Its name.
    pub name: String,
    /// Choices, in the order in which they were met.
    pub choices: Vec<String>,
    /// What was published, earliest first.
    pub states: Vec<FeedState>,
}

/// What was published at one time.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedState {
    /// When.
    pub at: Timestamp,
    /// Choices whose counts were published then, by their places, with the votes so far. A choice that isn't among them
    /// keeps the count published before: feeds that name only the two leading choices lose nobody's votes.
    pub votes: Vec<(usize, i64)>,
    /// All votes, those for choices that the feed doesn't name among them; `None` where it doesn't say.
    pub total: Option<i64>,
    /// The line, from 1.
    pub line: u64,
}

/// What changed from one publication to the next.
#[derive(Debug, Clone, PartialEq)]
pub struct Update {
    /// The later one's place among the states.
    pub at: usize,
    /// Choices whose counts changed, by their places in order, with the votes added.
    pub votes: Vec<(usize, i64)>,
    /// Votes added in all: the stated total's change, or the choices' sum.
    pub total: i64,
    /// All votes before: the stated total, or the choices' sum.
    pub counted: i64,
    /// The two choices that led before, the first of them leading, where two were known.
    pub leading: Option<[(usize, i64); 2]>,
}

impl FeedContest {
    /// Changes in order of time; states that change nothing make none. A choice's first count is no change.
    pub fn updates(&self) -> Vec<Update> {
        let mut known = Known { votes: vec![None; self.choices.len()], total: None };
        let updates = self.states.iter().enumerate().map(|(at, state)| known.take(at, state));
        updates.filter(|u| u.at > 0 && (u.total != 0 || !u.votes.is_empty())).collect()
    }

    /// The counts over time, with moments to look at.
    pub fn timeline(&self, marks: Vec<Mark>) -> Picture {
        /// As many points and lines as a screen shows.
        const POINTS: usize = 400;
        const LINES: usize = 6;
        let line = |(choice, name): (usize, &String)| {
            let votes =
                |state: &FeedState| state.votes.iter().find(|(c, _)| *c == choice).map(|(_, v)| (state.at, *v as f64));
            let points: Vec<_> = self.states.iter().filter_map(votes).collect();
            let step = points.len().div_ceil(POINTS).max(1);
            let shown = points.iter().enumerate().filter(|(at, _)| at % step == 0 || at + 1 == points.len());
            Series { name: name.clone(), points: shown.map(|(_, point)| *point).collect() }
        };
        Picture::Timeline {
            title: format!("{}: votes as they were published", self.name),
            unit: "votes".to_owned(),
            series: self.choices.iter().enumerate().take(LINES).map(line).collect(),
            marks,
        }
    }
}

/// The last published counts.
struct Known {
    votes: Vec<Option<i64>>,
    total: Option<i64>,
}

impl Known {
    fn take(&mut self, at: usize, state: &FeedState) -> Update {
        let (leading, counted) = (self.leading(), self.total.unwrap_or_else(|| self.sum()));
        let mut votes = Vec::new();
        for (choice, count) in &state.votes {
            let Some(place) = self.votes.get_mut(*choice) else { continue };
            let before = place.replace(*count).unwrap_or(*count);
            if before != *count {
                votes.push((*choice, count.saturating_sub(before)));
            }
        }
        votes.sort_unstable();
        let sum = votes.iter().fold(0i64, |sum, (_, v)| sum.saturating_add(*v));
        let total = self.total.zip(state.total).map_or(sum, |(was, is)| is.saturating_sub(was));
        self.total = state.total.or(self.total);
        Update { at, votes, total, counted, leading }
    }

    fn sum(&self) -> i64 {
        self.votes.iter().flatten().fold(0, |sum, v| sum.saturating_add(*v))
    }

    fn leading(&self) -> Option<[(usize, i64); 2]> {
        let mut best: [Option<(usize, i64)>; 2] = [None, None];
        for known in self.votes.iter().enumerate().filter_map(|(choice, votes)| Some((choice, (*votes)?))) {
            if best[0].is_none_or(|first| known.1 > first.1) {
                best = [Some(known), best[0]];
            } else if best[1].is_none_or(|second| known.1 > second.1) {
                best[1] = Some(known);
            }
        }
        Some([best[0]?, best[1]?])
    }
}

impl Update {
    /// What takes back exactly what this one added.
    pub fn undoing(&self) -> (Vec<(usize, i64)>, i64) {
        (self.votes.iter().map(|(c, v)| (*c, v.saturating_neg())).collect(), self.total.saturating_neg())
    }

    /// Whether it lowers the total or a choice's count.
    pub fn lowers(&self) -> bool {
        self.total < 0 || self.votes.iter().any(|(_, v)| *v < 0)
    }

    /// By how much the count that it lowers most goes down.
    pub fn lost(&self) -> u64 {
        let least = self.votes.iter().map(|(_, v)| *v).chain([self.total]).min().unwrap_or(0);
        least.min(0).unsigned_abs()
    }

    /// Votes that it changes, up and down together.
    pub fn changed(&self) -> u64 {
        self.votes.iter().fold(0u64, |sum, (_, v)| sum.saturating_add(v.unsigned_abs()))
    }

    /// By how much the lead of the choice that led changes, and whether another leads then.
    pub fn lead(&self) -> Option<(i64, bool)> {
        let [(first, most), (second, next)] = self.leading?;
        let added = |choice: usize| self.votes.iter().find(|(c, _)| *c == choice).map_or(0, |(_, v)| *v);
        let change = added(first).saturating_sub(added(second));
        let before = most.saturating_sub(next);
        Some((change, before > 0 && before.saturating_add(change) < 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(second: i64, votes: &[(usize, i64)]) -> FeedState {
        let at = Timestamp::from_second(second).expect("a time");
        FeedState { at, votes: votes.to_vec(), total: None, line: 1 }
    }

    fn contest(states: Vec<FeedState>) -> FeedContest {
        FeedContest { name: "Clerk".into(), choices: vec!["Ada".into(), "Ben".into(), "Cy".into()], states }
    }

    #[test]
    fn updates_are_differences() {
        let both = |ada, ben| vec![(0, ada), (1, ben)];
        let contest = contest(vec![
            state(0, &both(10, 5)),
            state(1, &both(10, 5)),
            state(2, &both(40, 25)),
            state(3, &both(10, 5)),
        ]);
        let updates = contest.updates();
        assert_eq!(updates.iter().map(|u| (u.at, u.total, u.counted)).collect::<Vec<_>>(), [(2, 50, 15), (3, -50, 65)]);
        assert_eq!(updates[0].undoing(), (updates[1].votes.clone(), updates[1].total));
        assert_eq!((updates[1].lost(), updates[1].lead()), (50, Some((-10, false))));
    }

    #[test]
    fn a_choice_that_is_not_named_keeps_its_votes() {
        let contest =
            contest(vec![state(0, &[(0, 10), (1, 5)]), state(1, &[(0, 12), (2, 6)]), state(2, &[(1, 9), (0, 8)])]);
        let votes: Vec<_> = contest.updates().into_iter().map(|u| (u.votes.clone(), u.lead())).collect();
        assert_eq!(votes, [(vec![(0, 2)], Some((2, false))), (vec![(0, -4), (1, 4)], Some((-4, false)))]);
    }

    #[test]
    fn another_leads() {
        let contest = contest(vec![state(0, &[(0, 10), (1, 5)]), state(1, &[(0, 6), (1, 9)])]);
        assert_eq!(contest.updates()[0].lead(), Some((-8, true)));
    }
}
