//! `pollwarden roll keep`, `kept` and `forget`: the snapshots that an archive keeps, and those an office's folder has.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use pollwarden_archive::Archive;
use pollwarden_core::{Complaint, RollSettings};
use pollwarden_roll::{Keeping, Snapshot, Store, snapshot};

use super::roll::length;
use crate::args::OfficeFile;
use crate::exit::Exit;
use crate::progress::Progress;
use crate::show::Output;
use crate::{office, show};

/// The kept snapshots of an archive.
pub(crate) fn store(archive: &Archive) -> Store {
    Store::in_archive(archive.dir(), &archive.key())
}

pub(super) fn keep(paths: &[PathBuf], archive: &Path, settings: &OfficeFile, progress: &Progress) -> Result<Exit> {
    let office = office::read_or_default(settings.office.as_deref())?;
    let archive = Archive::open(archive)?;
    let store = store(&archive);
    for path in paths {
        let (snapshot, complaints) = snapshot(path, &office.roll)?;
        complaints.iter().for_each(|complaint| show::say(&complaint.to_string()));
        show::say(&said(&keep_one(&store, &snapshot, &office.roll, progress)?));
    }
    Ok(Exit::NothingFound)
}

fn keep_one(store: &Store, snapshot: &Snapshot, settings: &RollSettings, progress: &Progress) -> Result<Keeping> {
    let bar = progress.reading(&format!("keeping {}", snapshot.name), Some(length(&[snapshot])));
    let kept = store.keep(snapshot, settings, &|bytes| bar.inc(bytes));
    bar.finish_and_clear();
    Ok(kept?)
}

fn said(keeping: &Keeping) -> String {
    let shown = keeping.snapshot.shown();
    if keeping.already {
        return format!("{shown} was kept already.");
    }
    let rows = keeping.snapshot.kept.as_ref().map_or(0, pollwarden_roll::KeptSnapshot::rows);
    let (megabytes, all) = (keeping.bytes as f64 / 1e6, keeping.written + keeping.shared);
    format!(
        "{shown} is kept: {rows} voters, {megabytes:.1} MB written; {} of {all} blocks of records were there already.",
        keeping.shared
    )
}

pub(super) fn list(archive: &Path) -> Result<Exit> {
    let archive = Archive::read_only(archive)?;
    let (snapshots, complaints) = store(&archive).snapshots()?;
    complaints.iter().for_each(|complaint| show::say(&complaint.to_string()));
    let mut out = Output::open(None)?;
    for snapshot in &snapshots {
        if let Some(kept) = &snapshot.kept {
            writeln!(out, "{}  {} voters  {}", kept.id(), kept.rows(), snapshot.shown())?;
        }
    }
    if snapshots.is_empty() {
        show::say("No snapshot is kept there. `pollwarden roll keep EXTRACT --archive DIR` keeps one.");
    }
    out.done()?;
    Ok(if complaints.is_empty() { Exit::NothingFound } else { Exit::CannotTell })
}

pub(super) fn forget(wanted: &str, archive: &Path) -> Result<Exit> {
    // Opening to write would make an archive where there is none.
    drop(Archive::read_only(archive)?);
    let archive = Archive::open(archive)?;
    let store = store(&archive);
    let snapshot = store.find(wanted)?;
    if let Some(kept) = &snapshot.kept {
        store.forget(kept)?;
        show::say(&format!("{} is no longer kept.", snapshot.shown()));
    }
    Ok(Exit::NothingFound)
}

/// The snapshot that was meant: what lies at a path, else what an archive keeps under that name.
pub(super) fn meant(name: &Path, store: Option<&Store>, settings: &RollSettings) -> Result<(Snapshot, Vec<Complaint>)> {
    match store {
        Some(store) if !name.exists() => Ok((store.find(&name.to_string_lossy())?, Vec::new())),
        None if !name.exists() && name.to_string_lossy().parse::<jiff::civil::Date>().is_ok() => Err(anyhow::anyhow!(
            "{} is no file. Give the archive that keeps the snapshot of that day: --archive DIR",
            name.display()
        )),
        _ => Ok(snapshot(name, settings)?),
    }
}

/// An office's snapshots, as they are kept: those of its folder, which are kept now, and those whose files are gone. The
/// oldest first; with what is to be said of them.
pub(super) fn of_office(
    found: &[Snapshot],
    store: &Store,
    settings: &RollSettings,
    progress: &Progress,
) -> Result<(Vec<Snapshot>, Vec<String>, Vec<Complaint>)> {
    let (mut all, mut notes) = (Vec::new(), Vec::new());
    for snapshot in found {
        all.push(match keep_one(store, snapshot, settings, progress) {
            // The files stand behind what is kept of them.
            Ok(keeping) => Snapshot { inputs: snapshot.inputs.clone(), ..keeping.snapshot },
            Err(error) => {
                notes.push(format!("{} could not be kept in the archive: {error:#}.", snapshot.shown()));
                snapshot.clone()
            }
        });
    }
    let (kept, complaints) = store.snapshots().context("the kept snapshots can't be looked through")?;
    let is_gone = |snapshot: &Snapshot| snapshot.date.is_some() && !found.iter().any(|f| f.date == snapshot.date);
    let gone: Vec<Snapshot> = kept.into_iter().filter(is_gone).collect();
    notes.extend(gone.iter().map(|s| format!("{} is no longer in the folder; it is known as it was kept.", s.shown())));
    all.extend(gone);
    all.sort_by_key(|snapshot| (snapshot.date.is_none(), snapshot.date));
    Ok((all, notes, complaints))
}
