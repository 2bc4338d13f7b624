//! What comes out: an outcome, and in sentences what it rests on and what it does not say.

use crate::fault::Fault;
use crate::said::Said;
use crate::shown::{Shown, short};
use crate::visible::visible;
use crate::words;

/// What was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// An evidence bundle.
    Bundle,
    /// A proof of one entry (C2SP tlog-proof).
    Proof,
    /// A signed checkpoint alone.
    Checkpoint,
    /// Two checkpoints that contradict each other.
    SplitView,
    /// A published log, whole.
    Log,
    /// A published log, compared with an older checkpoint.
    Growth,
}

/// The outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The evidence holds, as far as `proven` says.
    Verified,
    /// The evidence does not hold, or the answer to what was asked is no. Nothing of it should be believed.
    Refused,
    /// Something that the question needs is missing.
    CannotTell,
}

/// A judgement in plain words. Text from outside is in it only with what is invisible written out.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// What was judged.
    pub subject: Subject,
    /// The outcome.
    pub outcome: Outcome,
    /// The outcome in a sentence.
    pub headline: String,
    /// Why it is refused, or what is missing.
    pub why: Vec<String>,
    /// What the office said, where that is proven to be its word.
    pub said: Vec<Said>,
    /// What is proven.
    pub proven: Vec<String>,
    /// What is not proven.
    pub not_proven: Vec<String>,
    /// Which time it rests on.
    pub time: Vec<String>,
    /// The entries, in the log's order.
    pub statements: Vec<Shown>,
}

impl Subject {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Bundle => "evidence bundle",
            Self::Proof => "proof of one entry",
            Self::Checkpoint => "signed checkpoint",
            Self::SplitView => "record of a split log",
            Self::Log => "published log",
            Self::Growth => "comparison of a log with an older checkpoint",
        }
    }

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Bundle => "bundle",
            Self::Proof => "proof",
            Self::Checkpoint => "checkpoint",
            Self::SplitView => "split-view",
            Self::Log => "log",
            Self::Growth => "growth",
        }
    }
}

impl Outcome {
    /// Its name in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Refused => "refused",
            Self::CannotTell => "cannot-tell",
        }
    }

    /// The command's exit code. 2 is kept for what can't be read at all.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Verified => 0,
            Self::Refused => 1,
            Self::CannotTell => 3,
        }
    }
}

impl Report {
    /// The outcome in two words at most. That a log was split is no good news, even where it is proven.
    pub fn verdict(&self) -> &'static str {
        match (self.outcome, self.subject) {
            (Outcome::Verified, Subject::SplitView) => "Split proven",
            (Outcome::Verified, _) => "Verified",
            (Outcome::Refused, _) => "Refused",
            (Outcome::CannotTell, _) => "Cannot tell",
        }
    }

    pub(crate) fn verified(subject: Subject, headline: String) -> Self {
        Self {
            subject,
            outcome: Outcome::Verified,
            headline,
            why: Vec::new(),
            said: Vec::new(),
            proven: Vec::new(),
            not_proven: Vec::new(),
            time: Vec::new(),
            statements: Vec::new(),
        }
    }

    /// Of what is refused nothing is shown: somebody may have made it up.
    pub(crate) fn refused(subject: Subject, fault: &Fault) -> Self {
        let what = if fault.is_of_trust() { "is not signed by those whom you ask for" } else { "does not hold" };
        let headline = format!("This {} {what}. Nothing in it should be believed.", subject.name());
        let why = vec![words::full_stop(&words::capital(&short(visible(&fault.to_string()))))];
        Self { outcome: Outcome::Refused, why, ..Self::verified(subject, headline) }
    }

    /// Something needed is missing. What was refused stays so.
    pub(crate) fn lacks(&mut self, headline: &str, why: Vec<String>) {
        if self.outcome == Outcome::Verified {
            self.outcome = Outcome::CannotTell;
            headline.clone_into(&mut self.headline);
        }
        self.why.extend(why);
    }

    /// The evidence holds, and the answer to what was asked is no.
    pub(crate) fn denies(&mut self, headline: String) {
        self.outcome = Outcome::Refused;
        self.headline = headline;
    }
}
