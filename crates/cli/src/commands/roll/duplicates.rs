//! `pollwarden roll duplicates`: records of one extract that may be of one person.

use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use pollwarden_archive::Archive;
use pollwarden_core::Office;
use pollwarden_engine::{Engine, Scratch};
use pollwarden_roll::{DETECTORS, DUPLICATES, Duplicates, Snapshot, duplicates, write_pairs};

use super::{given, judge, length, private};
use crate::args::{Cli, OfficeFile, Show};
use crate::commands::{alone, engine_options, kept, scope, tell};
use crate::exit::Exit;
use crate::office;
use crate::progress::Progress;

pub(super) fn run(
    (path, archive, threshold): (&Path, Option<&Archive>, f64),
    out: Option<&Path>,
    (settings, show): (&OfficeFile, &Show),
    cli: &Cli,
    progress: &Progress,
) -> Result<Exit> {
    let office = office::read_or_default(settings.office.as_deref())?;
    let (snapshot, said) = given(path, archive.map(kept::store).as_ref(), &office, progress)?;
    let mut found = linked(&snapshot, threshold, &office, progress)?;
    said.tell(&mut found.coverage);
    let could_compare = found.coverage.can_rule_out();
    found.coverage.blind(
        None,
        "one extract was looked at, for records of one person only: whether any registration changed can't be told from it",
    );
    if let Some(out) = out {
        write(out, &found).with_context(|| format!("{} can't be written", out.display()))?;
    }
    let options = engine_options(&cli.limits);
    let mut rows = Scratch::new(options.memory);
    rows.declare(&DUPLICATES);
    rows.add(&DUPLICATES, found.pairs)?;
    let mut engine = Engine::new(&options)?;
    engine.add_scratch(rows)?;
    let detectors =
        DETECTORS.iter().copied().filter(|d| d.about().tables.contains(&DUPLICATES.name)).collect::<Vec<_>>();
    let mut answer = judge(&engine, &detectors, &scope(office.clone())?, found.coverage, progress);
    if answer.findings.is_empty() && could_compare {
        answer.coverage.notes.push(format!("No pair has a probability of {threshold} or more of being one person."));
    }
    Ok(tell(alone(&office, answer), show, cli)?.into())
}

fn linked(snapshot: &Snapshot, threshold: f64, office: &Office, progress: &Progress) -> Result<Duplicates> {
    let length = length(&[snapshot]);
    let bar = progress.reading(&snapshot.name, Some(length));
    let watch = |bytes: u64| {
        bar.inc(bytes);
        if bar.position() >= length {
            bar.set_message("comparing records");
        }
    };
    let found = duplicates(snapshot, &office.roll, threshold, &watch);
    bar.finish_and_clear();
    Ok(found?)
}

/// Writes the pairs. The file names voters, so that only its owner may read it.
fn write(path: &Path, found: &Duplicates) -> Result<()> {
    let mut file = std::io::BufWriter::new(private(path)?);
    write_pairs(&mut file, &found.pairs)?;
    Ok(file.flush()?)
}
