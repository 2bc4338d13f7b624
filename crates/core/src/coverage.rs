//! What was looked at, what was not, and why.

use crate::{Complaint, Interval, Source};

/// How many complaints are kept in words; all are counted.
const COMPLAINTS_SHOWN: usize = 20;

/// Of so many rows, one may be unreadable before "nothing found" no longer stands: what hides in it can't be told.
const ROWS_PER_REJECTED: u64 = 1_000;

/// Time or input that was not watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// When; `None` for a gap that is not about time.
    pub when: Option<Interval>,
    /// Why, in a clerk's words.
    pub why: String,
    /// Whether "nothing found" can't stand beside it.
    pub needed: bool,
}

/// What an answer rests on. An absent input is part of the answer and never only a log line.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    /// Times for which there are rows.
    pub watched: Vec<Interval>,
    /// Times and inputs that were not watched.
    pub unwatched: Vec<Gap>,
    /// Every source read, cited by digest.
    pub sources: Vec<Source>,
    /// Rows read.
    pub rows: u64,
    /// Rows that could not be read.
    pub rejected: u64,
    /// The first complaints, in words.
    pub complaints: Vec<Complaint>,
    /// Anything else a reader of the answer must know.
    pub notes: Vec<String>,
}

impl Coverage {
    /// Something the question needs was not watched.
    pub fn blind(&mut self, when: Option<Interval>, why: impl Into<String>) {
        self.unwatched.push(Gap { when, why: why.into(), needed: true });
    }

    /// Something was not watched, but the answer stands without it.
    pub fn dim(&mut self, when: Option<Interval>, why: impl Into<String>) {
        self.unwatched.push(Gap { when, why: why.into(), needed: false });
    }

    /// Keeps the first complaints in words. Counting is the caller's: a complaint may stand for many rows or for none.
    pub fn complain(&mut self, complaint: Complaint) {
        if self.complaints.len() < COMPLAINTS_SHOWN {
            self.complaints.push(complaint);
        }
    }

    /// Adds what another part looked at.
    pub fn join(&mut self, other: Self) {
        self.watched.extend(other.watched);
        self.unwatched.extend(other.unwatched);
        self.sources.extend(other.sources);
        self.rows += other.rows;
        self.rejected += other.rejected;
        for complaint in other.complaints {
            self.complain(complaint);
        }
        self.notes.extend(other.notes);
    }

    /// Whether "nothing found" can be said: something was read, and no gap that the question needs is open.
    pub fn can_rule_out(&self) -> bool {
        self.rows > 0 && !self.sources.is_empty() && !self.unwatched.iter().any(|g| g.needed)
    }

    /// Merges watched times that touch, sorts gaps, and says each once.
    pub(crate) fn close_up(&mut self) {
        let all = self.rows + self.rejected;
        if self.rejected.saturating_mul(ROWS_PER_REJECTED) > all {
            let why =
                format!("{} of {all} rows could not be read, more than one in {ROWS_PER_REJECTED}", self.rejected);
            self.blind(None, why);
        }
        self.watched = Interval::union(std::mem::take(&mut self.watched));
        self.unwatched.sort_by(|a, b| (a.when, &a.why).cmp(&(b.when, &b.why)));
        self.unwatched.dedup();
        let mut seen = std::collections::HashSet::new();
        self.notes.retain(|note| seen.insert(note.clone()));
    }
}
