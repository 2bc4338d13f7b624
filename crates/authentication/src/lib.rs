//! Is this message from whom it says? SPF, DKIM, DMARC and ARC, replayed without a network from a recorded DNS
//! snapshot; the receivers' word where the DNS is gone; what the office's own domains publish; DMARC reports.
//!
//! - [`authenticate`] checks one message. What was not recorded is "can't tell", never a fail.
//! - [`DnsSnapshot`] holds the answers and is a file, `dns.json`.
//! - [`posture()`] says what the office's own domain publishes, and what to publish instead.
//! - [`report`] reads DMARC aggregate reports: who sends in our name?
//!
//! The library opens no file and asks no network; only the feature `record` does, when a person orders it. A pass says
//! that a domain vouches for a message, not that the message is harmless: most lures that pass SPF and DKIM are sent
//! from domains of their own.

mod arc;
mod authenticate;
mod authenticated;
mod basis;
mod dkim;
mod dmarc;
pub mod dns;
mod message;
mod name;
mod network;
pub mod posture;
pub mod report;
mod settings;
mod spf;
mod tags;
mod trace;
mod verdict;
mod words;

pub use arc::{ArcInstance, ArcResult};
pub use authenticate::{authenticate, questions};
pub use authenticated::{
    ArcCheck, Authenticated, Basis, DkimCheck, DmarcCheck, EnvelopeFacts, SpfCheck, SpfIdentity, Unproven,
};
pub use dkim::DkimResult;
pub use dmarc::{AlignedBy, DmarcPolicy, DmarcResult};
pub use dns::{DnsSnapshot, Question, RecordType};
pub use name::is_within;
pub use network::{Network, is_public};
pub use posture::{Posture, posture};
pub use settings::Settings;
pub use spf::SpfResult;
pub use trace::{Envelope, EnvelopeSource};
pub use verdict::Judged;
pub use words::{MethodResult, ReceiversWord, WordField};
