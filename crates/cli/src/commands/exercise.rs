//! `pollwarden exercise`: a whole invented office with a scripted campaign in it.

use anyhow::{Result, bail};

use crate::args::Exercise;
use crate::exit::Exit;

pub(super) fn run(exercise: &Exercise) -> Result<Exit> {
    if std::fs::read_dir(&exercise.dir).is_ok_and(|mut entries| entries.next().is_some()) {
        bail!("{} is not empty. Name a folder that does not exist yet", exercise.dir.display());
    }
    bail!("{}", exercise.seed)
}
