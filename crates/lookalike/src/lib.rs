//! Whom does this name pretend to be? Reverse lookup of senders, hosts and texts among all protected names.
//!
//! Given a sender, a link's host or a text: which vendor, office, official, service or contact is imitated, by which means,
//! how surely, and why, in a clerk's words. This crate does no input or output and asks no network. It leaves to others which
//! parties are protected, what a message says, and who truly sent it (SPF, DKIM, DMARC).

mod builtin;
mod chains;
mod display;
mod entry;
mod explain;
mod freemail;
mod host;
mod imitation;
mod index;
mod keyboard;
mod lead;
mod letters;
mod local;
mod lookup;
mod party;
mod permutations;
mod phrase;
mod plausible;
mod sender;
mod simulate;
mod slip;
mod text;
mod vocabulary;
mod weigh;
mod within;
mod words;

pub use builtin::builtin;
pub use freemail::is_free_mail;
pub use host::{is_public_suffix, registrable};
pub use imitation::{Imitation, LookalikeClass, Strength};
pub use index::Protected;
pub use party::{Party, PartyKind};
pub use permutations::permutations;
pub use simulate::{Simulated, lookalikes};
pub use text::Mention;

/// The examples of README.md, run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
