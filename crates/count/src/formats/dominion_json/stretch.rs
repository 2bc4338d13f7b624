//! Many sessions at once, on two threads: an export's sessions are parsed apart from each other, and made into cards in order.
//!
//! Where the second half begins is a guess, which counts only if the first half ends there. What can't be read ends a
//! stretch, and is left to the reading of a single session, which says what is wrong.

use std::thread::Builder;

use memchr::memmem;

use super::pull::{Fault, Pull};
use super::session::{Session, Sides, session};
use super::tables::Tables;
use crate::CvrBuilder;

/// How an export's sessions begin.
const BEGINS: &[u8] = b"{\"TabulatorId\"";
/// Less is parsed sooner than another thread has begun.
const WORTH_A_THREAD: usize = 1 << 18;

/// Parsed sessions. Used again from stretch to stretch.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    halves: [Vec<Sides>; 2],
}

/// A session, and where it begins.
type At<'a> = (usize, Session<'a>);

impl Parsed {
    /// Adds the cards of all sessions that are whole and followed by another; how many they were, and where they end.
    pub(super) fn add_all(
        &mut self,
        bytes: &[u8],
        tables: &mut Tables,
        cvrs: &mut CvrBuilder,
    ) -> Result<(u64, usize), Fault> {
        let [first, second] = &mut self.halves;
        let middle = middle(bytes);
        let ((some, end), (others, others_end)) = std::thread::scope(|scope| {
            // Without a thread the second half is not read yet.
            let other = middle
                .and_then(|middle| Builder::new().spawn_scoped(scope, move || sessions(&bytes[middle..], second)).ok());
            let some = sessions(&bytes[..middle.unwrap_or(bytes.len())], first);
            (some, other.map_or((Vec::new(), 0), joined))
        });
        let mut add = |sessions: &[At<'_>], sides: &[Sides], from: usize| {
            sessions.iter().zip(sides).try_for_each(|((at, session), sides)| {
                tables.add(session, sides, cvrs).map_err(|expected| Fault::Bad { at: from + at, expected })
            })
        };
        add(&some, &self.halves[0], 0)?;
        if middle != Some(end) {
            return Ok((some.len() as u64, end));
        }
        add(&others, &self.halves[1], end)?;
        Ok(((some.len() + others.len()) as u64, end + others_end))
    }
}

fn joined<T>(thread: std::thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Where a session seems to begin, halfway; `None` where one thread does.
fn middle(bytes: &[u8]) -> Option<usize> {
    let half = bytes.len() / 2;
    if half < WORTH_A_THREAD {
        return None;
    }
    memmem::find(&bytes[half..], BEGINS).map(|at| half + at)
}

/// Parses sessions, up to the first that is not whole with the comma after it.
fn sessions<'a>(bytes: &'a [u8], sides: &mut Vec<Sides>) -> (Vec<At<'a>>, usize) {
    let mut pull = Pull::new(bytes);
    let (mut sessions, mut end) = (Vec::new(), 0);
    loop {
        if sides.len() == sessions.len() {
            sides.push(Sides::default());
        }
        let sides = &mut sides[sessions.len()];
        let Ok(session) = session(&mut pull, sides) else { return (sessions, end) };
        if pull.takes(b',') != Ok(true) {
            return (sessions, end);
        }
        sessions.push((end, session));
        // The next begins after white space, if there is any.
        let _ = pull.peek();
        end = pull.at();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::dominion_json::manifests::Manifests;

    fn export(sessions: usize) -> String {
        let session = |at: usize| {
            let trap = r#""Note":"{\"TabulatorId\":9}""#;
            let marks = format!(r#"[{{"CandidateId":{},"Rank":1,"IsVote":true}}]"#, at % 3);
            format!(
                r#"{{"TabulatorId":1,"BatchId":{},"RecordId":{},{trap},"Original":{{"Contests":[{{"Id":7,"Marks":{marks}}}]}}}}, "#,
                1 + at / 100,
                1 + at % 100
            )
        };
        (0..sessions).map(session).collect()
    }

    fn read(text: &str) -> (u64, usize, Vec<(String, u64)>) {
        let mut cvrs = CvrBuilder::default();
        let mut tables = Tables::new(Manifests::default(), "", &mut cvrs);
        let (count, end) = Parsed::default().add_all(text.as_bytes(), &mut tables, &mut cvrs).expect("sessions");
        let cvrs = cvrs.finish();
        (count, end, cvrs.cards().map(|card| (card.batch().batch.clone(), card.record_number().unwrap_or(0))).collect())
    }

    #[test]
    fn two_threads_read_what_one_does() {
        let text = export(20_000);
        assert!(middle(text.as_bytes()).is_some());
        let (count, end, cards) = read(&text);
        assert_eq!((count, end), (20_000, text.len()));
        let expected: Vec<_> = (0..20_000).map(|at: u64| ((1 + at / 100).to_string(), 1 + at % 100)).collect();
        assert_eq!(cards, expected);
    }

    #[test]
    fn a_guess_within_a_session_does_not_count() {
        let inner = format!(r#"{{"TabulatorId":3,"Inner":[{}1],"Original":{{"Contests":[]}}}},"#, export(20_000));
        let (count, end, cards) = read(&inner);
        assert_eq!((count, end, cards.len()), (0, 0, 0));
        let text = format!(r#"{{"TabulatorId":1,"Original":{{}}}},{inner}"#);
        let whole = read(&text);
        assert_eq!((whole.0, whole.1), (1, text.len() - inner.len()));
    }

    #[test]
    fn what_is_cut_off_is_left() {
        let text = export(3);
        for cut in 0..text.len() {
            let (count, end, _) = read(&text[..cut]);
            let whole = text[..cut].matches("]}},").count();
            assert_eq!((count as usize, text[..end].matches("]}},").count()), (whole, whole), "{cut}");
        }
    }
}
