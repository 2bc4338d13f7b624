//! Judges evidence from a log: what is proven, what is not, and which time it rests on, in plain words.
//!
//! It takes bytes and keys and gives a [`Report`]. It reads no file, asks no network, has no clock and no secret, and has no way to
//! write: whoever verifies needs to trust this crate, `pollwarden-ledger` without its feature `store`, and the
//! primitives below them. A published log is read through [`Resources`], which the caller brings.

mod asked;
mod case;
mod cited;
mod consistent;
mod contents;
mod fault;
mod growth;
mod held;
mod input;
mod json;
mod order;
mod published;
mod report;
mod said;
mod section;
mod shown;
mod signers;
mod split;
mod text;
mod time;
mod visible;
mod witnessed;
mod words;

pub use asked::{Asked, Held};
pub use fault::Unreadable;
pub use growth::verify_growth;
pub use input::verify;
pub use pollwarden_ledger::{Policy, Resources};
pub use published::verify_log;
pub use report::{Outcome, Report, Subject};
pub use said::Said;
pub use shown::Shown;
