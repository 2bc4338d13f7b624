//! Sensor `count`: is the reported outcome right?
//!
//! From ballot manifests, cast vote records, audited ballots and reported results. Its audits are pure functions
//! (`pollwarden-rla`); this crate reads the files, puts their numbers together, and answers.

pub mod audit;
pub mod err_v2;
pub mod formats;
pub mod tabulate;

mod alike;
mod answer;
mod batch_names;
mod by_name;
mod by_part;
mod commitment;
mod contest;
mod cvr;
mod detectors;
mod doubts;
mod evidence;
pub mod exercise;
mod feed;
mod gather;
mod guarded;
mod jurisdiction;
mod kind;
mod leads_otherwise;
mod manifest;
mod read;
mod records;
mod results;
mod simulate;
mod unnamed_rows;
mod unread;
mod write_in;
mod written_alike;

pub use answer::{answer, percent};
pub use audit::Interpretation;
pub use commitment::{COMMITTED_SETTINGS, Commitment, settings_digest};
pub use contest::{Choice, Contest, ContestId};
pub use cvr::{BatchKey, Card, CardPlace, CvrBuilder, Cvrs, Mark, Votes};
pub use detectors::{CountDetector, DETECTORS};
pub use evidence::Evidence;
pub use feed::{Feed, FeedContest, FeedState, Update};
pub use gather::gather;
pub use guarded::guarded;
pub use kind::{is_of_audit, is_own_output, is_settings, last as file_name};
pub use manifest::{BallotManifest, ManifestBatch};
pub use read::{read, read_inputs};
pub use records::Records;
pub use results::{Nesting, Reading, ReportedChoice, ReportedContest, ReportedPart, Results};
