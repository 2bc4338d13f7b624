//! Pollwarden's only durable state: Parquet files by table and day, and a catalogue that commits new files, the digest of
//! the source they came from and how far it was read, together.
//!
//! Killed at any moment, it goes on from the last commit: no row is lost and none is there twice. A file that the
//! catalogue does not know does not exist. Reading other people's bytes is left to `intake`, asking to `engine`.
//!
//! ```text
//! voter-key.secret                                 the office's secret; readable by its owner only
//! catalogue.redb                                   files, sources, how far each was read
//! tables/<table>/day=2026-11-03/0000000012.parquet
//! tables/<table>/day=none/…                        rows without a time, or of many days in one commit
//! writer.lock, readers.lock                        who is at work
//! ```

mod archive;
mod catalogue;
mod compact;
mod durable;
mod entry;
mod error;
mod leftovers;
mod lock;
mod pending;
mod resume;
mod secret;
mod sink;
mod source;
mod split;
mod table_file;
mod whole;

pub use archive::Archive;
pub use compact::Compacted;
pub use entry::ArchiveFile;
pub use error::{ArchiveError, Fault};
pub use secret::office_secret;
pub use source::SourceState;
pub use whole::Whole;
