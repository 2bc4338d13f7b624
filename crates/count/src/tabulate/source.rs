//! The cast vote records that an RCTab configuration names.

use std::path::Path;

use pollwarden_core::Complaint;
use pollwarden_intake::Input;

use super::{ConfigSource, Provider};
use crate::formats::{ess_xlsx, generic_csv};
use crate::{CvrBuilder, Cvrs, read};

impl ConfigSource {
    /// Reads its records, which are at `path`: tables by the columns that the configuration gives, everything else by what
    /// it is.
    ///
    /// # Errors
    /// What makes them unreadable, with its place.
    pub fn read(&self, path: &Path) -> Result<Cvrs, Box<Complaint>> {
        let input = Input::file(self.path.as_str(), path);
        let mut builder = CvrBuilder::default();
        match self.provider {
            Provider::Ess => ess_xlsx::read_by_layout(&input, &self.layout, "", &mut builder)?,
            Provider::GenericCsv => generic_csv::read_by_layout(&input, &self.layout, "", &mut builder)?,
            _ => return self.read_by_format(path),
        }
        Ok(builder.finish())
    }

    /// A folder may hold other files too: they are refused, and the records are still whole.
    fn read_by_format(&self, path: &Path) -> Result<Cvrs, Box<Complaint>> {
        let records = read(path);
        let cvrs = records.cvrs.finish();
        if !cvrs.is_empty() {
            return Ok(cvrs);
        }
        let none = || Complaint::about(self.path.as_str(), "cast vote records", "none");
        Err(Box::new(records.refused.into_iter().next().unwrap_or_else(none)))
    }
}
