//! `pollwarden web scan` and `pollwarden web classify`.

use std::io::{BufReader, stdin};
use std::path::PathBuf;

use anyhow::Result;
use pollwarden_core::{Coverage, Question};
use pollwarden_engine::{Engine, Scratch};
use pollwarden_web::{DETECTORS, FORMATS, REQUESTS};

use super::{alone, engine_options, scope};
use crate::args::{Cli, OfficeFile, Show, Web};
use crate::exit::Exit;
use crate::progress::Progress;
use crate::{office, read};

pub(super) fn run(web: &Web, cli: &Cli, progress: &Progress) -> Result<Exit> {
    match web {
        Web::Scan { logs, office, show } => scan(logs, office, show, cli, progress),
        Web::Classify => {
            let mut out = crate::show::Output::open(None)?;
            pollwarden_web::request::classify_lines(BufReader::new(stdin().lock()), &mut out)?;
            out.done()?;
            Ok(Exit::NothingFound)
        }
    }
}

fn scan(logs: &[PathBuf], office: &OfficeFile, show: &Show, cli: &Cli, progress: &Progress) -> Result<Exit> {
    let office = office::read_or_default(office.office.as_deref())?;
    let options = engine_options(&cli.limits);
    let mut rows = Scratch::new(options.memory);
    let scope = scope(office.clone())?;
    rows.keep(&REQUESTS, &pollwarden_engine::columns_read(DETECTORS, &REQUESTS, &scope)?);
    let coverage = read::all(&read::inputs(logs), FORMATS, &mut rows, progress)?;
    let mut engine = Engine::new(&options)?;
    engine.add_scratch(rows)?;
    let answer = answer(&engine, scope, coverage, progress);
    let assessment = alone(&office, answer);
    crate::show::assessment(&assessment, show, cli)?;
    Ok(assessment.verdict().into())
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
