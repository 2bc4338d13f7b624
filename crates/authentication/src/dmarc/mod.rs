//! DMARC (RFC 9989, before it RFC 7489): does what SPF or DKIM vouch for belong to the domain that the reader sees?
//!
//! The organisation's domain is found by the tree walk (RFC 9989 §4.10) over the recorded snapshot; RFC 7489's public
//! suffix list is not used. `pct=` was withdrawn by RFC 9989 and rolls no dice here.

mod discovery;
mod record;

use crate::dns::Replay;
use crate::name;
use discovery::{Found, Stop, organisation, walk};
pub(crate) use discovery::{inherited, texts};

/// The result of DMARC (RFC 7489 §11.2, RFC 8601).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DmarcResult {
    /// The domain publishes no DMARC record.
    None,
    /// SPF or DKIM passed for the domain in From.
    Pass,
    /// Neither did.
    Fail,
    /// The DNS failed at the time.
    TempError,
    /// The record, or the From field, can't be used.
    PermError,
}

impl DmarcResult {
    /// As RFC 8601 writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::TempError => "temperror",
            Self::PermError => "permerror",
        }
    }

    /// From the word of a header, any case. Microsoft's `bestguesspass` stands for no record (`None`).
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "none" | "bestguesspass" => Self::None,
            "pass" => Self::Pass,
            "fail" => Self::Fail,
            "temperror" => Self::TempError,
            "permerror" => Self::PermError,
            _ => return None,
        })
    }
}

/// What the domain asks receivers to do with mail that fails (`p=`, `sp=`, `np=`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DmarcPolicy {
    /// Nothing.
    None,
    /// Treat it as suspicious.
    Quarantine,
    /// Refuse it.
    Reject,
}

impl DmarcPolicy {
    /// As the record writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Quarantine => "quarantine",
            Self::Reject => "reject",
        }
    }

    /// From the word of a record or header, any case.
    pub fn from_word(word: &str) -> Option<Self> {
        let all = [Self::None, Self::Quarantine, Self::Reject];
        all.into_iter().find(|policy| policy.as_str().eq_ignore_ascii_case(word))
    }
}

/// A domain that passed and belongs to the domain in From.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AlignedBy {
    /// SPF passed for this domain.
    Spf(String),
    /// A signature of this domain passed.
    Dkim(String),
}

/// How an identifier stands before alignment is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Passed,
    Failed,
    Temporary,
    Unknown,
}

/// A domain that SPF or DKIM speaks for.
#[derive(Debug, Clone)]
pub(crate) struct Identifier {
    pub(crate) aligned_by: AlignedBy,
    pub(crate) standing: Standing,
}

pub(crate) struct Outcome {
    /// Nothing where it can't be told.
    pub(crate) result: Option<DmarcResult>,
    pub(crate) why: String,
    pub(crate) policy: Option<DmarcPolicy>,
    pub(crate) record_at: Option<String>,
    pub(crate) aligned_by: Vec<AlignedBy>,
}

impl Outcome {
    pub(crate) fn of(result: DmarcResult, why: impl Into<String>) -> Self {
        Self { result: Some(result), why: why.into(), policy: None, record_at: None, aligned_by: Vec::new() }
    }
}

/// Judges a message whose From names these domains. `open` says what else could vouch for it and
/// was not looked at.
pub(crate) fn evaluate(from: &[String], identifiers: &[Identifier], open: Option<&str>, dns: &Replay<'_>) -> Outcome {
    let author = match from {
        [author] => author,
        [] => return Outcome::of(DmarcResult::PermError, "the From field names no domain"),
        // RFC 9989 leaves such messages to the receiver; no one domain can vouch for them.
        _ => return Outcome::of(DmarcResult::PermError, "the From field names more than one domain"),
    };
    let walk = match walk(dns, author) {
        Ok(walk) => walk,
        Err(stop) => return stop.outcome(),
    };
    let Some(found) = Found::choose(&walk, author) else {
        return Outcome::of(DmarcResult::None, format!("{author} publishes no DMARC record"));
    };
    let mut outcome = Outcome {
        policy: found.policy(author, dns),
        record_at: Some(found.name.clone()),
        ..Outcome::of(DmarcResult::Fail, String::new())
    };
    match align(author, &found, identifiers, dns) {
        Ok(aligned) => conclude(&mut outcome, author, &aligned, open),
        Err(stop) => {
            let stopped = stop.outcome();
            (outcome.result, outcome.why) = (stopped.result, stopped.why);
        }
    }
    outcome
}

fn conclude(outcome: &mut Outcome, author: &str, aligned: &[&Identifier], open: Option<&str>) {
    let any = |standing| aligned.iter().any(|identifier| identifier.standing == standing);
    let passed = aligned.iter().filter(|identifier| identifier.standing == Standing::Passed);
    outcome.aligned_by = passed.map(|identifier| identifier.aligned_by.clone()).collect();
    (outcome.result, outcome.why) = if any(Standing::Passed) {
        (Some(DmarcResult::Pass), format!("{author} vouches for it: {}", names(&outcome.aligned_by)))
    } else if any(Standing::Unknown) {
        (None, format!("whether {author} vouches for it depends on a check that can't be made"))
    } else if let Some(open) = open {
        (None, open.to_owned())
    } else if any(Standing::Temporary) {
        (Some(DmarcResult::TempError), format!("the DNS failed for a check that could vouch for {author}"))
    } else {
        (Some(DmarcResult::Fail), format!("nothing vouches for {author}, though it publishes DMARC"))
    };
}

fn names(aligned: &[AlignedBy]) -> String {
    let name = |by: &AlignedBy| match by {
        AlignedBy::Spf(domain) => format!("SPF of {domain}"),
        AlignedBy::Dkim(domain) => format!("DKIM of {domain}"),
    };
    aligned.iter().map(name).collect::<Vec<_>>().join(", ")
}

impl Stop {
    fn outcome(self) -> Outcome {
        match self {
            Self::Failure(why) => Outcome::of(DmarcResult::TempError, why),
            Self::NotRecorded(question) => {
                let why = format!("a DMARC record was not recorded ({question})");
                Outcome { result: None, ..Outcome::of(DmarcResult::None, why) }
            }
        }
    }
}

/// The identifiers that belong to the author's domain (RFC 9989 §4.10.2, §4.7 aspf, adkim).
fn align<'i>(
    author: &str,
    found: &Found<'_>,
    identifiers: &'i [Identifier],
    dns: &Replay<'_>,
) -> Result<Vec<&'i Identifier>, Stop> {
    let mut aligned = Vec::new();
    for identifier in identifiers.iter().filter(|identifier| identifier.standing != Standing::Failed) {
        let (domain, strict) = match &identifier.aligned_by {
            AlignedBy::Spf(domain) => (domain, found.record.strict_spf),
            AlignedBy::Dkim(domain) => (domain, found.record.strict_dkim),
        };
        if domain == author || !strict && shares_organisation(domain, found, dns)? {
            aligned.push(identifier);
        }
    }
    Ok(aligned)
}

fn shares_organisation(domain: &str, found: &Found<'_>, dns: &Replay<'_>) -> Result<bool, Stop> {
    if !name::is_within(domain, &found.organisation) {
        return Ok(false);
    }
    Ok(organisation(&walk(dns, domain)?, domain) == found.organisation)
}

#[cfg(test)]
mod tests;
