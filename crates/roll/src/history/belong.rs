//! Which history belongs to which extract: those inside an extract's own folder or archive to it, those beside the log by
//! their dates.

use std::path::Path;

use jiff::civil::Date;
use pollwarden_core::{Complaint, RollSettings};
use pollwarden_intake::{Input, find};

use crate::Snapshot;
use crate::diff::Side;
use crate::snapshot::{date_of, histories as histories_among};

/// The files of two histories.
#[derive(Debug, Default)]
pub(crate) struct Histories {
    older: Vec<Input>,
    newer: Vec<Input>,
    pub(crate) complaints: Vec<Complaint>,
}

impl Histories {
    /// Those of two snapshots, and those under the log's path: of the days up to the older extract's the last one is its, of
    /// later ones the last one is the newer extract's.
    pub(crate) fn of(a: &Snapshot, b: &Snapshot, with: Option<&Path>, settings: &RollSettings) -> Self {
        let mut histories = Self { older: a.histories.clone(), newer: b.histories.clone(), complaints: Vec::new() };
        let beside = with.map(|path| find(path).inputs).unwrap_or_default();
        let mut dated: Vec<(Date, Input)> = Vec::new();
        for input in histories_among(beside, settings) {
            match date_of(&input.name, settings) {
                Some(date) => dated.push((date, input)),
                None => histories.complaints.push(undated(&input)),
            }
        }
        let Some(older_day) = a.date else {
            histories.complaints.extend(dated.iter().map(|(_, input)| {
                Complaint::about(&input.name, "extracts with dates, to tell which of them it belongs to", "none")
            }));
            return histories;
        };
        if histories.older.is_empty() {
            histories.older = last(&dated, |date| date <= older_day);
        }
        if histories.newer.is_empty() {
            histories.newer = last(&dated, |date| date > older_day);
        }
        histories
    }

    pub(super) fn side(&self, side: Side) -> &[Input] {
        match side {
            Side::Older => &self.older,
            Side::Newer => &self.newer,
        }
    }
}

fn undated(input: &Input) -> Complaint {
    Complaint::about(&input.name, "a date in the vote history's name", "none")
        .mend("Put its day into the file's or folder's name, or under [roll] dates in office.toml; until then it is not used.")
}

/// The files of the last day that passes.
fn last(dated: &[(Date, Input)], pass: impl Fn(Date) -> bool) -> Vec<Input> {
    let day = dated.iter().map(|(date, _)| *date).filter(|date| pass(*date)).max();
    dated.iter().filter(|(date, _)| Some(*date) == day).map(|(_, input)| input.clone()).collect()
}
