//! Which detectors a comparison can ask.

use pollwarden_core::{Detector, Tables};

use crate::{DETECTORS, DUPLICATES};

/// The detectors of a comparison that have their tables, and what is left untold for want of the transaction log, whose tables
/// are the only ones that may not be there.
pub fn askable(tables: &Tables) -> (Vec<&'static dyn Detector>, Option<String>) {
    let of_comparison =
        DETECTORS.iter().copied().filter(|detector| !detector.about().tables.contains(&DUPLICATES.name));
    let has_all = |detector: &&dyn Detector| detector.about().tables.iter().all(|table| tables.need(table).is_ok());
    let (can, can_not): (Vec<_>, Vec<_>) = of_comparison.partition(has_all);
    let titles: Vec<&str> = can_not.iter().map(|detector| detector.about().title).collect();
    let untold = format!("Not judged without the transaction log: {}", titles.join("; "));
    (can, Some(untold).filter(|_| !titles.is_empty()))
}
