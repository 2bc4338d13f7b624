//! `pollwarden mail`: scan, imitates, sketch, fetch, record, milter, limit.

mod fetch;
mod imitates;
mod milter;
mod record;
mod sketch;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use pollwarden_core::{Answer, Office, Question, Scope};
use pollwarden_engine::{Engine, EngineOptions, Scratch};
use pollwarden_intake::Found;
use pollwarden_mail::campaign::GroupKey;
use pollwarden_mail::{DETECTORS, Gathered, Step, TABLES, Wanted, gather};

use super::{alone, engine_options, for_rows, scope, tell, threads};
use crate::args::{Cli, Mail, OfficeFile};
use crate::exit::Exit;
use crate::mail_limits::{self, Wanted as WantedLimits};
use crate::progress::Progress;
use crate::{office, read};

pub(super) fn run(mail: &Mail, cli: &Cli, progress: &Progress) -> Result<Exit> {
    let options = engine_options(&cli.limits);
    match mail {
        Mail::Scan { mail, key, office, show } => {
            let office = settings(office, key.as_deref())?;
            let found = read::inputs(mail);
            let key = group_key(key.as_deref(), &office)?;
            let answer = answered(&found, scope(office.clone())?, key, None, &options, progress)?;
            Ok(tell(alone(&office, answer), show, cli)?.into())
        }
        Mail::Limit { mail, attacks, office, show } => {
            let office = settings(office, None)?;
            let key = group_key(None, &office)?;
            let wanted = WantedLimits {
                seed: attacks.seed,
                trials: attacks.trials,
                all: true,
                sizes: attacks.size.clone(),
                threads: threads(&options),
            };
            let answer = answered(&read::inputs(mail), scope(office.clone())?, key, Some(&wanted), &options, progress)?;
            let exit = if answer.limits.is_empty() { Exit::CannotTell } else { Exit::NothingFound };
            tell(alone(&office, answer), show, cli)?;
            Ok(exit)
        }
        Mail::Imitates { senders, office } => imitates::run(senders, office),
        Mail::Sketch { mail, key, office_name, output, office } => {
            let office = settings(office, Some(key))?;
            let gathered = judged(&read::inputs(mail), &office, group_key(Some(key), &office)?, &options, progress)?;
            sketch::run(&gathered, &office, office_name, output)
        }
        Mail::Fetch(asked) => fetch::run(asked, progress),
        Mail::Record(asked) => record::run(asked, progress),
        Mail::Milter(asked) => milter::run(asked, &options, progress),
    }
}

/// The answer for an office's folder `mail/`.
pub(super) fn of_office(
    dir: &Path,
    scope: Scope,
    measures: bool,
    options: &EngineOptions,
    progress: &Progress,
) -> Result<Answer> {
    let key = group_key(None, &scope.office)?;
    let wanted = measures.then(|| WantedLimits::by_assessment(threads(options)));
    answered(&read::inputs_of(dir, Question::Mail.name()), scope, key, wanted.as_ref(), options, progress)
}

/// Adds the tables of some mail to an engine, for an analyst's queries.
pub(super) fn tables_of(
    found: &Found,
    office: &Office,
    options: &EngineOptions,
    progress: &Progress,
) -> Result<Scratch> {
    Ok(read_in(found, office, group_key(None, office)?, options, progress)?.0)
}

fn settings(file: &OfficeFile, key: Option<&Path>) -> Result<Office> {
    let mut office = office::read_or_default(file.office.as_deref())?;
    if let Some(key) = key {
        office.mail.key = Some(key.display().to_string());
    }
    Ok(office)
}

/// The key that sketches are made under: that of the circle of offices where one is named, else one that hides nothing.
fn group_key(file: Option<&Path>, office: &Office) -> Result<GroupKey> {
    let named = file.map(Path::to_path_buf).or_else(|| office.mail.key.as_ref().map(PathBuf::from));
    let Some(path) = named else { return Ok(GroupKey::within_office()) };
    let bytes = std::fs::read(&path).with_context(|| format!("{} can't be read", path.display()))?;
    GroupKey::of_file(&bytes).with_context(|| path.display().to_string())
}

fn answered(
    found: &Found,
    scope: Scope,
    key: GroupKey,
    limits: Option<&WantedLimits>,
    options: &EngineOptions,
    progress: &Progress,
) -> Result<Answer> {
    let (rows, gathered) = read_in(found, &scope.office, key, options, progress)?;
    let mut engine = Engine::new(options)?;
    engine.add_scratch(rows)?;
    let bar = progress.working("asking the detectors");
    let office = scope.office.clone();
    let judged = pollwarden_engine::run(&engine, DETECTORS, scope, &mut |title| bar.set_message(title.to_owned()));
    bar.finish_and_clear();
    let mut answer = judged.answer(Question::Mail, gathered.coverage.clone());
    if let Some(wanted) = limits.filter(|_| answer.coverage.rows > 0) {
        let measured = mail_limits::measure(&gathered, &office, &answer, wanted, progress)?;
        answer.limits = measured.limits;
        answer.coverage.notes.extend(measured.notes);
    }
    Ok(answer)
}

fn judged(
    found: &Found,
    office: &Office,
    key: GroupKey,
    options: &EngineOptions,
    progress: &Progress,
) -> Result<Gathered> {
    Ok(read_in(found, office, key, options, progress)?.1)
}

fn read_in(
    found: &Found,
    office: &Office,
    key: GroupKey,
    options: &EngineOptions,
    progress: &Progress,
) -> Result<(Scratch, Gathered)> {
    let mut rows = Scratch::new(for_rows(options));
    TABLES.iter().for_each(|table| rows.declare(table));
    let bar = progress.working("reading mail");
    let wanted = Wanted { office, key, threads: threads(options) };
    let mut sink = |(table, batch)| rows.add(table, batch).map_err(|fault| fault.to_string());
    let gathered = gather(found, wanted, &mut sink, &mut |step| {
        bar.set_message(match step {
            Step::Learned(messages) => format!("{messages} messages read for whom the office writes with"),
            Step::Judged(messages) => format!("{messages} messages judged"),
            Step::Comparing => "looking for messages that are one mailing".to_owned(),
        });
    });
    bar.finish_and_clear();
    let gathered = gathered.map_err(|why| anyhow::anyhow!(why)).context("the rows of messages could not be stored")?;
    Ok((rows, gathered))
}
