//! Damage to an extract that says more than that one row can't be compared. It is told apart by its complaints, which a
//! store keeps with a snapshot.

use pollwarden_core::Complaint;

use super::cut::Raw;
use super::indexed::Indexed;
use super::readable::Fault;
use crate::layout::{Cut, Layout};

const WHOLE: &str = "a whole row at the end of the file";
const OTHERWISE: &str = ", with other values";

/// Whether a record that can't be read may have been cut off where its file ends.
pub(super) fn may_be_cut_off(layout: &Layout, raw: Raw<'_>, fault: Fault) -> bool {
    let short = || match layout.cut {
        Cut::At(_) => layout.fields(raw.bytes).count() < layout.columns.len(),
        Cut::Fixed(_) => true,
    };
    fault == Fault::OpenQuote || fault == Fault::Misfit && short()
}

/// What is said of an id that stands a second time.
pub(super) fn again(first: &str, line: u64, otherwise: bool) -> String {
    format!("the id of {first}, line {line}, again{}", if otherwise { OTHERWISE } else { "" })
}

impl Indexed {
    /// Notes that a file ends within a row; the row itself was rejected. It is said first.
    pub(super) fn breaks_off(&mut self, name: &str, line: u64) {
        let complaint = Complaint::about(name, WHOLE, "a row that breaks off, and no line end").line(line);
        let mend = "The file is not whole, as after a download that failed: ask for it again.";
        self.complaints.insert(0, complaint.mend(mend));
    }

    /// Of each file that ends within a row, what was said of it.
    pub(crate) fn broken_off(&self) -> impl Iterator<Item = &Complaint> {
        self.complaints.iter().filter(|complaint| complaint.expected == WHOLE)
    }

    /// Of each id that stands again with other values, what was said of it.
    pub(crate) fn contradictions(&self) -> impl Iterator<Item = &Complaint> {
        self.complaints.iter().filter(|complaint| complaint.found.ends_with(OTHERWISE))
    }
}
