//! Hart's cast vote records: one XML file (`Cvr`) for each sheet, in a folder or zip, and beside them “scanned ballot
//! information” as CSV, which says what machine scanned a sheet and what is printed on it.
//!
//! The shapes are those of published test exports (Verity; RCTab, SHANGRLA, Arlo); the vendor publishes no specification.
//! A ranked choice's value has a digit for each rank: `0100` is the second.

mod cvr;
mod scans;

use std::collections::BTreeSet;
use std::io::Read;

use hashbrown::HashMap;
use memchr::memmem;
use pollwarden_core::{Complaint, Digest};
use pollwarden_intake::{Fit, Input, IntakeError, Sample};

use cvr::{Contest, Cvr};
use scans::Scans;

use super::absent::Absent;
use super::marks::Marks;
use crate::formats::{Format, Together};
use crate::read::cite;
use crate::{CardPlace, Choice, ContestId, CvrBuilder, Mark, Records};

/// The export.
pub(super) struct Hart;

const NAME: &str = "hart-xml";
/// The largest file of one sheet.
const LARGEST: u64 = 16 << 20;
const WRITE_IN: &str = "Write-in";

impl Format for Hart {
    fn name(&self) -> &'static str {
        NAME
    }

    fn sniff(&self, sample: &Sample) -> Fit {
        let holds = |text: &str| memmem::find(&sample.bytes, text.as_bytes()).is_some();
        if scans::is_scans(sample) {
            return Fit::Yes;
        }
        let markup = sample.bytes.trim_ascii_start().starts_with(b"<");
        match markup && (holds("<Cvr ") || holds("<Cvr>")) {
            true if holds("CVRDesign") || holds("<CvrGuid>") || holds("<Contests>") => Fit::Yes,
            true => Fit::Maybe,
            false => Fit::No,
        }
    }

    fn together(&self) -> Together {
        Together::FolderWithArchives
    }

    fn read(&self, inputs: &[Input], into: &mut Records) -> Result<(), Box<Complaint>> {
        let mut export = Export::default();
        let mut sheets = Vec::new();
        for input in inputs {
            let mut opened = input.open().map_err(|fault| fault.complaint())?;
            match opened.sample().map_err(|fault| fault.complaint())? {
                sample if scans::is_scans(sample) => export.scans.read(input, into)?,
                _ => sheets.push(input),
            }
        }
        for input in &sheets {
            export.read_sheet(input, into)?;
        }
        export.say_votes_allowed(&mut into.cvrs);
        export.complain(inputs, sheets.len(), into);
        Ok(())
    }
}

/// What is known of an export while its sheets are read.
#[derive(Debug, Default)]
struct Export {
    scans: Scans,
    contests: HashMap<(String, String), ContestId>,
    choices: HashMap<(ContestId, String), u32>,
    /// The most votes that a sheet shows to be allowed, given or not.
    allowed: HashMap<ContestId, u32>,
    marks: Marks,
    unscanned: Absent,
    /// What was received of each sheet, by its record's id and its number: sheets of one ballot have the same id.
    seen: HashMap<(Box<str>, Box<str>), Digest>,
    twice: Absent,
    otherwise: Absent,
    unread: BTreeSet<String>,
}

/// The most contests and options of one export; a state's election has about five thousand.
const MOST_NAMES: usize = 20_000;

impl Export {
    fn read_sheet(&mut self, input: &Input, into: &mut Records) -> Result<(), Box<Complaint>> {
        let mut text = Vec::new();
        let mut reader = input.reader().map_err(|fault| fault.complaint())?;
        let read = reader.by_ref().take(LARGEST + 1).read_to_end(&mut text);
        let read = read.map_err(|fault| IntakeError::complaint_of(input.name(), fault))?;
        if read as u64 > LARGEST {
            let complaint = Complaint::about(input.name(), format!("a sheet of at most {LARGEST} bytes"), "more");
            return Err(Box::new(complaint.mend("Look at the file by itself: it is no sheet's record.")));
        }
        let cvr = cvr::parse(input.name(), &text)?;
        let received = reader.received();
        self.unread.extend(cvr.unread.iter().take(MOST_NAMES - self.unread.len().min(MOST_NAMES)).cloned());
        if self.is_copy(&cvr, received.digest) {
            cite(into, input.name(), NAME, received, 0);
            return Ok(());
        }
        for contest in &cvr.contests {
            self.contest(input, contest, &mut into.cvrs)?;
        }
        if self.contests.len() + self.choices.len() > MOST_NAMES {
            let expected = format!("at most {MOST_NAMES} contests and options");
            let complaint = Complaint::about(input.name(), expected, "more");
            return Err(Box::new(complaint.mend("Give the export of one election.")));
        }
        self.card(&cvr, into);
        cite(into, input.name(), NAME, received, 1);
        Ok(())
    }

    /// Whether the sheet's record was read before, byte for byte. Another one with its id is a card of its own, with a doubt.
    fn is_copy(&mut self, cvr: &Cvr, digest: Digest) -> bool {
        let key = (cvr.guid.as_str().into(), cvr.sheet.as_str().into());
        let Some(known) = self.seen.get(&key) else {
            self.seen.insert(key, digest);
            return false;
        };
        let same = *known == digest;
        if same { &mut self.twice } else { &mut self.otherwise }.add(&cvr.guid);
        same
    }

    fn contest(&mut self, input: &Input, contest: &Contest, cvrs: &mut CvrBuilder) -> Result<(), Box<Complaint>> {
        let id = self.contest_id(contest, cvrs);
        self.marks.on_card(id);
        let mut given = undervotes(input, contest)?;
        for option in &contest.options {
            let choice = self.choice(id, &option.id, option.name.as_deref(), cvrs);
            let value = option.value.as_bytes();
            if value.is_empty() || !value.iter().all(u8::is_ascii_digit) || value.len() > 1000 {
                let found = format!("“{}”", Complaint::excerpt(value, 60));
                let complaint = Complaint::about(input.name(), "digits, one for each rank", found).column("Value");
                return Err(Box::new(complaint.mend("Export the records again.")));
            }
            if let [digit] = value {
                given = given.saturating_add(u32::from(digit - b'0'));
                let votes = if contest.overvoted { 0 } else { u16::from(digit - b'0') };
                self.marks.mark(id, Mark { votes, ..Mark::vote(choice) });
                continue;
            }
            let ranks = &mut cvrs.contest_mut(id).ranks;
            *ranks = (*ranks).max(value.len() as u16);
            for (rank, _) in (1..).zip(value).filter(|(_, digit)| **digit != b'0') {
                self.marks.ranked(id, Mark::ranked(choice, rank));
            }
        }
        if !contest.overvoted {
            let allowed = self.allowed.entry(id).or_default();
            *allowed = (*allowed).max(given);
        }
        Ok(())
    }

    /// No element says how many votes a contest allows: votes and undervotes of a sheet that is not overvoted are as many together.
    fn say_votes_allowed(&self, cvrs: &mut CvrBuilder) {
        for (id, allowed) in self.allowed.iter().filter(|(_, allowed)| **allowed > 0) {
            let contest = cvrs.contest_mut(*id);
            if contest.ranks == 0 {
                contest.votes_allowed = contest.votes_allowed.max(Some(*allowed));
            }
        }
    }

    fn card(&mut self, cvr: &Cvr, into: &mut Records) {
        let listed = !self.scans.is_empty();
        let scan = self.scans.take(&cvr.guid);
        if listed && scan.is_none() {
            self.unscanned.add(&cvr.guid);
        }
        let place = CardPlace {
            jurisdiction: "",
            tabulator: scan.map_or("", |scan| &scan.workstation),
            batch: &cvr.batch,
            record: &cvr.sequence,
            imprinted: scan.map(|scan| &*scan.unique).filter(|id| !id.is_empty()).unwrap_or(&cvr.guid),
            group: scan.map_or("", |scan| &scan.voting_type),
            precinct: &cvr.precinct,
            style: &cvr.sheet,
        };
        self.marks.add_card(place, &mut into.cvrs);
    }

    /// Contests are told apart by id and name: test exports give two contests one id.
    fn contest_id(&mut self, contest: &Contest, cvrs: &mut CvrBuilder) -> ContestId {
        let key = (contest.id.clone(), contest.name.clone());
        *self.contests.entry(key).or_insert_with(|| {
            let id = cvrs.contest(&contest.id, &contest.name);
            if cvrs.contest_mut(id).name == contest.name {
                return id;
            }
            cvrs.contest(&format!("{}:{}", contest.id, contest.name), &contest.name)
        })
    }

    fn choice(&mut self, contest: ContestId, id: &str, name: Option<&str>, cvrs: &mut CvrBuilder) -> u32 {
        let key = (contest, id.to_owned());
        *self.choices.entry(key).or_insert_with(|| {
            let choice = Choice {
                name: name.unwrap_or(WRITE_IN).to_owned(),
                external_id: id.to_owned(),
                party: String::new(),
                write_in: name.is_none(),
            };
            cvrs.choice(contest, choice)
        })
    }

    fn complain(&self, inputs: &[Input], sheets: usize, into: &mut Records) {
        let source = inputs.first().map_or("", Input::name);
        if sheets == 0 {
            let complaint = Complaint::about(source, "sheets' records (XML) beside it", "none");
            into.complaints.push(complaint.mend("Add the folder or zip of records."));
            return;
        }
        let mend = "Export both again from the same election, or find out where the cards are.";
        let unscanned = "records of sheets that it does not list";
        into.complaints.extend(self.unscanned.complaint(
            source,
            "each sheet in the scanned ballot information",
            unscanned,
            mend,
        ));
        let once = "each sheet's record once";
        let copies = "copies, which were not read again";
        into.complaints.extend(self.twice.complaint(source, once, copies, "Remove the folder or zip that is a copy."));
        let others = "that say something else under the same id";
        let keep = "Each is kept as a card. Find out which is the sheet's, and remove the others.";
        into.complaints.extend(self.otherwise.complaint(source, once, others, keep));
        if !self.unread.is_empty() {
            let names: Vec<_> =
                self.unread.iter().take(5).map(|name| Complaint::excerpt(name.as_bytes(), 40)).collect();
            let complaint =
                Complaint::about(source, "contests with options alone", format!("{} in contests", names.join(", ")));
            into.complaints.push(
                complaint.mend("Votes that these elements record are not counted: ask which version wrote them."),
            );
        }
        let unread = self.scans.unread();
        into.complaints.extend(unread.complaint(source, "a record of each scanned sheet", "sheets without one", mend));
    }
}

/// Votes that could have been given and were not; none where the record doesn't say.
fn undervotes(input: &Input, contest: &Contest) -> Result<u32, Box<Complaint>> {
    let written = contest.undervotes.as_str();
    if written.is_empty() {
        return Ok(0);
    }
    written.parse().map_err(|_| {
        let found = format!("“{}”", Complaint::excerpt(written.as_bytes(), 60));
        let complaint = Complaint::about(input.name(), "a number of votes", found).column("Undervotes");
        Box::new(complaint.mend("Export the records again."))
    })
}
