//! Sensor `mail`: who was sent a lure or a threat, as whom, and who else got it?
//!
//! Messages are read from files, folders and mailboxes into [`Letter`]s, which are judged one by one and then together.

mod acted;
mod letter;
mod threat;

pub use acted::{Acted, ActedError, Deeds, Format as RecordFormat, How, Indicator, Lure, Lures, Order, Place};
pub use letter::{Field, Letter, Link, LinkPlace, Mailbox, Part, Picture, Trace, registrable};
pub use threat::{Names, Specifics, Threat, ThreatKind, ThreatReading, ThreatReason, Threats, threat};
