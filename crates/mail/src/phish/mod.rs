//! Is this message a phish or a scam, and why?
//!
//! An additive score: every [`Reason`] has a weight and says what was seen, and the points are their sum. Weights are
//! judgement, in steps of a quarter, held in one table (`clues.rs`); none is fitted to data. No clue rests on a date, a
//! mail program, a character set, HTML as such or a header field that only some servers write.
//!
//! What others find out (imitations, authentication, what attachments do, whether the writer is known) comes in as
//! [`Evidence`]; each item may be missing, and then counts neither way. An ordinary score is no proof of innocence: it
//! says that nothing of what is known here was seen.

mod asks;
mod clues;
mod evidence;
mod fold;
mod hosts;
mod links;
mod look;
mod names;
mod ordinary;
mod party;
mod random;
mod who;
mod words;

use crate::Letter;

pub(crate) use evidence::Vouching;
pub use evidence::{Alignment, Evidence};
pub(crate) use links::other_host_shown;
pub(crate) use who::is_passed_on;

/// From here on, what was seen is more than ordinary mail ever shows together.
const PHISH: f64 = 5.0;
/// From here on, a person should look.
const DOUBTFUL: f64 = 3.5;

/// What each kind of sign needs for them to agree; a sign that stands out by itself.
pub(crate) const ENOUGH: f64 = 1.25;

/// How much a message looks like a phish or a scam.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// The sum of the reasons' weights.
    pub points: f64,
    /// What was seen, the weightiest first. Reasons below zero speak for ordinary mail.
    pub reasons: Vec<Reason>,
    /// What follows from the points.
    pub verdict: Verdict,
}

/// One thing that was seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// Its name, such as `link/shows-another`.
    pub id: &'static str,
    /// What it adds to the points.
    pub weight: f64,
    /// What was seen, for a clerk.
    pub said: String,
}

/// What a score means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// Nothing that stands out from ordinary mail.
    Ordinary,
    /// A person should look before anybody clicks.
    Doubtful,
    /// A phish or a scam.
    Phish,
}

impl Score {
    /// The points besides whom the message imitates.
    pub(crate) fn besides_imitation(&self) -> f64 {
        self.reasons.iter().filter(|reason| reason.id != clues::IMITATES.0).map(|reason| reason.weight).sum()
    }
}

/// Scores a message.
pub fn score(letter: &Letter, evidence: &Evidence<'_>) -> Score {
    let mut seen = Seen::default();
    let read = words::read(letter);
    let is_list = who::is_list(letter, evidence);
    who::look(letter, &read, is_list, &mut seen);
    who::authentication(evidence, &mut seen);
    who::imitations(evidence, &mut seen);
    links::look(letter, is_list, &mut seen);
    look::look(letter, &read, evidence, &mut seen);
    asks::look(letter, &read, &mut seen);
    party::look(letter, &read, &mut seen);
    agreement(&mut seen);
    ordinary::look(letter, evidence, is_list, &mut seen);
    seen.score()
}

/// Signs of different kinds do not come together by chance: who writes, where it leads and how it looks, what it asks for.
fn agreement(seen: &mut Seen) {
    let (who, way, wish) = (seen.sum(&["who/"]), seen.sum(&["link/", "look/"]), seen.sum(&["asks/"]));
    if who >= ENOUGH && way >= ENOUGH && wish >= ENOUGH {
        seen.add(clues::AGREE, "Its writer, its links or looks, and its wish all stand out.");
    }
}

/// Reasons, as they are gathered.
#[derive(Default)]
struct Seen {
    reasons: Vec<Reason>,
}

impl Seen {
    fn add(&mut self, clue: clues::Clue, said: impl Into<String>) {
        self.add_part(clue, 1.0, said);
    }

    /// A clue that is only partly there.
    fn add_part(&mut self, (id, weight): clues::Clue, part: f64, said: impl Into<String>) {
        if !self.reasons.iter().any(|reason| reason.id == id) {
            self.reasons.push(Reason { id, weight: weight * part, said: said.into() });
        }
    }

    fn sum(&self, kinds: &[&str]) -> f64 {
        let is_kind = |reason: &&Reason| kinds.iter().any(|kind| reason.id.starts_with(kind));
        self.reasons.iter().filter(is_kind).map(|reason| reason.weight).sum()
    }

    fn has(&self, clue: clues::Clue) -> bool {
        self.reasons.iter().any(|reason| reason.id == clue.0)
    }

    fn score(mut self) -> Score {
        self.reasons.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.id.cmp(b.id)));
        let points = self.reasons.iter().map(|reason| reason.weight).sum();
        Score { points, reasons: self.reasons, verdict: verdict(points) }
    }
}

fn verdict(points: f64) -> Verdict {
    match points {
        points if points >= PHISH => Verdict::Phish,
        points if points >= DOUBTFUL => Verdict::Doubtful,
        _ => Verdict::Ordinary,
    }
}
