//! Writes results as NIST SP 1500-100 version 2, election results reporting, in JSON and XML.
//!
//! What the standard can't hold is left out: ballots cast in a contest, and ids that are no XML names. A contest of which
//! nobody says how many may be chosen is written as a ballot measure, as only candidate contests must say it. The kind of each
//! unit is not known here and is written as `other`; how units lie in each other is left out.

mod document;
mod element;

use crate::Results;

/// What a report must say of itself, beside the results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// When it was made, as `2026-11-04T21:00:00-05:00`.
    pub generated: String,
    /// The office that issues it.
    pub issuer: String,
    /// The same, short.
    pub issuer_abbreviation: String,
    /// The program that made it.
    pub application: String,
    /// First day of the election, as `2026-11-03`.
    pub start_date: String,
    /// Last day of the election.
    pub end_date: String,
    /// The kind of election.
    pub election: ElectionType,
    /// How final the results are.
    pub status: Status,
}

/// Kinds of elections that the standard knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ElectionType {
    /// A general election.
    General,
    /// A primary in which only a party's voters vote.
    ClosedPrimary,
    /// A primary in which a voter chooses a party's ballot.
    OpenPrimary,
    /// Another primary.
    Primary,
    /// A runoff.
    Runoff,
    /// A special election.
    Special,
}

/// How final results are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Certified.
    Certified,
    /// All counted, not certified.
    UnofficialComplete,
    /// Still being counted.
    UnofficialPartial,
    /// Of a recount.
    Recount,
    /// Certified, and corrected since.
    Correction,
}

/// The results as JSON.
pub fn json(results: &Results, heading: &Heading) -> String {
    format!("{:#}\n", document::report(results, heading).json())
}

/// The results as XML.
pub fn xml(results: &Results, heading: &Heading) -> String {
    document::report(results, heading).xml("ElectionReport")
}

impl ElectionType {
    fn name(self) -> &'static str {
        match self {
            Self::General => "general",
            Self::ClosedPrimary => "partisan-primary-closed",
            Self::OpenPrimary => "partisan-primary-open",
            Self::Primary => "primary",
            Self::Runoff => "runoff",
            Self::Special => "special",
        }
    }
}

impl Status {
    fn name(self) -> &'static str {
        match self {
            Self::Certified => "certified",
            Self::UnofficialComplete => "unofficial-complete",
            Self::UnofficialPartial => "unofficial-partial",
            Self::Recount => "recount",
            Self::Correction => "correction",
        }
    }
}
