//! Asks detectors: runs each one's plan and lets it judge the rows.

use arrow::array::RecordBatch;
use pollwarden_core::{Detector, Findings, Gap, Scope};

use crate::{Engine, EngineError};

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
