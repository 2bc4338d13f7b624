//! Other people's files: one module a format, found from the bytes and never from the name alone.
//!
//! A format may need several files (an export's manifests beside its records): it is given all that are its own, folder by
//! folder. What is malformed is refused with its place; other files are read on.

mod clarity;
mod document;
mod nist;
mod raire;
mod results_csv;

use pollwarden_core::Complaint;
use pollwarden_intake::{Fit, Input, Sample};

use crate::Records;

/// A format of cast vote records, ballot manifests or results.
pub trait Format: Send + Sync {
    /// Its name, as shown in coverage: `dominion-json`, `nist-cvr-xml`.
    fn name(&self) -> &'static str;

    /// How well the beginning of a file fits. `Yes` only where no other format could be meant.
    fn sniff(&self, sample: &Sample) -> Fit;

    /// Whether files in one folder belong together. Where each stands for itself, each is read, or refused, by itself.
    fn together(&self) -> bool {
        true
    }

    /// Reads all files of this format in one folder, in order of their names, into what was read so far.
    ///
    /// # Errors
    /// The first thing that makes them unreadable: file, line or row, column, what was expected, what to do. Nothing of
    /// these files is then to be used. What can be read with a doubt goes to [`Records::complaints`] instead.
    fn read(&self, inputs: &[Input], into: &mut Records) -> Result<(), Box<Complaint>>;
}

/// Every format, in the order in which equally good fits are preferred.
pub fn all() -> &'static [&'static dyn Format] {
    FORMATS
}

static FORMATS: &[&dyn Format] = &[
    &nist::NIST_CVR_JSON,
    &nist::NIST_CVR_XML,
    &nist::NIST_ERR_JSON,
    &nist::NIST_ERR_XML,
    &clarity::ClarityXml,
    &raire::Raire,
    &results_csv::ResultsCsv,
];
