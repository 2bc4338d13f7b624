//! Which answers of a log-in page mean that the password was wrong, and how many accounts were opened.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use pollwarden_core::Tally;

/// Status and size of an answer, as far as they are logged.
type Answer = (Option<i64>, Option<i64>);

/// The answers of one log-in page to those who try much.
#[derive(Debug, Default)]
pub(crate) struct Logins {
    answers: HashMap<Answer, u64>,
}

/// What an answer that refuses looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// By its status: whatever else is answered is a success.
    Status(i64),
    /// By status and size: a page that says so, or a redirect back to the form.
    Page(i64, i64),
}

impl Logins {
    /// Counts an answer.
    pub(crate) fn add(&mut self, answer: Answer) {
        *self.answers.entry(answer).or_default() += 1;
    }

    /// What nearly all answers to those who guess have in common. `None` where they have nothing in common, or where the
    /// log holds no statuses.
    pub(crate) fn failure(&self) -> Option<Failure> {
        let all: u64 = self.answers.values().sum();
        let mut statuses: HashMap<i64, u64> = HashMap::new();
        for (&(status, _), n) in &self.answers {
            *statuses.entry(status?).or_default() += n;
        }
        let (&status, &of_status) = statuses.iter().max_by_key(|&(&status, &n)| (n, status))?;
        if of_status * 2 < all {
            return None;
        }
        if status >= 400 {
            return Some(Failure::Status(status));
        }
        let sizes = self.answers.iter().filter(|((s, _), _)| *s == Some(status));
        let (size, n) = sizes.filter_map(|(&(_, size), &n)| Some((size?, n))).max_by_key(|&(size, n)| (n, size))?;
        // A form shown again differs at most in a token of fixed length; if sizes scatter, the status must do.
        Some(if n * 10 >= of_status * 8 { Failure::Page(status, size) } else { Failure::Status(status) })
    }

    /// Accounts that were opened: how many log-ins succeeded. Two may have been into one account.
    pub(crate) fn tally(route: &str, opened: u64) -> Tally {
        Tally {
            name: "records-left".into(),
            unit: "voters".into(),
            space: format!("accounts of {route}"),
            proven: Arc::default(),
            beyond: (1.0, opened as f64, opened as f64),
        }
    }
}

impl Failure {
    fn is(self, (status, bytes): Answer) -> bool {
        match self {
            Self::Status(s) => status == Some(s),
            Self::Page(s, size) => status == Some(s) && bytes == Some(size),
        }
    }
}

/// One client's log-ins, in order of time.
#[derive(Debug, Default)]
pub(crate) struct Tries(Vec<(Timestamp, Answer)>);

impl Tries {
    /// Counts a try.
    pub(crate) fn add(&mut self, at: Timestamp, answer: Answer) {
        self.0.push((at, answer));
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// How many were refused, and when others were let in. Errors and further refusals are neither.
    pub(crate) fn outcome(&self, failure: &Failure) -> (u64, Vec<Timestamp>) {
        // A lock (423, 429) refuses too, and so does what says so (401, 403), whatever most failures look like.
        let locked = |(status, _): Answer| matches!(status, Some(401 | 403 | 423 | 429));
        let refused = self.0.iter().filter(|(_, answer)| failure.is(*answer) || locked(*answer)).count() as u64;
        let let_in = |(status, _): Answer| status.is_some_and(|s| (200..400).contains(&s));
        let opened = self.0.iter().filter(|(_, answer)| !failure.is(*answer) && let_in(*answer)).map(|&(at, _)| at);
        (refused, opened.collect())
    }

    /// When the n-th refusal came.
    pub(crate) fn nth_failure(&self, failure: &Failure, n: usize) -> Option<Timestamp> {
        self.0.iter().filter(|(_, answer)| failure.is(*answer)).nth(n - 1).map(|&(at, _)| at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(answers: &[(i64, i64, u64)]) -> Option<Failure> {
        let mut logins = Logins::default();
        for &(status, bytes, n) in answers {
            (0..n).for_each(|_| logins.add((Some(status), Some(bytes))));
        }
        logins.failure()
    }

    #[test]
    fn refusals_are_told_by_status_or_by_size() {
        assert_eq!(failure(&[(401, 1_450, 90), (302, 300, 2)]), Some(Failure::Status(401)));
        assert_eq!(failure(&[(200, 2_200, 90), (302, 300, 2)]), Some(Failure::Page(200, 2_200)));
        assert_eq!(failure(&[(302, 280, 90), (302, 311, 3)]), Some(Failure::Page(302, 280)));
        assert_eq!(failure(&[(200, 1, 30), (401, 2, 30), (500, 3, 40)]), None);
        let mut without = Logins::default();
        without.add((None, None));
        assert_eq!(without.failure(), None);
    }

    #[test]
    fn an_error_is_no_open_account() {
        let mut tries = Tries::default();
        for (i, answer) in [(401, 9), (302, 7), (503, 3), (401, 9)].into_iter().enumerate() {
            tries.add(pollwarden_core::from_micros(i as i64), (Some(answer.0), Some(answer.1)));
        }
        let (refused, opened) = tries.outcome(&Failure::Status(401));
        assert_eq!((refused, opened.len()), (2, 1));
        let (refused, _) = tries.outcome(&Failure::Status(429));
        assert_eq!(refused, 2, "most were locked out, but these were refused");
        assert_eq!(tries.nth_failure(&Failure::Status(401), 2).map(|t| t.as_microsecond()), Some(3));
    }
}
