//! Formats `nist-cvr-json` and `nist-cvr-xml`: NIST SP 1500-103, cast vote records. Unisyn's export is this format, in XML.
//!
//! A document is read twice: the schema puts contests behind the cards, and choices are kept in the order in which contests
//! define them.

use std::io::BufRead;

use pollwarden_core::Complaint;
use pollwarden_intake::{Fit, Input, Sample};

use super::super::{Format, Together};
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

    fn together(&self) -> Together {
        Together::Alone
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Mark;

    const TOWN: &str = include_str!("../../../testdata/formats/nist-cvr-xml/town.xml");

    fn read(text: &str) -> Result<Records, String> {
        let mut into = Records::default();
        let open = || Ok::<_, Box<Complaint>>(text.as_bytes());
        NIST_CVR_XML.read_twice("town.xml", open, &mut into).map_err(|c| c.to_string())?;
        Ok(into)
    }

    #[test]
    fn marks_are_those_of_the_snapshot_that_counts() {
        let records = read(TOWN).expect("read");
        assert!(records.complaints.is_empty(), "{:?}", records.complaints);
        let cvrs = records.cvrs.finish();
        let council = cvrs.find_contest("council").expect("a contest");
        let names: Vec<_> = cvrs.contest(council).choices.iter().map(|choice| choice.name.as_str()).collect();
        assert_eq!((names, cvrs.contest(council).votes_allowed), (vec!["Ada Quill", "Ben Marsh", "Write-in"], Some(2)));
        let card = cvrs.card(0).expect("a card");
        assert_eq!(
            (card.batch().batch.as_str(), card.record(), card.imprinted()),
            ("B7", "3".into(), "T1-B7-3".into())
        );
        assert_eq!(card.precinct(), "North");
        let twice = Mark { rank: 1, choice: 2, votes: 2 };
        assert_eq!(card.marks(council), Some(&[twice][..]));
        let faint = Mark { rank: 1, choice: 0, votes: 0 };
        assert_eq!(cvrs.card(1).expect("a card").marks(council), Some(&[faint, Mark::overvote(1)][..]));
        assert_eq!(cvrs.card(2).expect("a card").marks(council), Some(&[][..]));
    }

    #[test]
    fn what_is_malformed_is_refused_with_its_line() {
        let refused = |from: &str, to: &str| read(&TOWN.replace(from, to)).map(|_| ()).unwrap_err();
        assert!(
            refused(">s2<", ">s9<").contains("line 3, column CVR: expected the snapshot that CurrentSnapshotId names")
        );
        assert!(refused("<NumberVotes>1", "<NumberVotes>one").contains("column NumberVotes: expected a whole number"));
        assert!(
            refused("ObjectId=\"mayor\"", "ObjectId=\"council\"")
                .contains("expected each contest once, found council again")
        );
    }

    #[test]
    fn what_the_document_does_not_define_is_said() {
        let records = read(&TOWN.replace("ObjectId=\"cs-ada\"", "ObjectId=\"cs-else\"")).expect("read");
        assert!(records.complaints[0].to_string().contains("found cards that name cs-ada"));
    }
}
