//! The cast vote records that an RCTab configuration names.

use std::path::Path;

use pollwarden_core::Complaint;
use pollwarden_intake::Input;

use super::{ConfigSource, Provider};
use crate::formats::{ess_xlsx, generic_csv};
use crate::{CvrBuilder, Cvrs, read};

impl ConfigSource {
    /// Reads its records, which are at `path`: tables by the columns that the configuration gives, everything else by what
    /// it is. With them comes what could not be read beside them, or only with a doubt.
    ///
    /// # Errors
    /// What makes all of them unreadable, with its place.
    pub fn read(&self, path: &Path) -> Result<(Cvrs, Vec<Complaint>), Box<Complaint>> {
        let input = Input::file(self.path.as_str(), path);
        let mut builder = CvrBuilder::default();
        match self.provider {
            Provider::Ess => ess_xlsx::read_by_layout(&input, &self.layout, "", &mut builder)?,
            Provider::GenericCsv => generic_csv::read_by_layout(&input, &self.layout, "", &mut builder)?,
            _ => return self.read_by_format(path),
        }
        Ok((builder.finish(), Vec::new()))
    }

    /// A folder may hold other files too, which are refused; nobody can tell here whether they were records.
    fn read_by_format(&self, path: &Path) -> Result<(Cvrs, Vec<Complaint>), Box<Complaint>> {
        let records = read(path);
        let cvrs = records.cvrs.finish();
        let mut doubts = records.refused.into_iter().chain(records.complaints);
        if !cvrs.is_empty() {
            return Ok((cvrs, doubts.collect()));
        }
        let none = || Complaint::about(self.path.as_str(), "cast vote records", "none");
        Err(Box::new(doubts.next().unwrap_or_else(none)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::Layout;

    #[test]
    fn what_could_not_be_read_beside_the_records_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("the disk takes it");
        write(
            "cvr.csv",
            "Lake,5.10.50.85,,,,,,,\n,,,,,,,,Clerk (Vote For=1),Clerk (Vote For=1)\n,,,,,,,,Ada Zed,Ben Yew\n\
             CvrNumber,TabulatorNum,BatchId,RecordId,ImprintedId,CountingGroup,PrecinctPortion,BallotType,,\n\
             1,1,1,1,1-1-1,Mail,P1,S1,1,0\n",
        );
        write("more.csv", "no records at all\n");
        let source = ConfigSource {
            path: "export".to_owned(),
            provider: Provider::Dominion,
            contest: "Clerk".to_owned(),
            layout: Layout::default(),
        };
        let (cvrs, doubts) = source.read(folder.path()).expect("records");
        assert_eq!(cvrs.len(), 1);
        assert!(doubts.iter().any(|doubt| doubt.to_string().contains("more.csv")), "{doubts:?}");
    }
}
