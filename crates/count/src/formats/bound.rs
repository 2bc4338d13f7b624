//! How many counts results, and readings an entry sheet, may have. Formats give a part's counts choice by choice, also those that the part doesn't have:
//! a short file of many choices and many parts would make many more counts than it has bytes.

use pollwarden_core::Complaint;

/// The most counts of one file. A state's results by precinct and way of voting are a tenth of it.
const MOST_COUNTS: usize = 16 << 20;

/// The largest count of anything, taken back or given: there are not so many people. Sums of all counts of a file stay far
/// below what 64 bits hold.
const LARGEST: i64 = 10_000_000_000;

/// Whether people could have been counted so.
pub(crate) fn is_count(number: i64) -> bool {
    (-LARGEST..=LARGEST).contains(&number)
}

/// Counts of one file so far.
#[derive(Debug, Default)]
pub(crate) struct Counts(usize);

impl Counts {
    /// Parts of a contest with so many choices come in addition.
    ///
    /// # Errors
    /// Where they are too many, with what to do about the file.
    pub(crate) fn add(&mut self, source: &str, parts: usize, choices: usize) -> Result<(), Box<Complaint>> {
        self.0 = self.0.saturating_add(parts.saturating_mul(choices));
        if self.0 <= MOST_COUNTS {
            return Ok(());
        }
        let complaint = Complaint::about(source, format!("at most {MOST_COUNTS} counts, choices times parts"), "more");
        Err(Box::new(complaint.mend("Look at the file by itself, or split it by contest; nothing of it was used.")))
    }
}
