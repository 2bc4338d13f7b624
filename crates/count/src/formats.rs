//! Other people's files: one module a format, found from the bytes and never from the name alone.
//!
//! A format may need several files (an export's manifests beside its records): it is given all that are its own, folder by
//! folder. What is malformed is refused with its place; other files are read on.

pub mod ess_xlsx;
pub mod generic_csv;

pub(crate) mod absent;
mod batch_tallies;
pub(crate) mod bound;
mod clarity;
mod clear_ballot;
mod columns;
mod document;
mod dominion_csv;
mod dominion_json;
mod ess_csv;
mod hart;
mod layout;
mod manifest;
mod marks;
mod nist;
mod raire;
mod rank_row;
mod results_csv;
mod results_feed;
pub(crate) mod rows;

pub use layout::Layout;

use pollwarden_core::Complaint;
use pollwarden_intake::{Fit, Input, Sample};

use crate::Records;

/// A format of cast vote records, ballot manifests or results.
pub trait Format: Send + Sync {
    /// Its name, as shown in coverage: `dominion-json`, `nist-cvr-xml`.
    fn name(&self) -> &'static str;

    /// How well the beginning of a file fits. `Yes` only where no other format could be meant.
    fn sniff(&self, sample: &Sample) -> Fit;

    /// Which files it reads together.
    fn together(&self) -> Together {
        Together::Folder
    }

    /// Reads all files of this format in one folder, in order of their names, into what was read so far.
    ///
    /// # Errors
    /// The first thing that makes them unreadable: file, line or row, column, what was expected, what to do. Nothing of
    /// these files is then to be used. What can be read with a doubt goes to [`Records::complaints`] instead.
    fn read(&self, inputs: &[Input], into: &mut Records) -> Result<(), Box<Complaint>>;
}

/// Which files belong together, and are read or refused as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Together {
    /// Each stands for itself.
    Alone,
    /// Those of one folder, or of one folder in an archive.
    Folder,
    /// Those of one folder and of all archives in it.
    FolderWithArchives,
}

/// Every format, in the order in which equally good fits are preferred.
pub fn all() -> &'static [&'static dyn Format] {
    FORMATS
}

static FORMATS: &[&dyn Format] = &[
    &dominion_json::DominionJson,
    &dominion_csv::DominionCsv,
    &ess_csv::EssCsv,
    &ess_xlsx::EssXlsx,
    &clear_ballot::ClearBallot,
    &hart::Hart,
    &nist::NIST_CVR_JSON,
    &nist::NIST_CVR_XML,
    &nist::NIST_ERR_JSON,
    &nist::NIST_ERR_XML,
    &clarity::ClarityXml,
    &raire::Raire,
    &manifest::Manifest,
    &batch_tallies::BatchTallies,
    &results_feed::ResultsFeed,
    &results_csv::ResultsCsv,
];
