//! `pollwarden web scan` and `pollwarden web classify`.

use std::collections::BTreeSet;
use std::io::{BufReader, stdin};
use std::path::{Path, PathBuf};

use anyhow::Result;
use arrow::array::RecordBatch;
use pollwarden_core::{Coverage, Derive, Office, Part, Question, Scope, Table};
use pollwarden_engine::{Engine, EngineError, EngineOptions, Scratch};
use pollwarden_intake::{Sink, SinkError};
use pollwarden_web::{DERIVED, DETECTORS, REQUESTS, SIGNS};

use super::{alone, engine_options, for_rows, scope, tell};
use crate::args::{Cli, OfficeFile, Show, Web};
use crate::exit::Exit;
use crate::progress::Progress;
use crate::{office, read};

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
    let scope = scope(office.clone())?;
    let mut sink = Deriving::new(&scope, for_rows(&options))?;
    let coverage = read::all(&read::inputs(logs), &formats, &mut sink, progress)?;
    let mut engine = Engine::new(&options)?;
    engine.add_scratch(sink.done()?)?;
    let answer = answer(&engine, scope, coverage, progress);
    Ok(tell(alone(&office, answer), show, cli)?.into())
}

/// Keeps what detectors ask for, works out derived tables on the way, and lets go of the rest.
struct Deriving {
    rows: Scratch,
    /// Where rows of requests are asked for too, they are gone through here; otherwise formats give derived rows at once.
    derive: Option<Box<dyn Derive>>,
    out: Vec<Part>,
}

impl Deriving {
    fn new(scope: &Scope, memory: usize) -> Result<Self> {
        let tables: Vec<&'static Table> =
            [&REQUESTS, &SIGNS].into_iter().chain(DERIVED.tables.iter().copied()).collect();
        let read = pollwarden_engine::columns_read(DETECTORS, &tables, scope)?;
        let mut rows = Scratch::new(memory);
        for table in tables {
            rows.keep(table, read.get(table.name).unwrap_or(&BTreeSet::new()));
        }
        let whole = read.get(REQUESTS.name).is_some_and(|columns| !columns.is_empty());
        Ok(Self { rows, derive: whole.then(DERIVED.begin), out: Vec::new() })
    }

    fn done(mut self) -> Result<Scratch> {
        if let Some(derive) = &mut self.derive {
            derive.finish(&mut self.out);
        }
        self.keep()?;
        self.rows.settle(&DERIVED)?;
        Ok(self.rows)
    }

    fn keep(&mut self) -> Result<(), EngineError> {
        self.out.drain(..).try_for_each(|part| self.rows.add_part(part))
    }
}

impl Sink for Deriving {
    fn append(&mut self, table: &'static Table, batch: RecordBatch) -> Result<(), SinkError> {
        if let Some(derive) = self.derive.as_mut().filter(|_| table.name == REQUESTS.name) {
            derive.add(&batch, &mut self.out);
            self.keep()?;
        }
        Ok(self.rows.add(table, batch)?)
    }

    fn wants_derived_alone(&self) -> bool {
        self.derive.is_none()
    }

    fn derived(&mut self, part: Part) -> Result<(), SinkError> {
        Ok(self.rows.add_part(part)?)
    }

    fn commit(&mut self, _: &pollwarden_intake::Progress) -> Result<(), SinkError> {
        Ok(())
    }
}

/// Works out the tables that detectors ask beside those that are stored.
pub(super) fn derive(engine: &mut Engine, options: &EngineOptions, progress: &Progress) -> Result<()> {
    let bar = progress.working("going through the requests");
    engine.derive(&DERIVED, for_rows(options))?;
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
