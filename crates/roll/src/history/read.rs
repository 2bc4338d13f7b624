//! Reads a file of a vote history, vote by vote.

use std::borrow::Cow;
use std::collections::HashMap;

use jiff::civil::Date;
use pollwarden_core::{Complaint, RollSettings, Source};
use pollwarden_intake::{BlockOptions, Input, IntakeError};

use super::layout::{self, HistoryLayout};
use crate::dates::date_in;
use crate::diff::{Cutter, Raw};
use crate::fields;
use crate::layout::Cut;

/// A file has few different days; with more than so many, each is read anew.
const DAYS_REMEMBERED: usize = 4096;
/// Complaints kept in words, for each file; all are counted.
const COMPLAINTS_KEPT: u64 = 1000;

/// A vote, and where it stands.
pub(super) struct Vote<'a> {
    pub(super) voter: &'a [u8],
    pub(super) election: Date,
    pub(super) county: Cow<'a, [u8]>,
    pub(super) source: &'a str,
    pub(super) line: u64,
}

/// What became of a file.
pub(super) struct HistoryRead {
    pub(super) source: Source,
    pub(super) complaints: Vec<Complaint>,
    /// Whether it was read to its end.
    pub(super) whole: bool,
}

/// Hands on every vote. Rows that hold none are rejected; a file that breaks off is complained about.
pub(super) fn read(input: &Input, settings: &RollSettings, each: &mut dyn FnMut(&Vote<'_>)) -> HistoryRead {
    let source = Source { format: "vote-history".into(), ..Source::named(&input.name) };
    let mut read = HistoryRead { source, complaints: Vec::new(), whole: true };
    if let Err(cause) = blocks(input, settings, &mut read, each) {
        read.complaints.push(Complaint::about(&input.name, "a history that can be read to its end", cause.to_string()));
        read.whole = false;
    }
    read
}

fn blocks(
    input: &Input,
    settings: &RollSettings,
    read: &mut HistoryRead,
    each: &mut dyn FnMut(&Vote<'_>),
) -> Result<(), IntakeError> {
    let mut opened = input.open()?;
    let Some(layout) = layout::of(opened.sample()?, settings) else {
        read.whole = false;
        read.complaints.push(Complaint::about(&input.name, "a vote history", "something else by now"));
        return Ok(());
    };
    let mut rows = Rows { layout: &layout, days: HashMap::new(), read, each };
    let mut cutter = Cutter::new(&layout.layout);
    let mut blocks = opened.blocks(BlockOptions::default());
    while let Some(block) = blocks.next() {
        let block = block?;
        cutter.feed(&block.bytes, block.offset, block.first_line, &mut |raw| rows.take(raw, &input.name));
        blocks.rejected().into_iter().for_each(|complaint| rows.reject(complaint));
    }
    cutter.end(&mut |raw| rows.take(raw, &input.name));
    blocks.rejected().into_iter().for_each(|complaint| rows.reject(complaint));
    let received = blocks.received();
    (read.source.digest, read.source.length) = (received.digest, received.length);
    Ok(())
}

struct Rows<'a, 'b> {
    layout: &'a HistoryLayout,
    days: HashMap<Vec<u8>, Option<Date>>,
    read: &'a mut HistoryRead,
    each: &'a mut (dyn FnMut(&Vote<'_>) + 'b),
}

impl Rows<'_, '_> {
    fn take(&mut self, raw: Raw<'_>, source: &str) {
        if raw.line <= self.layout.layout.above {
            return;
        }
        let layout = &self.layout.layout;
        if !raw.balanced || !layout.fits(raw.bytes) {
            let (expected, found) = layout.misfit(raw.bytes);
            return self.reject(Complaint::about(source, expected, found).line(raw.line));
        }
        let [voter, day, county] = self.columns(raw.bytes);
        let voter = layout.plain_key(voter);
        let election = self.election(day);
        match election.filter(|_| !voter.is_empty()) {
            Some(election) => {
                let county = fields::key(county);
                (self.each)(&Vote { voter: &voter, election, county, source, line: raw.line });
                self.read.source.rows += 1;
            }
            None => {
                let name = &layout.columns[if voter.is_empty() { layout.key } else { self.layout.day }].name;
                let expected = if voter.is_empty() { "a voter's id" } else { "an election's day such as 11/05/2024" };
                let found = if voter.is_empty() { String::new() } else { fields::text(day).into_owned() };
                self.reject(Complaint::about(source, expected, found).line(raw.line).column(name));
            }
        }
    }

    /// The voter, the election's day, and the county; empty where there is no such column.
    fn columns<'r>(&self, record: &'r [u8]) -> [&'r [u8]; 3] {
        let wanted = [Some(self.layout.layout.key), Some(self.layout.day), self.layout.county];
        let mut found: [&[u8]; 3] = [&[]; 3];
        let Cut::At(delimiter) = self.layout.layout.cut else { return found };
        for (at, raw) in fields::Fields::of(record, delimiter).enumerate() {
            for (found, _) in found.iter_mut().zip(wanted).filter(|(_, wanted)| *wanted == Some(at)) {
                *found = raw;
            }
        }
        found
    }

    fn election(&mut self, day: &[u8]) -> Option<Date> {
        if let Some(known) = self.days.get(day) {
            return *known;
        }
        let election = date_in(&fields::text(day));
        if self.days.len() < DAYS_REMEMBERED {
            self.days.insert(day.to_owned(), election);
        }
        election
    }

    fn reject(&mut self, complaint: Complaint) {
        self.read.source.rejected += 1;
        if self.read.source.rejected <= COMPLAINTS_KEPT {
            self.read.complaints.push(
                complaint.mend("Ask for the history again, or mend the row; until then this vote is not compared."),
            );
        }
    }
}
