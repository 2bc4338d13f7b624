//! Compares two rolls in crate roll alone, with the detectors but without the engine, for measuring where time goes.
//!
//! `compare_rolls A B`: extracts. `compare_rolls --store DIR A B`: each a file, or the day of a snapshot kept in DIR.
//! `compare_rolls --store DIR --shares N A B`: two kept snapshots, joined in N shares one after the other, each timed.
//! `compare_rolls --store DIR --keep A …` keeps extracts. Hashes are seeded by a key of zeros: DIR is for measuring only.

#![allow(clippy::print_stdout, reason = "it shows what it measured")]

use std::{error::Error, path::Path, time::Instant};

use pollwarden_core::{Findings, Office, RollSettings, Scope};
use pollwarden_roll::{
    Comparison, DETECTORS, Held, KeptSnapshot, Snapshot, Store, compare_held, joined_share, snapshot,
};

fn main() -> Result<(), Box<dyn Error>> {
    let (mut store, mut keep, mut shares, mut names) = (None, false, None, Vec::new());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--store" => store = arguments.next().map(|dir| Store::in_archive(Path::new(&dir), &[0; 32])),
            "--keep" => keep = true,
            "--shares" => shares = arguments.next().map(|number| number.parse()).transpose()?,
            _ => names.push(argument),
        }
    }
    match (&names[..], &store) {
        (_, Some(store)) if keep => names.iter().try_for_each(|name| keep_one(store, name)),
        ([a, b], Some(store)) if shares.is_some() => in_shares(store, a, b, shares.unwrap_or(1)),
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

fn in_shares(store: &Store, a: &str, b: &str, of: usize) -> Result<(), Box<dyn Error>> {
    let [a, b] = [store.find(a)?, store.find(b)?];
    let ids = [&a, &b].map(|snapshot| snapshot.kept.as_ref().map(KeptSnapshot::id).unwrap_or_default());
    let (mut joined, mut seconds) = (Vec::new(), Vec::new());
    for share in 0..of {
        let begun = Instant::now();
        joined.push(joined_share(store, ids, (share, of))?);
        seconds.push(begun.elapsed().as_secs_f64());
    }
    let (all, longest) = (seconds.iter().sum::<f64>(), seconds.iter().copied().fold(0.0, f64::max));
    println!("{of} shares: {all:.2} s, the longest {longest:.3} s");
    let begun = Instant::now();
    let comparison = Comparison::of_shares((&a, &b), None, &Office::default(), &joined, of)?;
    println!("put together: {:.2} s", begun.elapsed().as_secs_f64());
    tell(&comparison.held()?, begun)
}

fn compare(a: &Snapshot, b: &Snapshot) -> Result<(), Box<dyn Error>> {
    let begun = Instant::now();
    tell(&compare_held(a, b, None, &Office::default())?, begun)
}

fn tell(held: &Held, begun: Instant) -> Result<(), Box<dyn Error>> {
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
