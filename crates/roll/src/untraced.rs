//! Entries that nobody was allowed to make, and of which the extracts show nothing: what was changed was put back, or never reached
//! the roll.

use std::collections::HashSet;

use arrow::array::RecordBatch;

use crate::RollError;
use crate::explain::{Explainer, Fault, Judged, Verdict};
use crate::log::{Log, bare};
use crate::rows::Rows;
use crate::tables::UNTRACED;

/// Voters of whom the extracts show a change: their entries are judged with it.
#[derive(Debug, Default)]
pub(crate) struct Traced(HashSet<String>);

impl Traced {
    pub(crate) fn take(&mut self, voter: &str, judged: &[Judged]) {
        if judged.iter().any(|judged| judged.verdict != Verdict::FormatOnly) {
            self.0.insert(bare(voter).to_owned());
        }
    }

    /// Table `untraced_entries`.
    pub(crate) fn entries(&self, log: &Log, explainer: &Explainer<'_>) -> Result<RecordBatch, RollError> {
        let mut rows = Rows::new(&UNTRACED);
        for (at, t) in log.transactions.iter().flatten().enumerate() {
            let Some(fault) = explainer.fault(at).filter(|fault| is_of_who(*fault)) else { continue };
            if t.voter_id.is_empty() || self.0.contains(bare(&t.voter_id)) {
                continue;
            }
            rows.push([
                fault.name().into(),
                (&t.operator).into(),
                (&t.batch).into(),
                (&t.county).into(),
                (&t.voter_id).into(),
                (&t.field).into(),
                t.time.into(),
                (&*t.file).into(),
                t.line.into(),
            ]);
        }
        rows.take()
    }
}

/// Faults of who acted, or on whose word: they stand whatever the extracts show.
fn is_of_who(fault: Fault) -> bool {
    matches!(
        fault,
        Fault::UnknownOperator
            | Fault::AccountEnded
            | Fault::OperatorCounty
            | Fault::OffHours
            | Fault::UnknownBatch
            | Fault::UnapprovedBatch
    )
}
