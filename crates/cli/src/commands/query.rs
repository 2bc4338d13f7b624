//! `pollwarden query`: an analyst's own question, over exactly the tables that the detectors see.

use std::io::Write as _;

use anyhow::{Context as _, Result};
use arrow::array::RecordBatch;
use arrow::csv::WriterBuilder;
use arrow::json::LineDelimitedWriter;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use comfy_table::Table;
use pollwarden_archive::Archive;
use pollwarden_core::Question;
use pollwarden_engine::{Engine, EngineError, Rows as Found, Scratch};
use pollwarden_intake::{Format, REJECTED};
use pollwarden_roll::VOTERS;
use pollwarden_web::{REQUESTS, SIGNS};

use super::{assess, for_rows, mail, web};
use crate::args::{Cli, Query, Rows};
use crate::exit::Exit;
use crate::ledger::ARCHIVE;
use crate::progress::Progress;
use crate::show::{self, Output};
use crate::{office, read};

pub(super) fn run(query: &Query, cli: &Cli, progress: &Progress) -> Result<Exit> {
    let engine = open(query, cli, progress)?;
    let mut out = Output::open(query.output.as_deref())?;
    match &query.sql {
        Some(sql) if !query.list => write(engine.query(sql)?, query.format, &mut out)?,
        _ => list(&engine, &mut out)?,
    }
    out.done()?;
    Ok(Exit::NothingFound)
}

/// An office's archive where there is one; plain files otherwise, read now.
fn open(query: &Query, cli: &Cli, progress: &Progress) -> Result<Engine> {
    let archive = match query.from.as_slice() {
        [dir] => Some(dir.join(ARCHIVE)).filter(|archive| archive.is_dir()),
        _ => None,
    };
    let options = query.on.options(&cli.limits, archive.as_deref())?;
    let mut engine = Engine::new(&options)?;
    if let Some(archive) = archive {
        let archive = Archive::read_only(&archive)?;
        assess::add_archive(&mut engine, &archive)?;
        web::derive(&mut engine, &options, progress)?;
        let dir = &query.from[0];
        if dir.join(Question::Mail.name()).is_dir() {
            let settings = dir.join(office::FILE);
            let office = office::read_or_default(Some(settings.as_path()).filter(|file| file.is_file()))?;
            engine.add_scratch(mail::tables_of(&read::inputs_of(dir, "mail"), &office, &options, progress)?)?;
        }
        return Ok(engine);
    }
    let mut rows = Scratch::new(for_rows(&options));
    for table in [&REQUESTS, &SIGNS, &VOTERS, &REJECTED] {
        rows.declare(table);
    }
    let office = office::read_or_default(query.office.office.as_deref())?;
    let mut formats: Vec<&'static dyn Format> = pollwarden_web::formats(&office.web)?;
    formats.extend(pollwarden_roll::formats(&office.roll));
    let coverage = read::all(&read::inputs(&query.from), &formats, &mut rows, progress)?;
    coverage.unwatched.iter().for_each(|gap| show::say(&gap.why));
    if coverage.rejected > 0 {
        show::say(&format!("{} lines could not be read: SELECT * FROM rejected shows them", coverage.rejected));
    }
    engine.add_scratch(rows)?;
    web::derive(&mut engine, &options, progress)?;
    Ok(engine)
}

fn list(engine: &Engine, out: &mut Output) -> Result<()> {
    for table in engine.about() {
        writeln!(out, "{}: {}", table.name, table.about)?;
        for field in (table.schema)().fields() {
            let null = if field.is_nullable() { "" } else { ", always there" };
            writeln!(out, "  {:20} {}{null}", field.name(), field.data_type())?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn write(rows: Found<'_>, as_: Rows, out: &mut Output) -> Result<()> {
    match as_ {
        Rows::Table => write_table(rows, out),
        Rows::Json => {
            let mut writer = LineDelimitedWriter::new(out);
            for batch in rows {
                writer.write(&batch?)?;
            }
            Ok(writer.finish()?)
        }
        Rows::Csv => {
            let mut writer = WriterBuilder::new().with_header(true).build(out);
            let schema = rows.schema().clone();
            let mut any = false;
            for batch in rows {
                writer.write(&batch?)?;
                any = true;
            }
            if !any {
                writer.write(&RecordBatch::new_empty(schema))?;
            }
            Ok(())
        }
    }
}

fn write_table(rows: Found<'_>, out: &mut Output) -> Result<()> {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::UTF8_HORIZONTAL_ONLY);
    table.set_header(rows.schema().fields().iter().map(|f| f.name().clone()));
    let mut count = 0_usize;
    for batch in rows {
        let batch: RecordBatch = batch.map_err(|e: EngineError| e).context("the rows break off here")?;
        count += batch.num_rows();
        add_rows(&mut table, &batch)?;
    }
    writeln!(out, "{table}\n{count} {}", if count == 1 { "row" } else { "rows" })?;
    Ok(())
}

fn add_rows(table: &mut Table, batch: &RecordBatch) -> Result<()> {
    let options = FormatOptions::default();
    let columns: Vec<ArrayFormatter<'_>> =
        batch.columns().iter().map(|c| ArrayFormatter::try_new(c, &options)).collect::<Result<_, _>>()?;
    for row in 0..batch.num_rows() {
        // What came from outside must not move the terminal's cursor.
        let cell = |c: &ArrayFormatter<'_>| c.value(row).to_string().replace(char::is_control, "\u{fffd}");
        table.add_row(columns.iter().map(cell));
    }
    Ok(())
}
