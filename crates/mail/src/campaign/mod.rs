//! Which messages are one lure, though subject, salutation, link token and file hash differ per recipient: within an office,
//! and across offices by sketches that disclose no content.
//!
//! A message becomes a [`Sketch`]: MinHashes of its text (without names, numbers, links' tokens, salutation and signature) and of
//! its attachments, and hashes of where it comes from, leads to and how it is built. [`campaigns`] joins sketches that agree in
//! two independent kinds of evidence. A [`Campaign`] is a cluster of similar messages: newsletters and ticket notices are such
//! clusters too. Whether one is a lure is for the judgements of its members to say.
//!
//! # Across offices
//!
//! Offices that share a key from a file ([`GroupKey`]) exchange [`OfficeSketches`] and [`join`] them, so that it can be said: "122
//! recipients in 67 offices, first seen 27 October, yours were 5".
//!
//! **What others learn.** Somebody *without* the key learns the office's name or pseudonym, how many recipients similar mail had
//! on which day, and roughly how long texts and attachments are. Words, names, domains and addresses are HMAC-SHA-256 under
//! the key, so guesses can't be tried. An office *with* the key learns that another office has mail similar to its own, and can
//! test a guess: whether somebody got a text, a file or a link's domain that it knows in full. With much work it can also try
//! pairs of common words one by one and learn that some of them probably stand in a message; texts of fewer than 8 pairs are
//! left out of what is exchanged, because they could be guessed whole. Recipients stand in no file: only their number per day.
//! Therefore: give the key to offices you would show the lure itself, export what was judged a lure rather than all mail, and
//! make a new key when one is lost. Sketches made before that join nothing made after.
//!
//! **What this does not prove.** A member with the key can make sketches of mail that nobody got. Who sent a file of sketches is for
//! the way it is sent (a signature, a sign-in) to show.

mod across;
mod alike;
mod candidates;
mod clues;
mod describe;
mod documents;
mod fold;
mod group;
mod key;
mod minhash;
mod office_sketches;
mod own;
mod shared_hosts;
mod sketch;
mod spoken;
mod stop_words;
mod wire;
mod words;

pub use across::{AcrossOffices, Joined, LeftOut, join};
pub use group::{Campaign, campaigns};
pub use key::GroupKey;
pub use office_sketches::OfficeSketches;
pub use own::OwnWords;
pub use sketch::Sketch;

/// Why sketches can't be made, written or read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SketchError {
    /// The key's length is wrong.
    #[error(
        "The key file holds {found} bytes. A key has 32 to 4,096 random bytes: make one with `head -c 32 /dev/urandom > key`."
    )]
    Key {
        /// How many bytes it has.
        found: usize,
    },
    /// The key is no key.
    #[error("The key file holds one byte again and again. A key has at least 32 random bytes.")]
    SameByte,
    /// Sketches without a shared key hide nothing.
    #[error("These sketches were made for use within one office. Make them again with the key that the offices share.")]
    NotShared,
    /// Sketches of several keys.
    #[error("These sketches were made under different keys. Make all of them again with one key.")]
    MixedKeys,
    /// A text that can't be written or read.
    #[error("The {what} has {found} characters; it may have 1 to {most}, without line breaks.")]
    Text {
        /// What it is.
        what: &'static str,
        /// Its length.
        found: usize,
        /// The longest allowed.
        most: usize,
    },
    /// More than is read.
    #[error("The file of sketches has more than {most} {what}. Ask its sender for the lures only.")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// The most allowed.
        most: usize,
    },
    /// A line that can't be read.
    #[error("Line {line}: expected {expected}, found {found}.")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What should stand there.
        expected: &'static str,
        /// What does.
        found: String,
    },
}
