//! Sensor `mail`: who was sent a lure or a threat, as whom, and who else got it?
//!
//! Messages are read from files, folders and mailboxes into [`Letter`]s, which are judged one by one and then together.

mod contacts;
mod detectors;
mod folder;
pub mod formats;
mod letter;
mod names;
mod tables;

pub use contacts::Contacts;
pub use detectors::DETECTORS;
pub use folder::Folder;
pub use letter::{Field, Head, Letter, Link, LinkPlace, Mailbox, Part, Picture, Trace, registrable};
pub use names::protected_names;
pub use tables::{ACTIONS, ATTACHMENTS, CAMPAIGNS, IN_OUR_NAME, LINKS, MESSAGES, POSTURE, TABLES};
