//! Compares two rolls in crate roll alone, with the detectors but without the engine, for measuring where time goes.
//!
//! `compare_rolls A B`: extracts. `compare_rolls --store DIR A B`: each a file, or the day of a snapshot kept in DIR.
//! `compare_rolls --store DIR --keep A …` keeps extracts. Hashes are seeded by a key of zeros: DIR is for measuring only.

#![allow(clippy::print_stdout, reason = "it shows what it measured")]

use std::{error::Error, path::Path, time::Instant};

use pollwarden_core::{Findings, Office, RollSettings, Scope};
use pollwarden_roll::{DETECTORS, Snapshot, Store, compare_held, snapshot};

fn main() -> Result<(), Box<dyn Error>> {
    let (mut store, mut keep, mut names) = (None, false, Vec::new());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--store" => store = arguments.next().map(|dir| Store::in_archive(Path::new(&dir), &[0; 32])),
            "--keep" => keep = true,
            _ => names.push(argument),
        }
    }
    match (&names[..], &store) {
        (_, Some(store)) if keep => names.iter().try_for_each(|name| keep_one(store, name)),
        ([a, b], _) => compare(&find(store.as_ref(), a)?, &find(store.as_ref(), b)?),
        _ => Err("use [--store DIR] A B, or --store DIR --keep A".into()),
    }
}

fn find(store: Option<&Store>, name: &str) -> Result<Snapshot, Box<dyn Error>> {
    match store {
        Some(store) if !Path::new(name).exists() => Ok(store.find(name)?),
        _ => Ok(snapshot(Path::new(name), &RollSettings::default())?.0),
    }
}

fn keep_one(store: &Store, name: &str) -> Result<(), Box<dyn Error>> {
    let begun = Instant::now();
    let kept = store.keep(&find(None, name)?, &RollSettings::default(), &|_| {})?;
    let seconds = begun.elapsed().as_secs_f64();
    println!("{name}: {seconds:.2} s, {} blocks written ({} bytes), {} shared", kept.written, kept.bytes, kept.shared);
    Ok(())
}

fn compare(a: &Snapshot, b: &Snapshot) -> Result<(), Box<dyn Error>> {
    let begun = Instant::now();
    let held = compare_held(a, b, None, &Office::default())?;
    let compared = begun.elapsed().as_secs_f64();
    let mut found = Findings::new(Scope::unnamed(&[7; 32]));
    for detector in DETECTORS {
        let rows = held.tables.iter().find(|(table, _)| table.name == detector.about().tables[0]);
        let rows = rows.map(|(_, rows)| rows.clone()).unwrap_or_default();
        detector.judge(&mut rows.into_iter(), &mut found);
    }
    println!(
        "{compared:.2} s, with detectors {:.2} s; {} rows, {} records changed, {} findings",
        begun.elapsed().as_secs_f64(),
        held.compared.coverage.rows,
        held.compared.records,
        found.findings().len()
    );
    held.compared.counts.iter().for_each(|((class, verdict), count)| println!("  {class} {verdict}: {count}"));
    Ok(())
}
