//! Sensor `roll`: did any registration change without an authorised cause?
//!
//! Two extracts of a voter roll are compared record by record and field by field, and every change is explained by the
//! office's own log, found to be of form only, or left unexplained. Detectors judge the rows that come of it. Reading
//! files is left to `pollwarden-intake`, storing rows to the archive, running plans to the engine.

mod asked;
mod change_row;
mod compare;
mod coverage;
mod dates;
mod detectors;
mod diff;
mod error;
mod explain;
mod fields;
mod formats;
mod history;
mod layout;
mod linkage;
mod list;
mod log;
mod lost;
mod over;
mod pictures;
pub mod proof;
mod rate;
mod rehearsal;
mod rows;
pub mod simulate;
mod snapshot;
mod store;
mod strata;
mod tables;
mod untraced;
mod vote_row;

pub use asked::askable;
pub use compare::{Compared, Comparison, Held, TableSink, compare_held, snapshots};
pub use detectors::DETECTORS;
pub use diff::{Cell, Change, Counts, Diff, JOINED, Kind, Record, diff, joined_share};
pub use error::RollError;
pub use explain::Verdict;
pub use formats::{FORMATS, check_layout, formats, layout_of};
pub use layout::{Class, Column, Cut, Layout, Role};
pub use linkage::{Duplicates, duplicates};
pub use list::{write_changes, write_pairs};
pub use log::{check_log, unread};
pub use pictures::{changes_by_precinct, changes_by_precinct_plan, changes_over_time, changes_over_time_plan};
pub use rehearsal::Rehearsal;
pub use snapshot::{Snapshot, snapshot, snapshots_in};
pub use store::{Keeping, KeptSnapshot, Store};
pub use tables::{
    BATCHES, CHANGES, DUPLICATES, GROUPS, LOST, OPERATORS, ORDERS, RESEMBLANCES, TABLES, TRANSACTIONS, UNTRACED,
    VOTERS, VOTES,
};
