//! Formats `nist-err-json` and `nist-err-xml`: NIST SP 1500-100 version 2, election results reporting.

use std::io::BufRead;

use pollwarden_core::Complaint;
use pollwarden_intake::{Fit, Input, Sample};

use super::super::Format;
use super::super::bound::Counts as Bound;
use super::super::document::{Node, Take};
use super::contests::Definitions;
use super::counts::Counts;
use super::{Notation, text_of};
use crate::{Records, Results};

/// Results by NIST SP 1500-100, in one notation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NistErr(Notation);

/// Format `nist-err-json`.
pub(crate) static NIST_ERR_JSON: NistErr = NistErr(Notation::Json);
/// Format `nist-err-xml`.
pub(crate) static NIST_ERR_XML: NistErr = NistErr(Notation::Xml);

const ROOT: &str = "ElectionReport";

impl Format for NistErr {
    fn name(&self) -> &'static str {
        match self.0 {
            Notation::Json => "nist-err-json",
            Notation::Xml => "nist-err-xml",
        }
    }

    fn sniff(&self, sample: &Sample) -> Fit {
        self.0.sniff(sample, ROOT, &["ElectionResults."])
    }

    fn together(&self) -> crate::formats::Together {
        crate::formats::Together::Alone
    }

    fn read(&self, inputs: &[Input], into: &mut Records) -> Result<(), Box<Complaint>> {
        inputs.iter().try_for_each(|input| self.read_from(input.name(), text_of(input)?, into))
    }
}

impl NistErr {
    /// Reads a report. One without any count, as before an election, gives no results but a complaint.
    ///
    /// # Errors
    /// The first thing that makes it unreadable.
    pub(crate) fn read_from(self, name: &str, bytes: impl BufRead, into: &mut Records) -> Result<(), Box<Complaint>> {
        let mut report = Report::default();
        self.0.read(name, bytes, ROOT, &mut report)?;
        let (results, uncounted) = report.results(name)?;
        if !uncounted.is_empty() {
            into.complaints.push(without_counts(name, &uncounted, results.contests.is_empty()));
        }
        if !results.contests.is_empty() {
            into.results.push(results);
        }
        Ok(())
    }
}

fn without_counts(name: &str, contests: &[String], all: bool) -> Complaint {
    let found = match contests {
        _ if all => "a report without any, as before an election".to_owned(),
        [one] => format!("none for {one}"),
        [one, more @ ..] => format!("none for {one} and {} more", more.len()),
        [] => String::new(),
    };
    Complaint::about(name, "vote counts", found).mend("Contests without counts are left out of the results")
}

/// A report as it is read.
#[derive(Default)]
struct Report {
    election: String,
    definitions: Definitions,
    counts: Counts,
}

impl Take for Report {
    fn opens(&self, name: &str) -> bool {
        name == "Election"
    }

    fn wants(&self, parent: &str, name: &str) -> bool {
        Definitions::wants(parent, name)
            || (parent == "Election" && matches!(name, "BallotCounts" | "ElectionScopeId" | "Name"))
    }

    fn take(&mut self, _: &str, record: Node<'_>) -> Result<(), Box<Complaint>> {
        match record.name() {
            "Name" => self.election = record.own_words().to_owned(),
            "ElectionScopeId" => self.counts.scope(record.text()),
            "BallotCounts" => self.counts.ballots(record)?,
            "GpUnit" => {
                self.counts.unit(record)?;
                self.definitions.take(record)?;
            }
            "Contest" => {
                self.definitions.take(record)?;
                self.counts.contest(record)?;
            }
            _ => self.definitions.take(record)?,
        }
        Ok(())
    }
}

impl Report {
    /// The results, and the names of contests that have no count.
    fn results(self, source: &str) -> Result<(Results, Vec<String>), Box<Complaint>> {
        let (registered, ballots) = self.counts.of_the_whole();
        let mut results = Results { election: self.election, registered, ballots, ..Results::default() };
        let (mut uncounted, mut bound) = (Vec::new(), Bound::default());
        for (at, (_, contest)) in self.definitions.contests().enumerate() {
            match self.counts.reported(source, at, &contest, &self.definitions, &mut bound)? {
                Some(reported) => results.contests.push(reported),
                None => uncounted.push(contest.name),
            }
        }
        Ok((results, uncounted))
    }
}
