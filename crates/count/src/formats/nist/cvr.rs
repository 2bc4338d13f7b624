//! Formats `nist-cvr-json` and `nist-cvr-xml`: NIST SP 1500-103, cast vote records. Unisyn's export is this format, in XML.
//!
//! A document is read twice: the schema puts contests behind the cards, and choices are kept in the order in which contests
//! define them.

use std::io::BufRead;

use pollwarden_core::Complaint;
use pollwarden_intake::{Fit, Input, Sample};

use super::super::Format;
use super::super::document::{Node, Take};
use super::cards::Cards;
use super::contests::Definitions;
use super::{Notation, text_of};
use crate::Records;

/// Cast vote records by NIST SP 1500-103, in one notation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NistCvr(Notation);

/// Format `nist-cvr-json`.
pub(crate) static NIST_CVR_JSON: NistCvr = NistCvr(Notation::Json);
/// Format `nist-cvr-xml`.
pub(crate) static NIST_CVR_XML: NistCvr = NistCvr(Notation::Xml);

const ROOT: &str = "CastVoteRecordReport";

impl Format for NistCvr {
    fn name(&self) -> &'static str {
        match self.0 {
            Notation::Json => "nist-cvr-json",
            Notation::Xml => "nist-cvr-xml",
        }
    }

    fn sniff(&self, sample: &Sample) -> Fit {
        self.0.sniff(sample, ROOT, &["CVR.CastVoteRecordReport", "\"CVRSnapshot\"", "\"CVR.CVR"])
    }

    fn together(&self) -> crate::formats::Together {
        crate::formats::Together::Alone
    }

    fn read(&self, inputs: &[Input], into: &mut Records) -> Result<(), Box<Complaint>> {
        inputs.iter().try_for_each(|input| self.read_twice(input.name(), || text_of(input), into))
    }
}

impl NistCvr {
    /// Reads a document that can be read twice.
    ///
    /// # Errors
    /// The first thing that makes it unreadable.
    pub(crate) fn read_twice<R: BufRead>(
        self,
        name: &str,
        open: impl Fn() -> Result<R, Box<Complaint>>,
        into: &mut Records,
    ) -> Result<(), Box<Complaint>> {
        let mut skim = Skim::default();
        self.0.read(name, open()?, ROOT, &mut skim)?;
        let mut cards = Cards::new(skim.definitions, &mut into.cvrs);
        let mut reading = Reading(&mut cards);
        self.0.read(name, open()?, ROOT, &mut reading)?;
        into.complaints.extend(cards.finish(name));
        Ok(())
    }
}

/// Everything but the cards.
#[derive(Default)]
struct Skim {
    definitions: Definitions,
}

impl Take for Skim {
    fn opens(&self, name: &str) -> bool {
        name == "Election"
    }

    fn wants(&self, parent: &str, name: &str) -> bool {
        Definitions::wants(parent, name)
    }

    fn take(&mut self, _: &str, record: Node<'_>) -> Result<(), Box<Complaint>> {
        self.definitions.take(record)
    }
}

/// The cards.
struct Reading<'c, 'b>(&'c mut Cards<'b>);

impl Take for Reading<'_, '_> {
    fn opens(&self, _: &str) -> bool {
        false
    }

    fn wants(&self, parent: &str, name: &str) -> bool {
        parent.is_empty() && name == "CVR"
    }

    fn take(&mut self, _: &str, record: Node<'_>) -> Result<(), Box<Complaint>> {
        self.0.card(record)
    }
}
