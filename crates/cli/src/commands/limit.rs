//! `pollwarden limit`: how small an attack on the websites would have been noticed.

use anyhow::{Result, bail};
use pollwarden_core::Office;
use pollwarden_engine::{Engine, Scratch};
use pollwarden_web::{REQUESTS, SIGNS};

use super::{alone, engine_options, for_rows, scope, tell, threads, web};
use crate::args::{Cli, Limit};
use crate::exit::Exit;
use crate::limits::{self, Wanted};
use crate::progress::Progress;
use crate::{office, read};

pub(super) fn run(limit: &Limit, cli: &Cli, progress: &Progress) -> Result<Exit> {
    let office = settings(limit)?;
    let options = engine_options(&cli.limits);
    let mut rows = Scratch::new(for_rows(&options));
    [&REQUESTS, &SIGNS].into_iter().for_each(|table| rows.declare(table));
    let coverage = read::all(&found(limit), &pollwarden_web::formats(&office.web)?, &mut rows, progress)?;
    if coverage.rows == 0 {
        bail!("no access log could be read there, so there is nothing to measure on");
    }
    let mut engine = Engine::new(&options)?;
    engine.add_scratch(rows)?;
    web::derive(&mut engine, &options, progress)?;
    let scope = scope(office.clone())?;
    let mut answer = web::answer(&engine, scope.clone(), coverage, progress);
    let wanted = Wanted {
        seed: limit.attacks.seed,
        trials: limit.attacks.trials,
        threats: limits::named(&limit.threat),
        sizes: limit.attacks.size.clone(),
        threads: threads(&options),
    };
    let measured = limits::measure(&engine, &scope, &answer, &wanted, progress)?;
    answer.limits = measured.limits;
    answer.coverage.notes.extend(measured.notes);
    let exit = if answer.limits.is_empty() { Exit::CannotTell } else { Exit::NothingFound };
    tell(alone(&office, answer), &limit.show, cli)?;
    Ok(exit)
}

/// What is read: an office's folder stands for its folder web/.
fn found(limit: &Limit) -> pollwarden_intake::Found {
    match limit.from.as_slice() {
        [dir] if dir.join("web").is_dir() => read::inputs_of(dir, "web"),
        from => read::inputs(from),
    }
}

fn settings(limit: &Limit) -> Result<Office> {
    match (limit.from.as_slice(), &limit.office.office) {
        ([dir], None) if dir.join(office::FILE).is_file() => office::read(&dir.join(office::FILE)),
        (_, file) => office::read_or_default(file.as_deref()),
    }
}
