//! The archive as a sink for files that don't grow: an extract is the same as one taken in before, or another one.

use arrow::array::RecordBatch;
use pollwarden_core::Table;
use pollwarden_intake::{Opened, Progress, Resume, Sink, SinkError};

use crate::Archive;

/// Takes each input in as a whole. A log that begins as an earlier one did has grown; a voter-roll extract that begins as
/// an earlier one did is another extract, with rows of its own.
#[derive(Debug)]
pub struct Whole<'a>(&'a mut Archive);

impl Archive {
    /// This archive, for files that don't grow.
    pub fn whole(&mut self) -> Whole<'_> {
        Whole(self)
    }
}

impl Sink for Whole<'_> {
    fn resume(&mut self, opened: &mut Opened) -> Result<Resume, SinkError> {
        let resume = self.0.resume(opened)?;
        let at = resume.offset;
        if at > 0 && opened.prefix(at.saturating_add(1))?.is_none() {
            return Ok(resume);
        }
        self.0.begin_anew()?;
        Ok(Resume::default())
    }

    fn append(&mut self, table: &'static Table, batch: RecordBatch) -> Result<(), SinkError> {
        self.0.append(table, batch)
    }

    fn commit(&mut self, progress: &Progress) -> Result<(), SinkError> {
        self.0.commit(progress)
    }
}
