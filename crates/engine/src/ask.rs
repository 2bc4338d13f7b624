//! Asks detectors: runs each one's plan and lets it judge the rows.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::RecordBatch;
use pollwarden_core::{Detector, Findings, Gap, Scope, Table};

use crate::{Engine, EngineError, EngineOptions, Rows};

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

/// The columns that detectors' plans read, of each of the tables that they ask.
///
/// # Errors
/// Where a plan can't be made.
pub fn columns_read(
    detectors: &[&'static dyn Detector],
    tables: &[&'static Table],
    scope: &Scope,
) -> Result<BTreeMap<String, BTreeSet<String>>, EngineError> {
    let mut engine = Engine::new(&EngineOptions { threads: Some(1), ..EngineOptions::default() })?;
    for table in tables {
        engine.add_batches(table, Vec::new())?;
    }
    let plans = detectors.iter().filter_map(|d| d.ask(engine.tables(), scope).ok()).map(|plan| plan.sql);
    let mut read: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for sql in plans {
        for (table, columns) in engine.columns_read(&sql)? {
            read.entry(table).or_default().extend(columns);
        }
    }
    Ok(read)
}

fn ask(engine: &Engine, detector: &dyn Detector, found: &mut Findings) -> Result<(), String> {
    let plan = detector.ask(engine.tables(), found.scope()).map_err(|e| e.to_string())?;
    judge(detector, engine.query(&plan.sql).map_err(|e| e.to_string())?, found)
}

/// Lets a detector judge rows; an error where they break off.
pub(crate) fn judge(detector: &dyn Detector, rows: Rows<'_>, found: &mut Findings) -> Result<(), String> {
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
