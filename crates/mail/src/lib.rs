//! Sensor `mail`: who was sent a lure or a threat, as whom, and who else got it?
//!
//! Messages are read from files, folders and mailboxes into [`Letter`]s, which are judged one by one at a [`Desk`] and then
//! together: which of them are one mailing, who else got it, who acted on it. Detectors ask the tables that come of it.

pub mod acted;
mod arrival;
mod beside;
pub mod campaign;
mod contacts;
mod desk;
mod detectors;
pub mod exercise;
mod folder;
mod followed;
pub mod formats;
mod gaps;
mod gather;
mod hands;
mod imitation;
mod in_our_name;
mod judged;
mod letter;
mod mailings;
mod names;
pub mod phish;
mod rehearsal;
mod rows;
pub mod simulate;
mod tables;
pub mod threat;

pub use arrival::Arrival;
pub use contacts::Contacts;
pub use desk::Desk;
pub use detectors::DETECTORS;
pub use folder::Folder;
pub use gather::{Gathered, RowSink, Step, Wanted, gather, sketches};
pub use imitation::Imitation;
pub use judged::{Judged, Lure, LureKind, judge, judge_arriving};
pub use letter::{Field, Head, Letter, Link, LinkPlace, Mailbox, Part, Picture, registrable};
pub use names::protected_names;
pub use pollwarden_lookalike::{is_free_mail, is_public_suffix};
pub use rehearsal::{Rehearsal, THREATS, Threat};
pub use tables::{ACTIONS, ATTACHMENTS, CAMPAIGNS, IN_OUR_NAME, LINKS, MESSAGES, POSTURE, TABLES};
