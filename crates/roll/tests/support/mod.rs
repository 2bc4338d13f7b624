//! What tests over whole rolls share.

#![allow(missing_docs, unreachable_pub, reason = "a module of tests")]

use std::collections::{BTreeMap, BTreeSet};

use pollwarden_core::{Findings, Scope, Tables};
use pollwarden_roll::{DETECTORS, Held, write_changes};

/// What OUT.csv says: its cells, and the voters whom a detector names.
pub struct Said {
    pub cells: BTreeSet<(String, String)>,
    pub named: BTreeMap<String, BTreeSet<String>>,
    pub findings: Vec<String>,
}

/// Asks all detectors, as the engine does, and writes and reads OUT.csv.
pub fn said(held: &Held) -> Said {
    let mut found = Findings::new(Scope::unnamed(&[7; 32]));
    let rows = |name: &str| held.tables.iter().find(|(table, _)| table.name == name).map(|(_, rows)| rows.clone());
    let mut tables = Tables::default();
    held.tables.iter().for_each(|(table, _)| tables.add(table.name, (table.schema)()));
    for detector in DETECTORS {
        let table = detector.about().tables[0];
        if detector.ask(&tables, found.scope()).is_err() {
            continue;
        }
        detector.judge(&mut rows(table).unwrap_or_default().into_iter(), &mut found);
    }
    let mut out = Vec::new();
    let findings = found.findings().to_vec();
    let changes = rows("changes").unwrap_or_default();
    write_changes(&mut out, &mut changes.into_iter(), &findings, &found.scope().keyer).expect("a list");
    let mut said = Said { cells: BTreeSet::new(), named: BTreeMap::new(), findings: Vec::new() };
    for row in csv::Reader::from_reader(out.as_slice()).records().map(|r| r.expect("a row")) {
        said.cells.insert((row[0].to_owned(), row[1].to_owned()));
        let detectors = row[7].split_whitespace().map(str::to_owned);
        said.named.entry(row[0].to_owned()).or_default().extend(detectors);
    }
    said.named.retain(|_, detectors| !detectors.is_empty());
    said.findings = findings.iter().map(|f| format!("{} {}", f.detector, f.title)).collect();
    said
}
