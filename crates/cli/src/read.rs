//! Takes inputs in, with progress, and gathers what could not be read.

use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};
use pollwarden_core::{Complaint, Coverage};
use pollwarden_intake::{Format, Found, Input, Sink, Taken, find, take_in};

use crate::progress::Progress;

/// Every input at some paths; each path's inputs under its own name.
pub(crate) fn inputs(paths: &[PathBuf]) -> Found {
    let mut all = Found::default();
    for path in paths {
        let mut found = find(path);
        if paths.len() > 1 && path.is_dir() {
            found = found.under(&path.display().to_string());
        }
        all.inputs.extend(found.inputs);
        all.complaints.extend(found.complaints);
    }
    all
}

/// The inputs of one of an office's folders, named from the office's folder.
pub(crate) fn inputs_of(dir: &Path, sensor: &str) -> Found {
    find(&dir.join(sensor)).under(sensor)
}

/// Takes inputs in and says what could not be read. An input that breaks off leaves a gap; it stops nothing else.
///
/// # Errors
/// Where rows can't be stored (disk full, say).
pub(crate) fn all(
    found: &Found,
    formats: &[&'static dyn Format],
    sink: &mut dyn Sink,
    show: &Progress,
) -> Result<Coverage> {
    let mut coverage = Coverage::default();
    for complaint in &found.complaints {
        coverage.blind(None, complaint.to_string());
    }
    for input in &found.inputs {
        cover(&mut coverage, one(input, formats, sink, show)?);
    }
    Ok(coverage)
}

fn one(input: &Input, formats: &[&'static dyn Format], sink: &mut dyn Sink, show: &Progress) -> Result<Taken> {
    let length = std::fs::metadata(input.path()).ok().map(|m| m.len());
    let bar = show.reading(input.name(), length);
    let taken = take_in(input, formats, sink, &mut |read| bar.set_position(read));
    bar.finish_and_clear();
    taken.map_err(|e| anyhow!(e).context(format!("the rows of {} could not be stored", input.name())))
}

fn cover(coverage: &mut Coverage, taken: Taken) {
    if !taken.whole {
        let why = taken.complaints.last().map_or_else(|| taken.source.name.clone(), Complaint::to_string);
        coverage.blind(None, format!("Not read to its end: {why}"));
    }
    coverage.rows += taken.source.rows;
    coverage.rejected += taken.source.rejected;
    coverage.sources.push(taken.source);
    coverage.notes.extend(taken.notes);
    for complaint in taken.complaints {
        coverage.complain(complaint);
    }
}
