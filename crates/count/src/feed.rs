//! Live results as they were published one after the other.

use jiff::Timestamp;

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
    /// Votes by choice.
    pub votes: Vec<i64>,
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
    /// Votes added, by choice.
    pub votes: Vec<i64>,
    /// Votes added in all: the stated total's change, or the choices' sum.
    pub total: i64,
}

impl FeedContest {
    /// The place of a choice, a new one where there is none of that name.
    pub fn choice(&mut self, name: &str) -> usize {
        self.choices.iter().position(|c| c == name).unwrap_or_else(|| {
            self.choices.push(name.to_owned());
            self.choices.len() - 1
        })
    }

    /// Changes in order of time; states that change nothing make none.
    pub fn updates(&self) -> Vec<Update> {
        let changes = self.states.windows(2).enumerate().map(|(before, pair)| {
            let (was, is) = (&pair[0], &pair[1]);
            let at = |state: &FeedState, choice: usize| state.votes.get(choice).copied().unwrap_or(0);
            let votes: Vec<i64> = (0..self.choices.len()).map(|c| at(is, c).saturating_sub(at(was, c))).collect();
            let sum = votes.iter().fold(0i64, |sum, v| sum.saturating_add(*v));
            let total = was.total.zip(is.total).map_or(sum, |(was, is)| is.saturating_sub(was));
            Update { at: before + 1, votes, total }
        });
        changes.filter(|u| u.total != 0 || u.votes.iter().any(|v| *v != 0)).collect()
    }
}

impl Update {
    /// Whether the other takes back exactly what this one added.
    pub fn is_undone_by(&self, other: &Self) -> bool {
        let some = self.votes.iter().any(|v| *v != 0);
        some && self.votes.iter().zip(&other.votes).all(|(a, b)| a.checked_neg() == Some(*b))
    }

    /// How many choices it changes.
    pub fn choices_changed(&self) -> usize {
        self.votes.iter().filter(|v| **v != 0).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn updates_are_differences() {
        let state = |second, votes: &[i64]| FeedState {
            at: Timestamp::from_second(second).expect("a time"),
            votes: votes.to_vec(),
            total: None,
            line: 1,
        };
        let contest = FeedContest {
            name: "Clerk".into(),
            choices: vec!["Ada".into(), "Ben".into()],
            states: vec![state(0, &[10, 5]), state(1, &[10, 5]), state(2, &[40, 25]), state(3, &[10, 5])],
        };
        let updates = contest.updates();
        assert_eq!(updates.iter().map(|u| (u.at, u.total)).collect::<Vec<_>>(), [(2, 50), (3, -50)]);
        assert!(updates[0].is_undone_by(&updates[1]));
    }
}
