//! Sensor `mail`: who was sent a lure or a threat, as whom, and who else got it?
//!
//! Messages are read from files, folders and mailboxes into [`Letter`]s, which are judged one by one and then together.

mod letter;
pub mod simulate;

pub use letter::{Field, Letter, Link, LinkPlace, Mailbox, Part, Picture, Trace, registrable};
