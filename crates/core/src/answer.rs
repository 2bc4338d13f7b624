//! A question, and what can honestly be said about it.

use std::cmp::Reverse;

use crate::{Audience, Coverage, Finding, Gap, Limit, Measure, Picture, Receipt, Tally};

/// The seven questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Question {
    /// Access logs.
    Web,
    /// Voter-roll extracts and the transaction log.
    Roll,
    /// Messages.
    Mail,
    /// Files, manifests, rules.
    Software,
    /// Manifests, cast vote records, audited ballots, results.
    Count,
    /// Posts and articles.
    Discourse,
    /// Findings of all the others.
    Across,
}

impl Question {
    /// All seven, in the order an assessment answers them.
    pub const ALL: [Self; 7] =
        [Self::Web, Self::Roll, Self::Mail, Self::Software, Self::Count, Self::Discourse, Self::Across];

    /// The sensor's name: also its folder in an office's folder and its group on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Roll => "roll",
            Self::Mail => "mail",
            Self::Software => "software",
            Self::Count => "count",
            Self::Discourse => "discourse",
            Self::Across => "across",
        }
    }

    /// The question as a person asks it.
    pub fn text(self) -> &'static str {
        match self {
            Self::Web => "Was anyone in our websites, and how many voters' records left?",
            Self::Roll => "Did any registration change without an authorised cause?",
            Self::Mail => "Who was sent a lure or a threat, as whom, and who else got it?",
            Self::Software => "Is every machine's software the certified build, and free of malware?",
            Self::Count => "Is the reported outcome right?",
            Self::Discourse => "Who pushes which story in concert, and is the story genuine?",
            Self::Across => "Who else was hit by the same hand?",
        }
    }

    /// What it is answered from.
    pub fn reads(self) -> &'static str {
        match self {
            Self::Web => "web-server access logs",
            Self::Roll => "voter-roll extracts and the transaction log",
            Self::Mail => "mail messages",
            Self::Software => "software files, hash manifests and rules",
            Self::Count => "ballot manifests, cast vote records, audited ballots and results",
            Self::Discourse => "public posts and articles",
            Self::Across => "findings of the other questions and indicators from other offices",
        }
    }
}

/// What can be said. Ordered so that the most pressing is greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Everything the question needs was looked at, and nothing was found.
    NothingFound,
    /// Something the question needs was missing, damaged or not looked at.
    CannotTell,
    /// There is at least one finding that deserves a clerk's action.
    Found,
}

impl Verdict {
    /// Its name in every wire format.
    pub fn name(self) -> &'static str {
        match self {
            Self::NothingFound => "nothing-found",
            Self::CannotTell => "cannot-tell",
            Self::Found => "found",
        }
    }
}

/// One question with its verdict, coverage, limits and findings.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The question.
    pub question: Question,
    /// What was looked at and what was not.
    pub coverage: Coverage,
    /// Numbers about the whole answer, such as `records-left` over all actors.
    pub measures: Vec<Measure>,
    /// The smallest attacks that would have been noticed.
    pub limits: Vec<Limit>,
    /// Most severe first.
    pub findings: Vec<Finding>,
    /// What people would rather look at than read.
    pub pictures: Vec<Picture>,
}

impl Answer {
    /// An answer from what was looked at and what was found. Findings are put in order of severity and time, counted
    /// once each, and their sites cite the sources' digests. Tallies of one name are joined into one measure.
    pub fn new(question: Question, mut coverage: Coverage, findings: Vec<Finding>) -> Self {
        coverage.close_up();
        let mut answer =
            Self { question, coverage, measures: Vec::new(), limits: Vec::new(), findings, pictures: Vec::new() };
        answer.put_in_order();
        answer.measures = Tally::measures(answer.findings.iter().filter_map(|f| f.tally.as_ref()));
        answer
    }

    /// `CannotTell` for a question that has no input or no sensor, with the reason.
    pub fn cannot_tell(question: Question, why: impl Into<String>) -> Self {
        let mut coverage = Coverage::default();
        coverage.blind(None, why);
        Self::new(question, coverage, Vec::new())
    }

    /// A finding for the clerk outranks a gap; a gap that the question needs outranks silence.
    pub fn verdict(&self) -> Verdict {
        if self.findings.iter().any(|f| f.audience == Audience::Clerk) {
            Verdict::Found
        } else if self.coverage.can_rule_out() {
            Verdict::NothingFound
        } else {
            Verdict::CannotTell
        }
    }

    /// Adds what was not watched, below what is said already and each gap once.
    pub fn not_watched(&mut self, gaps: impl IntoIterator<Item = Gap>) {
        for gap in gaps {
            if !self.coverage.unwatched.contains(&gap) {
                self.coverage.unwatched.push(gap);
            }
        }
    }

    fn put_in_order(&mut self) {
        for site in self.findings.iter_mut().flat_map(|f| f.sites_mut()) {
            if site.source.is_none() {
                site.source = self.coverage.sources.iter().find(|s| s.name == site.name).map(|s| s.digest);
            }
        }
        self.findings.sort_by(|a, b| {
            (a.audience, Reverse(a.severity), a.first, a.id()).cmp(&(b.audience, Reverse(b.severity), b.first, b.id()))
        });
        self.findings.dedup_by(|a, b| a.id() == b.id());
    }
}

/// All questions together: the product's main job.
#[derive(Debug, Clone)]
pub struct Assessment {
    /// The office's name.
    pub office: String,
    /// One answer per question.
    pub answers: Vec<Answer>,
    /// Where it stands in the office's log; `None` where it was not entered.
    pub receipt: Option<Receipt>,
}

impl Assessment {
    /// The most pressing verdict of all answers; `CannotTell` where there is none.
    pub fn verdict(&self) -> Verdict {
        self.answers.iter().map(Answer::verdict).max().unwrap_or(Verdict::CannotTell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Confidence, Severity, Source};

    fn seen() -> Coverage {
        let mut coverage = Coverage::default();
        coverage.sources.push(Source::named("access.log"));
        coverage.rows = 10;
        coverage
    }

    #[test]
    fn an_absent_input_is_never_nothing_found() {
        assert_eq!(Answer::new(Question::Web, Coverage::default(), vec![]).verdict(), Verdict::CannotTell);
        assert_eq!(Answer::cannot_tell(Question::Mail, "no folder").verdict(), Verdict::CannotTell);
    }

    #[test]
    fn many_rows_that_could_not_be_read_are_a_gap() {
        let mut damaged = seen();
        damaged.rejected = 1;
        assert_eq!(Answer::new(Question::Web, damaged.clone(), vec![]).verdict(), Verdict::CannotTell);
        damaged.rows = 5_000;
        assert_eq!(Answer::new(Question::Web, damaged, vec![]).verdict(), Verdict::NothingFound);
    }

    #[test]
    fn a_gap_outranks_silence_and_a_finding_outranks_a_gap() {
        assert_eq!(Answer::new(Question::Web, seen(), vec![]).verdict(), Verdict::NothingFound);
        let mut gap = seen();
        gap.blind(None, "log missing");
        assert_eq!(Answer::new(Question::Web, gap.clone(), vec![]).verdict(), Verdict::CannotTell);
        let finding = Finding::new("web/x", "t", Severity::Low, Confidence::Low).at("access.log", 1).done();
        assert_eq!(Answer::new(Question::Web, gap, vec![finding.expect("has a site")]).verdict(), Verdict::Found);
    }
}
