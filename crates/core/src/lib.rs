//! The central types of Pollwarden and the interface that all detectors share.
//!
//! This crate does no input or output, knows no wire format and reads no clock. Types here are not serialised as they
//! stand: every wire format (JSON v1, HTML, …) has its own structs.

mod about;
mod answer;
mod columns;
mod complaint;
mod coverage;
mod detector;
mod finding;
mod limit;
mod measure;
mod observable;
mod office;
mod picture;
mod receipt;
mod shared;
mod source;
mod table;
mod tally;
mod time;
mod voter_key;

pub use about::{About, Reference, Stability};
pub use answer::{Answer, Assessment, Question, Verdict};
pub use columns::{Columns, Integers, Numbers, Text, Times};
pub use complaint::Complaint;
pub use coverage::{Coverage, Gap};
pub use detector::{Detector, DetectorError, Findings, Plan, Scope, Tables};
pub use finding::{Audience, Confidence, Finding, FindingDraft, FindingError, Outcome, Severity};
pub use limit::{Limit, PowerPoint, Untouched};
pub use measure::Measure;
pub use observable::{Observable, ObservableKind};
pub use office::{
    Known, KnownAs, LogSettings, MailSettings, Network, NoNetwork, Office, Official, RollLayout, RollSettings,
    RuleFile, Vendor, WebSettings,
};
pub use picture::{Mark, Picture, RiskCurve, Series};
pub use receipt::Receipt;
pub use shared::SharedWork;
pub use source::{Digest, Site, SiteRole, Source};
pub use table::{Derive, Derived, Part, Table, TableRows};
pub use tally::Tally;
pub use time::{Interval, from_micros};
pub use voter_key::VoterKeyer;
