//! Totals that rows of a table allow beside the sum of its parts.

use super::blank::{NO_NAME, Unclear};
use crate::{Reading, ReportedChoice, ReportedPart};

/// A row of totals that isn't the sum of its parts.
pub(super) struct Total {
    line: u64,
    /// By choice: how many votes it has beyond the sum.
    pub(super) beyond: Vec<i64>,
}

impl Total {
    pub(super) fn new(line: u64, choices: usize) -> Self {
        Self { line, beyond: vec![0; choices] }
    }
}

/// All readings of a contest. Several rows without a unit are read one by one, and all in the same way.
pub(super) fn of<'t>(
    choices: &[ReportedChoice],
    totals: impl Iterator<Item = &'t Total>,
    unclear: &[Unclear],
) -> Vec<Reading> {
    let with = |row: String, more: &[i64], part: Option<ReportedPart>| {
        let votes = choices.iter().zip(more).map(|(choice, more)| choice.votes.saturating_add(*more)).collect();
        Reading { row, stated: false, votes, part }
    };
    let stated = |total: &Total| Reading {
        stated: true,
        ..with(format!("the total row (line {})", total.line), &total.beyond, None)
    };
    let mut readings: Vec<Reading> = totals.map(stated).collect();
    let all = Some(unclear).filter(|all| all.len() > 1);
    for rows in unclear.chunks(1).chain(all) {
        let lines = rows.iter().map(|row| row.line.to_string()).take(3).collect::<Vec<_>>().join(", ");
        let row = format!("the row without a unit (line {lines})");
        let sum = |of: &dyn Fn(&Unclear, usize) -> i64| -> Vec<i64> {
            (0..choices.len()).map(|at| rows.iter().fold(0, |sum: i64, row| sum.saturating_add(of(row, at)))).collect()
        };
        let own = sum(&|row, at| row.row[at].unwrap_or(0));
        let beyond = sum(&|row, at| row.row[at].map_or(0, |own| own.saturating_sub(row.parts[at].unwrap_or(0))));
        let part = ReportedPart {
            unit: NO_NAME.to_owned(),
            votes: own.iter().copied().map(Some).collect(),
            ..ReportedPart::default()
        };
        readings.push(with(format!("{row}, read as the total,"), &beyond, None));
        readings.push(with(format!("{row}, read as a part of its own,"), &own, Some(part)));
    }
    readings
}
