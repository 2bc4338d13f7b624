//! `pollwarden count`: plan, draw, risk, audit, replay, tabulate.

mod plan;
mod replay;
mod sheet;
mod tabulate;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use comfy_table::{CellAlignment, Table};
use pollwarden_core::{Answer, Coverage, Office, Question, Scope};
use pollwarden_count::audit::{Audit, ContestAudit};
use pollwarden_count::{Evidence, answer, gather, percent};
use pollwarden_intake::{Found, find};

use super::{alone, ledger, scope, tell};
use crate::args::{Cli, Count};
use crate::exit::Exit;
use crate::ledger::Desk;
use crate::progress::Progress;
use crate::read;
use crate::show::Output;

pub(super) fn run(count: &Count, cli: &Cli, progress: &Progress) -> Result<Exit> {
    match count {
        Count::Audit { dir, no_limit, show } => {
            let office = Office { name: name(dir), ..Office::default() };
            let answer = answered(find(dir), scope(office.clone())?, !no_limit, progress);
            Ok(tell(alone(&office, answer), show, cli)?.into())
        }
        Count::Plan(asked) => plan::run(asked, progress),
        Count::Commit { dir, office } => commit(dir, office, progress),
        Count::Draw { dir, size, skip, output } => {
            sheet::run(&read_all(dir, progress)?, *size, *skip, output.as_deref())
        }
        Count::Risk { dir } => risk(&read_all(dir, progress)?),
        Count::Replay { dir, output } => replay::run(&read_all(dir, progress)?, output.as_deref()),
        Count::Tabulate { records, config, contest, format, date, kind, output } => {
            let asked = tabulate::Asked {
                config: config.as_deref(),
                contest: contest.as_deref(),
                format: *format,
                election: date.zip(*kind),
            };
            tabulate::run(records.as_deref(), &asked, output.as_deref(), progress)
        }
    }
}

/// The answer for an office's folder `count/`.
pub(super) fn of_office(dir: &Path, scope: Scope, measures: bool, progress: &Progress) -> Answer {
    answered(read::inputs_of(dir, Question::Count.name()), scope, measures, progress)
}

fn answered(found: Found, scope: Scope, measures: bool, progress: &Progress) -> Answer {
    let (evidence, coverage) = gathered(found, progress);
    let bar = progress.working("judging the count");
    let answer = answer(&evidence, coverage, scope, measures);
    bar.finish_and_clear();
    answer
}

fn gathered(found: Found, progress: &Progress) -> (Evidence, Coverage) {
    let bar = progress.working("reading the count");
    let (evidence, mut coverage) = gather(&found.inputs);
    for complaint in found.complaints {
        coverage.blind(None, complaint.to_string());
    }
    bar.finish_and_clear();
    (evidence, coverage)
}

/// Evidence with what could not be read said at once.
fn read_all(dir: &Path, progress: &Progress) -> Result<Evidence> {
    let (evidence, coverage) = gathered(find(dir), progress);
    for complaint in &coverage.complaints {
        crate::show::say(&complaint.to_string());
    }
    for gap in &coverage.unwatched {
        crate::show::say(&gap.why);
    }
    Ok(evidence)
}

/// Enters everything that a draw rests on.
fn commit(dir: &Path, office: &Path, progress: &Progress) -> Result<Exit> {
    let evidence = read_all(dir, progress)?;
    if evidence.audit.as_ref().is_some_and(|audit| audit.settings.seed.is_some()) {
        bail!(
            "audit.toml has a seed already: what is entered after the draw proves nothing. `pollwarden ledger enter` enters files at any time"
        );
    }
    let files: BTreeSet<PathBuf> = find(dir).inputs.iter().map(|input| input.path().to_owned()).collect();
    if files.is_empty() {
        bail!("{} holds no files", dir.display());
    }
    let files: Vec<PathBuf> = files.into_iter().collect();
    ledger::enter(&mut Desk::open(office, None)?, &files, COMMITTED, progress)
}

/// What a reader of the ledger is told of the files.
const COMMITTED: &str = "manifest, records and settings before an audit's draw";

fn audit_of(evidence: &Evidence) -> Result<&Audit> {
    match &evidence.audit {
        Some(audit) => Ok(audit),
        None => bail!(
            "there is no audit here: the folder needs a ballot manifest and audit.toml (`pollwarden count audit --help`)"
        ),
    }
}

fn risk(evidence: &Evidence) -> Result<Exit> {
    let audit = audit_of(evidence)?;
    let mut table = plain_table();
    table.set_header(["contest", "method", "draws", "measured risk", "risk limit", "next"]);
    for contest in &audit.contests {
        table.add_row([
            contest.name().to_owned(),
            contest.method.name().to_owned(),
            contest.draws().to_string(),
            percent(contest.risk()),
            percent(audit.settings.risk_limit.share()),
            next(contest, audit),
        ]);
    }
    for column in 2..5 {
        table.column_mut(column).into_iter().for_each(|c| {
            c.set_cell_alignment(CellAlignment::Right);
        });
    }
    let mut out = Output::open(None)?;
    writeln!(out, "{table}")?;
    out.done()?;
    let confirmed = audit.contests.iter().all(|contest| is_confirmed(contest, audit));
    Ok(if confirmed { Exit::NothingFound } else { Exit::CannotTell })
}

/// What is to be done next.
fn next(contest: &ContestAudit, audit: &Audit) -> String {
    if is_confirmed(contest, audit) {
        return "confirmed".to_owned();
    }
    match (&contest.measured, contest.further_draws()) {
        (Err(why), _) => why.clone(),
        (Ok(_), Some(more)) => format!("{more} more draws"),
        (Ok(_), None) => "full hand count".to_owned(),
    }
}

fn is_confirmed(contest: &ContestAudit, audit: &Audit) -> bool {
    let by_hand = matches!(contest.hand_counted, Some(Ok(_)));
    (contest.measured.is_ok() || by_hand) && contest.risk() <= audit.settings.risk_limit.share()
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
