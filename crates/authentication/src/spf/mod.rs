//! Sender Policy Framework (RFC 7208): may this address send mail for this domain?
//!
//! Read, expanded and evaluated over a recorded snapshot. The evaluator is our own because mail-auth's asks a live
//! resolver for every address it has no cached record of, so that "no such name", "not recorded" and the limit of void
//! lookups (§4.6.4) can't be replayed through it.

mod evaluate;
mod macros;
mod record;

use std::net::IpAddr;

use jiff::Timestamp;

pub(crate) use evaluate::{MAX_LOOKUPS, MAX_VOID, check_host};
pub(crate) use macros::MacroString;
pub(crate) use record::{Mechanism, Qualifier, SpfRecord, is_spf};

/// The result of an SPF check (RFC 7208 §2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SpfResult {
    /// The domain publishes no SPF record.
    None,
    /// The domain says nothing about this address (`?`).
    Neutral,
    /// The address may send for the domain.
    Pass,
    /// The address may not.
    Fail,
    /// The address probably may not (`~`).
    SoftFail,
    /// The DNS failed at the time.
    TempError,
    /// The published record can't be used.
    PermError,
}

impl SpfResult {
    /// As RFC 8601 §2.7.2 writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Neutral => "neutral",
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::SoftFail => "softfail",
            Self::TempError => "temperror",
            Self::PermError => "permerror",
        }
    }

    /// From the word of a header, any case; `hardfail` is an older word for `fail` (RFC 8601 §2.7.2).
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "none" => Self::None,
            "neutral" => Self::Neutral,
            "pass" => Self::Pass,
            "fail" | "hardfail" => Self::Fail,
            "softfail" => Self::SoftFail,
            "temperror" | "error" => Self::TempError,
            "permerror" | "unknown" => Self::PermError,
            _ => return None,
        })
    }
}

/// What is asked: who, from where, at what time.
#[derive(Debug, Clone)]
pub(crate) struct Query<'a> {
    /// The address that delivered.
    pub(crate) ip: IpAddr,
    /// What it called itself.
    pub(crate) helo: &'a str,
    /// The reverse path without angle brackets; empty for a bounce, for which the HELO name stands in (§2.4).
    pub(crate) mail_from: &'a str,
    /// The name of the receiver, for explanations; `unknown` where it is not known.
    pub(crate) receiver: &'a str,
    /// When it was received, for explanations.
    pub(crate) at: Option<Timestamp>,
}

/// The outcome of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) result: SpfResult,
    /// Why, in a sentence.
    pub(crate) why: String,
    /// What the domain itself says to a refused sender (`exp=`).
    pub(crate) explanation: Option<String>,
}
