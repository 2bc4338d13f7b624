//! Carries mail between an office's mail servers and the mail sensor. It judges nothing itself.
//!
//! [`imap`] reads the messages of a mailbox without changing anything in it: nothing is marked as read. [`milter`] answers a mail
//! server that asks about each message before it is delivered: whoever judges says deliver, with headers, or hold; where nobody can
//! judge, the message is delivered and says so.
//!
//! What a message means is left to the sensor; what was read up to where is left to the archive.

pub mod imap;
pub mod milter;
mod shown;

/// What the README shows compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
