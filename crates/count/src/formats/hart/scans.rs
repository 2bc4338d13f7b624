//! Scanned ballot information: which machine scanned a sheet, and what is printed on it. Full and minimal files alike.

use hashbrown::HashMap;
use pollwarden_core::Complaint;
use pollwarden_intake::{Input, Sample};

use super::NAME;
use crate::Records;
use crate::formats::absent::Absent;
use crate::formats::rows::{Row, Rows, cells, plain};
use crate::read::cite;

/// What was said of sheets, by the record's id.
#[derive(Debug, Default)]
pub(super) struct Scans {
    scans: HashMap<Box<str>, Scan>,
}

/// What is said of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scan {
    pub(super) workstation: Box<str>,
    pub(super) unique: Box<str>,
    pub(super) voting_type: Box<str>,
    read: bool,
}

/// Whether a file is one.
pub(super) fn is_scans(sample: &Sample) -> bool {
    let first = cells(sample, 0).first().is_some_and(|cell| cell.starts_with("#FormatVersion"));
    first && cells(sample, 1).iter().any(|heading| plain(heading) == "cvrid")
}

impl Scans {
    /// Whether nothing was said.
    pub(super) fn is_empty(&self) -> bool {
        self.scans.is_empty()
    }

    /// What was said of a sheet, whose record was now read.
    pub(super) fn take(&mut self, guid: &str) -> Option<&Scan> {
        let scan = self.scans.get_mut(guid)?;
        scan.read = true;
        Some(scan)
    }

    /// Sheets whose records were not read.
    pub(super) fn unread(&self) -> Absent {
        let mut names: Vec<_> = self.scans.iter().filter(|(_, scan)| !scan.read).map(|(guid, _)| guid).collect();
        names.sort_unstable();
        let mut absent = Absent::default();
        names.iter().for_each(|name| absent.add(name));
        absent
    }

    /// Reads a file. Where two files, or two pages of a sheet, disagree, the first is kept.
    pub(super) fn read(&mut self, input: &Input, into: &mut Records) -> Result<(), Box<Complaint>> {
        let mut rows = Rows::open(input)?;
        let (mut header, mut row) = (Row::default(), Row::default());
        rows.header(&mut row, "the format's version")?;
        rows.header(&mut header, "the row of headings")?;
        let named = |name: &str| (0..header.len()).find(|at| plain(&header.text(*at)) == name);
        let [Some(guid), Some(unique), Some(workstation)] = ["cvrid", "uniqueidentifier", "workstation"].map(named)
        else {
            let found = (0..header.len().min(20)).map(|at| header.text(at)).collect::<Vec<_>>().join(", ");
            let expected = "the columns CvrId, UniqueIdentifier and Workstation";
            let complaint = Complaint::about(input.name(), expected, format!("“{found}”")).line(header.line);
            return Err(Box::new(complaint.mend("Export the file with these columns.")));
        };
        let voting_type = named("votingtype");
        let mut lines = 0;
        while rows.next(&mut row)? {
            if row.get(guid).is_empty() {
                let complaint = rows.complaint(&row, guid, "CvrId", "the id of a record");
                return Err(Box::new(complaint.mend("Export the file again.")));
            }
            let text = |at: usize| row.text(at).into_owned().into_boxed_str();
            let scan = Scan {
                workstation: text(workstation),
                unique: text(unique),
                voting_type: voting_type.map(text).unwrap_or_default(),
                read: false,
            };
            into.complaints.extend(self.add(&rows, &row, (guid, workstation), scan));
            lines += 1;
        }
        cite(into, input.name(), NAME, rows.received(), lines);
        Ok(())
    }

    fn add(&mut self, rows: &Rows, row: &Row, (guid, at): (usize, usize), scan: Scan) -> Option<Complaint> {
        let known = self.scans.entry_ref(&*row.text(guid)).or_insert_with(|| scan.clone());
        if known.voting_type.is_empty() {
            known.voting_type.clone_from(&scan.voting_type);
        }
        if known.workstation == scan.workstation && known.unique == scan.unique {
            return None;
        }
        let expected = format!("“{}” with {}, as said before of {}", known.workstation, known.unique, row.text(guid));
        let complaint = rows.complaint(row, at, "Workstation", &expected);
        Some(complaint.mend("What was said first is kept. Find out which file is right, and remove the other."))
    }
}
