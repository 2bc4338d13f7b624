//! A log kept as a folder: what writes it, one process at a time.
//!
//! `public` is what any web server can publish (C2SP tlog-tiles): `checkpoint`, and tiles and entries below `tile`.
//! `private` holds the writer's lock, files still being written, and the checkpoint once more. Tiles are durable before
//! the checkpoint that covers them is, and a checkpoint is durable in `private` before anybody can see it in `public`: none
//! that was seen is taken back by a power cut. Nothing that a checkpoint covers is written again.

mod appender;
mod disk;
pub(crate) mod durable;
mod edge;
mod error;
mod folder;
mod fsck;
mod grow;
mod layout;
mod leftovers;
mod log;
mod open;
mod resource;
mod rotate;
mod staged;

pub use appender::{Appender, Limits, Receipt, SubmitError, Ticket};
pub use disk::{Access, Disk, Lock, Name, RealDisk};
pub use error::{Act, LogError};
pub use folder::Folder;
pub use fsck::{FsckReport, fsck, fsck_on};
pub use log::Log;
