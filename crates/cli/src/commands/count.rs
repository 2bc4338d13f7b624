//! `pollwarden count`: plan, draw, risk, audit, replay, tabulate.

mod commit;
mod plan;
mod replay;
mod risk;
mod sheet;
mod tabulate;

use std::path::Path;

use anyhow::{Result, bail};
use comfy_table::Table;
use pollwarden_core::{Answer, Coverage, Office, Question, Scope};
use pollwarden_count::audit::Audit;
use pollwarden_count::{Evidence, answer, gather, is_own_output};
use pollwarden_intake::{Found, Input, find};
use pollwarden_report::visible;

use self::commit::Ledgers;
use super::{alone, scope, tell};
use crate::args::{Cli, Count};
use crate::exit::Exit;
use crate::progress::Progress;
use crate::read;

pub(super) fn run(count: &Count, cli: &Cli, progress: &Progress) -> Result<Exit> {
    match count {
        Count::Audit { dir, no_limit, show } => {
            is_folder(dir)?;
            not_an_input(dir, show.output.as_deref())?;
            let office = Office { name: name(dir), ..Office::default() };
            let ledgers = Ledgers::near(dir, show.enter.as_deref());
            let answer = answered(find(dir), &ledgers, scope(office.clone())?, !no_limit, progress);
            Ok(tell(alone(&office, answer), show, cli)?.into())
        }
        Count::Plan(asked) => plan::run(asked, progress),
        Count::Commit { dir, office } => commit::run(dir, office, progress),
        Count::Draw { dir, size, skip, output } => {
            is_new(output.as_deref())?;
            sheet::run(&read_all(dir, progress)?, *size, *skip, output.as_deref())
        }
        Count::Risk { dir } => risk::run(dir, progress),
        Count::Replay { dir, output } => {
            is_new(output.as_deref())?;
            replay::run(&read_all(dir, progress)?, output.as_deref())
        }
        Count::Tabulate { records, config, contest, votes_allowed, format, date, kind, output } => {
            is_new(output.as_deref())?;
            let asked = tabulate::Asked {
                config: config.as_deref(),
                contest: contest.as_deref(),
                format: *format,
                election: date.zip(*kind),
                votes_allowed: *votes_allowed,
            };
            tabulate::run(records.as_deref(), &asked, output.as_deref(), progress)
        }
    }
}

/// A folder that is missing is a slip of the command line and no answer.
fn is_folder(dir: &Path) -> Result<()> {
    if !dir.exists() {
        bail!("{} is not there. Give the folder that holds manifest, records and audit.toml", dir.display());
    }
    Ok(())
}

/// What people filled in or exported is not written over: a sheet of the same name may be weeks of work.
fn is_new(output: Option<&Path>) -> Result<()> {
    match output {
        Some(path) if path.is_file() => {
            bail!("{} is there already and is not written over: name another file, or remove it first", path.display())
        }
        _ => Ok(()),
    }
}

/// An answer may be written again, but not over a file that it rests on.
fn not_an_input(dir: &Path, output: Option<&Path>) -> Result<()> {
    let Some(output) = output.and_then(|path| path.canonicalize().ok()) else { return Ok(()) };
    let is_it = |input: &Input| input.path().canonicalize().is_ok_and(|path| path == output);
    match find(dir).inputs.iter().find(|input| is_it(input) && !is_own_output(input)) {
        Some(_) => bail!("{} is one of the files that are to be read: name another file", output.display()),
        None => Ok(()),
    }
}

/// The answer for an office's folder `count/`.
pub(super) fn of_office(office: &OfOffice<'_>, scope: Scope, measures: bool, progress: &Progress) -> Answer {
    let ledgers = Ledgers::of_office(office.dir, office.archive, office.enter);
    answered(read::inputs_of(office.dir, Question::Count.name()), &ledgers, scope, measures, progress)
}

/// An office, for its count.
pub(super) struct OfOffice<'a> {
    /// Its folder.
    pub(super) dir: &'a Path,
    /// Where its archive is.
    pub(super) archive: &'a Path,
    /// Another office in whose ledger answers are entered.
    pub(super) enter: Option<&'a Path>,
}

fn answered(found: Found, ledgers: &Ledgers, scope: Scope, measures: bool, progress: &Progress) -> Answer {
    let (mut evidence, mut coverage) = gathered(&found, progress);
    ledgers.look_up(&found, &mut evidence, &mut coverage, progress);
    let bar = progress.working("judging the count");
    let answer = answer(&evidence, coverage, scope, measures);
    bar.finish_and_clear();
    answer
}

fn gathered(found: &Found, progress: &Progress) -> (Evidence, Coverage) {
    let bar = progress.working("reading the count, and drawing its cards again");
    let (evidence, mut coverage) = gather(&found.inputs);
    for complaint in &found.complaints {
        coverage.blind(None, complaint.to_string());
    }
    bar.finish_and_clear();
    (evidence, coverage)
}

/// Evidence with what could not be read said at once.
fn read_all(dir: &Path, progress: &Progress) -> Result<Evidence> {
    is_folder(dir)?;
    let (evidence, coverage) = gathered(&find(dir), progress);
    for complaint in &coverage.complaints {
        crate::show::say(&visible(&complaint.to_string()));
    }
    for gap in &coverage.unwatched {
        crate::show::say(&visible(&gap.why));
    }
    Ok(evidence)
}

fn audit_of(evidence: &Evidence) -> Result<&Audit> {
    match &evidence.audit {
        Some(audit) => Ok(audit),
        None => bail!(
            "there is no audit that can be run here: the folder needs a ballot manifest and audit.toml, both readable (`pollwarden count audit --help`)"
        ),
    }
}

/// A table without lines between its rows.
fn plain_table() -> Table {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table
}

fn name(dir: &Path) -> String {
    dir.canonicalize().ok().and_then(|d| d.file_name().map(|n| n.to_string_lossy().into_owned())).unwrap_or_default()
}
