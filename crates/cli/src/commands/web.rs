//! `pollwarden web scan` and `pollwarden web classify`.

use std::collections::BTreeSet;
use std::io::{BufReader, stdin};
use std::path::{Path, PathBuf};

use anyhow::Result;
use pollwarden_core::{Coverage, Office, Question, Table};
use pollwarden_engine::{Engine, EngineOptions, Scratch};
use pollwarden_web::{DERIVED, DETECTORS, REQUESTS, SIGNS};

use super::{alone, engine_options, scope};
use crate::args::{Cli, OfficeFile, Show, Web};
use crate::exit::Exit;
use crate::progress::Progress;
use crate::{office, read};

/// What this sensor's formats fill.
const TABLES: [&Table; 2] = [&REQUESTS, &SIGNS];

pub(super) fn run(web: &Web, cli: &Cli, progress: &Progress) -> Result<Exit> {
    match web {
        Web::Scan { logs, rules, office, show } => {
            let office = office_with(office, rules.as_deref())?;
            scan(logs, office, show, cli, progress)
        }
        Web::Classify => {
            let mut out = crate::show::Output::open(None)?;
            pollwarden_web::request::classify_lines(BufReader::new(stdin().lock()), &mut out)?;
            out.done()?;
            Ok(Exit::NothingFound)
        }
    }
}

/// The office's settings, with the rules of one more folder.
fn office_with(file: &OfficeFile, rules: Option<&Path>) -> Result<Office> {
    let mut office = office::read_or_default(file.office.as_deref())?;
    if let Some(folder) = rules {
        office.web.sigma.extend(crate::rules::read(folder)?);
    }
    Ok(office)
}

fn scan(logs: &[PathBuf], office: Office, show: &Show, cli: &Cli, progress: &Progress) -> Result<Exit> {
    let formats = pollwarden_web::formats(&office.web)?;
    let options = engine_options(&cli.limits);
    let mut rows = Scratch::new(options.memory);
    let scope = scope(office.clone())?;
    let read = pollwarden_engine::columns_read(DETECTORS, &TABLES, DERIVED, &scope)?;
    for table in TABLES {
        rows.keep(table, read.get(table.name).unwrap_or(&BTreeSet::new()));
    }
    let coverage = read::all(&read::inputs(logs), &formats, &mut rows, progress)?;
    let mut engine = Engine::new(&options)?;
    engine.add_scratch(rows)?;
    derive(&mut engine, &options, progress)?;
    let answer = answer(&engine, scope, coverage, progress);
    let assessment = alone(&office, answer);
    crate::show::assessment(&assessment, show, cli)?;
    Ok(assessment.verdict().into())
}

/// Works out the tables that detectors ask beside those that were read.
pub(super) fn derive(engine: &mut Engine, options: &EngineOptions, progress: &Progress) -> Result<()> {
    let bar = progress.working("going through the requests");
    for derived in DERIVED {
        engine.derive(derived, options.memory / 4)?;
    }
    bar.finish_and_clear();
    Ok(())
}

/// Asks this sensor's detectors over the tables that are there.
pub(super) fn answer(
    engine: &Engine,
    scope: pollwarden_core::Scope,
    coverage: Coverage,
    progress: &Progress,
) -> pollwarden_core::Answer {
    let bar = progress.working("asking the detectors");
    let found = pollwarden_engine::run(engine, DETECTORS, scope, &mut |title| bar.set_message(title.to_owned()));
    bar.finish_and_clear();
    found.answer(Question::Web, coverage)
}
