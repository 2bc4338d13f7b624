//! Asks detectors: runs each one's plan and lets it judge the rows.

use std::collections::BTreeSet;

use arrow::array::RecordBatch;
use pollwarden_core::{Detector, Findings, Gap, Scope, Table};

use crate::{Engine, EngineError, EngineOptions};

/// Runs detectors over the engine's tables. A detector that can't ask, or whose rows break off, leaves a gap in coverage:
/// what it would have seen can't be told.
pub fn run(
    engine: &Engine,
    detectors: &[&'static dyn Detector],
    scope: Scope,
    watch: &mut dyn FnMut(&str),
) -> Findings {
    let mut found = Findings::new(scope);
    for detector in detectors {
        watch(detector.about().title);
        if let Err(why) = ask(engine, *detector, &mut found) {
            found.gap(Gap {
                when: None,
                why: format!("The detector {} could not judge: {why}", detector.about().id),
                needed: true,
            });
        }
    }
    found
}

/// The columns of a table that detectors' plans read.
///
/// # Errors
/// Where a plan can't be made.
pub fn columns_read(
    detectors: &[&'static dyn Detector],
    table: &'static Table,
    scope: &Scope,
) -> Result<BTreeSet<String>, EngineError> {
    let mut engine = Engine::new(&EngineOptions { threads: Some(1), ..EngineOptions::default() })?;
    engine.add_batches(table, Vec::new())?;
    let mut read = BTreeSet::new();
    for detector in detectors {
        let Ok(plan) = detector.ask(engine.tables(), scope) else { continue };
        read.extend(engine.columns_read(&plan.sql)?.remove(table.name).unwrap_or_default());
    }
    Ok(read)
}

fn ask(engine: &Engine, detector: &dyn Detector, found: &mut Findings) -> Result<(), String> {
    let plan = detector.ask(engine.tables(), found.scope()).map_err(|e| e.to_string())?;
    let rows = engine.query(&plan.sql).map_err(|e| e.to_string())?;
    let mut rows = Unbroken { rows, broke: None };
    detector.judge(&mut rows, found);
    rows.broke.map_or(Ok(()), |e| Err(e.to_string()))
}

/// Rows up to the first error, which is kept.
struct Unbroken<I> {
    rows: I,
    broke: Option<EngineError>,
}

impl<I: Iterator<Item = Result<RecordBatch, EngineError>>> Iterator for Unbroken<I> {
    type Item = RecordBatch;

    fn next(&mut self) -> Option<RecordBatch> {
        if self.broke.is_some() {
            return None;
        }
        self.rows.next()?.map_err(|e| self.broke = Some(e)).ok()
    }
}
