//! Reads other people's files: finds inputs, sniffs what they are, decompresses, decodes, and hands out blocks of whole
//! lines with their numbers and byte offsets.
//!
//! Memory does not grow with a file's size. Nothing from outside is trusted for size or time. What can't be read becomes
//! a [`Complaint`](pollwarden_core::Complaint), is counted, and stops nothing else. Which columns a line has is left to the sensors' `formats/`.

mod ahead;
mod archive;
mod block;
mod compression;
mod cut;
mod error;
mod folder;
mod format;
mod input;
mod open;
mod place;
mod reader;
mod rejected;
mod sniff;
mod stream;
mod take_in;
pub mod text;

pub use block::{Block, BlockOptions, Blocks};
pub use error::IntakeError;
pub use format::{Fit, Format, Parsed, Parser, Sample};
pub use input::{Found, Input, find};
pub use open::{Opened, Received};
pub use reader::{ReadAhead, Reader};
pub use rejected::REJECTED;
pub use sniff::choose;
pub use take_in::{Progress, Resume, Sink, SinkError, Taken, take_in};
