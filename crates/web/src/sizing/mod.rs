//! How many voters' records left: from what requests asked for and how large the answers were.

mod answers;
mod extraction;
mod payload;
mod reading;

pub(crate) use answers::Answers;
pub(crate) use extraction::Extraction;
pub(crate) use payload::{Reach, reach};
pub(crate) use reading::{Harvest, NOTICED_AT, Peers, READ_AT_MOST, Reading};
