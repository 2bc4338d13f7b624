//! Lures after published cases, each in four grades of subtlety.
//!
//! Grade 1: authentication fails, the wording is crude, several people get it. Grade 2: nothing authenticates, crude. Grade 3:
//! SPF passes, the wording is the imitated party's. Grade 4: everything passes, letters differ where it is seen least, one
//! recipient. The wording is in `templates/lures.txt`.

mod cases;
mod party;
mod payload;
mod write;

pub use write::write;
pub(super) use write::{Draws, compose};

pub use cases::Case;
pub(super) use cases::{Link, Payload, Way, Whom};

/// The grades.
pub const GRADES: std::ops::RangeInclusive<u8> = 1..=4;

/// All cases.
pub fn lures() -> &'static [Case] {
    &cases::CASES
}

/// A case by its id.
pub fn case(id: &str) -> Option<&'static Case> {
    lures().iter().find(|case| case.id == id)
}
