//! Writes answers: as plain text a clerk can read aloud, as JSON v1 for scripts, as one HTML page that opens from disk.
//!
//! Every format has its own shapes; the central types are never serialised as they stand. This crate computes no
//! verdict, reads no file and no clock: the time a page was made is given to it. What others wrote (requests, names,
//! paths) is shown with unreadable and direction-changing characters made visible.

mod html;
mod json;
mod plain;
mod shorten;
mod visible;
mod words;

pub use html::html;
pub use json::{json_v1, write_json_v1};
pub use plain::{PlainOptions, plain, plain_receipt};
pub use visible::visible;
pub use words::count;
