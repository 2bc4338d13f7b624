//! Ballots files: where each record's card lies.

use hashbrown::{HashMap, HashSet};
use indexmap::IndexSet;
use pollwarden_core::Complaint;
use pollwarden_intake::Input;

use super::{NAME, to_headings};
use crate::Records;
use crate::formats::absent::Absent;
use crate::formats::rows::{Row, Rows, plain};
use crate::read::cite;

/// What the files say, by record.
#[derive(Debug, Default)]
pub(super) struct Ballots {
    ballots: HashMap<Box<str>, Kept>,
    names: IndexSet<Box<str>>,
}

/// What is said of a record.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Ballot<'a> {
    pub(super) batch: &'a str,
    pub(super) tabulator: &'a str,
    pub(super) imprinted: &'a str,
    pub(super) group: &'a str,
}

#[derive(Debug, PartialEq, Eq)]
struct Kept {
    batch: u32,
    tabulator: u32,
    group: u32,
    imprinted: Box<str>,
}

struct Places {
    batch: usize,
    imprinted: usize,
    machine: Option<usize>,
    group: Option<usize>,
}

impl Ballots {
    /// Whether no file said anything.
    pub(super) fn is_empty(&self) -> bool {
        self.ballots.is_empty()
    }

    /// What is said of a record.
    pub(super) fn get(&self, record: &str) -> Option<Ballot<'_>> {
        let kept = self.ballots.get(record)?;
        let name = |at: u32| self.names.get_index(at as usize).map_or("", |name| name);
        Some(Ballot {
            batch: name(kept.batch),
            tabulator: name(kept.tabulator),
            group: name(kept.group),
            imprinted: &kept.imprinted,
        })
    }

    /// Records that were not seen.
    pub(super) fn other_than(&self, seen: &HashSet<Box<str>>) -> Absent {
        let mut names: Vec<_> = self.ballots.keys().filter(|name| !seen.contains(*name)).collect();
        names.sort_unstable_by_key(|name| (name.len(), *name));
        let mut absent = Absent::default();
        names.iter().for_each(|name| absent.add(name));
        absent
    }

    /// Reads a file. Where a record is listed twice and otherwise, the first is kept.
    pub(super) fn read(&mut self, input: &Input, into: &mut Records) -> Result<(), Box<Complaint>> {
        let mut rows = Rows::open(input)?;
        let (mut header, mut row) = (Row::default(), Row::default());
        to_headings(&mut rows, &mut header)?;
        let places = places(&rows, &header)?;
        let mut lines = 0;
        while rows.next(&mut row)? {
            // The last line says “Total : 7”.
            if row.text(0).starts_with("Total") {
                continue;
            }
            if row.len() <= places.imprinted {
                let complaint = rows.complaint(&row, places.imprinted, "Tabulator CVR", "the id printed on the card");
                return Err(Box::new(complaint.mend("The row is cut off: export the file again.")));
            }
            for at in [0, places.batch] {
                if row.get(at).is_empty() {
                    let complaint = rows.complaint(&row, at, &header.text(at), "a value");
                    return Err(Box::new(complaint.mend("Export the file again.")));
                }
            }
            into.complaints.extend(self.add(&rows, &row, &places));
            lines += 1;
        }
        cite(into, input.name(), NAME, rows.received(), lines);
        Ok(())
    }

    fn add(&mut self, rows: &Rows, row: &Row, places: &Places) -> Option<Complaint> {
        let imprinted = row.text(places.imprinted);
        let tabulator = match places.machine {
            Some(machine) => row.text(machine),
            None => machine_of(&imprinted).to_owned().into(),
        };
        let kept = Kept {
            batch: self.name(&row.text(places.batch)),
            tabulator: self.name(&tabulator),
            group: self.name(&places.group.map(|at| row.text(at)).unwrap_or_default()),
            imprinted: imprinted.as_ref().into(),
        };
        let number = row.text(0);
        if let Some(before) = self.ballots.get(&*number) {
            let complaint =
                || rows.complaint(row, 0, "Cast Vote Record", "a record that was not listed otherwise before");
            return (*before != kept)
                .then(|| complaint().mend("What was said first is kept. Remove the file that is wrong."));
        }
        self.ballots.insert(number.as_ref().into(), kept);
        None
    }

    fn name(&mut self, name: &str) -> u32 {
        match self.names.get_index_of(name) {
            Some(at) => at as u32,
            None => self.names.insert_full(name.into()).0 as u32,
        }
    }
}

/// Ten digits that the tabulator prints: its own number in four, then the card's in six. Other ids say no machine.
fn machine_of(imprinted: &str) -> &str {
    let printed = imprinted.len() == 10 && imprinted.bytes().all(|b| b.is_ascii_digit());
    if printed { &imprinted[..4] } else { "" }
}

fn places(rows: &Rows, header: &Row) -> Result<Places, Box<Complaint>> {
    let named = |name: &str| (0..header.len()).find(|at| plain(&header.text(*at)) == name);
    let (Some(batch), Some(imprinted)) = (named("batch"), named("tabulatorcvr")) else {
        let expected = "the columns Batch and Tabulator CVR";
        let complaint = rows.complaint(header, 0, "", expected);
        return Err(Box::new(complaint.mend("Export the file again with these columns.")));
    };
    Ok(Places { batch, imprinted, machine: named("machine"), group: named("reportinggroup") })
}
