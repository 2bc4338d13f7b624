//! How many voters' records left: from what requests asked for and how large the answers were.

mod answers;
mod dialogue;
mod extraction;
mod framing;
mod logins;
mod pages;
mod payload;
mod peers;
mod place;
mod reading;
mod width;
mod window;

pub(crate) use answers::{Answers, Sizes};
pub(crate) use dialogue::{Answering, Dialogue};
pub(crate) use extraction::Extraction;
pub(crate) use logins::{Logins, Tries};
pub(crate) use payload::{Reach, Shape, reach};
pub(crate) use peers::{Peers, READ_AT_MOST, Readership, Together, has_personal_name};
pub(crate) use reading::{Harvest, NOTICED_AT, Reading};
pub(crate) use width::Width;
pub(crate) use window::Window;
