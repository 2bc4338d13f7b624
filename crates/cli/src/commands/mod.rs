//! One file a command.

mod assess;
mod count;
mod exercise;
mod explain;
mod init;
mod kept;
mod keys;
mod ledger;
mod limit;
mod mail;
mod proof;
mod query;
mod roll;
mod verify;
mod web;
mod witness;

use anyhow::{Context as _, Result};
#[cfg(feature = "cluster")]
pub(crate) use kept::store;
use pollwarden_core::{Answer, Assessment, Office, Scope, Verdict, VoterKeyer};
use pollwarden_engine::EngineOptions;
use rand::{TryRng as _, rngs::SysRng};

use crate::args::{Cli, Command, Limits, Show};
use crate::exit::Exit;
use crate::ledger::{self as office_ledger, Desk};
use crate::progress::Progress;

/// Runs the command asked for.
pub(crate) fn run(cli: &Cli) -> Result<Exit> {
    let progress = Progress::new(!cli.no_progress);
    match &cli.command {
        Command::Init(init) => init::run(init),
        Command::Assess(assess) => assess::run(assess, cli, &progress),
        Command::Web(web) => web::run(web, cli, &progress),
        Command::Roll(roll) => roll::run(roll, cli, &progress),
        Command::Count(asked) => count::run(asked, cli, &progress),
        Command::Mail(mail) => mail::run(mail, cli, &progress),
        Command::Limit(limit) => limit::run(limit, cli, &progress),
        Command::Query(query) => query::run(query, cli, &progress),
        Command::Explain(explain) => explain::run(explain),
        Command::Exercise(exercise) => exercise::run(exercise),
        Command::Verify(asked) => verify::run(asked, &progress),
        Command::Ledger(asked) => ledger::run(asked, &progress),
        Command::Keys(asked) => keys::run(asked),
        Command::Witness(asked) => witness::run(asked),
        #[cfg(feature = "cluster")]
        Command::Serve(serve) => crate::cluster::serve(serve, &cli.limits),
    }
}

pub(crate) fn engine_options(limits: &Limits) -> EngineOptions {
    let threads = limits.threads.map(usize::from);
    // Rows that were read and queries over them share what is allowed: see `for_rows`.
    let memory = usize::try_from((limits.memory << 20) / 4 * 3).unwrap_or(usize::MAX);
    EngineOptions { memory, threads, ..EngineOptions::default() }
}

/// How much rows may take beside the queries: a quarter of all. Rows that don't fit go to disk as they come; a query that
/// must sort more than it may hold can fail.
fn for_rows(options: &EngineOptions) -> usize {
    options.memory / 3
}

fn threads(options: &EngineOptions) -> usize {
    options.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
}

/// The scope of a run outside any office's folder. Its voter keys can't be compared with another run's.
fn scope(office: Office) -> Result<Scope> {
    let mut key = [0; 32];
    SysRng.try_fill_bytes(&mut key).context("the operating system gave no random numbers")?;
    Ok(Scope { window: None, office, keyer: VoterKeyer::new(&key) })
}

/// Shows an answer, entered in an office's ledger where that is asked for.
fn tell(mut assessment: Assessment, show: &Show, cli: &Cli) -> Result<Verdict> {
    if let Some(office) = &show.enter {
        let parameters = office_ledger::parameters(None, Vec::new());
        assessment.receipt = Some(Desk::open(office, None)?.enter_assessment(&assessment, parameters)?);
    }
    crate::show::assessment(&assessment, show, cli)?;
    Ok(assessment.verdict())
}

/// One sensor's answer, as an assessment of its own.
fn alone(office: &Office, answer: Answer) -> Assessment {
    Assessment { office: office.name.clone(), answers: vec![answer], receipt: None }
}
