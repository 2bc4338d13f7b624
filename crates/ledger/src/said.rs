//! What statements say, section by section: the JSON behind the commitments of each kind of entry (docs/ledger.md).
//!
//! Frozen within a version of the entry's format. Keys may be added; a reader passes over those it does not know. Times are RFC 3339
//! in UTC, digests SHA-256 in hexadecimal digits, hashes of entries in base64 as everywhere in a log.

use serde::{Deserialize, Serialize};

/// Kinds of entries that Pollwarden makes.
pub mod kind {
    /// An office's answers to its questions.
    pub const ASSESSMENT: &str = "assessment";
    /// Bytes that an answer rests on.
    pub const SOURCE: &str = "source";
    /// Something found.
    pub const FINDING: &str = "finding";
    /// A file committed to by name: a manifest, cast vote records, a plan, a seed.
    pub const FILE: &str = "file";
}

/// `assessment`, for anybody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// The office's name.
    pub office: String,
    /// Which program answered: `pollwarden 0.1.0`.
    pub program: String,
    /// `found`, `nothing-found` or `cannot-tell`.
    pub verdict: String,
    /// One for each question that was asked.
    pub answers: Vec<Answer>,
}

/// One question of an assessment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// `web`, `roll`, …
    pub question: String,
    /// The question as a person asks it.
    pub text: String,
    /// `found`, `nothing-found` or `cannot-tell`.
    pub verdict: String,
    /// Rows read.
    pub rows: u64,
    /// Rows that could not be read.
    pub rejected: u64,
    /// Pairs of times for which there are rows.
    pub watched: Vec<[String; 2]>,
    /// What was not watched.
    pub unwatched: Vec<Gap>,
    /// Numbers on the whole answer.
    pub measures: Vec<Measure>,
    /// How small attacks would have been noticed.
    pub limits: Vec<Limit>,
    /// Which detectors were asked.
    pub detectors: Vec<Detector>,
    /// The entries of its sources, by leaf hash.
    pub sources: Vec<String>,
    /// The entries of its findings, by leaf hash.
    pub findings: Vec<String>,
}

/// A gap in what was watched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gap {
    /// From when; `null` where it is not about time.
    pub from: Option<String>,
    /// To when.
    pub to: Option<String>,
    /// Whether "nothing found" can't be said beside it.
    pub needed: bool,
}

/// Why something was not watched. It may name files, and show pieces of what could not be read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// Of which question.
    pub question: String,
    /// From when; `null` where it is not about time.
    pub from: Option<String>,
    /// To when.
    pub to: Option<String>,
    /// Why.
    pub why: String,
}

/// A number with its interval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    /// What is measured.
    pub name: String,
    /// Proven.
    pub low: f64,
    /// Likely.
    pub estimate: f64,
    /// Can't be ruled out; `null` without a bound.
    pub high: Option<f64>,
    /// What it counts.
    pub unit: String,
}

/// A detection limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Limit {
    /// The threat in words.
    pub threat: String,
    /// The smallest size noticed with the wanted probability; where none is, the largest tried.
    pub size: u64,
    /// What the size counts.
    pub unit: String,
    /// Whether it was noticed with the wanted probability at that size.
    pub reached: bool,
    /// How many of the simulated attacks of that size were noticed.
    pub found: u32,
    /// Of how many.
    pub trials: u32,
    /// Lower end of the probability's 95 % confidence interval (Clopper and Pearson 1934).
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A detector that was asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Detector {
    /// Its id.
    pub id: String,
    /// The first version that had it.
    pub since: String,
}

/// `assessment`, for a court.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parameters {
    /// The digest of office.toml, where there is one.
    pub settings_sha256: Option<String>,
    /// What the command line set, in words.
    pub options: Vec<String>,
    /// Why each gap is one.
    pub gaps: Vec<Reason>,
    /// What else readers of the answers were told.
    pub notes: Vec<String>,
}

/// `source`, for anybody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// Which question it was read for.
    pub question: String,
    /// The format it was read as.
    pub format: String,
    /// Rows read from it.
    pub rows: u64,
    /// Rows of it that could not be read.
    pub rejected: u64,
}

/// `source` and `file`, for a court: which bytes they were.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bytes {
    /// The name the office knows it by.
    pub name: String,
    /// The digest of the bytes as received.
    pub sha256: String,
    /// How many they were.
    pub bytes: u64,
}

/// `finding`, for anybody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Which detector found it.
    pub detector: String,
    /// How bad it is if true.
    pub severity: String,
    /// How sure it is.
    pub confidence: String,
    /// Whom it is for.
    pub audience: String,
    /// Whether it worked: `attempt`, `success` or `unknown`.
    pub outcome: String,
    /// Its first row's time.
    pub first: Option<String>,
    /// Its last row's time.
    pub last: Option<String>,
}

/// `finding`, for another office: what to look for at home.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shared {
    /// One sentence.
    pub title: String,
    /// Addresses, domains and the like: pairs of kind and value. No voter's key is among them.
    pub observables: Vec<[String; 2]>,
    /// Numbers.
    pub measures: Vec<Measure>,
    /// ATT&CK or DISARM technique ids.
    pub techniques: Vec<String>,
}

/// `finding`, for a court.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Detail {
    /// The finding's id in reports.
    pub id: String,
    /// What would have been ordinary.
    pub expected: String,
    /// What was there.
    pub seen: String,
    /// What to do.
    pub next_step: String,
    /// Voters' keys: keyed hashes.
    pub voter_keys: Vec<String>,
    /// Where: the source's name and digest, and the line.
    pub sites: Vec<Site>,
}

/// A place in a source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Site {
    /// The source's name.
    pub name: String,
    /// Its digest, where known.
    pub sha256: Option<String>,
    /// The line, from 1; `null` for a whole source.
    pub line: Option<u64>,
}

/// `file`, for anybody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct File {
    /// What it is to the office: `ballot manifest`, `audit plan`, `seed`.
    pub label: String,
}

/// A section that says nothing further.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Nothing {}
