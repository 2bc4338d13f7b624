//! Whether the log speaks of the voters that the extracts have.

use std::collections::HashSet;

use super::{Log, bare};
use crate::RollError;
use crate::diff::{Diff, Side};
use crate::layout::Layout;

/// So many of the log's voters are to be expected in the samples of the extracts, before none at all says anything.
const EXPECTED: u64 = 5;

impl Log {
    /// Puts the entries aside where they speak of nobody on either extract: then the log has another number of the voter than
    /// the extracts, and every change would seem to be missing from it.
    pub(crate) fn hold_against_voters(&mut self, diff: &Diff) -> Result<(), RollError> {
        let voters = self.by_voter.len() as u64;
        let (mut seen, mut met) = (0, HashSet::new());
        let mut look = |id: &str| {
            seen += 1;
            met.extend(self.by_voter.get_key_value(bare(id.trim())).map(|(voter, _)| voter.clone()));
        };
        if voters >= EXPECTED {
            diff.sampled(&mut |record| look(&record.voter_id()))?;
            diff.newer_sampled(&mut |record| {
                look(&String::from_utf8_lossy(&record.layout.key_of(record.bytes).unwrap_or_default()));
            })?;
        }
        let expected = (voters * seen).checked_div(diff.rows()).unwrap_or(0);
        if met.is_empty() && expected >= EXPECTED {
            let files: Vec<&str> = self.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
            let key = diff.layouts(Side::Newer).next().map_or("voter's id", key_name);
            self.of_others = Some(format!(
                "{} is a log of {voters} voters, and none of them was met on the extracts: its voters' numbers seem to be others than those \
                 in the extracts' column {key}. Ask for a log with that number, or name the column that has it: voter-id under \
                 [roll.log.columns] in office.toml",
                files.join(", ")
            ));
            self.transactions = None;
            self.by_voter.clear();
        }
        Ok(())
    }
}

fn key_name(layout: &Layout) -> &str {
    &layout.columns[layout.key].name
}
